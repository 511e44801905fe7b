using System.Buffers;

namespace S3Kms.Interop;

/// <summary>
/// Where the next chunk of a download goes: the reader's own memory, or, where that reader has given up meanwhile, a buffer from which
/// the next one is served.
/// </summary>
internal sealed class DownloadTarget(Memory<byte> memory)
{
    private const int Waiting = 0, Filled = 1, Detached = 2;

    private int _state;

    /// <summary>Bytes that it takes.</summary>
    public int Room => memory.Length;

    /// <summary>What came after the reader had given up, from the pool; null: nothing.</summary>
    public byte[]? Kept { get; private set; }

    /// <summary>The reader gives up: its memory is not touched from now on. False: the chunk has come, and its completion follows.</summary>
    public bool Detach() => Interlocked.CompareExchange(ref _state, Detached, Waiting) == Waiting;

    /// <summary>Takes a chunk.</summary>
    public int Fill(ReadOnlySpan<byte> chunk)
    {
        if (Interlocked.CompareExchange(ref _state, Filled, Waiting) == Waiting)
        {
            chunk.CopyTo(memory.Span);
        }
        else if (chunk.Length > 0)
        {
            Kept = ArrayPool<byte>.Shared.Rent(chunk.Length);
            chunk.CopyTo(Kept);
        }

        return chunk.Length;
    }
}
