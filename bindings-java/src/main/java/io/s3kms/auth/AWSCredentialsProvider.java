package io.s3kms.auth;

/** Gives credentials. It is asked on the thread that makes the call, once for every request. */
public interface AWSCredentialsProvider {
    /**
     * The credentials of this moment.
     *
     * @return the credentials
     */
    AWSCredentials getCredentials();

    /** Forgets what is kept. */
    void refresh();
}
