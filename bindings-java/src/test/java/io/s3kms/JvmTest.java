package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.s3kms.testing.Clients;
import io.s3kms.testing.Scenario;
import io.s3kms.testing.Servers;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behaviour of a whole JVM, or of one class loader of several. */
class JvmTest {
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;
    private static final int FIRST_THAT_WARNS = 24;

    @TempDir
    Path folder;

    private record Ended(int status, String out, String err) {}

    private static Path classes(Class<?> of) throws Exception {
        return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static String[] arguments(String scenario, JsonObject server, String key) {
        return new String[] {scenario, server.get("endpoint").getAsString(), server.get("bucket").getAsString(), key,
            server.get("accessKeyId").getAsString(), server.get("secretAccessKey").getAsString()};
    }

    private Ended run(List<String> options, boolean modular, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        String library = classes(AmazonS3.class).toString();
        String tests = classes(Scenario.class).toString();
        command.addAll(modular ? List.of("-p", library, "--add-modules", "io.s3kms", "-cp", tests)
                : List.of("-cp", library + ":" + tests));
        command.add(Scenario.class.getName());
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("JAVA_TOOL"));
        // Nothing of the user's and nothing of the network's: the chain ends at once.
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        int status = builder.start().waitFor();
        return new Ended(status, Files.readString(out), Files.readString(err));
    }

    private static List<String> nativeAccess(String to) {
        return Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS ? List.of("--enable-native-access=" + to) : List.of();
    }

    @Test
    void a_jvm_ends_without_close_and_with_requests_in_flight() throws Exception {
        String key = Clients.key("exit");
        Servers.fault(key + "-stuck", "PUT", "{\"delayMs\":600000}");
        Ended ended = run(nativeAccess("ALL-UNNAMED"), false, arguments("leave-without-close", Servers.strict(), key));
        assertEquals(new Ended(0, "left\n", ""), ended);
    }

    @Test
    void blocking_calls_attach_no_thread_that_a_jvm_would_wait_for_at_its_end() throws Exception {
        // 300 ms, for threads in native code (HotSpot's VM_Exit::wait_for_threads_in_native_to_block).
        Ended ended = run(nativeAccess("ALL-UNNAMED"), false, arguments("count-threads", Servers.strict(), Clients.key("threads")));
        assertEquals(new Ended(0, "threads 0 true\n", ""), ended);
    }

    @Test
    void the_checks_of_the_jni_find_nothing() throws Exception {
        List<String> options = new ArrayList<>(nativeAccess("ALL-UNNAMED"));
        options.add("-Xcheck:jni");
        for (String scenario : List.of("put-and-close", "leave-without-close")) {
            Ended ended = run(options, false, arguments(scenario, Servers.strict(), Clients.key("check")));
            assertEquals(0, ended.status, ended.err);
            assertFalse((ended.out + ended.err).contains("WARNING"), ended.out + ended.err);
            assertFalse((ended.out + ended.err).contains("FATAL"), ended.out + ended.err);
        }
    }

    @Test
    void the_documented_flags_silence_every_warning_about_native_access() throws Exception {
        String[] arguments = arguments("put-and-close", Servers.strict(), Clients.key("module"));
        assertEquals(new Ended(0, "stored\n", ""), run(nativeAccess("io.s3kms"), true, arguments));
        assertEquals(new Ended(0, "stored\n", ""), run(nativeAccess("ALL-UNNAMED"), false, arguments));
        if (Runtime.version().feature() >= FIRST_THAT_WARNS) {
            assertTrue(run(List.of(), false, arguments).err.contains("enable-native-access"), "the test would see a warning");
        }
    }

    @Test
    void system_properties_give_credentials_region_trust_and_proxy() throws Exception {
        JsonObject server = Servers.tls();
        String announced = server.get("caPem").getAsString();
        String pem = announced.startsWith("-----") ? announced : Files.readString(Path.of(announced));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        Path file = folder.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        List<String> options = new ArrayList<>(nativeAccess("ALL-UNNAMED"));
        options.addAll(List.of("-Daws.accessKeyId=" + server.get("accessKeyId").getAsString(),
                "-Daws.secretKey=" + server.get("secretAccessKey").getAsString(), "-Daws.region=us-east-1",
                "-Djavax.net.ssl.trustStore=" + file, "-Djavax.net.ssl.trustStorePassword=changeit",
                "-Djavax.net.ssl.trustStoreType=PKCS12"));
        String[] arguments = arguments("default-chain", server, Clients.key("properties"));
        assertEquals(new Ended(0, "stored us-east-1\n", ""), run(options, false, arguments));
        // Each of them is needed: the same without it fails.
        for (String option : options) {
            if (option.matches("-Daws.(accessKeyId|secretKey)=.*|.*trustStore=.*")) {
                List<String> fewer = new ArrayList<>(options);
                fewer.remove(option);
                Ended ended = run(fewer, false, arguments);
                assertTrue(ended.out.startsWith("failed "), option + ": " + ended);
            }
        }
        // A proxy that is not there is tried.
        options.addAll(List.of("-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=1", "-Dhttp.nonProxyHosts=nothing"));
        assertTrue(run(options, false, arguments).out.startsWith("failed "));
    }

    @Test
    void a_library_that_cannot_be_loaded_is_told_when_the_first_client_is_built() throws Exception {
        String[] arguments = arguments("unlinked", Servers.strict(), "k");
        List<String> access = nativeAccess("ALL-UNNAMED");
        Path garbage = Files.writeString(folder.resolve("garbage.so"), "no library");
        record Case(String option, String says) {}
        for (Case c : List.of(new Case("-Ds3kms.native.path=/nonexistent/x.so", "no such file"),
                new Case("-Ds3kms.native.path=" + garbage, "no library for this machine"),
                new Case("-Ds3kms.native.path=" + System.getProperty("java.home") + "/lib/libzip.so", "not its own"),
                new Case("-Ds3kms.native.tmpdir=/nonexistent", "-Ds3kms.native.tmpdir"),
                new Case("-Dos.arch=s390x", "META-INF/native/linux-s390x/"))) {
            List<String> options = new ArrayList<>(access);
            options.add(c.option);
            Ended ended = run(options, false, arguments);
            assertEquals(0, ended.status, ended.err);
            assertTrue(ended.out.startsWith("unlinked ") && ended.out.contains(c.says), c.option + ": " + ended.out);
        }
    }

    @Test
    void the_unpacked_library_is_deleted_once_it_is_loaded() throws Exception {
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        List<String> options = new ArrayList<>(nativeAccess("ALL-UNNAMED"));
        options.add("-Ds3kms.native.tmpdir=" + unpacked);
        run(options, false, arguments("put-and-close", Servers.strict(), Clients.key("unpacked")));
        try (var left = Files.list(unpacked)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void several_class_loaders_have_a_library_each() throws Exception {
        URL[] urls = {classes(AmazonS3.class).toUri().toURL(), classes(Scenario.class).toUri().toURL()};
        for (int i = 0; i < 2; i++) {
            try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
                Class<?> scenario = loader.loadClass(Scenario.class.getName());
                assertNotSame(Scenario.class, scenario);
                scenario.getMethod("main", String[].class).invoke(null,
                        (Object) arguments("put-and-close", Servers.strict(), Clients.key("loader")));
            }
        }
    }
}
