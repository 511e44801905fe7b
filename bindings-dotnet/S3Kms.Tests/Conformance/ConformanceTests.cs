using System.Globalization;
using System.Text;
using System.Text.Json;
using S3Kms.Model;
using S3Kms.Runtime;
using S3Kms.Tests.Servers;

namespace S3Kms.Tests.Conformance;

/// <summary>
/// The cases of tests/conformance through the public API: what .NET puts on the wire for a request is what every language puts there.
/// </summary>
/// <remarks>
/// Three defaults of the AWS SDK for .NET are set otherwise here: a put without a media type is given <c>application/octet-stream</c>,
/// keys keep their leading slash, and a presigned URL without an expiry is given 15 minutes.
/// </remarks>
public sealed class ConformanceTests(RecordingServer server) : IClassFixture<RecordingServer>
{
    /// <summary>Cases that the classes of this library cannot express, and why.</summary>
    private static readonly Dictionary<string, string> LeftOut = new()
    {
        ["refused_presign_method"] = "Verb is an enum",
        ["refused_presign_lower_case_method"] = "Verb is an enum",
        ["refused_put_time_beyond_year_9999"] = "DateTime ends with the year 9999",
        ["refused_put_secret_without_access_key"] = "credentials are refused when they are made, before there is a request",
        ["refused_put_access_key_without_secret"] = "credentials are refused when they are made, before there is a request",
        ["refused_client_access_key_without_secret"] = "credentials are refused when they are made, before there is a client",
    };

    public static TheoryData<string> Names() => [.. Case.All.Keys.Where(name => !LeftOut.ContainsKey(name))];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Case_is_on_the_wire_as_it_says(string name)
    {
        var test = Case.All[name];
        var outcome = await RunAsync(test);
        Compare(test, outcome);
        if (test.Expect.TryGetProperty("requests", out var expected))
        {
            CompareRequests(expected, await server.RecordedAsync());
        }
    }

