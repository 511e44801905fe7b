/* The C compiler lays every struct out as Rust does, and the errors have their numbers: asserted while compiling. */
#include "generated/abi_layout.h"

#include "harness.h"

static void every_struct_has_the_layout_of_the_library(void) { CHECK(sizeof(s3kms_str) == sizeof(void *) + sizeof(size_t)); }

static void helpers_make_what_they_say(void) {
    s3kms_str absent = S3KMS_INIT;
    CHECK(s3kms_text(NULL).data == NULL && s3kms_text(NULL).len == 0);
    CHECK(s3kms_text("").data != NULL && s3kms_text("").len == 0);
    CHECK(s3kms_text("abc").len == 3);
    CHECK_TEXT(s3kms_c_str(absent), "");
    CHECK(s3kms_number(-7).present == 1 && s3kms_number(-7).number == -7);
    CHECK(s3kms_body_bytes("ab", 2).kind == S3KMS_BODY_BYTES && s3kms_body_bytes("ab", 2).len == 2);
    CHECK(s3kms_body_file("p").kind == S3KMS_BODY_FILE && s3kms_body_file("p").path.len == 1);
}

int main(void) {
    RUN(every_struct_has_the_layout_of_the_library);
    RUN(helpers_make_what_they_say);
    return test_end();
}
