using S3Kms.Runtime;

namespace S3Kms.Model;

/// <content>Content, headers and what is irregular.</content>
/// <remarks>
/// The content is one of <see cref="FilePath"/>, <see cref="InputStream"/> and <see cref="ContentBody"/>; with none the object is
/// empty.
/// </remarks>
public partial class PutObjectRequest
{
    private List<Tag>? _tagSet;

    /// <summary>Path of a file that holds the content. The native library reads it.</summary>
    public string? FilePath { get; set; }

    /// <summary>
    /// Stream that holds the content. A <see cref="MemoryStream"/> is sent without a copy and must not be changed until the call has
    /// ended. A stream that cannot tell its length is sent all the same; large content then becomes a multipart upload.
    /// </summary>
    public Stream? InputStream { get; set; }

    /// <summary>The content as text, stored as UTF-8.</summary>
    public string? ContentBody { get; set; }

    /// <summary>Whether <see cref="InputStream"/> is closed when the call ends, well or not. Default true.</summary>
    public bool AutoCloseStream { get; set; } = true;

    /// <summary>Whether a seekable <see cref="InputStream"/> is read from its beginning, not from its position. Default true.</summary>
    public bool AutoResetStreamPosition { get; set; } = true;

    /// <summary>
    /// Media type of the content. Where it is not set: that of the extension of <see cref="FilePath"/> or of the key, else
    /// <c>text/plain</c>, as the AWS SDK for .NET 3.x does.
    /// </summary>
    public string? ContentType
    {
        get => Headers.ContentType;
        set => Headers.ContentType = value;
    }

    /// <summary>Base64 of the MD5 of the content, which S3 then checks.</summary>
    public string? MD5Digest { get; set; }

    /// <summary>HTTP headers: content headers and further ones, which are sent and signed as they are.</summary>
    public HeadersCollection Headers { get; } = new();

    /// <summary>User metadata.</summary>
    public MetadataCollection Metadata { get; } = new();

    /// <summary>Tags.</summary>
    public List<Tag> TagSet
    {
        get => _tagSet ??= [];
        set => _tagSet = value;
    }

    internal List<Tag>? TagSetIfAny => _tagSet;

    /// <summary>
    /// Is told how far the upload is, on a thread of the pool. The bytes are exact, and the last report, after S3 has stored the
    /// object, is the only one at 100 %.
    /// </summary>
    public EventHandler<StreamTransferProgressArgs>? StreamTransferProgress { get; set; }

    internal List<KeyValuePair<string, string>>? WireMetadata => Headers.WithMetadata(Metadata);
}
