// Our own end: a sentence on stderr and out. For broken invariants of the recorder only; an expected
// failure is a negative errno, and a set-up failure goes to entry.c.
#ifndef SELFHEAL_FATAL_H
#define SELFHEAL_FATAL_H
// Prints "selfheal: <sentence>" to stderr and ends the process with exit code 125.
_Noreturn void fatal(const char *sentence);
// Prints "selfheal: <sentence>" to stderr and returns.
void complain(const char *sentence);
#endif
