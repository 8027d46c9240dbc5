// One connection to a server, without a thread of its own: commands are sent at once, answers are polled for.
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_AT_ONCE 64
#define RETRY_MS 2 // nothing tells of a socket that is bound but does not listen yet

// https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html
enum capability { CONNECT_WITH_DB = 1 << 3, PROTOCOL_41 = 1 << 9, SECURE_CONNECTION = 1 << 15, PLUGIN_AUTH = 1 << 19 };

static long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void send_packet(struct client *client, const void *payload, size_t length, uint8_t sequence) {
    unsigned char packet[512] = {(unsigned char)length, (unsigned char)(length >> 8), 0, sequence};
    memcpy(packet + 4, payload, length);
    client->in.sequence = (uint8_t)(sequence + 1);
    ssize_t sent = send(client->fd, packet, length + 4, MSG_NOSIGNAL);
    client->answer = sent == (ssize_t)length + 4 ? ANSWER_PENDING : ANSWER_LOST;
}

// Reads what is there; 1 if something came.
static int receive(struct client *client) {
    char bytes[16384];
    ssize_t length = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (length <= 0) {
        client->answer = ANSWER_LOST;
        return 0;
    }
    packet_feed(&client->in, bytes, (size_t)length);
    return 1;
}

static void take_packets(struct client *client) {
    struct packet packet;
    int result;
    while (client->answer == ANSWER_PENDING && (result = packet_next(&client->in, &packet, &client->error)) != 0) {
        if (result > 0) result = reply_take(&client->reply, packet, &client->error);
        if (result < 0) client->answer = ANSWER_GARBAGE;
        if (result > 0) client->answer = client->reply.state == REPLY_OK ? ANSWER_OK : ANSWER_REFUSED;
    }
}

void client_wait(struct client *const *clients, unsigned count, bool any, int timeout_ms) {
    long deadline = now_ms() + timeout_ms;
    for (;;) {
        struct pollfd waits[CLIENTS_AT_ONCE];
        struct client *of[CLIENTS_AT_ONCE];
        unsigned pending = 0;
        for (unsigned i = 0; i < count && i < CLIENTS_AT_ONCE; i++) {
            if (clients[i]->answer != ANSWER_PENDING) continue;
            of[pending] = clients[i];
            waits[pending++] = (struct pollfd){.fd = clients[i]->fd, .events = POLLIN};
        }
        if (pending == 0 || (any && pending < count)) return;
        long left = deadline - now_ms();
        int ready = left > 0 ? poll(waits, pending, (int)left) : 0;
        for (unsigned i = 0; i < pending; i++) {
            if (ready == 0) of[i]->answer = ANSWER_LATE;
            else if (ready > 0 && waits[i].revents && receive(of[i])) take_packets(of[i]);
        }
    }
}

void client_send(struct client *client, int command, const char *text) {
    unsigned char payload[sizeof client->command + 1] = {(unsigned char)command};
    snprintf(client->command, sizeof client->command, "%s", command == CLIENT_PING ? "COM_PING" : text);
    size_t length = strlen(text);
    if (length >= sizeof client->command) length = sizeof client->command - 1;
    memcpy(payload + 1, text, length);
    client->reply = (struct reply){.row = client->reply.row, .context = client->reply.context};
    send_packet(client, payload, length + 1, 0);
    client->in.sequence = 1;
}

enum answer client_query(struct client *client, const char *text, reply_row *row, void *context, int timeout_ms) {
    client->reply.row = row;
    client->reply.context = context;
    client_send(client, CLIENT_QUERY, text);
    client_wait(&client, 1, false, timeout_ms);
    client->reply.row = NULL;
    return client->answer;
}

