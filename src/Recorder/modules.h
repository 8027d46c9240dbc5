// The loaded modules (program, libraries, vDSO): where they are, what they are, symbols they export.
//
// Where: filled by entry.c at start and by syscalls_memory.c when a library is mapped later; read anywhere,
// also in signal handlers. Entries are only ever added; an unloaded module is marked by end == 0.
#ifndef SELFHEAL_MODULES_H
#define SELFHEAL_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODULES_MAX 512
#define MODULE_TEXTS 8
struct module {
    uint64_t bias;        // load bias: run-time address - ELF virtual address
    uint64_t start, end;  // mapped range [start, end)
    uint64_t text_start, text_end; // bounds of the executable segments, run-time addresses
    struct module_text {
        uint64_t start, end;
    } text[MODULE_TEXTS];          // the segments themselves: what lies between two is not mapped
    unsigned text_count;
    uint64_t eh_frame_hdr; // run-time address of .eh_frame_hdr (PT_GNU_EH_FRAME), 0 if none
    uint64_t eh_frame_hdr_size;
    uint64_t dynamic;      // run-time address of the dynamic section, 0 if none
    uint8_t build_id[32];
    uint32_t build_id_size; // bytes, 0 if the module has none
    char path[256];         // absolute, or "[vdso]"
    const char *name;       // its last component, inside path
};
extern struct module modules[MODULES_MAX];
extern unsigned modules_count;
extern unsigned modules_generation; // changes when a module is added or removed

// Reads the list of loaded modules from the dynamic loader; does nothing after the first success.
// May run before our constructor (the loader itself calls malloc). 0 or a negative errno.
int modules_load(void);
// Adds the module whose executable segment was just mapped from `fd` at [address, address+size), file
// offset `offset`. NULL when it is not an ELF file or the table is full.
struct module *modules_add_mapped(int fd, uint64_t address, uint64_t size, uint64_t offset);
// Forgets the modules that lie in [address, address+size).
void modules_remove(uint64_t address, uint64_t size);
// Spares modules_load a look into /proc: the auxiliary vector lies behind the environment, as the kernel left it.
void modules_use_environment(char **environment);
// A value of the auxiliary vector (AT_...), 0 if absent. Valid after modules_load.
uint64_t modules_auxiliary(uint64_t type);

// Is [at, at+size) inside one executable segment?
bool module_executes(const struct module *m, uint64_t at, uint64_t size);
// The module whose mapped range holds pc, or NULL.
const struct module *module_find(uint64_t pc);
// The run-time address of an exported symbol: the first definition in load order outside `skip`
// (pass the recorder's own module), 0 if there is none. Default versions only.
uint64_t module_symbol(const char *name, const struct module *skip);
// The same in one module.
uint64_t module_symbol_in(const struct module *m, const char *name);
// The recorder's own module.
const struct module *module_self(void);

#endif
