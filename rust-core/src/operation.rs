//! The operations. Their headers are written and read by generated code; XML is the SDK's: its serialisers and
//! deserialisers are used without its orchestrator, and its errors for every operation.
//!
//! What the SDK's interceptors would add comes from elsewhere in this crate: the bucket and host (`endpoint`), date,
//! payload hash and signature (`signer`), retries (`exchange`).

use std::convert::Infallible;

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_smithy_runtime_api::client::interceptors::context::{Error as SdkError, Input};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_runtime_api::client::ser_de::{
    DeserializeResponse, SerializeRequest, SharedRequestSerializer, SharedResponseDeserializer,
};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use once_cell::sync::Lazy;

use crate::error::{Error, ErrorKind};
use crate::generated::{DeleteObjectResult, GetObjectResult, HeadObjectResult, PutObjectResult};

/// One of S3's operations.
pub(crate) trait Operation: 'static {
    type Output;

    /// Reads a success, whose content is in `body` unless it is streamed.
    fn read(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Result<Self::Output, Error>;

    /// The SDK's serialiser and deserialiser.
    fn codec() -> &'static Codec;

    /// Code and message of the SDK's typed error.
    fn describe(error: &SdkError) -> Option<(Option<String>, Option<String>)>;
}

/// An operation that the SDK serialises.
pub(crate) trait Serialize: Operation {
    /// The SDK's input.
    type Input: std::fmt::Debug + Send + Sync + 'static;
}

/// The serialiser and deserialiser of an operation, taken out of its runtime plugin.
pub(crate) struct Codec {
    layer: FrozenLayer,
}

impl Codec {
    fn new(plugin: &impl RuntimePlugin) -> Self {
        Self { layer: plugin.config().expect("every operation of the SDK has a configuration layer") }
    }
}

