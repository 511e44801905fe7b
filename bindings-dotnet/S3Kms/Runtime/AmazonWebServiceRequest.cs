namespace S3Kms.Runtime;

/// <summary>What all requests have in common.</summary>
public abstract class AmazonWebServiceRequest
{
    /// <summary>Makes an empty request.</summary>
    protected AmazonWebServiceRequest()
    {
    }

    /// <summary>Time that the call may take with all its retries; null: as the client says. Signing a URL ignores it.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>The property that holds a field of the schema; null where there is no such field.</summary>
    internal abstract string? Property(string field);
}
