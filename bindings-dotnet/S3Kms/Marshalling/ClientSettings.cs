namespace S3Kms.Marshalling;

/// <content>What the fields are called in <see cref="AmazonS3Config"/>.</content>
internal sealed partial class ClientSettings
{
    /// <summary>The property of <see cref="AmazonS3Config"/> behind a field; null where there is none.</summary>
    public static string? PropertyOf(string field) => field switch
    {
        "region" => "RegionEndpoint",
        "endpoint" => "ServiceURL",
        "force_path_style" => "ForcePathStyle",
        "use_dual_stack" => "UseDualstackEndpoint",
        "use_accelerate" => "UseAccelerateEndpoint",
        "use_fips" => "UseFIPSEndpoint",
        "profile" or "profile_file" => "credentials",
        "connect_timeout_ms" => "ConnectTimeout",
        "read_timeout_ms" => "ReadWriteTimeout",
        "attempt_timeout_ms" => "Timeout",
        "request_timeout_ms" => "RequestTimeout",
        "max_idle_ms" => "MaxIdleTime",
        "user_agent" => "ClientAppId",
        "expect_continue" => "UseExpectContinue",
        "disable_chunked_encoding" => "DisableChunkedEncoding",
        "max_attempts" => "MaxErrorRetry",
        "max_connections" => "MaxConnectionsPerServer",
        "proxy" => "ProxyHost",
        "proxy_username" or "proxy_password" => "ProxyCredentials",
        "ca_file" => "CaFile",
        "ca_pem" => "CaPem",
        "allow_kms_over_http" => "AllowKmsOverHttp",
        "sign_payload" => "SignPayload",
        _ => null,
    };
}