// A packet outside of an answer: the greeting.
static int next_packet(struct client *client, struct packet *packet, long deadline) {
    for (;;) {
        int result = packet_next(&client->in, packet, &client->error);
        if (result < 0) client->answer = ANSWER_GARBAGE;
        if (result != 0) return result;
        struct pollfd wait = {.fd = client->fd, .events = POLLIN};
        long left = deadline - now_ms();
        if (left <= 0 || poll(&wait, 1, (int)left) == 0) {
            client->answer = ANSWER_LATE;
            client->error = "the server does not greet";
            return -1;
        }
        receive(client);
        if (client->answer == ANSWER_LOST) {
            client->error = "the server closed the connection before its greeting";
            return -1;
        }
    }
}

// https://mariadb.com/kb/en/connection/: the greeting's first byte is 10; what it offers is not needed, as no
// password is. The server's answer to ours is OK, ERR, or 0xFE: another method of authentication.
static int shake_hands(struct client *client, const char *database, long deadline) {
    struct packet packet;
    client->answer = ANSWER_PENDING;
    client->in.sequence = 0;
    if (next_packet(client, &packet, deadline) < 0) return -1;
    if (packet.length > 0 && packet.bytes[0] == 0xFF) goto answer;
    if (packet.length < 2 || packet.bytes[0] != 10) {
        client->answer = ANSWER_GARBAGE;
        client->error = "the server's greeting is not that of protocol version 10";
        return -1;
    }
    unsigned char response[256] = {0};
    uint32_t flags = PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH | CONNECT_WITH_DB;
    for (int i = 0; i < 4; i++) response[i] = (unsigned char)(flags >> 8 * i);
    response[7] = 1;  // largest packet: 16 MB
    response[8] = 33; // utf8_general_ci; then 23 zeros
    size_t length = 32;
    length += (size_t)sprintf((char *)response + length, "root") + 1;
    length++; // the password's length: 0
    length += (size_t)snprintf((char *)response + length, 64, "%.63s", database) + 1;
    length += (size_t)sprintf((char *)response + length, "mysql_native_password") + 1;
    send_packet(client, response, length, 1);
    if (client->answer == ANSWER_LOST || next_packet(client, &packet, deadline) < 0) return -1;
    if (packet.length > 0 && packet.bytes[0] == 0xFE) { // the same with an empty password, whatever it is
        send_packet(client, "", 0, (uint8_t)(client->in.sequence));
        if (client->answer == ANSWER_LOST || next_packet(client, &packet, deadline) < 0) return -1;
    }
answer:
    client->reply = (struct reply){0};
    int result = reply_take(&client->reply, packet, &client->error);
    if (result == 1 && client->reply.state == REPLY_OK) {
        client->answer = ANSWER_OK;
        return 0;
    }
    client->answer = result == 1 ? ANSWER_REFUSED : ANSWER_GARBAGE;
    if (result == 1) client->error = client->reply.text;
    else if (result == 0) client->error = "the server answers the handshake with a result";
    return -1;
}

int client_connect(struct client *client, const char *socket_path, const char *database, bool starting, int timeout_ms) {
    long deadline = now_ms() + timeout_ms;
    *client = (struct client){.fd = -1};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(socket_path) >= sizeof address.sun_path) {
        client->answer = ANSWER_LOST;
        client->error = "the path of the socket is longer than 107 bytes; choose a shorter directory";
        return -1;
    }
    strcpy(address.sun_path, socket_path);
    client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    while (connect(client->fd, (struct sockaddr *)&address, sizeof address) != 0) {
        bool may_come = starting && (errno == ENOENT || errno == ECONNREFUSED || errno == EAGAIN || errno == EINTR);
        if (may_come && now_ms() < deadline) {
            poll(NULL, 0, RETRY_MS);
            continue;
        }
        client->answer = ANSWER_LOST;
        client->error = strerror(errno);
        client_close(client);
        return -1;
    }
    if (shake_hands(client, database, deadline) == 0) return 0;
    if (!client->error) client->error = "the server closed the connection in the handshake";
    client_close(client);
    return -1;
}

void client_close(struct client *client) {
    if (client->fd >= 0) {
        send(client->fd, "\1\0\0\0\1", 5, MSG_NOSIGNAL | MSG_DONTWAIT); // COM_QUIT
        close(client->fd);
    }
    client->fd = -1;
    packet_free(&client->in);
}
