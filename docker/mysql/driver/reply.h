// The server's answer to one command, read packet by packet: OK, ERR, or a text result set.
//
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response.html
// https://mariadb.com/kb/en/result-set-packets/
#pragma once

#include "packet.h"

#define REPLY_COLUMNS 64

struct reply_field {
    const char *bytes; // not terminated; NULL for SQL's NULL; valid in the callback only
    size_t length;
};

typedef void reply_row(void *context, const struct reply_field *fields, unsigned columns);

enum reply_state { REPLY_FIRST, REPLY_DEFINITIONS, REPLY_DEFINITIONS_END, REPLY_ROWS, REPLY_OK, REPLY_ERROR };

struct reply {
    enum reply_state state; // REPLY_FIRST: nothing has come
    unsigned columns, definitions;
    unsigned code;    // REPLY_ERROR: the server's error code
    char text[256];   // REPLY_ERROR: what the server says
    reply_row *row;   // NULL: rows are read and not looked at
    void *context;
};

// 1: the answer is whole, in state REPLY_OK or REPLY_ERROR; 0: more packets follow; a negative errno and a
// sentence in `error`: this packet cannot be here.
int reply_take(struct reply *reply, struct packet packet, const char **error);
