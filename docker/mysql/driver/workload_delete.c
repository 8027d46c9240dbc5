// mysql-2 (MySQL bug 169): the binlog has DELETE and INSERT in the order in which they were executed.
//
// A pair: DELETE FROM t on one connection, INSERT INTO t VALUES(i) on the other, sent together; then it is looked
// whether the row exists. The binlog predicts it: it does if the INSERT comes after the DELETE. Pairs follow one
// another, so that two statements in the binlog are one pair.
#include "run.h"

#include <stdio.h>
#include <string.h>

struct delete {
    unsigned long first, last;
    unsigned char exists[RUN_BATCH];
    char log[64];
    unsigned long position;                // where this batch begins in it
    unsigned long statements[2 * RUN_BATCH]; // i of an INSERT, 0 for a DELETE
    unsigned long count;                   // of the statements in the binlog
};

static void take_position(void *context, const struct reply_field *fields, unsigned columns) {
    struct delete *delete = context;
    if (columns < 2 || fields[0].length >= sizeof delete->log) return;
    memcpy(delete->log, fields[0].bytes, fields[0].length);
    delete->log[fields[0].length] = 0;
    delete->position = run_field_number(&fields[1]);
}

static void take_event(void *context, const struct reply_field *fields, unsigned columns) {
    struct delete *delete = context;
    if (columns != 6) return;
    delete->position = run_field_number(&fields[4]);
    unsigned long pair = run_field_insert(&fields[5]);
    bool is_delete = fields[5].bytes && memmem(fields[5].bytes, fields[5].length, "DELETE FROM t", 13);
    if (!pair && !is_delete) return;
    if (delete->count < 2 * RUN_BATCH) delete->statements[delete->count] = pair;
    delete->count++;
}

static void take_count(void *context, const struct reply_field *fields, unsigned columns) {
    *(unsigned long *)context = columns == 1 ? run_field_number(&fields[0]) : 0;
}

static bool check(struct run *run, struct client *client, struct delete *delete) {
    char statement[128];
    snprintf(statement, sizeof statement, "SHOW BINLOG EVENTS IN '%s' FROM %lu", delete->log, delete->position);
    delete->count = 0;
    if (!run_ask(run, client, statement, take_event, delete)) return false;
    if (delete->count != 2 * (delete->last - delete->first + 1)) {
        return run_violated(run, delete->first, "%lu statements of pairs %lu to %lu are in the binlog, and not two of each",
                            delete->count, delete->first, delete->last);
    }
    for (unsigned long pair = delete->first; pair <= delete->last; pair++) {
        unsigned long at = pair - delete->first;
        bool inserted_last = delete->statements[2 * at] == 0 && delete->statements[2 * at + 1] == pair;
        bool inserted_first = delete->statements[2 * at] == pair && delete->statements[2 * at + 1] == 0;
        const char *what = !inserted_first && !inserted_last      ? "the binlog has other statements"
                           : inserted_last && !delete->exists[at] ? "the binlog has DELETE, INSERT, but the row does not exist"
                           : inserted_first && delete->exists[at] ? "the binlog has INSERT, DELETE, but the row exists"
                                                                  : NULL;
        if (what && !run_violated(run, pair, "pair %lu: %s", pair, what)) return false;
    }
    return true;
}

static bool run_batch(struct run *run, struct client *a, struct client *b, struct delete *delete) {
    for (unsigned long pair = delete->first; pair <= delete->last; pair++) {
        char statement[64];
        unsigned long rows = 0;
        snprintf(statement, sizeof statement, "INSERT INTO t VALUES(%lu)", pair);
        if (!run_together(run, a, "DELETE FROM t", b, statement) || !run_answered(run, a) || !run_answered(run, b))
            return false;
        run->done = pair;
        snprintf(statement, sizeof statement, "SELECT COUNT(*) FROM t WHERE i=%lu", pair);
        if (!run_ask(run, a, statement, take_count, &rows)) return false;
        delete->exists[pair - delete->first] = rows > 0;
    }
    return check(run, a, delete);
}

static void work(struct run *run) {
    struct client a = {.fd = -1}, b = {.fd = -1};
    struct delete delete = {0};
    if (run_connect(run, &a) && run_connect(run, &b) && run_ask(run, &a, "CREATE OR REPLACE TABLE t(i INT)", NULL, NULL) &&
        run_ask(run, &a, "SHOW MASTER STATUS", take_position, &delete)) {
        do {
            delete.first = delete.last + 1;
            delete.last = delete.last + run->batch < run->pairs ? delete.last + run->batch : run->pairs;
        } while (run_batch(run, &a, &b, &delete) && delete.last < run->pairs);
    }
    client_close(&a);
    client_close(&b);
}

const struct workload workload_delete = {
    "mysql-2", "DELETE FROM t | INSERT INTO t VALUES(i)", "the order in the binlog predicts whether the row exists", work};
