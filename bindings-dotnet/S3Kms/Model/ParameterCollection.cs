namespace S3Kms.Model;

/// <summary>Query parameters by name.</summary>
public class ParameterCollection
{
    private Dictionary<string, string>? _values;

    private Dictionary<string, string> Values => _values ??= new(StringComparer.Ordinal);

    /// <summary>Names that are set.</summary>
    public ICollection<string> Keys => Values.Keys;

    /// <summary>Number of parameters.</summary>
    public int Count => _values?.Count ?? 0;

    /// <summary>A parameter's value; null where it is not set. Setting null removes it.</summary>
    /// <param name="name">Name, not URL-encoded.</param>
    public string? this[string name]
    {
        get => Values.GetValueOrDefault(name);
        set
        {
            if (value is null)
            {
                Values.Remove(name);
            }
            else
            {
                Values[name] = value;
            }
        }
    }

    /// <summary>Adds or replaces a parameter.</summary>
    /// <param name="name">Name, not URL-encoded.</param>
    /// <param name="value">Value, not URL-encoded.</param>
    public void Add(string name, string value) => this[name] = value;

    /// <summary>All parameters; null: none.</summary>
    internal ICollection<KeyValuePair<string, string>>? All => _values;
}
