//! [`RecordingServer`]: answers what it was told to answer and keeps what it received.
//!
//! For the conformance suite, which compares what the languages put on the wire. It knows no S3.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

use crate::random::to_hex;

/// An answer of the queue.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Answer {
    /// HTTP status; default 200.
    #[serde(default = "ok")]
    pub status: u16,
    /// Header name to value.
    #[serde(default)]
    pub headers: std::collections::BTreeMap<String, String>,
    /// The body as text.
    #[serde(default)]
    pub body: String,
    /// The body as base64, instead of `body`.
    #[serde(default)]
    pub body_base64: Option<String>,
}

fn ok() -> u16 {
    200
}

impl Default for Answer {
    fn default() -> Self {
        Self { status: ok(), headers: std::collections::BTreeMap::new(), body: String::new(), body_base64: None }
    }
}

/// A request as it came.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// Upper case.
    pub method: String,
    /// Path and query, exactly as on the wire.
    pub target: String,
    /// Lower-case name and value in wire order; a repeated name stands where it stood first.
    pub headers: Vec<(String, String)>,
    /// The decoded transfer body.
    pub body_base64: String,
    /// Lower-case hexadecimal.
    pub body_sha256: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    responses: Vec<Answer>,
}

#[derive(Default)]
struct State {
    answers: VecDeque<Answer>,
    recorded: Vec<Recorded>,
}

type Shared = Arc<Mutex<State>>;

/// A running recording server. Dropping it closes both ports.
pub struct RecordingServer {
    endpoint: String,
    control: String,
    state: Shared,
    tasks: [AbortHandle; 2],
}

impl RecordingServer {
    /// Starts on two free loopback ports, on the current tokio runtime.
    pub async fn start() -> io::Result<Self> {
        Self::start_on(0).await
    }

    /// Starts with the recorded port fixed; 0 takes a free one. The control port is always free.
    pub async fn start_on(port: u16) -> io::Result<Self> {
        let state = Shared::default();
        let traffic = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let control = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        Ok(Self {
            endpoint: format!("http://{}", traffic.local_addr()?),
            control: format!("http://{}", control.local_addr()?),
            tasks: [
                tokio::spawn(accept(traffic, Arc::clone(&state), Role::Traffic)).abort_handle(),
                tokio::spawn(accept(control, Arc::clone(&state), Role::Control)).abort_handle(),
            ],
            state,
        })
    }

    /// Where the client under test is pointed to.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Where `POST /expect` and `GET /recorded` are.
    pub fn control(&self) -> &str {
        &self.control
    }

    /// Sets the answers to come and forgets what was recorded.
    pub fn expect(&self, answers: Vec<Answer>) {
        *lock(&self.state) = State { answers: answers.into(), recorded: Vec::new() };
    }

    /// What was received since the last [`expect`](Self::expect).
    pub fn recorded(&self) -> Vec<Recorded> {
        lock(&self.state).recorded.clone()
    }
}

impl Drop for RecordingServer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

#[derive(Clone, Copy)]
enum Role {
    Traffic,
    Control,
}

fn lock(state: &Shared) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, state: Shared, role: Role) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                let Ok((tcp, _)) = accepted else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let _ = tcp.set_nodelay(true);
                let state = Arc::clone(&state);
                connections.spawn(async move {
                    let service = service_fn(move |request| {
                        let state = Arc::clone(&state);
                        async move {
                            match role {
                                Role::Traffic => record(request, &state).await,
                                Role::Control => command(request, &state).await,
                            }
                        }
                    });
                    let _ = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(tcp), service).await;
                });
            }
        }
    }
}

/// Keeps a request and gives the next answer. A body that breaks off ends the connection.
async fn record(request: Request<Incoming>, state: &Shared) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let recorded = Recorded {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body_base64: STANDARD.encode(&body),
        body_sha256: to_hex(digest::digest(&digest::SHA256, &body).as_ref()),
    };
    let answer = {
        let mut state = lock(state);
        state.recorded.push(recorded);
        state.answers.pop_front().unwrap_or_default()
    };
    Ok(build(&answer))
}

/// Turns an answer into a response; [`check`] has seen that it can be.
fn build(answer: &Answer) -> Response<Full<Bytes>> {
    let body = match &answer.body_base64 {
        Some(text) => STANDARD.decode(text).unwrap_or_default(),
        None => answer.body.clone().into_bytes(),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Says what of an answer cannot be sent.
fn check(answer: &Answer) -> Result<(), String> {
    if !(200..=999).contains(&answer.status) {
        return Err(format!("status {} is not a final HTTP status", answer.status));
    }
    for (name, value) in &answer.headers {
        HeaderName::try_from(name.as_str()).map_err(|_| format!("'{name}' is not a header name"))?;
        HeaderValue::from_str(value).map_err(|_| format!("the value of header {name} cannot be sent"))?;
    }
    match &answer.body_base64 {
        Some(text) if STANDARD.decode(text).is_err() => Err("bodyBase64 is not base64".to_owned()),
        _ => Ok(()),
    }
}

async fn command(request: Request<Incoming>, state: &Shared) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let (status, document) = match (&parts.method, parts.uri.path()) {
        (&Method::POST, "/expect") => {
            let parsed = serde_json::from_slice::<Expectation>(&body).map_err(|error| error.to_string());
            match parsed.and_then(|e| e.responses.iter().try_for_each(check).map(|()| e.responses)) {
                Ok(answers) => {
                    *lock(state) = State { answers: answers.into(), recorded: Vec::new() };
                    (StatusCode::OK, serde_json::json!({}))
                }
                Err(error) => (StatusCode::BAD_REQUEST, serde_json::json!({"error": error})),
            }
        }
        (&Method::GET, "/recorded") => (StatusCode::OK, serde_json::json!({"requests": lock(state).recorded})),
        _ => (StatusCode::NOT_FOUND, serde_json::json!({"error": "there are POST /expect and GET /recorded"})),
    };
    let mut response = Response::new(Full::new(Bytes::from(document.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
