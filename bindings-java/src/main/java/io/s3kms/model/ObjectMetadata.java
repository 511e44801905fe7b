package io.s3kms.model;

import io.s3kms.Headers;
import io.s3kms.internal.DeferredMetadata;
import io.s3kms.internal.Values;
import java.util.Collections;
import java.util.Date;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is stored with an object, and what S3 says about it. Kept by HTTP header; names of headers do not depend on case.
 */
public class ObjectMetadata implements Cloneable {
    /** {@code AES256}, for {@link #setSSEAlgorithm}. */
    public static final String AES_256_SERVER_SIDE_ENCRYPTION = SSEAlgorithm.AES256.getAlgorithm();

    static {
        DeferredMetadata.setMaker(new DeferredMetadata.Maker() {
            @Override
            public ObjectMetadata make(DeferredMetadata source) {
                return new ObjectMetadata(source);
            }
        });
    }

    /** Where all of this is still to be read from, see {@link #read}; null once that is done. */
    private volatile DeferredMetadata source;
    private Map<String, String> userMetadata;
    private Map<String, Object> metadata;
    private Date httpExpiresDate;
    private Date expirationTime;
    private String expirationTimeRuleId;
    private Boolean ongoingRestore;
    private Date restoreExpirationTime;

    /** Metadata that says nothing yet. */
    public ObjectMetadata() {
        userMetadata = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        metadata = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    }

    private ObjectMetadata(DeferredMetadata source) {
        this.source = source;
    }

    /** Every member goes through here, so that it makes no difference that metadata is read late. */
    private ObjectMetadata read() {
        if (source != null) {
            readSource();
        }
        return this;
    }

    private synchronized void readSource() {
        if (source == null) {
            return; // another thread did
        }
        ObjectMetadata all = source.read();
        userMetadata = all.userMetadata;
        metadata = all.metadata;
        httpExpiresDate = all.httpExpiresDate;
        expirationTime = all.expirationTime;
        expirationTimeRuleId = all.expirationTimeRuleId;
        ongoingRestore = all.ongoingRestore;
        restoreExpirationTime = all.restoreExpirationTime;
        source = null;
    }

    /**
     * The user metadata.
     *
     * @return names without {@code x-amz-meta-}; changing it changes this
     */
    public Map<String, String> getUserMetadata() {
        return read().userMetadata;
    }

    /**
     * The user metadata.
     *
     * @param userMetadata names without {@code x-amz-meta-}
     */
    public void setUserMetadata(Map<String, String> userMetadata) {
        read().userMetadata = userMetadata;
    }

    /**
     * Adds user metadata.
     *
     * @param key its name, without {@code x-amz-meta-}
     * @param value its value
     */
    public void addUserMetadata(String key, String value) {
        read().userMetadata.put(key, value);
    }

    /**
     * One entry of the user metadata.
     *
     * @param key its name, without {@code x-amz-meta-}
     * @return its value, or null
     */
    public String getUserMetaDataOf(String key) {
        return getUserMetadata() == null ? null : userMetadata.get(key);
    }

    /**
     * Sets an HTTP header.
     *
     * @param key its name
     * @param value its value
     */
    public void setHeader(String key, Object value) {
        read().metadata.put(key, value);
    }

    /**
     * All but the user metadata, by HTTP header.
     *
     * @return a view, not to be changed
     */
    public Map<String, Object> getRawMetadata() {
        return Collections.unmodifiableMap(read().metadata);
    }

    /**
     * An HTTP header.
     *
     * @param key its name
     * @return its value, or null
     */
    public Object getRawMetadataValue(String key) {
        return read().metadata.get(key);
    }

    private String text(String header) {
        return Values.text(read().metadata.get(header));
    }

    private void put(String header, Object value) {
        if (value == null) {
            read().metadata.remove(header);
        } else {
            read().metadata.put(header, value);
        }
    }

