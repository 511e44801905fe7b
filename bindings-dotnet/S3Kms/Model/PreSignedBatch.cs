namespace S3Kms.Model;

/// <summary>Presigned URLs of one kind, for many keys.</summary>
public class PreSignedBatch
{
    /// <summary>HTTP method that the URLs are for.</summary>
    public string? Method { get; set; }

    /// <summary>The URLs, in the order of the keys. Treat them as secrets until they expire.</summary>
    public IReadOnlyList<string> Urls { get; internal set; } = [];

    /// <summary>
    /// Headers that whoever uses one of the URLs must send, exactly so: the same for all of them. SSE-KMS on a PUT is such headers:
    /// without them S3 refuses the request.
    /// </summary>
    public IReadOnlyDictionary<string, string> SignedHeaders { get; internal set; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>When the URLs expire, in UTC.</summary>
    public DateTime ExpiresAt { get; set; }
}
