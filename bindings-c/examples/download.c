/* Writes an object to standard output, whatever its length, with bounded memory: download BUCKET KEY. */
#include "common.h"

int main(int argc, char **argv) {
    static uint8_t piece[1 << 18];
    s3kms_client *client = NULL;
    s3kms_get_object_request request = S3KMS_INIT;
    s3kms_download *download = NULL;
    s3kms_error *error;
    size_t len = 0;
    int status = 0;
    if (argc < 3) return usage("download BUCKET KEY >CONTENT");
    request.bucket = s3kms_text(argv[1]);
    request.key = s3kms_text(argv[2]);

    error = connect_client(NULL, NULL, &client);
    if (!error) error = s3kms_get_object(client, &request, NULL, NULL, NULL, &download);
    while (!error) {
        error = s3kms_download_read(download, piece, sizeof piece, &len);
        if (error || len == 0) break;
        if (fwrite(piece, 1, len, stdout) != len) {
            fprintf(stderr, "error: standard output could not be written\n");
            status = 1;
            break;
        }
    }
    if (error) status = fail(error);
    s3kms_download_free(download);
    s3kms_client_free(client);
    return status;
}
