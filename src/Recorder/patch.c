// The environment patch in force: reads RUN/patch.ep, finds its modules, fills the tables of pads and holds.
//
// Where: at start, and live at events and allocations, in whichever thread sees the new generation first.
// Rules: one thread at a time; the others go on with the old table meanwhile. A refused patch changes
//        nothing but control->patch_refused and patch_text. Nothing here allocates through malloc.
#include "patch.h"

#include "control.h"
#include "drop_table.h"
#include "heap_pad.h"
#include "modules.h"
#include "os.h"
#include "patch_parse.h"
#include "sched.h"
#include "sched_hold.h"
#include "stack_table.h"

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>

#define FILE_MAX (4ul << 20)

static char source[1024];
static struct patch_text *in_force, *spare; // two buffers, swapped by a load that is accepted
static struct stack_entry *resolved;        // PATCH_ENTRIES of them
HOT_DATA static uint32_t seen;
HOT_DATA static uint32_t busy;
HOT_DATA static bool is_child;

void patch_after_fork_child(void) {
    is_child = true;
    busy = 0;
}

static const char *source_name(void) {
    const char *name = source;
    for (const char *c = source; *c; c++)
        if (*c == '/')
            name = c + 1;
    return name;
}

static int refuse(const char *text) {
    if (!is_child) {
        os_format(control->patch_text, sizeof control->patch_text, "%s", text);
        __atomic_store_n(&control->patch_refused, 1, __ATOMIC_RELEASE);
    }
    return -EINVAL;
}

// The whole file in memory of our own; *size its length. NULL and a negative errno in *size if it cannot.
static char *read_whole(const char *path, long *size) {
    int fd = os_open(path, 0, 0);
    if (fd < 0) {
        *size = fd;
        return NULL;
    }
    char *text = os_map(FILE_MAX);
    long used = 0, n = text ? 1 : -ENOMEM;
    while (text && n > 0 && used < (long)FILE_MAX) {
        n = os_read(fd, text + used, FILE_MAX - (size_t)used);
        if (n > 0)
            used += n;
    }
    os_close(fd);
    if (n < 0 || used == (long)FILE_MAX) {
        *size = n < 0 ? n : -EFBIG;
        if (text)
            os_unmap(text, FILE_MAX);
        return NULL;
    }
    *size = used;
    return text;
}

static void describe_build_id(char *to, const uint8_t *id, uint32_t size) {
    const char *digits = "0123456789abcdef";
    uint32_t shown = size < 4 ? size : 4;
    for (uint32_t i = 0; i < shown; i++) {
        *to++ = digits[id[i] >> 4];
        *to++ = digits[id[i] & 15];
    }
    os_format(to, 8, "%s", size ? "..." : "none");
}

static int refuse_build_id(const struct patch_module *wanted, const struct module *have) {
    char text[256], ours[20], theirs[20];
    describe_build_id(ours, wanted->build_id, wanted->build_id_size);
    describe_build_id(theirs, have->build_id, have->build_id_size);
    os_format(text, sizeof text, "%s is for %s with build-id %s, this %s is %s: heal it again", source_name(),
              wanted->name, ours, wanted->name, theirs);
    return refuse(text);
}

// The loaded module that a module line means; NULL if none is loaded. *other: one with the name but
// another build-id. Where several have the name, the one with the right build-id counts.
static const struct module *find_loaded(const struct patch_module *wanted, const struct module **other) {
    *other = NULL;
    for (unsigned i = 0; i < modules_count; i++) {
        const struct module *m = &modules[i];
        if (m->end == 0 || !os_equal(m->name, wanted->name))
            continue;
        if (m->build_id_size == wanted->build_id_size &&
            os_compare(m->build_id, wanted->build_id, m->build_id_size) == 0) {
            *other = NULL;
            return m;
        }
        *other = m;
    }
    return NULL;
}

// Turns module + offset into addresses, into `resolved`: the entries of one action. Those of modules that are
// not loaded wait.
static unsigned addresses(const struct patch_text *text, enum patch_action action, const uint64_t *bias,
                          const bool *loaded) {
    unsigned count = 0;
    for (uint32_t i = 0; i < text->entry_count; i++) {
        const struct patch_entry *e = &text->entries[i];
        if (e->action != action)
            continue;
        struct stack_entry *to = &resolved[count];
        bool all = true;
        for (uint32_t f = 0; f < e->frame_count; f++) {
            all &= loaded[e->frames[f].module];
            to->frames[f] = bias[e->frames[f].module] + e->frames[f].offset;
        }
        to->frame_count = e->frame_count;
        to->number = i;
        to->amount = e->amount;
        count += all;
    }
    return count;
}

