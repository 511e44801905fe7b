using S3Kms.Util;

namespace S3Kms;

/// <summary>Settings for the whole process, as applications of the AWS SDK for .NET make them. A client reads them when it is built.</summary>
public static class AWSConfigs
{
    /// <summary>Settings of S3.</summary>
    public static S3Config S3Config { get; } = new();

    /// <summary>Region of clients that are given none, such as <c>eu-central-1</c>; null: from the environment or the profile.</summary>
    public static string? AWSRegion { get; set; }

    /// <summary>Profile of clients that are given no credentials; null: from the environment.</summary>
    public static string? AWSProfileName { get; set; }

    /// <summary>Credentials file in place of <c>~/.aws/credentials</c>; null: from the environment.</summary>
    public static string? AWSProfilesLocation { get; set; }

    /// <summary>Region of clients that are given none; the same setting as <see cref="AWSRegion"/>.</summary>
    public static RegionEndpoint? RegionEndpoint
    {
        get => string.IsNullOrEmpty(AWSRegion) ? null : S3Kms.RegionEndpoint.GetBySystemName(AWSRegion);
        set => AWSRegion = value?.SystemName;
    }
}
