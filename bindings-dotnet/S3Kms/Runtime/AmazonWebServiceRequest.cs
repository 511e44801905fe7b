namespace S3Kms.Runtime;

/// <summary>What all requests have in common.</summary>
public abstract class AmazonWebServiceRequest
{
    /// <summary>Makes an empty request.</summary>
    protected AmazonWebServiceRequest()
    {
    }

    /// <summary>The property that holds a field of the schema; null where there is no such field.</summary>
    internal abstract string? Property(string field);
}
