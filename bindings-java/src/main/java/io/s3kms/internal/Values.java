package io.s3kms.internal;

import io.s3kms.model.ObjectMetadata;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Date;

/** Conversions between Java's values and those of the schema. Null stays null. */
public final class Values {
    private Values() {}

    /**
     * A value as text.
     *
     * @param value the value
     * @return its text
     */
    public static String text(Object value) {
        return value == null ? null : value.toString();
    }

    /**
     * A value as flag.
     *
     * @param value a Boolean, or the text of one
     * @return the flag
     */
    public static Boolean bool(Object value) {
        return value == null ? null : value instanceof Boolean ? (Boolean) value : (Boolean) Boolean.parseBoolean(value.toString());
    }

    /**
     * A value as time.
     *
     * @param value a Date, or the text of an HTTP or ISO date
     * @param field what to name in an error
     * @return milliseconds since 1970 UTC
     */
    static Long millis(Object value, String field) {
        if (value == null) {
            return null;
        }
        if (value instanceof Date) {
            return ((Date) value).getTime();
        }
        // The day of the week says nothing that the date does not, and some servers get it wrong.
        String text = value.toString().trim().replaceFirst("^[A-Za-z]{3}, *", "");
        try {
            return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant().toEpochMilli();
        } catch (DateTimeException e) {
            return isoMillis(text, field);
        }
    }

    private static Long isoMillis(String text, String field) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(field + " is no HTTP date (Tue, 15 Nov 1994 08:12:31 GMT): " + text, e);
        }
    }

    /** The HTTP date of a text; null where it is none. */
    static Date dateOrNull(String text) {
        try {
            return text == null ? null : new Date(millis(text, "date"));
        } catch (IllegalArgumentException e) {
            return null; // servers send such things as "0"
        }
    }

    static Date date(Long millis) {
        return millis == null ? null : new Date(millis);
    }

    /** An ETag without its quotation marks, as SDK 1.x gives it. */
    static String unquoted(String eTag) {
        if (eTag == null) {
            return null;
        }
        int start = eTag.startsWith("W/\"") ? 3 : eTag.startsWith("\"") ? 1 : 0;
        int end = eTag.endsWith("\"") && eTag.length() > start ? eTag.length() - 1 : eTag.length();
        return eTag.substring(start, end);
    }

    static void put(ObjectMetadata metadata, String header, Object value) {
        if (value != null) {
            metadata.setHeader(header, value);
        }
    }
}
