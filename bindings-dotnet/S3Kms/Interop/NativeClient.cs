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

    /// <summary>Submits a put of content in memory, in a file, of none, or to be pushed; a stream to close is closed when it has ended.</summary>
    public PendingCall<PutObjectResponse> Put(
        PutObjectRequest request, in CallContext context, in PutContent content, MemoryStream? closing, CancellationToken cancellationToken)
    {
        using var scope = NativeScope.Open();
        var raw = PutObjectMarshaller.Write(request, context, scope);
        var body = default(S3kmsBody.Unmanaged);
        if (content.Kind == PutContentKind.File)
        {
            body.kind = BodyFile;
            body.path = scope.Text(content.Path, nameof(PutObjectRequest.FilePath));
        }

        var call = new PendingCall<PutObjectResponse>(this, request, &ReadPut, cancellationToken) { Closing = closing };
        switch (content.Kind)
        {
            case PutContentKind.Memory when content.Memory.Length > 0:
                body.kind = BodyBytes;
                body.data = call.Pin(content.Memory);
                body.len = (nuint)content.Memory.Length;
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
    public Task<CopyObjectResponse> Copy(CopyObjectRequest request, in CallContext context, CancellationToken cancellationToken)
    {
        using var scope = NativeScope.Open();
        var raw = CopyObjectMarshaller.Write(request, context, scope);
        var call = new PendingCall<CopyObjectResponse>(this, request, &ReadCopy, cancellationToken);
        return Submit(call, request, &SubmitCopy, &raw, null, cancellationToken).Task;
    }

    /// <summary>Submits a get; the response's stream holds the content.</summary>
    public Task<GetObjectResponse> Get(GetObjectRequest request, in CallContext context, CancellationToken cancellationToken)
    {
        using var scope = NativeScope.Open();
        var raw = GetObjectMarshaller.Write(request, context, scope);
        var call = new PendingCall<GetObjectResponse>(this, request, &ReadGet, cancellationToken);
        return Submit(call, request, &Native.s3kms_get_object_submit, &raw, null, cancellationToken).Task;
    }

    /// <summary>Submits a head.</summary>
    public Task<GetObjectMetadataResponse> Head(GetObjectMetadataRequest request, in CallContext context, CancellationToken cancellationToken)
    {
        using var scope = NativeScope.Open();
        var raw = HeadObjectMarshaller.Write(request, context, scope);
        var call = new PendingCall<GetObjectMetadataResponse>(this, request, &ReadHead, cancellationToken);
        return Submit(call, request, &SubmitHead, &raw, null, cancellationToken).Task;
    }

    /// <summary>Submits a delete.</summary>
    public Task<DeleteObjectResponse> Delete(DeleteObjectRequest request, in CallContext context, CancellationToken cancellationToken)
    {
        using var scope = NativeScope.Open();
        var raw = DeleteObjectMarshaller.Write(request, context, scope);
        var call = new PendingCall<DeleteObjectResponse>(this, request, &ReadDelete, cancellationToken);
        return Submit(call, request, &SubmitDelete, &raw, null, cancellationToken).Task;
    }

    /// <summary>Signs a URL, on this thread.</summary>
    public PreSignedRequest Presign(GetPreSignedUrlRequest request, in CallContext context)
    {
        using var signed = Signed(request, context);
        return PresignMarshaller.Read(*signed.Result);
    }

    /// <summary>As <see cref="Presign"/>, the URL alone.</summary>
    public string PresignUrl(GetPreSignedUrlRequest request, in CallContext context)
    {
        using var signed = Signed(request, context);
        return Wire.Text(signed.Result->url)!;
    }

    /// <summary>Signs a URL for each of many keys, on this thread.</summary>
    public PreSignedBatch PresignBatch(GetPreSignedUrlRequest request, IReadOnlyCollection<string> keys, CallContext context)
    {
        using var scope = NativeScope.Open();
        var raw = PresignMarshaller.Write(request, context, scope);
        var count = keys.Count;
        var texts = scope.Texts(context.TrimKeys ? keys.Select(key => context.Key(key)) : keys, count, nameof(keys));
        using var lease = new Lease(this);
        S3kmsPresignBatchResult.Unmanaged* result;
        Throw(Native.s3kms_presign_batch(lease.Client, (IntPtr)(&raw), texts, (nuint)count, (IntPtr)(&result)), request, default);
        try
        {
            var urls = new string[checked((int)result->url_count)];
            var first = (S3kmsStr.Unmanaged*)result->urls;
            for (var i = 0; i < urls.Length; i++)
            {
                urls[i] = Wire.Text(first[i])!;
            }

            var batch = new PreSignedBatch { Method = request.WireVerb, Urls = urls, ExpiresAt = Wire.Time(result->expires_at).GetValueOrDefault() };
            batch.SignedHeaders = Wire.Pairs(result->signed_headers) ?? batch.SignedHeaders;
            return batch;
        }
        finally
        {
            Native.s3kms_presign_batch_result_free((IntPtr)result);
        }
    }

    private SignedResult Signed(GetPreSignedUrlRequest request, in CallContext context)
    {
        using var scope = NativeScope.Open();
        var raw = PresignMarshaller.Write(request, context, scope);
        using var lease = new Lease(this);
        S3kmsPresignResult.Unmanaged* result;
        Throw(Native.s3kms_presign(lease.Client, (IntPtr)(&raw), (IntPtr)(&result)), request, default);
        return new SignedResult(result);
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
    public Task Write(ulong requestId, ReadOnlySpan<byte> chunk)
    {
        var call = new PendingCall<bool>(this, null, &ReadNothing, default);
        using var lease = new Lease(this);
        call.Begin();
        fixed (byte* data = chunk)
        {
            var error = Native.s3kms_upload_write_submit(lease.Client, requestId, (IntPtr)data, (nuint)chunk.Length, call.Tag);
            Refused(call, error, null);
        }

        return call.Task;
    }

    /// <summary>Declares the end of an upload's content.</summary>
    public void Finish(ulong requestId)
    {
        using var lease = new Lease(this);
        Throw(Native.s3kms_upload_finish(lease.Client, requestId), null, default);
    }

    /// <summary>Reads what has come of a download, on this thread; how many bytes, 0 at its end; null: nothing has come.</summary>
    public int? ReadNow(ulong download, Span<byte> memory)
    {
        using var lease = new Lease(this);
        fixed (byte* data = memory)
        {
            nuint length;
            byte came;
            Throw(Native.s3kms_download_read_now(lease.Client, download, (IntPtr)data, (nuint)memory.Length, (IntPtr)(&length), (IntPtr)(&came)), null, default);
            return Wire.Flag(came) == true ? (int)length : null;
        }
    }

    /// <summary>Reads what comes next of a download; how many bytes, 0 at its end. The memory is pinned meanwhile.</summary>
    public Task<int> ReadAsync(ulong download, Memory<byte> memory, CancellationToken cancellationToken)
    {
        var call = new PendingCall<int>(this, null, &ReadLength, cancellationToken);
        var reading = new Reading(download, call.Pin(memory), (nuint)memory.Length);
        return Submit(call, null, &SubmitRead, &reading, null, cancellationToken).Task;
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

    private static void Refused<T>(PendingCall<T> call, IntPtr error, AmazonWebServiceRequest? request)
    {
        if (error != IntPtr.Zero)
        {
            call.Abandon();
            Throw(error, request, default);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnCompletion(IntPtr context, ulong tag, S3kmsCompletion.Unmanaged* completion) => PendingCalls.Complete(tag, *completion);

    private static PutObjectResponse ReadPut(PendingCall<PutObjectResponse> call, S3kmsCompletion.Unmanaged* completion) =>
        PutObjectMarshaller.Read(*(S3kmsPutObjectResult.Unmanaged*)completion->put_object);

    private static CopyObjectResponse ReadCopy(PendingCall<CopyObjectResponse> call, S3kmsCompletion.Unmanaged* completion) =>
        CopyObjectMarshaller.Read(*(S3kmsCopyObjectResult.Unmanaged*)completion->copy_object);

    private static GetObjectMetadataResponse ReadHead(PendingCall<GetObjectMetadataResponse> call, S3kmsCompletion.Unmanaged* completion) =>
        HeadObjectMarshaller.Read(*(S3kmsHeadObjectResult.Unmanaged*)completion->head_object);

    private static DeleteObjectResponse ReadDelete(PendingCall<DeleteObjectResponse> call, S3kmsCompletion.Unmanaged* completion) =>
        DeleteObjectMarshaller.Read(*(S3kmsDeleteObjectResult.Unmanaged*)completion->delete_object);

    private static int ReadLength(PendingCall<int> call, S3kmsCompletion.Unmanaged* completion) => (int)completion->content.length;

    private static bool ReadNothing(PendingCall<bool> call, S3kmsCompletion.Unmanaged* completion) => true;

    private static GetObjectResponse ReadGet(PendingCall<GetObjectResponse> call, S3kmsCompletion.Unmanaged* completion)
    {
        var response = GetObjectMarshaller.Read(*(S3kmsGetObjectResult.Unmanaged*)completion->get_object);
        var content = completion->content;
        response.ResponseStream = content.kind switch
        {
            ContentInline => new InlineContentStream(new ReadOnlySpan<byte>((void*)content.data, checked((int)content.length))),
            ContentStream => new NativeResponseStream(call.Client, content.download),
            _ => Stream.Null,
        };
        var request = (GetObjectRequest)call.Request!;
        (response.BucketName, response.Key) = (request.BucketName, request.Key);
        return response;
    }

    private static IntPtr SubmitCopy(IntPtr client, IntPtr request, IntPtr none, ulong tag, IntPtr id) => Native.s3kms_copy_object_submit(client, request, tag, id);

    private static IntPtr SubmitHead(IntPtr client, IntPtr request, IntPtr none, ulong tag, IntPtr id) => Native.s3kms_head_object_submit(client, request, tag, id);

    private static IntPtr SubmitDelete(IntPtr client, IntPtr request, IntPtr none, ulong tag, IntPtr id) => Native.s3kms_delete_object_submit(client, request, tag, id);

    private static IntPtr SubmitRead(IntPtr client, IntPtr reading, IntPtr none, ulong tag, IntPtr id)
    {
        var (download, data, length) = *(Reading*)reading;
        return Native.s3kms_download_read_submit(client, download, data, length, tag, id);
    }

    private PendingCall<T> Submit<T>(
        PendingCall<T> call,
        AmazonWebServiceRequest? request,
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

        call.Accepted(id);
        return call;
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

    /// <summary>A read of a download, and the memory that it fills.</summary>
    private readonly record struct Reading(ulong Download, IntPtr Data, nuint Length);

    /// <summary>A result of the native library, freed with this.</summary>
    private readonly struct SignedResult(S3kmsPresignResult.Unmanaged* result) : IDisposable
    {
        public S3kmsPresignResult.Unmanaged* Result => result;

        public void Dispose() => Native.s3kms_presign_result_free((IntPtr)result);
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
