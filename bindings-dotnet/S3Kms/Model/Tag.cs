namespace S3Kms.Model;

/// <summary>A tag of an object.</summary>
public class Tag
{
    /// <summary>Name.</summary>
    public string? Key { get; set; }

    /// <summary>Value.</summary>
    public string? Value { get; set; }

    /// <summary>Tags in the form of the header <c>x-amz-tagging</c>; null where there are none.</summary>
    internal static string? ToQuery(List<Tag>? tags) => tags is null or { Count: 0 }
        ? null
        : string.Join('&', tags.Select(tag => $"{Uri.EscapeDataString(tag.Key ?? string.Empty)}={Uri.EscapeDataString(tag.Value ?? string.Empty)}"));
}
