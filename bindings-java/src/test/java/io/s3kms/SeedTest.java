package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.s3kms.auth.AWSCredentialsProvider;
import io.s3kms.model.AmazonS3Exception;
import io.s3kms.model.CopyObjectRequest;
import io.s3kms.model.CopyObjectResult;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.PutObjectResult;
import io.s3kms.model.S3Object;
import io.s3kms.model.SSEAlgorithm;
import io.s3kms.model.SSEAwsKeyManagementParams;
import io.s3kms.model.SSECustomerKey;
import io.s3kms.testing.Clients;
import io.s3kms.testing.Servers;
import io.s3kms.util.IOUtils;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Date;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows J1, J2, J3, J6, J7 and K1 of the source document, as an application writes them, on the strict server. */
class SeedTest {
    private static final AmazonS3 S3 = Clients.strict();
    private static final String BUCKET = Clients.bucket();
    private static final String KEY_ID = Servers.key("first");

    @TempDir
    Path folder;

    @AfterAll
    static void close() {
        S3.shutdown();
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private File file(int length) throws Exception {
        Path path = folder.resolve("content-" + length);
        Files.write(path, content(length));
        return path.toFile();
    }

    private static void assertStored(String key, byte[] content, String algorithm, String keyId) throws Exception {
        try (S3Object object = S3.getObject(BUCKET, key)) {
            assertArrayEquals(content, IOUtils.toByteArray(object.getObjectContent()));
            assertEquals(algorithm, object.getObjectMetadata().getSSEAlgorithm());
            assertEquals(keyId, object.getObjectMetadata().getSSEAwsKmsKeyId());
        }
    }

    @Test
    void j1_put_under_the_aws_managed_key() throws Exception {
        String key = Clients.key("j1");
        PutObjectRequest putRequest = new PutObjectRequest(BUCKET, key, file(1000))
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams());
        PutObjectResult result = S3.putObject(putRequest);
        assertEquals("aws:kms", result.getSSEAlgorithm());
        assertEquals(Servers.key("managed"), result.getSSEAwsKmsKeyId());
        assertStored(key, content(1000), "aws:kms", Servers.key("managed"));
    }

