// One run of a workload against a server: what it is asked to do, and what became of it.
#pragma once

#include "client.h"

enum run_end { RUN_HOLDS = 0, RUN_VIOLATED = 1, RUN_SERVER_DIED = 2, RUN_CANNOT = 3 }; // the exit codes

struct run {
    const char *socket;
    unsigned long pairs;
    unsigned clients; // of mysql-3, beside the one with SHOW PROCESSLIST
    long delay_us;    // from the first statement of a pair to the second
    unsigned batch;   // pairs between two checks of the binlog
    bool keep_going;  // after a violation, to count them
    int timeout_ms;   // for one answer
    int wait_ms;      // for the server to come up

    enum run_end end;
    unsigned long done;       // pairs that were run, and checked unless the server died
    unsigned long violations, // pairs
        first;                // the first one, from 1
    char text[512];           // what was violated first, or why it cannot run, or what killed the server
};

struct workload {
    const char *name, *statements, *invariant;
    void (*work)(struct run *run);
};
extern const struct workload workload_flush, workload_delete, workload_processlist, workload_xpath, workload_mixed;

#define RUN_BATCH 100 // pairs between two checks of the binlog, at most

// Each is true if the run may go on; else run->end and run->text say why not.
bool run_connect(struct run *run, struct client *client);
bool run_ask(struct run *run, struct client *client, const char *statement, reply_row *row, void *context);
// Ends the run unless the server has answered the client's last command with OK.
bool run_answered(struct run *run, struct client *client);
// Both statements are sent before either answer is read. Refused ones are for the caller to judge.
bool run_together(struct run *run, struct client *a, const char *first, struct client *b, const char *second);

// A violation in this pair; true if the run may go on nevertheless.
__attribute__((format(printf, 3, 4))) bool run_violated(struct run *run, unsigned long pair, const char *format, ...);
__attribute__((format(printf, 2, 3))) bool run_cannot(struct run *run, const char *format, ...);

// SHOW ... rows: one field's number, or whether it contains `INSERT INTO t VALUES(N)` (N, else 0).
unsigned long run_field_number(const struct reply_field *field);
unsigned long run_field_insert(const struct reply_field *field);
