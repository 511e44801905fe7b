package io.s3kms.model;

import io.s3kms.SdkClientException;

/**
 * The server reports another encryption algorithm or key than was asked for. After a put or copy the object is stored, but not
 * as asked; of a get no content was delivered.
 *
 * <p>It is a client exception, not an {@link AmazonS3Exception}: the server answered with success, and this library refuses to
 * believe it. SDK 1.x has no such check.
 */
public class EncryptionMismatchException extends SdkClientException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception.
     *
     * @param message what was asked for and what the server reports
     */
    public EncryptionMismatchException(String message) {
        super(message, null, false);
    }
}
