// dlopen of a library whose code makes system calls.
// flags: -ldl
#include <dlfcn.h>
#include <stdio.h>

int main(void) {
    void *library = dlopen("libm.so.6", RTLD_NOW), *resolver = dlopen("libresolv.so.2", RTLD_NOW);
    double (*cosine)(double) = (double (*)(double))dlsym(library, "cos");
    printf("%d %.1f\n~ %p\n", resolver != NULL, cosine(0), (void *)cosine);
    dlclose(resolver);
    return dlclose(library);
}
