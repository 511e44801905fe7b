    private Date expirationTime;
    private String expirationTimeRuleId;
    private String contentMd5;
    private ObjectMetadata metadata;
    private boolean requesterCharged;

    /** A result that says nothing. */
    public PutObjectResult() {}

    /**
     * Whether the requester was charged.
     *
     * @return the value
     */
    public boolean isRequesterCharged() {
        return requesterCharged;
    }

    /**
     * For tests of applications: whether the requester was charged.
     *
     * @param requesterCharged the value
     */
    public void setRequesterCharged(boolean requesterCharged) {
        this.requesterCharged = requesterCharged;
    }

    /**
     * When a lifecycle rule deletes the object.
     *
     * @return the time, or null
     */
    public Date getExpirationTime() {
        return expirationTime;
    }

    /**
     * For tests of applications: when a lifecycle rule deletes the object.
     *
     * @param expirationTime the time, or null
     */
    public void setExpirationTime(Date expirationTime) {
        this.expirationTime = expirationTime;
    }

    /**
     * The lifecycle rule that deletes the object.
     *
     * @return its id, or null
     */
    public String getExpirationTimeRuleId() {
        return expirationTimeRuleId;
    }

    /**
     * For tests of applications: the lifecycle rule that deletes the object.
     *
     * @param expirationTimeRuleId its id, or null
     */
    public void setExpirationTimeRuleId(String expirationTimeRuleId) {
        this.expirationTimeRuleId = expirationTimeRuleId;
    }

    /**
     * Base64 of the content's MD5, where the request named it: it is not computed otherwise.
     *
     * @return the digest, or null
     */
    public String getContentMd5() {
        return contentMd5;
    }

    /**
     * For tests of applications: base64 of the content's MD5.
     *
     * @param contentMd5 the digest, or null
     */
    public void setContentMd5(String contentMd5) {
        this.contentMd5 = contentMd5;
    }

    /**
     * What S3 says about the object: ETag, version, encryption.
     *
     * @return the metadata, or null
     */
    public ObjectMetadata getMetadata() {
        return metadata;
    }

    /**
     * For tests of applications: what S3 says about the object.
     *
     * @param metadata the metadata, or null
     */
    public void setMetadata(ObjectMetadata metadata) {
        this.metadata = metadata;
    }
