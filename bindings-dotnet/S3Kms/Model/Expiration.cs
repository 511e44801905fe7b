using System.Text.RegularExpressions;

namespace S3Kms.Model;

/// <summary>When a lifecycle rule deletes an object, and which rule.</summary>
public partial class Expiration
{
    /// <summary>When, in UTC.</summary>
    public DateTime ExpiryDateUtc { get; set; }

    /// <summary>When, in UTC; the same as <see cref="ExpiryDateUtc"/>.</summary>
    public DateTime ExpiryDate
    {
        get => ExpiryDateUtc;
        set => ExpiryDateUtc = value;
    }

    /// <summary>Id of the rule.</summary>
    public string? RuleId { get; set; }

    /// <summary>Reads <c>x-amz-expiration</c>; null where there is none.</summary>
    internal static Expiration? Parse(string? header)
    {
        if (header is null)
        {
            return null;
        }

        var expiration = new Expiration();
        foreach (Match pair in Pair().Matches(header))
        {
            var value = pair.Groups[2].Value;
            if (pair.Groups[1].Value == "expiry-date" && Marshalling.Wire.HttpTime(value) is { } date)
            {
                expiration.ExpiryDateUtc = date;
            }
            else if (pair.Groups[1].Value == "rule-id")
            {
                expiration.RuleId = Uri.UnescapeDataString(value);
            }
        }

        return expiration;
    }

    [GeneratedRegex("([a-z-]+)=\"([^\"]*)\"")]
    private static partial Regex Pair();
}
