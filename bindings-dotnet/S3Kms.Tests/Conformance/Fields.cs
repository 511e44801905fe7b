using System.Globalization;
using System.Reflection;
using System.Text.Json;
using S3Kms.Marshalling;
using S3Kms.Model;
using S3Kms.Runtime;

namespace S3Kms.Tests.Conformance;

/// <summary>A value that the classes of this library cannot be given: the case must be listed as left out.</summary>
public sealed class NotExpressibleException(string message) : Exception(message);

/// <summary>Sets the properties of requests by the schema's names of their fields.</summary>
internal static class Fields
{
    /// <summary>A request with the fields of a case. Credentials are not the request's here: see <see cref="ConformanceTests"/>.</summary>
    public static T Fill<T>(T request, JsonElement fields)
        where T : AmazonWebServiceRequest
    {
        foreach (var field in fields.EnumerateObject())
        {
            if (field.Name is not ("access_key_id" or "secret_access_key" or "session_token"))
            {
                Set(request, field.Name, field.Value);
            }
        }

        return request;
    }

    private static void Set(AmazonWebServiceRequest request, string field, JsonElement value)
    {
        switch (field)
        {
            case "request_timeout_ms":
                request.RequestTimeout = Span(value.GetInt64());
                break;
            case "headers" or "metadata" or "query":
                foreach (var entry in value.EnumerateObject())
                {
                    SetEntry(request, field, entry.Name, entry.Value.GetString()!);
                }

                break;
            case "content_type" or "content_encoding" or "content_language" or "content_disposition" or "cache_control" or "content_md5":
                Headers(request)[field.Replace('_', '-')] = value.GetString();
                break;
            case "expires":
                Headers(request).ExpiresUtc = Time(value.GetInt64());
                break;
            case "tagging":
                Get<List<Tag>>(request, "TagSet").AddRange(value.GetString()!.Split('&').Select(pair => pair.Split('=')).Select(pair =>
                    new Tag { Key = Uri.UnescapeDataString(pair[0]), Value = Uri.UnescapeDataString(pair[1]) }));
                break;
            case "tagging_directive":
                // Tags of the request replace those of the source: there is no property.
                break;
            case "metadata_directive":
                ((CopyObjectRequest)request).MetadataDirective = Enum.TryParse<S3MetadataDirective>(value.GetString(), out var directive)
                    ? directive
                    : throw new NotExpressibleException("MetadataDirective is an enum");
                break;
            case "range":
                Put(request, "ByteRange", new ByteRange(value.GetString()!));
                break;
            case "mfa":
                var parts = value.GetString()!.Split(' ');
                ((DeleteObjectRequest)request).MfaCodes = new MfaCodes { SerialNumber = parts[0], AuthenticationValue = parts[1] };
                break;
            case "method":
                ((GetPreSignedUrlRequest)request).Verb = Enum.TryParse<HttpVerb>(value.GetString(), out var verb)
                    ? verb
                    : throw new NotExpressibleException("Verb is an enum");
                break;
            case "expires_in_seconds":
                ((GetPreSignedUrlRequest)request).Expires = DateTime.UtcNow.AddSeconds(value.GetInt64());
                break;
            case "response_expires":
                Overrides(request).Expires = Time(value.GetInt64()).ToString("r", CultureInfo.InvariantCulture);
                break;
            case var name when name.StartsWith("response_", StringComparison.Ordinal):
                Put(Overrides(request), request.Property(name)!["Response".Length..], value.GetString());
                break;
            default:
                Put(request, request.Property(field) ?? throw new NotExpressibleException($"no property for {field}"), value);
                break;
        }
    }

    private static void SetEntry(AmazonWebServiceRequest request, string field, string name, string value)
    {
        switch (field)
        {
            case "metadata":
                Get<MetadataCollection>(request, "Metadata")[name] = value;
                break;
            case "query":
                Get<ParameterCollection>(request, "Parameters")[name] = value;
                break;
            default:
                Headers(request)[name] = value;
                break;
        }
    }

    private static HeadersCollection Headers(AmazonWebServiceRequest request) => Get<HeadersCollection>(request, "Headers");

