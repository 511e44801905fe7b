namespace S3Kms.Runtime;

/// <summary>
/// A value of an open set: constants that this library knows and, through the public constructor or the conversion from
/// <see cref="string"/>, any other text. Two values are equal when their texts are.
/// </summary>
public class ConstantClass : IEquatable<ConstantClass>
{
    /// <summary>Makes a value.</summary>
    /// <param name="value">Text on the wire.</param>
    protected ConstantClass(string value) => Value = value;

    /// <summary>Text on the wire.</summary>
    public string Value { get; }

    /// <summary>Text on the wire.</summary>
    public override string ToString() => Value;

    /// <summary>Text on the wire.</summary>
    /// <param name="provider">Not used: the text is the same in every culture.</param>
    public string ToString(IFormatProvider? provider) => Value;

    /// <inheritdoc/>
    public override int GetHashCode() => Value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj switch
    {
        ConstantClass other => Equals(other),
        string text => Equals(text),
        _ => false,
    };

    /// <inheritdoc/>
    public virtual bool Equals(ConstantClass? other) => other is not null && Equals(other.Value);

    /// <summary>Whether this is the constant of a text.</summary>
    /// <param name="value">Text on the wire; the case of letters does not matter, as in the AWS SDK.</param>
    protected virtual bool Equals(string? value) => string.Equals(Value, value, StringComparison.OrdinalIgnoreCase);

    /// <summary>Text on the wire; null stays null.</summary>
    /// <param name="value">The constant.</param>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(value))]
    public static implicit operator string?(ConstantClass? value) => value?.Value;

    /// <summary>Whether two values have the same text; two nulls are equal.</summary>
    public static bool operator ==(ConstantClass? a, ConstantClass? b) => ReferenceEquals(a, b) || (a is not null && a.Equals(b));

    /// <summary>Whether two values have different texts.</summary>
    public static bool operator !=(ConstantClass? a, ConstantClass? b) => !(a == b);

    /// <summary>Whether a value has this text.</summary>
    public static bool operator ==(ConstantClass? a, string? b) => a is null ? b is null : a.Equals(b);

    /// <summary>Whether a value has this text.</summary>
    public static bool operator ==(string? a, ConstantClass? b) => b == a;

    /// <summary>Whether a value has another text.</summary>
    public static bool operator !=(ConstantClass? a, string? b) => !(a == b);

    /// <summary>Whether a value has another text.</summary>
    public static bool operator !=(string? a, ConstantClass? b) => !(b == a);

    /// <summary>The known constant of a text, or null.</summary>
    internal static T? Find<T>(T[] known, string value)
        where T : ConstantClass
    {
        foreach (var constant in known)
        {
            if (constant.Equals(value))
            {
                return constant;
            }
        }

        return null;
    }
}
