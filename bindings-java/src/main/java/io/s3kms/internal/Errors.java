package io.s3kms.internal;

import io.s3kms.AbortedException;
import io.s3kms.AmazonServiceException.ErrorType;
import io.s3kms.SdkClientException;
import io.s3kms.model.AmazonS3Exception;
import io.s3kms.model.EncryptionMismatchException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;

/** Turns errors of native code into the exceptions that users of SDK 1.x know. */
final class Errors {
    private static final int SERVER_ERROR = 500;

    private Errors() {}

    /** The exception of an error; {@code input} knows what the fields are called in Java. */
    static RuntimeException exception(ErrorFrame error, FlatInput input) {
        String message = withHint(error, input);
        switch (error.kind) {
            case Schema.INVALID_ARGUMENT:
                return new IllegalArgumentException(message);
            case Schema.SERVICE:
                return service(error, input);
            case Schema.ENCRYPTION_MISMATCH:
                return new EncryptionMismatchException(message);
            case Schema.CONNECTION:
                return transport(error, message, new ConnectException(message));
            case Schema.TIMEOUT:
                return transport(error, message, new SocketTimeoutException(message));
            case Schema.CANCELLED:
                return new AbortedException(message);
            case Schema.CLOSED:
                return new IllegalStateException(message);
            case Schema.CREDENTIALS:
                return new SdkClientException("Unable to load AWS credentials: " + message, null, error.retryable);
            case Schema.FILE:
                return new SdkClientException(message, new FileNotFoundException(message), error.retryable);
            case Schema.BODY:
                return new SdkClientException(message, new IOException(message), error.retryable);
            default:
                return new SdkClientException(message, null, error.retryable);
        }
    }

    private static SdkClientException transport(ErrorFrame error, String message, IOException cause) {
        return new SdkClientException("Unable to execute HTTP request: " + message, cause, error.retryable);
    }

    private static AmazonS3Exception service(ErrorFrame error, FlatInput input) {
        AmazonS3Exception exception = new AmazonS3Exception(error.message);
        exception.setStatusCode(error.httpStatus);
        exception.setErrorCode(error.code);
        exception.setRequestId(error.requestId);
        exception.setExtendedRequestId(error.extendedRequestId);
        exception.setErrorType(error.httpStatus >= SERVER_ERROR ? ErrorType.Service : ErrorType.Client);
        exception.setHint(input.inJavaWords(error.hint, error.field));
        exception.setRetryable(error.retryable);
        return exception;
    }

    private static String withHint(ErrorFrame error, FlatInput input) {
        String message = input.inJavaWords(error.message, error.field);
        return error.hint == null ? message : message + ". " + input.inJavaWords(error.hint, error.field);
    }
}
