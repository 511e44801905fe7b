package io.s3kms.internal;

import io.s3kms.AbortedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * One call in flight. Ends once, whatever happens. Either a thread waits for it ({@link #await}), parked in Java, or a future
 * is completed ({@link #future}).
 *
 * @param <T> what it gives
 */
final class Call<T> implements Cancellable {
    private final NativeClient client;
    private final FlatInput input;
    private final Function<Completion, T> decoder;
    private final FutureOf<T> future;
    private volatile Completion completion;
    private volatile Thread waiter;
    /** 0 until native code has accepted the call. */
    private volatile long request;
    private volatile boolean cancelled;

    Call(NativeClient client, FlatInput input, boolean async, Function<Completion, T> decoder) {
        this.client = client;
        this.input = input;
        this.decoder = decoder;
        this.future = async ? new FutureOf<>(this) : null;
    }

    CompletableFuture<T> future() {
        return future;
    }

    long request() {
        return request;
    }

    boolean isDone() {
        return completion != null;
    }

    /** Native code accepted the call under this number. */
    void accepted(long number) {
        request = number;
        if (cancelled) {
            client.cancel(number);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        long number = request;
        if (number != 0) {
            client.cancel(number);
        }
    }

    /** Runs on a thread of native code: must not block and must not throw. */
    void complete(Completion how) {
        completion = how;
        if (future == null) {
            LockSupport.unpark(waiter);
            return;
        }
        // What the application hangs onto its future may block: that must not hold up other requests.
        try {
            ForkJoinPool.commonPool().execute(this::completeFuture);
        } catch (RejectedExecutionException e) {
            completeFuture();
        }
    }

    private void completeFuture() {
        T value;
        try {
            value = decode();
        } catch (Throwable e) {
            future.completeExceptionally(e);
            return;
        }
        if (!future.complete(value) && value instanceof io.s3kms.model.S3Object) {
            // Cancelled meanwhile: nobody will close it.
            ((io.s3kms.model.S3Object) value).getObjectContent().abort();
        }
    }

    /**
     * Waits for the end. When the thread is interrupted, the call is cancelled, its end awaited and the interrupt kept.
     *
     * @return the value
     */
    T await() {
        boolean interrupted = false;
        waiter = Thread.currentThread();
        while (completion == null) {
            LockSupport.park(this);
            if (Thread.interrupted() && !interrupted) {
                interrupted = true;
                cancel();
            }
        }
        if (!interrupted) {
            return decode();
        }
        Thread.currentThread().interrupt();
        try {
            return decode();
        } catch (AbortedException e) {
            throw interrupted();
        }
    }

    static AbortedException interrupted() {
        return new AbortedException("The thread was interrupted, so the request was cancelled", new InterruptedException());
    }

    /** Waits for the end; an interrupt leaves the call to itself, and its end is not awaited. */
    T awaitInterruptibly() throws InterruptedException {
        waiter = Thread.currentThread();
        while (completion == null) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return decode();
    }

    private T decode() {
        Completion how = completion;
        if (how.kind == Completion.ERROR) {
            throw Errors.exception(ErrorFrame.read(how.frame), input);
        }
        return decoder.apply(how);
    }

    /** A future whose cancellation reaches the network. */
    private static final class FutureOf<T> extends CompletableFuture<T> {
        private final Call<T> call;

        FutureOf(Call<T> call) {
            this.call = call;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean done = super.cancel(mayInterruptIfRunning);
            if (done) {
                call.cancel();
            }
            return done;
        }
    }
}
