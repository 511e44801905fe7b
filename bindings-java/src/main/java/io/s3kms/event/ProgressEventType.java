package io.s3kms.event;

/** What a {@link ProgressEvent} tells. */
public enum ProgressEventType {
    /** The content has that many bytes. */
    REQUEST_CONTENT_LENGTH_EVENT,
    /** That many more bytes were handed over to be sent. */
    REQUEST_BYTE_TRANSFER_EVENT,
    /** The transfer begins. */
    TRANSFER_STARTED_EVENT,
    /** The object is stored. */
    TRANSFER_COMPLETED_EVENT,
    /** The transfer failed. */
    TRANSFER_FAILED_EVENT,
    /** The transfer was cancelled. */
    TRANSFER_CANCELED_EVENT;

    /**
     * Whether the event tells of bytes that moved.
     *
     * @return true for byte transfer events
     */
    public boolean isByteCountEvent() {
        return this == REQUEST_BYTE_TRANSFER_EVENT;
    }
}
