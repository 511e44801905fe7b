using System.Collections.Concurrent;

namespace S3Kms;

/// <summary>A region of AWS. Regions that are not listed are had with <see cref="GetBySystemName"/>.</summary>
public sealed class RegionEndpoint
{
    private static readonly ConcurrentDictionary<string, RegionEndpoint> Known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Africa (Cape Town): <c>af-south-1</c>.</summary>
    public static readonly RegionEndpoint AFSouth1 = Add("af-south-1", "Africa (Cape Town)");

    /// <summary>Asia Pacific (Hong Kong): <c>ap-east-1</c>.</summary>
    public static readonly RegionEndpoint APEast1 = Add("ap-east-1", "Asia Pacific (Hong Kong)");

    /// <summary>Asia Pacific (Taipei): <c>ap-east-2</c>.</summary>
    public static readonly RegionEndpoint APEast2 = Add("ap-east-2", "Asia Pacific (Taipei)");

    /// <summary>Asia Pacific (Tokyo): <c>ap-northeast-1</c>.</summary>
    public static readonly RegionEndpoint APNortheast1 = Add("ap-northeast-1", "Asia Pacific (Tokyo)");

    /// <summary>Asia Pacific (Seoul): <c>ap-northeast-2</c>.</summary>
    public static readonly RegionEndpoint APNortheast2 = Add("ap-northeast-2", "Asia Pacific (Seoul)");

    /// <summary>Asia Pacific (Osaka): <c>ap-northeast-3</c>.</summary>
    public static readonly RegionEndpoint APNortheast3 = Add("ap-northeast-3", "Asia Pacific (Osaka)");

    /// <summary>Asia Pacific (Mumbai): <c>ap-south-1</c>.</summary>
    public static readonly RegionEndpoint APSouth1 = Add("ap-south-1", "Asia Pacific (Mumbai)");

    /// <summary>Asia Pacific (Hyderabad): <c>ap-south-2</c>.</summary>
    public static readonly RegionEndpoint APSouth2 = Add("ap-south-2", "Asia Pacific (Hyderabad)");

    /// <summary>Asia Pacific (Singapore): <c>ap-southeast-1</c>.</summary>
    public static readonly RegionEndpoint APSoutheast1 = Add("ap-southeast-1", "Asia Pacific (Singapore)");

    /// <summary>Asia Pacific (Sydney): <c>ap-southeast-2</c>.</summary>
    public static readonly RegionEndpoint APSoutheast2 = Add("ap-southeast-2", "Asia Pacific (Sydney)");

    /// <summary>Asia Pacific (Jakarta): <c>ap-southeast-3</c>.</summary>
    public static readonly RegionEndpoint APSoutheast3 = Add("ap-southeast-3", "Asia Pacific (Jakarta)");

    /// <summary>Asia Pacific (Melbourne): <c>ap-southeast-4</c>.</summary>
    public static readonly RegionEndpoint APSoutheast4 = Add("ap-southeast-4", "Asia Pacific (Melbourne)");

    /// <summary>Asia Pacific (Malaysia): <c>ap-southeast-5</c>.</summary>
    public static readonly RegionEndpoint APSoutheast5 = Add("ap-southeast-5", "Asia Pacific (Malaysia)");

    /// <summary>Asia Pacific (New Zealand): <c>ap-southeast-6</c>.</summary>
    public static readonly RegionEndpoint APSoutheast6 = Add("ap-southeast-6", "Asia Pacific (New Zealand)");

    /// <summary>Asia Pacific (Thailand): <c>ap-southeast-7</c>.</summary>
    public static readonly RegionEndpoint APSoutheast7 = Add("ap-southeast-7", "Asia Pacific (Thailand)");

    /// <summary>Canada (Central): <c>ca-central-1</c>.</summary>
    public static readonly RegionEndpoint CACentral1 = Add("ca-central-1", "Canada (Central)");

    /// <summary>Canada West (Calgary): <c>ca-west-1</c>.</summary>
    public static readonly RegionEndpoint CAWest1 = Add("ca-west-1", "Canada West (Calgary)");

    /// <summary>China (Beijing): <c>cn-north-1</c>.</summary>
    public static readonly RegionEndpoint CNNorth1 = Add("cn-north-1", "China (Beijing)");

    /// <summary>China (Ningxia): <c>cn-northwest-1</c>.</summary>
    public static readonly RegionEndpoint CNNorthWest1 = Add("cn-northwest-1", "China (Ningxia)");

    /// <summary>Europe (Frankfurt): <c>eu-central-1</c>.</summary>
    public static readonly RegionEndpoint EUCentral1 = Add("eu-central-1", "Europe (Frankfurt)");

    /// <summary>Europe (Zurich): <c>eu-central-2</c>.</summary>
    public static readonly RegionEndpoint EUCentral2 = Add("eu-central-2", "Europe (Zurich)");

    /// <summary>Europe (Stockholm): <c>eu-north-1</c>.</summary>
    public static readonly RegionEndpoint EUNorth1 = Add("eu-north-1", "Europe (Stockholm)");

    /// <summary>Europe (Milan): <c>eu-south-1</c>.</summary>
    public static readonly RegionEndpoint EUSouth1 = Add("eu-south-1", "Europe (Milan)");

