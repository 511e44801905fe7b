package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.s3kms.model.CopyObjectRequest;
import io.s3kms.model.EncryptionMismatchException;
import io.s3kms.model.GetObjectMetadataRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.SSEAwsKeyManagementParams;
import io.s3kms.testing.Clients;
import io.s3kms.testing.Servers;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that reports another encryption than was asked for is not believed. */
class MismatchTest {
    private static final AmazonS3 S3 = Clients.strict();
    private static final String BUCKET = Clients.bucket();
    private static final SSEAwsKeyManagementParams ASKED = new SSEAwsKeyManagementParams(Servers.key("first"));

    @TempDir
    Path folder;

    @AfterAll
    static void close() {
        S3.shutdown();
    }

    private static void lie(String key, String method, String lie) {
        Servers.fault(key, method, "{\"sseHeaders\":" + lie + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"drop\":true}", "{\"algorithm\":\"AES256\"}",
        "{\"keyId\":\"arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000\"}"})
    void put_copy_get_and_head_fail(String lie) {
        String key = Clients.key("lie");
        String copy = Clients.key("lie-copy");
        S3.putObject(new PutObjectRequest(BUCKET, key, ByteBuffer.wrap(new byte[9])).withSSEAwsKeyManagementParams(ASKED));
        // Without a lie the same expectations are met.
        assertEquals(9, S3.getObjectMetadata(new GetObjectMetadataRequest(BUCKET, key)
                .withExpectedSSEAwsKeyManagementParams(ASKED)).getContentLength());
        lie(key, "PUT", lie);
        lie(copy, "PUT", lie);
        lie(key, "GET", lie);
        lie(key, "HEAD", lie);
        assertThrows(EncryptionMismatchException.class, () -> S3.putObject(
                new PutObjectRequest(BUCKET, key, ByteBuffer.wrap(new byte[9])).withSSEAwsKeyManagementParams(ASKED)));
        assertThrows(EncryptionMismatchException.class, () -> S3.copyObject(
                new CopyObjectRequest(BUCKET, key, BUCKET, copy).withSSEAwsKeyManagementParams(ASKED)));
        EncryptionMismatchException e = assertThrows(EncryptionMismatchException.class,
                () -> S3.getObject(new GetObjectRequest(BUCKET, key).withExpectedSSEAwsKeyManagementParams(ASKED)));
        assertTrue(e.getMessage().contains("asked for"), e.getMessage());
        assertThrows(EncryptionMismatchException.class, () -> S3.getObjectMetadata(
                new GetObjectMetadataRequest(BUCKET, key).withExpectedSSEAwsKeyManagementParams(ASKED)));
        File target = folder.resolve("target").toFile();
        assertThrows(EncryptionMismatchException.class, () -> S3.getObject(
                new GetObjectRequest(BUCKET, key).withExpectedSSEAwsKeyManagementParams(ASKED), target));
        assertFalse(target.exists());
        CompletionException async = assertThrows(CompletionException.class, () -> S3.putObjectAsync(
                new PutObjectRequest(BUCKET, key, ByteBuffer.wrap(new byte[9])).withSSEAwsKeyManagementParams(ASKED)).join());
        assertTrue(async.getCause() instanceof EncryptionMismatchException);
    }
}
