namespace S3Kms.Model;

/// <content>Content and what is irregular. Dispose of the response, or read it to its end: the content holds a connection.</content>
public partial class GetObjectResponse
{
    /// <summary>Bucket that was asked for.</summary>
    public string? BucketName { get; set; }

    /// <summary>Key that was asked for.</summary>
    public string? Key { get; set; }

    /// <summary>Is told how far <see cref="WriteResponseStreamToFileAsync"/> is.</summary>
    public event EventHandler<WriteObjectProgressArgs>? WriteObjectProgressEvent;

    /// <summary>Writes the content to a file. Where it fails, the file is removed again, save when it was appended to.</summary>
    /// <param name="filePath">Path of the file; its folder is made where it is missing.</param>
    /// <param name="append">Whether to append to a file that exists; else it is overwritten.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="IOException">The content broke off, or the file cannot be written.</exception>
    public async Task WriteResponseStreamToFileAsync(string filePath, bool append, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        if (Path.GetDirectoryName(Path.GetFullPath(filePath)) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        var whole = false;
        var file = new FileStream(filePath, append ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, 1, useAsync: true);
        try
        {
            await using (file.ConfigureAwait(false))
            {
                await CopyToAsync(file, filePath, cancellationToken).ConfigureAwait(false);
            }

            whole = true;
        }
        finally
        {
            if (!whole && !append)
            {
                File.Delete(filePath);
            }
        }
    }

    private async Task CopyToAsync(FileStream file, string filePath, CancellationToken cancellationToken)
    {
        const int ChunkSize = 256 * 1024;
        var buffer = new byte[ChunkSize];
        long written = 0;
        int read;
        while ((read = await ResponseStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            written += read;
            Report(filePath, read, written);
        }

        if (written == 0)
        {
            Report(filePath, 0, 0);
        }
    }

    private void Report(string filePath, long increment, long written) => WriteObjectProgressEvent?.Invoke(
        this, new WriteObjectProgressArgs(BucketName, Key, filePath, VersionId, increment, written, ContentLength));

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
