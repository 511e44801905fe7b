/**
 * Amazon S3 with SSE-KMS, by the names of the AWS SDK for Java 1.x. Run with {@code --enable-native-access=io.s3kms} on JDK 22 and
 * later (on the class path {@code --enable-native-access=ALL-UNNAMED}).
 */
module io.s3kms {
    exports io.s3kms;
    exports io.s3kms.auth;
    exports io.s3kms.auth.profile;
    exports io.s3kms.client.builder;
    exports io.s3kms.event;
    exports io.s3kms.model;
    exports io.s3kms.regions;
    exports io.s3kms.util;
}
