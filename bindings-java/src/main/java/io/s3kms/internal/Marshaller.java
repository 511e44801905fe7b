package io.s3kms.internal;

import io.s3kms.AmazonWebServiceRequest;
import io.s3kms.model.CopyObjectRequest;
import io.s3kms.model.DeleteObjectRequest;
import io.s3kms.model.DeleteVersionRequest;
import io.s3kms.model.GeneratePresignedUrlRequest;
import io.s3kms.model.GetObjectMetadataRequest;
import io.s3kms.model.GetObjectRequest;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.ObjectTagging;
import io.s3kms.model.PutObjectRequest;
import io.s3kms.model.RequestPayer;
import io.s3kms.model.ResponseHeaderOverrides;
import io.s3kms.model.SSEAwsKeyManagementParams;
import io.s3kms.model.SSECustomerKey;
import io.s3kms.model.Tag;
import java.io.UnsupportedEncodingException;
import java.net.URLEncoder;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns the request classes into their flat form: the members that the generated {@code fill} does not know. */
final class Marshaller {
    private static final long MILLIS = 1000;

    private Marshaller() {}

    static PutObjectInput put(PutObjectRequest request) {
        notNull(request, "putObjectRequest");
        PutObjectInput in = new PutObjectInput();
        common(request, request.isRequesterPays(), in);
        ObjectMetadata metadata = request.getMetadata();
        if (metadata != null) {
            metadata(metadata, in);
        }
        in.fill(request); // members of the request win over headers of the metadata
        in.tagging = tagging(request.getTagging());
        kms(request.getSSEAwsKeyManagementParams(), in);
        customerKey(request.getSSECustomerKey(), in);
        if (in.contentType == null && request.getFile() != null && request.getInputStream() == null) {
            in.contentType = Mimetypes.ofName(request.getFile().getName());
        }
        return in;
    }

    private static void kms(SSEAwsKeyManagementParams params, FlatInput in) {
        if (params != null) {
            in.kms(params.getEncryption(), params.getAwsKmsKeyId(), params.getAwsKmsEncryptionContext());
        }
    }

    private static void expectedKms(SSEAwsKeyManagementParams params, FlatInput in) {
        if (params != null) {
            in.expectedKms(params.getEncryption(), params.getAwsKmsKeyId());
        }
    }

    private static void customerKey(SSECustomerKey key, FlatInput in) {
        if (key != null) {
            in.customerKey(key.getAlgorithm(), key.getKey(), key.getMd5());
        }
    }

    private static void responseHeaders(ResponseHeaderOverrides overrides, FlatInput in) {
        if (overrides != null) {
            in.responseHeaders(overrides);
        }
    }

    static CopyObjectInput copy(CopyObjectRequest request) {
        notNull(request, "copyObjectRequest");
        CopyObjectInput in = new CopyObjectInput();
        common(request, request.isRequesterPays(), in);
        ObjectMetadata metadata = request.getNewObjectMetadata();
        if (metadata != null) {
            metadata(metadata, in);
            in.metadataDirective = "REPLACE";
        }
        in.fill(request); // members of the request win over headers of the metadata
        in.tagging = tagging(request.getNewObjectTagging());
        if (in.tagging != null && in.taggingDirective == null) {
            in.taggingDirective = "REPLACE";
        }
        in.copySourceIfMatch = eTags(request.getMatchingETagConstraints());
        in.copySourceIfNoneMatch = eTags(request.getNonmatchingETagConstraints());
        kms(request.getSSEAwsKeyManagementParams(), in);
        customerKey(request.getDestinationSSECustomerKey(), in);
        SSECustomerKey source = request.getSourceSSECustomerKey();
        if (source != null) {
            in.copySourceSseCustomerAlgorithm = source.getAlgorithm();
            in.copySourceSseCustomerKey = source.getKey();
            in.copySourceSseCustomerKeyMd5 = source.getMd5();
        }
        return in;
    }

    static GetObjectInput get(GetObjectRequest request) {
        notNull(request, "getObjectRequest");
        GetObjectInput in = new GetObjectInput();
        in.fill(request);
        common(request, request.isRequesterPays(), in);
        in.range = range(request.getRange());
        in.ifMatch = eTags(request.getMatchingETagConstraints());
        in.ifNoneMatch = eTags(request.getNonmatchingETagConstraints());
        responseHeaders(request.getResponseHeaders(), in);
        customerKey(request.getSSECustomerKey(), in);
        expectedKms(request.getExpectedSSEAwsKeyManagementParams(), in);
        return in;
    }

    static HeadObjectInput head(GetObjectMetadataRequest request) {
        notNull(request, "getObjectMetadataRequest");
        HeadObjectInput in = new HeadObjectInput();
        in.fill(request);
        common(request, request.isRequesterPays(), in);
        in.range = range(request.getRange());
        customerKey(request.getSSECustomerKey(), in);
        expectedKms(request.getExpectedSSEAwsKeyManagementParams(), in);
        return in;
    }

    static DeleteObjectInput delete(DeleteObjectRequest request) {
        notNull(request, "deleteObjectRequest");
        DeleteObjectInput in = new DeleteObjectInput();
        in.fill(request);
        common(request, request.isRequesterPays(), in);
        return in;
    }

