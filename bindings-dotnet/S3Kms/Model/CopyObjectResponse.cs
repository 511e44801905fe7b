namespace S3Kms.Model;

/// <content>What is irregular.</content>
public partial class CopyObjectResponse
{
    /// <summary>When a lifecycle rule deletes the copy; null: none does.</summary>
    public Expiration? Expiration { get; set; }

    /// <summary>When the copy was made, as ISO 8601 text in UTC, as in the AWS SDK.</summary>
    public string? LastModified { get; set; }
}
