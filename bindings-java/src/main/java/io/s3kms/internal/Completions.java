package io.s3kms.internal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The calls in flight by tag, and the one method that native code calls when one ends. */
final class Completions {
    private static final ConcurrentHashMap<Long, Call<?>> CALLS = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT = new AtomicLong(1);

    private Completions() {}

    /** A tag that no other call has. */
    static long tag() {
        return NEXT.getAndIncrement();
    }

    static long register(Call<?> call) {
        long tag = tag();
        CALLS.put(tag, call);
        return tag;
    }

    /** For a call that was not accepted: it has no completion. */
    static void forget(long tag) {
        CALLS.remove(tag);
    }

    /** Calls that have not completed, of all clients. */
    static int pending() {
        return CALLS.size();
    }

    /** Called by native code, on a thread of its own. */
    @SuppressWarnings("unused") // by native code
    private static void complete(long tag, int kind, byte[] frame, byte[] content, long number) {
        Call<?> call = CALLS.remove(tag);
        if (call != null) {
            call.complete(new Completion(kind, frame, content, number));
        }
    }
}
