// Data in an executable segment that looks like system calls stays as it is.
// flags: -Wl,-z,noseparate-code
#include <stdio.h>

#define ONE 0, 0, 0x0f, 0x05, 0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff, 0, 0, 0, 0, 0, 0,
#define FOUR ONE ONE ONE ONE
#define SIXTEEN FOUR FOUR FOUR FOUR
static const unsigned char table[] = {SIXTEEN SIXTEEN SIXTEEN SIXTEEN 0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0xc3};

int main(void) {
    unsigned long sum = 0;
    const unsigned char *at = table;
    __asm__("" : "+r"(at)); // read it, do not compute it
    for (unsigned i = 0; i < sizeof table; i++)
        sum = sum * 31 + at[i];
    return printf("%lx\n", sum) < 0;
}
