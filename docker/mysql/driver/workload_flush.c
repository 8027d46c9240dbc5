// mysql-1 (MySQL bug 791): an INSERT that meets a FLUSH LOGS must be in the binlog, once it is acknowledged.
//
// A pair: FLUSH LOGS on one connection, INSERT INTO t VALUES(i) on the other, sent together. Between batches, when
// nothing is under way, every binlog that may have grown is read.
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct flush {
    unsigned long first, last;     // pairs of this batch
    unsigned char acknowledged[RUN_BATCH], logged[RUN_BATCH];
    char (*names)[64];             // the binlogs, oldest first
    size_t count, capacity, read;  // the last of those read may still grow
};

static void take_name(void *context, const struct reply_field *fields, unsigned columns) {
    struct flush *flush = context;
    if (columns < 1 || fields[0].length >= sizeof *flush->names) return;
    if (flush->count == flush->capacity) {
        flush->capacity = flush->capacity ? 2 * flush->capacity : 256;
        flush->names = realloc(flush->names, flush->capacity * sizeof *flush->names);
        if (!flush->names) abort();
    }
    char *name = flush->names[flush->count++];
    memcpy(name, fields[0].bytes, fields[0].length);
    name[fields[0].length] = 0;
}

static void take_event(void *context, const struct reply_field *fields, unsigned columns) {
    struct flush *flush = context;
    unsigned long pair = columns == 6 ? run_field_insert(&fields[5]) : 0; // Log_name .. Info
    if (pair >= flush->first && pair <= flush->last) flush->logged[pair - flush->first] = 1;
}

static bool check(struct run *run, struct client *client, struct flush *flush) {
    flush->count = 0;
    if (!run_ask(run, client, "SHOW BINARY LOGS", take_name, flush)) return false;
    for (size_t i = flush->read; i < flush->count; i++) {
        char statement[128];
        snprintf(statement, sizeof statement, "SHOW BINLOG EVENTS IN '%s'", flush->names[i]);
        if (!run_ask(run, client, statement, take_event, flush)) return false;
    }
    if (flush->count) flush->read = flush->count - 1;
    for (unsigned long pair = flush->first; pair <= flush->last; pair++) {
        unsigned long at = pair - flush->first;
        if (!flush->acknowledged[at] || flush->logged[at]) continue;
        if (!run_violated(run, pair, "INSERT INTO t VALUES(%lu) was acknowledged and is in none of %zu binlogs", pair, flush->count))
            return false;
    }
    return true;
}

static bool run_batch(struct run *run, struct client *a, struct client *b, struct flush *flush) {
    for (unsigned long pair = flush->first; pair <= flush->last; pair++) {
        char insert[64];
        snprintf(insert, sizeof insert, "INSERT INTO t VALUES(%lu)", pair);
        if (!run_together(run, a, "FLUSH LOGS", b, insert) || !run_answered(run, a)) return false;
        run->done = pair;
        flush->acknowledged[pair - flush->first] = b->answer == ANSWER_OK;
        flush->logged[pair - flush->first] = 0;
    }
    return check(run, a, flush);
}

static void work(struct run *run) {
    struct client a = {.fd = -1}, b = {.fd = -1};
    struct flush flush = {0};
    if (run_connect(run, &a) && run_connect(run, &b) && run_ask(run, &a, "RESET MASTER", NULL, NULL) &&
        run_ask(run, &a, "CREATE OR REPLACE TABLE t(i INT)", NULL, NULL)) {
        do {
            flush.first = flush.last + 1;
            flush.last = flush.last + run->batch < run->pairs ? flush.last + run->batch : run->pairs;
        } while (run_batch(run, &a, &b, &flush) && flush.last < run->pairs);
    }
    free(flush.names);
    client_close(&a);
    client_close(&b);
}

const struct workload workload_flush = {
    "mysql-1", "FLUSH LOGS | INSERT INTO t VALUES(i)", "every acknowledged INSERT is in some binlog", work};
