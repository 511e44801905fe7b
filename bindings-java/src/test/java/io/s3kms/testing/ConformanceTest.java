package io.s3kms.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.s3kms.AmazonS3;
import io.s3kms.SdkClientException;
import io.s3kms.model.AmazonS3Exception;
import io.s3kms.model.EncryptionMismatchException;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.PresignedRequest;
import io.s3kms.model.S3Object;
import io.s3kms.util.IOUtils;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The JSON cases of tests/conformance, sent through the public API; the format is described there. */
class ConformanceTest {
    /** What no Java application can write, each with the reason; {@link #the_list_of_what_java_cannot_write_is_exact}. */
    private static final Map<String, String> INEXPRESSIBLE = Inexpressibles.LIST;
    /** Says how a result that Java does not have differs: SDK 1.x's ObjectMetadata has no HTTP status. */
    private static final Set<String> NOT_IN_METADATA = Set.of("http_status");

    @TempDir
    Path folder;

    private static List<JsonObject> cases() throws Exception {
        List<JsonObject> cases = new ArrayList<>();
        String root = System.getenv("S3KMS_CONFORMANCE");
        assertNotNull(root, "S3KMS_CONFORMANCE must name the folder tests/conformance: run ./dev test java");
        try (Stream<Path> files = Files.list(Path.of(root))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                JsonParser.parseString(Files.readString(file)).getAsJsonArray().forEach(c -> cases.add(c.getAsJsonObject()));
            }
        }
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> conformance() throws Exception {
        return cases().stream().filter(c -> !INEXPRESSIBLE.containsKey(name(c)))
                .map(c -> DynamicTest.dynamicTest(name(c), () -> run(c)));
    }

    @Test
    void the_list_of_what_java_cannot_write_is_exact() throws Exception {
        Set<String> found = new HashSet<>();
        for (JsonObject c : cases()) {
            if (INEXPRESSIBLE.containsKey(name(c))) {
                found.add(name(c));
                try {
                    run(c);
                    fail(name(c) + " is listed as inexpressible, and can be written");
                } catch (Inexpressible e) {
                    assertEquals(INEXPRESSIBLE.get(name(c)), e.getMessage(), name(c));
                }
            }
        }
        assertEquals(INEXPRESSIBLE.keySet(), found);
    }

    private static String name(JsonObject c) {
        return c.get("name").getAsString();
    }

    private void run(JsonObject c) throws Exception {
        String control = Servers.recording().get("control").getAsString();
        JsonObject queue = new JsonObject();
        queue.add("responses", c.has("responses") ? c.get("responses") : new JsonArray());
        Servers.control(control + "/expect", "POST", queue.toString());
        JsonObject expect = c.getAsJsonObject("expect");
        Object outcome;
        AmazonS3 client = null;
        try {
            client = CaseClient.build(c.getAsJsonObject("client"), Servers.recording().get("endpoint").getAsString());
            outcome = send(client, c);
        } catch (Inexpressible e) {
            throw e;
        } catch (RuntimeException e) {
            outcome = e;
        }
        try {
            compare(expect, c, outcome);
        } finally {
            if (client != null) {
                client.shutdown();
            }
        }
        if (expect.has("requests")) {
            compareRequests(expect.getAsJsonArray("requests"), Servers.control(control + "/recorded", "GET", null));
        }
    }

    private Object send(AmazonS3 client, JsonObject c) throws Exception {
        CaseRequests requests = new CaseRequests(c.has("request") ? c.getAsJsonObject("request") : new JsonObject());
        switch (c.get("operation").getAsString()) {
            case "put_object":
                JsonObject body = c.getAsJsonObject("body");
                File file = folder.resolve("content-without-ending").toFile();
                if (body != null && body.has("file_text")) {
                    Files.writeString(file.toPath(), body.get("file_text").getAsString());
                }
                return client.putObject(requests.put(body, file));
            case "copy_object":
                return client.copyObject(requests.copy());
            case "get_object":
                return client.getObject(requests.get());
            case "head_object":
                return client.getObjectMetadata(requests.head());
            case "delete_object":
                if (c.getAsJsonObject("request").has("version_id")) {
                    client.deleteVersion(requests.deleteVersion());
                    return new Object();
                }
                try {
                    return client.deleteObjectAsync(requests.delete()).join();
                } catch (java.util.concurrent.CompletionException e) {
                    throw (RuntimeException) e.getCause();
                }
            default:
                return presign(client, requests.presign());
        }
    }

