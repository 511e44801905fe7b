package io.s3kms.client.builder;

import io.s3kms.ClientConfiguration;
import io.s3kms.auth.AWSCredentialsProvider;
import io.s3kms.regions.Regions;

/**
 * What builders of clients have in common.
 *
 * @param <B> the builder's class
 * @param <C> what it builds
 */
public abstract class AwsClientBuilder<B extends AwsClientBuilder<B, C>, C> {
    private AWSCredentialsProvider credentials;
    private ClientConfiguration clientConfiguration;
    private String region;
    private EndpointConfiguration endpoint;

    /** A builder that knows nothing yet. */
    protected AwsClientBuilder() {}

    /** A server that is not AWS, or an endpoint of one's own choice. */
    public static final class EndpointConfiguration {
        private final String serviceEndpoint;
        private final String signingRegion;

        /**
         * An endpoint.
         *
         * @param serviceEndpoint its URL, {@code http://127.0.0.1:9000}; without a scheme the configuration's protocol is used
         * @param signingRegion region to sign for; null: the endpoint's, else {@code us-east-1}
         */
        public EndpointConfiguration(String serviceEndpoint, String signingRegion) {
            this.serviceEndpoint = serviceEndpoint;
            this.signingRegion = signingRegion;
        }

        /**
         * The endpoint.
         *
         * @return its URL
         */
        public String getServiceEndpoint() {
            return serviceEndpoint;
        }

        /**
         * The region to sign for.
         *
         * @return the region, or null
         */
        public String getSigningRegion() {
            return signingRegion;
        }
    }

    /**
     * Who gives the credentials.
     *
     * @return the provider, or null
     */
    public final AWSCredentialsProvider getCredentials() {
        return credentials;
    }

    /**
     * Who gives the credentials.
     *
     * @param credentialsProvider the provider; null: the default chain
     */
    public final void setCredentials(AWSCredentialsProvider credentialsProvider) {
        this.credentials = credentialsProvider;
    }

    /**
     * Who gives the credentials.
     *
     * @param credentialsProvider the provider; null: the default chain
     * @return this
     */
    public final B withCredentials(AWSCredentialsProvider credentialsProvider) {
        setCredentials(credentialsProvider);
        return self();
    }

    /**
     * How the client reaches the server.
     *
     * @return the configuration, or null
     */
    public final ClientConfiguration getClientConfiguration() {
        return clientConfiguration;
    }

    /**
     * How the client reaches the server.
     *
     * @param config the configuration; null: the default
     */
    public final void setClientConfiguration(ClientConfiguration config) {
        this.clientConfiguration = config;
    }

    /**
     * How the client reaches the server.
     *
     * @param config the configuration; null: the default
     * @return this
     */
    public final B withClientConfiguration(ClientConfiguration config) {
        setClientConfiguration(config);
        return self();
    }

    /**
     * The region.
     *
     * @return its name, or null
     */
    public final String getRegion() {
        return region;
    }

    /**
     * The region.
     *
     * @param region its name; null: system property, environment, profile
     */
    public final void setRegion(String region) {
        this.region = region;
    }

    /**
     * The region.
     *
     * @param region its name; null: system property, environment, profile
     * @return this
     */
    public final B withRegion(String region) {
        setRegion(region);
        return self();
    }

    /**
     * The region.
     *
     * @param region the region
     * @return this
     */
    public final B withRegion(Regions region) {
        return withRegion(region == null ? null : region.getName());
    }

    /**
     * The endpoint.
     *
     * @return the endpoint, or null
     */
    public final EndpointConfiguration getEndpoint() {
        return endpoint;
    }

    /**
     * The endpoint.
     *
     * @param endpointConfiguration the endpoint; null: that of the region
     */
    public final void setEndpointConfiguration(EndpointConfiguration endpointConfiguration) {
        this.endpoint = endpointConfiguration;
    }

    /**
     * The endpoint. Not together with a region.
     *
     * @param endpointConfiguration the endpoint; null: that of the region
     * @return this
     */
    public final B withEndpointConfiguration(EndpointConfiguration endpointConfiguration) {
        setEndpointConfiguration(endpointConfiguration);
        return self();
    }

    /**
     * Builds the client.
     *
     * @return the client
     */
    public abstract C build();

    /**
     * This builder.
     *
     * @return this
     */
    protected abstract B self();
}
