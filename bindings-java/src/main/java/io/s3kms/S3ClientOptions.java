package io.s3kms;

/** Options of a client that SDK 1.x sets by {@link AmazonS3#setS3ClientOptions}. */
public class S3ClientOptions {
    private Boolean pathStyleAccess;
    private boolean chunkedEncodingDisabled;
    private boolean accelerateModeEnabled;
    private boolean payloadSigningEnabled;
    private boolean dualstackEnabled;

    /** Options as they are by default. */
    public S3ClientOptions() {}

    /**
     * A builder.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Whether the bucket stands in the path.
     *
     * @return the value, false by default
     */
    public boolean isPathStyleAccess() {
        return pathStyleAccess != null && pathStyleAccess;
    }

    Boolean pathStyleAccess() {
        return pathStyleAccess;
    }

    /**
     * Whether the bucket stands in the path.
     *
     * @param pathStyleAccess the value
     */
    public void setPathStyleAccess(boolean pathStyleAccess) {
        this.pathStyleAccess = pathStyleAccess;
    }

    /**
     * Whether the bucket stands in the path.
     *
     * @param pathStyleAccess the value
     * @return this
     */
    public S3ClientOptions withPathStyleAccess(boolean pathStyleAccess) {
        setPathStyleAccess(pathStyleAccess);
        return this;
    }

    /**
     * Whether {@code aws-chunked} bodies are never sent.
     *
     * @return the value, false by default
     */
    public boolean isChunkedEncodingDisabled() {
        return chunkedEncodingDisabled;
    }

    /**
     * Whether S3 Transfer Acceleration is used.
     *
     * @return the value, false by default
     */
    public boolean isAccelerateModeEnabled() {
        return accelerateModeEnabled;
    }

    /**
     * Whether the content is signed also over TLS.
     *
     * @return the value, false by default
     */
    public boolean isPayloadSigningEnabled() {
        return payloadSigningEnabled;
    }

    /**
     * Whether IPv6 endpoints are used too.
     *
     * @return the value, false by default
     */
    public boolean isDualstackEnabled() {
        return dualstackEnabled;
    }

    /** Builds options. */
    public static class Builder {
        private final S3ClientOptions options = new S3ClientOptions();

        Builder() {}

        /**
         * The options.
         *
         * @return the options
         */
        public S3ClientOptions build() {
            return options;
        }

        /**
         * Whether the bucket stands in the path.
         *
         * @param value the value
         * @return this
         */
        public Builder setPathStyleAccess(boolean value) {
            options.pathStyleAccess = value;
            return this;
        }

        /**
         * Never sends {@code aws-chunked} bodies.
         *
         * @return this
         */
        public Builder disableChunkedEncoding() {
            options.chunkedEncodingDisabled = true;
            return this;
        }

        /**
         * Whether S3 Transfer Acceleration is used.
         *
         * @param value the value
         * @return this
         */
        public Builder setAccelerateModeEnabled(boolean value) {
            options.accelerateModeEnabled = value;
            return this;
        }

        /**
         * Whether the content is signed also over TLS.
         *
         * @param value the value
         * @return this
         */
        public Builder setPayloadSigningEnabled(boolean value) {
            options.payloadSigningEnabled = value;
            return this;
        }

        /**
         * Uses IPv6 endpoints too.
         *
         * @return this
         */
        public Builder enableDualstack() {
            options.dualstackEnabled = true;
            return this;
        }
    }
}
