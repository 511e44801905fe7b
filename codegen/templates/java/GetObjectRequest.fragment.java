    private SSECustomerKey sseCustomerKey;
    private SSEAwsKeyManagementParams expectedSSE;
    private long[] range;
    private boolean requesterPays;
    private ResponseHeaderOverrides responseHeaders;
    private List<String> matchingETagConstraints = new ArrayList<>();
    private List<String> nonmatchingETagConstraints = new ArrayList<>();

    /**
     * Reads the current version of an object.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     */
    public GetObjectRequest(String bucketName, String key) {
        this.bucket = bucketName;
        this.key = key;
    }

    /**
     * Reads a version of an object.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param versionId version of the object; null: the current one
     */
    public GetObjectRequest(String bucketName, String key, String versionId) {
        this.bucket = bucketName;
        this.key = key;
        this.versionId = versionId;
    }

    /**
     * Reads the current version of an object.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param isRequesterPays whether the requester pays
     */
    public GetObjectRequest(String bucketName, String key, boolean isRequesterPays) {
        this(bucketName, key);
        this.requesterPays = isRequesterPays;
    }

    /**
     * First and last byte to read.
     *
     * @return two numbers (the last {@code Long.MAX_VALUE - 1} where the range is open); null: everything
     */
    public long[] getRange() {
        return range == null ? null : range.clone();
    }

    /**
     * Reads a range of bytes.
     *
     * @param start first byte, from 0
     * @param end last byte, included
     */
    public void setRange(long start, long end) {
        this.range = new long[] {start, end};
    }

    /**
     * Reads from a byte on.
     *
     * @param start first byte, from 0
     */
    public void setRange(long start) {
        setRange(start, Long.MAX_VALUE - 1);
    }

    /**
     * Reads a range of bytes.
     *
     * @param start first byte, from 0
     * @param end last byte, included
     * @return this
     */
    public GetObjectRequest withRange(long start, long end) {
        setRange(start, end);
        return this;
    }

    /**
     * Reads from a byte on.
     *
     * @param start first byte, from 0
     * @return this
     */
    public GetObjectRequest withRange(long start) {
        setRange(start);
        return this;
    }

    /**
     * Read only where the ETag is one of these.
     *
     * @return the ETags, never null
     */
    public List<String> getMatchingETagConstraints() {
        return matchingETagConstraints;
    }

    /**
     * Read only where the ETag is one of these.
     *
     * @param eTags the ETags
     */
    public void setMatchingETagConstraints(List<String> eTags) {
        this.matchingETagConstraints = new ArrayList<>(eTags);
    }

    /**
     * Read only where the ETag is one of these: adds one.
     *
     * @param eTag the ETag
     * @return this
     */
    public GetObjectRequest withMatchingETagConstraint(String eTag) {
        this.matchingETagConstraints.add(eTag);
        return this;
    }

    /**
     * Read only where the ETag is none of these.
     *
     * @return the ETags, never null
     */
    public List<String> getNonmatchingETagConstraints() {
        return nonmatchingETagConstraints;
    }

    /**
     * Read only where the ETag is none of these.
     *
     * @param eTags the ETags
     */
    public void setNonmatchingETagConstraints(List<String> eTags) {
        this.nonmatchingETagConstraints = new ArrayList<>(eTags);
    }

    /**
     * Read only where the ETag is none of these: adds one.
     *
     * @param eTag the ETag
     * @return this
     */
    public GetObjectRequest withNonmatchingETagConstraint(String eTag) {
        this.nonmatchingETagConstraints.add(eTag);
        return this;
    }

    /**
     * Headers that the answer shall carry.
     *
     * @return the headers, or null
     */
    public ResponseHeaderOverrides getResponseHeaders() {
        return responseHeaders;
    }

    /**
     * Headers that the answer shall carry.
     *
     * @param responseHeaders the headers, or null
     */
    public void setResponseHeaders(ResponseHeaderOverrides responseHeaders) {
        this.responseHeaders = responseHeaders;
    }

    /**
     * Headers that the answer shall carry.
     *
     * @param responseHeaders the headers, or null
     * @return this
     */
    public GetObjectRequest withResponseHeaders(ResponseHeaderOverrides responseHeaders) {
        setResponseHeaders(responseHeaders);
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
    public GetObjectRequest withRequesterPays(boolean requesterPays) {
        setRequesterPays(requesterPays);
        return this;
    }

    @Override
    public SSECustomerKey getSSECustomerKey() {
        return sseCustomerKey;
    }

    /**
     * SSE-C: the key that the object was stored with.
     *
     * @param sseKey the key, or null
     */
    public void setSSECustomerKey(SSECustomerKey sseKey) {
        this.sseCustomerKey = sseKey;
    }

    /**
     * SSE-C: the key that the object was stored with.
     *
     * @param sseKey the key, or null
     * @return this
     */
    public GetObjectRequest withSSECustomerKey(SSECustomerKey sseKey) {
        setSSECustomerKey(sseKey);
        return this;
    }

    /**
     * The SSE-KMS encryption that the object must have.
     *
     * @return the expectation; null: any encryption
     */
    public SSEAwsKeyManagementParams getExpectedSSEAwsKeyManagementParams() {
        return expectedSSE;
    }

    /**
     * The SSE-KMS encryption that the object must have, else the call ends in an {@link EncryptionMismatchException}
     * before any content is delivered. An alias cannot be compared with the key ARN that S3 reports and is accepted.
     *
     * @param params algorithm and key; null: any encryption
     */
    public void setExpectedSSEAwsKeyManagementParams(SSEAwsKeyManagementParams params) {
        this.expectedSSE = params;
    }

    /**
     * The SSE-KMS encryption that the object must have, else the call ends in an {@link EncryptionMismatchException}.
     *
     * @param params algorithm and key; null: any encryption
     * @return this
     */
    public GetObjectRequest withExpectedSSEAwsKeyManagementParams(SSEAwsKeyManagementParams params) {
        setExpectedSSEAwsKeyManagementParams(params);
        return this;
    }
