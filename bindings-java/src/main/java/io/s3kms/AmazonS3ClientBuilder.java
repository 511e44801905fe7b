package io.s3kms;

import io.s3kms.client.builder.AwsClientBuilder;
import io.s3kms.internal.ClientSettings;

/** Builds clients of Amazon S3. */
public final class AmazonS3ClientBuilder extends AwsClientBuilder<AmazonS3ClientBuilder, AmazonS3> {
    private Boolean pathStyle;
    private boolean chunkedEncodingDisabled;
    private boolean accelerate;
    private boolean payloadSigning;
    private boolean dualStack;
    private boolean forceGlobalBucketAccess;

    private AmazonS3ClientBuilder() {}

    /**
     * A builder.
     *
     * @return the builder
     */
    public static AmazonS3ClientBuilder standard() {
        return new AmazonS3ClientBuilder();
    }

    /**
     * A client with credentials and region of the environment.
     *
     * @return the client
     */
    public static AmazonS3 defaultClient() {
        return standard().build();
    }

    @Override
    protected AmazonS3ClientBuilder self() {
        return this;
    }

    /**
     * Whether the bucket stands in the path.
     *
     * @return the value; null: in the path for an endpoint of one's own, else in the host name
     */
    public Boolean isPathStyleAccessEnabled() {
        return pathStyle;
    }

    /**
     * Whether the bucket stands in the path.
     *
     * @param pathStyleAccessEnabled the value; null: in the path for an endpoint of one's own, else in the host name
     */
    public void setPathStyleAccessEnabled(Boolean pathStyleAccessEnabled) {
        this.pathStyle = pathStyleAccessEnabled;
    }

    /**
     * Whether the bucket stands in the path.
     *
     * @param pathStyleAccessEnabled the value; null: in the path for an endpoint of one's own, else in the host name
     * @return this
     */
    public AmazonS3ClientBuilder withPathStyleAccessEnabled(Boolean pathStyleAccessEnabled) {
        setPathStyleAccessEnabled(pathStyleAccessEnabled);
        return this;
    }

    /**
     * Puts the bucket into the path.
     *
     * @return this
     */
    public AmazonS3ClientBuilder enablePathStyleAccess() {
        return withPathStyleAccessEnabled(true);
    }

    /**
     * Whether {@code aws-chunked} bodies are never sent.
     *
     * @param chunkedEncodingDisabled the value, null: false
     * @return this
     */
    public AmazonS3ClientBuilder withChunkedEncodingDisabled(Boolean chunkedEncodingDisabled) {
        this.chunkedEncodingDisabled = Boolean.TRUE.equals(chunkedEncodingDisabled);
        return this;
    }

    /**
     * Never sends {@code aws-chunked} bodies.
     *
     * @return this
     */
    public AmazonS3ClientBuilder disableChunkedEncoding() {
        return withChunkedEncodingDisabled(true);
    }

    /**
     * Whether S3 Transfer Acceleration is used.
     *
     * @param accelerateModeEnabled the value, null: false
     * @return this
     */
    public AmazonS3ClientBuilder withAccelerateModeEnabled(Boolean accelerateModeEnabled) {
        this.accelerate = Boolean.TRUE.equals(accelerateModeEnabled);
        return this;
    }

    /**
     * Uses S3 Transfer Acceleration.
     *
     * @return this
     */
    public AmazonS3ClientBuilder enableAccelerateMode() {
        return withAccelerateModeEnabled(true);
    }

    /**
     * Whether the content is signed also over TLS.
     *
     * @param payloadSigningEnabled the value, null: false
     * @return this
     */
    public AmazonS3ClientBuilder withPayloadSigningEnabled(Boolean payloadSigningEnabled) {
        this.payloadSigning = Boolean.TRUE.equals(payloadSigningEnabled);
        return this;
    }

    /**
     * Signs the content also over TLS.
     *
     * @return this
     */
    public AmazonS3ClientBuilder enablePayloadSigning() {
        return withPayloadSigningEnabled(true);
    }

    /**
     * Whether IPv6 endpoints are used too.
     *
     * @param dualstackEnabled the value, null: false
     * @return this
     */
    public AmazonS3ClientBuilder withDualstackEnabled(Boolean dualstackEnabled) {
        this.dualStack = Boolean.TRUE.equals(dualstackEnabled);
        return this;
    }

    /**
     * Uses IPv6 endpoints too.
     *
     * @return this
     */
    public AmazonS3ClientBuilder enableDualstack() {
        return withDualstackEnabled(true);
    }

    /**
     * Whether buckets of other regions may be used. Redirects to a bucket's region are always followed; with this, a client
     * without a region begins in {@code us-east-1}.
     *
     * @param forceGlobalBucketAccessEnabled the value, null: false
     * @return this
     */
    public AmazonS3ClientBuilder withForceGlobalBucketAccessEnabled(Boolean forceGlobalBucketAccessEnabled) {
        this.forceGlobalBucketAccess = Boolean.TRUE.equals(forceGlobalBucketAccessEnabled);
        return this;
    }

    /**
     * Permits buckets of other regions.
     *
     * @return this
     */
    public AmazonS3ClientBuilder enableForceGlobalBucketAccess() {
        return withForceGlobalBucketAccessEnabled(true);
    }

    /**
     * Builds the client.
     *
     * @return the client
     * @throws IllegalStateException when a region and an endpoint are both set, as in SDK 1.x
     * @throws IllegalArgumentException when a setting is refused
     * @throws SdkClientException when no region can be found
     */
    @Override
    public AmazonS3 build() {
        if (getRegion() != null && getEndpoint() != null) {
            throw new IllegalStateException("Only one of Region or EndpointConfiguration may be set.");
        }
        ClientSettings settings = new ClientSettings();
        settings.credentials = getCredentials();
        if (getClientConfiguration() != null) {
            settings.configuration = new ClientConfiguration(getClientConfiguration());
        }
        settings.region = getRegion();
        if (getEndpoint() != null) {
            settings.endpoint = getEndpoint().getServiceEndpoint();
            settings.region = getEndpoint().getSigningRegion();
            if (settings.endpoint == null || settings.endpoint.trim().isEmpty()) {
                throw new IllegalArgumentException("serviceEndpoint of the EndpointConfiguration must not be null or empty");
            }
        }
        settings.pathStyle = pathStyle;
        settings.chunkedEncodingDisabled = chunkedEncodingDisabled;
        settings.accelerate = accelerate;
        settings.payloadSigning = payloadSigning;
        settings.dualStack = dualStack;
        return AmazonS3Client.build(settings, forceGlobalBucketAccess);
    }
}
