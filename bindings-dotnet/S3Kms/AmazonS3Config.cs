using S3Kms.Runtime;

namespace S3Kms;

/// <summary>How a client reaches S3.</summary>
public class AmazonS3Config : ClientConfig
{
    private bool? _forcePathStyle;

    /// <summary>
    /// Bucket in the path of the URL and not in the host name. Where it is not set: in the path for a
    /// <see cref="ClientConfig.ServiceURL"/> outside of AWS, else in the host name.
    /// </summary>
    public bool ForcePathStyle
    {
        get => _forcePathStyle.GetValueOrDefault();
        set => _forcePathStyle = value;
    }

    /// <summary>S3 Transfer Acceleration.</summary>
    public bool UseAccelerateEndpoint { get; set; }

    /// <summary>PEM file with certificates to trust beside those of the system: a private CA.</summary>
    public string? CaFile { get; set; }

    /// <summary>Certificates to trust beside those of the system, as PEM text.</summary>
    public string? CaPem { get; set; }

    /// <summary>
    /// Permits SSE-KMS and SSE-C over plain http beyond the loopback interface. Keys and content then cross the network in
    /// clear. Default false: refused.
    /// </summary>
    public bool AllowKmsOverHttp { get; set; }

    /// <summary>Signs the content also over TLS, where it is otherwise <c>UNSIGNED-PAYLOAD</c>.</summary>
    public bool SignPayload { get; set; }

    /// <summary>
    /// Never sends <c>aws-chunked</c> bodies: over plain http a file is read twice and a stream sent with an unsigned payload. For servers
    /// that do not understand them.
    /// </summary>
    public bool DisableChunkedEncoding { get; set; }

    /// <summary>
    /// Whether a put of more than 1 MiB asks first whether the server will take it (<c>Expect: 100-continue</c>), so that a refusal
    /// comes before the content is sent. Default true.
    /// </summary>
    public bool UseExpectContinue { get; set; } = true;

    /// <summary>
    /// Takes keys as they are. By default one leading slash of a key is dropped, as the AWS SDK for .NET 3.x does: its objects are
    /// then found under the same keys.
    /// </summary>
    public bool DisableTrimmingLeadingSlash { get; set; }

    /// <inheritdoc/>
    public override string DetermineServiceURL()
    {
        Validate();
        if (!string.IsNullOrEmpty(ServiceURL))
        {
            return ServiceURL.EndsWith('/') ? ServiceURL : ServiceURL + "/";
        }

        return RegionalUrl(RegionEndpoint!);
    }

    internal bool? ForcePathStyleIfSet => _forcePathStyle;

    internal string RegionalUrl(RegionEndpoint region)
    {
        var host = $"s3{(UseFIPSEndpoint ? "-fips" : string.Empty)}{(UseDualstackEndpoint ? ".dualstack" : string.Empty)}";
        return $"{(UseHttp ? "http" : "https")}://{host}.{region.SystemName}.{region.PartitionDnsSuffix}/";
    }
}
