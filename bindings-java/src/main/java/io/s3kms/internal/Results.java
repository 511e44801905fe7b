package io.s3kms.internal;

import io.s3kms.Headers;
import io.s3kms.model.CopyObjectResult;
import io.s3kms.model.DeleteObjectResult;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PutObjectResult;
import io.s3kms.model.S3Object;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns flat results into the result classes: what the generated code does not know. */
final class Results {
    private static final Pattern EXPIRATION = Pattern.compile("expiry-date=\"([^\"]*)\"(?:, *rule-id=\"([^\"]*)\")?");
    private static final Pattern RESTORE = Pattern.compile("ongoing-request=\"([^\"]*)\"(?:, *expiry-date=\"([^\"]*)\")?");
    private static final String REQUESTER = "requester";

    private Results() {}

    static PutObjectResult put(PutObjectOutput out, String contentMd5) {
        PutObjectResult result = new PutObjectResult();
        out.into(result);
        result.setRequesterCharged(REQUESTER.equals(out.requestCharged));
        result.setContentMd5(contentMd5);
        Matcher expiration = match(EXPIRATION, out.expiration);
        if (expiration != null) {
            result.setExpirationTime(Values.dateOrNull(expiration.group(1)));
            result.setExpirationTimeRuleId(expiration.group(2));
        }
        ObjectMetadata metadata = new ObjectMetadata();
        Values.put(metadata, Headers.ETAG, result.getETag());
        Values.put(metadata, Headers.S3_VERSION_ID, out.versionId);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION, out.serverSideEncryption);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION_AWS_KMS_KEYID, out.ssekmsKeyId);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION_AWS_KMS_CONTEXT, out.ssekmsEncryptionContext);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION_BUCKET_KEY_ENABLED, out.bucketKeyEnabled);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION_CUSTOMER_ALGORITHM, out.sseCustomerAlgorithm);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION_CUSTOMER_KEY_MD5, out.sseCustomerKeyMd5);
        Values.put(metadata, Headers.REQUESTER_CHARGED_HEADER, out.requestCharged);
        metadata.setExpirationTime(result.getExpirationTime());
        metadata.setExpirationTimeRuleId(result.getExpirationTimeRuleId());
        result.setMetadata(metadata);
        return result;
    }

    static CopyObjectResult copy(CopyObjectOutput out) {
        CopyObjectResult result = new CopyObjectResult();
        out.into(result);
        result.setRequesterCharged(REQUESTER.equals(out.requestCharged));
        Matcher expiration = match(EXPIRATION, out.expiration);
        if (expiration != null) {
            result.setExpirationTime(Values.dateOrNull(expiration.group(1)));
            result.setExpirationTimeRuleId(expiration.group(2));
        }
        return result;
    }

    static DeleteObjectResult delete(DeleteObjectOutput out) {
        DeleteObjectResult result = new DeleteObjectResult();
        out.into(result);
        result.setRequesterCharged(REQUESTER.equals(out.requestCharged));
        return result;
    }

    static S3Object object(GetObjectOutput out, String bucket, String key) {
        S3Object object = new S3Object();
        object.setBucketName(bucket);
        object.setKey(key);
        object.setObjectMetadata(metadata(out));
        object.setRedirectLocation(out.websiteRedirectLocation);
        object.setTaggingCount(out.tagCount == null ? null : (Integer) out.tagCount.intValue());
        object.setRequesterCharged(REQUESTER.equals(out.requestCharged));
        return object;
    }

    static ObjectMetadata metadata(GetObjectOutput out) {
        return completed(MetadataHeaders.read(out), out.expiresString, out.expiration, out.restore);
    }

    static ObjectMetadata metadata(HeadObjectOutput out) {
        return completed(MetadataHeaders.read(out), out.expiresString, out.expiration, out.restore);
    }

    private static ObjectMetadata completed(ObjectMetadata metadata, String expires, String expiration, String restore) {
        metadata.setHttpExpiresDate(Values.dateOrNull(expires));
        Matcher rule = match(EXPIRATION, expiration);
        if (rule != null) {
            metadata.setExpirationTime(Values.dateOrNull(rule.group(1)));
            metadata.setExpirationTimeRuleId(rule.group(2));
        }
        Matcher state = match(RESTORE, restore);
        if (state != null) {
            metadata.setOngoingRestore(Boolean.parseBoolean(state.group(1)));
            metadata.setRestoreExpirationTime(Values.dateOrNull(state.group(2)));
        }
        return metadata;
    }

    private static Matcher match(Pattern pattern, String text) {
        if (text == null) {
            return null;
        }
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher : null;
    }
}
