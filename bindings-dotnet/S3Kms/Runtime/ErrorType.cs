namespace S3Kms.Runtime;

/// <summary>Who is to blame for an error that a service answered with.</summary>
public enum ErrorType
{
    /// <summary>The request: HTTP status 4xx.</summary>
    Sender,

    /// <summary>The service: HTTP status 5xx.</summary>
    Receiver,

    /// <summary>Not known.</summary>
    Unknown,
}
