package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.client.builder.AwsClientBuilder.EndpointConfiguration;
import io.s3kms.model.AmazonS3Exception;
import io.s3kms.model.CopyObjectRequest;
import io.s3kms.model.EncryptionMismatchException;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PresignedRequest;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.PutObjectResult;
import io.s3kms.model.S3Object;
import io.s3kms.model.SSEAlgorithm;
import io.s3kms.model.SSEAwsKeyManagementParams;
import io.s3kms.model.SSECustomerKey;
import io.s3kms.testing.Clients;
import io.s3kms.util.IOUtils;
import java.io.ByteArrayInputStream;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real S3 server that no one here wrote: tests/servers starts it and says in the environment where it is. Where it is known to
 * differ from S3 ({@code S3KMS_REAL_DIFFERENCES}), the difference is asserted.
 */
@Tag("real-server")
class RealServerTest {
    private static AmazonS3 http;
    private static AmazonS3 tls;
    private static Set<String> differences;

    @TempDir
    Path folder;

    private static String env(String name) {
        String value = System.getenv("S3KMS_REAL_" + name);
        assertNotNull(value, "S3KMS_REAL_" + name + " must be set: run ./dev test ceph");
        return value;
    }

    private static AmazonS3 client(String endpoint, String secret, ClientConfiguration configuration) {
        return AmazonS3ClientBuilder.standard().withEndpointConfiguration(new EndpointConfiguration(endpoint, env("REGION")))
                .withPathStyleAccessEnabled(true).withClientConfiguration(configuration)
                .withCredentials(new AWSStaticCredentialsProvider(new BasicAWSCredentials(env("ACCESS_KEY"), secret)))
                .build();
    }

    @BeforeAll
    static void connect() throws Exception {
        http = client(env("ENDPOINT"), env("SECRET_KEY"), new ClientConfiguration());
        tls = client(env("TLS_ENDPOINT"), env("SECRET_KEY"), new ClientConfiguration().withTrustedCertificatesFile(env("CA")));
        differences = new HashSet<>();
        JsonParser.parseString(Files.readString(Path.of(env("DIFFERENCES")))).getAsJsonArray()
                .forEach(d -> differences.add(d.getAsJsonObject().get("case").getAsString()));
    }

    @AfterAll
    static void close() {
        http.shutdown();
        tls.shutdown();
    }

    private static boolean differs(String name) {
        return differences.contains(name);
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static SSEAwsKeyManagementParams kms(String key) {
        return new SSEAwsKeyManagementParams(env(key));
    }

    private static PutObjectRequest put(String key) {
        return new PutObjectRequest(env("BUCKET"), key, ByteBuffer.wrap(content(1000)));
    }

    private static void assertKey(String asked, String reported) {
        if (differs("key-id-as-given")) {
            assertEquals(env(asked), reported);
        } else {
            assertTrue(reported.endsWith(env(asked)), reported);
        }
    }

    private static void assertStored(AmazonS3 s3, String key, byte[] content, String keyName) throws Exception {
        try (S3Object object = s3.getObject(new GetObjectRequest(env("BUCKET"), key)
                .withExpectedSSEAwsKeyManagementParams(kms(keyName)))) {
            assertArrayEquals(content, IOUtils.toByteArray(object.getObjectContent()));
            assertKey(keyName, object.getObjectMetadata().getSSEAwsKmsKeyId());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "tls"})
    void bytes_files_and_streams_are_stored_under_a_key_and_come_back(String protocol) throws Exception {
        AmazonS3 s3 = protocol.equals("tls") ? tls : http;
        byte[] content = content(7_000_001);
        String key = Clients.key("bytes ü");
        PutObjectResult result = s3.putObject(new PutObjectRequest(env("BUCKET"), key, ByteBuffer.wrap(content))
                .withSSEAwsKeyManagementParams(kms("KEY1")));
        assertKey("KEY1", result.getSSEAwsKmsKeyId());
        assertStored(s3, key, content, "KEY1");
        Path file = Files.write(folder.resolve("file.txt"), content);
        String ofFile = Clients.key("file");
        s3.putObject(new PutObjectRequest(env("BUCKET"), ofFile, file.toFile()).withSSEAwsKeyManagementParams(kms("KEY2")));
        assertStored(s3, ofFile, content, "KEY2");
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setContentLength(content.length);
        metadata.addUserMetadata("department", "finance");
        String ofStream = Clients.key("stream");
        s3.putObject(new PutObjectRequest(env("BUCKET"), ofStream, new ByteArrayInputStream(content), metadata)
                .withSSEAwsKeyManagementParams(kms("KEY1").withAwsKmsEncryptionContext("{\"a\":\"1\"}")));
        assertStored(s3, ofStream, content, "KEY1");
        assertEquals("finance", s3.getObjectMetadata(env("BUCKET"), ofStream).getUserMetaDataOf("department"));
    }

    @Test
    void a_private_ca_that_is_not_named_is_not_trusted() {
        AmazonS3 other = client(env("TLS_ENDPOINT"), env("SECRET_KEY"), new ClientConfiguration().withMaxErrorRetry(0));
        assertThrows(SdkClientException.class, () -> other.getObjectMetadata(env("BUCKET"), "k"));
        other.shutdown();
    }

    @Test
    void the_aws_managed_key() {
        PutObjectRequest request = put(Clients.key("managed")).withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams());
        if (differs("kms-without-key-id")) {
            assertEquals(400, assertThrows(AmazonS3Exception.class, () -> http.putObject(request)).getStatusCode());
        } else {
            assertEquals("aws:kms", http.putObject(request).getSSEAlgorithm());
        }
    }

