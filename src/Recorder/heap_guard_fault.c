// Accesses to a guard area: recorded, measured, and let through so that the program goes on.
//
// An access is let through alone: the page is opened, the instruction is run with the trap flag set, and the
// page is closed again. So each access is seen, what was written stays, and what was not reads as zeros.
// When a run has spent its steps, pages are left open, and the canary in them tells how far writes went.
//
// Where: in the handler of SIGSEGV and SIGTRAP, and in the hooks of system calls.
#include "control.h"
#include "heap_guard.h"
#include "heap_guard_access.h"
#include "heap_guard_canary.h"
#include "heap_guard_check.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#define STEPS_RUN 30000u // about 10 us each
#define STEPS_OPEN 16    // pages open at once: one for each thread that is in a step
#define TRAP_FLAG 0x100

static uint64_t stepping[STEPS_OPEN]; // page open for one instruction
static uint32_t steps_pending;        // trap signals to come
static uint32_t steps_used;

static unsigned page_of(const struct slot *s, uint64_t address) { return (unsigned)((address - s->end) / PAGE); }

// Opens one guard page for good. After a write it holds the canary; for a read it keeps what it has (zeros),
// and a later write to it faults again.
static bool leave_open(struct slot *s, uint64_t address, bool write, bool foreign) {
    uint64_t at = address & ~(PAGE - 1);
    if (os_protect((void *)at, PAGE, write ? PROT_READ | PROT_WRITE : PROT_READ) < 0)
        return false;
    if (write && !foreign && !s->stepped)
        canary_fill(at, at + PAGE);
    *(foreign ? &s->foreign : write ? &s->wrote : &s->read) |= (uint16_t)(1u << page_of(s, address));
    return true;
}

static bool let_through(struct slot *s, uint64_t address, ucontext_t *uc) {
    uint64_t at = address & ~(PAGE - 1);
    if (steps_used >= STEPS_RUN)
        return false;
    for (int i = 0; i < STEPS_OPEN; i++) {
        if (stepping[i] && stepping[i] != at)
            continue;
        if (os_protect((void *)at, PAGE, PROT_READ | PROT_WRITE) < 0)
            return false;
        stepping[i] = at;
        // An instruction may touch two pages: it faults twice, and traps once.
        if (!(uc->uc_mcontext.gregs[REG_EFL] & TRAP_FLAG))
            steps_pending++;
        uc->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
        steps_used++;
        s->stepped = true;
        return true;
    }
    return false;
}

// After the instruction: closes what was opened. Another thread's page may be among it: that one faults again.
static bool step_done(ucontext_t *uc) {
    heap_lock_take(&guard_lock);
    bool ours = steps_pending > 0;
    if (ours) {
        steps_pending--;
        for (int i = 0; i < STEPS_OPEN; i++) {
            if (stepping[i])
                os_protect((void *)stepping[i], PAGE, PROT_NONE);
            stepping[i] = 0;
        }
        uc->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
    }
    heap_lock_release(&guard_lock);
    return ours;
}

// A write in the guard area of `s` that is nearer to the slot behind it: an underflow of that one's block.
static struct slot *underflowed(const struct slot *s, uint64_t address) {
    uint64_t beyond = address - s->end;
    uint64_t far = s->far_write > s->far_read ? s->far_write : s->far_read;
    if (beyond < SLOT_GUARD / 2 || beyond < far + PAGE)
        return NULL;
    struct slot *behind = slots_behind(s);
    return behind && behind->state == SLOT_LIVE ? behind : NULL;
}

// Records an access of `width` bytes. Returns the slot behind, if the access was an underflow of that.
static struct slot *record(struct slot *s, uint64_t address, unsigned width, bool write,
                           const struct heap_caller *access) {
    struct slot *behind = underflowed(s, address);
    if (behind) {
        if (write)
            check_report(behind, SH_OVERFLOW_WRITE_BEFORE, (int64_t)(address - behind->start),
                         behind->start - address, access);
        return behind;
    }
    uint64_t end = check_block_end(s), offset = address - s->end + width, first = address;
    uint64_t *far = write ? &s->far_write : &s->far_read;
    if (*far < offset)
        *far = offset;
    if (write && s->state == SLOT_LIVE) {
        uint64_t slack = canary_first(end, s->end);
        if (slack < s->end)
            first = slack;
    }
    uint32_t kind = s->state != SLOT_LIVE ? SH_OVERFLOW_WRITE_FREED : SH_OVERFLOW_WRITE_AFTER;
    if (!write)
        kind = SH_OVERFLOW_READ_AFTER;
    if (s->state == SLOT_LIVE || write)
        check_report(s, kind, (int64_t)(first - s->start), s->end + *far - end + check_pad(s), access);
    return NULL;
}

bool guard_fault(int signo, void *siginfo, void *ucontext) {
    const siginfo_t *info = siginfo;
    ucontext_t *uc = ucontext;
    const greg_t *regs = uc->uc_mcontext.gregs;
    if (!(heap_slow & HEAP_SLOW_GUARD))
        return false;
    if (signo == SIGTRAP)
        return info->si_code > 0 && step_done(uc);
    uint64_t address = (uint64_t)info->si_addr;
    if ((signo != SIGSEGV && signo != SIGBUS) || !slots_hold(address))
        return false;
    struct heap_caller access = {(uint64_t)regs[REG_RIP], (uint64_t)regs[REG_RSP], (uint64_t)regs[REG_RBP]};
    bool write = regs[REG_ERR] >> 1 & 1, handled = false;
    heap_lock_take(&guard_lock);
    struct slot *s = slots_find(address);
    if (s && address >= s->end && address < s->end + SLOT_GUARD) {
        bool foreign = record(s, address, access_width(access.pc), write, &access) != NULL;
        handled = let_through(s, address, uc) || leave_open(s, address, write, foreign);
    }
    heap_lock_release(&guard_lock);
    return handled;
}

void guard_touch(uint64_t address, uint64_t size, bool write, const struct heap_caller *caller) {
    if (!slots_hold(address) || size == 0 || !(heap_slow & HEAP_SLOW_GUARD))
        return;
    heap_lock_take(&guard_lock);
    struct slot *s = slots_find(address);
    uint64_t last = address + size < address ? address : address + size - 1;
    if (s && s->state == SLOT_LIVE && address >= s->start && last >= s->end) {
        uint64_t limit = last < s->end + SLOT_GUARD ? last : s->end + SLOT_GUARD - 1;
        uint64_t end = check_block_end(s), far = limit - s->end + 1;
        uint64_t first = address > end ? address : end;
        check_report(s, write ? SH_OVERFLOW_WRITE_AFTER : SH_OVERFLOW_READ_AFTER, (int64_t)(first - s->start),
                     limit + 1 - end + check_pad(s), caller);
        for (uint64_t at = s->end; at <= limit; at += PAGE)
            if (!((write ? s->wrote : s->wrote | s->read) >> page_of(s, at) & 1))
                leave_open(s, at, write, false);
        if (write && s->far_write < far)
            s->far_write = far;
    }
    heap_lock_release(&guard_lock);
}
