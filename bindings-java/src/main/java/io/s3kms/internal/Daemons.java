package io.s3kms.internal;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that read an application's streams for asynchronous puts. They do not keep the JVM from ending. */
final class Daemons {
    private static final int IDLE_SECONDS = 10;
    private static final AtomicInteger NEXT = new AtomicInteger(1);
    private static final ExecutorService POOL = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
            new SynchronousQueue<>(), Daemons::thread);

    private Daemons() {}

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "s3kms-upload-" + NEXT.getAndIncrement());
        thread.setDaemon(true);
        return thread;
    }

    static void execute(Runnable task) {
        POOL.execute(task);
    }
}
