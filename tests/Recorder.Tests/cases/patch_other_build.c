// A patch for another build of this program is refused.
// pad: make>malloc 64
// build-id: 0011223344556677
// expect-report: ^patch_refused 1$
// expect-report: ^patch_text patch.ep is for patch_other_build with build-id 00112233..., this patch_other_build is [0-9a-f]{8}...: heal it again$
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static void *make(void) {
    void *block = malloc(64);
    __asm__ volatile("");
    return block;
}

int main(void) {
    printf("%d\n", make() != NULL);
    return 0;
}
