// Finds the instructions of a module that must be intercepted, and how each can be replaced.
#ifndef SELFHEAL_SITE_SCAN_H
#define SELFHEAL_SITE_SCAN_H

#include "modules.h"

enum site_kind { SITE_SYSCALL = 1, SITE_RDTSC, SITE_RDTSCP, SITE_RDRAND, SITE_RDSEED };
enum site_method {
    SITE_TRAP = 0, // an invalid opcode: no five bytes around it can be moved
    SITE_JUMP = 1, // a jump over the site and `before` and `after` bytes of its neighbours
};
struct site {
    uint32_t offset;     // of the instruction, from the load bias
    uint8_t kind;        // enum site_kind
    uint8_t method;      // enum site_method
    uint8_t length;      // of the instruction
    uint8_t before;      // bytes of whole instructions before it that move along
    uint8_t after;       // bytes of whole instructions behind it that move along
    uint8_t last;        // 1: control never comes back (a moved `ret`)
    uint8_t operand;     // rdrand, rdseed: register number; bit 7: 64 bit
    uint8_t relative;    // 1: a neighbour that moves along has a rip-relative displacement to correct
};
#define SITES_MAX 8192

// Fills `sites` for the executable range of `m`, whose bytes are readable now. Returns the number.
// Takes some 10 ms for a libc; site_cache.c remembers the answer.
unsigned site_scan(const struct module *m, struct site *sites, unsigned max);

struct ZydisDecodedInstruction_;
// May the instruction run at another address, with at most its rip-relative displacement corrected?
bool site_movable(const struct ZydisDecodedInstruction_ *in);

#endif
