namespace S3Kms.Runtime;

/// <summary>
/// Credentials of a profile in the shared configuration. The native library reads the profile (static keys, roles, SSO,
/// processes) and renews what expires; <see cref="GetCredentials"/> is therefore not available.
/// </summary>
public class StoredProfileAWSCredentials : AWSCredentials
{
    /// <summary>The profile of the environment (<c>AWS_PROFILE</c>), else <c>default</c>.</summary>
    public StoredProfileAWSCredentials()
        : this(null)
    {
    }

    /// <summary>A profile.</summary>
    /// <param name="profileName">Its name; null: that of the environment, else <c>default</c>.</param>
    public StoredProfileAWSCredentials(string? profileName)
        : this(profileName, null)
    {
    }

    /// <summary>A profile in a file.</summary>
    /// <param name="profileName">Its name; null: that of the environment, else <c>default</c>.</param>
    /// <param name="profilesLocation">Path of the credentials file; null: <c>~/.aws/credentials</c>.</param>
    public StoredProfileAWSCredentials(string? profileName, string? profilesLocation)
    {
        ProfileName = profileName ?? AWSConfigs.AWSProfileName ?? Environment.GetEnvironmentVariable("AWS_PROFILE") ?? "default";
        ProfilesLocation = profilesLocation ?? AWSConfigs.AWSProfilesLocation;
    }

    /// <summary>Name of the profile.</summary>
    public string ProfileName { get; }

    /// <summary>Path of the credentials file; null: the usual one.</summary>
    public string? ProfilesLocation { get; }

    /// <summary>Not available: the native library reads the profile.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override ImmutableCredentials GetCredentials() => throw new NotSupportedException(
        $"The credentials of profile '{ProfileName}' are read by the native library: give this object to an AmazonS3Client.");
}
