package io.s3kms.auth;

/** A temporary access key. */
public interface AWSSessionCredentials extends AWSCredentials {
    /**
     * The session token.
     *
     * @return the token; a secret
     */
    String getSessionToken();
}
