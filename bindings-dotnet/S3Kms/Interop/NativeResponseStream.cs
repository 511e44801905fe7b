using System.Buffers;
using System.Runtime.InteropServices;
using S3Kms.Interop.Raw;

namespace S3Kms.Interop;

/// <summary>Content of an object, read from the connection while it is consumed: at most two chunks are held.</summary>
/// <remarks>
/// The native library fills one chunk while the reader takes from the other. What has come is asked for more on the native thread that
/// brought it, so that threads change only where the reader has to wait. One reader at a time. A cancelled read leaves the stream
/// whole: what was on its way is what the next read gets.
/// </remarks>
internal sealed class NativeResponseStream(NativeClient client, ulong download) : Stream, IPendingCall
{
    /// <summary>Large enough that the crossing of the boundary costs nothing beside the bytes.</summary>
    private const int ChunkSize = 256 * 1024;

    /// <summary>With less room than this in the chunk, the next read waits for the reader.</summary>
    private const int LeastRead = 32 * 1024;

    /// <summary>Guards what the native thread and the reader share: the chunk that is being filled, and how things stand.</summary>
    private readonly object _guard = new();

    private byte[]? _filling;
    private int _filled;
    private bool _reading;
    private bool _ended;
    private Exception? _error;
    private TaskCompletionSource? _waiting;

    /// <summary>The reader's alone: what it takes from.</summary>
    private byte[]? _chunk;
    private int _start;
    private int _end;
    private long _position;
    private int _disposed;

    ~NativeResponseStream() => Dispose(false);

    public override bool CanRead => Volatile.Read(ref _disposed) == 0;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length is GetObjectResponse.ContentLength.");

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("The content of an object is read once, from its beginning.");
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        while (buffer.Length > 0 && Next() is { } coming)
        {
            // The news come from a thread of the native library, never from the pool: waiting here cannot starve it.
            coming.GetAwaiter().GetResult();
        }

        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (buffer.Length > 0 && Next() is { } coming)
        {
            await (cancellationToken.CanBeCanceled ? coming.WaitAsync(cancellationToken) : coming).ConfigureAwait(false);
        }

        return Take(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The content of an object is read once, from its beginning.");

    public override void SetLength(long value) => throw new NotSupportedException("The content of an object cannot be written.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The content of an object cannot be written.");

    /// <summary>A chunk has come, or the end, or an error. On a native thread.</summary>
    unsafe void IPendingCall.End(in S3kmsCompletion.Unmanaged completion)
    {
        TaskCompletionSource? waiting;
        lock (_guard)
        {
            _reading = false;
            try
            {
                if (completion.error != IntPtr.Zero)
                {
                    _error = ErrorMapper.ToException(NativeError.Read(*(S3kmsError.Unmanaged*)completion.error), null, default);
                }
                else if (Volatile.Read(ref _disposed) != 0)
                {
                    // Nobody is there to take it, and the chunks are somebody else's.
                }
                else if (completion.content.length == 0)
                {
                    _ended = true;
                }
                else
                {
                    var length = checked((int)completion.content.length);
                    _filling ??= ArrayPool<byte>.Shared.Rent(ChunkSize);
                    new ReadOnlySpan<byte>((void*)completion.content.data, length).CopyTo(_filling.AsSpan(_filled));
                    _filled += length;
                    Ask();
                }
            }
#pragma warning disable CA1031 // an exception must not leave a callback of native code: the reader gets it
            catch (Exception error)
#pragma warning restore CA1031
            {
                _error = error;
            }

            waiting = _waiting;
            _waiting = null;
        }

        waiting?.TrySetResult();
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            TaskCompletionSource? waiting;
            byte[]? filling;
            lock (_guard)
            {
                // From here on nothing is written to it: a chunk that is on its way is dropped.
                filling = _filling;
                _filling = null;
                waiting = _waiting;
                _waiting = null;
            }

            client.CloseDownload(download);
            waiting?.TrySetResult();
            if (disposing)
            {
                Return(filling);
                Return(Interlocked.Exchange(ref _chunk, null));
            }
        }

        base.Dispose(disposing);
    }

    private static void Return(byte[]? chunk)
    {
        if (chunk is not null)
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Makes the next bytes those that <see cref="Take"/> takes; null: they are there, or the end is. Else what to wait for.</summary>
    private Task? Next()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (_start < _end)
        {
            return null;
        }

        lock (_guard)
        {
            if (_filled > 0)
            {
                (_chunk, _filling) = (_filling, _chunk);
                (_start, _end, _filled) = (0, _filled, 0);
                if (!_ended && _error is null)
                {
                    Ask();
                }

                return null;
            }

            if (_ended)
            {
                return null;
            }

            if (_error is not null)
            {
                throw Broken(_error);
            }

            if (!_reading)
            {
                Ask();
                if (_error is not null)
                {
                    throw Broken(_error);
                }
            }

            // The continuation is the caller's code: it must not run on a thread of the native library.
            return (_waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Asks for more, where none is asked for and there is room. Under the lock.</summary>
    private void Ask()
    {
        if (_reading || Volatile.Read(ref _disposed) != 0)
        {
            return;
        }

        _filling ??= ArrayPool<byte>.Shared.Rent(ChunkSize);
        if (ChunkSize - _filled < LeastRead)
        {
            return;
        }

        // Until its completion the read keeps this alive.
        var self = GCHandle.Alloc(this);
        _reading = true;
        try
        {
            client.Read(download, ChunkSize - _filled, (ulong)GCHandle.ToIntPtr(self));
        }
#pragma warning disable CA1031 // what was read before is delivered first
        catch (Exception error)
#pragma warning restore CA1031
        {
            self.Free();
            _reading = false;
            _error = error;
        }
    }

    private int Take(Span<byte> buffer)
    {
        var chunk = _chunk;
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        var count = Math.Min(buffer.Length, _end - _start);
        chunk.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        _position += count;
        return count;
    }

    private static Exception Broken(Exception error) => error switch
    {
        ObjectDisposedException or IOException => error,
        _ => new IOException($"The content of the object broke off: {error.Message}", error),
    };
}