/// A request as serialised: no bucket, host or signature.
pub(crate) struct Serialized {
    pub method: http::Method,
    /// `/key`, encoded.
    pub path: String,
    /// Encoded, without `?`.
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Serialises an input.
pub(crate) fn serialize<O: Serialize>(input: O::Input) -> Result<Serialized, Error> {
    let serializer = O::codec().layer.load::<SharedRequestSerializer>();
    let serializer = serializer.ok_or_else(|| Error::internal("the operation has no serialiser"))?;
    let request: HttpRequest =
        serializer.serialize_input(Input::erase(input), &mut ConfigBag::base()).map_err(|error| {
            Error::new(
                ErrorKind::InvalidArgument,
                format!("the request cannot be written: {}", crate::endpoint::chain(&*error)),
            )
        })?;
    let request = request
        .try_into_http1x()
        .map_err(|error| Error::new(ErrorKind::InvalidArgument, format!("the request cannot be written: {error}")))?;
    let (parts, body) = request.into_parts();
    Ok(Serialized {
        path: parts.uri.path().to_owned(),
        query: without_operation_id(parts.uri.query().unwrap_or_default()),
        method: parts.method,
        headers: parts.headers,
        body: body.bytes().map(Bytes::copy_from_slice).unwrap_or_default(),
    })
}

/// The SDK names the operation in the query (`x-id=PutObject`) for its own logs; S3 does not need it.
fn without_operation_id(query: &str) -> String {
    query.split('&').filter(|pair| !pair.starts_with("x-id=")).collect::<Vec<_>>().join("&")
}

/// Reads an answer whose body has been collected; anything but a success is an error.
pub(crate) fn read<O: Operation>(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Result<O::Output, Error> {
    if status.is_success() {
        return O::read(status, headers, body).map_err(|error| with_ids(error, status, headers));
    }
    // No output of the SDK is `Infallible`: what it takes for a success is an error of ours.
    deserialize::<O, Infallible>(status, headers, body)
        .map(|never| match never {})
        .map_err(|error| with_ids(error, status, headers))
}

/// Reads an answer as the SDK does.
fn deserialize<O: Operation, T: std::fmt::Debug + Send + Sync + 'static>(
    status: StatusCode,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<T, Error> {
    let deserializer = O::codec().layer.load::<SharedResponseDeserializer>();
    let deserializer = deserializer.ok_or_else(|| Error::internal("the operation has no deserialiser"))?;
    let response = response(status, headers, body.clone())?;
    match deserializer.deserialize_nonstreaming_with_config(&response, &ConfigBag::base()) {
        Ok(output) => output.downcast::<T>().map_err(|_| Error::internal("the SDK gave another operation's output")),
        Err(error) => Err(service_error::<O>(status, headers, &body, &error)),
    }
}

fn response(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Result<HttpResponse, Error> {
    let mut response = http::Response::new(SdkBody::from(body));
    *response.status_mut() = status;
    // The SDK takes text only; a header that is none is no header of S3's.
    let text = headers.iter().filter(|(_, value)| std::str::from_utf8(value.as_bytes()).is_ok());
    response.headers_mut().extend(text.map(|(name, value)| (name.clone(), value.clone())));
    HttpResponse::try_from(response).map_err(|error| Error::internal(format!("the answer cannot be read: {error}")))
}

/// For answers that S3 would not give.
pub(crate) const NOT_S3: &str = "Check that the endpoint is an S3 server, and that no proxy answers in its place";

fn service_error<O: Operation>(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    error: &OrchestratorError<SdkError>,
) -> Error {
    let described = error.as_operation_error().and_then(O::describe);
    let Some((code, message)) = described else {
        return with_ids(
            Error::new(ErrorKind::Internal, format!("an answer that is not S3's: {error:?}")).hint(NOT_S3),
            status,
            headers,
        );
    };
    let code = code.unwrap_or_else(|| code_of(status).to_owned());
    let foreign = message.is_none() && !body.is_empty() && !body.starts_with(b"<?xml");
    let message = message.unwrap_or_else(|| {
        if foreign {
            format!("the server answered with {status} and no error of S3's")
        } else {
            status.canonical_reason().unwrap_or("the server answered with an error").to_owned()
        }
    });
    let mut service = Error::new(ErrorKind::Service, message);
    if foreign {
        service = service.hint(NOT_S3);
    }
    service.details_mut().code = Some(code);
    with_ids(service, status, headers)
}

/// Adds status and request ids.
pub(crate) fn with_ids(mut error: Error, status: StatusCode, headers: &HeaderMap) -> Error {
    let details = error.details_mut();
    details.http_status = status.as_u16();
    details.request_id = text(headers, "x-amz-request-id");
    details.extended_request_id = text(headers, "x-amz-id-2");
    error
}

/// A header's text.
pub(crate) fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(HeaderValue::as_bytes).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// The answer to a HEAD has no body, and so no code.
fn code_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        301 => "PermanentRedirect",
        304 => "NotModified",
        307 => "TemporaryRedirect",
        400 => "BadRequest",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        409 => "Conflict",
        412 => "PreconditionFailed",
        416 => "InvalidRange",
        500 => "InternalError",
        501 => "NotImplemented",
        503 => "ServiceUnavailable",
        _ => "Unknown",
    }
}

macro_rules! operation {
    ($name:ident, $module:ident, $error:ident, $output:ty, $read:expr) => {
        pub(crate) struct $name;

        impl Operation for $name {
            type Output = $output;

            fn read(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Result<$output, Error> {
                $read(status, headers, body)
            }

            fn codec() -> &'static Codec {
                static CODEC: Lazy<Codec> = Lazy::new(|| Codec::new(&aws_sdk_s3::operation::$module::$name::new()));
                &CODEC
            }

            fn describe(error: &SdkError) -> Option<(Option<String>, Option<String>)> {
                let error = error.downcast_ref::<aws_sdk_s3::operation::$module::$error>()?;
                Some((error.code().map(str::to_owned), error.message().map(str::to_owned)))
            }
        }
    };
}

/// Operations without XML: an answer's headers are all there is to read.
macro_rules! by_headers {
    ($($name:ident, $module:ident, $error:ident, $result:ident;)*) => {$(
        operation!($name, $module, $error, $result, |status, headers, _| $result::read(status, headers));
    )*};
}

/// Operations whose requests or answers are XML.
macro_rules! by_sdk {
    ($($name:ident, $module:ident, $input:ident, $output:ident, $error:ident;)*) => {$(
        operation!($name, $module, $error, aws_sdk_s3::operation::$module::$output, deserialize::<$name, _>);

        impl Serialize for $name {
            type Input = aws_sdk_s3::operation::$module::$input;
        }
    )*};
}

by_headers! {
    PutObject, put_object, PutObjectError, PutObjectResult;
    GetObject, get_object, GetObjectError, GetObjectResult;
    HeadObject, head_object, HeadObjectError, HeadObjectResult;
    DeleteObject, delete_object, DeleteObjectError, DeleteObjectResult;
}

by_sdk! {
    CopyObject, copy_object, CopyObjectInput, CopyObjectOutput, CopyObjectError;
    CreateMultipartUpload, create_multipart_upload, CreateMultipartUploadInput, CreateMultipartUploadOutput, CreateMultipartUploadError;
    UploadPart, upload_part, UploadPartInput, UploadPartOutput, UploadPartError;
    CompleteMultipartUpload, complete_multipart_upload, CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CompleteMultipartUploadError;
    AbortMultipartUpload, abort_multipart_upload, AbortMultipartUploadInput, AbortMultipartUploadOutput, AbortMultipartUploadError;
}

#[cfg(test)]
#[path = "operation_tests.rs"]
mod tests;
