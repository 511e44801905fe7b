using System.Globalization;

namespace S3Kms.Model;

/// <summary>HTTP headers by name; the case of names does not matter.</summary>
public class HeadersCollection
{
    private SmallMap _values;

    /// <summary>Names of the headers that are set.</summary>
    public ICollection<string> Keys => _values.Keys;

    /// <summary>Number of headers that are set.</summary>
    public int Count => _values.Count;

    /// <summary>Media type of the content.</summary>
    public string? ContentType
    {
        get => this["Content-Type"];
        set => this["Content-Type"] = value;
    }

    /// <summary>Encodings applied to the content.</summary>
    public string? ContentEncoding
    {
        get => this["Content-Encoding"];
        set => this["Content-Encoding"] = value;
    }

    /// <summary>Language of the content.</summary>
    public string? ContentLanguage
    {
        get => this["Content-Language"];
        set => this["Content-Language"] = value;
    }

    /// <summary>How a browser should present the content.</summary>
    public string? ContentDisposition
    {
        get => this["Content-Disposition"];
        set => this["Content-Disposition"] = value;
    }

    /// <summary>Caching along the way.</summary>
    public string? CacheControl
    {
        get => this["Cache-Control"];
        set => this["Cache-Control"] = value;
    }

    /// <summary>Base64 of the MD5 of the content, which S3 then checks.</summary>
    public string? ContentMD5
    {
        get => this["Content-MD5"];
        set => this["Content-MD5"] = value;
    }

    /// <summary>Bytes of the content; -1 where it is not set. Names the length of a stream that cannot tell it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A length below -1.</exception>
    public long ContentLength
    {
        get => long.TryParse(this["Content-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : -1;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, -1, nameof(ContentLength));
            this["Content-Length"] = value < 0 ? null : value.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>When caches must drop the content, in UTC; null where it is not set or is no date.</summary>
    public DateTime? ExpiresUtc
    {
        get => Marshalling.Wire.HttpTime(this["Expires"]);
        set => this["Expires"] = value?.ToUniversalTime().ToString("r", CultureInfo.InvariantCulture);
    }

    /// <summary>When caches must drop the content; the same as <see cref="ExpiresUtc"/>.</summary>
    public DateTime? Expires
    {
        get => ExpiresUtc;
        set => ExpiresUtc = value;
    }

    /// <summary>A header's value; null where it is not set. Setting null removes it.</summary>
    /// <param name="name">Name of the header.</param>
    public string? this[string name]
    {
        get => _values.Get(name);
        set => _values.Set(name, value);
    }

    /// <summary>The headers that have no property of their own in a request: sent as they are. Null: none.</summary>
    internal List<KeyValuePair<string, string>>? Further => Select(static name => !IsOwn(name) && !IsMetadata(name));

    /// <summary>As <see cref="Further"/>, with the content headers that a presigned request has no field for.</summary>
    internal List<KeyValuePair<string, string>>? Own => Select(static name => !IsMetadata(name) && !Is(name, "Content-Type") && !Is(name, "Content-MD5"));

    /// <summary>User metadata: what was set as headers, then the collection's own; names without the prefix. Null: none.</summary>
    internal List<KeyValuePair<string, string>>? WithMetadata(MetadataCollection metadata)
    {
        var all = Select(IsMetadata);
        for (var i = 0; i < all?.Count; i++)
        {
            all[i] = KeyValuePair.Create(all[i].Key[MetadataCollection.Prefix.Length..], all[i].Value);
        }

        foreach (var (name, value) in metadata.Entries)
        {
            (all ??= []).Add(KeyValuePair.Create(name[MetadataCollection.Prefix.Length..], value));
        }

        return all;
    }

    private List<KeyValuePair<string, string>>? Select(Predicate<string> wanted)
    {
        List<KeyValuePair<string, string>>? selected = null;
        foreach (var header in _values.Entries)
        {
            if (wanted(header.Key))
            {
                (selected ??= []).Add(header);
            }
        }

        return selected;
    }

    private static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private static bool IsMetadata(string name) => name.StartsWith(MetadataCollection.Prefix, StringComparison.OrdinalIgnoreCase);

    private static bool IsOwn(string name) => Is(name, "Content-Type") || Is(name, "Content-Encoding") || Is(name, "Content-Language")
        || Is(name, "Content-Disposition") || Is(name, "Cache-Control") || Is(name, "Content-MD5") || Is(name, "Content-Length") || Is(name, "Expires");
}
