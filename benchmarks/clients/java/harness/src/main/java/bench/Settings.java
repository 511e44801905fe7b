package bench;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a client is to do, and what all of them have in common. */
public final class Settings {
    public static final String BUCKET = "bench";
    public static final String REGION = "us-east-1";
    public static final String KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    private static final int KILO = 1024;
    private static final int EIGHT_MEGA = 8 << 20;
    private static final int FACTOR = 31;
    private static final int MODULUS = 251;
    private static final int BUFFER = 64 << 10;
    /** Not a thread's own: the common pool, on which futures complete, clears those, and a new buffer would be counted each time. */
    private static final Queue<byte[]> BUFFERS = new ConcurrentLinkedQueue<>();

    public final String client;
    public final String workload;
    public final String endpoint;
    /** PEM file, or null. */
    public final String ca;
    public final int inFlight;
    public final String accessKey = System.getenv("AWS_ACCESS_KEY_ID");
    public final String secretKey = System.getenv("AWS_SECRET_ACCESS_KEY");
    /** {@code 1k} or {@code 8m}. */
    public final String key;
    /** What a put stores; null for others. */
    public final byte[] body;
    /** The file to put; null: from memory. */
    public final Path file;

    Settings(String[] args) {
        client = args[0];
        workload = args[1];
        endpoint = args[2];
        ca = "-".equals(args[3]) ? null : args[3];
        inFlight = Integer.parseInt(args[4]);
        key = workload.contains("8m") ? "8m" : "1k";
        file = "put-8m-file".equals(workload) ? Path.of(System.getenv("S3KMS_BENCH_FILE")) : null;
        body = isPut() && file == null ? content(size()) : null;
    }

    /** Bytes of the object. */
    public int size() {
        return "8m".equals(key) ? EIGHT_MEGA : KILO;
    }

    public boolean isPut() {
        return workload.startsWith("put-") || "first-put".equals(workload);
    }

    public boolean isPresign() {
        return workload.startsWith("presign-");
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (i * FACTOR % MODULUS);
        }
        return content;
    }

    /** Reads a stream to its end into a buffer that stays, and holds its length against the object's. */
    public void drain(InputStream in) throws Exception {
        byte[] buffer = BUFFERS.poll();
        if (buffer == null) {
            buffer = new byte[BUFFER];
        }
        int total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            total += n;
        }
        BUFFERS.add(buffer);
        expect(total);
    }

    /** Fails unless the whole object was read. */
    public void expect(long read) {
        if (read != size()) {
            throw new IllegalStateException("read " + read + " bytes of " + size());
        }
    }

    /** Clients on Java's own TLS take the certificates to trust from system properties. */
    public void trustByProperties() throws Exception {
        if (ca == null) {
            return;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(Path.of(ca))) {
            int n = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + n++, certificate);
            }
        }
        Path file = Files.createTempFile("bench-", ".p12");
        file.toFile().deleteOnExit();
        try (var out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", file.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
    }
}
