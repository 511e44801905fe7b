using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using S3Kms.Marshalling;
using S3Kms.Runtime;

namespace S3Kms.Interop;

/// <summary>Turns errors of the native library into the exceptions of the mirrored SDK. Fields are named by their properties.</summary>
internal static partial class ErrorMapper
{
    /// <summary>The exception of an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="request">The request, whose properties are named; null: none.</param>
    /// <param name="cancellationToken">The caller's token: a cancellation that it asked for is reported with it.</param>
    public static Exception ToException(NativeError error, AmazonWebServiceRequest? request, CancellationToken cancellationToken)
    {
        var message = Message(error, request is null ? ClientSettings.PropertyOf : request.Property);
        return error.Kind switch
        {
            ErrorKind.InvalidArgument => Invalid(error, message, request),
            ErrorKind.Service => new AmazonS3Exception(
                message, null, Blame(error.HttpStatus), error.Code, error.RequestId, (HttpStatusCode)error.HttpStatus, error.ExtendedRequestId),
            ErrorKind.EncryptionMismatch => new EncryptionMismatchException(
                message, error.RequestId, (HttpStatusCode)error.HttpStatus, error.ExtendedRequestId),
            ErrorKind.Connection => new AmazonClientException(message, Socket(error.Message)),
            ErrorKind.Timeout => new AmazonClientException(message, new TimeoutException(error.Message)),
            ErrorKind.Cancelled when cancellationToken.IsCancellationRequested => new OperationCanceledException(cancellationToken),
            ErrorKind.Cancelled => new OperationCanceledException("The client was disposed of while the request was in flight."),
            ErrorKind.Closed => new ObjectDisposedException(typeof(AmazonS3Client).FullName),
            ErrorKind.File => new IOException(message),
            _ => new AmazonClientException(message),
        };
    }

    private static ArgumentException Invalid(NativeError error, string message, AmazonWebServiceRequest? request)
    {
        var property = error.Field is null ? null : Property(error.Field, request is null ? ClientSettings.PropertyOf : request.Property);
        var owner = request?.GetType().Name ?? nameof(AmazonS3Config);
        return property is null ? new ArgumentException(message) : new ArgumentException(message, $"{owner}.{property}");
    }

    /// <summary>What happened and what to do, in the words of .NET.</summary>
    private static string Message(NativeError error, Func<string, string?> propertyOf)
    {
        var text = error.Message;
        // A field of one word is also a word of English: it is replaced only where the sentence begins with it.
        if (error.Field is { } field && !field.Contains('_') && text.StartsWith(field + " ", StringComparison.Ordinal))
        {
            text = Property(field, propertyOf) + text[field.Length..];
        }

        if (error.Hint is not null)
        {
            text = $"{text.TrimEnd('.')}. {error.Hint}";
        }

        return FieldName().Replace(text, match => Property(match.Value, propertyOf));
    }

    private static string Property(string field, Func<string, string?> propertyOf) => propertyOf(field) ?? field switch
    {
        "body.path" => "FilePath",
        "body.length" => "Headers.ContentLength",
        "body.data" => "InputStream",
        _ => field,
    };

    private static ErrorType Blame(int status) => status switch
    {
        >= 500 => ErrorType.Receiver,
        >= 400 => ErrorType.Sender,
        _ => ErrorType.Unknown,
    };

    /// <summary>The socket's error, as far as the message tells it.</summary>
    private static Exception Socket(string message)
    {
        var code = message switch
        {
            _ when Has(message, "refused") => SocketError.ConnectionRefused,
            _ when Has(message, "reset") => SocketError.ConnectionReset,
            _ when Has(message, "dns") || Has(message, "lookup") || Has(message, "resolve") => SocketError.HostNotFound,
            _ when Has(message, "network is unreachable") => SocketError.NetworkUnreachable,
            _ when Has(message, "no route to host") => SocketError.HostUnreachable,
            _ => SocketError.SocketError,
        };
        return code == SocketError.SocketError ? new IOException(message) : new SocketException((int)code, message);
    }

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b|\bbody\.(?:path|length|data)\b")]
    private static partial Regex FieldName();
}
