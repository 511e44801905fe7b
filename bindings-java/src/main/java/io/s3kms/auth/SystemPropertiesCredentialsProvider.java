package io.s3kms.auth;

import io.s3kms.SdkClientException;

/** Credentials of the system properties {@code aws.accessKeyId}, {@code aws.secretKey} and {@code aws.sessionToken}. */
public class SystemPropertiesCredentialsProvider implements AWSCredentialsProvider {
    /** A provider. */
    public SystemPropertiesCredentialsProvider() {}

    @Override
    public AWSCredentials getCredentials() {
        String id = property("aws.accessKeyId");
        String secret = property("aws.secretKey");
        if (id == null || secret == null) {
            throw new SdkClientException(
                    "Unable to load AWS credentials from Java system properties (aws.accessKeyId and aws.secretKey)");
        }
        String token = property("aws.sessionToken");
        return token == null ? new BasicAWSCredentials(id, secret) : new BasicSessionCredentials(id, secret, token);
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        return value == null || value.trim().isEmpty() ? null : value.trim();
    }

    @Override
    public void refresh() {}
}
