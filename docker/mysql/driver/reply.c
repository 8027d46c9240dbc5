// The server's answer to one command. No input or output here.
//
// Protocol: an OK packet begins with 0x00 and an ERR packet with 0xFF; anything else is the number of columns,
// then one definition each, an EOF packet, the rows, and an EOF packet. (CLIENT_DEPRECATE_EOF is not asked for.)
#include "reply.h"

#include <errno.h>
#include <string.h>

static int is_eof(struct packet packet) { return packet.length < 9 && packet.bytes[0] == 0xFE; }

// https://mariadb.com/kb/en/err_packet/: 0xFF, code (2), '#' and SQL state (5), text
static int take_error(struct reply *reply, struct packet packet, const char **error) {
    struct packet_reader reader = {packet.bytes + 1, packet.bytes + packet.length, 0};
    reply->code = (unsigned)packet_integer(&reader, 2);
    if (reader.at < reader.end && *reader.at == '#') packet_bytes(&reader, 6);
    if (reader.broken) {
        *error = "an ERR packet is cut off";
        return -EPROTO;
    }
    size_t length = (size_t)(reader.end - reader.at);
    if (length >= sizeof reply->text) length = sizeof reply->text - 1;
    memcpy(reply->text, reader.at, length);
    reply->text[length] = 0;
    reply->state = REPLY_ERROR;
    return 1;
}

static int take_first(struct reply *reply, struct packet packet, const char **error) {
    if (packet.bytes[0] == 0) {
        reply->state = REPLY_OK;
        return 1;
    }
    struct packet_reader reader = {packet.bytes, packet.bytes + packet.length, 0};
    int is_null;
    uint64_t columns = packet_length(&reader, &is_null);
    if (reader.broken || is_null || reader.at != reader.end || columns == 0 || columns > REPLY_COLUMNS) {
        *error = "a result does not begin with the number of its columns";
        return -EPROTO;
    }
    reply->columns = (unsigned)columns;
    reply->definitions = 0;
    reply->state = REPLY_DEFINITIONS;
    return 0;
}

static int take_row(struct reply *reply, struct packet packet, const char **error) {
    struct packet_reader reader = {packet.bytes, packet.bytes + packet.length, 0};
    struct reply_field fields[REPLY_COLUMNS];
    for (unsigned i = 0; i < reply->columns; i++) {
        int is_null;
        uint64_t length = packet_length(&reader, &is_null);
        const unsigned char *bytes = packet_bytes(&reader, length);
        fields[i] = (struct reply_field){is_null ? NULL : (const char *)bytes, length};
    }
    if (reader.broken || reader.at != reader.end) {
        *error = "a row is not as long as its fields";
        return -EPROTO;
    }
    if (reply->row) reply->row(reply->context, fields, reply->columns);
    return 0;
}

int reply_take(struct reply *reply, struct packet packet, const char **error) {
    if (packet.length == 0) {
        *error = "an answer has an empty packet";
        return -EPROTO;
    }
    // a field may begin with 0xFF only as a definition, whose first byte is the length of "def"
    if (packet.bytes[0] == 0xFF) return take_error(reply, packet, error);
    switch (reply->state) {
    case REPLY_FIRST: return take_first(reply, packet, error);
    case REPLY_DEFINITIONS:
        if (++reply->definitions == reply->columns) reply->state = REPLY_DEFINITIONS_END;
        return 0;
    case REPLY_DEFINITIONS_END:
        reply->state = REPLY_ROWS;
        if (is_eof(packet)) return 0;
        *error = "the definitions of the columns do not end where they should";
        return -EPROTO;
    case REPLY_ROWS:
        if (!is_eof(packet)) return take_row(reply, packet, error);
        reply->state = REPLY_OK;
        return 1;
    default: *error = "a packet follows a whole answer"; return -EPROTO;
    }
}