    private Long number(String header) {
        Object value = read().metadata.get(header);
        return value == null ? null : value instanceof Number ? (Long) ((Number) value).longValue() : Long.valueOf(value.toString());
    }

    /**
     * When the object was last changed.
     *
     * @return the time, or null
     */
    public Date getLastModified() {
        return (Date) read().metadata.get(Headers.LAST_MODIFIED);
    }

    /**
     * For tests of applications: when the object was last changed.
     *
     * @param lastModified the time
     */
    public void setLastModified(Date lastModified) {
        put(Headers.LAST_MODIFIED, lastModified);
    }

    /**
     * Bytes of the content (of the range, where one was asked for).
     *
     * @return the number; 0 where it is not known
     */
    public long getContentLength() {
        Long length = number(Headers.CONTENT_LENGTH);
        return length == null ? 0 : length;
    }

    /**
     * Bytes of the content. A put reads exactly so many of its stream.
     *
     * @param contentLength the number
     */
    public void setContentLength(long contentLength) {
        put(Headers.CONTENT_LENGTH, contentLength);
    }

    /**
     * Bytes of the whole object, also where a range was asked for.
     *
     * @return the number
     */
    public long getInstanceLength() {
        String range = text(Headers.CONTENT_RANGE);
        int slash = range == null ? -1 : range.lastIndexOf('/');
        return slash < 0 || range.endsWith("*") ? getContentLength() : Long.parseLong(range.substring(slash + 1));
    }

    /**
     * Which bytes these are, where a range was asked for.
     *
     * @return first and last byte, or null
     */
    public Long[] getContentRange() {
        String range = text(Headers.CONTENT_RANGE);
        if (range == null) {
            return null;
        }
        String[] parts = range.split("[ -/]+");
        return parts.length < 3 ? null : new Long[] {Long.valueOf(parts[1]), Long.valueOf(parts[2])};
    }

    /**
     * Media type of the content.
     *
     * @return the value, or null
     */
    public String getContentType() {
        return text(Headers.CONTENT_TYPE);
    }

    /**
     * Media type of the content.
     *
     * @param value the value; null: not set
     */
    public void setContentType(String value) {
        put(Headers.CONTENT_TYPE, value);
    }

    /**
     * Language of the content.
     *
     * @return the value, or null
     */
    public String getContentLanguage() {
        return text(Headers.CONTENT_LANGUAGE);
    }

    /**
     * Language of the content.
     *
     * @param value the value; null: not set
     */
    public void setContentLanguage(String value) {
        put(Headers.CONTENT_LANGUAGE, value);
    }

    /**
     * Encodings applied to the content.
     *
     * @return the value, or null
     */
    public String getContentEncoding() {
        return text(Headers.CONTENT_ENCODING);
    }

    /**
     * Encodings applied to the content.
     *
     * @param value the value; null: not set
     */
    public void setContentEncoding(String value) {
        put(Headers.CONTENT_ENCODING, value);
    }

    /**
     * Caching along the way.
     *
     * @return the value, or null
     */
    public String getCacheControl() {
        return text(Headers.CACHE_CONTROL);
    }

    /**
     * Caching along the way.
     *
     * @param value the value; null: not set
     */
    public void setCacheControl(String value) {
        put(Headers.CACHE_CONTROL, value);
    }

    /**
     * Base64 of the content's MD5, which S3 then checks.
     *
     * @return the value, or null
     */
    public String getContentMD5() {
        return text(Headers.CONTENT_MD5);
    }

    /**
     * Base64 of the content's MD5, which S3 then checks.
     *
     * @param value the value; null: not set
     */
    public void setContentMD5(String value) {
        put(Headers.CONTENT_MD5, value);
    }

    /**
     * How a browser should present the content.
     *
     * @return the value, or null
     */
    public String getContentDisposition() {
        return text(Headers.CONTENT_DISPOSITION);
    }

