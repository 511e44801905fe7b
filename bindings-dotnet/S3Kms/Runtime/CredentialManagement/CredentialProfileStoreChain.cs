using System.Diagnostics.CodeAnalysis;

namespace S3Kms.Runtime.CredentialManagement;

/// <summary>Finds profiles in the shared configuration files. Which credentials a profile leads to is up to the native library.</summary>
public class CredentialProfileStoreChain
{
    /// <summary>The usual files.</summary>
    public CredentialProfileStoreChain()
        : this(null)
    {
    }

    /// <summary>A file of one's own.</summary>
    /// <param name="profilesLocation">Path of the credentials file; null: the usual one.</param>
    public CredentialProfileStoreChain(string? profilesLocation) => ProfilesLocation = profilesLocation;

    /// <summary>Path of the credentials file; null: the usual one.</summary>
    public string? ProfilesLocation { get; }

    /// <summary>The credentials of a profile, where it exists.</summary>
    /// <param name="profileName">Name of the profile.</param>
    /// <param name="credentials">Its credentials, to be given to a client.</param>
    public bool TryGetAWSCredentials(string profileName, [NotNullWhen(true)] out AWSCredentials? credentials)
    {
        ArgumentException.ThrowIfNullOrEmpty(profileName);
        credentials = Files().Any(file => Names(file).Contains(profileName)) ? new StoredProfileAWSCredentials(profileName, ProfilesLocation) : null;
        return credentials is not null;
    }

    private IEnumerable<string> Files()
    {
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws");
        yield return ProfilesLocation ?? AWSConfigs.AWSProfilesLocation ?? Environment.GetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE")
            ?? Path.Combine(folder, "credentials");
        yield return Environment.GetEnvironmentVariable("AWS_CONFIG_FILE") ?? Path.Combine(folder, "config");
    }

    /// <summary>The names in the brackets; the configuration file writes <c>[profile NAME]</c>.</summary>
    private static IEnumerable<string> Names(string file)
    {
        const string Profile = "profile ";
        return !File.Exists(file) ? [] : File.ReadLines(file)
            .Select(line => line.Trim())
            .Where(line => line is ['[', .., ']'])
            .Select(line => line[1..^1].Trim())
            .Select(name => name.StartsWith(Profile, StringComparison.Ordinal) ? name[Profile.Length..].Trim() : name);
    }
}
