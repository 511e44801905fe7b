package io.s3kms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The public surface is what {@code api.txt} lists; {@code -Ds3kms.api.update=true} writes it anew. */
class ApiTest {
    private static final Path LISTING = Path.of("api.txt");

    @Test
    void the_public_surface_is_the_listed_one() throws Exception {
        String actual = listing();
        if (Boolean.getBoolean("s3kms.api.update")) {
            Files.writeString(LISTING, actual);
        }
        assertEquals(Files.readString(LISTING), actual, "a change of the surface is listed with -Ds3kms.api.update=true");
    }

    private static String listing() throws Exception {
        Path root = Path.of(AmazonS3.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> names;
        try (Stream<Path> files = Files.walk(root.resolve("io"))) {
            names = files.map(f -> root.relativize(f).toString()).filter(f -> f.endsWith(".class"))
                    .map(f -> f.substring(0, f.length() - ".class".length()).replace('/', '.'))
                    .filter(n -> !n.startsWith("io.s3kms.internal.")).sorted().toList();
        }
        StringBuilder out = new StringBuilder();
        for (String name : names) {
            Class<?> type = Class.forName(name);
            if (visible(type.getModifiers())) {
                describe(type, out);
            }
        }
        return out.toString();
    }

    private static boolean visible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static void describe(Class<?> type, StringBuilder out) {
        out.append(Modifier.toString(type.getModifiers())).append(type.isInterface() ? " " : " class ").append(type.getName());
        if (type.getGenericSuperclass() != null && type.getSuperclass() != Object.class) {
            out.append(" extends ").append(type.getGenericSuperclass().getTypeName());
        }
        if (type.getInterfaces().length > 0) {
            out.append(" implements ").append(Arrays.stream(type.getGenericInterfaces()).map(Type::getTypeName)
                    .collect(Collectors.joining(", ")));
        }
        out.append('\n');
        List<String> members = new ArrayList<>();
        for (Constructor<?> member : type.getDeclaredConstructors()) {
            add(members, member.getModifiers(), member.isSynthetic(), member.toGenericString());
        }
        for (Method member : type.getDeclaredMethods()) {
            add(members, member.getModifiers(), member.isSynthetic(), member.toGenericString());
        }
        for (Field member : type.getDeclaredFields()) {
            add(members, member.getModifiers(), member.isSynthetic(), member.toGenericString());
        }
        Collections.sort(members);
        members.forEach(member -> out.append("    ").append(member).append('\n'));
    }

    private static void add(List<String> members, int modifiers, boolean synthetic, String text) {
        if (visible(modifiers) && !synthetic) {
            members.add(text);
        }
    }
}
