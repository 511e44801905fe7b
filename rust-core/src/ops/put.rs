//! PutObject.

use std::pin::pin;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};

use crate::body::{Body, BodyStream, Borrowed};
use crate::checksum::Checksum;
use crate::client::{Client, add_headers, check_metadata};
use crate::encryption::{Carries, ServerSideEncryption};
use crate::error::{Error, ErrorKind};
use crate::exchange::{Call, Payload};
use crate::generated::{PutObjectRequest, PutObjectResult};
use crate::operation::{PutObject, with_ids};
use crate::upload::file_error;
use crate::verify::{self, reported};

/// A stream of a known length up to this is gathered first: then it can be retried.
const GATHERED: u64 = 1 << 20;
/// Content beyond this waits until the server has said that it will take it: to ask costs a round trip.
const ASKED: u64 = 1 << 20;
/// S3's limit of one PutObject.
const LARGEST: u64 = 5 << 30;

impl Client {
    /// Stores an object. A stream of unknown length that is longer than a part (8 MiB) becomes a multipart
    /// upload, which is aborted when anything fails.
    ///
    /// # Errors
    /// `EncryptionMismatch` when the server does not report the encryption that was asked for; else as [`Error`] says.
    pub async fn put_object(&self, request: PutObjectRequest, body: Body) -> Result<PutObjectResult, Error> {
        request.check()?;
        check_metadata(&request.metadata)?;
        if let Some(algorithm) = &request.checksum_algorithm {
            Checksum::new(algorithm)?;
        }
        self.refuse_in_clear(&request.bucket, request.encryption.needs_tls(), field(&request.encryption)).await?;
        let limit = request.request_timeout_ms;
        self.within(limit, pin!(self.put_body(&request, body))).await
    }

    async fn put_body(&self, request: &PutObjectRequest, body: Body) -> Result<PutObjectResult, Error> {
        let payload = match body {
            Body::Bytes(bytes) | Body::Borrowed(Borrowed { bytes, .. }) => Payload::Bytes(bytes),
            Body::File { path, offset, length } => {
                let length = file_length(&path, offset, length).await?;
                Payload::File { path, offset, length }
            }
            Body::Stream(mut stream) => match stream.length {
                Some(length) if length > GATHERED => Payload::Stream(Some(stream), length),
                Some(length) => Payload::Bytes(gather(&mut stream, length).await?),
                None => return Box::pin(self.put_unknown_length(request, stream)).await,
            },
        };
        self.put(request, payload).await
    }

    pub(crate) async fn put(&self, request: &PutObjectRequest, payload: Payload) -> Result<PutObjectResult, Error> {
        if let Payload::File { length, .. } | Payload::Stream(_, length) = &payload
            && *length > LARGEST
        {
            return Err(Error::new(ErrorKind::InvalidArgument, "one put takes 5 GiB at most")
                .hint("Use a multipart upload, or give a stream without a length"));
        }
        let write = |headers: &mut HeaderMap| {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")); // unless it says another
            request.write_headers(headers)?;
            request.encryption.write_headers(Carries::Everything, headers);
            add_headers(headers, &request.headers)
        };
        let mut call = Call::<PutObject>::on_object(Method::PUT, &request.bucket, &request.key, &write);
        call.expect = payload.length() > ASKED;
        call.payload = payload;
        call.checksum.clone_from(&request.checksum_algorithm);
        call.credentials = request.credentials.as_ref();
        call.kms = request.encryption.needs_tls();
        let reply = call.run(&self.0).await?;
        verify::written(&request.encryption, reported!(reply.output))
            .map_err(|error| with_ids(error, reply.status, &reply.headers))?;
        Ok(reply.output)
    }
}

/// The field to blame where an encryption is refused.
pub(crate) fn field(encryption: &ServerSideEncryption) -> &'static str {
    match encryption {
        ServerSideEncryption::CustomerKey(_) => "sse_customer_key",
        _ => "server_side_encryption",
    }
}

async fn file_length(path: &std::path::Path, offset: u64, length: Option<u64>) -> Result<u64, Error> {
    let metadata = tokio::fs::metadata(path).await.map_err(|error| file_error(path, &error))?;
    if metadata.is_dir() {
        return Err(Error::new(ErrorKind::File, format!("{path:?} is a folder")));
    }
    let available = metadata.len().checked_sub(offset);
    let available = available
        .ok_or_else(|| Error::new(ErrorKind::File, format!("{path:?} is shorter than the offset {offset}")))?;
    match length {
        None => Ok(available),
        Some(length) if length <= available => Ok(length),
        Some(length) => Err(Error::new(
            ErrorKind::File,
            format!("{path:?} has {available} bytes from offset {offset} on, and {length} were asked for"),
        )),
    }
}

async fn gather(stream: &mut BodyStream, length: u64) -> Result<Bytes, Error> {
    let wrong =
        |what: &str| Error::new(ErrorKind::Body, format!("the content is {what} than its declared length {length}"));
    let mut content = BytesMut::with_capacity(usize::try_from(length).unwrap_or_default());
    while let Some(chunk) = stream.next().await? {
        content.extend_from_slice(&chunk);
        if content.len() as u64 > length {
            return Err(wrong("longer").hint("Nothing was stored"));
        }
    }
    if (content.len() as u64) < length {
        return Err(wrong("shorter").hint("Nothing was stored"));
    }
    Ok(content.freeze())
}
