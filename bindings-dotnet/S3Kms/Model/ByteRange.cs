using System.Globalization;

namespace S3Kms.Model;

/// <summary>Bytes of an object to read.</summary>
public class ByteRange
{
    /// <summary>From a first to a last byte, both counted from 0 and included.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">Last byte.</param>
    public ByteRange(long start, long end)
    {
        Start = start;
        End = end;
        FormattedByteRange = string.Create(CultureInfo.InvariantCulture, $"bytes={start}-{end}");
    }

    /// <summary>A range as HTTP says it.</summary>
    /// <param name="byteRangeValue"><c>bytes=0-99</c>, <c>bytes=100-</c> or <c>bytes=-100</c>.</param>
    public ByteRange(string byteRangeValue) => FormattedByteRange = byteRangeValue;

    /// <summary>First byte, where the range was made of two numbers.</summary>
    public long Start { get; }

    /// <summary>Last byte, where the range was made of two numbers.</summary>
    public long End { get; }

    /// <summary>The range as HTTP says it.</summary>
    public string FormattedByteRange { get; }
}
