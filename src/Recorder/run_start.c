// The start of a run: where the program lies, and the random bytes that the kernel gave it.
//
// Where: in the constructor.
// How:   the C library has already derived the stack canary and the pointer guard from the kernel's bytes
//        (AT_RANDOM). A replay puts the recorded ones back in all places: the bytes, the thread control
//        block, and the canaries in the loader's frames that are still on the stack. No pointer is mangled
//        yet, for no other constructor has run: but for libpthread's of glibc before 2.34, which has mangled
//        libc's pointers to its functions. Where that one is loaded the guard stays as it is.
#include "run_start.h"

#include "log.h"
#include "modules.h"
#include "os.h"
#include "peers.h"
#include "syscalls.h"

#include <elf.h>
#include <sys/syscall.h>

int run_start_record(const struct sh_start *now) {
    int failed = log_open(control->images ? control->next_segment : 0);
    if (!failed) log_append_blob(SH_EVENT_START, 0, now, sizeof *now);
    return failed;
}

static void give_random_bytes(const uint8_t bytes[16], uint64_t *frame, const uint64_t *stack_end) {
    uint64_t canary, guard, old;
    os_copy((void *)modules_auxiliary(AT_RANDOM), bytes, 16);
    os_copy(&canary, bytes, 8);
    os_copy(&guard, bytes + 8, 8);
    canary &= ~0xfful;
    __asm__("mov %%fs:0x28, %0" : "=r"(old));
    __asm__ volatile("mov %0, %%fs:0x28" ::"r"(canary));
    if (!module_symbol("__pthread_initialize_minimal", module_self())) __asm__ volatile("mov %0, %%fs:0x30" ::"r"(guard));
    for (; frame < stack_end; frame++)
        if (*frame == old) *frame = canary;
}

// The first thread's id was there before us, in its thread control block (struct pthread's tid, which has lain here in
// every x86-64 glibc since 2.4). It gets the recorded one, which the program may show to the kernel or write somewhere.
#define TCB_TID 0x2d0
static void give_thread_id(uint32_t recorded) {
    uint64_t self;
    __asm__("mov %%fs:0, %0" : "=r"(self));
    uint32_t *tid = (uint32_t *)(self + TCB_TID);
    if (*tid == (uint32_t)OS1(SYS_gettid, 0)) *tid = recorded;
}

int run_start_replay(const struct sh_start *now, uint64_t *frame) {
    char text[256];
    int failed = replay_open(control->source_run, control->images ? control->next_segment : 0, text, sizeof text);
    if (failed) return failed;
    const struct replay_event *e = replay_peek();
    struct sh_start then;
    if (!e || e->code != SH_EVENT_START || e->blob_size != sizeof then) {
        replay_damage = "the event log does not begin with a start event: record the run again";
        return -74;
    }
    os_copy(&then, e->blob, sizeof then);
    replay_take();
    run_set_recorded(&then);
    bool same = then.stack == now->stack && then.program_base == now->program_base && then.libselfheal == now->libselfheal && then.brk == now->brk;
    if (!same)
        run_diverge(NULL, e, then.aslr ? "the run was recorded with address-space randomisation: addresses differ"
                                       : "the program does not lie where it lay in the recording");
    give_random_bytes(then.at_random, frame, (const uint64_t *)now->stack);
    give_thread_id(then.pid);
    if (control->flags & (SH_FLAG_GO_LIVE | SH_FLAG_FRESH)) peers_place_terminal(then.terminal);
    return 0;
}
