// The exported malloc family: count, one test, and on to the program's own function.
//
// Where: on the program's path, also called by the loader before our constructor and before relocation.
// Rules: the fast path changes no register but flags and leaves the stack as it is, so that the real function
//        returns to our caller. The slow path hands (pc, sp, rbp) of the caller to heap.c in rcx, r8, r9:
//        no function here has more than three arguments.
#include "heap.h"

.hidden heap_allocations
.hidden heap_slow
.hidden heap_real

.macro ENTRY name
    .globl \name
    .type \name, @function
    .p2align 4
\name:
    .cfi_startproc
    endbr64
.endm

.macro END name
    .cfi_endproc
    .size \name, . - \name
.endm

.macro GO_SLOW handler
    .hidden \handler
    movq (%rsp), %rcx
    leaq 8(%rsp), %r8
    movq %rbp, %r9
    jmp \handler
.endm

.macro ALLOCATOR name, index, handler
ENTRY \name
    incq heap_allocations(%rip)
    cmpl $0, heap_slow(%rip)
    jne 1f
    jmp *heap_real + 8 * \index(%rip)
1:  GO_SLOW \handler
END \name
.endm

    .section .text.hot, "ax", @progbits
ALLOCATOR malloc, HEAP_MALLOC, heap_slow_malloc
ALLOCATOR calloc, HEAP_CALLOC, heap_slow_calloc
ALLOCATOR realloc, HEAP_REALLOC, heap_slow_realloc
ALLOCATOR memalign, HEAP_MEMALIGN, heap_slow_memalign
ALLOCATOR aligned_alloc, HEAP_ALIGNED_ALLOC, heap_slow_aligned_alloc
ALLOCATOR posix_memalign, HEAP_POSIX_MEMALIGN, heap_slow_posix_memalign
ALLOCATOR valloc, HEAP_VALLOC, heap_slow_valloc
ALLOCATOR pvalloc, HEAP_PVALLOC, heap_slow_pvalloc

ENTRY free
    testl $HEAP_SLOW_FREE, heap_slow(%rip)
    jne 1f
    jmp *heap_real + 8 * HEAP_FREE(%rip)
1:  GO_SLOW heap_slow_free
END free

ENTRY malloc_usable_size
    testl $HEAP_SLOW_FREE, heap_slow(%rip)
    jne 1f
    jmp *heap_real + 8 * HEAP_USABLE_SIZE(%rip)
1:  GO_SLOW heap_slow_usable_size
END malloc_usable_size

// reallocarray is realloc of the product. It must not go to the real one unless that fails: glibc's calls
// realloc, us again, and the caller's address would be lost.
ENTRY reallocarray
    movq %rsi, %rax
    mulq %rdx
    jo 2f
    movq %rax, %rsi
    incq heap_allocations(%rip)
    cmpl $0, heap_slow(%rip)
    jne 1f
    jmp *heap_real + 8 * HEAP_REALLOC(%rip)
1:  GO_SLOW heap_slow_realloc
2:  movq $-1, %rdx // mul clobbered it; any overflowing pair makes the real one fail with its errno
    movq %rdx, %rsi
    GO_SLOW heap_slow_reallocarray
END reallocarray

    .section .note.GNU-stack, "", @progbits
