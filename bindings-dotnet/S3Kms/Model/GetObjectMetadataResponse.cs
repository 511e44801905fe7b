namespace S3Kms.Model;

/// <content>What is irregular.</content>
public partial class GetObjectMetadataResponse
{
    /// <summary>HTTP headers of the content.</summary>
    public HeadersCollection Headers { get; } = new();

    /// <summary>User metadata.</summary>
    public MetadataCollection Metadata { get; } = new();

    /// <summary><c>true</c> where this is a delete marker; null: S3 did not say.</summary>
    public string? DeleteMarker { get; set; }

    /// <summary>When a lifecycle rule deletes the object; null: none does.</summary>
    public Expiration? Expiration { get; set; }

    /// <summary>Whether the object is being restored from an archive.</summary>
    public bool RestoreInProgress { get; set; }

    /// <summary>Until when a copy restored from an archive is kept; null: there is none.</summary>
    public DateTime? RestoreExpiration { get; set; }

    /// <summary>When caches must drop the content, as the server sent it.</summary>
    public string? ExpiresString { get; set; }

    /// <summary>When caches must drop the content, in UTC; the default value where the server sent none, or no date.</summary>
    public DateTime Expires { get; set; }

    internal void SetExpires(string? text)
    {
        ExpiresString = text;
        Expires = Marshalling.Wire.HttpTime(text).GetValueOrDefault();
        Headers["Expires"] = text;
    }

    internal void SetContentLength(long? length)
    {
        ContentLength = length.GetValueOrDefault();
        Headers.ContentLength = ContentLength;
    }
}