    /** As a single URL; in a batch the same must come out, or the same be refused. */
    private static PresignedRequest presign(AmazonS3 client, GeneratePresignedUrlRequest request) {
        List<String> keys = Arrays.asList(request.getKey(), "another key");
        PresignedRequest single;
        List<PresignedRequest> batch;
        List<URL> urls;
        // Tried again where a second ended meanwhile: the time is part of what is signed.
        do {
            try {
                single = client.presign(request);
            } catch (IllegalArgumentException e) {
                assertThrows(IllegalArgumentException.class, () -> client.presign(request, keys));
                throw e;
            }
            batch = client.presign(request, keys);
            urls = client.generatePresignedUrls(request, keys);
        } while (!single.getExpiration().equals(batch.get(1).getExpiration()) || !urls.get(0).toString().equals(single.getUrl().toString())
                && !date(urls.get(0)).equals(date(single.getUrl())));
        assertEquals(2, batch.size());
        assertEquals(single.getUrl().toString(), batch.get(0).getUrl().toString());
        assertEquals(single.getUrl().toString(), urls.get(0).toString());
        assertEquals(batch.get(1).getUrl().toString(), urls.get(1).toString());
        assertEquals(single.getSignedHeaders(), batch.get(1).getSignedHeaders());
        assertEquals(single.getMethod(), batch.get(1).getMethod());
        return single;
    }

    private static String date(URL url) {
        return url.getQuery().replaceFirst(".*X-Amz-Date=([^&]*).*", "$1");
    }

    private void compare(JsonObject expect, JsonObject c, Object outcome) throws Exception {
        if (expect.has("error")) {
            compareError(expect.getAsJsonObject("error"), c, outcome);
            return;
        }
        if (outcome instanceof RuntimeException e) {
            throw e;
        }
        if (outcome instanceof PresignedRequest presigned) {
            compareUrl(expect.getAsJsonObject("url"), presigned);
            return;
        }
        if (outcome instanceof S3Object object) {
            String content = IOUtils.toString(object.getObjectContent());
            if (expect.has("content")) {
                assertEquals(expect.get("content").getAsString(), content);
            }
            object.close();
        }
        ObjectMetadata metadata = outcome instanceof S3Object object ? object.getObjectMetadata()
                : outcome instanceof ObjectMetadata head ? head : null;
        JsonObject result = expect.has("result") ? expect.getAsJsonObject("result") : new JsonObject();
        for (String field : result.keySet()) {
            // deleteVersion gives nothing back in SDK 1.x: only what it sends is compared.
            boolean compared = metadata == null ? outcome.getClass() != Object.class : !NOT_IN_METADATA.contains(field);
            if (compared) {
                if (metadata == null) {
                    assertEquals(expectedMember(field, result.get(field)), member(outcome, field), field);
                } else {
                    assertEquals(expected(field, result.get(field)), header(metadata, field), field);
                }
            }
        }
    }

    private static Object expected(String field, JsonElement value) {
        if (value instanceof JsonNull) {
            return null;
        }
        if (value.isJsonObject()) {
            Map<String, String> map = new TreeMap<>();
            value.getAsJsonObject().entrySet().forEach(e -> map.put(e.getKey(), e.getValue().getAsString()));
            return map;
        }
        return field.equals("e_tag") ? value.getAsString().replace("\"", "") : value.getAsString();
    }

    /** Java gives the parts of an expiration; a day of the week is not one of them. */
    private static Object expectedMember(String field, JsonElement value) {
        Object expected = expected(field, value);
        return field.equals("expiration") && expected != null
                ? expected.toString().replaceFirst("\"[A-Za-z]{3}, ", "\"") : expected;
    }

    private static Object plain(Object value) {
        return value == null ? null : value instanceof Date date ? String.valueOf(date.getTime()) : value.toString();
    }

    private static Object header(ObjectMetadata metadata, String field) {
        if (field.equals("metadata")) {
            return new TreeMap<>(metadata.getUserMetadata());
        }
        String header = HEADERS.get(field);
        assertNotNull(header, "the runner does not know the result's " + field);
        return plain(metadata.getRawMetadataValue(header));
    }

