//! The one request path: serialise, resolve, sign, send, read, and try again where that is worth it.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};

use crate::body::BodyStream;
use crate::checksum::Checksum;
use crate::chunked::{Chunked, encoded_length};
use crate::credentials::{Credentials, Identity, Source as CredentialsSource};
use crate::endpoint::{Endpoint, Endpoints};
use crate::error::{Error, ErrorKind};
use crate::generated::types::ChecksumAlgorithm;
use crate::hints;
use crate::operation::{Operation, Serialize, read, serialize, text, with_ids};
use crate::region::Region;
use crate::retry::{Class, Tokens, backoff, classify};
use crate::settings::Settings;
use crate::signer::{
    EMPTY_SHA256, Scope, Seed, Signable, Signer, UNSIGNED_PAYLOAD, encode_into, hex_text, payload_hash,
};
use crate::transport::{Answer, AnswerBody, Transport, Unsent};
use crate::upload::{Chunks, Gate, Source, UploadBody};

/// Answers that are not content are small; beyond this they are not S3's.
const ANSWER_LIMIT: usize = 16 << 20;
/// Redirects, clock corrections and stale connections that one call overcomes.
const CORRECTIONS: u32 = 3;

/// What all calls of a client share.
pub(crate) struct Engine {
    pub settings: Settings,
    pub credentials: CredentialsSource,
    pub endpoints: Endpoints,
    pub region: Arc<Region>,
    pub signer: Signer,
    pub transport: Transport,
    pub tokens: Tokens,
    /// Seconds that the server's clock is ahead of ours.
    pub skew: AtomicI64,
    /// Whether puts of large content ask first; no more once a server has refused to be asked.
    pub expect: AtomicBool,
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
    pub(crate) fn length(&self) -> u64 {
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
    bucket: &'a str,
    method: Method,
    /// `/key`, encoded.
    path: String,
    /// Encoded, without `?`.
    pub query: String,
    headers: Headers<'a>,
    pub payload: Payload,
    pub checksum: Option<ChecksumAlgorithm>,
    /// The headers of a checksum that could be computed up front.
    computed: Vec<(HeaderName, HeaderValue)>,
    pub credentials: Option<&'a Credentials>,
    /// The request asks for SSE-KMS: for hints.
    pub kms: bool,
    /// Large content waits for the server's consent.
    pub expect: bool,
    operation: PhantomData<O>,
}

/// Writes a request's own headers.
pub(crate) type WriteHeaders<'a> = dyn Fn(&mut HeaderMap) -> Result<(), Error> + Sync + 'a;

/// Each attempt needs the headers anew. To write them again costs less than to copy them, and most calls make one
/// attempt.
enum Headers<'a> {
    Written(&'a WriteHeaders<'a>),
    Kept(HeaderMap),
}

/// Most requests have no more.
const HEADERS: usize = 12;

/// What came back.
pub(crate) struct Reply<T> {
    pub output: T,
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The content, where it is streamed.
    pub body: Option<AnswerBody>,
}

impl<'a, O: Serialize> Call<'a, O> {
    /// A call that the SDK serialises; its body, if it has one, is what the SDK wrote. `more` writes what the SDK does
    /// not.
    pub(crate) fn by_sdk(
        bucket: &'a str,
        input: O::Input,
        more: impl FnOnce(&mut HeaderMap) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut request = serialize::<O>(input)?;
        request.headers.remove(http::header::CONTENT_LENGTH);
        more(&mut request.headers)?;
        let mut call = Self::new(bucket, request.method, request.path, request.query, Headers::Kept(request.headers));
        call.payload = Payload::Bytes(request.body);
        Ok(call)
    }
}

impl<'a, O: Operation> Call<'a, O> {
    /// A call on an object, with what writes its headers.
    pub(crate) fn on_object(method: Method, bucket: &'a str, key: &str, headers: &'a WriteHeaders<'a>) -> Self {
        let mut path = String::with_capacity(key.len() + 16);
        path.push('/');
        encode_into(key, true, &mut path);
        Self::new(bucket, method, path, String::new(), Headers::Written(headers))
    }

    fn new(bucket: &'a str, method: Method, path: String, query: String, headers: Headers<'a>) -> Self {
        Self {
            bucket,
            method,
            path,
            query,
            headers,
            payload: Payload::Bytes(Bytes::new()),
            checksum: None,
            computed: Vec::new(),
            credentials: None,
            kms: false,
            expect: false,
            operation: PhantomData,
        }
    }

    fn headers(&self) -> Result<HeaderMap, Error> {
        let mut headers = match &self.headers {
            Headers::Written(write) => {
                let mut headers = HeaderMap::with_capacity(HEADERS);
                write(&mut headers)?;
                headers
            }
            Headers::Kept(headers) => headers.clone(),
        };
        headers.extend(self.computed.iter().cloned());
        Ok(headers)
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
        self.compute_checksum()?;
        let headers = self.headers()?;
        let endpoint = engine.endpoint(self.bucket).await?;
        let identity = engine.credentials.get(self.credentials).await?;
        let request = self.request(engine, &endpoint, &identity, headers).await?;
        let Answer { head, body } = engine.transport.send(&endpoint.origin, request).await?;
        if streaming && head.status.is_success() {
            let output = read::<O>(head.status, &head.headers, Bytes::new())?;
            return Ok(Reply { output, status: head.status, headers: head.headers, body: Some(body) });
        }
        let content = collect(body).await.map_err(|error| with_ids(error, head.status, &head.headers))?;
        match read::<O>(head.status, &head.headers, content.clone()) {
            Ok(output) => Ok(Reply { output, status: head.status, headers: head.headers, body: None }),
            Err(error) => Err(Failure { error, answer: Some((head.headers, content)), stale: false }),
        }
    }