    /// <summary>Europe (Spain): <c>eu-south-2</c>.</summary>
    public static readonly RegionEndpoint EUSouth2 = Add("eu-south-2", "Europe (Spain)");

    /// <summary>Europe (Ireland): <c>eu-west-1</c>.</summary>
    public static readonly RegionEndpoint EUWest1 = Add("eu-west-1", "Europe (Ireland)");

    /// <summary>Europe (London): <c>eu-west-2</c>.</summary>
    public static readonly RegionEndpoint EUWest2 = Add("eu-west-2", "Europe (London)");

    /// <summary>Europe (Paris): <c>eu-west-3</c>.</summary>
    public static readonly RegionEndpoint EUWest3 = Add("eu-west-3", "Europe (Paris)");

    /// <summary>AWS European Sovereign Cloud (Germany): <c>eusc-de-east-1</c>.</summary>
    public static readonly RegionEndpoint EUSCDeEast1 = Add("eusc-de-east-1", "AWS European Sovereign Cloud (Germany)");

    /// <summary>Israel (Tel Aviv): <c>il-central-1</c>.</summary>
    public static readonly RegionEndpoint ILCentral1 = Add("il-central-1", "Israel (Tel Aviv)");

    /// <summary>Middle East (UAE): <c>me-central-1</c>.</summary>
    public static readonly RegionEndpoint MECentral1 = Add("me-central-1", "Middle East (UAE)");

    /// <summary>Middle East (Bahrain): <c>me-south-1</c>.</summary>
    public static readonly RegionEndpoint MESouth1 = Add("me-south-1", "Middle East (Bahrain)");

    /// <summary>Mexico (Central): <c>mx-central-1</c>.</summary>
    public static readonly RegionEndpoint MXCentral1 = Add("mx-central-1", "Mexico (Central)");

    /// <summary>South America (Sao Paulo): <c>sa-east-1</c>.</summary>
    public static readonly RegionEndpoint SAEast1 = Add("sa-east-1", "South America (Sao Paulo)");

    /// <summary>US East (N. Virginia): <c>us-east-1</c>.</summary>
    public static readonly RegionEndpoint USEast1 = Add("us-east-1", "US East (N. Virginia)");

    /// <summary>US East (Ohio): <c>us-east-2</c>.</summary>
    public static readonly RegionEndpoint USEast2 = Add("us-east-2", "US East (Ohio)");

    /// <summary>AWS GovCloud (US-East): <c>us-gov-east-1</c>.</summary>
    public static readonly RegionEndpoint USGovCloudEast1 = Add("us-gov-east-1", "AWS GovCloud (US-East)");

    /// <summary>AWS GovCloud (US-West): <c>us-gov-west-1</c>.</summary>
    public static readonly RegionEndpoint USGovCloudWest1 = Add("us-gov-west-1", "AWS GovCloud (US-West)");

    /// <summary>US West (N. California): <c>us-west-1</c>.</summary>
    public static readonly RegionEndpoint USWest1 = Add("us-west-1", "US West (N. California)");

    /// <summary>US West (Oregon): <c>us-west-2</c>.</summary>
    public static readonly RegionEndpoint USWest2 = Add("us-west-2", "US West (Oregon)");

    private static readonly RegionEndpoint[] Listed = [.. Known.Values.OrderBy(region => region.SystemName, StringComparer.Ordinal)];

    private RegionEndpoint(string systemName, string displayName)
    {
        SystemName = systemName;
        DisplayName = displayName;
    }

    /// <summary>The regions that are listed here.</summary>
    public static IEnumerable<RegionEndpoint> EnumerableAllRegions => Listed;

    /// <summary>Name such as <c>eu-central-1</c>.</summary>
    public string SystemName { get; }

    /// <summary>Name for people; <c>Unknown</c> for a region that is not listed.</summary>
    public string DisplayName { get; }

    /// <summary>Partition: <c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c> or <c>aws-eusc</c>.</summary>
    public string PartitionName => SystemName switch
    {
        _ when SystemName.StartsWith("cn-", StringComparison.Ordinal) => "aws-cn",
        _ when SystemName.StartsWith("us-gov-", StringComparison.Ordinal) => "aws-us-gov",
        _ when SystemName.StartsWith("eusc-", StringComparison.Ordinal) => "aws-eusc",
        _ => "aws",
    };

    /// <summary>Domain of the partition's endpoints.</summary>
    public string PartitionDnsSuffix => PartitionName switch
    {
        "aws-cn" => "amazonaws.com.cn",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    };

    /// <summary>The region of a name. A name that is not listed is taken as it is: new regions need no new library.</summary>
    /// <param name="systemName">Name such as <c>eu-central-1</c>.</param>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    public static RegionEndpoint GetBySystemName(string systemName)
    {
        ArgumentException.ThrowIfNullOrEmpty(systemName);
        return Known.TryGetValue(systemName, out var region) ? region : new RegionEndpoint(systemName, "Unknown");
    }

    /// <summary>Name for people with the name such as <c>eu-central-1</c>.</summary>
    public override string ToString() => $"{DisplayName} ({SystemName})";

    private static RegionEndpoint Add(string systemName, string displayName) =>
        Known.GetOrAdd(systemName, new RegionEndpoint(systemName, displayName));
}
