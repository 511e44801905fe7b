namespace S3Kms;

/// <summary>Protocols of a presigned URL.</summary>
public enum Protocol
{
    /// <summary>TLS.</summary>
    HTTPS,

    /// <summary>Plain http.</summary>
    HTTP,
}