    private static ResponseHeaderOverrides Overrides(AmazonWebServiceRequest request) => Get<ResponseHeaderOverrides>(request, "ResponseHeaderOverrides");

    private static T Get<T>(object owner, string property) => (T)Find(owner, property).GetValue(owner)!;

    private static PropertyInfo Find(object owner, string property) =>
        owner.GetType().GetProperty(property) ?? throw new NotExpressibleException($"{owner.GetType().Name} has no property {property}");

    private static void Put(object owner, string property, object? value)
    {
        var target = Find(owner, property);
        var type = Nullable.GetUnderlyingType(target.PropertyType) ?? target.PropertyType;
        target.SetValue(owner, value is JsonElement json ? Convert(json, type) : value);
    }

    private static object? Convert(JsonElement value, Type type) => 0 switch
    {
        _ when value.ValueKind == JsonValueKind.Null => null,
        _ when type == typeof(string) => value.GetString(),
        _ when type == typeof(bool) => value.GetBoolean(),
        _ when type == typeof(int) => value.GetInt32(),
        _ when type == typeof(long) => value.GetInt64(),
        _ when type == typeof(DateTime) => Time(value.GetInt64()),
        _ when typeof(ConstantClass).IsAssignableFrom(type) => Activator.CreateInstance(type, value.GetString()),
        _ => throw new NotExpressibleException($"no value of {type.Name}"),
    };

    private static DateTime Time(long milliseconds)
    {
        try
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new NotExpressibleException("no DateTime");
        }
    }

    /// <summary>A time of the settings; 0 there is no limit.</summary>
    public static TimeSpan Span(long milliseconds) => milliseconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds == -1 ? -2 : milliseconds);

    /// <summary>What a response says of a field, in the schema's form.</summary>
    public static object? Read(string operation, AmazonWebServiceResponse response, string field, JsonElement expected)
    {
        switch (field)
        {
            case "http_status":
                return (long)response.HttpStatusCode;
            case "request_id":
                return response.ResponseMetadata.RequestId;
            case "extended_request_id":
                return response.ResponseMetadata.Metadata.TryGetValue("x-amz-id-2", out var id) ? id : null;
            case "content_length":
                return response.ContentLength;
            case "metadata":
                var metadata = Get<MetadataCollection>(response, "Metadata");
                return metadata.Keys.ToDictionary(name => name["x-amz-meta-".Length..], name => metadata[name]!);
            case "content_type" or "content_encoding" or "content_language" or "content_disposition" or "cache_control":
                return Get<HeadersCollection>(response, "Headers")[field.Replace('_', '-')];
            case "expires_string":
                return Find(response, "ExpiresString").GetValue(response);
            case "delete_marker":
                return Find(response, "DeleteMarker").GetValue(response) is string word ? bool.Parse(word) : null;
            case "expiration":
                // Parsed in .NET: the rule's id is what both forms have.
                return (Find(response, "Expiration").GetValue(response) as Expiration)?.RuleId is { } rule
                    && rule == Expiration.Parse(expected.GetString())?.RuleId ? expected.GetString() : null;
            case "restore":
                return (Get<bool>(response, "RestoreInProgress"), (DateTime?)Find(response, "RestoreExpiration").GetValue(response)) == Wire.Restore(expected.GetString())
                    ? expected.GetString()
                    : null;
            case "last_modified" when response is CopyObjectResponse copy:
                return copy.LastModified is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() : null;
            default:
                var property = Generated.ResponseProperties.Of(operation, field) ?? throw new NotExpressibleException($"no property for {field}");
                return Plain(Find(response, property).GetValue(response));
        }
    }

    /// <summary>A property's value in the schema's form. The defaults of value types stand for "absent", as in the AWS SDK.</summary>
    private static object? Plain(object? value) => value switch
    {
        ConstantClass constant => constant.Value,
        DateTime time => time == default ? null : new DateTimeOffset(time).ToUnixTimeMilliseconds(),
        int number => number == 0 ? null : (long)number,
        bool flag => flag ? true : null,
        _ => value,
    };
}
