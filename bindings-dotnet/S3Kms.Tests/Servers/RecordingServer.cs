using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace S3Kms.Tests.Servers;

/// <summary>The server that keeps what came over the wire and answers from a queue.</summary>
public sealed class RecordingServer : IDisposable
{
    private readonly ServerProcess _process = ServerProcess.Start("S3KMS_RECORDING_SERVER");
    private readonly HttpClient _http = new();

    public string Endpoint => _process.Settings.GetProperty("endpoint").GetString()!;

    /// <summary>Forgets what was recorded and queues answers.</summary>
    public async Task ExpectAsync(JsonElement? responses)
    {
        var body = new Dictionary<string, object?> { ["responses"] = responses ?? (object)Array.Empty<object>() };
        using var answer = await _http.PostAsJsonAsync(Control("/expect"), body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What came, in order.</summary>
    public async Task<List<Recorded>> RecordedAsync()
    {
        using var document = JsonDocument.Parse(await _http.GetStringAsync(Control("/recorded")));
        return [.. document.RootElement.GetProperty("requests").EnumerateArray().Select(request => new Recorded(
            request.GetProperty("method").GetString()!,
            request.GetProperty("target").GetString()!,
            [.. request.GetProperty("headers").EnumerateArray().Select(pair => KeyValuePair.Create(pair[0].GetString()!, pair[1].GetString()!))],
            request.GetProperty("bodyBase64").GetBytesFromBase64()))];
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Dispose();
    }

    private Uri Control(string path) => new(_process.Settings.GetProperty("control").GetString() + path);
}

/// <summary>A request as it came over the wire.</summary>
public sealed record Recorded(string Method, string Target, List<KeyValuePair<string, string>> Headers, byte[] Body)
{
    private static readonly HashSet<string> NotCompared =
        ["host", "authorization", "x-amz-date", "user-agent", "amz-sdk-invocation-id", "amz-sdk-request", "connection", "accept-encoding"];

    /// <summary>A header's value; empty where it is missing.</summary>
    public string Header(string name) => Headers.FirstOrDefault(header => header.Key == name).Value ?? string.Empty;

    /// <summary>The headers that a case lists.</summary>
    public SortedDictionary<string, string> Comparable() => new(
        Headers.Where(header => !NotCompared.Contains(header.Key)).ToDictionary(header => header.Key, header => header.Value), StringComparer.Ordinal);

    /// <summary>The content and trailers, decoded where it came as aws-chunked.</summary>
    public (string Text, SortedDictionary<string, string> Trailers) Content()
    {
        var trailers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!Header("content-encoding").StartsWith("aws-chunked", StringComparison.Ordinal))
        {
            return (Encoding.UTF8.GetString(Body), trailers);
        }

        var content = new List<byte>();
        var at = 0;
        int size;
        do
        {
            var head = Line(ref at);
            size = Convert.ToInt32(head.Split(';')[0], 16);
            content.AddRange(Body.AsSpan(at, size));
            at += size;
            if (size > 0)
            {
                Assert.Equal(string.Empty, Line(ref at));
            }
        }
        while (size > 0);

        for (var line = Line(ref at); line.Length > 0; line = Line(ref at))
        {
            var colon = line.IndexOf(':');
            if (line[..colon] != "x-amz-trailer-signature")
            {
                trailers[line[..colon]] = line[(colon + 1)..];
            }
        }

        Assert.Equal(Header("x-amz-decoded-content-length"), content.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Header("content-length"), Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return (Encoding.UTF8.GetString([.. content]), trailers);
    }

    private string Line(ref int at)
    {
        var end = Body.AsSpan(at).IndexOf("\r\n"u8);
        Assert.True(end >= 0, "an aws-chunked body breaks off");
        var line = Encoding.UTF8.GetString(Body, at, end);
        at += end + 2;
        return line;
    }
}
