// The loaded modules: where they are, what they are, symbols they export.
//
// Where: modules_load before our constructor (the loader calls malloc) or in it; modules_add_mapped in the
// hook of mmap; lookups anywhere, also in signal handlers.
// Source: System V ABI, the loader's r_debug list (DT_DEBUG), GNU hash tables.
#include "modules.h"

#include "os.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/syscall.h>

struct module modules[MODULES_MAX];
unsigned modules_count;
unsigned modules_generation;

static uint64_t auxiliary[64];

uint64_t modules_auxiliary(uint64_t type) { return type < 64 ? auxiliary[type] : 0; }

static void set_path(struct module *m, const char *path) {
    size_t n = os_length(path);
    if (n >= sizeof m->path) path += n - sizeof m->path + 1; // the end tells more than the start
    os_format(m->path, sizeof m->path, "%s", path);
    m->name = m->path;
    for (const char *c = m->path; *c; c++)
        if (*c == '/') m->name = c + 1;
}

static void read_build_id(struct module *m, const uint8_t *note, size_t size) {
    while (size >= sizeof(Elf64_Nhdr)) {
        const Elf64_Nhdr *head = (const void *)note;
        size_t name = (head->n_namesz + 3ul) & ~3ul, desc = (head->n_descsz + 3ul) & ~3ul;
        if (sizeof *head + name + desc > size) return;
        const uint8_t *text = note + sizeof *head;
        if (head->n_type == NT_GNU_BUILD_ID && head->n_namesz == 4 && !os_compare(text, "GNU", 4) &&
            head->n_descsz <= sizeof m->build_id) {
            os_copy(m->build_id, text + name, head->n_descsz);
            m->build_id_size = head->n_descsz;
            return;
        }
        note += sizeof *head + name + desc;
        size -= sizeof *head + name + desc;
    }
}

// Fills in what the program headers say; the module's memory is mapped if `mapped`.
static void read_headers(struct module *m, const Elf64_Phdr *phdr, unsigned count, bool mapped) {
    m->start = UINT64_MAX;
    m->text_start = UINT64_MAX;
    for (unsigned i = 0; i < count; i++, phdr++) {
        uint64_t at = m->bias + phdr->p_vaddr, end = at + phdr->p_memsz;
        if (phdr->p_type == PT_LOAD) {
            if (at < m->start) m->start = at & ~(PAGE - 1);
            if (end > m->end) m->end = (end + PAGE - 1) & ~(PAGE - 1);
            if (phdr->p_flags & PF_X) {
                if (at < m->text_start) m->text_start = at;
                if (at + phdr->p_filesz > m->text_end) m->text_end = at + phdr->p_filesz;
                if (m->text_count < MODULE_TEXTS) m->text[m->text_count++] = (struct module_text){at, at + phdr->p_filesz};
            }
        } else if (phdr->p_type == PT_GNU_EH_FRAME) {
            m->eh_frame_hdr = at;
            m->eh_frame_hdr_size = phdr->p_memsz;
        } else if (phdr->p_type == PT_DYNAMIC) {
            m->dynamic = at;
        } else if (phdr->p_type == PT_NOTE && mapped && !m->build_id_size) {
            read_build_id(m, (const uint8_t *)at, phdr->p_memsz);
        }
    }
    if (m->text_start == UINT64_MAX) m->text_start = 0;
}

static struct module *new_module(void) {
    if (modules_count == MODULES_MAX) return NULL;
    struct module *m = &modules[modules_count];
    os_fill(m, 0, sizeof *m);
    return m;
}

static void publish(void) {
    __atomic_store_n(&modules_count, modules_count + 1, __ATOMIC_RELEASE);
    modules_generation++;
}

static void take_auxiliary(const uint64_t *pairs, long count) {
    for (long i = 0; i + 1 < count && pairs[i]; i += 2)
        if (pairs[i] < 64) auxiliary[pairs[i]] = pairs[i + 1];
}

void modules_use_environment(char **environment) {
    if (auxiliary[AT_PHDR]) return;
    while (*environment) environment++;
    take_auxiliary((const uint64_t *)(environment + 1), 128);
}

