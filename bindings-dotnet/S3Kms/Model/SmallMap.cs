namespace S3Kms.Model;

/// <summary>
/// A few texts by name, in the order in which they were set; the case of names does not matter. Requests and answers have a handful of
/// headers: an array of them takes a fraction of a dictionary's memory, and nothing while it is empty.
/// </summary>
internal struct SmallMap
{
    private KeyValuePair<string, string>[]? _entries;

    /// <summary>Number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>The entries.</summary>
    public readonly ReadOnlySpan<KeyValuePair<string, string>> Entries => _entries.AsSpan(0, Count);

    /// <summary>A copy of the names.</summary>
    public readonly ICollection<string> Keys
    {
        get
        {
            var keys = new string[Count];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = _entries![i].Key;
            }

            return Array.AsReadOnly(keys);
        }
    }

    /// <summary>A value, or null.</summary>
    public readonly string? Get(string name) => IndexOf(name) is >= 0 and var index ? _entries![index].Value : null;

    /// <summary>Adds or replaces an entry, which keeps the name that it had; null removes it.</summary>
    public void Set(string name, string? value)
    {
        var index = IndexOf(name);
        if (value is null)
        {
            if (index >= 0)
            {
                Array.Copy(_entries!, index + 1, _entries!, index, --Count - index);
                _entries![Count] = default;
            }

            return;
        }

        if (index >= 0)
        {
            _entries![index] = new KeyValuePair<string, string>(_entries[index].Key, value);
            return;
        }

        if (_entries is null || Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count == 0 ? 4 : 2 * Count);
        }

        _entries[Count++] = new KeyValuePair<string, string>(name, value);
    }

    /// <summary>Removes all entries.</summary>
    public void Clear() => (_entries, Count) = (null, 0);

    private readonly int IndexOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (var i = 0; i < Count; i++)
        {
            if (string.Equals(_entries![i].Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