// Hands the tables over, or refuses.
static int resolve(const struct patch_text *text) {
    uint64_t bias[PATCH_MODULES];
    bool loaded[PATCH_MODULES];
    for (uint32_t i = 0; i < text->module_count; i++) {
        const struct module *other, *m = find_loaded(&text->modules[i], &other);
        if (other)
            return refuse_build_id(&text->modules[i], other);
        loaded[i] = m != NULL;
        bias[i] = m ? m->bias : 0;
    }
    heap_pad_replace(resolved, addresses(text, PATCH_PAD, bias, loaded));
    sched_hold_replace(resolved, addresses(text, PATCH_HOLD, bias, loaded));
    bool dropping = drop_replace(text, resolved, addresses(text, PATCH_DROP, bias, loaded));
    sched_patch_changed();
    return dropping ? 0 : refuse("no memory for the patch");
}

static void accept(uint32_t entries, bool new_text) {
    if (is_child)
        return;
    if (new_text) // hits are counted in file order: of this file from now on
        for (unsigned i = 0; i < SH_MAX_ENTRIES; i++)
            __atomic_store_n(&control->hits[i], 0, __ATOMIC_RELAXED);
    control->patch_entries = entries;
    control->patch_text[0] = 0;
    __atomic_store_n(&control->patch_refused, 0, __ATOMIC_RELEASE);
}

// Days since 1970-01-01, UTC.
static uint32_t today(void) {
    struct timespec now = {0, 0};
    OS2(SYS_clock_gettime, CLOCK_REALTIME, &now);
    return (uint32_t)(now.tv_sec / 86400);
}

static int load(void) {
    long size;
    char *text = read_whole(source, &size);
    char message[256];
    if (!text && size == -ENOENT) { // the engine took the patch away
        heap_pad_replace(NULL, 0);
        sched_hold_replace(NULL, 0);
        drop_replace(in_force, NULL, 0);
        if (in_force)
            in_force->module_count = in_force->entry_count = 0;
        accept(0, true);
        return -ENOENT;
    }
    if (!text) {
        os_format(message, sizeof message, "%s cannot be read: error %d", source_name(), -(int64_t)size);
        return refuse(message);
    }
    struct patch_error error = {0, NULL};
    if (!spare)
        spare = os_map(sizeof *spare);
    if (!resolved)
        resolved = os_map(PATCH_ENTRIES * sizeof *resolved);
    int result = -ENOMEM;
    if (!spare || !resolved) {
        refuse("no memory for the patch");
    } else if (!patch_parse(text, (size_t)size, today(), spare, &error)) {
        os_format(message, sizeof message, "%s line %u: %s", source_name(), (uint64_t)error.line, error.text);
        result = refuse(message);
    } else if ((result = resolve(spare)) == 0) {
        struct patch_text *old = in_force;
        in_force = spare;
        spare = old;
        accept(in_force->entry_count, true);
    }
    os_unmap(text, FILE_MAX);
    return result;
}

int patch_load(const char *path) {
    if (os_length(path) >= sizeof source)
        return refuse("the patch's path is too long");
    os_format(source, sizeof source, "%s", path);
    seen = __atomic_load_n(&control->patch_generation, __ATOMIC_ACQUIRE);
    int result = load();
    control->patch_seen = seen;
    return result;
}

HOT void patch_poll(void) {
    uint32_t generation = __atomic_load_n(&control->patch_generation, __ATOMIC_ACQUIRE);
    if (LIKELY(generation == seen) || !source[0] || __atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE))
        return;
    seen = generation;
    load();
    if (!is_child)
        __atomic_store_n(&control->patch_seen, generation, __ATOMIC_RELEASE);
    __atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
}

void patch_modules_changed(void) {
    if (!in_force || in_force->entry_count == 0 || __atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE))
        return;
    if (resolve(in_force) == 0)
        accept(in_force->entry_count, false);
    __atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
}
