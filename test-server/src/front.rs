//! What stands between the wire and the crate `s3s`: control API, faults, KMS API, the gate, the
//! digests of XML documents, request ids, and the shape of error documents.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use s3s::service::S3Service;
use s3s::{Body, S3Error, StdError};

use crate::auth::{Credentials, Refusal, decode, gate, query_pairs};
use crate::error::s3_error;
use crate::faults::{Action, Faults, SseLie};
use crate::form::{self, is_form};
use crate::integrity::verify_document;
use crate::io::{ResetSwitch, SharedBody};
use crate::kms::Kms;
use crate::kms_api;
use crate::random;
use crate::sse::{SSE, SSE_KEY_ID};

/// The control API's paths begin with this; no bucket can have such a name.
const CONTROL: &str = "/_s3kms/";
/// What the front reads of a body that nobody else has read, before it answers.
const DRAIN_LIMIT: u64 = 64 << 20;
/// The largest XML or JSON document.
const DOCUMENT_LIMIT: usize = 4 << 20;
/// The largest form of a POST upload.
const FORM_LIMIT: usize = 64 << 20;

/// The front of one server, shared by its connections.
pub struct Front {
    /// The S3 service with its signature check.
    pub s3: S3Service,
    /// Shared with the S3 operations.
    pub kms: Arc<Kms>,
    /// Shared with the library's caller.
    pub faults: Faults,
    /// Who may ask.
    pub credentials: Credentials,
    /// The one region there is.
    pub region: String,
    /// S3 and KMS requests by method.
    counts: Mutex<BTreeMap<String, u64>>,
}

/// The connection is to be cut instead of answered.
#[derive(Debug)]
pub struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is cut by a fault rule")
    }
}

impl std::error::Error for Cut {}

impl Front {
    /// A front with no rules and no counts.
    pub fn new(s3: S3Service, kms: Arc<Kms>, credentials: Credentials, region: String) -> Self {
        Self { s3, kms, faults: Faults::default(), credentials, region, counts: Mutex::default() }
    }

    /// Requests so far, by method.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.lock_counts().clone()
    }

    fn lock_counts(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one request, or says that the connection is to be cut.
    pub async fn handle(&self, request: Request<Incoming>, switch: &ResetSwitch) -> Result<Response<Body>, Cut> {
        let (parts, body) = request.into_parts();
        let body = SharedBody::new(body);
        if let Some(command) = parts.uri.path().strip_prefix(CONTROL) {
            return Ok(self.control(&parts.method, command, body).await);
        }
        *self.lock_counts().entry(parts.method.to_string()).or_default() += 1;
        let action = self.faults.take(parts.method.as_str(), &object_key(parts.uri.path())).unwrap_or_default();
        if let Some(delay) = action.delay_ms {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        if action.reset {
            body.drain(DRAIN_LIMIT).await;
            switch.pull();
            return Err(Cut);
        }
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        let waits_for_continue = parts.headers.contains_key("expect");
        let rest = body.clone();
        let response = match action.status {
            Some(status) => refuse(&planned(status, action.code.as_deref()).into()),
            None => self.serve(parts, body).await,
        };
        // A client that waits for 100 Continue sends nothing after a refusal, so there is nothing to read.
        if rest.touched() || !waits_for_continue {
            rest.drain(DRAIN_LIMIT).await;
        }
        let response = decorate(response, &method, &path).await;
        Ok(distort(response, &method, &action).await)
    }

    async fn serve(&self, parts: Parts, body: SharedBody) -> Response<Body> {
        if parts.headers.get("x-amz-target").is_some_and(|t| t.as_bytes().starts_with(kms_api::TARGET.as_bytes())) {
            return match Limited::new(body, DOCUMENT_LIMIT).collect().await {
                Ok(body) => kms_api::answer(&parts, &body.to_bytes(), &self.kms, &self.credentials, &self.region),
                Err(_) => refuse(&too_large().into()),
            };
        }
        if let Err(refusal) = gate(&parts, &self.region) {
            return refuse(&refusal);
        }
        let body = match admit(&parts, body).await {
            Ok(body) => body,
            Err(error) => return refuse(&error.into()),
        };
        let is_form = is_form(&parts);
        match self.s3.call(Request::from_parts(parts, body)).await {
            Ok(response) if is_form && response.status() == StatusCode::BAD_REQUEST => refuse_policy(response).await,
            Ok(response) => response,
            Err(error) => {
                let error: StdError = error.into();
                refuse(&s3_error(500, "InternalError", error.to_string()).into())
            }
        }
    }

    async fn control(&self, method: &Method, command: &str, body: SharedBody) -> Response<Body> {
        let body = match Limited::new(body, DOCUMENT_LIMIT).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => {
                return json(StatusCode::PAYLOAD_TOO_LARGE, &serde_json::json!({"error": "the document is too large"}));
            }
        };
        match (method, command) {
            (&Method::POST, "faults") => match self.faults.add_json(&body) {
                Ok(count) => json(StatusCode::OK, &serde_json::json!({"added": count})),
                Err(error) => json(StatusCode::BAD_REQUEST, &serde_json::json!({"error": error})),
            },
            (&Method::DELETE, "faults") => {
                self.faults.clear();
                json(StatusCode::OK, &serde_json::json!({}))
            }
            (&Method::GET, "requests") => json(StatusCode::OK, &serde_json::json!(self.counts())),
            (&Method::DELETE, "requests") => {
                self.lock_counts().clear();
                json(StatusCode::OK, &serde_json::json!({}))
            }
            _ => json(
                StatusCode::NOT_FOUND,
                &serde_json::json!({"error": "there are POST and DELETE faults, GET and DELETE requests"}),
            ),
        }
    }
}

