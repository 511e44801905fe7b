/* What went over the wire, and presigned URLs, against what a case expects. */
#include <ctype.h>
#include <stdlib.h>

#include "conformance.h"

static const char *const DROPPED[] = {"host",       "authorization",         "x-amz-date",      "user-agent",
                                      "connection", "amz-sdk-invocation-id", "amz-sdk-request", "accept-encoding"};

static int is_dropped(const char *name) {
    size_t i;
    for (i = 0; i < sizeof DROPPED / sizeof DROPPED[0]; i++)
        if (strcmp(DROPPED[i], name) == 0) return 1;
    return 0;
}

/* The value of a recorded header, or NULL. */
static const char *header(const cJSON *request, const char *name) {
    const cJSON *pair;
    cJSON_ArrayForEach(pair, cJSON_GetObjectItemCaseSensitive(request, "headers"))
        if (strcmp(cJSON_GetArrayItem(pair, 0)->valuestring, name) == 0) return cJSON_GetArrayItem(pair, 1)->valuestring;
    return NULL;
}

static const char *compare_headers(const cJSON *request, const cJSON *expected) {
    const cJSON *pair, *item;
    cJSON_ArrayForEach(pair, cJSON_GetObjectItemCaseSensitive(request, "headers")) {
        const char *name = cJSON_GetArrayItem(pair, 0)->valuestring;
        const cJSON *later = pair->next;
        for (; later && !is_dropped(name); later = later->next)
            if (strcmp(cJSON_GetArrayItem(later, 0)->valuestring, name) == 0) return because("header %s was sent twice", name);
        if (!is_dropped(name) && !cJSON_GetObjectItemCaseSensitive(expected, name))
            return because("header %s: %s was sent as well", name, cJSON_GetArrayItem(pair, 1)->valuestring);
    }
    cJSON_ArrayForEach(item, expected) {
        const char *sent = header(request, item->string);
        if (!sent) return because("header %s was not sent", item->string);
        if (strcmp(sent, item->valuestring) != 0) return because("header %s is '%s'", item->string, sent);
    }
    return NULL;
}

/* Decodes base64; zero-terminated, to be freed. */
static char *from_base64(const char *text, size_t *len) {
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = (char *)malloc(strlen(text) + 1);
    unsigned bits = 0;
    int have = 0;
    for (*len = 0; *text && *text != '='; text++) {
        bits = bits << 6 | (unsigned)(strchr(ALPHABET, *text) - ALPHABET);
        have += 6;
        if (have >= 8) out[(*len)++] = (char)(bits >> (have -= 8));
    }
    out[*len] = 0;
    return out;
}

/* Takes an aws-chunked body apart in place: the content, then `trailers` as an object. NULL, or what is wrong. */
static const char *decode_chunks(char *body, size_t *len, cJSON *trailers) {
    char *at = body, *end = body + *len, *out = body;
    for (;;) {
        char *line = strstr(at, "\r\n");
        unsigned long size = strtoul(at, NULL, 16);
        if (!line) return "a chunk has no header";
        at = line + 2;
        if (size == 0) break;
        if (size > (unsigned long)(end - at) || strncmp(at + size, "\r\n", 2) != 0) return "a chunk is longer than the body";
        memmove(out, at, size);
        out += size;
        at += size + 2;
    }
    while (strncmp(at, "\r\n", 2) != 0) {
        char *line = strstr(at, "\r\n"), *colon = strchr(at, ':');
        if (!line || !colon || colon > line) return "the trailers do not end";
        *line = *colon = 0;
        if (strcmp(at, "x-amz-trailer-signature") != 0) cJSON_AddStringToObject(trailers, at, colon + 1);
        at = line + 2;
    }
    if (at + 2 != end) return "something follows the end of the body";
    *len = (size_t)(out - body);
    return NULL;
}

