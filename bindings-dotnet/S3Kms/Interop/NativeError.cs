using S3Kms.Interop.Raw;
using S3Kms.Marshalling;

namespace S3Kms.Interop;

/// <summary>An error of the native library, copied out of its memory.</summary>
internal sealed record NativeError(
    ErrorKind Kind, int HttpStatus, bool Retryable, string Message, string? Code, string? RequestId, string? ExtendedRequestId, string? Field, string? Hint)
{
    /// <summary>Copies an error.</summary>
    public static NativeError Read(in S3kmsError.Unmanaged raw) => new(
        (ErrorKind)raw.kind,
        (int)raw.http_status,
        raw.retryable != 0,
        Wire.Text(raw.message) ?? "unknown error",
        Wire.Text(raw.s3_code),
        Wire.Text(raw.request_id),
        Wire.Text(raw.extended_request_id),
        Wire.Text(raw.field_name),
        Wire.Text(raw.hint));

    /// <summary>Copies and frees an error that a function returned; null: it returned none.</summary>
    public static unsafe NativeError? Take(IntPtr error)
    {
        if (error == IntPtr.Zero)
        {
            return null;
        }

        try
        {
            return Read(*(S3kmsError.Unmanaged*)error);
        }
        finally
        {
            Raw.Interop.s3kms_error_free(error);
        }
    }
}
