package io.s3kms.internal;

/** A call in flight, for those who would give it up. */
interface Cancellable {
    void cancel();
}
