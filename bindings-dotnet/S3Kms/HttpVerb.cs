namespace S3Kms;

/// <summary>HTTP methods that a URL can be presigned for.</summary>
public enum HttpVerb
{
    /// <summary>Read an object.</summary>
    GET,

    /// <summary>Read an object's metadata.</summary>
    HEAD,

    /// <summary>Store an object.</summary>
    PUT,

    /// <summary>Delete an object.</summary>
    DELETE,
}
