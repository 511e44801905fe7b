package io.s3kms.internal;

import java.util.Date;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request in the flat form in which it crosses to native code. */
abstract class FlatInput {
    abstract void write(FrameWriter out);

    /** What the field of that name in the schema is called in Java. */
    abstract String javaName(String field);

    /** Sets the credentials of this request alone. */
    void credentials(String id, String secret, String token) {
        throw new IllegalStateException("this message bears no credentials");
    }

    /**
     * A message of the core in Java's words: names of fields are replaced. A name without an underscore is also an English word
     * and is replaced only where it is the field that the message is about.
     */
    final String inJavaWords(String message, String field) {
        if (message == null) {
            return null;
        }
        Matcher words = Words.WORD.matcher(message);
        StringBuffer out = new StringBuffer();
        while (words.find()) {
            String word = words.group();
            boolean isField = word.indexOf('_') > 0 || word.equals(field);
            words.appendReplacement(out, Matcher.quoteReplacement(isField ? javaName(word) : word));
        }
        return words.appendTail(out).toString();
    }

    /** Loaded with the first error. */
    private static final class Words {
        static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");

        private Words() {}
    }

    static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    static Long millis(Date date) {
        return date == null ? null : (Long) date.getTime();
    }

    static Long number(Number number) {
        return number == null ? null : (Long) number.longValue();
    }

    static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