/// The object key of a path-style path, decoded; empty when there is none.
fn object_key(path: &str) -> String {
    path.trim_start_matches('/').split_once('/').map(|(_, key)| decode(key)).unwrap_or_default()
}

/// What the body of a request is.
enum Kind {
    /// The bytes of an object or part, or nothing.
    Bytes,
    /// A form of a POST upload.
    Form,
    /// A document that S3 parses, and whether it must carry a digest.
    Document { digest_required: bool },
}

impl Kind {
    fn of(parts: &Parts) -> Self {
        if is_form(parts) {
            return Self::Form;
        }
        let query = query_pairs(&parts.uri);
        let has_key = !object_key(parts.uri.path()).is_empty();
        let is_object = parts.method == Method::PUT && has_key && !query.contains_key("tagging");
        if is_object || !matches!(parts.method, Method::PUT | Method::POST) {
            return Self::Bytes;
        }
        let digest_required =
            ["delete", "encryption", "versioning", "tagging"].iter().any(|name| query.contains_key(*name));
        Self::Document { digest_required }
    }
}

/// Passes the bytes of objects on as they come; reads forms and documents whole and checks what `s3s`
/// does not look at.
async fn admit(parts: &Parts, body: SharedBody) -> Result<Body, S3Error> {
    let whole =
        async |limit| Limited::new(body.clone(), limit).collect().await.map(http_body_util::Collected::to_bytes);
    match Kind::of(parts) {
        Kind::Bytes => Ok(Body::http_body(body)),
        Kind::Form => {
            let form = whole(FORM_LIMIT).await.map_err(|_| too_large())?;
            form::check(parts, &form)?;
            Ok(Body::from(form))
        }
        Kind::Document { digest_required } => {
            let document = whole(DOCUMENT_LIMIT).await.map_err(|_| too_large())?;
            verify_document(&document, &parts.headers, digest_required)?;
            Ok(Body::from(document))
        }
    }
}

/// S3 answers a condition that does not hold with 403, `s3s` with 400 `InvalidPolicyDocument`, which S3
/// keeps for documents that it cannot read.
async fn refuse_policy(response: Response<Body>) -> Response<Body> {
    let (parts, body) = response.into_parts();
    let document = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    if std::str::from_utf8(&document).is_ok_and(|text| text.contains("Policy condition")) {
        return refuse(&s3_error(403, "AccessDenied", "Invalid according to Policy: a policy condition failed").into());
    }
    Response::from_parts(parts, Body::from(document))
}

