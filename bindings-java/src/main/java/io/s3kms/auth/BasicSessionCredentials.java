package io.s3kms.auth;

/** A temporary access key that is known. */
public class BasicSessionCredentials implements AWSSessionCredentials {
    private final String accessKey;
    private final String secretKey;
    private final String sessionToken;

    /**
     * A temporary access key.
     *
     * @param awsAccessKey its id
     * @param awsSecretKey its secret
     * @param sessionToken its token
     */
    public BasicSessionCredentials(String awsAccessKey, String awsSecretKey, String sessionToken) {
        this.accessKey = awsAccessKey;
        this.secretKey = awsSecretKey;
        this.sessionToken = sessionToken;
    }

    @Override
    public String getAWSAccessKeyId() {
        return accessKey;
    }

    @Override
    public String getAWSSecretKey() {
        return secretKey;
    }

    @Override
    public String getSessionToken() {
        return sessionToken;
    }
}
