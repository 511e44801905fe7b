using System.Net;

namespace S3Kms.Runtime;

/// <summary>How a client reaches its service. A client copies the settings when it is built: later changes have no effect on it.</summary>
public abstract class ClientConfig
{
    private RegionEndpoint? _regionEndpoint;
    private string? _serviceURL;

    /// <summary>Region; null: that of <see cref="AWSConfigs.AWSRegion"/>, the environment or the profile. Setting it clears <see cref="ServiceURL"/>.</summary>
    public RegionEndpoint? RegionEndpoint
    {
        get => _regionEndpoint;
        set => (_regionEndpoint, _serviceURL) = (value, null);
    }

    /// <summary>URL of a server that is not the region's own. Setting it clears <see cref="RegionEndpoint"/>.</summary>
    public string? ServiceURL
    {
        get => _serviceURL;
        set => (_serviceURL, _regionEndpoint) = (value, null);
    }

    /// <summary>Region to sign for, where it is not that of <see cref="RegionEndpoint"/>. With a <see cref="ServiceURL"/> alone: <c>us-east-1</c>.</summary>
    public string? AuthenticationRegion { get; set; }

    /// <summary>Plain http in place of TLS, for the endpoints of AWS. SSE-KMS is then refused.</summary>
    public bool UseHttp { get; set; }

    /// <summary>IPv6 and IPv4 endpoints.</summary>
    public bool UseDualstackEndpoint { get; set; }

    /// <summary>FIPS endpoints.</summary>
    public bool UseFIPSEndpoint { get; set; }

    /// <summary>Further attempts after the first; default 4.</summary>
    public int MaxErrorRetry { get; set; } = 4;

    /// <summary>Time that one attempt may take until its answer begins; null: no limit.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Time that one call may take with all its retries; null: no limit.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>Time after which an unused connection is closed; null: 60 seconds.</summary>
    public TimeSpan? MaxIdleTime { get; set; }

    /// <summary>Text to append to the User-Agent of every request; null: none.</summary>
    public string? ClientAppId { get; set; }

    /// <summary>Time to reach the server, with the TLS handshake; null: 10 seconds.</summary>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>Time without a byte from the server while an answer is awaited; null: 50 seconds.</summary>
    public TimeSpan? ReadWriteTimeout { get; set; }

    /// <summary>Connections in use at a time; further requests wait; null: 50.</summary>
    public int? MaxConnectionsPerServer { get; set; }

    /// <summary>Bytes between two reports of progress, at least; default 102,400.</summary>
    public long ProgressUpdateInterval { get; set; } = 102_400;

    /// <summary>Host of an HTTP proxy; null: the environment (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>NO_PROXY</c>).</summary>
    public string? ProxyHost { get; set; }

    /// <summary>Port of the proxy.</summary>
    public int ProxyPort { get; set; } = -1;

    /// <summary>User and password at the proxy.</summary>
    public ICredentials? ProxyCredentials { get; set; }

    /// <summary>Whether endpoints in the environment (<c>AWS_ENDPOINT_URL_S3</c>, <c>AWS_ENDPOINT_URL</c>) are ignored.</summary>
    public bool IgnoreConfiguredEndpointUrls { get; set; }

    /// <summary>URL that requests go to, as far as it follows from the settings.</summary>
    /// <exception cref="AmazonClientException">Neither a region nor a URL is set.</exception>
    public abstract string DetermineServiceURL();

    /// <summary>Refuses settings that lack a region and a URL.</summary>
    /// <exception cref="AmazonClientException">Neither a region nor a URL is set.</exception>
    public virtual void Validate()
    {
        if (_regionEndpoint is null && string.IsNullOrEmpty(_serviceURL))
        {
            throw new AmazonClientException("No RegionEndpoint or ServiceURL configured");
        }
    }
}
