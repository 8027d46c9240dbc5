// mixed: a fixed amount of ordinary work by several clients at once, each on its own rows; for measuring, and to
// see that nothing is lost. A pair is one statement here.
#include "run.h"

#include <stdio.h>

#define CLIENTS_MOST 32
#define KINDS 5 // of statements, in turn

// The n-th statement of a client.
static void statement(char *to, size_t size, unsigned client, unsigned long n) {
    unsigned long row = n / KINDS;
    switch (n % KINDS) {
    case 0: snprintf(to, size, "INSERT INTO mixed VALUES(%u, %lu, 'row %lu of client %u')", client, row, row, client); break;
    case 1: snprintf(to, size, "SELECT text FROM mixed WHERE client = %u AND id = %lu", client, row); break;
    case 2: snprintf(to, size, "UPDATE mixed SET text = 'changed' WHERE client = %u AND id = %lu", client, row); break;
    case 3: snprintf(to, size, "SELECT COUNT(*), MAX(id) FROM mixed WHERE client = %u AND id > %lu", client, row > 20 ? row - 20 : 0); break;
    default:
        if (row % 2) snprintf(to, size, "DELETE FROM mixed WHERE client = %u AND id = %lu", client, row);
        else snprintf(to, size, "SELECT id FROM mixed WHERE client = %u AND id BETWEEN %lu AND %lu ORDER BY text", client, row > 5 ? row - 5 : 0, row);
    }
}

static void keep_busy(struct run *run, struct client **clients, unsigned count) {
    unsigned long next[CLIENTS_MOST] = {0}, each = run->pairs / count, answered = 0;
    char text[200];
    for (unsigned i = 0; i < count && each; i++) {
        statement(text, sizeof text, i, next[i]++);
        client_send(clients[i], CLIENT_QUERY, text);
    }
    struct client *busy[CLIENTS_MOST];
    while (answered < each * count) {
        unsigned busy_count = 0;
        for (unsigned i = 0; i < count; i++)
            if (clients[i]->answer == ANSWER_PENDING) busy[busy_count++] = clients[i];
        client_wait(busy, busy_count, true, run->timeout_ms);
        for (unsigned i = 0; i < busy_count; i++) {
            if (busy[i]->answer == ANSWER_PENDING) continue;
            if (!run_answered(run, busy[i])) return;
            answered++;
            run->done = answered;
            unsigned who = 0;
            while (clients[who] != busy[i]) who++;
            if (next[who] == each) continue;
            statement(text, sizeof text, who, next[who]++);
            client_send(busy[i], CLIENT_QUERY, text);
        }
    }
}

static void take_number(void *context, const struct reply_field *fields, unsigned count) {
    if (count) *(unsigned long *)context = run_field_number(&fields[0]);
}

static void check_rows(struct run *run, struct client *client, unsigned count) {
    unsigned long each = run->pairs / count, rows = 0, expected = 0, found = 0;
    rows = (each + KINDS - 1) / KINDS;
    expected = rows - (each / KINDS) / 2; // every second row is deleted again
    if (run_ask(run, client, "SELECT COUNT(*) FROM mixed", take_number, &found) && found != expected * count)
        run_violated(run, run->pairs, "%lu rows are left, not %lu", found, expected * count);
}

static void work(struct run *run) {
    struct client clients[CLIENTS_MOST], *pointers[CLIENTS_MOST];
    unsigned count = run->clients < CLIENTS_MOST ? run->clients : CLIENTS_MOST;
    bool good = count > 0;
    for (unsigned i = 0; i < count; i++) {
        clients[i] = (struct client){.fd = -1};
        pointers[i] = &clients[i];
    }
    for (unsigned i = 0; i < count && good; i++) good = run_connect(run, &clients[i]);
    good = good && run_ask(run, &clients[0], "CREATE OR REPLACE TABLE mixed(client INT, id INT, text VARCHAR(80), KEY(client, id))", NULL, NULL);
    if (good) keep_busy(run, pointers, count);
    if (good && run->done) check_rows(run, &clients[0], count);
    for (unsigned i = 0; i < count; i++) client_close(&clients[i]);
}

const struct workload workload_mixed = {
    "mixed", "INSERT | SELECT | UPDATE | DELETE by each of the clients on rows of its own", "no row is lost", work};
