namespace S3Kms.Model;

/// <summary>Headers that the answer shall carry in place of those that were stored with the object.</summary>
public class ResponseHeaderOverrides
{
    /// <summary>Media type of the content.</summary>
    public string? ContentType { get; set; }

    /// <summary>Language of the content.</summary>
    public string? ContentLanguage { get; set; }

    /// <summary>When caches must drop the content, as an HTTP date.</summary>
    public string? Expires { get; set; }

    /// <summary>Caching along the way.</summary>
    public string? CacheControl { get; set; }

    /// <summary>How a browser should present the content.</summary>
    public string? ContentDisposition { get; set; }

    /// <summary>Encodings applied to the content.</summary>
    public string? ContentEncoding { get; set; }

    internal DateTime? ExpiresTime(string owner) => string.IsNullOrEmpty(Expires)
        ? null
        : Marshalling.Wire.HttpTime(Expires) ?? throw new ArgumentException(
            $"ResponseHeaderOverrides.Expires is no HTTP date such as 'Wed, 21 Oct 2026 07:28:00 GMT'", $"{owner}.ResponseHeaderOverrides");
}
