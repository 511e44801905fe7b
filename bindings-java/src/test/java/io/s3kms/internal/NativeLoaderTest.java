package io.s3kms.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A library that cannot be loaded is diagnosed, and the property that mends it is named. */
class NativeLoaderTest {
    private static final File SOME_FILE = new File(System.getProperty("java.home"), "release");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "x.so: failed to map segment from shared object | noexec | -Ds3kms.native.tmpdir",
        "x.so: /lib/libc.so.6: version `GLIBC_2.39' not found | glibc is older | -Ds3kms.native.path",
        "Error loading shared library ld-linux-x86-64.so.2: No such file | musl | -Ds3kms.native.path",
        "x.so: wrong ELF class: ELFCLASS32 | no library for this machine | -Ds3kms.native.path",
        "x.so: invalid ELF header | no library for this machine | -Ds3kms.native.path",
        "Native Library x.so already loaded in another classloader | one class loader | s3kms.native.path",
        "something new | fits this machine | -Ds3kms.native.path"}, quoteCharacter = '"')
    void the_loader_says_what_is_the_matter(String message, String reason, String property) {
        String diagnosis = NativeLoader.diagnose(SOME_FILE, message, false);
        assertTrue(diagnosis.contains(reason), diagnosis);
        assertTrue(diagnosis.contains(property), diagnosis);
    }

    @Test
    void a_file_that_is_missing_and_a_system_with_musl_are_known() {
        assertTrue(NativeLoader.diagnose(new File("/nonexistent"), "x", false).contains("no such file"));
        assertTrue(NativeLoader.diagnose(SOME_FILE, "x", true).contains("musl"));
    }

    @Test
    void library_and_classes_must_be_of_one_build() {
        assertNull(NativeLoader.difference(Native.ABI_VERSION, Schema.HASH));
        assertTrue(NativeLoader.difference(Native.ABI_VERSION, 1).contains("not of one build"));
        assertTrue(NativeLoader.difference(99, Schema.HASH).contains("s3kms.native.path"));
    }

    @Test
    void machines_have_one_name_each() {
        assertEquals("x86_64", NativeLoader.architecture("amd64"));
        assertEquals("aarch64", NativeLoader.architecture("arm64"));
        assertEquals("linux", NativeLoader.os("Linux"));
        assertEquals("macos", NativeLoader.os("Mac OS X"));
    }
}
