// Bytes whose change tells of a bad write, and how to write and check them.
//
// Where: guard mode, under its lock. One pattern by address, eight bytes long, so that whole words are
// compared wherever they lie; all bytes >= 0x80 and none is 0xff: unlike text, zeros and small numbers.
#ifndef SELFHEAL_HEAP_GUARD_CANARY_H
#define SELFHEAL_HEAP_GUARD_CANARY_H

#include "os.h"

#define CANARY 0xd7a3c5b1e98fb6f3ull
#define POISON 0xdedededededededeull // of freed blocks

ALWAYS_INLINE uint8_t canary_byte(uint64_t at) { return (uint8_t)(CANARY >> (at % 8 * 8)); }

ALWAYS_INLINE void canary_fill(uint64_t from, uint64_t to) {
    for (; from < to && from % 8; from++)
        *(volatile uint8_t *)from = canary_byte(from);
    for (; from + 8 <= to; from += 8)
        *(volatile uint64_t *)from = CANARY;
    for (; from < to; from++)
        *(volatile uint8_t *)from = canary_byte(from);
}
ALWAYS_INLINE bool canary_intact(uint64_t at) { return *(const uint8_t *)at == canary_byte(at); }

// The first changed byte in [from, to), `to` if there is none.
ALWAYS_INLINE uint64_t canary_first(uint64_t from, uint64_t to) {
    for (; from < to && from % 8 && canary_intact(from); from++)
        ;
    if (from % 8 == 0)
        for (; from + 8 <= to && *(const uint64_t *)from == CANARY; from += 8)
            ;
    for (; from < to && canary_intact(from); from++)
        ;
    return from;
}
// The end of the last changed byte in [from, to), `from` if there is none.
ALWAYS_INLINE uint64_t canary_last(uint64_t from, uint64_t to) {
    while (to > from && canary_intact(to - 1))
        to--;
    return to;
}

#endif
