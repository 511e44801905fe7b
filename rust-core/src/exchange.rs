//! The one request path: serialise, resolve, sign, send, read, and try again where that is worth it.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode};

use crate::body::BodyStream;
use crate::checksum::Checksum;
use crate::chunked::{Chunked, encoded_length};
use crate::credentials::{Credentials, Identity, Source as CredentialsSource};
use crate::endpoint::{Endpoint, Endpoints};
use crate::error::{Error, ErrorKind};
use crate::generated::types::ChecksumAlgorithm;
use crate::hints;
use crate::operation::{Operation, Serialized, deserialize, serialize, text, with_ids};
use crate::region::Region;
use crate::retry::{Class, Tokens, backoff, classify};
use crate::settings::Settings;
use crate::signer::{EMPTY_SHA256, Scope, Seed, Signable, Signer, UNSIGNED_PAYLOAD, hex_text, payload_hash};
use crate::transport::{Answer, AnswerBody, Transport, Unsent};
use crate::upload::{Chunks, Source, UploadBody};

/// Answers that are not content are small; beyond this they are not S3's.
const ANSWER_LIMIT: usize = 16 << 20;
/// Redirects, clock corrections and stale connections that one call overcomes.
const CORRECTIONS: u32 = 3;

/// What all calls of a client share.
pub(crate) struct Engine {
    pub settings: Settings,
    pub credentials: CredentialsSource,
    pub endpoints: Endpoints,
    pub region: Region,
    pub signer: Signer,
    pub transport: Transport,
    pub tokens: Tokens,
    /// Seconds that the server's clock is ahead of ours.
    pub skew: AtomicI64,
}

/// Content of a request.
pub(crate) enum Payload {
    Bytes(Bytes),
    File {
        path: PathBuf,
        offset: u64,
        length: u64,
    },
    /// Gone once it was sent.
    Stream(Option<BodyStream>, u64),
}

impl Payload {
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { length, .. } | Self::Stream(_, length) => *length,
        }
    }

    /// Whether it can be sent again.
    fn is_at_hand(&self) -> bool {
        !matches!(self, Self::Stream(None, _))
    }

    fn source(&mut self) -> Source {
        match self {
            Self::Bytes(bytes) => Source::Bytes(bytes.clone()),
            Self::File { path, offset, length } => Source::file(path, *offset, *length),
            Self::Stream(stream, length) => match stream.take() {
                Some(stream) => Source::Chunks(Chunks::new(stream.receiver, *length)),
                None => Source::empty(),
            },
        }
    }
}

/// One call of an operation, before its first attempt.
pub(crate) struct Call<'a, O> {
    pub bucket: &'a str,
    pub request: Serialized,
    pub payload: Payload,
    pub checksum: Option<ChecksumAlgorithm>,
    pub credentials: Option<&'a Credentials>,
    /// The request asks for SSE-KMS: for hints.
    pub kms: bool,
    operation: PhantomData<O>,
}

/// What came back.
pub(crate) struct Reply<T> {
    pub output: T,
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The content, where it is streamed.
    pub body: Option<AnswerBody>,
}

impl<'a, O: Operation> Call<'a, O> {
    /// A call with a serialised input; its body, if it has one, is what the SDK wrote.
    pub(crate) fn new(bucket: &'a str, input: O::Input, credentials: Option<&'a Credentials>) -> Result<Self, Error> {
        let mut request = serialize::<O>(input)?;
        request.headers.remove(http::header::CONTENT_LENGTH);
        let payload = Payload::Bytes(std::mem::take(&mut request.body));
        Ok(Self { bucket, request, payload, checksum: None, credentials, kms: false, operation: PhantomData })
    }

    /// Runs the call; the whole answer is read.
    pub(crate) async fn run(self, engine: &Engine) -> Result<Reply<O::Output>, Error> {
        self.attempts(engine, false).await
    }

    /// Runs the call; the content of a success is left to be read.
    pub(crate) async fn stream(self, engine: &Engine) -> Result<Reply<O::Output>, Error> {
        self.attempts(engine, true).await
    }

