package io.s3kms.internal;

import io.s3kms.AbortedException;
import java.util.List;
import java.util.function.Function;

/** A client of native code, held by number. All methods may be called from any thread, also after {@link #close}. */
public final class NativeClient {
    private final long number;

    private NativeClient(long number) {
        this.number = number;
    }

    /**
     * Opens a client.
     *
     * @param config its configuration
     * @return the client
     * @throws RuntimeException the exception that users know, when the configuration is refused
     */
    public static NativeClient open(ClientConfigInput config) {
        NativeLoader.load();
        Reaper.poll();
        FrameWriter frame = FrameWriter.take();
        try {
            config.write(frame);
            NativeClient client = new NativeClient(Native.clientNew(frame.bytes(), frame.length()));
            Reaper.watch(client, new CloseClient(client.number));
            return client;
        } catch (NativeException e) {
            throw Errors.exception(e.error(), config);
        } finally {
            frame.giveBack();
        }
    }

    /** Starts an operation. */
    <T> Call<T> submit(int operation, FlatInput input, Content content, boolean async, Function<Completion, T> decoder) {
        Reaper.poll();
        FrameWriter frame = FrameWriter.take();
        Call<T> call = new Call<>(this, input, async, decoder);
        try {
            input.write(frame);
            long tag = Completions.register(call);
            try {
                call.accepted(Native.submit(number, tag, operation, frame.bytes(), frame.length(), content.kind, content.bytes,
                        content.buffer, content.offset, content.length));
            } catch (Throwable e) {
                Completions.forget(tag);
                throw e;
            }
            return call;
        } catch (NativeException e) {
            throw Errors.exception(e.error(), input);
        } finally {
            frame.giveBack();
        }
    }

    /** Runs an operation to its end; the content is no stream. */
    <T> T call(int operation, FlatInput input, Content content, Function<Completion, T> decoder) {
        return CallHere.suits(Thread.currentThread()) ? call(new CallHere(number), operation, input, content, decoder)
                : submit(operation, input, content, false, decoder).await();
    }

    /** Runs an operation to its end on this thread, by a call that others may cancel. */
    <T> T call(CallHere call, int operation, FlatInput input, Content content, Function<Completion, T> decoder) {
        Reaper.poll();
        FrameWriter frame = FrameWriter.take();
        Completion how;
        try {
            input.write(frame);
            how = call.run(operation, frame, content);
        } catch (NativeException e) {
            RuntimeException failure = Errors.exception(e.error(), input);
            throw failure instanceof AbortedException && Thread.currentThread().isInterrupted() ? Call.interrupted() : failure;
        } finally {
            frame.giveBack();
        }
        if (how == null) {
            throw Thread.currentThread().isInterrupted() ? Call.interrupted() : new AbortedException("The request was cancelled");
        }
        return decoder.apply(how);
    }

    CallHere callHere() {
        return new CallHere(number);
    }

    /** Pushes a chunk of a stream and waits until the next may follow; false when the request has ended meanwhile. */
    boolean write(Call<?> request, byte[] chunk, int length) {
        Call<Boolean> call = new Call<>(this, NoInput.INSTANCE, false, how -> true);
        call.accepted(request.request()); // an interrupt while waiting cancels the whole request
        long tag = Completions.register(call);
        try {
            Native.write(number, request.request(), chunk, 0, length, tag);
        } catch (NativeException e) {
            Completions.forget(tag);
            return false; // its own completion says why
        }
        try {
            return call.await();
        } catch (IllegalStateException | AbortedException e) {
            return false;
        }
    }

    /** Says that a stream is complete. */
    void finish(Call<?> request) {
        try {
            Native.finish(number, request.request());
        } catch (NativeException e) {
            return; // it has ended already; its own completion says how
        }
    }

    /** Has the next content of a download read: how many bytes are there to {@link #take}, 0 at its end. */
    int read(long stream, int most) throws InterruptedException {
        if (CallHere.suits(Thread.currentThread())) {
            return readHere(stream, most);
        }
        Call<Integer> call = new Call<>(this, NoInput.INSTANCE, false, how -> (int) how.number);
        long tag = Completions.register(call);
        try {
            Native.read(number, stream, most, tag);
        } catch (NativeException e) {
            Completions.forget(tag);
            throw Errors.exception(e.error(), NoInput.INSTANCE);
        }
        return call.awaitInterruptibly();
    }

    private int readHere(long stream, int most) throws InterruptedException {
        CallHere call = new CallHere(number);
        try {
            int count = call.read(stream, most);
            if (count >= 0) {
                return count;
            }
        } catch (NativeException e) {
            RuntimeException failure = Errors.exception(e.error(), NoInput.INSTANCE);
            if (!(failure instanceof AbortedException && Thread.currentThread().isInterrupted())) {
                throw failure;
            }
        }
        Thread.interrupted(); // said by the exception from here on
        throw new InterruptedException();
    }

    /** Copies what was read to where it is wanted; returns how many bytes, 0 when there are none left. */
    int take(long stream, byte[] to, int offset, int length) {
        return Native.take(number, stream, to, offset, length);
    }

    /** Gives up a download when nobody can reach its reader any more. */
    void watchStream(Object reader, long stream) {
        long client = number;
        Reaper.watch(reader, () -> Native.closeStream(client, stream));
    }

    void closeStream(long stream) {
        Native.closeStream(number, stream);
    }

    void cancel(long request) {
        Native.cancel(number, request);
    }

    /** Signs a URL on this thread. The reader that the decoder gets is good until it returns. */
    <T> T presign(FlatInput input, boolean urlOnly, Function<FrameReader, T> decoder) {
        FrameWriter frame = FrameWriter.take();
        try {
            input.write(frame);
            return decoder.apply(frame.answer(Native.presign(number, frame.bytes(), frame.length(), urlOnly)));
        } catch (NativeException e) {
            throw Errors.exception(e.error(), input);
        } finally {
            frame.giveBack();
        }
    }

    /** Signs a URL for each key; the input's own key is not used. Else as {@link #presign}. */
    <T> T presignBatch(FlatInput input, List<String> keys, Function<FrameReader, T> decoder) {
        FrameWriter frame = FrameWriter.take();
        try {
            input.write(frame);
            int template = frame.length();
            for (String key : keys) {
                frame.sized(key, "keys", input);
            }
            return decoder.apply(frame.answer(Native.presignBatch(number, frame.bytes(), template, frame.length())));
        } catch (NativeException e) {
            throw Errors.exception(e.error(), input);
        } finally {
            frame.giveBack();
        }
    }

    /** Not a lambda: the first of those costs milliseconds, and every application opens a client. */
    private static final class CloseClient implements Runnable {
        private final long number;

        CloseClient(long number) {
            this.number = number;
        }

        @Override
        public void run() {
            Native.close(number);
        }
    }

    /** Cancels what is in flight and returns after the last completion. Closing twice is harmless. */
    public void close() {
        Native.close(number);
    }
}
