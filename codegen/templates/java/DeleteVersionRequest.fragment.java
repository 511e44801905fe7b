    private boolean requesterPays;
    private MultiFactorAuthentication mfa;

    /**
     * Deletes a version of an object for good.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param versionId version of the object; null: the current one
     */
    public DeleteVersionRequest(String bucketName, String key, String versionId) {
        this.bucket = bucketName;
        this.key = key;
        this.versionId = versionId;
    }

    /**
     * Deletes a version of an object for good, in a bucket with MFA delete.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param versionId version of the object
     * @param mfa device and code
     */
    public DeleteVersionRequest(String bucketName, String key, String versionId, MultiFactorAuthentication mfa) {
        this(bucketName, key, versionId);
        this.mfa = mfa;
    }

    /**
     * The device and code for buckets with MFA delete.
     *
     * @return the device and code, or null
     */
    public MultiFactorAuthentication getMfa() {
        return mfa;
    }

    /**
     * The device and code for buckets with MFA delete.
     *
     * @param mfa the device and code, or null
     */
    public void setMfa(MultiFactorAuthentication mfa) {
        this.mfa = mfa;
    }

    /**
     * The device and code for buckets with MFA delete.
     *
     * @param mfa the device and code, or null
     * @return this
     */
    public DeleteVersionRequest withMfa(MultiFactorAuthentication mfa) {
        setMfa(mfa);
        return this;
    }

    /**
     * Whether the requester pays.
     *
     * @return the value, false by default
     */
    public boolean isRequesterPays() {
        return requesterPays;
    }

    /**
     * Whether the requester pays.
     *
     * @param requesterPays the value
     */
    public void setRequesterPays(boolean requesterPays) {
        this.requesterPays = requesterPays;
    }

    /**
     * Whether the requester pays.
     *
     * @param requesterPays the value
     * @return this
     */
    public DeleteVersionRequest withRequesterPays(boolean requesterPays) {
        setRequesterPays(requesterPays);
        return this;
    }