    async fn attempts(mut self, engine: &Engine, streaming: bool) -> Result<Reply<O::Output>, Error> {
        let mut retries = 0;
        let mut corrections = 0;
        loop {
            // Boxed: a request waits here, and ten thousand may wait at a time.
            let attempt = Box::pin(self.attempt(engine, streaming));
            let outcome = match engine.settings.attempt_timeout {
                None => attempt.await,
                Some(limit) => tokio::time::timeout(limit, attempt).await.unwrap_or_else(|_| {
                    Err(Failure::from(Error::new(
                        ErrorKind::Timeout,
                        format!("the attempt took longer than {} ms", limit.as_millis()),
                    )))
                }),
            };
            let failure = match outcome {
                Ok(reply) => {
                    engine.tokens.give(retries);
                    return Ok(reply);
                }
                Err(failure) => failure,
            };
            if !self.payload.is_at_hand() {
                return Err(self.explain(failure.error).hint_if_absent(
                    "A stream can be sent only once: put from a file or from memory to have it retried",
                ));
            }
            // A stale connection says nothing of the server: that retry is not counted.
            if corrections < CORRECTIONS && (failure.stale || engine.correct(self.bucket, &failure)) {
                corrections += 1;
                continue;
            }
            let class = classify(&failure.error);
            if class == Class::Permanent || retries + 1 >= engine.settings.max_attempts || !engine.tokens.take(class) {
                return Err(self.explain(failure.error));
            }
            retries += 1;
            tracing::debug!(retry = retries, bucket = self.bucket, error = %failure.error.kind().name(), "retrying");
            tokio::time::sleep(backoff(class, retries)).await;
        }
    }

    fn explain(&self, error: Error) -> Error {
        let details = error.details();
        let hint = details.code.as_deref().and_then(|code| hints::of(code, details.http_status, self.kms));
        match hint {
            Some(hint) => error.hint_if_absent(hint),
            None => error,
        }
    }

    async fn attempt(&mut self, engine: &Engine, streaming: bool) -> Result<Reply<O::Output>, Failure> {
        let endpoint = engine.endpoint(self.bucket).await?;
        let identity = engine.credentials.get(self.credentials).await?;
        let request = self.request(engine, &endpoint, &identity).await?;
        let Answer { head, body } = engine.transport.send(&endpoint, request).await?;
        if streaming && head.status.is_success() {
            let output = deserialize::<O>(head.status, &head.headers, Bytes::new(), true)?;
            return Ok(Reply { output, status: head.status, headers: head.headers, body: Some(body) });
        }
        let content = collect(body).await.map_err(|error| with_ids(error, head.status, &head.headers))?;
        match deserialize::<O>(head.status, &head.headers, content.clone(), false) {
            Ok(output) => Ok(Reply { output, status: head.status, headers: head.headers, body: None }),
            Err(error) => Err(Failure { error, answer: Some((head.headers, content)), stale: false }),
        }
    }

