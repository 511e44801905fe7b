package bench;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The protocol of the benchmark's clients: {@code benchmarks/README.md} has its words. */
public final class Harness {
    private Harness() {}

    /** Builds the client of the settings. */
    public interface Factory {
        Client make(Settings settings) throws Exception;
    }

    public static void main(String[] args, Factory factory) {
        try {
            Settings settings = new Settings(args);
            Client client = factory.make(settings);
            if ("first-put".equals(settings.workload)) {
                if (client.isAsync()) {
                    client.start().get();
                } else {
                    client.run();
                }
                ready(settings, client);
                System.exit(0);
            }
            ready(settings, client);
            serve(settings, client);
            System.exit(0);
        } catch (Throwable e) {
            fail(e);
        }
    }

    private static void ready(Settings settings, Client client) {
        System.out.println("{\"client\":\"" + settings.client + "\",\"version\":\"" + client.version() + "\"}");
    }

    private static void fail(Throwable e) {
        e.printStackTrace();
        System.exit(1);
    }

    private static void serve(Settings settings, Client client) throws Exception {
        Workers workers = new Workers(settings, client);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int operations = Integer.parseInt(line.substring("run ".length()).trim());
            long allocated = allocated(threads);
            long start = System.nanoTime();
            workers.perform(operations);
            long wall = System.nanoTime() - start;
            long bytes = Math.max(0, allocated(threads) - allocated);
            System.out.println("{\"operations\":" + operations + ",\"wall_ns\":" + wall + ",\"allocated_bytes\":" + bytes + "}");
        }
    }

    /** By all threads that are alive: the threads of clients stay. */
    private static long allocated(ThreadMXBean threads) {
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    /** As many operations in flight as the settings say: by threads that stay, or by starting that many. */
    private static final class Workers {
        private final Settings settings;
        private final Client client;
        private final AtomicInteger left = new AtomicInteger();
        private final List<SynchronousQueue<Boolean>> starts = new ArrayList<>();
        private final Semaphore done = new Semaphore(0);

        Workers(Settings settings, Client client) {
            this.settings = settings;
            this.client = client;
        }

        void perform(int operations) throws Exception {
            left.set(operations);
            if (client.isAsync()) {
                startAll();
                return;
            }
            if (settings.inFlight == 1) {
                work();
                return;
            }
            while (starts.size() < settings.inFlight) {
                SynchronousQueue<Boolean> start = new SynchronousQueue<>();
                starts.add(start);
                Thread thread = new Thread(() -> loop(start), "bench-" + starts.size());
                thread.setDaemon(true);
                thread.start();
            }
            for (SynchronousQueue<Boolean> start : starts) {
                start.put(true);
            }
            done.acquire(settings.inFlight);
        }

        private void startAll() throws Exception {
            Semaphore free = new Semaphore(settings.inFlight);
            while (left.getAndDecrement() > 0) {
                free.acquire();
                client.start().whenComplete((value, error) -> {
                    if (error != null) {
                        fail(error);
                    }
                    free.release();
                });
            }
            free.acquire(settings.inFlight);
        }

        private void work() throws Exception {
            while (left.getAndDecrement() > 0) {
                client.run();
            }
        }

        private void loop(SynchronousQueue<Boolean> start) {
            try {
                while (true) {
                    start.take();
                    work();
                    done.release();
                }
            } catch (Throwable e) {
                fail(e);
            }
        }
    }
}
