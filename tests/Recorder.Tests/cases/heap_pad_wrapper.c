// A pad is for one call stack: another user of the same wrapper gets what it asks for.
// pad: wrapper>malloc padded>wrapper 512
// expect-report: ^patch_entries 1$
// expect-output: ^~padded 616 2008$
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static void *wrapper(size_t size) {
    void *block = malloc(size);
    __asm__ volatile("");
    return block;
}
__attribute__((noinline)) static void *padded(size_t size) {
    void *block = wrapper(size);
    __asm__ volatile("");
    return block;
}
__attribute__((noinline)) static void *plain(size_t size) {
    void *block = wrapper(size);
    __asm__ volatile("");
    return block;
}

int main(void) {
    printf("~padded %zu %zu\n", malloc_usable_size(padded(100)), malloc_usable_size(padded(1000)));
    printf("plain %zu %zu\n", malloc_usable_size(plain(100)), malloc_usable_size(plain(1000)));
    void *huge = padded((size_t)-100); // too large for a pad: fails as it does without
    printf("%d\n", huge == NULL);
    return 0;
}
