using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using S3Kms.Interop.Raw;
using S3Kms.Marshalling;
using S3Kms.Model;
using S3Kms.Runtime;
using Native = S3Kms.Interop.Raw.Interop;

namespace S3Kms.Interop;

/// <summary>A client of the native library: submits calls, and is told their ends through one static callback.</summary>
/// <remarks>
/// A call in flight keeps this object and with it the handle alive. Disposing closes the native client, which ends what is in
/// flight and waits for the last completion, and only then frees it. Every function here that is used afterwards throws
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
internal sealed unsafe class NativeClient : IDisposable
{
    /// <summary>The numbers that bindings-c/src/body.rs and completion.rs give to kinds of content.</summary>
    private const uint BodyBytes = 1, BodyFile = 2, BodyStream = 3, ContentInline = 2, ContentStream = 3;

    private readonly NativeClientHandle _handle;
    private int _disposed;

    /// <summary>Builds a client. Nothing is sent.</summary>
    /// <exception cref="ArgumentException">A setting is refused.</exception>
    public NativeClient(ClientSettings settings)
    {
        NativeLibraryLoader.EnsureLoaded();
        using var scope = NativeScope.Open();
        var config = ClientConfigMarshaller.Write(settings, scope);
        IntPtr client;
        delegate* unmanaged[Cdecl]<IntPtr, ulong, S3kmsCompletion.Unmanaged*, void> completed = &OnCompletion;
        var error = NativeError.Take(Native.s3kms_client_new((IntPtr)(&config), (IntPtr)completed, IntPtr.Zero, (IntPtr)(&client)));
        if (error is not null)
        {
            var exception = ErrorMapper.ToException(error, null, default);
            // A region that is missing is no argument that is wrong: the AWS SDK says so with these words.
            throw settings.Region is null && error.Field == "region"
                ? new AmazonClientException($"No RegionEndpoint or ServiceURL configured. {exception.Message}", exception)
                : exception;
        }

        _handle = new NativeClientHandle(client);
    }

    /// <summary>A submitted request.</summary>
    /// <param name="Id">Its id, for cancel and for pushing content.</param>
    /// <param name="Outcome">Its end.</param>
    public readonly record struct Submitted<T>(ulong Id, Task<T> Outcome);

    /// <summary>Submits a put of content in memory, in a file, or of none.</summary>
    public Submitted<PutObjectResponse> Put(PutObjectRequest request, in CallContext context, PutContent content, CancellationToken cancellationToken)
    {
        using var scope = NativeScope.Open();
        var raw = PutObjectMarshaller.Write(request, context, scope);
        var call = new PendingCall<PutObjectResponse>(
            request, static (in S3kmsCompletion.Unmanaged completion) => PutObjectMarshaller.Read(*(S3kmsPutObjectResult.Unmanaged*)completion.put_object), cancellationToken);
        var body = default(S3kmsBody.Unmanaged);
        switch (content.Kind)
        {
            case PutContentKind.Memory when content.Memory.Length > 0:
                body.kind = BodyBytes;
                body.data = call.Pin(content.Memory);
                body.len = (nuint)content.Memory.Length;
                break;
            case PutContentKind.File:
                body.kind = BodyFile;
                body.path = scope.Text(content.Path, nameof(PutObjectRequest.FilePath));
                break;
            case PutContentKind.Stream:
                body.kind = BodyStream;
                body.length = Wire.Number(content.Length);
                break;
            default:
                break;
        }

        return Submit(call, request, &Native.s3kms_put_object_submit, &raw, &body, cancellationToken);
    }

    /// <summary>Submits a copy.</summary>
    public Submitted<CopyObjectResponse> Copy(CopyObjectRequest request, in CallContext context, CancellationToken cancellationToken)
    {
        using var scope = NativeScope.Open();
        var raw = CopyObjectMarshaller.Write(request, context, scope);
        var call = new PendingCall<CopyObjectResponse>(
            request, static (in S3kmsCompletion.Unmanaged completion) => CopyObjectMarshaller.Read(*(S3kmsCopyObjectResult.Unmanaged*)completion.copy_object), cancellationToken);
        return Submit(call, request, &SubmitCopy, &raw, null, cancellationToken);
    }

