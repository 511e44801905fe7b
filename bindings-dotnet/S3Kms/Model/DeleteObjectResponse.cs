namespace S3Kms.Model;

/// <content>What is irregular.</content>
public partial class DeleteObjectResponse
{
    /// <summary><c>true</c> where the object now has a delete marker, or where one was deleted; null: S3 did not say.</summary>
    public string? DeleteMarker { get; set; }
}