static const char *compare_body(const cJSON *request, const cJSON *expected) {
    const char *wanted = text_of(expected, "body_text"), *encoding = header(request, "content-encoding"), *problem = NULL;
    const char *length = header(request, "content-length"), *decoded = header(request, "x-amz-decoded-content-length");
    const cJSON *wanted_trailers = cJSON_GetObjectItemCaseSensitive(expected, "trailers");
    cJSON *trailers = cJSON_CreateObject();
    size_t len;
    char *body = from_base64(text_of(request, "bodyBase64"), &len);
    if (length && strtoul(length, NULL, 10) != len) problem = because("content-length is %s, the body has %zu", length, len);
    if (!problem && encoding && strncmp(encoding, "aws-chunked", 11) == 0) {
        problem = decode_chunks(body, &len, trailers);
        if (!problem && (!decoded || strtoul(decoded, NULL, 10) != len))
            problem = because("decoded length is %s, the content has %zu", decoded ? decoded : "absent", len);
    }
    if (!wanted) wanted = "";
    if (!problem && (strlen(wanted) != len || memcmp(wanted, body, len) != 0)) {
        body[len] = 0;
        problem = because("body is '%s'", body);
    }
    if (!problem && !(wanted_trailers ? cJSON_Compare(trailers, wanted_trailers, 1) : cJSON_GetArraySize(trailers) == 0)) {
        char *text = cJSON_PrintUnformatted(trailers);
        problem = because("trailers are %s", text);
        free(text);
    }
    cJSON_Delete(trailers);
    free(body);
    return problem;
}

static const char *contains(const cJSON *request, const cJSON *expected, const char *member, const char *name) {
    const char *part = text_of(expected, member), *sent = header(request, name);
    return part && (!sent || !strstr(sent, part)) ? because("%s does not contain %s", name, part) : NULL;
}

const char *compare_requests(const cJSON *recorded, const cJSON *expected) {
    int i, count = cJSON_GetArraySize(recorded);
    if (count != cJSON_GetArraySize(expected)) return because("%d requests were sent", count);
    for (i = 0; i < count; i++) {
        const cJSON *sent = cJSON_GetArrayItem(recorded, i), *wanted = cJSON_GetArrayItem(expected, i);
        const char *problem = NULL;
        if (strcmp(text_of(sent, "method"), text_of(wanted, "method")) != 0)
            problem = because("method is %s", text_of(sent, "method"));
        else if (strcmp(text_of(sent, "target"), text_of(wanted, "target")) != 0)
            problem = because("target is %s", text_of(sent, "target"));
        if (!problem) problem = compare_headers(sent, cJSON_GetObjectItemCaseSensitive(wanted, "headers"));
        if (!problem) problem = compare_body(sent, wanted);
        if (!problem) problem = contains(sent, wanted, "authorization_contains", "authorization");
        if (!problem) problem = contains(sent, wanted, "user_agent_contains", "user-agent");
        if (problem) return problem;
    }
    return NULL;
}

static char *percent_decoded(const char *text, size_t len) {
    char *out = (char *)malloc(len + 1), *at = out;
    size_t i;
    for (i = 0; i < len; i++) {
        char digits[3] = {0, 0, 0};
        if (text[i] == '%' && i + 2 < len) {
            memcpy(digits, text + i + 1, 2);
            *at++ = (char)strtoul(digits, NULL, 16);
            i += 2;
        } else {
            *at++ = text[i];
        }
    }
    *at = 0;
    return out;
}

/* The decoded parameters of a query, as an object; to be deleted. */
static cJSON *query_of(const char *query) {
    cJSON *parameters = cJSON_CreateObject();
    while (query && *query) {
        size_t len = strcspn(query, "&"), name_len = strcspn(query, "=&");
        char *name = percent_decoded(query, name_len);
        char *value = percent_decoded(query + name_len + (name_len < len), len - name_len - (name_len < len));
        cJSON_AddStringToObject(parameters, name, value);
        free(name);
        free(value);
        query += len + (query[len] == '&');
    }
    return parameters;
}

