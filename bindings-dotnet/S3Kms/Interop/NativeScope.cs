using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using S3Kms.Interop.Raw;

namespace S3Kms.Interop;

/// <summary>
/// Owns what one native call points to: texts as UTF-8, arrays of pairs, copies of structs. Everything is freed with it. The native
/// side reads requests during the call only; what must live until the completion (the content of a put) is owned by the
/// <see cref="PendingCall{T}"/>.
/// </summary>
/// <remarks>Not for several threads. A scope is kept per thread, so that an ordinary call allocates nothing.</remarks>
internal sealed unsafe class NativeScope : IDisposable
{
    private const int BlockSize = 8 * 1024;

    /// <summary>Further blocks, for calls with much text, are of this size at least.</summary>
    private const int MoreSize = 64 * 1024;

    [ThreadStatic]
    private static NativeScope? _spare;

    private readonly byte* _first = (byte*)NativeMemory.Alloc(BlockSize);
    private byte* _block;
    private int _size = BlockSize;
    private int _used;
    private List<(IntPtr Block, int Size)>? _more;

    private NativeScope() => _block = _first;

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
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // most texts of a request are absent
    public S3kmsStr.Unmanaged Text(string? text, string property) => text is null ? default : Encode(text, property);

    /// <summary>Texts one after the other.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="count">Their number.</param>
    /// <param name="property">Property to blame.</param>
    /// <exception cref="ArgumentException">A text is null or not valid Unicode, or there are not as many.</exception>
    public IntPtr Texts(IEnumerable<string?> texts, int count, string property)
    {
        var first = (S3kmsStr.Unmanaged*)Take(checked(count * sizeof(S3kmsStr.Unmanaged)));
        var index = 0;
        foreach (var text in texts)
        {
            if (index == count)
            {
                throw new ArgumentException($"{property} holds more than its Count, {count}.", property);
            }

            first[index++] = Encode(text ?? throw new ArgumentException($"{property}: number {index} (from 0) is null.", property), property);
        }

        return index == count ? (IntPtr)first : throw new ArgumentException($"{property} holds fewer than its Count, {count}.", property);
    }

    private S3kmsStr.Unmanaged Encode(string text, string property)
    {
        // The worst case of UTF-8, so that one pass is enough.
        var room = checked(3 * text.Length);
        var place = Take(room);
        // Refuses what UTF-8 cannot say: lone surrogates.
        if (Utf8.FromUtf16(text, new Span<byte>(place, room), out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            throw new ArgumentException($"{property} is not valid Unicode: it holds half of a surrogate pair, which UTF-8 cannot say.", property);
        }

        Untake(room, length);
        return new S3kmsStr.Unmanaged { data = (IntPtr)place, len = (nuint)length };
    }

    /// <summary>Names with their values.</summary>
    /// <param name="entries">The entries; null: none.</param>
    /// <param name="property">Property to blame.</param>
    /// <exception cref="ArgumentException">A text is not valid Unicode.</exception>
    public S3kmsPairs.Unmanaged Pairs(ICollection<KeyValuePair<string, string>>? entries, string property)
    {
        if (entries is null || entries.Count == 0)
        {
            return default;
        }

        var count = entries.Count;
        var pairs = (S3kmsPair.Unmanaged*)Take(count * sizeof(S3kmsPair.Unmanaged));
        var index = 0;
        foreach (var (name, value) in entries)
        {
            pairs[index++] = new S3kmsPair.Unmanaged { name = Text(name, property), text = Text(value, property) };
        }

        return new S3kmsPairs.Unmanaged { data = (IntPtr)pairs, len = (nuint)index };
    }

    /// <summary>Frees what the call needed, and keeps the scope for the next one.</summary>
#pragma warning disable CA1816 // it lives on as the thread's spare: the finalizer is still wanted
    public void Dispose()
#pragma warning restore CA1816
    {
        // Credentials and contexts pass through here: they are not left behind.
        NativeMemory.Clear(_block, (nuint)_used);
        if (_more is not null)
        {
            foreach (var (block, size) in _more)
            {
                NativeMemory.Clear((void*)block, (nuint)size);
                if (block != (IntPtr)_first)
                {
                    NativeMemory.Free((void*)block);
                }
            }

            NativeMemory.Free(_block);
            _block = _first;
            _size = BlockSize;
            _more = null;
        }

        _used = 0;
        _spare = this;
    }

    private byte* Take(int size)
    {
        size = checked(size + 7) & ~7;
        if (size > _size - _used)
        {
            (_more ??= []).Add(((IntPtr)_block, _used));
            _size = Math.Max(size, MoreSize);
            _block = (byte*)NativeMemory.Alloc((nuint)_size);
            _used = 0;
        }

        var place = _block + _used;
        _used += size;
        return place;
    }

    /// <summary>Gives back what the last <see cref="Take"/> got too much.</summary>
    private void Untake(int taken, int needed) => _used -= ((taken + 7) & ~7) - ((needed + 7) & ~7);
}
