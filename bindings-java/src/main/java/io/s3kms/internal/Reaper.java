package io.s3kms.internal;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The safety net for clients and downloads that an application forgot to close: when one cannot be reached any more, its native
 * part is released at a later call. It has no thread, so that a class loader can be unloaded.
 */
final class Reaper {
    private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
    private static final Set<Watch> WATCHES = ConcurrentHashMap.newKeySet();

    private Reaper() {}

    /** Runs {@code release} once {@code object} cannot be reached; {@code release} must not refer to it. */
    static void watch(Object object, Runnable release) {
        WATCHES.add(new Watch(object, release));
    }

    static void poll() {
        for (Reference<?> watch = QUEUE.poll(); watch != null; watch = QUEUE.poll()) {
            if (WATCHES.remove(watch)) {
                ((Watch) watch).release.run();
            }
        }
    }

    private static final class Watch extends PhantomReference<Object> {
        private final Runnable release;

        Watch(Object object, Runnable release) {
            super(object, QUEUE);
            this.release = release;
        }
    }
}
