using System.Buffers;

namespace S3Kms.Interop;

/// <summary>Small content of an object, which came with the answer. Its memory goes back to the pool when it is disposed of.</summary>
internal sealed class InlineContentStream : Stream
{
    private readonly int _length;
    private byte[]? _content;
    private int _position;

    public InlineContentStream(ReadOnlySpan<byte> content)
    {
        _length = content.Length;
        _content = ArrayPool<byte>.Shared.Rent(content.Length);
        content.CopyTo(_content);
    }

    public override bool CanRead => _content is not null;

    public override bool CanSeek => _content is not null;

    public override bool CanWrite => false;

    public override long Length
    {
        get
        {
            _ = Content();
            return _length;
        }
    }

    public override long Position
    {
        get
        {
            _ = Content();
            return _position;
        }

        set
        {
            _ = Content();
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            // Beyond the end there is nothing to read: it does not matter how far.
            _position = (int)Math.Min(value, _length);
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        var left = Content().AsSpan(_position, _length - _position);
        var count = Math.Min(buffer.Length, left.Length);
        left[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        try
        {
            return new ValueTask<int>(Read(buffer.Span));
        }
        catch (ObjectDisposedException error)
        {
            return ValueTask.FromException<int>(error);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        var from = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            SeekOrigin.End => _length,
            _ => throw new ArgumentException($"{origin} is no origin.", nameof(origin)),
        };
        if (from + offset < 0)
        {
            throw new IOException("An attempt was made to move the position before the beginning of the stream.");
        }

        Position = from + offset;
        return _position;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("The content of an object cannot be written.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The content of an object cannot be written.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _content, null) is { } content)
        {
            ArrayPool<byte>.Shared.Return(content);
        }

        base.Dispose(disposing);
    }

    private byte[] Content()
    {
        var content = _content;
        ObjectDisposedException.ThrowIf(content is null, this);
        return content;
    }
}
