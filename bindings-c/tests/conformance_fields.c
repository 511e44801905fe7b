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

static const char *compare_text(const char *name, s3kms_str actual, const cJSON *expected) {
    const char *wanted = text_of(expected, name);
    if (wanted && strcmp(s3kms_c_str(actual), wanted) != 0) return because("error's %s is '%s'", name, s3kms_c_str(actual));
    return NULL;
}

const char *compare_error(const s3kms_error *error, const cJSON *expected) {
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(expected, "http_status");
    const char *kind = text_of(expected, "kind"), *part = text_of(expected, "message_contains"), *problem;
    const struct error_name *named = ERROR_NAMES;
    while (named->name && strcmp(named->name, kind) != 0) named++;
    if (!named->name) return because("no error kind is called %s", kind);
    if (error->kind != named->number)
        return because("error is of kind %u: %s", (unsigned)error->kind, s3kms_c_str(error->message));
    if (status && (int)error->http_status != status->valueint) return because("status is %u", (unsigned)error->http_status);
    if (part && !strstr(s3kms_c_str(error->message), part)) return because("message is '%s'", s3kms_c_str(error->message));
    problem = compare_text("code", error->s3_code, expected);
    if (!problem) problem = compare_text("request_id", error->request_id, expected);
    if (!problem) problem = compare_text("extended_request_id", error->extended_request_id, expected);
    if (!problem) problem = compare_text("field", error->field_name, expected);
    return problem;
}
