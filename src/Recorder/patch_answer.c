// What a dropped request is answered with (patch_answer.h).
#include "patch_answer.h"

#include "quoted.h"

static bool refuse(const char **why, const char *text) {
    *why = text;
    return false;
}

bool patch_answer_parse(const char *text, size_t size, struct patch_answer *to, const char **why) {
    struct quoted_text t = {text, text + size};
    to->part_count = to->byte_count = 0;
    do {
        if (to->part_count == PATCH_ANSWER_PARTS)
            return refuse(why, "an answer has at most 16 parts");
        size_t bytes = 0;
        uint32_t kind = PATCH_ANSWER_FIXED;
        if (quoted_take_text(&t, "{seq+1}"))
            kind = PATCH_ANSWER_SEQUENCE;
        else if (quoted_take_text(&t, "{tag}"))
            kind = PATCH_ANSWER_REPLY_TAG;
        else if (!quoted_take_string(&t, to->bytes + to->byte_count, PATCH_ANSWER_BYTES - to->byte_count, &bytes))
            return refuse(why, "an answer is \"bytes\", {seq+1} and {tag}, one space between them, at most 1024 bytes");
        to->parts[to->part_count].kind = kind;
        to->parts[to->part_count].first = (uint16_t)to->byte_count;
        to->parts[to->part_count++].count = (uint16_t)bytes;
        to->byte_count += (uint32_t)bytes;
    } while (quoted_take_text(&t, " "));
    return t.at == t.end || refuse(why, "there is something behind the answer's last part");
}

static uint8_t last_sequence(const uint8_t *request, size_t size) {
    size_t at = 0;
    uint8_t sequence = 0;
    while (size - at >= 4) {
        size_t length = request[at] | (size_t)request[at + 1] << 8 | (size_t)request[at + 2] << 16;
        sequence = request[at + 3];
        if (length != 0xffffff || size - at - 4 < length)
            break;
        at += 4 + length;
    }
    return sequence;
}

size_t patch_answer_write(const struct patch_answer *a, const uint8_t *request, size_t size, uint8_t *to) {
    size_t used = 0;
    for (uint32_t i = 0; i < a->part_count; i++) {
        switch (a->parts[i].kind) {
        case PATCH_ANSWER_SEQUENCE: to[used++] = (uint8_t)(last_sequence(request, size) + 1); break;
        case PATCH_ANSWER_REPLY_TAG:
            for (size_t n = 0; n < size && n < PATCH_ANSWER_TAG; n++) {
                if (request[n] == ' ' || request[n] == '\r' || request[n] == '\n')
                    break;
                to[used++] = request[n];
            }
            break;
        default:
            for (uint32_t n = 0; n < a->parts[i].count; n++)
                to[used++] = a->bytes[a->parts[i].first + n];
        }
    }
    return used;
}
