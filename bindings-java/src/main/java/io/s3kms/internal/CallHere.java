package io.s3kms.internal;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * A call that runs in native code on the thread that waits for it, so that no other thread has to be woken. It is a channel
 * because that is whom the JDK tells of an interrupt while the thread is in native code: the channel is closed then, and that
 * cancels the call.
 */
final class CallHere extends AbstractInterruptibleChannel implements Cancellable {
    /** Marks the numbers of requests that are called so: {@code RequestId::of_call}. */
    private static final long OF_CALL = Long.MIN_VALUE;

    private final long client;
    private final long tag = Completions.tag();
    private volatile boolean begun;
    private volatile boolean cancelled;
    private volatile boolean ended;

    CallHere(long client) {
        this.client = client;
    }

    /** Whether this thread may wait in native code: a virtual thread would hold its carrier. */
    static boolean suits(Thread thread) {
        return !"java.lang.VirtualThread".equals(thread.getClass().getName());
    }

    /** Runs an operation; null where it was cancelled before anything was sent. */
    Completion run(int operation, FrameWriter frame, Content content) {
        begin();
        try {
            begun = true;
            return cancelled ? null : Native.call(client, tag, operation, frame.bytes(), frame.length(), content.kind,
                    content.bytes, content.buffer, content.offset, content.length);
        } finally {
            finish();
        }
    }

    /** Has the next content of a download read: how many bytes can be taken, 0 at its end, -1 where it was cancelled before. */
    int read(long stream, int most) {
        begin();
        try {
            begun = true;
            return cancelled ? -1 : Native.callRead(client, stream, most, tag);
        } finally {
            finish();
        }
    }

    private void finish() {
        ended = true;
        try {
            end(true);
        } catch (AsynchronousCloseException e) {
            return; // interrupted: the thread's interrupt status says it, and is left to the caller
        }
    }

    /** From whatever thread. Where the call has not quite reached native code, that is waited for: it takes no longer than a copy. */
    @Override
    public void cancel() {
        cancelled = true;
        while (begun && !ended && !Native.cancel(client, tag | OF_CALL)) {
            Thread.yield();
        }
    }

    boolean isCancelled() {
        return cancelled;
    }

    @Override
    protected void implCloseChannel() {
        cancel();
    }
}