    /// <summary>Submits a get; the response's stream holds the content.</summary>
    public Submitted<GetObjectResponse> Get(GetObjectRequest request, in CallContext context, CancellationToken cancellationToken)
    {
        using var scope = NativeScope.Open();
        var raw = GetObjectMarshaller.Write(request, context, scope);
        var call = new PendingCall<GetObjectResponse>(request, ReadGet, cancellationToken);
        return Submit(call, request, &Native.s3kms_get_object_submit, &raw, null, cancellationToken);
    }

    /// <summary>Submits a head.</summary>
    public Submitted<GetObjectMetadataResponse> Head(GetObjectMetadataRequest request, in CallContext context, CancellationToken cancellationToken)
    {
        using var scope = NativeScope.Open();
        var raw = HeadObjectMarshaller.Write(request, context, scope);
        var call = new PendingCall<GetObjectMetadataResponse>(
            request, static (in S3kmsCompletion.Unmanaged completion) => HeadObjectMarshaller.Read(*(S3kmsHeadObjectResult.Unmanaged*)completion.head_object), cancellationToken);
        return Submit(call, request, &SubmitHead, &raw, null, cancellationToken);
    }

    /// <summary>Submits a delete.</summary>
    public Submitted<DeleteObjectResponse> Delete(DeleteObjectRequest request, in CallContext context, CancellationToken cancellationToken)
    {
        using var scope = NativeScope.Open();
        var raw = DeleteObjectMarshaller.Write(request, context, scope);
        var call = new PendingCall<DeleteObjectResponse>(
            request, static (in S3kmsCompletion.Unmanaged completion) => DeleteObjectMarshaller.Read(*(S3kmsDeleteObjectResult.Unmanaged*)completion.delete_object), cancellationToken);
        return Submit(call, request, &SubmitDelete, &raw, null, cancellationToken);
    }

    /// <summary>Signs a URL, on this thread.</summary>
    public PreSignedRequest Presign(GetPreSignedUrlRequest request, in CallContext context)
    {
        using var scope = NativeScope.Open();
        var raw = PresignMarshaller.Write(request, context, scope);
        using var lease = new Lease(this);
        IntPtr result;
        Throw(Native.s3kms_presign(lease.Client, (IntPtr)(&raw), (IntPtr)(&result)), request, default);
        try
        {
            return PresignMarshaller.Read(*(S3kmsPresignResult.Unmanaged*)result);
        }
        finally
        {
            Native.s3kms_presign_result_free(result);
        }
    }

    /// <summary>Cancels a request, unless it has ended; its completion follows.</summary>
    public void Cancel(ulong requestId)
    {
        if (TryLease(out var lease))
        {
            using (lease)
            {
                _ = NativeError.Take(Native.s3kms_cancel(lease.Client, requestId, IntPtr.Zero));
            }
        }
    }

    /// <summary>Pushes a chunk of an upload; ends when the next one may follow. The chunk is copied before this returns.</summary>
    public Task<bool> Write(ulong requestId, ReadOnlySpan<byte> chunk)
    {
        var call = new PendingCall<bool>(null, static (in S3kmsCompletion.Unmanaged _) => true, default);
        using var lease = new Lease(this);
        call.Begin();
        fixed (byte* data = chunk)
        {
            var error = Native.s3kms_upload_write_submit(lease.Client, requestId, (IntPtr)data, (nuint)chunk.Length, call.Tag);
            Refused(call, error, null);
        }

        return call.Outcome;
    }

    /// <summary>Declares the end of an upload's content.</summary>
    public void Finish(ulong requestId)
    {
        using var lease = new Lease(this);
        Throw(Native.s3kms_upload_finish(lease.Client, requestId), null, default);
    }

    /// <summary>Reads the next content of a download into a buffer that stays untouched until then; ends with the number of bytes, 0 at the end.</summary>
    public Task<int> Read(ulong download, byte[] buffer)
    {
        int Take(in S3kmsCompletion.Unmanaged completion)
        {
            var length = checked((int)completion.content.length);
            new ReadOnlySpan<byte>((void*)completion.content.data, length).CopyTo(buffer);
            return length;
        }

        var call = new PendingCall<int>(null, Take, default);
        using var lease = new Lease(this);
        call.Begin();
        Refused(call, Native.s3kms_download_read_submit(lease.Client, download, (nuint)buffer.Length, call.Tag), null);
        return call.Outcome;
    }

