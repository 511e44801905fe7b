package io.s3kms.auth;

/** No access key: requests are not signed. Give it to a client by an {@link AWSStaticCredentialsProvider}. */
public class AnonymousAWSCredentials implements AWSCredentials {
    /** No access key. */
    public AnonymousAWSCredentials() {}

    @Override
    public String getAWSAccessKeyId() {
        return null;
    }

    @Override
    public String getAWSSecretKey() {
        return null;
    }
}
