package io.s3kms.event;

/** Tells of the progress of an upload. */
public class ProgressEvent {
    private final ProgressEventType type;
    private final long bytes;

    /**
     * An event without bytes.
     *
     * @param eventType what it tells
     */
    public ProgressEvent(ProgressEventType eventType) {
        this(eventType, 0);
    }

    /**
     * An event.
     *
     * @param eventType what it tells
     * @param bytes how many
     */
    public ProgressEvent(ProgressEventType eventType, long bytes) {
        if (eventType == null) {
            throw new IllegalArgumentException("eventType must not be null.");
        }
        this.type = eventType;
        this.bytes = bytes;
    }

    /**
     * What it tells.
     *
     * @return the type
     */
    public ProgressEventType getEventType() {
        return type;
    }

    /**
     * Bytes of the event.
     *
     * @return the number; 0 for events without bytes
     */
    public long getBytes() {
        return bytes;
    }

    /**
     * Bytes that moved.
     *
     * @return the number; 0 for other events. The sum over an upload is the content's length
     */
    public long getBytesTransferred() {
        return type.isByteCountEvent() ? bytes : 0;
    }

    @Override
    public String toString() {
        return type + ", bytes: " + bytes;
    }
}