    @Test
    void an_unknown_key() {
        AmazonS3Exception e = assertThrows(AmazonS3Exception.class, () -> http.putObject(put(Clients.key("unknown"))
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams("11111111-2222-3333-4444-555555555555"))));
        assertEquals(differs("unknown-key") ? 403 : 400, e.getStatusCode());
        assertEquals(differs("unknown-key") ? "InvalidAccessKeyId" : "KMS.NotFoundException", e.getErrorCode());
    }

    @Test
    void two_layers_of_encryption() {
        PutObjectRequest request = put(Clients.key("dsse"))
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams(env("KEY1"), SSEAlgorithm.KMS_DSSE));
        if (differs("dsse")) {
            assertEquals(400, assertThrows(AmazonS3Exception.class, () -> http.putObject(request)).getStatusCode());
        } else {
            assertEquals("aws:kms:dsse", http.putObject(request).getSSEAlgorithm());
        }
    }

    @Test
    void a_bucket_key() {
        PutObjectResult result = http.putObject(
                put(Clients.key("bucket-key")).withSSEAwsKeyManagementParams(kms("KEY1")).withBucketKeyEnabled(true));
        assertEquals(differs("bucket-key") ? null : Boolean.TRUE, result.getBucketKeyEnabled());
    }

    @Test
    void sse_s3() {
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setSSEAlgorithm(ObjectMetadata.AES_256_SERVER_SIDE_ENCRYPTION);
        PutObjectRequest request = put(Clients.key("aes")).withMetadata(metadata);
        if (differs("sse-s3-stores-plaintext")) {
            assertThrows(EncryptionMismatchException.class, () -> http.putObject(request));
        } else {
            assertEquals("AES256", http.putObject(request).getSSEAlgorithm());
        }
    }

    @Test
    void a_customer_s_own_key_over_tls() throws Exception {
        SSECustomerKey own = new SSECustomerKey(content(32));
        String key = Clients.key("own");
        tls.putObject(put(key).withSSECustomerKey(own));
        try (S3Object object = tls.getObject(new GetObjectRequest(env("BUCKET"), key).withSSECustomerKey(own))) {
            assertArrayEquals(content(1000), IOUtils.toByteArray(object.getObjectContent()));
        }
    }

    @Test
    void a_copy_under_a_key() {
        String key = Clients.key("plain");
        http.putObject(put(key));
        CopyObjectRequest request = new CopyObjectRequest(env("BUCKET"), key, env("BUCKET"), key + "-copy")
                .withSSEAwsKeyManagementParams(kms("KEY2"));
        if (differs("copy-to-kms-stores-plaintext")) {
            assertThrows(EncryptionMismatchException.class, () -> http.copyObject(request));
        } else {
            assertKey("KEY2", http.copyObject(request).getSSEAwsKmsKeyId());
        }
        http.copyObject(env("BUCKET"), key, env("BUCKET"), key + "-plain");
        assertEquals(1000, http.getObjectMetadata(env("BUCKET"), key + "-plain").getContentLength());
    }

    @Test
    void a_copy_from_an_encrypted_source() {
        String key = Clients.key("encrypted");
        http.putObject(put(key).withSSEAwsKeyManagementParams(kms("KEY1")));
        CopyObjectRequest request = new CopyObjectRequest(env("BUCKET"), key, env("BUCKET"), key + "-copy")
                .withSSEAwsKeyManagementParams(kms("KEY2"));
        if (differs("copy-from-encrypted")) {
            assertEquals(501, assertThrows(AmazonS3Exception.class, () -> http.copyObject(request)).getStatusCode());
        } else {
            assertKey("KEY2", http.copyObject(request).getSSEAwsKmsKeyId());
        }
    }

    @Test
    void presigned_urls_work_with_exactly_the_returned_headers() throws Exception {
        String key = Clients.key("presigned");
        PresignedRequest request = http.presign(new GeneratePresignedUrlRequest(env("BUCKET"), key, HttpMethod.PUT)
                .withSSEAlgorithm(SSEAlgorithm.KMS).withKmsCmkId(env("KEY1")));
        assertEquals(200, upload(request, request.getSignedHeaders()));
        assertStored(http, key, content(1000), "KEY1");
        for (String name : request.getSignedHeaders().keySet()) {
            Map<String, String> fewer = new LinkedHashMap<>(request.getSignedHeaders());
            fewer.remove(name);
            assertEquals(403, upload(request, fewer), "without " + name);
        }
        HttpURLConnection get = (HttpURLConnection) http.generatePresignedUrl(env("BUCKET"), key, null).openConnection();
        assertArrayEquals(content(1000), get.getInputStream().readAllBytes());
    }

    private static int upload(PresignedRequest request, Map<String, String> headers) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) request.getUrl().openConnection();
        connection.setRequestMethod("PUT");
        headers.forEach(connection::setRequestProperty);
        connection.setDoOutput(true);
        connection.getOutputStream().write(content(1000));
        return connection.getResponseCode();
    }

    @Test
    void missing_objects_and_wrong_credentials() {
        assertEquals("NoSuchKey", assertThrows(AmazonS3Exception.class,
                () -> http.getObject(env("BUCKET"), Clients.key("missing"))).getErrorCode());
        AmazonS3 other = client(env("ENDPOINT"), "wrong", new ClientConfiguration());
        AmazonS3Exception e = assertThrows(AmazonS3Exception.class, () -> other.putObject(put("k")));
        assertEquals("SignatureDoesNotMatch", e.getErrorCode());
        other.shutdown();
    }
}
