// Remembers the sites of a module by build-id, so that a start scans nothing.
//
// Where: in the constructor and in the hook of mmap.
// Rules: a file is written under another name and renamed, so that no half of it is ever read; what is read
//        is checked against the bytes of the module before it is believed.
#include "site_cache.h"

#include "os.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define CACHE_MAGIC 0x3753455449534853ull // changes when the scan gives other answers

struct cache_head {
    uint64_t magic;
    uint64_t text_start, text_end; // offsets from the bias
    uint32_t count;
    uint32_t crc; // of the sites
};

static char directory[512];

static const char *variable(char **environment, const char *name) {
    size_t n = os_length(name);
    for (; *environment; environment++)
        if (!os_compare(*environment, name, n) && (*environment)[n] == '=' && (*environment)[n + 1] == '/') return *environment + n + 1;
    return NULL;
}

void site_cache_start(char **environment) {
    const char *cache = variable(environment, "XDG_CACHE_HOME"), *home = variable(environment, "HOME");
    if (cache) os_format(directory, sizeof directory, "%s/selfheal", cache);
    else if (home) os_format(directory, sizeof directory, "%s/.cache/selfheal", home);
}

static bool file_name(const struct module *m, char *to, size_t size) {
    if (!directory[0] || !m->build_id_size) return false;
    char id[2 * sizeof m->build_id + 1];
    for (unsigned i = 0; i < m->build_id_size; i++) {
        id[2 * i] = "0123456789abcdef"[m->build_id[i] >> 4];
        id[2 * i + 1] = "0123456789abcdef"[m->build_id[i] & 15];
    }
    id[2 * m->build_id_size] = 0;
    os_format(to, size, "%s/sites-%s", directory, id);
    return true;
}

static bool fits(const struct module *m, const struct site *s) {
    static const uint8_t second[] = {0, 0x05, 0x31, 0x01, 0xc7, 0xc7};
    uint64_t at = m->bias + s->offset;
    if (s->kind < SITE_SYSCALL || s->kind > SITE_RDSEED || s->before > 15 || s->after > 30 || s->length < 2 || s->length > 4) return false;
    if (!module_executes(m, at - s->before, (uint64_t)s->before + s->length + s->after)) return false;
    const uint8_t *p = (const void *)at;
    if (p[0] != 0x0f) p++; // a REX prefix
    return p[0] == 0x0f && p[1] == second[s->kind];
}

int site_cache_find(const struct module *m, struct site *sites, unsigned max) {
    char path[640];
    struct cache_head head;
    if (!file_name(m, path, sizeof path)) return -1;
    int fd = os_open(path, O_RDONLY, 0);
    if (fd < 0) return -1;
    int count = -1;
    if (os_read(fd, &head, sizeof head) == sizeof head && head.magic == CACHE_MAGIC && head.count <= max &&
        head.text_start == m->text_start - m->bias && head.text_end == m->text_end - m->bias &&
        os_read(fd, sites, head.count * sizeof *sites) == (long)(head.count * sizeof *sites) &&
        os_crc(0, sites, head.count * sizeof *sites) == head.crc)
        count = (int)head.count;
    os_close(fd);
    for (int i = 0; i < count; i++)
        if (!fits(m, &sites[i])) return -1;
    return count;
}

void site_cache_store(const struct module *m, const struct site *sites, unsigned count) {
    char path[640], fresh[700];
    if (!file_name(m, path, sizeof path)) return;
    os_format(fresh, sizeof fresh, "%s.%u", path, (uint64_t)OS1(SYS_getpid, 0));
    struct cache_head head = {CACHE_MAGIC, m->text_start - m->bias, m->text_end - m->bias, count, os_crc(0, sites, count * sizeof *sites)};
    int fd = os_open(fresh, O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (fd == -2) { // no directory yet: it and its parent are made, but never a home directory
        char *name = directory + os_length(directory) - 9; // "/selfheal"
        *name = 0;
        OS2(SYS_mkdir, directory, 0755);
        *name = '/';
        OS2(SYS_mkdir, directory, 0755);
        fd = os_open(fresh, O_WRONLY | O_CREAT | O_EXCL, 0644);
    }
    if (fd < 0) return;
    bool whole = os_write(fd, &head, sizeof head) == sizeof head &&
                 os_write(fd, sites, count * sizeof *sites) == (long)(count * sizeof *sites);
    os_close(fd);
    if (!whole || OS2(SYS_rename, fresh, path)) OS1(SYS_unlink, fresh);
}
