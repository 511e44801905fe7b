using System.Net;
using System.Net.Sockets;
using System.Text;
using S3Kms.Runtime;

namespace S3Kms.Tests.Strict;

/// <summary>Reads of content that has not come.</summary>
public sealed class WaitingReadTests
{
    private const int Begun = 100_000, Length = 300_000;

    [Fact]
    public async Task A_cancelled_read_leaves_its_memory_and_the_content_alone()
    {
        await using var server = new HalfAnswer();
        using var client = server.Client();
        using var response = await client.GetObjectAsync("b", "k");
        var stream = response.ResponseStream;
        var buffer = new byte[Length];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, Begun));
        using (var source = new CancellationTokenSource())
        {
            var reading = stream.ReadAsync(buffer.AsMemory(Begun), source.Token).AsTask();
            Assert.False(reading.IsCompleted);
            await source.CancelAsync();
            var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
            Assert.Equal(source.Token, error.CancellationToken);
        }

        await server.GoOnAsync();
        var other = new byte[Length - Begun];
        await stream.ReadExactlyAsync(other);
        Assert.Equal(Objects.Pattern(Length)[Begun..], other);
        Assert.True(buffer.AsSpan(Begun).IndexOfAnyExcept((byte)0) < 0);
        Assert.Equal((Length, 0), (stream.Position, await stream.ReadAsync(buffer)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Disposing_of_the_response_ends_a_read_that_waits(int size)
    {
        await using var server = new HalfAnswer();
        using var client = server.Client();
        var response = await client.GetObjectAsync("b", "k");
        await response.ResponseStream.ReadExactlyAsync(new byte[Begun]);
        var reading = response.ResponseStream.ReadAsync(new byte[size]).AsTask();
        Assert.False(reading.IsCompleted);
        response.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
    }

    [Fact]
    public async Task A_thread_that_waits_for_content_is_woken_by_it()
    {
        await using var server = new HalfAnswer();
        using var client = server.Client();
        using var response = await client.GetObjectAsync("b", "k");
        var reading = OnAThread(() =>
        {
            var content = new byte[Length];
            response.ResponseStream.ReadExactly(content);
            return content;
        }, out _);
        await server.GoOnAsync();
        Assert.Equal(Objects.Pattern(Length), await reading);
    }

    [Fact]
    public async Task An_interrupted_thread_ends_its_stream()
    {
        await using var server = new HalfAnswer();
        using var client = server.Client();
        using var response = await client.GetObjectAsync("b", "k");
        await response.ResponseStream.ReadExactlyAsync(new byte[Begun]);
        var reading = OnAThread(() => response.ResponseStream.Read(new byte[100_000]), out var thread);
        while (!thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin))
        {
            await Task.Yield();
        }

        thread.Interrupt();
        await Assert.ThrowsAsync<ThreadInterruptedException>(() => reading);
        // What was on its way is lost: to read on would be to skip it.
        Assert.Throws<ObjectDisposedException>(() => response.ResponseStream.ReadByte());
    }

    private static Task<T> OnAThread<T>(Func<T> work, out Thread thread)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        thread = new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
#pragma warning disable CA1031 // whoever awaits gets it
            catch (Exception error)
#pragma warning restore CA1031
            {
                done.SetException(error);
            }
        });
        thread.Start();
        return done.Task;
    }

    /// <summary>Answers one request with the beginning of an object, and with the rest when it is told to.</summary>
    private sealed class HalfAnswer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task _serving;

        public HalfAnswer()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public AmazonS3Client Client() => new(
            new BasicAWSCredentials("a", "s"),
            new AmazonS3Config { ServiceURL = $"http://{_listener.LocalEndpoint}", AuthenticationRegion = "us-east-1", ForcePathStyle = true });

        public Task GoOnAsync()
        {
            _more.TrySetResult();
            return _serving;
        }

        public async ValueTask DisposeAsync()
        {
            _more.TrySetCanceled();
            _listener.Stop();
            try
            {
                await _serving;
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
            {
                // Whoever read has gone.
            }
        }

        private async Task ServeAsync()
        {
            using var connection = await _listener.AcceptTcpClientAsync();
            var stream = connection.GetStream();
            var head = new StringBuilder();
            var buffer = new byte[4096];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                head.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer)));
            }

            var content = Objects.Pattern(Length);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Length}\r\nETag: \"e\"\r\n\r\n"));
            await stream.WriteAsync(content.AsMemory(0, Begun));
            await _more.Task;
            await stream.WriteAsync(content.AsMemory(Begun));
        }
    }
}
