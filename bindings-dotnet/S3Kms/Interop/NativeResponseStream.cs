namespace S3Kms.Interop;

/// <summary>Content of an object, read from the connection into the reader's own memory while it is consumed.</summary>
/// <remarks>
/// What has come already is read and decrypted by the reader's thread, which changes only where it has to wait: then the native library
/// fills the same memory when something comes. Who reads in small pieces gets them out of a buffer here, because each read crosses the
/// boundary. One reader at a time. A cancelled read takes nothing.
/// </remarks>
internal sealed class NativeResponseStream(NativeClient client, ulong download) : Stream
{
    /// <summary>Bytes of the buffer for those who read in pieces that are smaller than half of it.</summary>
    private const int BufferSize = 32 * 1024;

    /// <summary>Not from a pool: somebody who disposes of this while it is read must harm no other.</summary>
    private byte[] _buffer = [];
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
        if (Buffered(buffer) is { } count)
        {
            return count;
        }

        if (Suits(buffer.Length) && Now(buffer) is { } direct)
        {
            return Taken(direct);
        }

        var room = Room();
        (_start, _end) = (0, Now(room) ?? Wait(room));
        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Buffered(buffer.Span) is { } count)
        {
            return count;
        }

        if (Suits(buffer.Length))
        {
            return Taken(Now(buffer.Span) ?? await WaitAsync(buffer, cancellationToken).ConfigureAwait(false));
        }

        var room = Room();
        (_start, _end) = (0, Now(room) ?? await WaitAsync(room, cancellationToken).ConfigureAwait(false));
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
            // A read that waits ends with this.
            client.CloseDownload(download);
        }

        base.Dispose(disposing);
    }

    /// <summary>Whether memory of this length is worth a crossing of its own.</summary>
    private static bool Suits(int length) => length >= BufferSize / 2;

    private byte[] Room()
    {
        if (_buffer.Length == 0)
        {
            _buffer = new byte[BufferSize];
        }

        return _buffer;
    }

    /// <summary>What can be had of the buffer; null: it is empty.</summary>
    private int? Buffered(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        return buffer.Length == 0 || _start < _end ? Take(buffer) : null;
    }

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return Taken(count);
    }

    private int Taken(int count)
    {
        _position += count;
        return count;
    }

    /// <summary>Fills memory with what has come; its length, 0 at the end; null: nothing has come.</summary>
    private int? Now(Span<byte> memory)
    {
        try
        {
            return client.ReadNow(download, memory);
        }
        catch (Exception error) when (Broken(error) is { } broken)
        {
            throw broken;
        }
    }

    /// <summary>Waits for what comes, on this thread.</summary>
    private int Wait(byte[] room)
    {
        try
        {
            // The news come from a thread of the native library, never from the pool: waiting here cannot starve it.
            return WaitAsync(room, default).AsTask().GetAwaiter().GetResult();
        }
        catch (ThreadInterruptedException)
        {
            // What the read that nobody waits for brings is lost.
            Dispose();
            throw;
        }
    }

    private async ValueTask<int> WaitAsync(Memory<byte> memory, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ReadAsync(download, memory, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (Broken(error, cancellationToken) is { } broken)
        {
            throw broken;
        }
    }

    /// <summary>What to throw instead of an error; null: nothing.</summary>
    private Exception? Broken(Exception error, CancellationToken cancellationToken = default) => error switch
    {
        ObjectDisposedException or IOException => null,
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        OperationCanceledException when !CanRead => new ObjectDisposedException(GetType().FullName),
        _ => new IOException($"The content of the object broke off: {error.Message}", error),
    };
}