    async fn request(
        &mut self,
        engine: &Engine,
        endpoint: &Endpoint,
        identity: &Identity,
    ) -> Result<Request<UploadBody>, Error> {
        let path = format!("{}{}", endpoint.prefix, self.request.path);
        let plan = self.plan(engine, endpoint, identity).await?; // may add the checksum's headers
        let mut headers = self.request.headers.clone();
        headers.insert(http::header::HOST, endpoint.host.clone());
        headers.insert(http::header::USER_AGENT, engine.settings.user_agent.clone());
        let length = match &plan {
            Plan::Plain { .. } => self.payload.length(),
            Plan::Chunked { signed } => {
                let checksum = self.checksum.as_ref().map(Checksum::new).transpose()?;
                headers.insert("x-amz-decoded-content-length", self.payload.length().into());
                // The object's own encodings stand behind it, and are what S3 keeps.
                let encoding = match headers.get(http::header::CONTENT_ENCODING) {
                    Some(own) => [b"aws-chunked,", own.as_bytes()].concat(),
                    None => b"aws-chunked".to_vec(),
                };
                let encoding = HeaderValue::from_bytes(&encoding).map_err(|_| Error::internal("content encoding"))?;
                headers.insert(http::header::CONTENT_ENCODING, encoding);
                if let Some(checksum) = &checksum {
                    headers.insert(
                        "x-amz-trailer",
                        HeaderValue::from_str(checksum.header.as_str()).map_err(|_| Error::internal("trailer"))?,
                    );
                }
                encoded_length(self.payload.length(), *signed, checksum.as_ref())
            }
        };
        if length > 0 || matches!(self.request.method, http::Method::PUT | http::Method::POST) {
            headers.insert(http::header::CONTENT_LENGTH, length.into());
        }
        let payload_hash = plan.hash(self.checksum.is_some());
        let seed = engine.sign(endpoint, identity, &self.request, &path, &payload_hash, &mut headers)?;
        let body = match plan {
            Plan::Plain { .. } => UploadBody::plain(self.payload.source()),
            Plan::Chunked { signed } => {
                let checksum = self.checksum.as_ref().map(Checksum::new).transpose()?;
                UploadBody::chunked(Chunked::new(self.payload.source(), seed.filter(|_| signed), checksum))
            }
        };
        let target = match self.request.query.as_str() {
            "" => path,
            query => format!("{path}?{query}"),
        };
        let uri = http::Uri::try_from(target)
            .map_err(|error| Error::invalid("key", format!("the request's URL cannot be written: {error}")))?;
        let mut request = Request::new(body);
        *request.method_mut() = self.request.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// How the payload is sent and what of it is signed: hashed only where it must be.
    async fn plan(&mut self, engine: &Engine, endpoint: &Endpoint, identity: &Identity) -> Result<Plan, Error> {
        let settings = &engine.settings;
        let sign = identity.is_some() && (settings.sign_payload || !endpoint.is_tls());
        if let Payload::Bytes(bytes) = &self.payload {
            if let Some(algorithm) = self.checksum.take() {
                let mut checksum = Checksum::new(&algorithm)?;
                checksum.update(bytes);
                let name = checksum.header.clone();
                let value = HeaderValue::try_from(checksum.finish()).map_err(|_| Error::internal("checksum"))?;
                self.request.headers.insert(name, value);
                let name = HeaderValue::from_str(algorithm.as_str()).map_err(|_| Error::internal("checksum"))?;
                self.request.headers.insert("x-amz-sdk-checksum-algorithm", name);
            }
            return Ok(Plan::Plain {
                hash: if bytes.is_empty() {
                    HeaderValue::from_static(EMPTY_SHA256)
                } else if sign {
                    payload_hash(bytes)
                } else {
                    HeaderValue::from_static(UNSIGNED_PAYLOAD)
                },
            });
        }
        if !settings.disable_chunked_encoding && (sign || self.checksum.is_some()) {
            return Ok(Plan::Chunked { signed: sign });
        }
        let hash = match &self.payload {
            Payload::File { path, offset, length } if sign => hash_file(Source::file(path, *offset, *length)).await?,
            _ => HeaderValue::from_static(UNSIGNED_PAYLOAD),
        };
        Ok(Plan::Plain { hash })
    }
}

enum Plan {
    Plain { hash: HeaderValue },
    Chunked { signed: bool },
}

impl Plan {
    fn hash(&self, trailer: bool) -> HeaderValue {
        HeaderValue::from_static(match (self, trailer) {
            (Self::Plain { hash }, _) => return hash.clone(),
            (Self::Chunked { signed: true }, false) => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            (Self::Chunked { signed: true }, true) => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            (Self::Chunked { signed: false }, _) => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        })
    }
}

/// A failed attempt, with what the server said.
struct Failure {
    error: Error,
    answer: Option<(HeaderMap, Bytes)>,
    stale: bool,
}

impl From<Unsent> for Failure {
    fn from(unsent: Unsent) -> Self {
        Self { error: unsent.error, answer: None, stale: unsent.stale }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, answer: None, stale: false }
    }
}

impl Engine {
    /// The endpoint of a bucket.
    pub(crate) async fn endpoint(&self, bucket: &str) -> Result<Arc<Endpoint>, Error> {
        match self.endpoints.now(bucket) {
            Some(endpoint) => Ok(endpoint),
            None => self.endpoints.get(bucket, self.region.get().await?).await,
        }
    }

