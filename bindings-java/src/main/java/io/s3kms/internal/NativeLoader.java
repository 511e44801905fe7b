package io.s3kms.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;

/**
 * Loads the native library: the file of the system property {@code s3kms.native.path}, or the one in the JAR, unpacked into
 * {@code s3kms.native.tmpdir} (else {@code java.io.tmpdir}) and deleted once it is loaded. Nothing happens before the first
 * client is made; what goes wrong is told then, and again at each later try.
 */
public final class NativeLoader {
    /** System property: the library to load in place of the one in the JAR. */
    public static final String PATH = "s3kms.native.path";
    /** System property: the folder to unpack into. */
    public static final String TMPDIR = "s3kms.native.tmpdir";

    private static final String NAME = "libs3kms_jni.so";

    private static final int UNPACK_BUFFER = 64 * 1024;

    private static boolean loaded;

    private NativeLoader() {}

    /**
     * Loads the library, once.
     *
     * @throws UnsatisfiedLinkError saying what is missing and what mends it
     */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        String path = System.getProperty(PATH);
        if (path != null && !path.isEmpty()) {
            loadFile(Paths.get(path).toAbsolutePath(), "the file of the system property " + PATH);
        } else {
            loadFromJar();
        }
        checkVersions();
        Native.init(Completions.class, NativeException.class, Completion.class);
        loaded = true;
    }

    /** The library's place in the JAR for this machine: {@code META-INF/native/linux-x86_64/libs3kms_jni.so}. */
    static String resource() {
        return "META-INF/native/" + os(System.getProperty("os.name", "")) + "-" + architecture(System.getProperty("os.arch", ""))
                + "/" + NAME;
    }

    static String os(String name) {
        String text = name.toLowerCase(Locale.ROOT);
        return text.startsWith("mac") ? "macos" : text.startsWith("windows") ? "windows" : text.replace(' ', '_');
    }

    static String architecture(String name) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "amd64":
            case "x86_64":
            case "x64":
                return "x86_64";
            case "arm64":
            case "aarch64":
                return "aarch64";
            default:
                return name.toLowerCase(Locale.ROOT);
        }
    }

    private static void loadFromJar() {
        String resource = resource();
        String folder = System.getProperty(TMPDIR, System.getProperty("java.io.tmpdir"));
        Path unpacked;
        try (InputStream in = NativeLoader.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new UnsatisfiedLinkError("s3kms has no native library for this machine: the JAR holds no " + resource
                        + ". It is made for Linux on x86-64. Build the library for this machine and name it with -D" + PATH);
            }
            unpacked = unpack(in, Paths.get(folder));
        } catch (IOException e) {
            throw withCause("s3kms cannot unpack its native library into " + folder + ": " + e + ". Name a folder that can be"
                    + " written and executed from with -D" + TMPDIR, e);
        }
        try {
            loadFile(unpacked, "the library of the JAR, unpacked into " + folder);
        } finally {
            // The mapping outlives the name.
            unpacked.toFile().delete();
        }
    }

    /**
     * A new file with the stream's content, for the owner alone. Not {@code Files.createTempFile}, whose random names load a hundred
     * classes: nobody can prepare a file of this name, because it must not exist.
     */
    private static Path unpack(InputStream in, Path folder) throws IOException {
        Path file = folder.resolve("s3kms-" + Long.toHexString(System.nanoTime()) + "-" + NAME);
        byte[] buffer = new byte[UNPACK_BUFFER];
        try (SeekableByteChannel out = Files.newByteChannel(file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)))) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                ByteBuffer rest = ByteBuffer.wrap(buffer, 0, n);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw e; // another's
        } catch (IOException e) {
            file.toFile().delete();
            throw e;
        }
        return file;
    }

    private static void loadFile(Path file, String what) {
        try {
            System.load(file.toString());
        } catch (UnsatisfiedLinkError e) {
            throw withCause("s3kms cannot load its native library (" + what + "): " + e.getMessage() + ". "
                    + diagnose(file.toFile(), e.getMessage(), Files.exists(Paths.get("/etc/alpine-release"))), e);
        }
    }

    /** What most likely is the matter, and what mends it. */
    static String diagnose(File file, String message, boolean musl) {
        String text = message == null ? "" : message;
        if (!file.exists()) {
            return "There is no such file: correct or drop the system property " + PATH;
        }
        if (text.contains("already loaded in another classloader")) {
            return "One file can be loaded by one class loader only: drop the system property " + PATH
                    + ", so that each unpacks its own";
        }
        if (text.contains("failed to map segment") || text.contains("Operation not permitted")
                || text.contains("Permission denied")) {
            return "The folder is most likely mounted noexec: name another with -D" + TMPDIR;
        }
        if (text.contains("GLIBC_")) {
            return "This system's glibc is older than the library needs: use a newer system, or build the library on this one and"
                    + " name it with -D" + PATH;
        }
        if (musl || text.contains("musl") || text.contains("ld-linux")) {
            return "The library is made for glibc and this system has musl (Alpine?): use an image with glibc, or build the library"
                    + " for musl and name it with -D" + PATH;
        }
        if (text.contains("wrong ELF class") || text.contains("Exec format") || text.contains("invalid ELF header")
                || text.contains("file too short")) {
            return "The file is no library for this machine (" + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + "): name the right one with -D" + PATH;
        }
        return "Name a library that fits this machine with -D" + PATH;
    }

    private static void checkVersions() {
        String difference;
        try {
            difference = difference(Native.abiVersion(), Native.schemaHash());
        } catch (UnsatisfiedLinkError e) {
            throw withCause("s3kms loaded a native library that is not its own: " + e.getMessage() + ". Correct or drop the system"
                    + " property " + PATH, e);
        }
        if (difference != null) {
            throw new UnsatisfiedLinkError(difference);
        }
    }

    /** How the library and these classes differ, and what mends it; null when they fit. */
    static String difference(int abiVersion, long schemaHash) {
        if (abiVersion == Native.ABI_VERSION && schemaHash == Schema.HASH) {
            return null;
        }
        return "s3kms's JAR and native library are not of one build (interface " + Native.ABI_VERSION + " and " + abiVersion
                + ", schema " + Long.toHexString(Schema.HASH) + " and " + Long.toHexString(schemaHash)
                + "). Use the library in the JAR (drop the system property " + PATH
                + "), and have one version of the JAR on the class path";
    }

    private static UnsatisfiedLinkError withCause(String message, Throwable cause) {
        UnsatisfiedLinkError error = new UnsatisfiedLinkError(message);
        error.initCause(cause);
        return error;
    }
}
