package io.s3kms.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What cannot be reached any more is released, once. */
class ReaperTest {
    @Test
    void an_object_that_was_forgotten_is_released_once() throws Exception {
        AtomicInteger released = new AtomicInteger();
        Object kept = new Object();
        Reaper.watch(kept, () -> released.addAndGet(1000));
        Reaper.watch(new Object(), released::incrementAndGet);
        while (released.get() == 0) {
            System.gc();
            Thread.sleep(1);
            Reaper.poll();
        }
        Reaper.poll();
        assertEquals(1, released.get());
        assertEquals(Object.class, kept.getClass()); // reachable until here
    }
}