fn planned(status: u16, code: Option<&str>) -> S3Error {
    match (status, code) {
        (_, Some(code)) => s3_error(status, code, "This answer was asked for by a fault rule."),
        (503, None) => s3_error(503, "SlowDown", "Please reduce your request rate."),
        _ => s3_error(status, "InternalError", "We encountered an internal error. Please try again."),
    }
}

fn too_large() -> S3Error {
    s3_error(400, "MaxMessageLengthExceeded", "Your request was too big.")
}

/// The error document of a refusal.
fn refuse(refusal: &Refusal) -> Response<Body> {
    let error = &refusal.error;
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message>",
        escape(error.code().as_str()),
        escape(error.message().unwrap_or_default())
    );
    for (name, value) in &refusal.details {
        let _ = write!(text, "<{name}>{}</{name}>", escape(value));
    }
    text.push_str("</Error>");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = error.status_code().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// Adds request ids to the headers, and resource and ids to an error document; takes the body from
/// answers that may not have one.
async fn decorate(mut response: Response<Body>, method: &Method, path: &str) -> Response<Body> {
    let request_id = random::hex::<8>().to_uppercase();
    let host_id = random::hex::<24>();
    let headers = response.headers_mut();
    for (name, value) in
        [("x-amz-request-id", request_id.as_str()), ("x-amz-id-2", &host_id), ("server", "s3kms-test-server")]
    {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    let status = response.status();
    if status == StatusCode::NOT_MODIFIED || (*method == Method::HEAD && status.as_u16() >= 400) {
        response.headers_mut().remove(http::header::CONTENT_TYPE);
        return response.map(|_| Body::empty());
    }
    if status.as_u16() < 400 {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let document = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let Some(open) = std::str::from_utf8(&document).ok().and_then(|text| text.strip_suffix("</Error>")) else {
        return Response::from_parts(parts, Body::from(document));
    };
    let document = format!(
        "{open}<Resource>{}</Resource><RequestId>{request_id}</RequestId><HostId>{host_id}</HostId></Error>",
        escape(path)
    );
    parts.headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    parts.headers.remove(http::header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(document))
}

/// Applies the part of an action that falsifies a good answer.
async fn distort(mut response: Response<Body>, method: &Method, action: &Action) -> Response<Body> {
    if let Some(lie) = &action.sse_headers {
        tell(lie, response.headers_mut());
    }
    let body_faults = action.truncate_body.is_some() || action.corrupt_byte.is_some();
    if !body_faults || *method != Method::GET || !response.status().is_success() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        return Response::from_parts(parts, Body::empty());
    };
    let mut bytes = body.to_bytes().to_vec();
    parts.headers.insert(http::header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if let Some(byte) = action.corrupt_byte.and_then(|at| bytes.get_mut(at)) {
        *byte = !*byte;
    }
    let Some(keep) = action.truncate_body.filter(|keep| *keep < bytes.len()) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    bytes.truncate(keep);
    let head = (!bytes.is_empty()).then(|| Ok(Bytes::from(bytes)));
    let pieces = head.into_iter().chain(std::iter::once(Err(std::io::Error::other(Cut))));
    let body = Body::from(s3s::dto::StreamingBlob::wrap(stream::unfold(pieces, |mut pieces| async move {
        let piece = pieces.next()?;
        if piece.is_err() {
            // What came before must leave the buffers: the peer is to see a body that ends early, not none.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some((piece, pieces))
    })));
    Response::from_parts(parts, body)
}

fn tell(lie: &SseLie, headers: &mut HeaderMap) {
    if lie.drop {
        let names: Vec<HeaderName> = headers.keys().filter(|name| name.as_str().starts_with(SSE)).cloned().collect();
        for name in names {
            headers.remove(name);
        }
    }
    for (name, value) in [(SSE, &lie.algorithm), (SSE_KEY_ID, &lie.key_id)] {
        if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

fn json(status: StatusCode, document: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