    /**
     * How a browser should present the content.
     *
     * @param value the value; null: not set
     */
    public void setContentDisposition(String value) {
        put(Headers.CONTENT_DISPOSITION, value);
    }

    /**
     * ETag without quotation marks. Not an MD5 for KMS, SSE-C or multipart objects.
     *
     * @return the value, or null
     */
    public String getETag() {
        return text(Headers.ETAG);
    }

    /**
     * Version of the object.
     *
     * @return the value, or null
     */
    public String getVersionId() {
        return text(Headers.S3_VERSION_ID);
    }

    /**
     * Algorithm: {@code AES256}, {@code aws:kms} or {@code aws:kms:dsse}.
     *
     * @return the value, or null
     */
    public String getSSEAlgorithm() {
        return text(Headers.SERVER_SIDE_ENCRYPTION);
    }

    /**
     * Algorithm: {@code AES256}, {@code aws:kms} or {@code aws:kms:dsse}.
     *
     * @param value the value; null: not set
     */
    public void setSSEAlgorithm(String value) {
        put(Headers.SERVER_SIDE_ENCRYPTION, value);
    }

    /**
     * SSE-C algorithm.
     *
     * @return the value, or null
     */
    public String getSSECustomerAlgorithm() {
        return text(Headers.SERVER_SIDE_ENCRYPTION_CUSTOMER_ALGORITHM);
    }

    /**
     * SSE-C algorithm.
     *
     * @param value the value; null: not set
     */
    public void setSSECustomerAlgorithm(String value) {
        put(Headers.SERVER_SIDE_ENCRYPTION_CUSTOMER_ALGORITHM, value);
    }

    /**
     * SSE-C key MD5.
     *
     * @return the value, or null
     */
    public String getSSECustomerKeyMd5() {
        return text(Headers.SERVER_SIDE_ENCRYPTION_CUSTOMER_KEY_MD5);
    }

    /**
     * SSE-C key MD5.
     *
     * @param value the value; null: not set
     */
    public void setSSECustomerKeyMd5(String value) {
        put(Headers.SERVER_SIDE_ENCRYPTION_CUSTOMER_KEY_MD5, value);
    }

    /**
     * ARN of the KMS key that S3 reports.
     *
     * @return the value, or null
     */
    public String getSSEAwsKmsKeyId() {
        return text(Headers.SERVER_SIDE_ENCRYPTION_AWS_KMS_KEYID);
    }

    /**
     * Encryption context that S3 reports.
     *
     * @return the value, or null
     */
    public String getSSEAwsKmsEncryptionContext() {
        return text(Headers.SERVER_SIDE_ENCRYPTION_AWS_KMS_CONTEXT);
    }

    /**
     * Storage class; null for STANDARD.
     *
     * @return the value, or null
     */
    public String getStorageClass() {
        return text(Headers.STORAGE_CLASS);
    }

    /**
     * State of the replication.
     *
     * @return the value, or null
     */
    public String getReplicationStatus() {
        return text(Headers.OBJECT_REPLICATION_STATUS);
    }

    /**
     * Retention mode of S3 Object Lock.
     *
     * @return the value, or null
     */
    public String getObjectLockMode() {
        return text(Headers.OBJECT_LOCK_MODE);
    }

    /**
     * Whether a legal hold protects the object.
     *
     * @return the value, or null
     */
    public String getObjectLockLegalHoldStatus() {
        return text(Headers.OBJECT_LOCK_LEGAL_HOLD_STATUS);
    }

    /**
     * The algorithm, by its older name.
     *
     * @return the value of {@link #getSSEAlgorithm}
     */
    @Deprecated
    public String getServerSideEncryption() {
        return getSSEAlgorithm();
    }

    /**
     * The algorithm, by its older name.
     *
     * @param algorithm the value for {@link #setSSEAlgorithm}
     */
    @Deprecated
    public void setServerSideEncryption(String algorithm) {
        setSSEAlgorithm(algorithm);
    }

