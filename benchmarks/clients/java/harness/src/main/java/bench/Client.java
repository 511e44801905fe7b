package bench;

import java.util.concurrent.CompletableFuture;

/** One way to do the benchmark's operations. Each throws, or fails its future, when it fails. */
public interface Client {
    /** The library's version. */
    String version();

    /** A blocking client: does the workload's operation once. */
    default void run() throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Whether {@link #start} is to be called, and not {@link #run} by threads. */
    default boolean isAsync() {
        return false;
    }

    /** A client that does not block: starts the workload's operation once. */
    default CompletableFuture<?> start() {
        throw new UnsupportedOperationException();
    }
}
