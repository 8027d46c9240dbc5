// Random numbers of the processor.
// flags: -mrdrnd
#include <immintrin.h>
#include <stdio.h>

int main(void) {
    unsigned long long value = 0;
    if (!__builtin_cpu_supports("rdrnd"))
        return puts("no rdrand") < 0;
    int ok = 0;
    for (int i = 0; i < 10 && !ok; i++)
        ok = _rdrand64_step(&value);
    printf("ok %d\n~ %llx\n", ok, value);
    return 0;
}
