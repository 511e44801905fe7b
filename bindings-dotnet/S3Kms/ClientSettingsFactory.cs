using S3Kms.Marshalling;
using S3Kms.Runtime;

namespace S3Kms;

/// <summary>
/// Turns an <see cref="AmazonS3Config"/> and what .NET sees of the environment into the settings of the native client. The native
/// library sees the environment that the process was started with, not what
/// <see cref="Environment.SetEnvironmentVariable(string, string)"/> changed: so it is read here, and only what is not found is left to
/// the native chain.
/// </summary>
internal static class ClientSettingsFactory
{
    /// <summary>The source of credentials that is asked per request; null: the native client has its own.</summary>
    public static AWSCredentials? PerRequest(AWSCredentials? credentials) => credentials switch
    {
        AnonymousAWSCredentials or StoredProfileAWSCredentials => null,
        // They cannot change: the native client keeps them, with the signing keys that it derives from them.
        not null when Fixed(credentials) is not null => null,
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
        var given = perRequest is null ? Fixed(credentials) : null;
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
            AccessKeyId = given?.AccessKey,
            SecretAccessKey = given?.SecretKey,
            SessionToken = given is { UseToken: true } ? given.Token : null,
            ConnectTimeoutMs = Wire.Milliseconds(config.ConnectTimeout),
            ReadTimeoutMs = Wire.Milliseconds(config.ReadWriteTimeout),
            AttemptTimeoutMs = Wire.Milliseconds(config.Timeout),
            RequestTimeoutMs = Wire.Milliseconds(config.RequestTimeout),
            MaxIdleMs = Wire.Milliseconds(config.MaxIdleTime),
            ExpectContinue = config.UseExpectContinue ? null : false,
            DisableChunkedEncoding = config.DisableChunkedEncoding ? true : null,
            MaxAttempts = config.MaxErrorRetry + 1L,
            MaxConnections = config.MaxConnectionsPerServer,
            CaFile = config.CaFile,
            CaPem = config.CaPem,
            AllowKmsOverHttp = config.AllowKmsOverHttp ? true : null,
            SignPayload = config.SignPayload ? true : null,
            UserAgent = string.Concat("dotnet/", Environment.Version.ToString(), config.ClientAppId is null ? null : " ", config.ClientAppId),
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

    /// <summary>Credentials that stay as they are; null: they may change, or there are none. A derived class may do as it likes.</summary>
    private static ImmutableCredentials? Fixed(AWSCredentials? credentials) =>
        credentials?.GetType() == typeof(BasicAWSCredentials) || credentials?.GetType() == typeof(SessionAWSCredentials) ? credentials.GetCredentials() : null;

    private static bool IsAws(string? endpoint) => RegionOf(endpoint) is not null;

    /// <summary>
    /// The region in a URL of S3 such as <c>https://s3.eu-west-1.amazonaws.com</c>; null: it is none. By hand: a regular expression would be
    /// the most expensive part of a program's first request.
    /// </summary>
    private static string? RegionOf(string? endpoint)
    {
        var rest = endpoint.AsSpan();
        if (!Skip(ref rest, "https://") && !Skip(ref rest, "http://"))
        {
            return null;
        }

        if (!Skip(ref rest, "s3"))
        {
            return null;
        }

        _ = Skip(ref rest, "-fips");
        _ = Skip(ref rest, ".dualstack");
        if (!Skip(ref rest, ".") && !Skip(ref rest, "-"))
        {
            return null;
        }

        var length = 0;
        while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] == '-'))
        {
            length++;
        }

        if (length == 0)
        {
            return null;
        }

        var region = rest[..length];
        rest = rest[length..];
        if (!Skip(ref rest, ".amazonaws.com.cn") && !Skip(ref rest, ".amazonaws.com") && !Skip(ref rest, ".amazonaws.eu"))
        {
            return null;
        }

        if (Skip(ref rest, ":"))
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            rest = rest.IsEmpty || digits == 0 ? "?" : digits < 0 ? default : rest[digits..];
        }

        _ = Skip(ref rest, "/");
        return rest.IsEmpty ? region.ToString() : null;
    }

    private static bool Skip(ref ReadOnlySpan<char> text, string prefix)
    {
        if (!text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        text = text[prefix.Length..];
        return true;
    }

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
}
