namespace S3Kms.Model;

/// <summary>Query parameters by name.</summary>
public class ParameterCollection
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Names that are set.</summary>
    public ICollection<string> Keys => _values.Keys;

    /// <summary>Number of parameters.</summary>
    public int Count => _values.Count;

    /// <summary>A parameter's value; null where it is not set. Setting null removes it.</summary>
    /// <param name="name">Name, not URL-encoded.</param>
    public string? this[string name]
    {
        get => _values.GetValueOrDefault(name);
        set
        {
            if (value is null)
            {
                _values.Remove(name);
            }
            else
            {
                _values[name] = value;
            }
        }
    }

    /// <summary>Adds or replaces a parameter.</summary>
    /// <param name="name">Name, not URL-encoded.</param>
    /// <param name="value">Value, not URL-encoded.</param>
    public void Add(string name, string value) => this[name] = value;

    internal IEnumerable<KeyValuePair<string, string>> All => _values;
}
