    private ObjectMetadata newObjectMetadata;
    private ObjectTagging newObjectTagging;
    private boolean requesterPays;
    private List<String> matchingETagConstraints = new ArrayList<>();
    private List<String> nonmatchingETagConstraints = new ArrayList<>();
    private SSECustomerKey sourceSSECustomerKey;
    private SSECustomerKey destinationSSECustomerKey;
    private SSEAwsKeyManagementParams sseAwsKeyManagementParams;

    /** A request that says nothing yet. */
    public CopyObjectRequest() {}

    /**
     * Copies the current version of an object.
     *
     * @param sourceBucketName bucket to copy from
     * @param sourceKey key to copy from
     * @param destinationBucketName bucket to copy to
     * @param destinationKey key to copy to
     */
    public CopyObjectRequest(String sourceBucketName, String sourceKey, String destinationBucketName,
            String destinationKey) {
        this(sourceBucketName, sourceKey, null, destinationBucketName, destinationKey);
    }

    /**
     * Copies a version of an object.
     *
     * @param sourceBucketName bucket to copy from
     * @param sourceKey key to copy from
     * @param sourceVersionId version to copy; null: the current one
     * @param destinationBucketName bucket to copy to
     * @param destinationKey key to copy to
     */
    public CopyObjectRequest(String sourceBucketName, String sourceKey, String sourceVersionId,
            String destinationBucketName, String destinationKey) {
        this.sourceBucket = sourceBucketName;
        this.sourceKey = sourceKey;
        this.sourceVersionId = sourceVersionId;
        this.bucket = destinationBucketName;
        this.key = destinationKey;
    }

    /**
     * Metadata of the copy, in place of the source's.
     *
     * @return the metadata; null: the source's
     */
    public ObjectMetadata getNewObjectMetadata() {
        return newObjectMetadata;
    }

    /**
     * Metadata of the copy, in place of the source's (the directive becomes REPLACE unless one was set).
     *
     * @param newObjectMetadata the metadata; null: the source's
     */
    public void setNewObjectMetadata(ObjectMetadata newObjectMetadata) {
        this.newObjectMetadata = newObjectMetadata;
    }

    /**
     * Metadata of the copy, in place of the source's.
     *
     * @param newObjectMetadata the metadata; null: the source's
     * @return this
     */
    public CopyObjectRequest withNewObjectMetadata(ObjectMetadata newObjectMetadata) {
        setNewObjectMetadata(newObjectMetadata);
        return this;
    }

    /**
     * Tags of the copy, in place of the source's.
     *
     * @return the tags; null: the source's
     */
    public ObjectTagging getNewObjectTagging() {
        return newObjectTagging;
    }

    /**
     * Tags of the copy, in place of the source's (the directive becomes REPLACE unless one was set).
     *
     * @param newObjectTagging the tags; null: the source's
     */
    public void setNewObjectTagging(ObjectTagging newObjectTagging) {
        this.newObjectTagging = newObjectTagging;
    }

    /**
     * Tags of the copy, in place of the source's.
     *
     * @param newObjectTagging the tags; null: the source's
     * @return this
     */
    public CopyObjectRequest withNewObjectTagging(ObjectTagging newObjectTagging) {
        setNewObjectTagging(newObjectTagging);
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
    public CopyObjectRequest withRequesterPays(boolean requesterPays) {
        setRequesterPays(requesterPays);
        return this;
    }

    /**
     * Copy only where the source's ETag is one of these.
     *
     * @return the ETags, never null
     */
    public List<String> getMatchingETagConstraints() {
        return matchingETagConstraints;
    }

    /**
     * Copy only where the source's ETag is one of these.
     *
     * @param eTags the ETags
     */
    public void setMatchingETagConstraints(List<String> eTags) {
        this.matchingETagConstraints = new ArrayList<>(eTags);
    }

    /**
     * Copy only where the source's ETag is this one, or another that was added.
     *
     * @param eTag the ETag
     * @return this
     */
    public CopyObjectRequest withMatchingETagConstraint(String eTag) {
        this.matchingETagConstraints.add(eTag);
        return this;
    }

    /**
     * Copy only where the source's ETag is none of these.
     *
     * @return the ETags, never null
     */
    public List<String> getNonmatchingETagConstraints() {
        return nonmatchingETagConstraints;
    }

    /**
     * Copy only where the source's ETag is none of these.
     *
     * @param eTags the ETags
     */
    public void setNonmatchingETagConstraints(List<String> eTags) {
        this.nonmatchingETagConstraints = new ArrayList<>(eTags);
    }

    /**
     * Copy only where the source's ETag is not this one, nor another that was added.
     *
     * @param eTag the ETag
     * @return this
     */
    public CopyObjectRequest withNonmatchingETagConstraint(String eTag) {
        this.nonmatchingETagConstraints.add(eTag);
        return this;
    }

    /**
     * SSE-C: the key that the source was stored with.
     *
     * @return the key, or null
     */
    public SSECustomerKey getSourceSSECustomerKey() {
        return sourceSSECustomerKey;
    }

    /**
     * SSE-C: the key that the source was stored with.
     *
     * @param sseKey the key, or null
     */
    public void setSourceSSECustomerKey(SSECustomerKey sseKey) {
        this.sourceSSECustomerKey = sseKey;
    }

    /**
     * SSE-C: the key that the source was stored with.
     *
     * @param sseKey the key, or null
     * @return this
     */
    public CopyObjectRequest withSourceSSECustomerKey(SSECustomerKey sseKey) {
        setSourceSSECustomerKey(sseKey);
        return this;
    }

    /**
     * SSE-C: the key for the copy.
     *
     * @return the key, or null
     */
    public SSECustomerKey getDestinationSSECustomerKey() {
        return destinationSSECustomerKey;
    }

    /**
     * SSE-C: the key for the copy.
     *
     * @param sseKey the key, or null
     * @throws IllegalArgumentException together with {@link #setSSEAwsKeyManagementParams}
     */
    public void setDestinationSSECustomerKey(SSECustomerKey sseKey) {
        SSERules.notBoth(sseKey, sseAwsKeyManagementParams);
        this.destinationSSECustomerKey = sseKey;
    }

    /**
     * SSE-C: the key for the copy.
     *
     * @param sseKey the key, or null
     * @return this
     * @throws IllegalArgumentException together with {@link #setSSEAwsKeyManagementParams}
     */
    public CopyObjectRequest withDestinationSSECustomerKey(SSECustomerKey sseKey) {
        setDestinationSSECustomerKey(sseKey);
        return this;
    }

    @Override
    public SSEAwsKeyManagementParams getSSEAwsKeyManagementParams() {
        return sseAwsKeyManagementParams;
    }

    /**
     * SSE-KMS for the copy: the KMS key, its context and algorithm.
     *
     * @param params the parameters; null: the destination bucket's default, not the source's encryption
     * @throws IllegalArgumentException together with {@link #setDestinationSSECustomerKey}
     */
    public void setSSEAwsKeyManagementParams(SSEAwsKeyManagementParams params) {
        SSERules.notBoth(destinationSSECustomerKey, params);
        this.sseAwsKeyManagementParams = params;
    }

    /**
     * SSE-KMS for the copy: the KMS key, its context and algorithm.
     *
     * @param params the parameters; null: the destination bucket's default, not the source's encryption
     * @return this
     * @throws IllegalArgumentException together with {@link #setDestinationSSECustomerKey}
     */
    public CopyObjectRequest withSSEAwsKeyManagementParams(SSEAwsKeyManagementParams params) {
        setSSEAwsKeyManagementParams(params);
        return this;
    }
