// Fatal signals: whose fault is it? A trap of ours, a guard page, our own bug, or the program's failure.
//
// Where: the kernel's handler of SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGTRAP, on an alternate stack.
// Rules: what is not ours goes to the program's own handler or ends the program with the very signal.
#include "backtrace.h"
#include "fatal.h"
#include "heap_guard.h"
#include "intercept.h"
#include "os.h"
#include "patch_site.h"
#include "signals.h"
#include "syscalls.h"

#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>

static void fill_registers(struct sh_failure *f, const ucontext_t *uc) {
    static const int order[18] = {REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
                                  REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP, REG_EFL};
    for (int i = 0; i < 18; i++) f->regs[i] = (uint64_t)uc->uc_mcontext.gregs[order[i]];
}

static void own_fault(int sig, uint64_t pc, uint64_t address) {
    char text[200];
    const struct module *self = module_self();
    os_format(text, sizeof text, "the recorder itself failed (signal %d at libselfheal.so+0x%x, address 0x%x): please report this",
              (int64_t)sig, pc - (self ? self->bias : 0), address);
    fatal(text);
}

static void die(int sig, const siginfo_t *info) {
    struct kernel_sigaction plain = {0};
    OS4(SYS_rt_sigaction, sig, &plain, 0, 8);
    if (info->si_code <= 0) OS3(SYS_tgkill, OS1(SYS_getpid, 0), OS1(SYS_gettid, 0), sig);
    // else: the instruction faults again when the handler returns
}

void crash_entry(int sig, void *information, void *context) {
    siginfo_t *info = information;
    ucontext_t *uc = context;
    uint64_t pc = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
    uint64_t stub = sig == SIGILL ? patch_trap_stub(pc) : 0;
    if (stub) {
        uc->uc_mcontext.gregs[REG_RIP] = (greg_t)stub;
        control->traps++;
        return;
    }
    if (guard_fault(sig, information, context)) return;
    const struct module *where = module_find(pc);
    if (where && where == module_self() && info->si_code > 0) own_fault(sig, pc, (uintptr_t)info->si_addr);
    const struct kernel_sigaction *action = &signals_actions[sig];
    if (action->handler != SIG_DFL && action->handler != SIG_IGN) {
        uint64_t mask = action->mask | (action->flags & SA_NODEFER ? 0 : 1ul << (sig - 1));
        OS4(SYS_rt_sigprocmask, SIG_BLOCK, &mask, 0, 8);
        void (*handler)(int, siginfo_t *, void *) = (void (*)(int, siginfo_t *, void *))(void *)action->handler;
        if (action->flags & SA_RESETHAND) signals_actions[sig].handler = SIG_DFL;
        handler(sig, info, context);
        return;
    }
    if (!intercept_off) {
        thread_self()->inside = 1;
        control->failure.address = (uintptr_t)info->si_addr;
        control->failure.code = info->si_code;
        fill_registers(&control->failure, uc);
        run_failure(sig, pc, (uint64_t)uc->uc_mcontext.gregs[REG_RSP], (uint64_t)uc->uc_mcontext.gregs[REG_RBP], NULL);
    }
    die(sig, info);
}
