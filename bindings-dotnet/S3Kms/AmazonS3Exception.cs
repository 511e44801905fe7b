using System.Net;
using S3Kms.Runtime;

namespace S3Kms;

/// <summary>An error that S3, or KMS on its behalf, answered with.</summary>
public class AmazonS3Exception : AmazonServiceException
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">What S3 said.</param>
    public AmazonS3Exception(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What S3 said.</param>
    /// <param name="innerException">Why.</param>
    public AmazonS3Exception(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="innerException">Why.</param>
    public AmazonS3Exception(Exception innerException)
        : base(innerException)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What S3 said.</param>
    /// <param name="errorType">Who is to blame.</param>
    /// <param name="errorCode">S3's code, such as <c>NoSuchKey</c>.</param>
    /// <param name="requestId">Id of the request.</param>
    /// <param name="statusCode">HTTP status.</param>
    public AmazonS3Exception(string message, ErrorType errorType, string? errorCode, string? requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What S3 said.</param>
    /// <param name="innerException">Why.</param>
    /// <param name="errorType">Who is to blame.</param>
    /// <param name="errorCode">S3's code, such as <c>NoSuchKey</c>.</param>
    /// <param name="requestId">Id of the request.</param>
    /// <param name="statusCode">HTTP status.</param>
    public AmazonS3Exception(
        string message, Exception? innerException, ErrorType errorType, string? errorCode, string? requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What S3 said.</param>
    /// <param name="innerException">Why.</param>
    /// <param name="errorType">Who is to blame.</param>
    /// <param name="errorCode">S3's code, such as <c>NoSuchKey</c>.</param>
    /// <param name="requestId">Id of the request.</param>
    /// <param name="statusCode">HTTP status.</param>
    /// <param name="amazonId2">S3's second id of the request.</param>
    public AmazonS3Exception(
        string message,
        Exception? innerException,
        ErrorType errorType,
        string? errorCode,
        string? requestId,
        HttpStatusCode statusCode,
        string? amazonId2)
        : base(message, innerException, errorType, errorCode, requestId, statusCode) => AmazonId2 = amazonId2;

    /// <summary>S3's second id of the request (<c>x-amz-id-2</c>).</summary>
    public string? AmazonId2 { get; }
}