    /// <summary>Releases a download, read to its end or not.</summary>
    public void CloseDownload(ulong download)
    {
        if (TryLease(out var lease))
        {
            using (lease)
            {
                _ = NativeError.Take(Native.s3kms_download_close(lease.Client, download));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        var counted = false;
        try
        {
            _handle.DangerousAddRef(ref counted);
            // Returns after the last completion. What it could report is of no use to anybody who disposes.
            _ = NativeError.Take(Native.s3kms_client_close(_handle.DangerousGetHandle()));
        }
        finally
        {
            if (counted)
            {
                _handle.DangerousRelease();
            }
        }

        _handle.Dispose();
    }

    private static void Throw(IntPtr error, AmazonWebServiceRequest? request, CancellationToken cancellationToken)
    {
        if (NativeError.Take(error) is { } taken)
        {
            throw ErrorMapper.ToException(taken, request, cancellationToken);
        }
    }

    private static void Refused(PendingCall call, IntPtr error, AmazonWebServiceRequest? request)
    {
        if (error != IntPtr.Zero)
        {
            call.Abandon();
            Throw(error, request, default);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnCompletion(IntPtr context, ulong tag, S3kmsCompletion.Unmanaged* completion) => PendingCall.Complete(tag, *completion);

    private GetObjectResponse ReadGet(in S3kmsCompletion.Unmanaged completion)
    {
        var response = GetObjectMarshaller.Read(*(S3kmsGetObjectResult.Unmanaged*)completion.get_object);
        response.ResponseStream = completion.content.kind switch
        {
            ContentInline => new MemoryStream(
                new ReadOnlySpan<byte>((void*)completion.content.data, checked((int)completion.content.length)).ToArray(), writable: false),
            ContentStream => new NativeResponseStream(this, completion.content.download),
            _ => Stream.Null,
        };
        return response;
    }

    private static IntPtr SubmitCopy(IntPtr client, IntPtr request, IntPtr none, ulong tag, IntPtr id) => Native.s3kms_copy_object_submit(client, request, tag, id);

    private static IntPtr SubmitHead(IntPtr client, IntPtr request, IntPtr none, ulong tag, IntPtr id) => Native.s3kms_head_object_submit(client, request, tag, id);

    private static IntPtr SubmitDelete(IntPtr client, IntPtr request, IntPtr none, ulong tag, IntPtr id) => Native.s3kms_delete_object_submit(client, request, tag, id);

    private Submitted<T> Submit<T>(
        PendingCall<T> call,
        AmazonWebServiceRequest request,
        delegate*<IntPtr, IntPtr, IntPtr, ulong, IntPtr, IntPtr> submission,
        void* raw,
        void* content,
        CancellationToken cancellationToken)
    {
        ulong id;
        IntPtr error;
        try
        {
            using var lease = new Lease(this);
            call.Begin();
            error = submission(lease.Client, (IntPtr)raw, (IntPtr)content, call.Tag, (IntPtr)(&id));
        }
        catch
        {
            call.Abandon();
            throw;
        }

        if (error != IntPtr.Zero)
        {
            call.Abandon();
            Throw(error, request, cancellationToken);
        }

        return new Submitted<T>(id, call.Outcome);
    }

    private bool TryLease(out Lease lease)
    {
        try
        {
            lease = new Lease(this);
            return true;
        }
        catch (ObjectDisposedException)
        {
            lease = default;
            return false;
        }
    }

    /// <summary>Keeps the handle from being freed during a call.</summary>
    private readonly struct Lease : IDisposable
    {
        private readonly NativeClient _owner;

        public Lease(NativeClient owner)
        {
            _owner = owner;
            ObjectDisposedException.ThrowIf(Volatile.Read(ref owner._disposed) != 0, typeof(AmazonS3Client));
            var counted = false;
            try
            {
                owner._handle.DangerousAddRef(ref counted);
            }
            catch (ObjectDisposedException)
            {
                throw new ObjectDisposedException(typeof(AmazonS3Client).FullName);
            }
        }

        public IntPtr Client => _owner._handle.DangerousGetHandle();

        public void Dispose() => _owner._handle.DangerousRelease();
    }
}
