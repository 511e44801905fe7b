package io.s3kms.auth;

/** An access key. */
public interface AWSCredentials {
    /**
     * The access key id.
     *
     * @return the id
     */
    String getAWSAccessKeyId();

    /**
     * The secret access key.
     *
     * @return the key; a secret
     */
    String getAWSSecretKey();
}
