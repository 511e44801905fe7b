package io.s3kms.internal;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Media types by the ending of a file's name, for puts of a file that name none. */
final class Mimetypes {
    private static final Map<String, String> TYPES = new HashMap<>();

    static {
        String[] table = {"avi", "video/x-msvideo", "avif", "image/avif", "bmp", "image/bmp", "bz2", "application/x-bzip2", "css",
            "text/css", "csv", "text/csv", "doc", "application/msword", "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "gif", "image/gif", "gz", "application/gzip",
            "htm", "text/html", "html", "text/html", "ico", "image/x-icon", "jar", "application/java-archive", "jpeg", "image/jpeg",
            "jpg", "image/jpeg", "js", "application/javascript", "json", "application/json", "md", "text/markdown", "mov",
            "video/quicktime", "mp3", "audio/mpeg", "mp4", "video/mp4", "mpeg", "video/mpeg", "mpg", "video/mpeg", "ogg",
            "audio/ogg", "pdf", "application/pdf", "png", "image/png", "ppt", "application/vnd.ms-powerpoint", "pptx",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation", "ps", "application/postscript", "rtf",
            "application/rtf", "svg", "image/svg+xml", "tar", "application/x-tar", "tif", "image/tiff", "tiff", "image/tiff",
            "txt", "text/plain", "wav", "audio/x-wav", "webm", "video/webm", "webp", "image/webp", "woff", "font/woff", "woff2",
            "font/woff2", "xls", "application/vnd.ms-excel", "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xml", "application/xml", "zip",
            "application/zip"};
        for (int i = 0; i < table.length; i += 2) {
            TYPES.put(table[i], table[i + 1]);
        }
    }

    private Mimetypes() {}

    /** The media type of a file's name; null where its ending says none. */
    static String ofName(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? null : TYPES.get(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
}
