package io.s3kms.auth;

import io.s3kms.SdkClientException;

/** Credentials of the environment: {@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY}, {@code AWS_SESSION_TOKEN}. */
public class EnvironmentVariableCredentialsProvider implements AWSCredentialsProvider {
    /** A provider. */
    public EnvironmentVariableCredentialsProvider() {}

    @Override
    public AWSCredentials getCredentials() {
        String id = first("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY");
        String secret = first("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY");
        if (id == null || secret == null) {
            throw new SdkClientException("Unable to load AWS credentials from environment variables"
                    + " (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)");
        }
        String token = first("AWS_SESSION_TOKEN", "AWS_SESSION_TOKEN");
        return token == null ? new BasicAWSCredentials(id, secret) : new BasicSessionCredentials(id, secret, token);
    }

    private static String first(String name, String otherName) {
        String value = System.getenv(name);
        if (value == null || value.trim().isEmpty()) {
            value = System.getenv(otherName);
        }
        return value == null || value.trim().isEmpty() ? null : value.trim();
    }

    @Override
    public void refresh() {}
}
