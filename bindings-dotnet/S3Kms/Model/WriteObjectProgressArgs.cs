namespace S3Kms.Model;

/// <summary>How far the writing of an object to a file is.</summary>
public class WriteObjectProgressArgs : TransferProgressArgs
{
    internal WriteObjectProgressArgs(
        string? bucketName, string? key, string filePath, string? versionId, long increment, long transferred, long total)
        : base(increment, transferred, total)
    {
        BucketName = bucketName;
        Key = key;
        FilePath = filePath;
        VersionId = versionId;
    }

    /// <summary>Bucket of the object.</summary>
    public string? BucketName { get; }

    /// <summary>Key of the object.</summary>
    public string? Key { get; }

    /// <summary>Path of the file.</summary>
    public string FilePath { get; }

    /// <summary>Version of the object; null without versioning.</summary>
    public string? VersionId { get; }

    /// <summary>Whether all bytes are written.</summary>
    public bool IsCompleted => TransferredBytes == TotalBytes;
}
