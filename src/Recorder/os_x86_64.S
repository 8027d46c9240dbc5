# Entry of the intercepted instructions. Where: in program code, on the program's stack, until switched.
# Rules: nothing but rax, rcx and r11 may change, as at a real system call; no vector register is touched.

#include "thread.h"

    .section .text.hot, "ax", @progbits
    .globl intercept_entry, intercept_special, os_call_interruptible
    .hidden intercept_entry, intercept_special, os_call_interruptible
    .globl interruptible_start, interruptible_end, interruptible_abort
    .hidden interruptible_start, interruptible_end, interruptible_abort
    .hidden intercept_off, intercept_call, intercept_vfork_done, intercept_vfork_child, intercept_instruction, signals_raise, intercept_thread_done, intercept_thread_begin

# In: registers as at the system call, r11 = address behind the plain `syscall` of the stub.
    .type intercept_entry, @function
.macro SAVE # the registers as a struct intercept_frame on the hook's stack, its address in rdi
    mov %rsp, %rcx
    mov %gs:THREAD_STACK_TOP, %rsp
    push %rcx
    push %r11
    push %rbp
    push %rbx
    push %r9
    push %r8
    push %r10
    push %rdx
    push %rsi
    push %rdi
    push %rax
    mov %rsp, %rdi
.endm
intercept_entry:
    cmpb $0, intercept_off(%rip)
    jne .Loff
    SAVE
    call intercept_call
    test %eax, %eax
    jnz .Laction
.macro RESTORE # all but rsp, which the next instruction pops
    pop %rax
    pop %rdi
    pop %rsi
    pop %rdx
    pop %r10
    pop %r8
    pop %r9
    pop %rbx
    pop %rbp
    pop %r11
    pop %rsp
.endm
.Lreturn:
    RESTORE
    jmp *%r11
.Laction:
    cmp $1, %eax
    je .Ldo_plain
    cmp $2, %eax
    je .Lvfork
    cmp $3, %eax
    je .Lsignals
    cmp $5, %eax
    je .Lthread
    RESTORE
    lea .Lto_program(%rip), %rcx
    jmp .Lraise
.Lto_program:
    jmp *%r11
.Lsignals:
    RESTORE
    lea intercept_entry(%rip), %rcx
    jmp .Lraise
.Ldo_plain:
    RESTORE
.Lplain:
    lea -2(%r11), %r11
    jmp *%r11

# A vfork child, in its parent's memory; the parent has nothing left on the hook's stack.
.Loff:
    cmpb $2, intercept_off(%rip)
    jne .Lplain
    SAVE
    call intercept_vfork_child
    test %eax, %eax
    jz .Lreturn
    jmp .Ldo_plain

# The child shares our memory, and perhaps our stack: keep the way back out of both stack and registers.
.Lvfork:
    RESTORE
    mov %r11, %gs:THREAD_AFTER
    syscall
    test %rax, %rax
    jz .Lvfork_child
    mov %gs:THREAD_AFTER, %r11
    SAVE
    call intercept_vfork_done
    test %eax, %eax
    jz .Lreturn
    jmp .Laction
.Lvfork_child:
    mov %gs:THREAD_AFTER, %rcx
    jmp *%rcx

# A thread of its own: its parent goes on as after any call, it starts from the frame that was made for it.
.Lthread:
    RESTORE
    syscall
    test %rax, %rax
    jz .Lthread_child
    mov %gs:THREAD_AFTER, %r11
    SAVE
    call intercept_thread_done
    test %eax, %eax
    jz .Lreturn
    jmp .Laction
.Lthread_child:
    mov -8(%rsp), %rdi
    mov THREAD_START_FRAME(%rdi), %rbx
    mov %rbx, %rsp
    call intercept_thread_begin
    mov %rbx, %rsp
    jmp .Lreturn

# Runs signals_raise on the program's stack, below its red zone, and goes on at rcx.
.Lraise:
    lea -128(%rsp), %rsp
    push %rcx
    push %rax
    push %rdi
    push %rsi
    push %rdx
    push %r10
    push %r8
    push %r9
    push %r11
    call signals_raise
    pop %r11
    pop %r9
    pop %r8
    pop %r10
    pop %rdx
    pop %rsi
    pop %rdi
    pop %rax
    pop %rcx
    lea 128(%rsp), %rsp
    jmp *%rcx

# In: on the stack: return address, what. All registers and flags are kept, but for what the C side changes.
    .type intercept_special, @function
intercept_special:
    pushfq
    push %r15
    push %r14
    push %r13
    push %r12
    push %r11
    push %r10
    push %r9
    push %r8
    push %rdi
    push %rsi
    push %rbp
    push %rsp
    push %rbx
    push %rdx
    push %rcx
    push %rax
    cld
    mov %rsp, %rdi
    mov 144(%rsp), %rsi
    mov %rsp, %rbx
    cmpb $0, intercept_off(%rip)
    jne 1f
    mov %gs:THREAD_STACK_TOP, %rsp
1:  call intercept_instruction
    mov %rbx, %rsp
    pop %rax
    pop %rcx
    pop %rdx
    pop %rbx
    lea 8(%rsp), %rsp
    pop %rbp
    pop %rsi
    pop %rdi
    pop %r8
    pop %r9
    pop %r10
    pop %r11
    pop %r12
    pop %r13
    pop %r14
    pop %r15
    popfq
    ret

# long os_call_interruptible(long nr, const uint64_t args[6])
    .type os_call_interruptible, @function
os_call_interruptible:
    mov %rdi, %rax
    mov %rsi, %rcx
    mov (%rcx), %rdi
    mov 8(%rcx), %rsi
    mov 16(%rcx), %rdx
    mov 24(%rcx), %r10
    mov 32(%rcx), %r8
    mov 40(%rcx), %r9
interruptible_start:
    cmpb $0, %gs:THREAD_PENDING
    jne interruptible_abort
    syscall
interruptible_end:
    ret
interruptible_abort:
    mov $-512, %rax
    ret

# Functions that the program calls like C functions, run on the hook's stack.
.macro ON_HOOK_STACK name function
    .globl \name
    .hidden \name, \function
    .type \name, @function
\name:
    push %rbp
    mov %rsp, %rbp
    cmpb $0, intercept_off(%rip)
    jne 1f
    cmpb $0, %gs:THREAD_INSIDE
    jne 1f
    mov %gs:THREAD_STACK_TOP, %rsp
1:  and $-16, %rsp
    mov %rbp, %rcx
    call \function
    mov %rbp, %rsp
    pop %rbp
    cmpb $0, intercept_off(%rip)
    jne 3f
    cmpb $0, %gs:THREAD_VDSO_SIGNALS
    jne 2f
3:  ret
2:  push %rax
    movb $0, %gs:THREAD_VDSO_SIGNALS
    call signals_raise
    pop %rax
    ret
.endm
    ON_HOOK_STACK vdso_gettime vdso_our_gettime
    ON_HOOK_STACK vdso_gettimeofday vdso_our_gettimeofday
    ON_HOOK_STACK vdso_time vdso_our_time

# void os_call_on_stack(void (*function)(void *), void *argument, void *stack_end)
    .globl os_call_on_stack
    .hidden os_call_on_stack
    .type os_call_on_stack, @function
os_call_on_stack:
    push %rbp
    mov %rsp, %rbp
    mov %rdx, %rsp
    mov %rdi, %rax
    mov %rsi, %rdi
    call *%rax
    mov %rbp, %rsp
    pop %rbp
    ret

    .section .note.GNU-stack, "", @progbits
