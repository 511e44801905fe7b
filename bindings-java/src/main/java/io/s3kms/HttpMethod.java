package io.s3kms;

/** HTTP methods. Presigned URLs can be made for GET, PUT, HEAD and DELETE. */
public enum HttpMethod {
    /** Reads. */
    GET,
    /** Not for presigned URLs. */
    POST,
    /** Stores. */
    PUT,
    /** Deletes. */
    DELETE,
    /** Reads the metadata. */
    HEAD,
    /** Not for presigned URLs. */
    PATCH
}
