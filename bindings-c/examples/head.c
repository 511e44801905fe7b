/* Says what S3 knows of an object: head BUCKET KEY. */
#include "common.h"

int main(int argc, char **argv) {
    s3kms_client *client = NULL;
    s3kms_head_object_request request = S3KMS_INIT;
    s3kms_head_object_result *result = NULL;
    s3kms_error *error;
    size_t i;
    int status = 0;
    if (argc < 3) return usage("head BUCKET KEY");
    request.bucket = s3kms_text(argv[1]);
    request.key = s3kms_text(argv[2]);

    error = connect_client(NULL, NULL, &client);
    if (!error) error = s3kms_head_object(client, &request, &result);
    if (error) {
        status = fail(error);
    } else {
        printf("%lld bytes, %s under %s\n", (long long)result->content_length.number,
               s3kms_c_str(result->server_side_encryption), s3kms_c_str(result->ssekms_key_id));
        for (i = 0; i < result->metadata.len; i++)
            printf("%s: %s\n", s3kms_c_str(result->metadata.data[i].name), s3kms_c_str(result->metadata.data[i].text));
    }
    s3kms_head_object_result_free(result);
    s3kms_client_free(client);
    return status;
}
