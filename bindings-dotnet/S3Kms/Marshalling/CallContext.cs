using S3Kms.Runtime;

namespace S3Kms.Marshalling;

/// <summary>What a request is sent with beside its own properties.</summary>
/// <param name="Credentials">Credentials that travel with the request; null: those of the native client.</param>
/// <param name="TrimKeys">Whether one leading slash of a key is dropped.</param>
/// <param name="ContentType">Media type where the request has none of its own.</param>
internal readonly record struct CallContext(ImmutableCredentials? Credentials, bool TrimKeys, string? ContentType = null)
{
    /// <summary>A key as it is sent.</summary>
    public string? Key(string? key, bool keep = false) =>
        TrimKeys && !keep && key is ['/', _, ..] ? key[1..] : key;
}
