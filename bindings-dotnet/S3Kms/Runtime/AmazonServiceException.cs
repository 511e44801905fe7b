using System.Net;

namespace S3Kms.Runtime;

/// <summary>An error that a service answered with.</summary>
public class AmazonServiceException : Exception
{
    /// <summary>Makes an exception.</summary>
    public AmazonServiceException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What the service said.</param>
    public AmazonServiceException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What the service said.</param>
    /// <param name="innerException">Why.</param>
    public AmazonServiceException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What the service said.</param>
    /// <param name="innerException">Why.</param>
    /// <param name="statusCode">HTTP status.</param>
    public AmazonServiceException(string message, Exception? innerException, HttpStatusCode statusCode)
        : base(message, innerException) => StatusCode = statusCode;

    /// <summary>Makes an exception.</summary>
    /// <param name="innerException">Why.</param>
    public AmazonServiceException(Exception innerException)
        : base(innerException?.Message, innerException)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What the service said.</param>
    /// <param name="errorType">Who is to blame.</param>
    /// <param name="errorCode">The service's code, such as <c>NoSuchKey</c>.</param>
    /// <param name="requestId">Id of the request.</param>
    /// <param name="statusCode">HTTP status.</param>
    public AmazonServiceException(string message, ErrorType errorType, string? errorCode, string? requestId, HttpStatusCode statusCode)
        : this(message, null, errorType, errorCode, requestId, statusCode)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What the service said.</param>
    /// <param name="innerException">Why.</param>
    /// <param name="errorType">Who is to blame.</param>
    /// <param name="errorCode">The service's code, such as <c>NoSuchKey</c>.</param>
    /// <param name="requestId">Id of the request.</param>
    /// <param name="statusCode">HTTP status.</param>
    public AmazonServiceException(
        string message, Exception? innerException, ErrorType errorType, string? errorCode, string? requestId, HttpStatusCode statusCode)
        : base(message, innerException)
    {
        ErrorType = errorType;
        ErrorCode = errorCode;
        RequestId = requestId;
        StatusCode = statusCode;
    }

    /// <summary>Who is to blame.</summary>
    public ErrorType ErrorType { get; set; } = ErrorType.Unknown;

    /// <summary>The service's code, such as <c>NoSuchKey</c> or <c>KMS.NotFoundException</c>.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>Id of the request (<c>x-amz-request-id</c>).</summary>
    public string? RequestId { get; set; }

    /// <summary>HTTP status; 0 where there was no answer.</summary>
    public HttpStatusCode StatusCode { get; set; }
}
