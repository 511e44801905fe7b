    private boolean requesterPays;

    /**
     * Deletes the current version of an object, or adds a delete marker.
     *
     * @param bucketName name of the bucket
     * @param key key of the object
     */
    public DeleteObjectRequest(String bucketName, String key) {
        this.bucket = bucketName;
        this.key = key;
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
    public DeleteObjectRequest withRequesterPays(boolean requesterPays) {
        setRequesterPays(requesterPays);
        return this;
    }
