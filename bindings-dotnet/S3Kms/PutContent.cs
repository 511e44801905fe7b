using System.Runtime.CompilerServices;
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
internal readonly struct PutContent : IDisposable
{
    /// <summary>
    /// A seekable stream of up to this many bytes is read into memory first: then the put can be tried again when the network fails.
    /// </summary>
    private const int SmallStream = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public PutContentKind Kind { get; private init; }

    /// <summary>A stream that was opened here.</summary>
    private Stream? Owned { get; init; }

    /// <summary>The content, where it is in memory.</summary>
    public ReadOnlyMemory<byte> Memory { get; private init; }

    /// <summary>The file.</summary>
    public string? Path { get; private init; }

    /// <summary>The stream.</summary>
    public Stream? Stream { get; private init; }

    /// <summary>Bytes in all; null: not known.</summary>
    public long? Length { get; private init; }

    /// <summary>Opens the content of a request, where nothing has to be read or awaited for it: true.</summary>
    /// <param name="request">The request.</param>
    /// <param name="content">Its content; undefined where the result is false.</param>
    /// <param name="closing">A stream that is closed when the put has ended; null: none.</param>
    /// <exception cref="ArgumentException">There are several contents, or the stream cannot be read.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static bool TryOpen(PutObjectRequest request, out PutContent content, out MemoryStream? closing)
    {
        (content, closing) = (default, null);
        CheckOne(request);
        // Progress is counted here, so the bytes must pass here.
        if (request.StreamTransferProgress is not null)
        {
            return false;
        }

        if (request.FilePath is not null)
        {
            content = OpenFile(request.FilePath, counted: false);
        }
        else if (request.ContentBody is not null)
        {
            content = OfMemory(Utf8(request.ContentBody), counted: false);
        }
        else if (request.InputStream is not null)
        {
            // A class derived from MemoryStream may do as it likes: it is read as any other stream.
            if (request.InputStream.GetType() != typeof(MemoryStream))
            {
                return false;
            }

            var memory = (MemoryStream)request.InputStream;
            Position(request);
            if (!TryTake(memory, out content))
            {
                return false;
            }

            closing = request.AutoCloseStream ? memory : null;
        }

        return true;
    }

    /// <summary>Opens the content of a request.</summary>
    /// <exception cref="ArgumentException">There are several contents, or the stream cannot be read.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static async ValueTask<PutContent> OpenAsync(PutObjectRequest request, CancellationToken cancellationToken)
    {
        CheckOne(request);
        var counted = request.StreamTransferProgress is not null;
        if (request.FilePath is not null)
        {
            return OpenFile(request.FilePath, counted);
        }

        if (request.ContentBody is not null)
        {
            return OfMemory(Utf8(request.ContentBody), counted);
        }

        return request.InputStream is null ? default : await OpenStreamAsync(request, counted, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => Owned?.Dispose();

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
            return new PutContent { Kind = PutContentKind.File, Path = path };
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, useAsync: true);
        return new PutContent { Kind = PutContentKind.Stream, Stream = file, Length = file.Length, Owned = file };
    }

    private static PutContent OfMemory(ReadOnlyMemory<byte> memory, bool counted) => counted
        ? new PutContent { Kind = PutContentKind.Stream, Stream = new ReadOnlyMemoryStream(memory), Length = memory.Length }
        : new PutContent { Kind = PutContentKind.Memory, Memory = memory, Length = memory.Length };

    private static void CheckOne(PutObjectRequest request)
    {
        var given = (request.FilePath is null ? 0 : 1) + (request.InputStream is null ? 0 : 1) + (request.ContentBody is null ? 0 : 1);
        if (given > 1)
        {
            throw new ArgumentException("Please specify only one of FilePath, InputStream and ContentBody to be put as an S3 object.", Blame("InputStream"));
        }
    }

    /// <summary>Sets the stream to where it is read from; the number of bytes from there on, or null.</summary>
    private static long? Position(PutObjectRequest request)
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

        return length;
    }

    private static async ValueTask<PutContent> OpenStreamAsync(PutObjectRequest request, bool counted, CancellationToken cancellationToken)
    {
        var stream = request.InputStream!;
        var length = Position(request);
        if (!counted && stream is MemoryStream memory && TryTake(memory, out var content))
        {
            return content;
        }

        if (!counted && stream.CanSeek && length <= SmallStream)
        {
            var small = new byte[(int)length];
            await stream.ReadExactlyAsync(small, cancellationToken).ConfigureAwait(false);
            return OfMemory(small, counted);
        }

        return new PutContent { Kind = PutContentKind.Stream, Stream = stream, Length = length };
    }

    /// <summary>The rest of a memory stream, without a copy; the stream is then at its end.</summary>
    private static bool TryTake(MemoryStream stream, out PutContent content)
    {
        if (!stream.TryGetBuffer(out var buffer) && !Hidden.TryGetBuffer(stream, out buffer))
        {
            content = default;
            return false;
        }

        content = OfMemory(buffer.AsMemory((int)Math.Min(stream.Position, buffer.Count)), counted: false);
        stream.Seek(0, SeekOrigin.End);
        return true;
    }

    /// <summary>
    /// The buffer of a <c>new MemoryStream(bytes)</c>, which the stream does not show although its bytes are the caller's own. It is only
    /// read. The names are private ones of .NET, the same since .NET Core 1.0: where they are gone, such streams are read as others are.
    /// </summary>
    private static class Hidden
    {
        public static bool TryGetBuffer(MemoryStream stream, out ArraySegment<byte> buffer)
        {
            buffer = default;
            if (stream.GetType() != typeof(MemoryStream))
            {
                return false;
            }

            try
            {
                buffer = new ArraySegment<byte>(Buffer(stream), Origin(stream), (int)stream.Length);
                return true;
            }
            catch (MissingFieldException)
            {
                return false;
            }
        }

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_buffer")]
        private static extern ref byte[] Buffer(MemoryStream stream);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_origin")]
        private static extern ref int Origin(MemoryStream stream);
    }

    private static byte[] Utf8(string text)
    {
        try
        {
            return Strict.GetBytes(text);
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
