using System.Runtime.InteropServices;
using System.Text;
using S3Kms.Interop.Raw;

namespace S3Kms.Interop;

/// <summary>
/// Owns what one native call points to: texts as UTF-8, arrays of pairs, copies of structs. Everything is freed with it. The native
/// side reads requests during the call only; what must live until the completion (the content of a put) is owned by the
/// <see cref="PendingCall"/>.
/// </summary>
/// <remarks>Not for several threads. A scope is kept per thread, so that an ordinary call allocates nothing.</remarks>
internal sealed unsafe class NativeScope : IDisposable
{
    private const int BlockSize = 8 * 1024;

    /// <summary>Refuses what UTF-8 cannot say: lone surrogates.</summary>
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [ThreadStatic]
    private static NativeScope? _spare;

    private readonly byte* _first = (byte*)NativeMemory.Alloc(BlockSize);
    private readonly List<IntPtr> _more = [];
    private int _used;

    private NativeScope()
    {
    }

    ~NativeScope() => NativeMemory.Free(_first);

    /// <summary>A scope for one call on this thread.</summary>
    public static NativeScope Open()
    {
        var scope = _spare ?? new NativeScope();
        _spare = null;
        return scope;
    }

    /// <summary>A text; null stays absent, and empty stays empty.</summary>
    /// <param name="text">The text.</param>
    /// <param name="property">Property to blame.</param>
    /// <exception cref="ArgumentException">The text is not valid Unicode.</exception>
    public S3kmsStr.Unmanaged Text(string? text, string property)
    {
        if (text is null)
        {
            return default;
        }

        try
        {
            var room = Strict.GetMaxByteCount(text.Length);
            var place = Take(room);
            var length = Strict.GetBytes(text, new Span<byte>(place, room));
            return new S3kmsStr.Unmanaged { data = (IntPtr)place, len = (nuint)length };
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException($"{property} is not valid Unicode: it holds half of a surrogate pair, which UTF-8 cannot say.", property);
        }
    }

    /// <summary>Names with their values.</summary>
    /// <param name="entries">The entries; null: none.</param>
    /// <param name="property">Property to blame.</param>
    /// <exception cref="ArgumentException">A text is not valid Unicode.</exception>
    public S3kmsPairs.Unmanaged Pairs(IEnumerable<KeyValuePair<string, string>>? entries, string property)
    {
        if (entries is null || (entries.TryGetNonEnumeratedCount(out var known) && known == 0))
        {
            return default;
        }

        var list = entries.ToList();
        if (list.Count == 0)
        {
            return default;
        }

        var pairs = (S3kmsPair.Unmanaged*)Take(list.Count * sizeof(S3kmsPair.Unmanaged));
        for (var i = 0; i < list.Count; i++)
        {
            pairs[i] = new S3kmsPair.Unmanaged { name = Text(list[i].Key, property), text = Text(list[i].Value, property) };
        }

        return new S3kmsPairs.Unmanaged { data = (IntPtr)pairs, len = (nuint)list.Count };
    }

    /// <summary>Frees what the call needed, and keeps the scope for the next one.</summary>
#pragma warning disable CA1816 // it lives on as the thread's spare: the finalizer is still wanted
    public void Dispose()
#pragma warning restore CA1816
    {
        foreach (var block in _more)
        {
            NativeMemory.Free((void*)block);
        }

        _more.Clear();
        // Credentials and contexts pass through here: they are not left behind.
        NativeMemory.Clear(_first, (nuint)_used);
        _used = 0;
        _spare = this;
    }

    private byte* Take(int size)
    {
        size = (size + 7) & ~7;
        if (size <= BlockSize - _used)
        {
            var place = _first + _used;
            _used += size;
            return place;
        }

        var block = (byte*)NativeMemory.Alloc((nuint)size);
        _more.Add((IntPtr)block);
        return block;
    }
}
