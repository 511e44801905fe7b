package io.s3kms.regions;

/** A region. */
public final class Region {
    private final String name;

    private Region(String name) {
        this.name = name;
    }

    /**
     * A region of the list.
     *
     * @param region the region
     * @return the region
     */
    public static Region getRegion(Regions region) {
        return new Region(region.getName());
    }

    /**
     * A region by name, listed or not.
     *
     * @param regionName such as {@code eu-central-1}
     * @return the region
     */
    public static Region of(String regionName) {
        return new Region(regionName);
    }

    /**
     * The region's name.
     *
     * @return such as {@code eu-central-1}
     */
    public String getName() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Region && ((Region) other).name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