    static DeleteObjectInput delete(DeleteVersionRequest request) {
        notNull(request, "deleteVersionRequest");
        if (request.getVersionId() == null) {
            throw new IllegalArgumentException("The version id parameter (versionId) must be specified when deleting a version");
        }
        DeleteObjectInput in = new DeleteObjectInput();
        in.fill(request);
        common(request, request.isRequesterPays(), in);
        if (request.getMfa() != null) {
            in.mfa = request.getMfa().getDeviceSerialNumber() + " " + request.getMfa().getToken();
        }
        return in;
    }

    static PresignInput presign(GeneratePresignedUrlRequest request) {
        notNull(request, "generatePresignedUrlRequest");
        request.rejectIllegalArguments();
        PresignInput in = new PresignInput();
        in.fill(request);
        in.headers = request.getCustomRequestHeaders();
        in.method = request.getMethod().name();
        in.expiresInSeconds = secondsUntil(request.getExpiration());
        in.query = request.getRequestParameters();
        in.metadata = request.getUserMetadata();
        in.serverSideEncryption = request.getSSEAlgorithm();
        in.ssekmsKeyId = request.getKmsCmkId();
        customerKey(request.getSSECustomerKey(), in);
        responseHeaders(request.getResponseHeaders(), in);
        return in;
    }

    /** The time is rounded up, so that a URL never expires early; null: the default, 15 minutes. */
    private static Long secondsUntil(Date expiration) {
        return expiration == null ? null
                : (Long) Math.floorDiv(expiration.getTime() - System.currentTimeMillis() + MILLIS - 1, MILLIS);
    }

    private static void common(AmazonWebServiceRequest request, boolean requesterPays, FlatInput in) {
        in.common(request.getCustomRequestHeaders(), requesterPays ? RequestPayer.Requester.toString() : null,
                FlatInput.number(request.getSdkClientExecutionTimeout()));
    }

    private static void metadata(ObjectMetadata metadata, FlatInput in) {
        Map<String, String> others = null;
        for (Map.Entry<String, Object> entry : metadata.getRawMetadata().entrySet()) {
            String header = entry.getKey().toLowerCase(Locale.ROOT);
            // What the server says about an object is often handed on with a copy; S3 takes these from nobody.
            boolean reported = "content-length".equals(header) || "etag".equals(header) || "last-modified".equals(header)
                    || "accept-ranges".equals(header) || "content-range".equals(header) || header.startsWith("x-amz-request-")
                    || header.startsWith("x-amz-version-") || "x-amz-id-2".equals(header) || "x-amz-expiration".equals(header)
                    || "x-amz-restore".equals(header) || "x-amz-mp-parts-count".equals(header)
                    || "x-amz-replication-status".equals(header) || "x-amz-tagging-count".equals(header)
                    || "x-amz-delete-marker".equals(header) || "x-amz-missing-meta".equals(header);
            if (reported || entry.getValue() == null || in.header(header, entry.getValue())) {
                continue;
            }
            if (others == null) {
                others = new LinkedHashMap<>();
            }
            others.put(entry.getKey(), entry.getValue().toString());
        }
        in.objectMetadata(userMetadata(metadata), FlatInput.millis(metadata.getHttpExpiresDate()), others);
    }

    /** SDK 1.x trims both sides of user metadata. */
    private static Map<String, String> userMetadata(ObjectMetadata metadata) {
        Map<String, String> given = metadata.getUserMetadata();
        if (given == null || given.isEmpty()) {
            return null;
        }
        Map<String, String> trimmed = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : given.entrySet()) {
            String name = entry.getKey() == null ? null : entry.getKey().trim();
            trimmed.put(name, entry.getValue() == null ? null : entry.getValue().trim());
        }
        return trimmed;
    }

    private static String tagging(ObjectTagging tagging) {
        if (tagging == null || tagging.getTagSet() == null) {
            return null;
        }
        StringBuilder out = new StringBuilder();
        for (Tag tag : tagging.getTagSet()) {
            out.append(out.length() == 0 ? "" : "&").append(encoded(tag.getKey())).append('=')
                    .append(encoded(tag.getValue() == null ? "" : tag.getValue()));
        }
        return out.toString();
    }

    private static String encoded(String text) {
        try {
            return URLEncoder.encode(text, "UTF-8").replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String eTags(List<String> eTags) {
        return eTags == null || eTags.isEmpty() ? null : String.join(", ", eTags);
    }

    private static String range(long[] range) {
        if (range == null) {
            return null;
        }
        if (range[0] < 0 || range[1] < range[0]) {
            throw new IllegalArgumentException("range must begin at 0 or later and not end before it begins: " + range[0] + "-"
                    + range[1]);
        }
        return range[1] >= Long.MAX_VALUE - 1 ? "bytes=" + range[0] + "-" : "bytes=" + range[0] + "-" + range[1];
    }

    static void notNull(Object request, String name) {
        if (request == null) {
            throw new IllegalArgumentException(name + " must not be null");
        }
    }
}
