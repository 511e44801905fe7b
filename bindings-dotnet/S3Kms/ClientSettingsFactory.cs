using System.Text.RegularExpressions;
using S3Kms.Marshalling;
using S3Kms.Runtime;

namespace S3Kms;

/// <summary>
/// Turns an <see cref="AmazonS3Config"/> and what .NET sees of the environment into the settings of the native client. The native
/// library sees the environment that the process was started with, not what
/// <see cref="Environment.SetEnvironmentVariable(string, string)"/> changed: so it is read here, and only what is not found is left to
/// the native chain.
/// </summary>
internal static partial class ClientSettingsFactory
{
    /// <summary>The source of credentials that is asked per request; null: the native client has its own.</summary>
    public static AWSCredentials? PerRequest(AWSCredentials? credentials) => credentials switch
    {
        AnonymousAWSCredentials or StoredProfileAWSCredentials => null,
        null when string.IsNullOrEmpty(AWSConfigs.AWSProfileName) && EnvironmentVariablesAWSCredentials.Find() is not null =>
            new EnvironmentVariablesAWSCredentials(),
        _ => credentials,
    };

    /// <summary>The settings of a client.</summary>
    /// <param name="config">What the application set.</param>
    /// <param name="credentials">What the application gave; null: nothing.</param>
    /// <param name="perRequest">What <see cref="PerRequest"/> made of it.</param>
    public static ClientSettings Create(AmazonS3Config config, AWSCredentials? credentials, AWSCredentials? perRequest)
    {
        if (config.MaxErrorRetry < 0)
        {
            throw new ArgumentOutOfRangeException(
                "AmazonS3Config.MaxErrorRetry", config.MaxErrorRetry, "MaxErrorRetry must not be negative: 0 is no retry.");
        }

        var endpoint = Endpoint(config);
        // As in the AWS SDK, a ServiceURL without a region is not joined with a region of the environment.
        var region = config.AuthenticationRegion ?? config.RegionEndpoint?.SystemName ?? RegionOf(endpoint)
            ?? (string.IsNullOrEmpty(config.ServiceURL) ? EnvironmentRegion() : null);
        var settings = new ClientSettings
        {
            Region = region ?? (endpoint is null ? null : "us-east-1"),
            Endpoint = endpoint,
            ForcePathStyle = config.ForcePathStyleIfSet ?? (IsAws(endpoint) ? false : null),
            UseDualStack = config.UseDualstackEndpoint ? true : null,
            UseAccelerate = config.UseAccelerateEndpoint ? true : null,
            UseFips = config.UseFIPSEndpoint ? true : null,
            Anonymous = credentials is AnonymousAWSCredentials ? true : null,
            CredentialsPerRequest = perRequest is not null ? true : null,
            ConnectTimeoutMs = Wire.Milliseconds(config.ConnectTimeout),
            ReadTimeoutMs = Wire.Milliseconds(config.ReadWriteTimeout),
            AttemptTimeoutMs = Wire.Milliseconds(config.Timeout),
            RequestTimeoutMs = Wire.Milliseconds(config.RequestTimeout),
            MaxIdleMs = Wire.Milliseconds(config.MaxIdleTime),
            DisableChunkedEncoding = config.DisableChunkedEncoding ? true : null,
            MaxAttempts = config.MaxErrorRetry + 1L,
            MaxConnections = config.MaxConnectionsPerServer,
            CaFile = config.CaFile,
            CaPem = config.CaPem,
            AllowKmsOverHttp = config.AllowKmsOverHttp ? true : null,
            SignPayload = config.SignPayload ? true : null,
            UserAgent = config.ClientAppId is null ? $"dotnet/{Environment.Version}" : $"dotnet/{Environment.Version} {config.ClientAppId}",
        };
        Profile(settings, credentials, perRequest);
        Proxy(settings, config);
        return settings;
    }

    private static string? Endpoint(AmazonS3Config config)
    {
        if (!string.IsNullOrEmpty(config.ServiceURL))
        {
            return config.ServiceURL.TrimEnd('/');
        }

        var configured = config.IgnoreConfiguredEndpointUrls
            ? null
            : Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL");
        var ownEndpoint = config.UseHttp || (config.RegionEndpoint is not null && config.AuthenticationRegion is not null);
        return configured ?? (ownEndpoint && (config.RegionEndpoint ?? Region()) is { } region ? config.RegionalUrl(region).TrimEnd('/') : null);
    }

    private static RegionEndpoint? Region() => EnvironmentRegion() is { } name ? RegionEndpoint.GetBySystemName(name) : null;

    private static string? EnvironmentRegion() =>
        (string.IsNullOrEmpty(AWSConfigs.AWSRegion) ? null : AWSConfigs.AWSRegion) ?? Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION");

    private static string? RegionOf(string? endpoint) =>
        endpoint is not null && AwsHost().Match(endpoint) is { Success: true } match ? match.Groups["region"].Value : null;

    private static bool IsAws(string? endpoint) => endpoint is not null && AwsHost().IsMatch(endpoint);

    private static void Profile(ClientSettings settings, AWSCredentials? credentials, AWSCredentials? perRequest)
    {
        if (credentials is StoredProfileAWSCredentials stored)
        {
            settings.Profile = stored.ProfileName;
            settings.ProfileFile = stored.ProfilesLocation ?? Variable("AWS_SHARED_CREDENTIALS_FILE");
        }
        else if (perRequest is null && credentials is null)
        {
            settings.Profile = AWSConfigs.AWSProfileName ?? Variable("AWS_PROFILE");
            settings.ProfileFile = AWSConfigs.AWSProfilesLocation ?? Variable("AWS_SHARED_CREDENTIALS_FILE");
        }
    }

    private static void Proxy(ClientSettings settings, AmazonS3Config config)
    {
        if (string.IsNullOrEmpty(config.ProxyHost))
        {
            return;
        }

        var host = config.ProxyHost.Contains("://", StringComparison.Ordinal) ? config.ProxyHost.TrimEnd('/') : "http://" + config.ProxyHost;
        settings.Proxy = config.ProxyPort > 0 ? $"{host}:{config.ProxyPort}" : host;
        if (config.ProxyCredentials?.GetCredential(new Uri(settings.Proxy), "Basic") is { } user)
        {
            settings.ProxyUsername = user.UserName;
            settings.ProxyPassword = user.Password;
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    [GeneratedRegex(@"^https?://s3(?:-fips)?(?:\.dualstack)?[.-](?<region>[a-z0-9-]+)\.amazonaws\.(?:com|com\.cn|eu)(?::\d+)?/?$", RegexOptions.IgnoreCase)]
    private static partial Regex AwsHost();
}
