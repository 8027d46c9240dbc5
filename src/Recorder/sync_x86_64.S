# The exported pthread functions: a place, and on to the program's own.
#
# Where: on the program's path. Rules: what the real function sees is what its caller gave; where nothing can be
# switched, no stack is touched, so that cancellation and exceptions unwind as they do without us.
#include "sync.h"
#include "thread.h"

    .section .text.hot, "ax", @progbits
    .hidden sched_only_holds, sched_hold_tables, sync_slow, sync_real, sync_resolve, sync_place, signals_raise, sched_on, sched_places, sched_stop, intercept_off

# A place: rax free. In: r11 = operation, r10 = where the return address lies. Keeps the argument registers.
    .type place, @function
place:
    .cfi_startproc
    cmpb $0, sched_only_holds(%rip) // as sched_hold_pass
    je 1f
    cmpl $0, %gs:THREAD_HOLD_LEFT
    jne 1f
    test $0x8000, %r11d // behind an operation no hold begins
    jnz 5f
    test $0x4000, %r11d // it yields
    jnz 1f
    mov (%r10), %rax
    push %r11
    .cfi_adjust_cfa_offset 8
    movabs $0x9e3779b97f4a7c15, %r11
    imul %r11, %rax
    shr $54, %rax // 64 - STACK_TABLE_BITS
    lea sched_hold_tables(%rip), %r11
    bt %rax, (%r11)
    pop %r11
    .cfi_adjust_cfa_offset -8
    jc 1f
5:  ret
1:  push %rdi
    .cfi_adjust_cfa_offset 8
    push %rsi
    .cfi_adjust_cfa_offset 8
    push %rdx
    .cfi_adjust_cfa_offset 8
    push %rcx
    .cfi_adjust_cfa_offset 8
    push %r8
    .cfi_adjust_cfa_offset 8
    push %r9
    .cfi_adjust_cfa_offset 8
    push %rbp
    .cfi_adjust_cfa_offset 8
    cmpb $0, sched_on(%rip)
    je 2f
    cmpb $0, intercept_off(%rip)
    jne 3f
    mov %rdi, %rsi
    mov %r11d, %edi
    mov %r10, %rdx
    mov %rbp, %rcx
    mov %rsp, %rbp
    .cfi_def_cfa_register rbp
    mov %gs:THREAD_STACK_TOP, %rsp
    and $-16, %rsp
    call sync_place
    mov %rbp, %rsp
    test %al, %al
    jz 4f
    and $-16, %rsp
    call signals_raise
    jmp 4f
2:  mov %rsp, %rbp
    and $-16, %rsp
    call sync_resolve
4:  mov %rbp, %rsp
    .cfi_def_cfa_register rsp
3:  pop %rbp
    .cfi_adjust_cfa_offset -8
    pop %r9
    .cfi_adjust_cfa_offset -8
    pop %r8
    .cfi_adjust_cfa_offset -8
    pop %rcx
    .cfi_adjust_cfa_offset -8
    pop %rdx
    .cfi_adjust_cfa_offset -8
    pop %rsi
    .cfi_adjust_cfa_offset -8
    pop %rdi
    .cfi_adjust_cfa_offset -8
    ret
    .cfi_endproc
    .size place, . - place

# Counts a place, and asks if it has to. `at`: distance of the return address from rsp.
.macro PLACE operation, at
    mov sched_places(%rip), %rax
    inc %rax
    mov %rax, sched_places(%rip)
    cmp sched_stop(%rip), %rax
    jb 9f
    lea \at(%rsp), %r10
    mov $\operation, %r11d
    call place
9:
.endm

.macro BEFORE name, operation, index
    jmp *sync_real + 8 * \index(%rip)
1:  cmpb $0, sched_on(%rip)
    je 3f
    PLACE \operation, 0
    jmp *sync_real + 8 * \index(%rip)
3:  call place
    jmp *sync_real + 8 * \index(%rip)
.endm

.macro AROUND name, operation, index
    jmp *sync_real + 8 * \index(%rip)
1:  cmpb $0, sched_on(%rip)
    je 3f
    PLACE \operation, 0
    push %rdi
    .cfi_adjust_cfa_offset 8
    call *sync_real + 8 * \index(%rip)
    pop %rdi
    .cfi_adjust_cfa_offset -8
    push %rax
    .cfi_adjust_cfa_offset 8
    PLACE \operation + 0x8000, 8
    pop %rax
    .cfi_adjust_cfa_offset -8
    ret
3:  call place
    jmp *sync_real + 8 * \index(%rip)
.endm

.macro SPIN name, operation, index # the next function is the trylock
    jmp *sync_real + 8 * \index(%rip)
1:  cmpb $0, sched_on(%rip)
    je 3f
    PLACE \operation, 0
2:  push %rdi
    .cfi_adjust_cfa_offset 8
    call *sync_real + 8 * (\index + 1)(%rip)
    pop %rdi
    .cfi_adjust_cfa_offset -8
    test %eax, %eax
    jnz 4f
    ret
4:  incq sched_places(%rip)
    mov %rsp, %r10
    mov $\operation + 0x4000, %r11d
    call place
    jmp 2b
3:  call place
    jmp *sync_real + 8 * \index(%rip)
.endm

.macro EXPORT name, operation, form, index
    .globl \name
    .type \name, @function
    .p2align 4
\name:
    .cfi_startproc
    endbr64
    cmpb $0, sync_slow(%rip)
    jne 1f
    \form \name, \operation, \index
    .cfi_endproc
    .size \name, . - \name
.endm

.set index, 0
.macro NEXT name, operation, form
    .altmacro
    EXPORT_AT \name, \operation, \form, %index
    .noaltmacro
    .set index, index + 1
.endm
.macro EXPORT_AT name, operation, form, number
    EXPORT \name, \operation, \form, \number
.endm
#define X(name, operation, form) NEXT name, operation, form;
    SYNC_FUNCTIONS(X)

    .section .note.GNU-stack, "", @progbits