static int read_auxiliary(void) {
    if (auxiliary[AT_PHDR]) return 0;
    int fd = os_open("/proc/self/auxv", O_RDONLY, 0);
    if (fd < 0) return fd;
    uint64_t pairs[128];
    long n = os_read(fd, pairs, sizeof pairs);
    os_close(fd);
    if (n <= 0) return -5;
    take_auxiliary(pairs, n / 8);
    return 0;
}

static void add_linked(const struct link_map *map, bool is_program) {
    struct module *m = new_module();
    if (!m) return;
    char program[sizeof m->path];
    const char *path = map->l_name;
    const Elf64_Phdr *phdr;
    unsigned count;
    m->bias = map->l_addr;
    if (is_program) {
        long n = OS3(SYS_readlink, "/proc/self/exe", program, sizeof program - 1);
        program[n > 0 ? n : 0] = 0;
        path = program;
        phdr = (const void *)auxiliary[AT_PHDR];
        count = (unsigned)auxiliary[AT_PHNUM];
    } else {
        const Elf64_Ehdr *head = (const void *)map->l_addr;
        if (!map->l_addr || os_compare(head->e_ident, ELFMAG, SELFMAG)) return;
        phdr = (const void *)((uintptr_t)head + head->e_phoff);
        count = head->e_phnum;
    }
    set_path(m, map->l_addr == auxiliary[AT_SYSINFO_EHDR] && map->l_addr ? "[vdso]" : path);
    read_headers(m, phdr, count, true);
    publish();
}

int modules_load(void) {
    if (modules_count) return 0;
    int failed = read_auxiliary();
    if (failed) return failed;
    const Elf64_Phdr *phdr = (const void *)auxiliary[AT_PHDR];
    uint64_t bias = 0;
    const Elf64_Dyn *dynamic = NULL;
    for (unsigned i = 0; i < auxiliary[AT_PHNUM]; i++)
        if (phdr[i].p_type == PT_PHDR) bias = (uintptr_t)phdr - phdr[i].p_vaddr;
    for (unsigned i = 0; i < auxiliary[AT_PHNUM]; i++)
        if (phdr[i].p_type == PT_DYNAMIC) dynamic = (const void *)(bias + phdr[i].p_vaddr);
    const struct r_debug *debug = NULL;
    for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++)
        if (dynamic->d_tag == DT_DEBUG) debug = (const void *)dynamic->d_un.d_ptr;
    if (!debug) return -2;
    bool first = true;
    for (const struct link_map *map = debug->r_map; map; map = map->l_next, first = false) add_linked(map, first);
    return modules_count ? 0 : -2;
}

struct module *modules_add_mapped(int fd, uint64_t address, uint64_t size, uint64_t offset) {
    uint8_t head[4096];
    long n = OS4(SYS_pread64, fd, head, sizeof head, 0);
    const Elf64_Ehdr *elf = (const void *)head;
    if (n < (long)sizeof *elf || os_compare(elf->e_ident, ELFMAG, SELFMAG) || elf->e_phentsize != sizeof(Elf64_Phdr) ||
        elf->e_phoff + elf->e_phnum * sizeof(Elf64_Phdr) > (size_t)n)
        return NULL;
    const Elf64_Phdr *phdr = (const void *)(head + elf->e_phoff);
    for (unsigned i = 0; i < elf->e_phnum; i++) {
        if (phdr[i].p_type != PT_LOAD || !(phdr[i].p_flags & PF_X) || (phdr[i].p_offset & ~(PAGE - 1)) != offset) continue;
        struct module *m = new_module();
        if (!m || phdr[i].p_filesz > size + PAGE) return NULL;
        m->bias = address - (phdr[i].p_vaddr & ~(PAGE - 1));
        read_headers(m, phdr, elf->e_phnum, false);
        for (unsigned k = 0; k < elf->e_phnum; k++) {
            uint8_t note[512];
            size_t want = phdr[k].p_filesz < sizeof note ? phdr[k].p_filesz : sizeof note;
            if (phdr[k].p_type == PT_NOTE && !m->build_id_size &&
                OS4(SYS_pread64, fd, note, want, phdr[k].p_offset) == (long)want)
                read_build_id(m, note, want);
        }
        char link[32], path[256];
        os_format(link, sizeof link, "/proc/self/fd/%d", (int64_t)fd);
        long length = OS3(SYS_readlink, link, path, sizeof path - 1);
        path[length > 0 ? length : 0] = 0;
        set_path(m, path);
        publish();
        return m;
    }
    return NULL;
}

