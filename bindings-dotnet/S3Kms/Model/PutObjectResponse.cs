namespace S3Kms.Model;

/// <content>What is irregular.</content>
public partial class PutObjectResponse
{
    /// <summary>When a lifecycle rule deletes the object; null: none does.</summary>
    public Expiration? Expiration { get; set; }
}