    @Test
    void j2_put_under_a_customer_managed_key() throws Exception {
        String key = Clients.key("j2");
        PutObjectResult result = S3.putObject(new PutObjectRequest(BUCKET, key, file(5_000_000))
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(KEY_ID)));
        assertEquals(KEY_ID, result.getSSEAwsKmsKeyId());
        assertEquals(KEY_ID, result.getMetadata().getSSEAwsKmsKeyId());
        assertFalseQuoted(result.getETag());
        assertStored(key, content(5_000_000), "aws:kms", KEY_ID);
    }

    private static void assertFalseQuoted(String eTag) {
        assertTrue(eTag != null && !eTag.contains("\""), eTag);
    }

    @Test
    void j3_put_from_a_stream_with_metadata() throws Exception {
        String key = Clients.key("j3 ü");
        byte[] content = content(3_000_000);
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setContentLength(content.length);
        metadata.setContentType("application/x-test");
        metadata.addUserMetadata("department", "finance");
        S3.putObject(new PutObjectRequest(BUCKET, key, new ByteArrayInputStream(content), metadata)
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(KEY_ID, "eyJhIjoiMSJ9")));
        assertStored(key, content, "aws:kms", KEY_ID);
        ObjectMetadata stored = S3.getObjectMetadata(BUCKET, key);
        assertEquals("application/x-test", stored.getContentType());
        assertEquals("finance", stored.getUserMetaDataOf("department"));
        assertEquals(content.length, stored.getContentLength());
        assertTrue(Math.abs(stored.getLastModified().getTime() - System.currentTimeMillis()) < 24 * 3600_000L);
    }

    @Test
    void j3_put_from_a_stream_of_unknown_length() throws Exception {
        String key = Clients.key("j3-unknown");
        byte[] content = content(12_000_000);
        S3.putObject(new PutObjectRequest(BUCKET, key, new ByteArrayInputStream(content), null)
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(KEY_ID)));
        assertStored(key, content, "aws:kms", KEY_ID);
    }

    @Test
    void buffers_are_stored_from_where_they_are() throws Exception {
        byte[] content = content(700_000);
        ByteBuffer direct = ByteBuffer.allocateDirect(content.length + 20);
        direct.position(10);
        direct.put(content);
        direct.position(10).limit(10 + content.length);
        String key = Clients.key("direct");
        S3.putObject(new PutObjectRequest(BUCKET, key, direct));
        assertEquals(10, direct.position());
        try (S3Object object = S3.getObject(BUCKET, key)) {
            assertArrayEquals(content, IOUtils.toByteArray(object.getObjectContent()));
        }
        String other = Clients.key("heap");
        S3.putObject(new PutObjectRequest(BUCKET, other, ByteBuffer.wrap(content, 5, 1000).slice().asReadOnlyBuffer()));
        try (S3Object object = S3.getObject(BUCKET, other)) {
            assertArrayEquals(java.util.Arrays.copyOfRange(content, 5, 1005), IOUtils.toByteArray(object.getObjectContent()));
        }
    }

    @Test
    void j6_copy_under_another_key() throws Exception {
        String source = Clients.key("j6");
        String copy = Clients.key("j6-copy");
        S3.putObject(new PutObjectRequest(BUCKET, source, file(2000))
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(KEY_ID)));
        CopyObjectResult result = S3.copyObject(new CopyObjectRequest(BUCKET, source, BUCKET, copy)
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(Servers.key("second"))));
        assertEquals(Servers.key("second"), result.getSSEAwsKmsKeyId());
        assertStored(copy, content(2000), "aws:kms", Servers.key("second"));
    }

    @Test
    void j7_presigned_url_with_signature_version_4_asked_for() throws Exception {
        ClientConfiguration clientConfiguration = new ClientConfiguration();
        clientConfiguration.setSignerOverride("AWSS3V4SignerType");
        AWSCredentialsProvider credentialsProvider = Clients.credentials(Servers.strict());
        AmazonS3Client client = new AmazonS3Client(credentialsProvider, clientConfiguration);
        client.setEndpoint(Servers.strict().get("endpoint").getAsString());
        String key = Clients.key("j7");
        client.putObject(new PutObjectRequest(BUCKET, key, file(3000))
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(KEY_ID)));
        URL url = client.generatePresignedUrl(new GeneratePresignedUrlRequest(BUCKET, key)
                .withExpiration(new Date(System.currentTimeMillis() + 60_000)));
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        assertEquals(200, connection.getResponseCode());
        assertArrayEquals(content(3000), connection.getInputStream().readAllBytes());
        client.shutdown();
    }

    @Test
    void k1_an_asymmetric_key_is_refused_with_the_reason() {
        AmazonS3Exception e = assertThrows(AmazonS3Exception.class,
                () -> S3.putObject(new PutObjectRequest(BUCKET, Clients.key("k1"), ByteBuffer.wrap(content(10)))
                        .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(Servers.key("asymmetric")))));
        assertEquals(400, e.getStatusCode());
        assertTrue(e.getErrorCode().startsWith("KMS."), e.getErrorCode());
        assertTrue(e.getMessage().contains("symmetric"), e.getMessage());
    }

    @Test
    void an_unknown_key_is_an_exception_in_the_form_of_sdk_1() {
        AmazonS3Exception e = assertThrows(AmazonS3Exception.class,
                () -> S3.putObject(new PutObjectRequest(BUCKET, Clients.key("unknown"), ByteBuffer.wrap(content(10)))
                        .withSSEAwsKeyManagementParams(
                                new SSEAwsKeyManagementParams("11111111-2222-3333-4444-555555555555"))));
        assertEquals("KMS.NotFoundException", e.getErrorCode());
        assertEquals(AmazonServiceException.ErrorType.Client, e.getErrorType());
        assertEquals("Amazon S3", e.getServiceName());
        assertTrue(e.getMessage().matches("(?s).+ \\(Service: Amazon S3; Status Code: 400; Error Code: KMS.NotFoundException;"
                + " Request ID: .+; S3 Extended Request ID: .+\\).*"), e.getMessage());
    }

    @Test
    void sse_s3_dsse_and_sse_c_are_stored_and_read() throws Exception {
        byte[] content = content(1234);
        ObjectMetadata aes = new ObjectMetadata();
        aes.setSSEAlgorithm(ObjectMetadata.AES_256_SERVER_SIDE_ENCRYPTION);
        String key = Clients.key("aes");
        assertEquals("AES256", S3.putObject(BUCKET, key, new ByteArrayInputStream(content), aes).getSSEAlgorithm());
        String dsse = Clients.key("dsse");
        S3.putObject(new PutObjectRequest(BUCKET, dsse, ByteBuffer.wrap(content))
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(KEY_ID, SSEAlgorithm.KMS_DSSE)));
        assertStored(dsse, content, "aws:kms:dsse", KEY_ID);
        SSECustomerKey own = new SSECustomerKey(content(32));
        String customer = Clients.key("customer");
        S3.putObject(new PutObjectRequest(BUCKET, customer, ByteBuffer.wrap(content)).withSSECustomerKey(own));
        try (S3Object object = S3.getObject(new GetObjectRequest(BUCKET, customer).withSSECustomerKey(own))) {
            assertArrayEquals(content, IOUtils.toByteArray(object.getObjectContent()));
            assertEquals("AES256", object.getObjectMetadata().getSSECustomerAlgorithm());
        }
    }

    @Test
    void get_reads_ranges_files_and_texts() throws Exception {
        String key = Clients.key("get");
        byte[] content = content(2_500_000);
        S3.putObject(new PutObjectRequest(BUCKET, key, ByteBuffer.wrap(content)));
        try (S3Object object = S3.getObject(new GetObjectRequest(BUCKET, key).withRange(100, 199))) {
            assertArrayEquals(java.util.Arrays.copyOfRange(content, 100, 200), IOUtils.toByteArray(object.getObjectContent()));
            assertEquals(content.length, object.getObjectMetadata().getInstanceLength());
            assertArrayEquals(new Long[] {100L, 199L}, object.getObjectMetadata().getContentRange());
        }
        File target = folder.resolve("new/folder/file").toFile();
        ObjectMetadata metadata = S3.getObject(new GetObjectRequest(BUCKET, key), target);
        assertEquals(content.length, metadata.getContentLength());
        assertArrayEquals(content, Files.readAllBytes(target.toPath()));
        String text = Clients.key("text");
        S3.putObject(BUCKET, text, "Grüße 🌍");
        assertEquals("Grüße 🌍", S3.getObjectAsString(BUCKET, text));
        assertEquals("text/plain", S3.getObjectMetadata(BUCKET, text).getContentType());
    }

    @Test
    void a_constraint_that_is_not_met_gives_null() {
        String key = Clients.key("constraint");
        String eTag = S3.putObject(BUCKET, key, "x").getETag();
        assertNull(S3.getObject(new GetObjectRequest(BUCKET, key).withNonmatchingETagConstraint(eTag)));
        assertNull(S3.getObject(new GetObjectRequest(BUCKET, key).withMatchingETagConstraint("other")));
        assertNull(S3.getObjectAsync(new GetObjectRequest(BUCKET, key).withMatchingETagConstraint("other")).join());
        assertNull(S3.copyObject(new CopyObjectRequest(BUCKET, key, BUCKET, key + "2").withMatchingETagConstraint("other")));
    }

    @Test
    void existence_and_deletion() {
        String key = Clients.key("delete");
        assertEquals(false, S3.doesObjectExist(BUCKET, key));
        S3.putObject(BUCKET, key, "x");
        assertEquals(true, S3.doesObjectExist(BUCKET, key));
        S3.deleteObject(BUCKET, key);
        assertEquals(false, S3.doesObjectExist(BUCKET, key));
        AmazonS3Exception e = assertThrows(AmazonS3Exception.class, () -> S3.getObject(BUCKET, key));
        assertEquals("NoSuchKey", e.getErrorCode());
        assertNotEquals(null, e.getRequestId());
    }

    @Test
    void metadata_and_tags_of_a_copy_are_replaced_where_new_ones_are_given() {
        String key = Clients.key("meta");
        ObjectMetadata first = new ObjectMetadata();
        first.addUserMetadata("a", "1");
        S3.putObject(BUCKET, key, new ByteArrayInputStream(content(5)), first);
        S3.copyObject(BUCKET, key, BUCKET, key + "-same");
        assertEquals("1", S3.getObjectMetadata(BUCKET, key + "-same").getUserMetaDataOf("a"));
        ObjectMetadata second = new ObjectMetadata();
        second.addUserMetadata("b", "2");
        S3.copyObject(new CopyObjectRequest(BUCKET, key, BUCKET, key + "-new").withNewObjectMetadata(second));
        assertNull(S3.getObjectMetadata(BUCKET, key + "-new").getUserMetaDataOf("a"));
        assertEquals("2", S3.getObjectMetadata(BUCKET, key + "-new").getUserMetaDataOf("b"));
    }

    @Test
    void a_private_ca_is_trusted_when_it_is_named() throws Exception {
        var server = Servers.tls();
        Path pem = folder.resolve("ca.pem");
        String announced = server.get("caPem").getAsString();
        Files.writeString(pem, announced.startsWith("-----") ? announced : Files.readString(Path.of(announced)));
        AmazonS3 trusting = Clients.builder(server).withClientConfiguration(
                new ClientConfiguration().withTrustedCertificatesFile(pem.toString())).build();
        trusting.putObject(new PutObjectRequest(server.get("bucket").getAsString(), "tls", ByteBuffer.wrap(content(9)))
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams()));
        trusting.shutdown();
        AmazonS3 other = Clients.builder(server).build();
        SdkClientException e = assertThrows(SdkClientException.class,
                () -> other.getObjectMetadata(server.get("bucket").getAsString(), "tls"));
        assertTrue(e.getMessage().startsWith("Unable to execute HTTP request"), e.getMessage());
        other.shutdown();
    }
}
