/* Between JSON and the structs of the header, by the table of fields. */
#include <stdarg.h>
#include <stdlib.h>

#include "conformance.h"

const char *because(const char *format, ...) {
    static char text[2000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return text;
}

const char *text_of(const cJSON *object, const char *name) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

void free_arrays(struct arrays *arrays) {
    while (arrays->count) free(arrays->list[--arrays->count]);
}

static const struct field *find(const struct field *fields, const char *name) {
    for (; fields->name; fields++)
        if (strcmp(fields->name, name) == 0) return fields;
    return NULL;
}

static s3kms_pairs map_of(const cJSON *object, struct arrays *arrays) {
    s3kms_pairs pairs = S3KMS_INIT;
    const cJSON *entry;
    s3kms_pair *array = (s3kms_pair *)calloc((size_t)cJSON_GetArraySize(object) + 1, sizeof *array);
    arrays->list[arrays->count++] = array;
    pairs.data = array;
    cJSON_ArrayForEach(entry, object) {
        array[pairs.len].name = s3kms_text(entry->string);
        array[pairs.len++].text = s3kms_text(entry->valuestring);
    }
    return pairs;
}

const char *fill_struct(void *to, const struct field *fields, const cJSON *values, struct arrays *arrays) {
    const cJSON *item;
    cJSON_ArrayForEach(item, values) {
        const struct field *field = find(fields, item->string);
        char *at;
        if (!field) return because("no field is called %s", item->string);
        at = (char *)to + field->offset;
        switch (field->type) {
            case FIELD_TEXT: *(s3kms_str *)(void *)at = s3kms_text(cJSON_GetStringValue(item)); break;
            case FIELD_FLAG:
                *(uint8_t *)at = cJSON_IsNull(item) ? S3KMS_UNSET : cJSON_IsTrue(item) ? S3KMS_TRUE : S3KMS_FALSE;
                break;
            case FIELD_NUMBER:
                if (cJSON_IsNumber(item)) *(s3kms_opt_i64 *)(void *)at = s3kms_number((int64_t)item->valuedouble);
                break;
            case FIELD_MAP: *(s3kms_pairs *)(void *)at = map_of(item, arrays); break;
        }
    }
    return NULL;
}

static const char *compare_map(s3kms_pairs pairs, const char *name, const cJSON *expected) {
    size_t i;
    if (pairs.len != (size_t)cJSON_GetArraySize(expected)) return because("%s has %zu entries", name, pairs.len);
    for (i = 0; i < pairs.len; i++) {
        const char *wanted = text_of(expected, s3kms_c_str(pairs.data[i].name));
        if (!wanted || strcmp(wanted, s3kms_c_str(pairs.data[i].text)) != 0)
            return because("%s: %s is '%s'", name, s3kms_c_str(pairs.data[i].name), s3kms_c_str(pairs.data[i].text));
    }
    return NULL;
}

const char *compare_struct(const void *with, const struct field *fields, const cJSON *expected) {
    const cJSON *item;
    cJSON_ArrayForEach(item, expected) {
        const struct field *field = find(fields, item->string);
        const char *at, *problem;
        if (!field) return because("no field of the result is called %s", item->string);
        at = (const char *)with + field->offset;
        switch (field->type) {
            case FIELD_TEXT: {
                s3kms_str text = *(const s3kms_str *)(const void *)at;
                if (cJSON_IsNull(item) ? text.data != NULL : !text.data || strcmp(s3kms_c_str(text), item->valuestring) != 0)
                    return because("%s is '%s'", field->name, s3kms_c_str(text));
                break;
            }
            case FIELD_FLAG:
                if (*(const uint8_t *)at != (cJSON_IsNull(item) ? S3KMS_UNSET : cJSON_IsTrue(item) ? S3KMS_TRUE : S3KMS_FALSE))
                    return because("%s is %u", field->name, (unsigned)*(const uint8_t *)at);
                break;
            case FIELD_NUMBER: {
                s3kms_opt_i64 number = *(const s3kms_opt_i64 *)(const void *)at;
                if (cJSON_IsNull(item) ? number.present : !number.present || number.number != (int64_t)item->valuedouble)
                    return because("%s is %lld (present: %d)", field->name, (long long)number.number, number.present);
                break;
            }
            case FIELD_MAP:
                problem = compare_map(*(const s3kms_pairs *)(const void *)at, field->name, item);
                if (problem) return problem;
                break;
        }
    }
    return NULL;
}

/* An expected null means absent, as in a result. */
static const char *compare_text(s3kms_str actual, const cJSON *expected) {
    const char *wanted = cJSON_GetStringValue(expected);
    if ((actual.data == NULL) != (cJSON_IsNull(expected) != 0) || (wanted && strcmp(s3kms_c_str(actual), wanted) != 0))
        return because("error's %s is '%s'", expected->string, s3kms_c_str(actual));
    return NULL;
}

static const char *compare_error_member(const s3kms_error *error, const cJSON *expected) {
    const char *name = expected->string;
    if (strcmp(name, "code") == 0) return compare_text(error->s3_code, expected);
    if (strcmp(name, "request_id") == 0) return compare_text(error->request_id, expected);
    if (strcmp(name, "extended_request_id") == 0) return compare_text(error->extended_request_id, expected);
    if (strcmp(name, "field") == 0) return compare_text(error->field_name, expected);
    if (strcmp(name, "http_status") == 0)
        return (int)error->http_status == expected->valueint ? NULL : because("status is %u", (unsigned)error->http_status);
    if (strcmp(name, "message_contains") == 0)
        return strstr(s3kms_c_str(error->message), expected->valuestring)
                   ? NULL
                   : because("message is '%s'", s3kms_c_str(error->message));
    return strcmp(name, "kind") == 0 ? NULL : because("no member of an error is called %s", name);
}

const char *compare_error(const s3kms_error *error, const cJSON *expected) {
    const char *kind = text_of(expected, "kind"), *problem = NULL;
    const cJSON *item;
    const struct error_name *named = ERROR_NAMES;
    while (named->name && (!kind || strcmp(named->name, kind) != 0)) named++;
    if (!named->name) return because("no error kind is called %s", kind ? kind : "(nothing)");
    if (error->kind != named->number)
        return because("error is of kind %u: %s", (unsigned)error->kind, s3kms_c_str(error->message));
    cJSON_ArrayForEach(item, expected)
        if (!problem) problem = compare_error_member(error, item);
    return problem;
}
