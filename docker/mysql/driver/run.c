// What the workloads have in common: asking, and the judgement when the server does not answer.
#include "run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GREETING_TIMEOUT_MS 10000

bool run_cannot(struct run *run, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(run->text, sizeof run->text, format, arguments);
    va_end(arguments);
    run->end = RUN_CANNOT;
    return false;
}

bool run_violated(struct run *run, unsigned long pair, const char *format, ...) {
    run->end = RUN_VIOLATED;
    if (run->violations++ == 0) {
        run->first = pair;
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(run->text, sizeof run->text, format, arguments);
        va_end(arguments);
    }
    return run->keep_going;
}

bool run_connect(struct run *run, struct client *client) {
    if (client_connect(client, run->socket, "test", true, run->wait_ms) == 0) return true;
    return run_cannot(run, "no server answers at %s: %s", run->socket, client->error);
}

// A connection was closed: by a dying server, or by one that lives on?
static bool lost(struct run *run, const struct client *client) {
    struct client again;
    bool lives = client_connect(&again, run->socket, "test", false, GREETING_TIMEOUT_MS) == 0;
    if (lives) {
        client_close(&again);
        return run_cannot(run, "the server lives, but closed the connection during %s", client->command);
    }
    snprintf(run->text, sizeof run->text, "the server closed the connection during %s and does not answer any more",
             client->command);
    run->end = RUN_SERVER_DIED;
    return false;
}

// True if the server said OK or ERR.
static bool replied(struct run *run, struct client *client) {
    switch (client->answer) {
    case ANSWER_OK:
    case ANSWER_REFUSED: return true;
    case ANSWER_LOST: return lost(run, client);
    case ANSWER_GARBAGE: return run_cannot(run, "the answer to %s is not the protocol: %s", client->command, client->error);
    default: return run_cannot(run, "%s was not answered within %d ms", client->command, run->timeout_ms);
    }
}

bool run_answered(struct run *run, struct client *client) {
    if (!replied(run, client)) return false;
    if (client->answer == ANSWER_OK) return true;
    return run_cannot(run, "%s: error %u, %s", client->command, client->reply.code, client->reply.text);
}

bool run_ask(struct run *run, struct client *client, const char *statement, reply_row *row, void *context) {
    client_query(client, statement, row, context, run->timeout_ms);
    return run_answered(run, client);
}

// Busy: a sleep would be longer than most delays that matter.
static void delay(long us) {
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - start.tv_sec) * 1000000 + (now.tv_nsec - start.tv_nsec) / 1000 < us);
}

bool run_together(struct run *run, struct client *a, const char *first, struct client *b, const char *second) {
    client_send(a, CLIENT_QUERY, first);
    if (run->delay_us) delay(run->delay_us);
    client_send(b, CLIENT_QUERY, second);
    client_wait((struct client *[]){a, b}, 2, false, run->timeout_ms);
    return replied(run, a) && replied(run, b);
}

// The text is not terminated in the field.
static void copy_field(const struct reply_field *field, char *text, size_t size) {
    size_t length = field->length < size - 1 ? field->length : size - 1;
    if (field->bytes) memcpy(text, field->bytes, length);
    text[field->bytes ? length : 0] = 0;
}

unsigned long run_field_number(const struct reply_field *field) {
    char text[32];
    copy_field(field, text, sizeof text);
    return strtoul(text, NULL, 10);
}

unsigned long run_field_insert(const struct reply_field *field) {
    static const char insert[] = "INSERT INTO t VALUES(";
    char text[128];
    copy_field(field, text, sizeof text);
    const char *found = strstr(text, insert);
    return found ? strtoul(found + strlen(insert), NULL, 10) : 0;
}
