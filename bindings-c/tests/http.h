/* A plain HTTP/1.1 client for loopback: what a stranger with a presigned URL uses, and how tests steer the servers. */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct http_answer {
    int status;       /* 0: no answer was had */
    char *head;       /* status line and headers, zero-terminated */
    char *body;       /* zero-terminated */
    size_t body_len;
};

/* Sends one request to http://host:port/path. `headers` are whole lines, each ended by \r\n; "" for none. */
struct http_answer http_send(const char *method, const char *url, const char *headers, const void *body, size_t len);
void http_free(struct http_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
