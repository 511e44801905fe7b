package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The version has one definition: the root Cargo.toml. */
class VersionTest {
    @Test
    void the_pom_s_default_is_the_workspace_s_version() throws Exception {
        String workspace = found("(?s)\\[workspace.package\\].*?\\nversion = \"([^\"]+)\"", Path.of("../Cargo.toml"));
        assertEquals(workspace, found("<revision>([^<]+)</revision>", Path.of("pom.xml")));
        assertEquals(workspace, System.getProperty("s3kms.test.revision"));
    }

    @Test
    void the_classes_are_for_java_8() throws Exception {
        try (var in = AmazonS3.class.getResourceAsStream("AmazonS3.class")) {
            byte[] start = in.readNBytes(8);
            assertEquals(52, start[7]);
        }
    }

    private static String found(String pattern, Path file) throws Exception {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
        assertTrue(matcher.find(), file.toString());
        return matcher.group(1);
    }
}
