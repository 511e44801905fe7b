package io.s3kms.regions;

/** Regions by name. A region that is not listed can be given to a builder as text. */
public enum Regions {
    /** AWS GovCloud (US). */
    GovCloud("us-gov-west-1", "AWS GovCloud (US)"),
    /** AWS GovCloud (US-East). */
    US_GOV_EAST_1("us-gov-east-1", "AWS GovCloud (US-East)"),
    /** US East (N. Virginia). */
    US_EAST_1("us-east-1", "US East (N. Virginia)"),
    /** US East (Ohio). */
    US_EAST_2("us-east-2", "US East (Ohio)"),
    /** US West (N. California). */
    US_WEST_1("us-west-1", "US West (N. California)"),
    /** US West (Oregon). */
    US_WEST_2("us-west-2", "US West (Oregon)"),
    /** EU (Ireland). */
    EU_WEST_1("eu-west-1", "EU (Ireland)"),
    /** EU (London). */
    EU_WEST_2("eu-west-2", "EU (London)"),
    /** EU (Paris). */
    EU_WEST_3("eu-west-3", "EU (Paris)"),
    /** EU (Frankfurt). */
    EU_CENTRAL_1("eu-central-1", "EU (Frankfurt)"),
    /** EU (Zurich). */
    EU_CENTRAL_2("eu-central-2", "EU (Zurich)"),
    /** EU (Stockholm). */
    EU_NORTH_1("eu-north-1", "EU (Stockholm)"),
    /** EU (Milan). */
    EU_SOUTH_1("eu-south-1", "EU (Milan)"),
    /** EU (Spain). */
    EU_SOUTH_2("eu-south-2", "EU (Spain)"),
    /** Asia Pacific (Hong Kong). */
    AP_EAST_1("ap-east-1", "Asia Pacific (Hong Kong)"),
    /** Asia Pacific (Mumbai). */
    AP_SOUTH_1("ap-south-1", "Asia Pacific (Mumbai)"),
    /** Asia Pacific (Hyderabad). */
    AP_SOUTH_2("ap-south-2", "Asia Pacific (Hyderabad)"),
    /** Asia Pacific (Singapore). */
    AP_SOUTHEAST_1("ap-southeast-1", "Asia Pacific (Singapore)"),
    /** Asia Pacific (Sydney). */
    AP_SOUTHEAST_2("ap-southeast-2", "Asia Pacific (Sydney)"),
    /** Asia Pacific (Jakarta). */
    AP_SOUTHEAST_3("ap-southeast-3", "Asia Pacific (Jakarta)"),
    /** Asia Pacific (Melbourne). */
    AP_SOUTHEAST_4("ap-southeast-4", "Asia Pacific (Melbourne)"),
    /** Asia Pacific (Tokyo). */
    AP_NORTHEAST_1("ap-northeast-1", "Asia Pacific (Tokyo)"),
    /** Asia Pacific (Seoul). */
    AP_NORTHEAST_2("ap-northeast-2", "Asia Pacific (Seoul)"),
    /** Asia Pacific (Osaka). */
    AP_NORTHEAST_3("ap-northeast-3", "Asia Pacific (Osaka)"),
    /** South America (Sao Paulo). */
    SA_EAST_1("sa-east-1", "South America (Sao Paulo)"),
    /** China (Beijing). */
    CN_NORTH_1("cn-north-1", "China (Beijing)"),
    /** China (Ningxia). */
    CN_NORTHWEST_1("cn-northwest-1", "China (Ningxia)"),
    /** Canada (Central). */
    CA_CENTRAL_1("ca-central-1", "Canada (Central)"),
    /** Canada West (Calgary). */
    CA_WEST_1("ca-west-1", "Canada West (Calgary)"),
    /** Middle East (UAE). */
    ME_CENTRAL_1("me-central-1", "Middle East (UAE)"),
    /** Middle East (Bahrain). */
    ME_SOUTH_1("me-south-1", "Middle East (Bahrain)"),
    /** Africa (Cape Town). */
    AF_SOUTH_1("af-south-1", "Africa (Cape Town)"),
    /** Israel (Tel Aviv). */
    IL_CENTRAL_1("il-central-1", "Israel (Tel Aviv)");

    /** The region that some tools take where none is named; clients here never do. */
    public static final Regions DEFAULT_REGION = US_WEST_2;

    private final String name;
    private final String description;

    Regions(String name, String description) {
        this.name = name;
        this.description = description;
    }

    /**
     * The region's name.
     *
     * @return such as {@code eu-central-1}
     */
    public String getName() {
        return name;
    }

    /**
     * Where the region is.
     *
     * @return such as {@code EU (Frankfurt)}
     */
    public String getDescription() {
        return description;
    }

    /**
     * The region of a name.
     *
     * @param regionName such as {@code eu-central-1}
     * @return the region
     * @throws IllegalArgumentException when it is not listed here
     */
    public static Regions fromName(String regionName) {
        for (Regions region : values()) {
            if (region.name.equals(regionName)) {
                return region;
            }
        }
        throw new IllegalArgumentException("Cannot create enum from " + regionName
                + " value! Give the region to the builder as text: withRegion(\"" + regionName + "\")");
    }
}
