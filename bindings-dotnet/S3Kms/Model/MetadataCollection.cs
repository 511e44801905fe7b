namespace S3Kms.Model;

/// <summary>User metadata by name; names may be given with or without <c>x-amz-meta-</c>, their case does not matter.</summary>
public class MetadataCollection
{
    internal const string Prefix = "x-amz-meta-";

    private SmallMap _values;

    /// <summary>Names that are set, each with <c>x-amz-meta-</c>.</summary>
    public ICollection<string> Keys => _values.Keys;

    /// <summary>Number of entries.</summary>
    public int Count => _values.Count;

    /// <summary>An entry's value; null where it is not set. Setting null removes it.</summary>
    /// <param name="name">Name, with or without <c>x-amz-meta-</c>.</param>
    public string? this[string name]
    {
        get => _values.Get(Full(name));
        set => _values.Set(Full(name), value);
    }

    /// <summary>Adds or replaces an entry.</summary>
    /// <param name="name">Name, with or without <c>x-amz-meta-</c>.</param>
    /// <param name="value">Value: US-ASCII without control characters.</param>
    public void Add(string name, string value) => this[name] = value;

    /// <summary>Removes all entries.</summary>
    public void Clear() => _values.Clear();

    /// <summary>The entries, names with the prefix.</summary>
    internal ReadOnlySpan<KeyValuePair<string, string>> Entries => _values.Entries;

    internal void Fill(IReadOnlyDictionary<string, string>? entries)
    {
        if (entries is not null)
        {
            foreach (var (name, value) in entries)
            {
                this[name] = value;
            }
        }
    }

    private static string Full(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? name : Prefix + name;
    }
}
