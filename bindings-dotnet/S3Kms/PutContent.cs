using System.Buffers;
using System.Text;
using S3Kms.Model;

namespace S3Kms;

/// <summary>Where the content of a put is.</summary>
internal enum PutContentKind
{
    /// <summary>There is none.</summary>
    Empty,

    /// <summary>In memory, which is pinned.</summary>
    Memory,

    /// <summary>In a file that the native library reads.</summary>
    File,

    /// <summary>In a stream, whose chunks are pushed.</summary>
    Stream,
}

/// <summary>The content of a put, in the form in which it is handed over.</summary>
internal sealed class PutContent : IDisposable
{
    /// <summary>
    /// A seekable stream of up to this many bytes is read into memory first: then the put can be tried again when the network fails.
    /// </summary>
    private const int SmallStream = 1024 * 1024;

    private Stream? _owned;

    private PutContent(PutContentKind kind) => Kind = kind;

    public PutContentKind Kind { get; }

    /// <summary>The content, where it is in memory.</summary>
    public ReadOnlyMemory<byte> Memory { get; private init; }

    /// <summary>The file.</summary>
    public string? Path { get; private init; }

    /// <summary>The stream.</summary>
    public Stream? Stream { get; private init; }

    /// <summary>Bytes in all; null: not known.</summary>
    public long? Length { get; private init; }

    /// <summary>Opens the content of a request.</summary>
    /// <exception cref="ArgumentException">There are several contents, or the stream cannot be read.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static async ValueTask<PutContent> OpenAsync(PutObjectRequest request, CancellationToken cancellationToken)
    {
        var given = (request.FilePath is null ? 0 : 1) + (request.InputStream is null ? 0 : 1) + (request.ContentBody is null ? 0 : 1);
        if (given > 1)
        {
            throw new ArgumentException("Please specify only one of FilePath, InputStream and ContentBody to be put as an S3 object.", Blame("InputStream"));
        }

        // Progress is counted here, so the bytes must pass here.
        var counted = request.StreamTransferProgress is not null;
        if (request.FilePath is not null)
        {
            return OpenFile(request.FilePath, counted);
        }

        if (request.ContentBody is not null)
        {
            return OfMemory(Utf8(request.ContentBody), counted);
        }

        return request.InputStream is null ? new PutContent(PutContentKind.Empty) : await OpenStreamAsync(request, counted, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();

    private static PutContent OpenFile(string path, bool counted)
    {
        if (path.Length == 0)
        {
            throw new ArgumentException("FilePath must not be empty.", Blame("FilePath"));
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                Directory.Exists(path) ? $"FilePath names a folder: '{path}'." : $"Could not find file '{path}' (FilePath).", path);
        }

        if (!counted)
        {
            return new PutContent(PutContentKind.File) { Path = path };
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, useAsync: true);
        return new PutContent(PutContentKind.Stream) { Stream = file, Length = file.Length, _owned = file };
    }

    private static PutContent OfMemory(ReadOnlyMemory<byte> memory, bool counted) => counted
        ? new PutContent(PutContentKind.Stream) { Stream = new ReadOnlyMemoryStream(memory), Length = memory.Length }
        : new PutContent(PutContentKind.Memory) { Memory = memory, Length = memory.Length };

    private static async ValueTask<PutContent> OpenStreamAsync(PutObjectRequest request, bool counted, CancellationToken cancellationToken)
    {
        var stream = request.InputStream!;
        if (!stream.CanRead)
        {
            throw new ArgumentException("InputStream cannot be read: it is closed, or for writing only.", Blame("InputStream"));
        }

        if (stream.CanSeek && request.AutoResetStreamPosition)
        {
            stream.Seek(0, SeekOrigin.Begin);
        }

        long? declared = request.Headers.ContentLength >= 0 ? request.Headers.ContentLength : null;
        long? length = stream.CanSeek ? stream.Length - stream.Position : declared;
        if (declared is not null && declared != length)
        {
            throw new ArgumentException($"Headers.ContentLength is {declared}, but InputStream holds {length} bytes.", Blame("Headers"));
        }

        if (!counted && stream is MemoryStream memory && memory.TryGetBuffer(out var buffer))
        {
            var content = buffer.AsMemory((int)memory.Position);
            memory.Seek(0, SeekOrigin.End);
            return OfMemory(content, counted);
        }

        if (!counted && stream.CanSeek && length <= SmallStream)
        {
            var small = new byte[(int)length];
            await stream.ReadExactlyAsync(small, cancellationToken).ConfigureAwait(false);
            return OfMemory(small, counted);
        }

        return new PutContent(PutContentKind.Stream) { Stream = stream, Length = length };
    }

    private static byte[] Utf8(string text)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException("ContentBody is not valid Unicode: it holds half of a surrogate pair, which UTF-8 cannot say.", Blame("ContentBody"));
        }
    }

    private static string Blame(string property) => $"{nameof(PutObjectRequest)}.{property}";

    /// <summary>Memory as a stream, without a copy.</summary>
    private sealed class ReadOnlyMemoryStream(ReadOnlyMemory<byte> memory) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => memory.Length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, memory.Length - _position);
            memory.Span.Slice(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
