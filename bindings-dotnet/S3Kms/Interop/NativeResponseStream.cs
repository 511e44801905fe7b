using System.Buffers;

namespace S3Kms.Interop;

/// <summary>Content of an object, read from the connection while it is consumed: at most one chunk is held.</summary>
/// <remarks>
/// One reader at a time. A cancelled read leaves the stream whole: the chunk that was on its way is what the next read gets.
/// </remarks>
internal sealed class NativeResponseStream(NativeClient client, ulong download) : Stream
{
    /// <summary>Large enough that the crossing of the boundary costs nothing beside the bytes.</summary>
    private const int ChunkSize = 256 * 1024;

    /// <summary>A reader's own buffer of this size is written to without a stop in between.</summary>
    private const int DirectSize = 64 * 1024;

    /// <summary>What was read and not yet taken.</summary>
    private byte[]? _chunk;
    private int _start;
    private int _end;

    /// <summary>The read that is under way, and where its bytes go.</summary>
    private Task<int>? _next;
    private DownloadTarget? _target;
    private long _position;
    private bool _ended;
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
        if (buffer.Length > 0 && _start == _end && !_ended)
        {
            // The outcome comes from a thread of the native library, never from the pool: waiting here cannot starve it.
            Fill((_next ?? BeginChunk()).GetAwaiter());
        }

        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.Length > 0 && _start == _end && !_ended)
        {
            var direct = _next is null && buffer.Length >= DirectSize;
            var next = _next ?? (direct ? Begin(new DownloadTarget(buffer)) : BeginChunk());
            if (!next.IsCompleted)
            {
                if (cancellationToken.CanBeCanceled)
                {
                    // Ends early where the token says so; the chunk stays awaited.
                    await ((Task)next.WaitAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (!next.IsCompleted && (!direct || _target!.Detach()))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                    }
                }

                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (direct)
            {
                return Ended(next.GetAwaiter());
            }

            Fill(next.GetAwaiter());
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

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            client.CloseDownload(download);
            _ = _target?.Detach();
            // A read that is under way ends unseen, and keeps its buffer until then.
            _ = _next?.ContinueWith(static read => read.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            if (disposing && _next is null && _chunk is { } chunk)
            {
                _chunk = null;
                ArrayPool<byte>.Shared.Return(chunk);
            }
        }

        base.Dispose(disposing);
    }

    private Task<int> BeginChunk() => Begin(new DownloadTarget(_chunk ??= ArrayPool<byte>.Shared.Rent(ChunkSize)));

    private Task<int> Begin(DownloadTarget target)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        try
        {
            _next = client.Read(download, target);
            _target = target;
            return _next;
        }
        catch (Exception error) when (error is not ObjectDisposedException)
        {
            throw Broken(error);
        }
    }

    /// <summary>The end of a read into the reader's own memory.</summary>
    private int Ended(System.Runtime.CompilerServices.TaskAwaiter<int> next)
    {
        try
        {
            var count = next.GetResult();
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            _ended = count == 0;
            _position += count;
            return count;
        }
        catch (Exception error)
        {
            throw Broken(error);
        }
        finally
        {
            (_next, _target) = (null, null);
        }
    }

    /// <summary>The end of a read into the chunk.</summary>
    private void Fill(System.Runtime.CompilerServices.TaskAwaiter<int> next)
    {
        try
        {
            (_start, _end) = (0, next.GetResult());
            _ended = _end == 0;
            if (_target?.Kept is { } kept)
            {
                // Its reader had given up, and the bytes wait for this one.
                var chunk = _chunk;
                _chunk = kept;
                if (chunk is not null)
                {
                    ArrayPool<byte>.Shared.Return(chunk);
                }
            }
        }
        catch (Exception error)
        {
            throw Broken(error);
        }
        finally
        {
            (_next, _target) = (null, null);
        }
    }

    private int Take(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        var count = Math.Min(buffer.Length, _end - _start);
        _chunk.AsSpan(_start, count).CopyTo(buffer);
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