    /**
     * Whether a bucket key is used.
     *
     * @return the value, or null
     */
    public Boolean getBucketKeyEnabled() {
        return Values.bool(read().metadata.get(Headers.SERVER_SIDE_ENCRYPTION_BUCKET_KEY_ENABLED));
    }

    /**
     * Whether a bucket key is used.
     *
     * @param bucketKeyEnabled the value, or null
     */
    public void setBucketKeyEnabled(Boolean bucketKeyEnabled) {
        put(Headers.SERVER_SIDE_ENCRYPTION_BUCKET_KEY_ENABLED, bucketKeyEnabled);
    }

    /**
     * Until when S3 Object Lock keeps the object.
     *
     * @return the time, or null
     */
    public Date getObjectLockRetainUntilDate() {
        return (Date) read().metadata.get(Headers.OBJECT_LOCK_RETAIN_UNTIL_DATE);
    }

    /**
     * Parts of the object, where a part was asked for.
     *
     * @return the number, or null
     */
    public Integer getPartCount() {
        Long count = number(Headers.S3_PARTS_COUNT);
        return count == null ? null : count.intValue();
    }

    /**
     * Whether the requester was charged.
     *
     * @return the value
     */
    public boolean isRequesterCharged() {
        return "requester".equals(text(Headers.REQUESTER_CHARGED_HEADER));
    }

    /**
     * When caches must drop the content.
     *
     * @return the time, or null
     */
    public Date getHttpExpiresDate() {
        return read().httpExpiresDate;
    }

    /**
     * When caches must drop the content.
     *
     * @param httpExpiresDate the time, or null
     */
    public void setHttpExpiresDate(Date httpExpiresDate) {
        read().httpExpiresDate = httpExpiresDate;
    }

    /**
     * When a lifecycle rule deletes the object.
     *
     * @return the time, or null
     */
    public Date getExpirationTime() {
        return read().expirationTime;
    }

    /**
     * For tests of applications: when a lifecycle rule deletes the object.
     *
     * @param expirationTime the time, or null
     */
    public void setExpirationTime(Date expirationTime) {
        read().expirationTime = expirationTime;
    }

    /**
     * The lifecycle rule that deletes the object.
     *
     * @return its id, or null
     */
    public String getExpirationTimeRuleId() {
        return read().expirationTimeRuleId;
    }

    /**
     * For tests of applications: the lifecycle rule that deletes the object.
     *
     * @param expirationTimeRuleId its id, or null
     */
    public void setExpirationTimeRuleId(String expirationTimeRuleId) {
        read().expirationTimeRuleId = expirationTimeRuleId;
    }

    /**
     * Whether the object is being restored from an archive.
     *
     * @return the value; null where it is not archived
     */
    public Boolean getOngoingRestore() {
        return read().ongoingRestore;
    }

    /**
     * For tests of applications: whether the object is being restored.
     *
     * @param ongoingRestore the value
     */
    public void setOngoingRestore(boolean ongoingRestore) {
        read().ongoingRestore = ongoingRestore;
    }

    /**
     * Until when the restored copy is kept.
     *
     * @return the time, or null
     */
    public Date getRestoreExpirationTime() {
        return read().restoreExpirationTime;
    }

    /**
     * For tests of applications: until when the restored copy is kept.
     *
     * @param restoreExpirationTime the time, or null
     */
    public void setRestoreExpirationTime(Date restoreExpirationTime) {
        read().restoreExpirationTime = restoreExpirationTime;
    }

    @Override
    public ObjectMetadata clone() {
        try {
            read();
            ObjectMetadata copy = (ObjectMetadata) super.clone();
            copy.metadata = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            copy.metadata.putAll(metadata);
            if (userMetadata != null) {
                copy.userMetadata = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                copy.userMetadata.putAll(userMetadata);
            }
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }
}
