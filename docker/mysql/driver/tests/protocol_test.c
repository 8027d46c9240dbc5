// Tests of the protocol: packets split at every byte, cut off, and random bytes. Built with the sanitizers.
#include "../client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned passed, failed;

static void check(const char *name, bool fine) {
    printf("%s %u - driver/%s\n", fine ? "ok" : "not ok", passed + failed + 1, name);
    if (fine) passed++;
    else failed++;
}

#define BYTES(text) (text), sizeof(text) - 1

// Two columns a and b; rows ("1", "xy") and (NULL, ""): the definitions are cut short, as they are not looked at.
static const char result_set[] = "\1\0\0\1\2"
                                 "\5\0\0\2\3def\0"
                                 "\5\0\0\3\3def\0"
                                 "\5\0\0\4\xFE\0\0\2\0"
                                 "\5\0\0\5\1"
                                 "1\2xy"
                                 "\2\0\0\6\xFB\0"
                                 "\5\0\0\7\xFE\0\0\2\0";

static void append_row(void *context, const struct reply_field *fields, unsigned columns) {
    char *text = context;
    for (unsigned i = 0; i < columns; i++) {
        const char *bytes = fields[i].bytes ? fields[i].bytes : "NULL";
        sprintf(text + strlen(text), "%.*s,", (int)(fields[i].bytes ? fields[i].length : 4), bytes);
    }
}

struct reading {
    struct packet_buffer buffer;
    struct reply reply;
    const char *error;
    int result;
};

// Feeds bytes from their own block, so that the sanitizer sees a read beyond them.
static void feed(struct reading *reading, const char *bytes, size_t length) {
    char *copy = malloc(length ? length : 1);
    memcpy(copy, bytes, length);
    packet_feed(&reading->buffer, copy, length);
    free(copy);
    struct packet packet;
    while (reading->result == 0 && (reading->result = packet_next(&reading->buffer, &packet, &reading->error)) == 1) {
        reading->result = reply_take(&reading->reply, packet, &reading->error);
    }
}

static struct reading begin(char *rows) {
    if (rows) rows[0] = 0;
    return (struct reading){.buffer.sequence = 1, .reply = {.row = rows ? append_row : NULL, .context = rows}};
}

static struct reading read_all(const char *bytes, size_t length, char *rows) {
    struct reading reading = begin(rows);
    feed(&reading, bytes, length);
    packet_free(&reading.buffer);
    return reading;
}

static bool split_everywhere(void) {
    size_t length = sizeof result_set - 1;
    for (size_t first = 0; first <= length; first++) {
        for (size_t second = first; second <= length; second++) {
            char rows[64];
            struct reading reading = begin(rows);
            feed(&reading, result_set, first);
            feed(&reading, result_set + first, second - first);
            feed(&reading, result_set + second, length - second);
            packet_free(&reading.buffer);
            if (reading.result != 1 || reading.reply.state != REPLY_OK || strcmp(rows, "1,xy,NULL,,") != 0) return false;
        }
    }
    return true;
}

static bool cut_everywhere(void) {
    for (size_t length = 0; length < sizeof result_set - 1; length++) {
        if (read_all(result_set, length, NULL).result != 0) return false;
    }
    return true;
}

static bool is_refused(const char *bytes, size_t length, const char *sentence) {
    struct reading reading = read_all(bytes, length, NULL);
    return reading.result < 0 && reading.error && strstr(reading.error, sentence);
}

// 300,000 answers whose bytes are wrong in up to 8 places, or random altogether.
static bool garbage(void) {
    srand(1);
    for (int i = 0; i < 300000; i++) {
        char bytes[sizeof result_set], rows[4096];
        memcpy(bytes, result_set, sizeof bytes);
        for (int change = rand() % 8; change >= 0; change--) bytes[(size_t)rand() % sizeof bytes] = (char)rand();
        for (size_t at = 0; i % 3 == 0 && at < sizeof bytes; at++) bytes[at] = (char)(at % 4 ? rand() % 8 : rand());
        struct reading reading = read_all(bytes, (size_t)rand() % sizeof bytes, rows);
        if (reading.result < 0 && !(reading.error && strlen(reading.error) > 10)) return false;
    }
    return true;
}

static bool error_packet(void) {
    struct reading reading = read_all(BYTES("\x12\0\0\1\xFF\x28\4#42000You have no"), NULL);
    struct reading bare = read_all(BYTES("\7\0\0\1\xFF\x28\4full"), NULL);
    return reading.result == 1 && reading.reply.state == REPLY_ERROR && reading.reply.code == 1064 &&
           strcmp(reading.reply.text, "You have ") == 0 && bare.reply.code == 1064 && strcmp(bare.reply.text, "full") == 0;
}

static bool long_values(void) {
    static char bytes[70000] = "\1\0\0\1\1\5\0\0\2\3def\0\5\0\0\3\xFE\0\0\2\0";
    static char rows[70000];
    size_t at = 23, length = 66000, payload = length + 4;
    memcpy(bytes + at, (char[]){(char)payload, (char)(payload >> 8), 1, 4, '\xFD', (char)length, (char)(length >> 8), 1}, 8);
    memset(bytes + at + 8, 'x', length);
    memcpy(bytes + at + 8 + length, "\5\0\0\5\xFE\0\0\2\0", 9);
    return read_all(bytes, at + 8 + length + 9, rows).result == 1 && strlen(rows) == length + 1;
}

int main(void) {
    check("a_result_set_split_at_any_two_bytes_reads_the_same", split_everywhere());
    check("a_result_set_cut_off_at_any_byte_is_never_taken_for_whole", cut_everywhere());
    check("random_bytes_give_an_answer_or_a_sentence_and_no_read_beyond_them", garbage());
    check("an_error_has_its_code_and_text_with_and_without_sql_state", error_packet());
    check("a_value_longer_than_64_KB_is_read_whole", long_values());
    check("a_wrong_sequence_number_is_refused", is_refused(BYTES("\1\0\0\2\0"), "sequence number"));
    check("an_empty_packet_is_refused", is_refused(BYTES("\0\0\0\1"), "empty"));
    check("a_packet_of_16_MB_is_refused", is_refused(BYTES("\xFF\xFF\xFF\1\0"), "16 MB"));
    check("a_row_longer_than_its_fields_is_refused",
          is_refused(BYTES("\1\0\0\1\1\5\0\0\2\3def\0\5\0\0\3\xFE\0\0\2\0\3\0\0\4\1zz"), "row"));
    check("a_row_whose_field_reaches_beyond_it_is_refused",
          is_refused(BYTES("\1\0\0\1\1\5\0\0\2\3def\0\5\0\0\3\xFE\0\0\2\0\2\0\0\4\x50z"), "row"));
    check("a_request_for_a_local_file_is_refused", is_refused(BYTES("\5\0\0\1\xFB/etc"), "columns"));
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0;
}
