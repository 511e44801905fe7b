package io.s3kms.internal;

/** Carries an error's frame out of native code. Never reaches an application. */
final class NativeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient byte[] frame;

    /** Called by native code. */
    NativeException(byte[] frame) {
        super(null, null, false, false);
        this.frame = frame;
    }

    ErrorFrame error() {
        return ErrorFrame.read(frame);
    }
}