    [Fact]
    public async Task Cases_that_are_left_out_exist_and_cannot_be_expressed()
    {
        foreach (var name in LeftOut.Keys)
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(() => RunToEndAsync(Case.All[name]));
            Assert.True(error is NotExpressibleException, $"{name} could be run: {error}");
        }
    }

    private async Task RunToEndAsync(Case test)
    {
        var outcome = await RunAsync(test);
        if (outcome.Error is NotExpressibleException error)
        {
            throw error;
        }

        throw new InvalidOperationException($"ended with {outcome.Error?.ToString() ?? "success"}");
    }

    private async Task<Outcome> RunAsync(Case test)
    {
        await server.ExpectAsync(test.Root.TryGetProperty("responses", out var responses) ? responses : null);
        var client = default(AmazonS3Client);
        try
        {
            client = Build(test);
            return await CallAsync(client, test);
        }
        catch (Exception error) when (error is not Xunit.Sdk.IAssertionException)
        {
            return new Outcome(null, null, null, error);
        }
        finally
        {
            client?.Dispose();
        }
    }

    private AmazonS3Client Build(Case test)
    {
        var fields = new Dictionary<string, JsonElement>();
        foreach (var field in test.Object("client"))
        {
            fields[field.Name] = field.Value;
        }

        string? Text(string name, string? otherwise = null) => fields.TryGetValue(name, out var value) ? value.GetString() : otherwise;
        bool? Flag(string name) => fields.TryGetValue(name, out var value) ? value.GetBoolean() : null;
        TimeSpan? Span(string name) => fields.TryGetValue(name, out var value) ? Fields.Span(value.GetInt64()) : null;

        var config = new AmazonS3Config { DisableTrimmingLeadingSlash = true, IgnoreConfiguredEndpointUrls = true, MaxErrorRetry = 3 };
        if (Text("endpoint", server.Endpoint) is { } endpoint)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = Text("region", "us-east-1");
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(Text("region", "us-east-1")!);
        }

        foreach (var name in fields.Keys)
        {
            switch (name)
            {
                case "endpoint" or "region" or "access_key_id" or "secret_access_key" or "session_token" or "anonymous" or "credentials_per_request":
                    break;
                case "force_path_style":
                    config.ForcePathStyle = Flag(name)!.Value;
                    break;
                case "use_dual_stack":
                    config.UseDualstackEndpoint = Flag(name)!.Value;
                    break;
                case "use_accelerate":
                    config.UseAccelerateEndpoint = Flag(name)!.Value;
                    break;
                case "use_fips":
                    config.UseFIPSEndpoint = Flag(name)!.Value;
                    break;
                case "allow_kms_over_http":
                    config.AllowKmsOverHttp = Flag(name)!.Value;
                    break;
                case "sign_payload":
                    config.SignPayload = Flag(name)!.Value;
                    break;
                case "disable_chunked_encoding":
                    config.DisableChunkedEncoding = Flag(name)!.Value;
                    break;
                case "connect_timeout_ms":
                    config.ConnectTimeout = Span(name);
                    break;
                case "read_timeout_ms":
                    config.ReadWriteTimeout = Span(name);
                    break;
                case "attempt_timeout_ms":
                    config.Timeout = Span(name);
                    break;
                case "request_timeout_ms":
                    config.RequestTimeout = Span(name);
                    break;
                case "max_idle_ms":
                    config.MaxIdleTime = Span(name);
                    break;
                case "max_attempts":
                    config.MaxErrorRetry = fields[name].GetInt32() - 1;
                    break;
                case "max_connections":
                    config.MaxConnectionsPerServer = fields[name].GetInt32();
                    break;
                case "proxy":
                    config.ProxyHost = Text(name);
                    break;
                case "ca_file":
                    config.CaFile = Text(name);
                    break;
                case "ca_pem":
                    config.CaPem = Text(name);
                    break;
                case "user_agent":
                    config.ClientAppId = Text(name);
                    break;
                default:
                    throw new NotExpressibleException($"no setting for {name}");
            }
        }

        // Credentials of the request alone: the source is asked per request, and gives those.
        var request = test.Root.GetProperty("request");
        string? Own(string name, string? otherwise) => request.TryGetProperty(name, out var value) ? value.GetString() : otherwise;
        var own = request.TryGetProperty("access_key_id", out _) || request.TryGetProperty("secret_access_key", out _);
        var accessKey = Own("access_key_id", own ? null : Text("access_key_id", "AKIDEXAMPLE"));
        var secretKey = Own("secret_access_key", own ? null : Text("secret_access_key", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
        if (accessKey is null != secretKey is null)
        {
            Assert.ThrowsAny<ArgumentException>(() => new BasicAWSCredentials(accessKey!, secretKey!));
            throw new NotExpressibleException("credentials are complete");
        }

        return new AmazonS3Client(Flag("anonymous") == true && !own
            ? new AnonymousAWSCredentials()
            : new PerRequest(accessKey, secretKey, Own("session_token", own ? null : Text("session_token"))), config);
    }

    private static async Task<Outcome> CallAsync(AmazonS3Client client, Case test)
    {
        var fields = test.Root.GetProperty("request");
        switch (test.Operation)
        {
            case "put_object":
                var put = Fields.Fill(new PutObjectRequest { ContentType = "application/octet-stream" }, fields);
                using (var folder = new TemporaryFolder())
                {
                    Body(put, test, folder);
                    return new Outcome(await client.PutObjectAsync(put), null, null, null);
                }

            case "copy_object":
                return new Outcome(await client.CopyObjectAsync(Fields.Fill(new CopyObjectRequest(), fields)), null, null, null);
            case "get_object":
                using (var got = await client.GetObjectAsync(Fields.Fill(new GetObjectRequest(), fields)))
                using (var reader = new StreamReader(got.ResponseStream, Encoding.UTF8))
                {
                    return new Outcome(got, await reader.ReadToEndAsync(), null, null);
                }

            case "head_object":
                return new Outcome(await client.GetObjectMetadataAsync(Fields.Fill(new GetObjectMetadataRequest(), fields)), null, null, null);
            case "delete_object":
                return new Outcome(await client.DeleteObjectAsync(Fields.Fill(new DeleteObjectRequest(), fields)), null, null, null);
            case "presign":
                var presign = Fields.Fill(new GetPreSignedUrlRequest(), fields);
                if (!presign.IsSetExpires())
                {
                    presign.Expires = DateTime.UtcNow.AddMinutes(15);
                }

                var signed = client.GetPreSignedRequest(presign);
                // A batch of one key is the same in all that does not hang on the second in which it is signed.
                var batch = client.GetPreSignedBatch(presign, [presign.Key!]);
                Assert.Equal(new Uri(signed.Url!).AbsolutePath, new Uri(Assert.Single(batch.Urls)).AbsolutePath);
                Assert.Equal(signed.Method, batch.Method);
                Assert.Equal(signed.SignedHeaders, batch.SignedHeaders);
                return new Outcome(null, null, signed, null);
            default:
                throw new InvalidOperationException($"{test.Operation} is no operation");
        }
    }

    private static void Body(PutObjectRequest request, Case test, TemporaryFolder folder)
    {
        if (!test.Root.TryGetProperty("body", out var body))
        {
            return;
        }

        if (body.TryGetProperty("text", out var text))
        {
            request.ContentBody = text.GetString();
        }
        else if (body.TryGetProperty("file_text", out var file))
        {
            request.FilePath = folder.File("content", Encoding.UTF8.GetBytes(file.GetString()!));
        }
        else
        {
            var bytes = Encoding.UTF8.GetBytes(body.GetProperty("stream_text").GetString()!);
            request.InputStream = new PushedStream(bytes);
            if (body.GetProperty("length_known").GetBoolean())
            {
                request.Headers.ContentLength = bytes.Length;
            }
        }
    }

    private void Compare(Case test, Outcome outcome)
    {
        if (test.Expect.TryGetProperty("error", out var error))
        {
            CompareError(test, error, outcome);
            return;
        }

        Assert.True(outcome.Error is null, outcome.Error?.ToString());
        if (test.Expect.TryGetProperty("url", out var url))
        {
            CompareUrl(url, outcome.Presigned!);
        }

        if (test.Expect.TryGetProperty("content", out var content))
        {
            Assert.Equal(content.GetString(), outcome.Content);
        }

        if (test.Expect.TryGetProperty("result", out var result))
        {
            foreach (var field in result.EnumerateObject())
            {
                CompareField(field, Fields.Read(test.Operation, outcome.Response!, field.Name, field.Value));
            }
        }
    }

    private static void CompareField(JsonProperty field, object? actual)
    {
        object? expected = field.Value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => field.Value.GetString(),
            JsonValueKind.Number => field.Value.GetInt64(),
            JsonValueKind.True => true,
            // "false" and "absent" are the same for a bool of the AWS SDK.
            JsonValueKind.False => actual is bool ? false : null,
            _ => field.Value.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!),
        };
        if (expected is 0L or null && actual is 0L or null)
        {
            return;
        }

        Assert.True(
            expected is Dictionary<string, string> map
                ? map.OrderBy(entry => entry.Key, StringComparer.Ordinal).SequenceEqual(((Dictionary<string, string>)actual!).OrderBy(entry => entry.Key, StringComparer.Ordinal))
                : Equals(expected, actual),
            $"{field.Name}: expected {field.Value}, got {actual ?? "nothing"}");
    }

    private static void CompareError(Case test, JsonElement expected, Outcome outcome)
    {
        Assert.True(outcome.Error is not null, "an error was expected, and there was none");
        if (outcome.Error is NotExpressibleException)
        {
            throw outcome.Error;
        }

        var kind = expected.GetProperty("kind").GetString();
        var ofClient = expected.TryGetProperty("field", out var field) && test.Object("client").Any(setting => setting.Name == field.GetString());
        switch (kind)
        {
            case "InvalidArgument":
                var argument = Assert.IsAssignableFrom<ArgumentException>(outcome.Error);
                if (field.ValueKind == JsonValueKind.String)
                {
                    var property = ofClient ? Marshalling.ClientSettings.PropertyOf(field.GetString()!) : test.NewRequest().Property(field.GetString()!);
                    Assert.EndsWith($".{property}", argument.ParamName, StringComparison.Ordinal);
                    Assert.Contains(property!, argument.Message, StringComparison.Ordinal);
                }

                break;
            case "Service":
                Assert.IsType<AmazonS3Exception>(outcome.Error);
                break;
            case "EncryptionMismatch":
                Assert.IsType<EncryptionMismatchException>(outcome.Error);
                break;
            default:
                Assert.IsType<AmazonClientException>(outcome.Error);
                break;
        }

        if (outcome.Error is AmazonS3Exception service)
        {
            void Same(string name, object? actual)
            {
                if (expected.TryGetProperty(name, out var value))
                {
                    Assert.Equal(value.ToString(), Convert.ToString(actual, CultureInfo.InvariantCulture));
                }
            }

            Same("http_status", (int)service.StatusCode);
            Same("request_id", service.RequestId);
            Same("extended_request_id", service.AmazonId2);
            Same("code", service.ErrorCode);
        }

        if (expected.TryGetProperty("message_contains", out var part))
        {
            var word = test.NewRequest().Property(part.GetString()!) ?? Marshalling.ClientSettings.PropertyOf(part.GetString()!) ?? part.GetString()!;
            Assert.Contains(word, outcome.Error!.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    private void CompareUrl(JsonElement expected, PreSignedRequest actual)
    {
        var url = new Uri(actual.Url!);
        var own = new Uri(server.Endpoint);
        Assert.Equal(expected.GetProperty("method").GetString(), actual.Method);
        Assert.Equal(expected.TryGetProperty("scheme", out var scheme) ? scheme.GetString() : own.Scheme, url.Scheme);
        Assert.Equal(expected.TryGetProperty("host", out var host) ? host.GetString() : own.Authority, url.Authority);
        // As it stands there: Uri would take dot segments away.
        var raw = actual.Url![(actual.Url!.IndexOf('/', "https://".Length))..].Split('?');
        Assert.Equal(expected.GetProperty("path").GetString(), raw[0]);
        var query = raw[1].Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair[1]));
        foreach (var parameter in expected.GetProperty("query").EnumerateObject())
        {
            Assert.Equal((parameter.Name, parameter.Value.GetString()), (parameter.Name, query.GetValueOrDefault(parameter.Name)));
        }

        var names = expected.GetProperty("query").EnumerateObject().Select(parameter => parameter.Name)
            .Concat(expected.GetProperty("query_present").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(names.Order(StringComparer.Ordinal), query.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            expected.GetProperty("signed_headers").EnumerateObject().Select(header => $"{header.Name}: {header.Value.GetString()}").Order(StringComparer.Ordinal),
            actual.SignedHeaders.Select(header => $"{header.Key.ToLowerInvariant()}: {header.Value}").Order(StringComparer.Ordinal));
        var begin = DateTimeOffset.ParseExact(query["X-Amz-Date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.Equal(begin.UtcDateTime.AddSeconds(int.Parse(query["X-Amz-Expires"], CultureInfo.InvariantCulture)), actual.ExpiresAt);
    }

    private static void CompareRequests(JsonElement expected, List<Recorded> actual)
    {
        Assert.Equal(expected.GetArrayLength(), actual.Count);
        foreach (var (want, got) in expected.EnumerateArray().Zip(actual))
        {
            Assert.Equal((want.GetProperty("method").GetString(), want.GetProperty("target").GetString()), (got.Method, got.Target));
            Assert.Equal(
                want.GetProperty("headers").EnumerateObject().Select(header => $"{header.Name}: {header.Value.GetString()}").Order(StringComparer.Ordinal),
                got.Comparable().Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal));
            var (text, trailers) = got.Content();
            Assert.Equal(want.TryGetProperty("body_text", out var body) ? body.GetString() : string.Empty, text);
            Assert.Equal(
                want.TryGetProperty("trailers", out var expectedTrailers)
                    ? expectedTrailers.EnumerateObject().Select(trailer => $"{trailer.Name}: {trailer.Value.GetString()}").Order(StringComparer.Ordinal)
                    : [],
                trailers.Select(trailer => $"{trailer.Key}: {trailer.Value}"));
            foreach (var (member, header) in new[] { ("authorization_contains", "authorization"), ("user_agent_contains", "user-agent") })
            {
                if (want.TryGetProperty(member, out var part))
                {
                    Assert.Contains(part.GetString()!, got.Header(header), StringComparison.Ordinal);
                }
            }
        }
    }

    private sealed record Outcome(AmazonWebServiceResponse? Response, string? Content, PreSignedRequest? Presigned, Exception? Error);

    /// <summary>Credentials as a source of the application's own gives them; null: none.</summary>
    private sealed class PerRequest(string? accessKey, string? secretKey, string? token) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() =>
            accessKey is null && secretKey is null ? null! : new ImmutableCredentials(accessKey!, secretKey!, token);
    }
}
