package io.s3kms.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.s3kms.AmazonWebServiceRequest;
import io.s3kms.HttpMethod;
import io.s3kms.model.CannedAccessControlList;
import io.s3kms.model.CopyObjectRequest;
import io.s3kms.model.DeleteVersionRequest;
import io.s3kms.model.DeleteObjectRequest;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.GetObjectMetadataRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.MultiFactorAuthentication;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.ObjectTagging;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.ResponseHeaderOverrides;
import io.s3kms.model.SSEAwsKeyManagementParams;
import io.s3kms.model.SSECustomerKey;
import io.s3kms.model.Tag;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Builds the requests of conformance cases as an application builds them. Regular members are set by name; what is irregular in
 * Java is written out.
 */
final class CaseRequests {
    private static final String NO_MD5 = "";

    private final JsonObject fields;
    private final Set<String> left;

    CaseRequests(JsonObject fields) {
        this.fields = fields;
        this.left = new HashSet<>(fields.keySet());
    }

    private String take(String name) {
        left.remove(name);
        return CaseClient.text(fields, name);
    }

    private boolean has(String name) {
        return fields.has(name);
    }

    PutObjectRequest put(JsonObject body, File file) {
        String bucket = take("bucket");
        String key = take("key");
        ObjectMetadata metadata = metadata();
        PutObjectRequest request;
        if (body != null && body.has("file_text")) {
            request = new PutObjectRequest(bucket, key, file);
        } else if (body != null && body.has("stream_text")) {
            byte[] bytes = body.get("stream_text").getAsString().getBytes(StandardCharsets.UTF_8);
            if (body.get("length_known").getAsBoolean()) {
                metadata.setContentLength(bytes.length);
            }
            request = new PutObjectRequest(bucket, key, new ByteArrayInputStream(bytes), null);
        } else {
            byte[] bytes = (body == null ? "" : body.get("text").getAsString()).getBytes(StandardCharsets.UTF_8);
            request = new PutObjectRequest(bucket, key, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
        }
        if (has("sse_customer_key")) {
            request.setSSECustomerKey(customerKey("sse_customer"));
            // SDK 1.x's own setter refuses both at once; by the metadata the request reaches the core.
            header(metadata, "server_side_encryption", "x-amz-server-side-encryption");
            header(metadata, "ssekms_key_id", "x-amz-server-side-encryption-aws-kms-key-id");
        } else {
            header(metadata, "sse_customer_algorithm", "x-amz-server-side-encryption-customer-algorithm");
            request.setSSEAwsKeyManagementParams(kms("server_side_encryption", "ssekms_key_id", "ssekms_encryption_context"));
        }
        request.setMetadata(metadata);
        request.setTagging(tagging());
        request.setRequesterPays("requester".equals(take("request_payer")));
        if (has("acl")) {
            request.setCannedAcl(CannedAccessControlList.fromValue(take("acl")));
        }
        named("website_redirect_location", "redirectLocation", request);
        return finish(request);
    }

    CopyObjectRequest copy() {
        CopyObjectRequest request = new CopyObjectRequest(take("source_bucket"), take("source_key"), take("source_version_id"),
                take("bucket"), take("key"));
        boolean replaces = has("content_type") || has("metadata") || has("expires") || has("cache_control");
        ObjectMetadata metadata = metadata();
        if (has("sse_customer_key")) {
            request.setDestinationSSECustomerKey(customerKey("sse_customer"));
            if (has("server_side_encryption")) {
                header(metadata, "server_side_encryption", "x-amz-server-side-encryption");
                replaces = true;
            }
        } else {
            request.setSSEAwsKeyManagementParams(kms("server_side_encryption", "ssekms_key_id", "ssekms_encryption_context"));
        }
        if (replaces) {
            request.setNewObjectMetadata(metadata);
        }
        if (has("copy_source_sse_customer_key")) {
            request.setSourceSSECustomerKey(customerKey("copy_source_sse_customer"));
        }
        request.setNewObjectTagging(tagging());
        request.setRequesterPays("requester".equals(take("request_payer")));
        if (has("acl")) {
            request.setCannedAccessControlList(CannedAccessControlList.fromValue(take("acl")));
        }
        if (has("copy_source_if_match")) {
            request.withMatchingETagConstraint(take("copy_source_if_match"));
        }
        if (has("copy_source_if_none_match")) {
            request.withNonmatchingETagConstraint(take("copy_source_if_none_match"));
        }
        named("copy_source_if_modified_since", "modifiedSinceConstraint", request);
        named("copy_source_if_unmodified_since", "unmodifiedSinceConstraint", request);
        named("website_redirect_location", "redirectLocation", request);
        return finish(request);
    }

    GetObjectRequest get() {
        GetObjectRequest request = new GetObjectRequest(take("bucket"), take("key"), take("version_id"));
        if (has("sse_customer_key")) {
            request.setSSECustomerKey(customerKey("sse_customer"));
        }
        request.setExpectedSSEAwsKeyManagementParams(kms("expected_server_side_encryption", "expected_ssekms_key_id", NO_MD5));
        if (has("range")) {
            long[] range = range(take("range"));
            request.setRange(range[0], range[1]);
        }
        if (has("if_match")) {
            request.withMatchingETagConstraint(take("if_match"));
        }
        if (has("if_none_match")) {
            request.withNonmatchingETagConstraint(take("if_none_match"));
        }
        named("if_modified_since", "modifiedSinceConstraint", request);
        named("if_unmodified_since", "unmodifiedSinceConstraint", request);
        request.setResponseHeaders(overrides());
        request.setRequesterPays("requester".equals(take("request_payer")));
        return finish(request);
    }

    GetObjectMetadataRequest head() {
        GetObjectMetadataRequest request = new GetObjectMetadataRequest(take("bucket"), take("key"), take("version_id"));
        if (has("sse_customer_key")) {
            request.setSSECustomerKey(customerKey("sse_customer"));
        }
        request.setExpectedSSEAwsKeyManagementParams(kms("expected_server_side_encryption", "expected_ssekms_key_id", NO_MD5));
        if (has("range")) {
            long[] range = range(take("range"));
            request.setRange(range[0], range[1]);
        }
        named("if_match", "matchingETagConstraint", request);
        named("if_none_match", "nonmatchingETagConstraint", request);
        named("if_modified_since", "modifiedSinceConstraint", request);
        named("if_unmodified_since", "unmodifiedSinceConstraint", request);
        request.setRequesterPays("requester".equals(take("request_payer")));
        return finish(request);
    }

    DeleteObjectRequest delete() {
        DeleteObjectRequest request = new DeleteObjectRequest(take("bucket"), take("key"));
        request.setRequesterPays("requester".equals(take("request_payer")));
        return finish(request);
    }

    /** The deletion of a version, whose result SDK 1.x does not give. */
    DeleteVersionRequest deleteVersion() {
        DeleteVersionRequest request = new DeleteVersionRequest(take("bucket"), take("key"), take("version_id"));
        String mfa = take("mfa");
        if (mfa != null) {
            request.setMfa(new MultiFactorAuthentication(mfa.substring(0, mfa.indexOf(' ')), mfa.substring(mfa.indexOf(' ') + 1)));
        }
        request.setRequesterPays("requester".equals(take("request_payer")));
        return finish(request);
    }

    GeneratePresignedUrlRequest presign() {
        GeneratePresignedUrlRequest request = new GeneratePresignedUrlRequest(take("bucket"), take("key"));
        String method = take("method");
        if (method != null) {
            try {
                request.setMethod(HttpMethod.valueOf(method));
            } catch (IllegalArgumentException e) {
                throw new Inexpressible("HttpMethod is an enum and has no such value");
            }
        }
        if (has("expires_in_seconds")) {
            request.setExpiration(new Date(System.currentTimeMillis() + Long.parseLong(take("expires_in_seconds")) * 1000));
        }
        request.setSSEAlgorithm(take("server_side_encryption"));
        request.setKmsCmkId(take("ssekms_key_id"));
        request.setKmsEncryptionContext(take("ssekms_encryption_context"));
        if (has("sse_customer_key")) {
            request.setSSECustomerKey(customerKey("sse_customer"));
        }
        request.setResponseHeaders(overrides());
        pairs("query").forEach(request::addRequestParameter);
        pairs("metadata").forEach(request::addUserMetadata);
        return finish(request);
    }

    private <T extends AmazonWebServiceRequest> T finish(T request) {
        pairs("headers").forEach(request::putCustomRequestHeader);
        if (has("access_key_id") || has("secret_access_key") || has("session_token")) {
            request.setRequestCredentialsProvider(CaseClient.provider(fields));
            left.removeAll(List.of("access_key_id", "secret_access_key", "session_token"));
        }
        if (has("request_timeout_ms")) {
            request.setSdkClientExecutionTimeout(Integer.parseInt(take("request_timeout_ms")));
        }
        for (String name : List.copyOf(left)) {
            named(name, camel(name), request);
        }
        return request;
    }

    /** Calls the setter of a member, if the case has the field. */
    private void named(String field, String member, Object request) {
        if (!has(field)) {
            return;
        }
        JsonElement value = fields.get(field);
        String setter = "set" + member;
        for (Method method : request.getClass().getMethods()) {
            if (method.getName().equalsIgnoreCase(setter) && method.getParameterCount() == 1) {
                Object argument = convert(value, method.getParameterTypes()[0]);
                if (argument != null) {
                    invoke(method, request, argument);
                    left.remove(field);
                    return;
                }
            }
        }
        throw new IllegalStateException(request.getClass().getSimpleName() + " has no setter for " + field);
    }

    private static Object convert(JsonElement value, Class<?> type) {
        if (type == String.class) {
            return value.getAsString();
        } else if (type == Boolean.class) {
            return value.getAsBoolean();
        } else if (type == Integer.class) {
            return value.getAsInt();
        }
        return type == Date.class ? new Date(value.getAsLong()) : null;
    }

    private static void invoke(Method method, Object request, Object argument) {
        try {
            method.invoke(request, argument);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String camel(String name) {
        StringBuilder out = new StringBuilder();
        for (String word : name.split("_")) {
            out.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return out.toString();
    }

    private Map<String, String> pairs(String name) {
        left.remove(name);
        Map<String, String> pairs = new java.util.LinkedHashMap<>();
        if (has(name)) {
            fields.getAsJsonObject(name).entrySet().forEach(e -> pairs.put(e.getKey(), e.getValue().getAsString()));
        }
        return pairs;
    }

    private ObjectMetadata metadata() {
        ObjectMetadata metadata = new ObjectMetadata();
        header(metadata, "content_type", "Content-Type");
        header(metadata, "content_encoding", "Content-Encoding");
        header(metadata, "content_language", "Content-Language");
        header(metadata, "content_disposition", "Content-Disposition");
        header(metadata, "cache_control", "Cache-Control");
        header(metadata, "content_md5", "Content-MD5");
        if (has("expires")) {
            metadata.setHttpExpiresDate(new Date(Long.parseLong(take("expires"))));
        }
        metadata.setUserMetadata(pairs("metadata"));
        return metadata;
    }

    private void header(ObjectMetadata metadata, String field, String header) {
        String value = take(field);
        if (value != null) {
            metadata.setHeader(header, value);
        }
    }

    private ObjectTagging tagging() {
        String text = take("tagging");
        if (text == null) {
            return null;
        }
        List<Tag> tags = new ArrayList<>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            tags.add(new Tag(URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    URLDecoder.decode(parts[1], StandardCharsets.UTF_8)));
        }
        return new ObjectTagging(tags);
    }

    private SSECustomerKey customerKey(String prefix) {
        SSECustomerKey key = new SSECustomerKey(take(prefix + "_key"));
        if (has(prefix + "_algorithm")) {
            key.setAlgorithm(take(prefix + "_algorithm"));
        }
        key.setMd5(take(prefix + "_key_md5"));
        return key;
    }

    private SSEAwsKeyManagementParams kms(String algorithmField, String keyField, String contextField) {
        if (!has(algorithmField) && !has(keyField) && !has(contextField)) {
            return null;
        }
        String key = take(keyField);
        String context = take(contextField);
        SSEAwsKeyManagementParams params = key == null ? new SSEAwsKeyManagementParams() : new SSEAwsKeyManagementParams(key);
        params.withSseAlgorithm(take(algorithmField));
        return context == null ? params : params.withAwsKmsEncryptionContext(context);
    }

    private static long[] range(String text) {
        String[] ends = text.substring("bytes=".length()).split("-", -1);
        if (!text.startsWith("bytes=") || ends.length != 2 || ends[0].isEmpty()) {
            throw new Inexpressible("setRange takes first and last byte, so no such range can be asked for");
        }
        return new long[] {Long.parseLong(ends[0]), ends[1].isEmpty() ? Long.MAX_VALUE - 1 : Long.parseLong(ends[1])};
    }

    private ResponseHeaderOverrides overrides() {
        ResponseHeaderOverrides overrides = new ResponseHeaderOverrides();
        overrides.setCacheControl(take("response_cache_control"));
        overrides.setContentDisposition(take("response_content_disposition"));
        overrides.setContentEncoding(take("response_content_encoding"));
        overrides.setContentLanguage(take("response_content_language"));
        overrides.setContentType(take("response_content_type"));
        String expires = take("response_expires");
        if (expires != null) {
            overrides.setExpires(DateTimeFormatter.RFC_1123_DATE_TIME
                    .format(Instant.ofEpochMilli(Long.parseLong(expires)).atOffset(ZoneOffset.UTC)));
        }
        return overrides;
    }
}