    async fn request(
        &mut self,
        engine: &Engine,
        endpoint: &Endpoint,
        identity: &Identity,
        mut headers: HeaderMap,
    ) -> Result<Request<UploadBody>, Error> {
        let plan = self.plan(engine, endpoint, identity).await?;
        headers.insert(http::header::HOST, endpoint.host.clone());
        headers.insert(http::header::USER_AGENT, engine.settings.user_agent.clone());
        let length = match &plan {
            Plan::Plain { .. } => self.payload.length(),
            Plan::Chunked { signed, .. } => {
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
        let gate = (self.expect && engine.expect.load(Ordering::Relaxed)).then(Arc::<Gate>::default);
        if gate.is_some() {
            headers.insert(http::header::EXPECT, HeaderValue::from_static("100-continue"));
        }
        if length > 0 || matches!(self.method, Method::PUT | Method::POST) {
            headers.insert(http::header::CONTENT_LENGTH, length.into());
        }
        let mut target = String::with_capacity(endpoint.prefix.len() + self.path.len() + self.query.len() + 1);
        target.push_str(&endpoint.prefix);
        target.push_str(&self.path);
        let what = Signable {
            method: self.method.as_str(),
            host: endpoint.authority.as_str(),
            path: &target,
            query: &self.query,
        };
        let seed = engine.sign(endpoint, identity, &what, &plan.hash(), &mut headers)?;
        let body = match plan {
            Plan::Plain { .. } => UploadBody::plain(self.payload.source()),
            Plan::Chunked { signed, .. } => {
                let checksum = self.checksum.as_ref().map(Checksum::new).transpose()?;
                UploadBody::chunked(Chunked::new(self.payload.source(), seed.filter(|_| signed), checksum))
            }
        };
        if !self.query.is_empty() {
            target.push('?');
            target.push_str(&self.query);
        }
        let uri = http::Uri::try_from(target)
            .map_err(|error| Error::invalid("key", format!("the request's URL cannot be written: {error}")))?;
        let mut request = Request::new(match &gate {
            Some(gate) => body.behind(gate.clone()),
            None => body,
        });
        if let Some(gate) = gate {
            hyper::ext::on_informational(&mut request, move |answer| {
                if answer.status() == StatusCode::CONTINUE {
                    gate.open();
                }
            });
        }
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// Computes the checksum of bytes in memory, once; longer content gets a trailer.
    fn compute_checksum(&mut self) -> Result<(), Error> {
        let Payload::Bytes(bytes) = &self.payload else { return Ok(()) };
        let Some(algorithm) = self.checksum.take() else { return Ok(()) };
        let mut checksum = Checksum::new(&algorithm)?;
        checksum.update(bytes);
        let name = checksum.header.clone();
        let value = HeaderValue::try_from(checksum.finish()).map_err(|_| Error::internal("checksum"))?;
        let algorithm = HeaderValue::from_str(algorithm.as_str()).map_err(|_| Error::internal("checksum"))?;
        self.computed = vec![(name, value), (HeaderName::from_static("x-amz-sdk-checksum-algorithm"), algorithm)];
        Ok(())
    }

    /// How the payload is sent and what of it is signed: hashed only where it must be.
    async fn plan(&self, engine: &Engine, endpoint: &Endpoint, identity: &Identity) -> Result<Plan, Error> {
        let settings = &engine.settings;
        let sign = identity.is_some() && (settings.sign_payload || !endpoint.origin.is_tls);
        if let Payload::Bytes(bytes) = &self.payload {
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
            return Ok(Plan::Chunked { signed: sign, trailer: self.checksum.is_some() });
        }
        let hash = match &self.payload {
            Payload::File { path, offset, length } if sign => {
                Box::pin(hash_file(Source::file(path, *offset, *length))).await?
            }
            _ => HeaderValue::from_static(UNSIGNED_PAYLOAD),
        };
        Ok(Plan::Plain { hash })
    }
}

enum Plan {
    Plain { hash: HeaderValue },
    Chunked { signed: bool, trailer: bool },
}

impl Plan {
    fn hash(&self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Plain { hash } => return hash.clone(),
            Self::Chunked { signed: true, trailer: false } => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            Self::Chunked { signed: true, trailer: true } => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            Self::Chunked { signed: false, .. } => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
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
            // Boxed: rare, and its state would make every request larger.
            None => Box::pin(async { self.endpoints.get(bucket, self.region.get().await?).await }).await,
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
        what: &Signable<'_>,
        payload_hash: &HeaderValue,
        headers: &mut HeaderMap,
    ) -> Result<Option<Seed>, Error> {
        let Some(credentials) = identity else {
            return Ok(None);
        };
        let scope = Scope { credentials, region: &endpoint.region, service: &endpoint.service, time: self.time() };
        self.signer.sign(&scope, what, payload_hash, headers).map(Some)
    }

    /// Learns from a failure where the bucket is or what time it is; true where another attempt will differ.
    fn correct(&self, bucket: &str, failure: &Failure) -> bool {
        let Some((headers, body)) = &failure.answer else {
            return false;
        };
        let details = failure.error.details();
        let code = details.code.as_deref().unwrap_or_default();
        if details.http_status == 417 {
            return self.expect.swap(false, Ordering::Relaxed);
        }
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
