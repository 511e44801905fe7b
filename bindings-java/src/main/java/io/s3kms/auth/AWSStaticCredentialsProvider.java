package io.s3kms.auth;

/** Gives the same credentials always. */
public class AWSStaticCredentialsProvider implements AWSCredentialsProvider {
    private final AWSCredentials credentials;

    /**
     * A provider of these credentials.
     *
     * @param credentials the credentials
     * @throws IllegalArgumentException when they are null
     */
    public AWSStaticCredentialsProvider(AWSCredentials credentials) {
        if (credentials == null) {
            throw new IllegalArgumentException("credentials cannot be null");
        }
        this.credentials = credentials;
    }

    @Override
    public AWSCredentials getCredentials() {
        return credentials;
    }

    @Override
    public void refresh() {}
}
