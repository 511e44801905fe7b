//! GetObject.

use std::pin::pin;

use http::{HeaderMap, Method};

use crate::body::{GetBody, Target};
use crate::client::{Client, add_headers};
use crate::download::{DownloadStream, to_file, to_sink};
use crate::encryption::CUSTOMER;
use crate::error::Error;
use crate::exchange::{Call, Reply, collect};
use crate::generated::{GetObjectRequest, GetObjectResult};
use crate::operation::{GetObject, with_ids};
use crate::retry::{Class, backoff, classify};
use crate::transport::AnswerBody;
use crate::verify::{self, reported};

/// Content up to this comes with the result.
const INLINE: i64 = 64 << 10;

impl Client {
    /// Reads an object, or a range of it, to where `target` says. Content that breaks off on its way to a file, a
    /// sink or inline is fetched again; a stream in the caller's hands is not.
    ///
    /// # Errors
    /// `EncryptionMismatch`, before any content is delivered, when the object is not encrypted as expected; else as
    /// [`Error`] says.
    pub async fn get_object(
        &self,
        request: GetObjectRequest,
        mut target: Target,
    ) -> Result<(GetObjectResult, GetBody), Error> {
        request.check()?;
        self.refuse_in_clear(&request.bucket, request.customer_key.is_some(), "sse_customer_key").await?;
        let limit = request.request_timeout_ms;
        self.within(limit, pin!(self.get(&request, &mut target))).await
    }

    async fn get(&self, request: &GetObjectRequest, target: &mut Target) -> Result<(GetObjectResult, GetBody), Error> {
        let mut retries = 0;
        loop {
            let (result, body) = self.open(request).await?;
            let error = match deliver(&result, body, target).await {
                Ok(content) => return Ok((result, content)),
                Err(error) => error,
            };
            let class = classify(&error);
            let is_last = retries + 1 >= self.0.settings.max_attempts;
            if class == Class::Permanent || is_last || !self.0.tokens.take(class) {
                return Err(error);
            }
            if let Target::Sink(sink) = target {
                sink.restart();
            }
            retries += 1;
            tokio::time::sleep(backoff(class, retries)).await;
        }
    }

    async fn open(&self, request: &GetObjectRequest) -> Result<(GetObjectResult, AnswerBody), Error> {
        let write = |headers: &mut HeaderMap| {
            request.write_headers(headers)?;
            if let Some(key) = &request.customer_key {
                key.write_headers(&CUSTOMER, headers);
            }
            add_headers(headers, &request.headers)
        };
        let mut call = Call::<GetObject>::on_object(Method::GET, &request.bucket, &request.key, &write);
        request.write_query(&mut call.query);
        call.credentials = request.credentials.as_ref();
        let Reply { output, status, headers, body } = call.stream(&self.0).await?;
        verify::read(request.expected_encryption.as_ref(), request.customer_key.as_ref(), reported!(output))
            .map_err(|error| with_ids(error, status, &headers))?;
        let body = body.ok_or_else(|| Error::internal("an answer without a body"))?;
        Ok((output, body))
    }
}

async fn deliver(result: &GetObjectResult, body: AnswerBody, target: &mut Target) -> Result<GetBody, Error> {
    let length = result.content_length.and_then(|length| u64::try_from(length).ok());
    match target {
        Target::Stream if result.content_length.is_some_and(|length| length <= INLINE) => {
            collect(body).await.map(GetBody::Inline)
        }
        Target::Stream => Ok(GetBody::Stream(DownloadStream::new(body))),
        Target::File(path) => Box::pin(to_file(body, path)).await.map(|length| GetBody::Delivered { length }),
        Target::Sink(sink) => to_sink(body, length, sink.as_mut()).await.map(|length| GetBody::Delivered { length }),
    }
}
