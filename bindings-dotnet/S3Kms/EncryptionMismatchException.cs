using System.Net;
using S3Kms.Runtime;

namespace S3Kms;

/// <summary>
/// S3 reports another encryption algorithm or KMS key than was asked for. The request went through: after a put or a copy the
/// object is stored, but not encrypted as asked.
/// </summary>
public class EncryptionMismatchException : AmazonS3Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">What was asked for and what S3 reports.</param>
    public EncryptionMismatchException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What was asked for and what S3 reports.</param>
    /// <param name="innerException">Why.</param>
    public EncryptionMismatchException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal EncryptionMismatchException(string message, string? requestId, HttpStatusCode statusCode, string? amazonId2)
        : base(message, null, ErrorType.Receiver, "EncryptionMismatch", requestId, statusCode, amazonId2)
    {
    }
}
