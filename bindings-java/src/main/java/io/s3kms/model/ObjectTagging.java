package io.s3kms.model;

import java.util.List;

/** Tags of an object. */
public class ObjectTagging {
    private List<Tag> tagSet;

    /**
     * Tags.
     *
     * @param tagSet the tags
     */
    public ObjectTagging(List<Tag> tagSet) {
        this.tagSet = tagSet;
    }

    /**
     * The tags.
     *
     * @return the tags
     */
    public List<Tag> getTagSet() {
        return tagSet;
    }

    /**
     * The tags.
     *
     * @param tagSet the tags
     */
    public void setTagSet(List<Tag> tagSet) {
        this.tagSet = tagSet;
    }

    /**
     * The tags.
     *
     * @param tagSet the tags
     * @return this
     */
    public ObjectTagging withTagSet(List<Tag> tagSet) {
        setTagSet(tagSet);
        return this;
    }
}
