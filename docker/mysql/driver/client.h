// One connection to a server that was started with --skip-grant-tables, over its Unix socket.
#pragma once

#include "packet.h"
#include "reply.h"

#include <stdbool.h>

// What became of a command.
enum answer {
    ANSWER_PENDING,
    ANSWER_OK,
    ANSWER_REFUSED, // an ERR packet: code and text are in client.reply
    ANSWER_LOST,    // the server closed the connection
    ANSWER_LATE,    // no whole answer in time
    ANSWER_GARBAGE, // not the protocol: client.error
};

struct client {
    int fd; // -1: not connected
    enum answer answer;
    struct packet_buffer in;
    struct reply reply;
    const char *error; // a sentence without its full stop
    char command[160]; // the last one, for messages
};

#define CLIENT_PING 0x0E // https://mariadb.com/kb/en/com_ping/
#define CLIENT_QUIT 0x01
#define CLIENT_QUERY 0x03

// Connects and shakes hands, within timeout_ms in all. `starting`: the server may still come up, so that a socket
// that is not there, or does not listen, is tried again. 0, or -1 with the reason in client->error.
int client_connect(struct client *client, const char *socket_path, const char *database, bool starting, int timeout_ms);

// Sends a command without waiting. After it client->answer is PENDING, or LOST.
void client_send(struct client *client, int command, const char *text);

// Waits until all answers (any: at least one) are no longer PENDING; on timeout, those that are become LATE.
void client_wait(struct client *const *clients, unsigned count, bool any, int timeout_ms);

// Sends and waits.
enum answer client_query(struct client *client, const char *text, reply_row *row, void *context, int timeout_ms);

void client_close(struct client *client);
