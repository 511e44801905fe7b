package io.s3kms.model;

import java.util.Objects;

/** A tag of an object. */
public class Tag {
    private String key;
    private String value;

    /**
     * A tag.
     *
     * @param key its key
     * @param value its value
     */
    public Tag(String key, String value) {
        this.key = key;
        this.value = value;
    }

    /**
     * The key.
     *
     * @return the key
     */
    public String getKey() {
        return key;
    }

    /**
     * The key.
     *
     * @param key the key
     */
    public void setKey(String key) {
        this.key = key;
    }

    /**
     * The value.
     *
     * @return the value
     */
    public String getValue() {
        return value;
    }

    /**
     * The value.
     *
     * @param value the value
     */
    public void setValue(String value) {
        this.value = value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tag && Objects.equals(key, ((Tag) other).key) && Objects.equals(value, ((Tag) other).value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, value);
    }
}