void modules_remove(uint64_t address, uint64_t size) {
    for (unsigned i = 0; i < modules_count; i++) {
        if (modules[i].end && modules[i].start >= address && modules[i].start < address + size) {
            modules[i].end = 0;
            modules_generation++;
        }
    }
}

bool module_executes(const struct module *m, uint64_t at, uint64_t size) {
    for (unsigned i = 0; i < m->text_count; i++)
        if (at >= m->text[i].start && at + size <= m->text[i].end) return true;
    return false;
}

const struct module *module_find(uint64_t pc) {
    for (unsigned i = 0; i < modules_count; i++)
        if (pc >= modules[i].start && pc < modules[i].end) return &modules[i];
    return NULL;
}

const struct module *module_self(void) { return module_find((uintptr_t)&module_self); }

// The parts of a dynamic section that a lookup needs. The loader adds the bias to the pointers of every
// module but the vDSO, so a value below the bias is still an offset.
struct dynamic_view {
    const Elf64_Sym *symbols;
    const char *strings;
    const uint32_t *gnu_hash;
    const uint16_t *versions;
};

static bool view_dynamic(const struct module *m, struct dynamic_view *view) {
    os_fill(view, 0, sizeof *view);
    for (const Elf64_Dyn *d = (const void *)m->dynamic; m->dynamic && d->d_tag != DT_NULL; d++) {
        uint64_t at = d->d_un.d_ptr < m->bias ? d->d_un.d_ptr + m->bias : d->d_un.d_ptr;
        if (d->d_tag == DT_SYMTAB) view->symbols = (const void *)at;
        if (d->d_tag == DT_STRTAB) view->strings = (const void *)at;
        if (d->d_tag == DT_GNU_HASH) view->gnu_hash = (const void *)at;
        if (d->d_tag == DT_VERSYM) view->versions = (const void *)at;
    }
    return view->symbols && view->strings && view->gnu_hash;
}

static uint64_t symbol_in(const struct module *m, const char *name, uint32_t hash) {
    struct dynamic_view v;
    if (!view_dynamic(m, &v)) return 0;
    uint32_t buckets = v.gnu_hash[0], first = v.gnu_hash[1], bloom = v.gnu_hash[2];
    const uint32_t *bucket = v.gnu_hash + 4 + bloom * 2;
    const uint32_t *chain = bucket + buckets;
    uint32_t i = buckets ? bucket[hash % buckets] : 0;
    if (i < first) return 0;
    for (;; i++) {
        uint32_t entry = chain[i - first];
        const Elf64_Sym *s = &v.symbols[i];
        if ((entry | 1) == (hash | 1) && s->st_shndx != SHN_UNDEF && os_equal(v.strings + s->st_name, name) &&
            !(v.versions && (v.versions[i] & 0x8000)))
            return m->bias + s->st_value;
        if (entry & 1) return 0;
    }
}

static uint32_t hash_of(const char *name) {
    uint32_t hash = 5381;
    for (; *name; name++) hash = hash * 33 + (uint8_t)*name;
    return hash;
}

uint64_t module_symbol_in(const struct module *m, const char *name) { return symbol_in(m, name, hash_of(name)); }

uint64_t module_symbol(const char *name, const struct module *skip) {
    uint32_t hash = hash_of(name);
    for (unsigned i = 0; i < modules_count; i++) {
        if (&modules[i] == skip || !modules[i].end) continue;
        uint64_t found = symbol_in(&modules[i], name, hash);
        if (found) return found;
    }
    return 0;
}