    /// Our time, corrected by what servers have said of theirs.
    pub(crate) fn time(&self) -> SystemTime {
        let skew = self.skew.load(Ordering::Relaxed);
        let distance = Duration::from_secs(skew.unsigned_abs());
        if skew < 0 { SystemTime::now() - distance } else { SystemTime::now() + distance }
    }

    fn sign(
        &self,
        endpoint: &Endpoint,
        identity: &Identity,
        request: &Serialized,
        path: &str,
        payload: &HeaderValue,
        headers: &mut HeaderMap,
    ) -> Result<Option<Seed>, Error> {
        let Some(credentials) = identity else {
            return Ok(None);
        };
        let scope = Scope { credentials, region: &endpoint.region, service: &endpoint.service, time: self.time() };
        let what = Signable {
            method: request.method.as_str(),
            host: endpoint.authority.as_str(),
            path,
            query: &request.query,
        };
        self.signer.sign(&scope, &what, payload, headers).map(Some)
    }

    /// Learns from a failure where the bucket is or what time it is; true where another attempt will differ.
    fn correct(&self, bucket: &str, failure: &Failure) -> bool {
        let Some((headers, body)) = &failure.answer else {
            return false;
        };
        let details = failure.error.details();
        let code = details.code.as_deref().unwrap_or_default();
        let region_is_wrong = matches!(details.http_status, 301 | 307)
            || matches!(code, "AuthorizationHeaderMalformed" | "PermanentRedirect" | "TemporaryRedirect")
            || (details.http_status == 400 && code == "BadRequest"); // the answer to a HEAD
        if region_is_wrong {
            let region = text(headers, "x-amz-bucket-region").or_else(|| element(body, "Region"));
            return region.is_some_and(|region| self.endpoints.learn(bucket, &region));
        }
        let time_is_wrong = matches!(code, "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture")
            || (details.http_status == 403 && matches!(code, "SignatureDoesNotMatch" | "AuthFailure" | "Forbidden"));
        if !time_is_wrong {
            return false;
        }
        let server = text(headers, "date").and_then(|date| httpdate::parse_http_date(&date).ok());
        let Some(server) = server else { return false };
        let now = SystemTime::now();
        let ahead = match server.duration_since(now) {
            Ok(ahead) => i64::try_from(ahead.as_secs()).unwrap_or_default(),
            Err(behind) => -i64::try_from(behind.duration().as_secs()).unwrap_or_default(),
        };
        let known = self.skew.load(Ordering::Relaxed);
        // S3 tolerates 15 minutes; the SDKs correct what is beyond four.
        if ahead.abs_diff(known) < 240 {
            return false;
        }
        self.skew.store(ahead, Ordering::Relaxed);
        true
    }
}

/// The text of an element of an error document.
fn element(body: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let rest = &text[text.find(&format!("<{name}>"))? + name.len() + 2..];
    Some(rest[..rest.find('<')?].to_owned())
}

async fn hash_file(mut source: Source) -> Result<HeaderValue, Error> {
    let mut hash = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    while let Some(piece) = std::future::poll_fn(|cx| source.poll_next(cx)).await {
        hash.update(&piece?);
    }
    HeaderValue::try_from(hex_text(hash.finish().as_ref())).map_err(|_| Error::internal("a hash"))
}

/// Reads a whole answer.
pub(crate) async fn collect(mut body: AnswerBody) -> Result<Bytes, Error> {
    let Some(first) = body.next().await? else { return Ok(Bytes::new()) };
    let mut rest = Vec::new(); // most answers are one piece, which need not be copied
    while let Some(piece) = body.next().await? {
        if rest.is_empty() {
            rest.extend_from_slice(&first);
        }
        rest.extend_from_slice(&piece);
        if rest.len() > ANSWER_LIMIT {
            return Err(Error::internal(format!("the answer is longer than {ANSWER_LIMIT} bytes")));
        }
    }
    Ok(if rest.is_empty() { first } else { rest.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_found_in_an_error_document() {
        let body = b"<Error><Code>X</Code><Region>eu-west-1</Region></Error>";
        assert_eq!(element(body, "Region").as_deref(), Some("eu-west-1"));
        assert_eq!(element(body, "Endpoint"), None);
        assert_eq!(element(b"<Region>cut off", "Region"), None);
    }
}
