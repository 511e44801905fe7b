package io.s3kms.model;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** An object that is being read. Close it: it holds a connection. */
public class S3Object implements Closeable {
    private static final ObjectMetadata NOT_SET = new ObjectMetadata();

    private String key;
    private String bucketName;
    private ObjectMetadata metadata = NOT_SET;
    private S3ObjectInputStream objectContent;
    private String redirectLocation;
    private Integer taggingCount;
    private boolean requesterCharged;

    /** An object that says nothing yet. */
    public S3Object() {}

    /**
     * What S3 says about the object: also its encryption.
     *
     * @return the metadata
     */
    public ObjectMetadata getObjectMetadata() {
        if (metadata == NOT_SET) {
            metadata = new ObjectMetadata();
        }
        return metadata;
    }

    /**
     * For tests of applications: the metadata.
     *
     * @param metadata the metadata
     */
    public void setObjectMetadata(ObjectMetadata metadata) {
        this.metadata = metadata;
    }

    /**
     * The content.
     *
     * @return the stream
     */
    public S3ObjectInputStream getObjectContent() {
        return objectContent;
    }

    /**
     * For tests of applications: the content.
     *
     * @param objectContent the stream
     */
    public void setObjectContent(S3ObjectInputStream objectContent) {
        this.objectContent = objectContent;
    }

    /**
     * For tests of applications: the content.
     *
     * @param objectContent the stream
     */
    public void setObjectContent(InputStream objectContent) {
        this.objectContent = new S3ObjectInputStream(objectContent == null ? new ByteArrayInputStream(new byte[0]) : objectContent);
    }

    /**
     * Name of the bucket.
     *
     * @return the name
     */
    public String getBucketName() {
        return bucketName;
    }

    /**
     * Name of the bucket.
     *
     * @param bucketName the name
     */
    public void setBucketName(String bucketName) {
        this.bucketName = bucketName;
    }

    /**
     * Key of the object.
     *
     * @return the key
     */
    public String getKey() {
        return key;
    }

    /**
     * Key of the object.
     *
     * @param key the key
     */
    public void setKey(String key) {
        this.key = key;
    }

    /**
     * Where a website endpoint redirects a request for this object.
     *
     * @return the location, or null
     */
    public String getRedirectLocation() {
        return redirectLocation;
    }

    /**
     * Where a website endpoint redirects a request for this object.
     *
     * @param redirectLocation the location, or null
     */
    public void setRedirectLocation(String redirectLocation) {
        this.redirectLocation = redirectLocation;
    }

    /**
     * Number of tags.
     *
     * @return the number, or null
     */
    public Integer getTaggingCount() {
        return taggingCount;
    }

    /**
     * Number of tags.
     *
     * @param taggingCount the number, or null
     */
    public void setTaggingCount(Integer taggingCount) {
        this.taggingCount = taggingCount;
    }

    /**
     * Whether the requester was charged.
     *
     * @return the value
     */
    public boolean isRequesterCharged() {
        return requesterCharged;
    }

    /**
     * Whether the requester was charged.
     *
     * @param requesterCharged the value
     */
    public void setRequesterCharged(boolean requesterCharged) {
        this.requesterCharged = requesterCharged;
    }

    @Override
    public void close() throws IOException {
        if (objectContent != null) {
            objectContent.close();
        }
    }

    @Override
    public String toString() {
        return "S3Object [key=" + key + ",bucket=" + bucketName + "]";
    }
}
