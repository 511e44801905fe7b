package io.s3kms.internal;

import io.s3kms.Headers;
import io.s3kms.model.CopyObjectResult;
import io.s3kms.model.DeleteObjectResult;
import io.s3kms.model.ObjectMetadata;
import io.s3kms.model.PutObjectResult;
import io.s3kms.model.S3Object;

/** Turns flat results into the result classes: what the generated code does not know. */
final class Results {
    private static final String EXPIRY_DATE = "expiry-date";
    private static final String RULE_ID = "rule-id";
    private static final String ONGOING = "ongoing-request";
    private static final String REQUESTER = "requester";

    private Results() {}

    static PutObjectResult put(PutObjectOutput out, String contentMd5) {
        PutObjectResult result = new PutObjectResult();
        out.into(result);
        result.setRequesterCharged(REQUESTER.equals(out.requestCharged));
        result.setContentMd5(contentMd5);
        result.setExpirationTime(Values.dateOrNull(match(EXPIRY_DATE, out.expiration)));
        result.setExpirationTimeRuleId(match(RULE_ID, out.expiration));
        result.setMetadata(new DeferredMetadata() {
            @Override
            public ObjectMetadata read() {
                return metadata(out);
            }
        }.later());
        return result;
    }

    private static ObjectMetadata metadata(PutObjectOutput out) {
        ObjectMetadata metadata = new ObjectMetadata();
        Values.put(metadata, Headers.ETAG, Values.unquoted(out.eTag));
        Values.put(metadata, Headers.S3_VERSION_ID, out.versionId);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION, out.serverSideEncryption);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION_AWS_KMS_KEYID, out.ssekmsKeyId);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION_AWS_KMS_CONTEXT, out.ssekmsEncryptionContext);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION_BUCKET_KEY_ENABLED, out.bucketKeyEnabled);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION_CUSTOMER_ALGORITHM, out.sseCustomerAlgorithm);
        Values.put(metadata, Headers.SERVER_SIDE_ENCRYPTION_CUSTOMER_KEY_MD5, out.sseCustomerKeyMd5);
        Values.put(metadata, Headers.REQUESTER_CHARGED_HEADER, out.requestCharged);
        metadata.setExpirationTime(Values.dateOrNull(match(EXPIRY_DATE, out.expiration)));
        metadata.setExpirationTimeRuleId(match(RULE_ID, out.expiration));
        return metadata;
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

    static S3Object object(byte[] frame, String bucket, String key) {
        S3Object object = new S3Object();
        object.setBucketName(bucket);
        object.setKey(key);
        object.setObjectMetadata(metadata(frame));
        FrameReader in = new FrameReader(frame);
        while (in.next()) {
            switch (in.number()) {
                case GetObjectOutput.WEBSITE_REDIRECT_LOCATION:
                    object.setRedirectLocation(in.text());
                    break;
                case GetObjectOutput.TAG_COUNT:
                    object.setTaggingCount(in.int64().intValue());
                    break;
                case GetObjectOutput.REQUEST_CHARGED:
                    object.setRequesterCharged(REQUESTER.equals(in.text()));
                    break;
                default: // of the metadata
            }
        }
        return object;
    }

    /** The metadata of a get's result. */
    static ObjectMetadata metadata(byte[] frame) {
        return new DeferredMetadata() {
            @Override
            public ObjectMetadata read() {
                GetObjectOutput out = GetObjectOutput.read(frame);
                return completed(MetadataHeaders.read(out), out.expiresString, out.expiration, out.restore);
            }
        }.later();
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

    /** The value of {@code name="value"} in a header; null where it is not found. */
    static String match(String name, String header) {
        int start = header == null ? -1 : header.indexOf(name + "=\"");
        if (start < 0) {
            return null;
        }
        start += name.length() + 2;
        int end = header.indexOf('"', start);
        return end < 0 ? null : header.substring(start, end);
    }
}
