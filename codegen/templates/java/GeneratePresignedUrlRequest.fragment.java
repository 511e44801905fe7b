    private HttpMethod method = HttpMethod.GET;
    private Date expiration;
    private String sseAlgorithm;
    private String kmsCmkId;
    private SSECustomerKey sseCustomerKey;
    private ResponseHeaderOverrides responseHeaders = new ResponseHeaderOverrides();
    // Made when something is put in: most requests have none of these.
    private Map<String, String> requestParameters = Collections.emptyMap();
    private Map<String, String> userMetadata = Collections.emptyMap();

    /**
     * A URL to read an object with.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     */
    public GeneratePresignedUrlRequest(String bucketName, String key) {
        this.bucket = bucketName;
        this.key = key;
    }

    /**
     * A URL for a method.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param method GET, PUT, HEAD or DELETE
     */
    public GeneratePresignedUrlRequest(String bucketName, String key, HttpMethod method) {
        this(bucketName, key);
        this.method = method;
    }

    /**
     * The HTTP method that the URL is for.
     *
     * @return the method, GET by default
     */
    public HttpMethod getMethod() {
        return method;
    }

    /**
     * The HTTP method that the URL is for.
     *
     * @param method GET, PUT, HEAD or DELETE
     */
    public void setMethod(HttpMethod method) {
        this.method = method;
    }

    /**
     * The HTTP method that the URL is for.
     *
     * @param method GET, PUT, HEAD or DELETE
     * @return this
     */
    public GeneratePresignedUrlRequest withMethod(HttpMethod method) {
        setMethod(method);
        return this;
    }

    /**
     * When the URL expires.
     *
     * @return the time; null: in 15 minutes
     */
    public Date getExpiration() {
        return expiration;
    }

    /**
     * When the URL expires: at most 7 days from now.
     *
     * @param expiration the time; null: in 15 minutes
     */
    public void setExpiration(Date expiration) {
        this.expiration = expiration;
    }

    /**
     * When the URL expires: at most 7 days from now.
     *
     * @param expiration the time; null: in 15 minutes
     * @return this
     */
    public GeneratePresignedUrlRequest withExpiration(Date expiration) {
        setExpiration(expiration);
        return this;
    }

    /**
     * How S3 shall encrypt what is uploaded.
     *
     * @return the algorithm's text, or null
     */
    public String getSSEAlgorithm() {
        return sseAlgorithm;
    }

    /**
     * How S3 shall encrypt what is uploaded. A signed header: whoever uploads must send it
     * ({@link PresignedRequest#getSignedHeaders()}).
     *
     * @param sseAlgorithm the algorithm's text, or null
     */
    public void setSSEAlgorithm(String sseAlgorithm) {
        this.sseAlgorithm = sseAlgorithm;
    }

    /**
     * How S3 shall encrypt what is uploaded.
     *
     * @param sseAlgorithm the algorithm
     */
    public void setSSEAlgorithm(SSEAlgorithm sseAlgorithm) {
        this.sseAlgorithm = sseAlgorithm == null ? null : sseAlgorithm.getAlgorithm();
    }

    /**
     * How S3 shall encrypt what is uploaded.
     *
     * @param sseAlgorithm the algorithm's text, or null
     * @return this
     */
    public GeneratePresignedUrlRequest withSSEAlgorithm(String sseAlgorithm) {
        setSSEAlgorithm(sseAlgorithm);
        return this;
    }

    /**
     * How S3 shall encrypt what is uploaded.
     *
     * @param sseAlgorithm the algorithm
     * @return this
     */
    public GeneratePresignedUrlRequest withSSEAlgorithm(SSEAlgorithm sseAlgorithm) {
        setSSEAlgorithm(sseAlgorithm);
        return this;
    }

    /**
     * The KMS key for what is uploaded.
     *
     * @return the key, or null
     */
    public String getKmsCmkId() {
        return kmsCmkId;
    }

    /**
     * The KMS key for what is uploaded; needs the algorithm {@code aws:kms} (or {@code aws:kms:dsse}).
     *
     * @param kmsCmkId id, ARN, alias or alias ARN; null with {@code aws:kms}: the AWS managed key
     */
    public void setKmsCmkId(String kmsCmkId) {
        this.kmsCmkId = kmsCmkId;
    }

    /**
     * The KMS key for what is uploaded; needs the algorithm {@code aws:kms} (or {@code aws:kms:dsse}).
     *
     * @param kmsCmkId id, ARN, alias or alias ARN; null with {@code aws:kms}: the AWS managed key
     * @return this
     */
    public GeneratePresignedUrlRequest withKmsCmkId(String kmsCmkId) {
        setKmsCmkId(kmsCmkId);
        return this;
    }

    @Override
    public SSECustomerKey getSSECustomerKey() {
        return sseCustomerKey;
    }

    /**
     * SSE-C: the customer's own key.
     *
     * @param sseKey the key, or null
     */
    public void setSSECustomerKey(SSECustomerKey sseKey) {
        this.sseCustomerKey = sseKey;
    }

    /**
     * SSE-C: the customer's own key.
     *
     * @param sseKey the key, or null
     * @return this
     */
    public GeneratePresignedUrlRequest withSSECustomerKey(SSECustomerKey sseKey) {
        setSSECustomerKey(sseKey);
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
    public GeneratePresignedUrlRequest withResponseHeaders(ResponseHeaderOverrides responseHeaders) {
        setResponseHeaders(responseHeaders);
        return this;
    }

    /**
     * Adds a query parameter to the URL.
     *
     * @param name its name
     * @param value its value
     */
    public void addRequestParameter(String name, String value) {
        if (requestParameters.isEmpty()) {
            requestParameters = new LinkedHashMap<>();
        }
        requestParameters.put(name, value);
    }

    /**
     * The query parameters that were added.
     *
     * @return the parameters, not to be changed
     */
    public Map<String, String> getRequestParameters() {
        return requestParameters.isEmpty() ? requestParameters : Collections.unmodifiableMap(requestParameters);
    }

    /**
     * Adds user metadata that the uploader must send: a signed header.
     *
     * @param name its name, without {@code x-amz-meta-}
     * @param value its value
     */
    public void addUserMetadata(String name, String value) {
        if (userMetadata.isEmpty()) {
            userMetadata = new LinkedHashMap<>();
        }
        userMetadata.put(name, value);
    }

    /**
     * The user metadata that was added.
     *
     * @return the metadata, not to be changed
     */
    public Map<String, String> getUserMetadata() {
        return userMetadata.isEmpty() ? userMetadata : Collections.unmodifiableMap(userMetadata);
    }

    /**
     * Refuses what no URL can be signed for.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public void rejectIllegalArguments() {
        if (bucket == null) {
            throw new IllegalArgumentException("The bucket name parameter must be specified when generating a pre-signed URL");
        }
        if (method == null) {
            throw new IllegalArgumentException("The HTTP method request parameter must be specified when generating a pre-signed URL");
        }
        if (sseCustomerKey != null && (sseAlgorithm != null || kmsCmkId != null)) {
            throw new IllegalArgumentException("Either SSE or SSE-C can be specified but not both: drop SSEAlgorithm and kmsCmkId, or SSECustomerKey");
        }
        if (kmsCmkId != null && !SSERules.isKms(sseAlgorithm)) {
            throw new IllegalArgumentException("For KMS server side encryption, the SSE algorithm must be set to \"aws:kms\" where kmsCmkId is set");
        }
    }
