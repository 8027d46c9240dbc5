// mysql-3 (the pattern of MySQL bug 3596): SHOW PROCESSLIST while others have a query one moment and none the next.
// mysql-4 (MDEV-39593, open, in every server): one statement that kills the server.
#include "run.h"

#define CLIENTS_MOST 32

static bool connect_all(struct run *run, struct client *clients, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        if (!run_connect(run, &clients[i])) return false;
    }
    return true;
}

// Each has always one command under way; the first has SHOW PROCESSLIST, and its answers are counted.
static void keep_busy(struct run *run, struct client **clients, unsigned count) {
    for (unsigned i = 0; i < count; i++) client_send(clients[i], CLIENT_QUERY, i == 0 ? "SHOW PROCESSLIST" : "SELECT 1");
    while (run->done < run->pairs) {
        client_wait(clients, count, true, run->timeout_ms);
        for (unsigned i = 0; i < count; i++) {
            if (clients[i]->answer == ANSWER_PENDING) continue;
            if (!run_answered(run, clients[i])) return;
            if (i == 0) run->done++;
            client_send(clients[i], CLIENT_QUERY, i == 0 ? "SHOW PROCESSLIST" : "SELECT 1");
        }
    }
    client_wait(clients, count, false, run->timeout_ms);
    for (unsigned i = 0; i < count; i++) {
        if (!run_answered(run, clients[i])) return;
    }
}

static void work(struct run *run) {
    struct client clients[CLIENTS_MOST + 1], *pointers[CLIENTS_MOST + 1];
    unsigned count = 1 + (run->clients < CLIENTS_MOST ? run->clients : CLIENTS_MOST);
    for (unsigned i = 0; i < count; i++) {
        clients[i] = (struct client){.fd = -1};
        pointers[i] = &clients[i];
    }
    if (connect_all(run, clients, count)) keep_busy(run, pointers, count);
    for (unsigned i = 0; i < count; i++) client_close(&clients[i]);
}

static void work_xpath(struct run *run) {
    struct client client = {.fd = -1};
    if (run_connect(run, &client)) {
        while (run->done < run->pairs && run_ask(run, &client, "SELECT 1", NULL, NULL) &&
               run_ask(run, &client, "SELECT EXTRACTVALUE('<a/>', '/a[number()]')", NULL, NULL))
            run->done++;
    }
    client_close(&client);
}

const struct workload workload_processlist = {
    "mysql-3", "SHOW PROCESSLIST | SELECT 1 by each of the clients", "the server answers all", work};
const struct workload workload_xpath = {
    "mysql-4", "SELECT 1; SELECT EXTRACTVALUE('<a/>', '/a[number()]')", "the server answers all", work_xpath};
