#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int connect_to(const char *host, const char *port) {
    struct addrinfo hints, *found = NULL;
    int descriptor = -1;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &found) != 0) return -1;
    descriptor = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (descriptor >= 0 && connect(descriptor, found->ai_addr, found->ai_addrlen) != 0) {
        close(descriptor);
        descriptor = -1;
    }
    freeaddrinfo(found);
    return descriptor;
}

static int send_all(int descriptor, const void *data, size_t len) {
    const char *at = (const char *)data;
    while (len > 0) {
        ssize_t sent = send(descriptor, at, len, MSG_NOSIGNAL);
        if (sent <= 0) return -1;
        at += sent;
        len -= (size_t)sent;
    }
    return 0;
}

static char *receive_all(int descriptor, size_t *len) {
    size_t room = 1 << 16;
    char *text = (char *)malloc(room + 1);
    *len = 0;
    for (;;) {
        ssize_t got;
        if (*len == room) text = (char *)realloc(text, (room *= 2) + 1);
        got = recv(descriptor, text + *len, room - *len, 0);
        if (got <= 0) break;
        *len += (size_t)got;
    }
    text[*len] = 0;
    return text;
}

struct http_answer http_send(const char *method, const char *url, const char *headers, const void *body, size_t len) {
    struct http_answer answer = {0, NULL, NULL, 0};
    char host[256], port[16], *text, *end;
    const char *path;
    size_t size, head_size;
    int descriptor;
    if (sscanf(url, "http://%255[^:/]:%15[0-9]", host, port) != 2) return answer;
    path = strchr(url + 7, '/');
    descriptor = connect_to(host, port);
    if (descriptor < 0) return answer;
    head_size = strlen(url) + strlen(headers) + 512;
    text = (char *)malloc(head_size);
    snprintf(text, head_size, "%s %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n", method,
             path ? path : "/", host, port, len, headers);
    if (send_all(descriptor, text, strlen(text)) == 0) send_all(descriptor, body, len);
    free(text);
    text = receive_all(descriptor, &size);
    close(descriptor);
    end = strstr(text, "\r\n\r\n");
    if (!end || sscanf(text, "HTTP/1.1 %d", &answer.status) != 1) {
        free(text);
        return answer;
    }
    *end = 0;
    answer.head = text;
    answer.body = end + 4;
    answer.body_len = size - (size_t)(answer.body - text);
    return answer;
}

void http_free(struct http_answer *answer) {
    free(answer->head);
    answer->head = NULL;
}
