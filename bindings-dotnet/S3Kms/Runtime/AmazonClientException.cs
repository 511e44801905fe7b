namespace S3Kms.Runtime;

/// <summary>
/// Something went wrong before S3 answered: no connection, a time limit, no credentials, a broken body. Where a socket was
/// involved, <see cref="Exception.InnerException"/> tells its error.
/// </summary>
public class AmazonClientException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened.</param>
    public AmazonClientException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why.</param>
    public AmazonClientException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
