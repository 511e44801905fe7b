package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PresignedRequest;
import io.s3kms.model.SSEAlgorithm;
import io.s3kms.model.SSECustomerKey;
import io.s3kms.testing.Clients;
import io.s3kms.testing.Servers;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Presigned URLs, used by a plain HTTP client. */
class PresignTest {
    private static final AmazonS3 S3 = Clients.strict();
    private static final String BUCKET = Clients.bucket();

    @AfterAll
    static void close() {
        S3.shutdown();
    }

    private static int upload(PresignedRequest request, Map<String, String> headers) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) request.getUrl().openConnection();
        connection.setRequestMethod(request.getMethod().name());
        headers.forEach(connection::setRequestProperty);
        connection.setDoOutput(true);
        connection.getOutputStream().write("content".getBytes());
        return connection.getResponseCode();
    }

    private static PresignedRequest kms(String key) {
        return S3.presign(new GeneratePresignedUrlRequest(BUCKET, key, HttpMethod.PUT).withSSEAlgorithm(SSEAlgorithm.KMS)
                .withKmsCmkId(Servers.key("first")).withKmsEncryptionContext("{\"a\":\"1\"}").withBucketKeyEnabled(true)
                .withContentType("text/x-test"));
    }

    @Test
    void a_put_with_exactly_the_returned_headers_is_stored_under_the_key() throws Exception {
        String key = Clients.key("presigned");
        PresignedRequest request = kms(key);
        assertEquals(200, upload(request, request.getSignedHeaders()));
        ObjectMetadata stored = S3.getObjectMetadata(BUCKET, key);
        assertEquals(Servers.key("first"), stored.getSSEAwsKmsKeyId());
        assertEquals(true, stored.getBucketKeyEnabled());
        assertEquals("text/x-test", stored.getContentType());
        assertFalse(request.getUrl().getQuery().contains("encryption-context="));
    }

    @Test
    void a_missing_a_changed_and_an_added_header_are_refused() throws Exception {
        PresignedRequest request = kms(Clients.key("refused"));
        for (String name : request.getSignedHeaders().keySet()) {
            Map<String, String> missing = new LinkedHashMap<>(request.getSignedHeaders());
            missing.remove(name);
            missing.putIfAbsent("Content-Type", "text/x-test");
            if (!name.equalsIgnoreCase("content-type")) {
                assertEquals(403, upload(request, missing), "without " + name);
            }
            Map<String, String> changed = new LinkedHashMap<>(request.getSignedHeaders());
            changed.put(name, "false");
            assertEquals(403, upload(request, changed), "changed " + name);
        }
        Map<String, String> added = new LinkedHashMap<>(request.getSignedHeaders());
        added.put("x-amz-storage-class", "STANDARD_IA");
        assertEquals(403, upload(request, added));
    }

    @Test
    void expiry_is_fifteen_minutes_unless_a_date_is_given() {
        assertTrue(S3.generatePresignedUrl(BUCKET, "k", null).getQuery().contains("X-Amz-Expires=900"));
        Date inAMinute = new Date(System.currentTimeMillis() + 60_000);
        assertTrue(S3.generatePresignedUrl(BUCKET, "k", inAMinute).getQuery().contains("X-Amz-Expires=60"));
        Date past = new Date(System.currentTimeMillis() - 60_000);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> S3.generatePresignedUrl(BUCKET, "k", past));
        assertTrue(e.getMessage().contains("expiration"), e.getMessage());
        Date late = new Date(System.currentTimeMillis() + 8L * 24 * 3600 * 1000);
        assertThrows(IllegalArgumentException.class, () -> S3.generatePresignedUrl(BUCKET, "k", late));
    }

    @Test
    void encryption_that_contradicts_itself_is_refused_as_in_sdk_1() {
        GeneratePresignedUrlRequest both = new GeneratePresignedUrlRequest(BUCKET, "k", HttpMethod.PUT)
                .withSSEAlgorithm(SSEAlgorithm.KMS).withSSECustomerKey(new SSECustomerKey(new byte[32]));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> S3.generatePresignedUrl(both)).getMessage()
                .contains("SSE-C"));
        GeneratePresignedUrlRequest keyAlone =
                new GeneratePresignedUrlRequest(BUCKET, "k", HttpMethod.PUT).withKmsCmkId("key");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> S3.generatePresignedUrl(keyAlone)).getMessage()
                .contains("aws:kms"));
        assertThrows(IllegalArgumentException.class,
                () -> S3.generatePresignedUrl(new GeneratePresignedUrlRequest(null, "k")));
    }

    @Test
    void a_batch_signs_each_key_as_if_alone() throws Exception {
        List<String> keys = List.of(Clients.key("a b+c"), Clients.key("ü/../x"), Clients.key("plain"));
        GeneratePresignedUrlRequest template = new GeneratePresignedUrlRequest(BUCKET, null, HttpMethod.PUT)
                .withSSEAlgorithm(SSEAlgorithm.KMS).withKmsCmkId(Servers.key("first"));
        List<PresignedRequest> batch = S3.presign(template, keys);
        assertEquals(keys.size(), batch.size());
        for (int i = 0; i < keys.size(); i++) {
            assertEquals(200, upload(batch.get(i), batch.get(i).getSignedHeaders()), keys.get(i));
            assertEquals(Servers.key("first"), S3.getObjectMetadata(BUCKET, keys.get(i)).getSSEAwsKmsKeyId());
        }
        assertThrows(UnsupportedOperationException.class, () -> batch.get(0).getSignedHeaders().clear());
    }

    @Test
    void a_batch_is_refused_as_a_whole() {
        GeneratePresignedUrlRequest template = new GeneratePresignedUrlRequest(BUCKET, "not used");
        assertTrue(S3.generatePresignedUrls(template, List.of()).isEmpty());
        for (List<String> keys : Arrays.asList(List.of("a", ""), Arrays.asList("a", null), null)) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> S3.generatePresignedUrls(template, keys));
            assertTrue(e.getMessage().contains("keys"), e.getMessage());
        }
        assertThrows(IllegalArgumentException.class,
                () -> S3.generatePresignedUrls(new GeneratePresignedUrlRequest(null, "k"), List.of("k")));
        assertThrows(IllegalArgumentException.class, () -> S3.generatePresignedUrls(null, List.of("k")));
    }

    @Test
    void a_batch_larger_than_a_frame_comes_back_whole() {
        List<String> keys = IntStream.range(0, 3000).mapToObj(i -> "key " + i).toList();
        List<URL> urls = S3.generatePresignedUrls(new GeneratePresignedUrlRequest(BUCKET, null), keys);
        for (int i = 0; i < keys.size(); i++) {
            assertTrue(urls.get(i).getPath().endsWith("/key%20" + i), urls.get(i).getPath());
        }
    }

    @Test
    void dots_in_a_key_stay_as_they_are() {
        assertTrue(S3.generatePresignedUrl(BUCKET, "a/../b/./c", null).getPath().endsWith("/a/../b/./c"));
    }

    @Test
    void the_url_is_not_printed() {
        assertFalse(kms("k").toString().contains("Signature"));
    }
}
