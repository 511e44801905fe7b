using System.Diagnostics;
using System.Globalization;

namespace Bench;

/// <summary>The client under test. What it does not offer it leaves unsupported.</summary>
internal interface IClient : IDisposable
{
    string Version { get; }

    void PresignPut(string key) => throw new NotSupportedException();

    void PresignGet(string key) => throw new NotSupportedException();

    Task PutAsync(string key, byte[] body);

    Task PutFileAsync(string key, string path) => throw new NotSupportedException();

    /// <summary>Reads an object to its end through the buffer; the number of bytes.</summary>
    Task<long> GetAsync(string key, byte[] buffer);
}

/// <summary>What a client needs to know.</summary>
internal sealed record Settings(string Client, Uri Endpoint, string? CaFile, string AccessKey, string SecretKey)
{
    public const string Region = "us-east-1";
    public const string Bucket = "bench";
    public const string KmsKey = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    public const int Expiry = 900;

    public bool Tls => Endpoint.Scheme == Uri.UriSchemeHttps;
}

/// <summary>
/// The protocol of benchmarks/run.py: one JSON line when ready, then <c>run N</c> on standard input answered by one JSON line each.
/// The same file for every client: what differs between two rows is the client.
/// </summary>
internal static class Harness
{
    private const int Small = 1024, Large = 8 * 1024 * 1024;

    public static async Task<int> MainAsync(string[] arguments, Func<Settings, IClient> create)
    {
        if (arguments.Length != 5)
        {
            Console.Error.WriteLine("usage: CLIENT WORKLOAD ENDPOINT CA-or-\"-\" IN-FLIGHT");
            return 2;
        }

        try
        {
            await RunAsync(arguments, create);
            return 0;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine($"{arguments[0]} {arguments[1]}: {error}");
            return 1;
        }
    }

    private static async Task RunAsync(string[] arguments, Func<Settings, IClient> create)
    {
        var (name, workload) = (arguments[0], arguments[1]);
        var settings = new Settings(
            name, new Uri(arguments[2]), arguments[3] == "-" ? null : arguments[3],
            Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") ?? throw new ArgumentException("AWS_ACCESS_KEY_ID is not set"),
            Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY") ?? throw new ArgumentException("AWS_SECRET_ACCESS_KEY is not set"));
        using var client = create(settings);
        if (workload == "first-put")
        {
            await client.PutAsync("first", Body(Small));
            Hello(name, client);
            return;
        }

        var inFlight = int.Parse(arguments[4], CultureInfo.InvariantCulture);
        using var files = new Files(workload == "put-8m-file");
        var operation = Operation(workload, client, files);
        Hello(name, client);
        while (Console.ReadLine() is { } line)
        {
            if (line.Split(' ') is not ["run", var count])
            {
                throw new ArgumentException($"not understood: {line}");
            }

            await MeasureAsync(operation, int.Parse(count, CultureInfo.InvariantCulture), inFlight);
        }
    }

    private static void Hello(string name, IClient client) => Console.WriteLine($$"""{"client":"{{name}}","version":"{{client.Version}}"}""");

    /// <summary>What one operation is. A worker has a buffer of its own; keys go round, so that none is the last one again.</summary>
    private static Func<int, byte[], Task> Operation(string workload, IClient client, Files files)
    {
        var keys = Enumerable.Range(0, 64).Select(i => $"folder/object-{i:0000}").ToArray();
        var small = Body(Small);
        var large = workload == "put-8m" ? Body(Large) : [];
        return workload switch
        {
            "presign-put" => (i, _) =>
            {
                client.PresignPut(keys[i & 63]);
                return Task.CompletedTask;
            },
            "presign-get" => (i, _) =>
            {
                client.PresignGet(keys[i & 63]);
                return Task.CompletedTask;
            },
            "put-1k" => (i, _) => client.PutAsync(keys[i & 63], small),
            "put-8m" => (i, _) => client.PutAsync(keys[i & 63], large),
            "put-8m-file" => (i, _) => client.PutFileAsync(keys[i & 63], files.Path),
            "get-1k" => (_, buffer) => GetAsync(client, "1k", Small, buffer),
            "get-8m" => (_, buffer) => GetAsync(client, "8m", Large, buffer),
            _ => throw new ArgumentException($"no such workload: {workload}"),
        };
    }

    private static async Task GetAsync(IClient client, string key, long expected, byte[] buffer)
    {
        var length = await client.GetAsync(key, buffer);
        if (length != expected)
        {
            throw new InvalidDataException($"{key}: {length} bytes in place of {expected}");
        }
    }

    private static async Task MeasureAsync(Func<int, byte[], Task> operation, int count, int inFlight)
    {
        var allocated = GC.GetTotalAllocatedBytes(true);
        var start = Stopwatch.GetTimestamp();
        if (inFlight == 1)
        {
            await WorkAsync(operation, new Counter(count));
        }
        else
        {
            var counter = new Counter(count);
            await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(() => WorkAsync(operation, counter))));
        }

        var wall = Stopwatch.GetElapsedTime(start).Ticks * 100;
        allocated = GC.GetTotalAllocatedBytes(true) - allocated;
        Console.WriteLine($$"""{"operations":{{count}},"wall_ns":{{wall}},"allocated_bytes":{{allocated}}}""");
    }

    private static async Task WorkAsync(Func<int, byte[], Task> operation, Counter counter)
    {
        var buffer = Buffers.Rent();
        for (var i = counter.Next(); i >= 0; i = counter.Next())
        {
            await operation(i, buffer);
        }

        Buffers.Return(buffer);
    }

    private static byte[] Body(int size)
    {
        var body = new byte[size];
        for (var i = 0; i < size; i++)
        {
            body[i] = (byte)(i * 31L % 251);
        }

        return body;
    }

    /// <summary>Reads a stream to its end.</summary>
    public static async Task<long> DrainAsync(Stream stream, byte[] buffer)
    {
        long total = 0;
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
        {
            total += read;
        }

        return total;
    }

    private sealed class Counter(int count)
    {
        private int _next = -1;

        public int Next() => Interlocked.Increment(ref _next) is var i && i < count ? i : -1;
    }

    /// <summary>Buffers live from one run to the next, so that they do not count as allocations.</summary>
    private static class Buffers
    {
        private static readonly System.Collections.Concurrent.ConcurrentBag<byte[]> Spare = [];

        public static byte[] Rent() => Spare.TryTake(out var buffer) ? buffer : new byte[128 * 1024];

        public static void Return(byte[] buffer) => Spare.Add(buffer);
    }

    private sealed class Files : IDisposable
    {
        public Files(bool wanted)
        {
            if (wanted)
            {
                Path = System.IO.Path.GetTempFileName();
                File.WriteAllBytes(Path, Body(Large));
            }
        }

        public string Path { get; } = string.Empty;

        public void Dispose()
        {
            if (Path.Length > 0)
            {
                File.Delete(Path);
            }
        }
    }
}
