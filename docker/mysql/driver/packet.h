// The frames of the MySQL protocol: bytes in, whole packets out.
//
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html
// https://mariadb.com/kb/en/0-packet/
#pragma once

#include <stddef.h>
#include <stdint.h>

struct packet {
    const unsigned char *bytes; // valid until the next packet_feed
    size_t length;
};

// Bytes that arrived, of which some packets may have been taken. All zero is a valid empty one.
struct packet_buffer {
    unsigned char *bytes;
    size_t start, end, capacity;
    uint8_t sequence; // the number that the next packet must have
};

void packet_feed(struct packet_buffer *buffer, const void *bytes, size_t length);

// 1: `packet` is the next one; 0: it has not arrived whole; a negative errno and a sentence in `error`: these
// bytes are not the protocol, and nothing more can be read.
int packet_next(struct packet_buffer *buffer, struct packet *packet, const char **error);

void packet_free(struct packet_buffer *buffer);

// Takes values off the front of a packet; a value that is not there makes `broken` true and is 0 or empty.
struct packet_reader {
    const unsigned char *at, *end;
    int broken;
};

uint64_t packet_integer(struct packet_reader *reader, unsigned bytes); // little endian
// https://mariadb.com/kb/en/protocol-data-types/: a length-encoded integer; *is_null for the byte 0xFB
uint64_t packet_length(struct packet_reader *reader, int *is_null);
const unsigned char *packet_bytes(struct packet_reader *reader, size_t length);