static const char *compare_query(const cJSON *parameters, const cJSON *expected) {
    const cJSON *query = cJSON_GetObjectItemCaseSensitive(expected, "query");
    const cJSON *present = cJSON_GetObjectItemCaseSensitive(expected, "query_present"), *item;
    cJSON_ArrayForEach(item, query) {
        const char *actual = text_of(parameters, item->string);
        if (!actual || strcmp(actual, item->valuestring) != 0)
            return because("parameter %s is '%s'", item->string, actual ? actual : "absent");
    }
    cJSON_ArrayForEach(item, present) {
        const char *actual = text_of(parameters, item->valuestring);
        if (!actual || !*actual) return because("parameter %s is absent or empty", item->valuestring);
    }
    if (cJSON_GetArraySize(parameters) != cJSON_GetArraySize(query) + cJSON_GetArraySize(present))
        return because("there are %d parameters", cJSON_GetArraySize(parameters));
    return NULL;
}

static const char *compare_signed_headers(s3kms_pairs headers, const cJSON *expected) {
    size_t i, j, count = 0;
    for (i = 0; i < headers.len; i++) {
        char name[200];
        const char *wanted;
        snprintf(name, sizeof name, "%s", s3kms_c_str(headers.data[i].name));
        for (j = 0; name[j]; j++) name[j] = (char)tolower((unsigned char)name[j]);
        wanted = text_of(expected, name);
        if (!wanted || strcmp(wanted, s3kms_c_str(headers.data[i].text)) != 0)
            return because("signed header %s is '%s'", name, s3kms_c_str(headers.data[i].text));
        count++;
    }
    return count == (size_t)cJSON_GetArraySize(expected) ? NULL : because("there are %zu signed headers", count);
}

/* Days since 1970 of a date in the Gregorian calendar, by counting from March. */
static int64_t days(int64_t year, int64_t month, int64_t day) {
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static const char *compare_expiry(const cJSON *parameters, s3kms_opt_i64 expires_at) {
    int year, month, day, hour, minute, second;
    const char *date = text_of(parameters, "X-Amz-Date"), *seconds = text_of(parameters, "X-Amz-Expires");
    int64_t expected;
    if (!date || !seconds || sscanf(date, "%4d%2d%2dT%2d%2d%2dZ", &year, &month, &day, &hour, &minute, &second) != 6)
        return "the URL has no date or no expiry";
    expected = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second + strtol(seconds, NULL, 10);
    return expires_at.present && expires_at.number == expected * 1000 ? NULL : "expires_at is not date plus expiry";
}

const char *compare_url(const s3kms_presign_result *result, const cJSON *expected, const char *server) {
    const char *url = s3kms_c_str(result->url), *authority = strstr(url, "://"), *path, *query, *problem = NULL;
    const char *scheme = text_of(expected, "scheme"), *host = text_of(expected, "host");
    cJSON *parameters;
    if (strcmp(s3kms_c_str(result->method), text_of(expected, "method")) != 0)
        return because("method is %s", s3kms_c_str(result->method));
    if (!authority || !(path = strchr(authority + 3, '/'))) return because("the URL has no path");
    if (!scheme) scheme = "http";
    if (!host) host = server + strlen("http://");
    if (strlen(scheme) != (size_t)(authority - url) || strncmp(url, scheme, strlen(scheme)) != 0) return "scheme differs";
    if (strlen(host) != (size_t)(path - authority - 3) || strncmp(authority + 3, host, strlen(host)) != 0)
        return because("host is %.*s", (int)(path - authority - 3), authority + 3);
    query = strchr(path, '?');
    if (!query || strlen(text_of(expected, "path")) != (size_t)(query - path) ||
        strncmp(path, text_of(expected, "path"), (size_t)(query - path)) != 0)
        return because("path is %.*s", query ? (int)(query - path) : 200, path);
    parameters = query_of(query + 1);
    problem = compare_query(parameters, expected);
    if (!problem) problem = compare_expiry(parameters, result->expires_at);
    if (!problem)
        problem = compare_signed_headers(result->signed_headers, cJSON_GetObjectItemCaseSensitive(expected, "signed_headers"));
    cJSON_Delete(parameters);
    return problem;
}
