    private File file;
    private InputStream inputStream;
    private ByteBuffer content;
    private ObjectMetadata metadata;
    private ObjectTagging tagging;
    private boolean requesterPays;
    private SSECustomerKey sseCustomerKey;
    private SSEAwsKeyManagementParams sseAwsKeyManagementParams;

    /**
     * Stores a file.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param file the file; native code reads it
     */
    public PutObjectRequest(String bucketName, String key, File file) {
        this.bucket = bucketName;
        this.key = key;
        this.file = file;
    }

    /**
     * Stores an empty object that redirects to another one or to a URL.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param redirectLocation where a website endpoint redirects to
     */
    public PutObjectRequest(String bucketName, String key, String redirectLocation) {
        this.bucket = bucketName;
        this.key = key;
        this.websiteRedirectLocation = redirectLocation;
    }

    /**
     * Stores what a stream gives. Where the metadata says no content length, the stream is sent as it comes; nothing is
     * gathered in memory beyond a few MiB. The stream is read to its end, or to the content length, and not closed.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param input the content
     * @param metadata what goes with it; may be null
     */
    public PutObjectRequest(String bucketName, String key, InputStream input, ObjectMetadata metadata) {
        this.bucket = bucketName;
        this.key = key;
        this.inputStream = input;
        this.metadata = metadata;
    }

    /**
     * Stores the remaining bytes of a buffer. A direct buffer is sent from where it is, without a copy: leave its content
     * alone until the request has ended. Position and limit are not changed.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     * @param content the content
     */
    public PutObjectRequest(String bucketName, String key, ByteBuffer content) {
        this.bucket = bucketName;
        this.key = key;
        this.content = content;
    }

    /**
     * The file to store.
     *
     * @return the file, or null
     */
    public File getFile() {
        return file;
    }

    /**
     * The file to store.
     *
     * @param file the file, or null
     */
    public void setFile(File file) {
        this.file = file;
    }

    /**
     * The file to store.
     *
     * @param file the file, or null
     * @return this
     */
    public PutObjectRequest withFile(File file) {
        setFile(file);
        return this;
    }

    /**
     * The stream to store.
     *
     * @return the stream, or null
     */
    public InputStream getInputStream() {
        return inputStream;
    }

    /**
     * The stream to store.
     *
     * @param inputStream the stream, or null
     */
    public void setInputStream(InputStream inputStream) {
        this.inputStream = inputStream;
    }

    /**
     * The stream to store.
     *
     * @param inputStream the stream, or null
     * @return this
     */
    public PutObjectRequest withInputStream(InputStream inputStream) {
        setInputStream(inputStream);
        return this;
    }

    /**
     * The buffer to store.
     *
     * @return the buffer, or null
     */
    public ByteBuffer getContent() {
        return content;
    }

    /**
     * What goes with the content.
     *
     * @return the metadata, or null
     */
    public ObjectMetadata getMetadata() {
        return metadata;
    }

    /**
     * What goes with the content.
     *
     * @param metadata the metadata, or null
     */
    public void setMetadata(ObjectMetadata metadata) {
        this.metadata = metadata;
    }

    /**
     * What goes with the content.
     *
     * @param metadata the metadata, or null
     * @return this
     */
    public PutObjectRequest withMetadata(ObjectMetadata metadata) {
        setMetadata(metadata);
        return this;
    }

    /**
     * Tags of the object.
     *
     * @return the tags, or null
     */
    public ObjectTagging getTagging() {
        return tagging;
    }

    /**
     * Tags of the object.
     *
     * @param tagging the tags, or null
     */
    public void setTagging(ObjectTagging tagging) {
        this.tagging = tagging;
    }

    /**
     * Tags of the object.
     *
     * @param tagging the tags, or null
     * @return this
     */
    public PutObjectRequest withTagging(ObjectTagging tagging) {
        setTagging(tagging);
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
    public PutObjectRequest withRequesterPays(boolean requesterPays) {
        setRequesterPays(requesterPays);
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
     * @throws IllegalArgumentException together with {@link #setSSEAwsKeyManagementParams}
     */
    public void setSSECustomerKey(SSECustomerKey sseKey) {
        SSERules.notBoth(sseKey, sseAwsKeyManagementParams);
        this.sseCustomerKey = sseKey;
    }

    /**
     * SSE-C: the customer's own key.
     *
     * @param sseKey the key, or null
     * @return this
     * @throws IllegalArgumentException together with {@link #setSSEAwsKeyManagementParams}
     */
    public PutObjectRequest withSSECustomerKey(SSECustomerKey sseKey) {
        setSSECustomerKey(sseKey);
        return this;
    }

    @Override
    public SSEAwsKeyManagementParams getSSEAwsKeyManagementParams() {
        return sseAwsKeyManagementParams;
    }

    /**
     * SSE-KMS: the KMS key, its context and algorithm.
     *
     * @param params the parameters, or null
     * @throws IllegalArgumentException together with {@link #setSSECustomerKey}
     */
    public void setSSEAwsKeyManagementParams(SSEAwsKeyManagementParams params) {
        SSERules.notBoth(sseCustomerKey, params);
        this.sseAwsKeyManagementParams = params;
    }

    /**
     * SSE-KMS: the KMS key, its context and algorithm.
     *
     * @param params the parameters, or null
     * @return this
     * @throws IllegalArgumentException together with {@link #setSSECustomerKey}
     */
    public PutObjectRequest withSSEAwsKeyManagementParams(SSEAwsKeyManagementParams params) {
        setSSEAwsKeyManagementParams(params);
        return this;
    }
