// Prints the value of each call in order; C leaves the order of a function's arguments open.
#include <stdio.h>
#define SAY(x) printf("%d ", (int)(x))
