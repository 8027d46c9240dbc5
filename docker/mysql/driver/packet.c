// The frames of the MySQL protocol. No input or output here, so that every split of the bytes can be tested.
//
// Rules: whatever the bytes are, nothing outside of them is read, and the answer is a packet or a sentence.
#include "packet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKET_HEADER 4
#define PACKET_LONGEST 0xFFFFFF // a packet of this length would be continued in the next

void packet_feed(struct packet_buffer *buffer, const void *bytes, size_t length) {
    if (buffer->start > 0) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->end - buffer->start);
        buffer->end -= buffer->start;
        buffer->start = 0;
    }
    if (buffer->end + length > buffer->capacity) {
        buffer->capacity = 2 * (buffer->end + length);
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        if (!buffer->bytes) {
            fputs("mysql-driver: no memory is left\n", stderr);
            exit(3);
        }
    }
    if (length) memcpy(buffer->bytes + buffer->end, bytes, length);
    buffer->end += length;
}

int packet_next(struct packet_buffer *buffer, struct packet *packet, const char **error) {
    if (buffer->end - buffer->start < PACKET_HEADER) return 0;
    const unsigned char *header = buffer->bytes + buffer->start;
    size_t length = header[0] | (size_t)header[1] << 8 | (size_t)header[2] << 16;
    if (header[3] != buffer->sequence) {
        *error = "a packet has the wrong sequence number";
        return -EPROTO;
    }
    if (length == PACKET_LONGEST) {
        *error = "a packet of 16 MB is longer than any that was asked for";
        return -EMSGSIZE;
    }
    if (buffer->end - buffer->start < PACKET_HEADER + length) return 0;
    *packet = (struct packet){header + PACKET_HEADER, length};
    buffer->start += PACKET_HEADER + length;
    buffer->sequence++;
    return 1;
}

void packet_free(struct packet_buffer *buffer) {
    free(buffer->bytes);
    *buffer = (struct packet_buffer){0};
}

const unsigned char *packet_bytes(struct packet_reader *reader, size_t length) {
    if ((size_t)(reader->end - reader->at) < length) {
        reader->broken = 1;
        reader->at = reader->end;
        return NULL;
    }
    const unsigned char *bytes = reader->at;
    reader->at += length;
    return bytes;
}

uint64_t packet_integer(struct packet_reader *reader, unsigned bytes) {
    const unsigned char *from = packet_bytes(reader, bytes);
    uint64_t value = 0;
    for (unsigned i = 0; from && i < bytes; i++) value |= (uint64_t)from[i] << 8 * i;
    return value;
}

uint64_t packet_length(struct packet_reader *reader, int *is_null) {
    uint64_t first = packet_integer(reader, 1);
    *is_null = first == 0xFB;
    switch (first) {
    case 0xFB: return 0;
    case 0xFC: return packet_integer(reader, 2);
    case 0xFD: return packet_integer(reader, 3);
    case 0xFE: return packet_integer(reader, 8);
    case 0xFF: reader->broken = 1; return 0;
    default: return first;
    }
}
