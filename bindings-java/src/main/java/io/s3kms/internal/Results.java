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
    private static final Pattern EXPIRY_DATE = Pattern.compile("expiry-date=\"([^\"]*)\"");
    private static final Pattern RULE_ID = Pattern.compile("rule-id=\"([^\"]*)\"");
    private static final Pattern ONGOING = Pattern.compile("ongoing-request=\"([^\"]*)\"");
    private static final String REQUESTER = "requester";

    private Results() {}

    static PutObjectResult put(PutObjectOutput out, String contentMd5) {
        PutObjectResult result = new PutObjectResult();
        out.into(result);
        result.setRequesterCharged(REQUESTER.equals(out.requestCharged));
        result.setContentMd5(contentMd5);
        result.setExpirationTime(Values.dateOrNull(match(EXPIRY_DATE, out.expiration)));
        result.setExpirationTimeRuleId(match(RULE_ID, out.expiration));
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
        result.setExpirationTime(Values.dateOrNull(match(EXPIRY_DATE, out.expiration)));
        result.setExpirationTimeRuleId(match(RULE_ID, out.expiration));
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
        metadata.setExpirationTime(Values.dateOrNull(match(EXPIRY_DATE, expiration)));
        metadata.setExpirationTimeRuleId(match(RULE_ID, expiration));
        String ongoing = match(ONGOING, restore);
        if (ongoing != null) {
            metadata.setOngoingRestore(Boolean.parseBoolean(ongoing));
            metadata.setRestoreExpirationTime(Values.dateOrNull(match(EXPIRY_DATE, restore)));
        }
        return metadata;
    }

    /** What the pattern's group holds; null where it is not found. */
    private static String match(Pattern pattern, String text) {
        Matcher matcher = text == null ? null : pattern.matcher(text);
        return matcher != null && matcher.find() ? matcher.group(1) : null;
    }
}
