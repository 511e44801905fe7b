using System.Globalization;
using System.Text;
using S3Kms.Interop.Raw;

namespace S3Kms.Marshalling;

/// <summary>The small values of the C ABI and of HTTP, both ways.</summary>
internal static class Wire
{
    private const int LongestKnown = 160, Slots = 128;

    private static readonly string?[] KnownTexts = new string?[Slots];

    /// <summary>A flag in three states: 0 unset, 1 false, 2 true.</summary>
    public static byte Flag(bool? value) => value switch
    {
        null => 0,
        false => 1,
        true => 2,
    };

    /// <summary>A flag in three states.</summary>
    public static bool? Flag(byte value) => value switch
    {
        1 => false,
        2 => true,
        _ => null,
    };

    /// <summary>A number that may be absent.</summary>
    public static S3kmsOptI64.Unmanaged Number(long? value) =>
        new() { present = value.HasValue ? (byte)1 : (byte)0, number = value.GetValueOrDefault() };

    /// <summary>A time, as milliseconds since 1970 UTC. A time without a kind is local, as in the AWS SDK.</summary>
    public static S3kmsOptI64.Unmanaged Number(DateTime? value) =>
        Number(value is { } time ? new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeMilliseconds() : (long?)null);

    /// <summary>A time span in milliseconds. "No limit" is 0 in the native library, and <see cref="Timeout.InfiniteTimeSpan"/> here.</summary>
    public static long? Milliseconds(TimeSpan? time) => time switch
    {
        null => null,
        { } given when given == Timeout.InfiniteTimeSpan => 0,
        { } given when given == TimeSpan.Zero => 1, // no time at all is not "no limit"
        { } given => given < TimeSpan.Zero ? -1 : (long)Math.Ceiling(given.TotalMilliseconds),
    };

    /// <summary>A number that may be absent.</summary>
    public static long? Number(in S3kmsOptI64.Unmanaged value) => value.present == 0 ? null : value.number;

    /// <summary>A time in UTC.</summary>
    public static DateTime? Time(in S3kmsOptI64.Unmanaged value) =>
        value.present == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(value.number).UtcDateTime;

    /// <summary>A text that may be absent.</summary>
    public static unsafe string? Text(in S3kmsStr.Unmanaged value) =>
        value.data == IntPtr.Zero ? null : Encoding.UTF8.GetString((byte*)value.data, checked((int)value.len));

    /// <summary>
    /// A text that comes again and again, such as the ARN of a key or a media type: mostly the very string of the last time. Not for
    /// what is secret or of one object alone.
    /// </summary>
    public static unsafe string? Known(in S3kmsStr.Unmanaged value)
    {
        if (value.data == IntPtr.Zero || value.len > LongestKnown)
        {
            return Text(value);
        }

        var bytes = new ReadOnlySpan<byte>((void*)value.data, (int)value.len);
        // The ends and the length tell the few texts of an application apart; where they do not, the last one stays.
        var slot = bytes.Length == 0 ? 0 : (((bytes.Length * 31) + bytes[0]) * 31 + bytes[^1] + bytes[bytes.Length / 2]) & (Slots - 1);
        ref var place = ref KnownTexts[slot];
        // A reference is read and written whole: threads may find another's string here, never half of one.
        if (Volatile.Read(ref place) is { } last && Ascii.Equals(bytes, last))
        {
            return last;
        }

        var text = Encoding.UTF8.GetString(bytes);
        Volatile.Write(ref place, text);
        return text;
    }

    /// <summary>Names with their values; null: none.</summary>
    public static unsafe Dictionary<string, string>? Pairs(in S3kmsPairs.Unmanaged value)
    {
        var count = checked((int)value.len);
        if (count == 0)
        {
            return null;
        }

        var map = new Dictionary<string, string>(count, StringComparer.OrdinalIgnoreCase);
        var pairs = (S3kmsPair.Unmanaged*)value.data;
        for (var i = 0; i < count; i++)
        {
            map[Known(pairs[i].name) ?? string.Empty] = Text(pairs[i].text) ?? string.Empty;
        }

        return map;
    }

    /// <summary>A flag as the word that the AWS SDK gives.</summary>
    public static string? Word(bool? value) => value switch
    {
        null => null,
        true => "true",
        false => "false",
    };

    /// <summary>A time as S3 writes it in XML.</summary>
    public static string? IsoTime(DateTime? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A date of HTTP in UTC; null where there is none or it is none.</summary>
    public static DateTime? HttpTime(string? text) =>
        text is not null && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcDateTime : null;

    /// <summary>Reads <c>x-amz-restore</c>: <c>ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"</c>.</summary>
    public static (bool InProgress, DateTime? Expiration) Restore(string? header)
    {
        if (header is null)
        {
            return (false, null);
        }

        const string Expiry = "expiry-date=\"";
        var start = header.IndexOf(Expiry, StringComparison.Ordinal);
        var date = start < 0 ? null : header[(start + Expiry.Length)..].TrimEnd('"');
        return (header.Contains("ongoing-request=\"true\"", StringComparison.Ordinal), HttpTime(date));
    }
}