    private static Object member(Object result, String field) throws Exception {
        if (field.equals("expiration")) {
            Date time = (Date) result.getClass().getMethod("getExpirationTime").invoke(result);
            Object rule = result.getClass().getMethod("getExpirationTimeRuleId").invoke(result);
            String date = time == null ? "" : "expiry-date=\"" + DateTimeFormatter.ofPattern("dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .format(time.toInstant().atOffset(ZoneOffset.UTC)) + "\", ";
            return rule == null && time == null ? null : date + "rule-id=\"" + rule + "\"";
        }
        if (field.equals("request_charged")) {
            return (boolean) result.getClass().getMethod("isRequesterCharged").invoke(result) ? "requester" : null;
        }
        String getter = "get" + switch (field) {
            case "server_side_encryption" -> "SSEAlgorithm";
            case "ssekms_key_id" -> "SSEAwsKmsKeyId";
            case "ssekms_encryption_context" -> "SSEAwsKmsEncryptionContext";
            case "last_modified" -> "LastModifiedDate";
            default -> field.replace("_", "");
        };
        for (Method method : result.getClass().getMethods()) {
            if (method.getName().equalsIgnoreCase(getter)) {
                return plain(method.invoke(result));
            }
        }
        return fail(result.getClass().getSimpleName() + " has no getter for " + field);
    }

    private static void compareError(JsonObject error, JsonObject c, Object outcome) {
        String kind = error.get("kind").getAsString();
        int status = error.has("http_status") ? error.get("http_status").getAsInt() : 0;
        String operation = c.get("operation").getAsString();
        if (outcome == null && (status == 412 || status == 304 && operation.equals("get_object"))) {
            return; // SDK 1.x answers a constraint that is not met by null
        }
        assertTrue(outcome instanceof RuntimeException, "an exception was expected, not " + outcome);
        RuntimeException e = (RuntimeException) outcome;
        Class<?> type = switch (kind) {
            case "InvalidArgument" -> IllegalArgumentException.class;
            case "Service" -> AmazonS3Exception.class;
            case "EncryptionMismatch" -> EncryptionMismatchException.class;
            default -> SdkClientException.class;
        };
        if (e.getClass() != type) {
            throw new AssertionError(kind + " was expected, not " + e, e);
        }
        if (e instanceof AmazonS3Exception answer) {
            assertEquals(status, answer.getStatusCode());
            if (error.has("code")) {
                assertEquals(CaseClient.text(error, "code"), answer.getErrorCode());
            }
            if (error.has("request_id")) {
                assertEquals(CaseClient.text(error, "request_id"), answer.getRequestId());
            }
            if (error.has("extended_request_id")) {
                assertEquals(CaseClient.text(error, "extended_request_id"), answer.getExtendedRequestId());
            }
        }
        String field = CaseClient.text(error, "field");
        if (field != null) {
            String word = FIELDS.getOrDefault(operation + "." + field, FIELDS.getOrDefault(field, field.replace("_", "")));
            assertTrue(e.getMessage().toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT)), word + " in " + e.getMessage());
        }
        String part = CaseClient.text(error, "message_contains");
        if (part != null && !part.equals(field) && !part.contains("_")) {
            assertTrue(e.getMessage().contains(part), part + " in " + e.getMessage());
        }
    }

    private static void compareUrl(JsonObject expect, PresignedRequest actual) throws Exception {
        assertEquals(expect.get("method").getAsString(), actual.getMethod().name());
        URI url = actual.getUrl().toURI();
        URI recording = URI.create(Servers.recording().get("endpoint").getAsString());
        assertEquals(expect.has("scheme") ? expect.get("scheme").getAsString() : recording.getScheme(), url.getScheme());
        assertEquals(expect.has("host") ? expect.get("host").getAsString() : recording.getAuthority(), url.getRawAuthority());
        assertEquals(expect.get("path").getAsString(), url.getRawPath());
        Map<String, String> query = new TreeMap<>();
        for (String pair : url.getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    URLDecoder.decode(parts.length > 1 ? parts[1] : "", StandardCharsets.UTF_8));
        }
        Set<String> names = new HashSet<>();
        expect.getAsJsonObject("query").entrySet().forEach(e -> {
            assertEquals(e.getValue().getAsString(), query.get(e.getKey()), e.getKey());
            names.add(e.getKey());
        });
        expect.getAsJsonArray("query_present").forEach(n -> names.add(n.getAsString()));
        assertEquals(names, query.keySet());
        Map<String, String> headers = new TreeMap<>();
        actual.getSignedHeaders().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        assertEquals(expected("signed_headers", expect.get("signed_headers")), headers);
        ZonedDateTime signed = ZonedDateTime.parse(query.get("X-Amz-Date"),
                DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX"));
        assertEquals(signed.plusSeconds(Long.parseLong(query.get("X-Amz-Expires"))).toInstant(),
                actual.getExpiration().toInstant());
    }

    private static void compareRequests(JsonArray expected, JsonElement recorded) {
        JsonArray actual = recorded.getAsJsonObject().getAsJsonArray("requests");
        assertEquals(expected.size(), actual.size(), "number of requests");
        for (int i = 0; i < expected.size(); i++) {
            JsonObject expect = expected.get(i).getAsJsonObject();
            Wire wire = new Wire(actual.get(i).getAsJsonObject());
            assertEquals(expect.get("method").getAsString(), wire.method);
            assertEquals(expect.get("target").getAsString(), wire.target);
            assertEquals(expected("headers", expect.get("headers")), wire.headers);
            assertEquals(expect.has("body_text") ? expect.get("body_text").getAsString() : "", wire.body);
            assertEquals(expect.has("trailers") ? expected("trailers", expect.get("trailers")) : Map.of(), wire.trailers);
            for (String name : new String[] {"authorization", "user-agent"}) {
                JsonElement part = expect.get(name.replace('-', '_') + "_contains");
                if (part != null) {
                    assertTrue(wire.all.get(name).contains(part.getAsString()), name + ": " + part);
                }
            }
        }
    }

    /** The header by which SDK 1.x's metadata keeps a result's field. */
    private static final Map<String, String> HEADERS = Map.ofEntries(Map.entry("e_tag", "ETag"),
            Map.entry("content_length", "Content-Length"), Map.entry("content_type", "Content-Type"),
            Map.entry("content_encoding", "Content-Encoding"), Map.entry("content_language", "Content-Language"),
            Map.entry("content_disposition", "Content-Disposition"), Map.entry("cache_control", "Cache-Control"),
            Map.entry("expires_string", "Expires"), Map.entry("storage_class", "x-amz-storage-class"),
            Map.entry("website_redirect_location", "x-amz-website-redirect-location"),
            Map.entry("object_lock_mode", "x-amz-object-lock-mode"),
            Map.entry("object_lock_retain_until_date", "x-amz-object-lock-retain-until-date"),
            Map.entry("object_lock_legal_hold_status", "x-amz-object-lock-legal-hold"),
            Map.entry("version_id", "x-amz-version-id"), Map.entry("last_modified", "Last-Modified"),
            Map.entry("accept_ranges", "Accept-Ranges"), Map.entry("content_range", "Content-Range"),
            Map.entry("expiration", "x-amz-expiration"), Map.entry("restore", "x-amz-restore"),
            Map.entry("replication_status", "x-amz-replication-status"), Map.entry("delete_marker", "x-amz-delete-marker"),
            Map.entry("request_charged", "x-amz-request-charged"), Map.entry("missing_meta", "x-amz-missing-meta"),
            Map.entry("parts_count", "x-amz-mp-parts-count"), Map.entry("tag_count", "x-amz-tagging-count"),
            Map.entry("request_id", "x-amz-request-id"), Map.entry("extended_request_id", "x-amz-id-2"),
            Map.entry("bucket_key_enabled", "x-amz-server-side-encryption-bucket-key-enabled"),
            Map.entry("server_side_encryption", "x-amz-server-side-encryption"),
            Map.entry("ssekms_key_id", "x-amz-server-side-encryption-aws-kms-key-id"),
            Map.entry("sse_customer_algorithm", "x-amz-server-side-encryption-customer-algorithm"),
            Map.entry("sse_customer_key_md5", "x-amz-server-side-encryption-customer-key-MD5"),
            Map.entry("checksum_crc32", "x-amz-checksum-crc32"), Map.entry("checksum_crc32_c", "x-amz-checksum-crc32c"),
            Map.entry("checksum_crc64_nvme", "x-amz-checksum-crc64nvme"), Map.entry("checksum_sha1", "x-amz-checksum-sha1"),
            Map.entry("checksum_sha256", "x-amz-checksum-sha256"));

    /** What a message calls a field in Java, where that is not the same words. */
    private static final Map<String, String> FIELDS = Map.ofEntries(Map.entry("bucket", "bucketName"),
            Map.entry("copy_object.bucket", "destinationBucketName"), Map.entry("copy_object.key", "destinationKey"),
            Map.entry("source_bucket", "sourceBucketName"), Map.entry("server_side_encryption", "SSEAlgorithm"),
            Map.entry("ssekms_key_id", "KmsKeyId"), Map.entry("presign.ssekms_key_id", "kmsCmkId"),
            Map.entry("ssekms_encryption_context", "EncryptionContext"), Map.entry("metadata", "metadata"),
            Map.entry("headers", "customRequestHeaders"), Map.entry("query", "requestParameters"),
            Map.entry("expires_in_seconds", "expiration"), Map.entry("expected_ssekms_key_id", "KmsKeyId"),
            Map.entry("copy_source_sse_customer_key", "sourceSSECustomerKey"),
            Map.entry("copy_source_sse_customer_key_md5", "sourceSSECustomerKeyMd5"),
            Map.entry("copy_source_sse_customer_algorithm", "sourceSSECustomerAlgorithm"));
}
