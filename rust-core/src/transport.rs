//! Connections: TCP, proxy, TLS, a pool, and the limits on how long each may take.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use http::{HeaderValue, Request, Uri};
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{
    CaptureConnection, Connected, Connection, HttpConnector, capture_connection,
};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_service::Service;

use crate::error::{Error, ErrorKind};
use crate::generated::ClientConfig;
use crate::settings::{Settings, is_loopback};
use crate::tls;
use crate::upload::{Progress, UploadBody};

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Dialing<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// The connections of one client.
pub(crate) struct Transport {
    client: Client<Timed<HttpsConnector<Dialer>>, UploadBody>,
    proxy: Option<Arc<Proxy>>,
    /// Connections in use.
    slots: Arc<Semaphore>,
    slot_count: usize,
    connect_timeout: Option<Duration>,
    read_timeout: Option<Duration>,
}

/// An answer whose body has not been read. Holds its connection's slot.
pub(crate) struct Answer {
    pub head: http::response::Parts,
    pub body: AnswerBody,
}

/// The body of an answer, and the slot that it gives back when it is dropped.
pub(crate) struct AnswerBody {
    pub incoming: Incoming,
    pub read_timeout: Option<Duration>,
    _ongoing: Ongoing,
    _slot: OwnedSemaphorePermit,
}

impl Transport {
    pub(crate) fn new(config: &ClientConfig, settings: &Settings) -> Result<Self, Error> {
        let proxy = Proxy::new(config)?.map(Arc::new);
        let plain = settings.endpoint.as_ref().is_some_and(|uri| uri.scheme_str() == Some("http"));
        let tls = tls::client_config(config, plain)?;
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_keepalive(Some(Duration::from_secs(60)));
        let dialer = Dialer { http, proxy: proxy.clone() };
        let connector = Timed { inner: HttpsConnector::from((dialer, tls)), limit: settings.connect_timeout };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(settings.max_idle)
            .pool_max_idle_per_host(settings.max_connections)
            .build(connector);
        Ok(Self {
            client,
            proxy,
            slots: Arc::new(Semaphore::new(settings.max_connections)),
            slot_count: settings.max_connections,
            connect_timeout: settings.connect_timeout,
            read_timeout: settings.read_timeout,
        })
    }

    /// Sends one request and waits for the head of its answer.
    pub(crate) async fn send(&self, mut request: Request<UploadBody>) -> Result<Answer, Unsent> {
        let slot = self.slot().await?;
        if let Some(proxy) = &self.proxy
            && request.uri().scheme_str() == Some("http")
            && let Some(authorization) = proxy.plain_authorization(request.uri())
        {
            request.headers_mut().insert(http::header::PROXY_AUTHORIZATION, authorization);
        }
        let progress = request.body().progress();
        let captured = capture_connection(&mut request);
        let mut ongoing = Ongoing { captured, progress: progress.clone(), answered: false };
        let answer = self.client.request(request);
        let answer = match self.read_timeout {
            None => answer.await,
            Some(limit) => tokio::select! {
                answer = answer => answer,
                () = progress.stalled(limit) => return Err(Error::new(
                    ErrorKind::Timeout,
                    format!("the server sent nothing for {} ms", limit.as_millis()),
                ).hint("Raise the read (socket) timeout where the server is known to be slow").into()),
            },
        };
        let (head, incoming) =
            answer.map_err(|error| Unsent { stale: is_stale(&error), error: failure(&error) })?.into_parts();
        ongoing.answered = true;
        if let Some(link) = head.extensions.get::<Link>() {
            link.0.used.store(true, Ordering::Relaxed);
        }
        Ok(Answer {
            head,
            body: AnswerBody { incoming, read_timeout: self.read_timeout, _ongoing: ongoing, _slot: slot },
        })
    }

    async fn slot(&self) -> Result<OwnedSemaphorePermit, Error> {
        if let Ok(slot) = self.slots.clone().try_acquire_owned() {
            return Ok(slot);
        }
        let waiting = self.slots.clone().acquire_owned();
        let slot = match self.connect_timeout {
            None => waiting.await,
            Some(limit) => tokio::time::timeout(limit, waiting).await.map_err(|_| {
                Error::new(
                    ErrorKind::Timeout,
                    format!(
                        "no connection became free within {} ms: {} are in use",
                        limit.as_millis(),
                        self.slot_count
                    ),
                )
                .hint("Close every object's content that was opened, or raise max_connections")
            })?,
        };
        slot.map_err(|_| Error::internal("the connection slots are closed"))
    }
}

/// A request without an answer.
pub(crate) struct Unsent {
    pub error: Error,
    /// The connection had served before: the server closed it while it lay idle.
    pub stale: bool,
}

impl From<Error> for Unsent {
    fn from(error: Error) -> Self {
        Self { error, stale: false }
    }
}

/// What a connection and the requests on it tell each other: with every connection's first answer.
#[derive(Clone, Default)]
struct Link(Arc<LinkState>);

#[derive(Default)]
struct LinkState {
    /// The connection has served a request.
    used: AtomicBool,
    /// What was written last has not been taken by the kernel.
    blocked: AtomicBool,
    /// Nobody waits for the request on the connection any more.
    given_up: AtomicBool,
    writer: AtomicWaker,
}

impl Link {
    fn of(connected: &Connected) -> Option<Self> {
        let mut extras = http::Extensions::new();
        connected.get_extras(&mut extras);
        extras.remove()
    }

    fn give_up(&self) {
        self.0.given_up.store(true, Ordering::SeqCst);
        self.0.writer.wake();
    }

    /// A write, which fails once the request was given up.
    fn write<T>(&self, cx: &Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.0.blocked.store(polled.is_pending(), Ordering::SeqCst);
        if polled.is_pending() {
            self.0.writer.register(cx.waker());
        }
        if self.0.given_up.load(Ordering::SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        polled
    }
}

/// A request and its answer, as long as somebody wants them. When that ends before the request is on its way as a
/// whole, its connection ends too: hyper would first write out what it holds of the body, for ever where the server
/// does not read, and the body is the caller's memory.
struct Ongoing {
    captured: CaptureConnection,
    progress: Arc<Progress>,
    answered: bool,
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        let link = self.captured.connection_metadata().as_ref().and_then(Link::of);
        if let Some(link) = link
            && !(self.answered && self.progress.is_over() && !link.0.blocked.load(Ordering::SeqCst))
        {
            link.give_up();
        }
    }
}

fn is_stale(error: &hyper_util::client::legacy::Error) -> bool {
    error.connect_info().and_then(Link::of).is_some_and(|link| link.0.used.load(Ordering::Relaxed))
}

/// What hyper reports, as our error; an error of the request's own body comes back as it was.
pub(crate) fn failure(error: &(dyn std::error::Error + 'static)) -> Error {
    let mut source = Some(error);
    while let Some(cause) = source {
        if let Some(own) = cause.downcast_ref::<Error>() {
            return own.clone();
        }
        if let Some(io) = cause.downcast_ref::<io::Error>()
            && let Some(inner) = io.get_ref()
            && let Some(own) = inner.downcast_ref::<Error>()
        {
            return own.clone();
        }
        source = cause.source();
    }
    let chain = crate::endpoint::chain(error);
    let is_unknown_issuer = chain.contains("invalid peer certificate: UnknownIssuer");
    let message = format!("the server could not be reached or the connection broke: {chain}");
    let failure = Error::new(ErrorKind::Connection, message).retryable();
    if is_unknown_issuer {
        return failure.hint("Give the client the CA that signed the server's certificate: ca_file or ca_pem");
    }
    failure
}

/// Dials, directly or by way of a proxy.
#[derive(Clone)]
struct Dialer {
    http: HttpConnector,
    proxy: Option<Arc<Proxy>>,
}

impl Service<Uri> for Dialer {
    type Response = Dialed;
    type Error = BoxError;
    type Future = Dialing<Dialed>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.http.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let mut http = self.http.clone();
        let intercept = self.proxy.as_ref().and_then(|proxy| proxy.intercept(&uri));
        Box::pin(async move {
            let Some(intercept) = intercept else {
                return Ok(Dialed { stream: http.call(uri).await?, proxied: false, link: Link::default() });
            };
            if uri.scheme_str() == Some("https") {
                let mut tunnel = Tunnel::new(intercept.uri().clone(), http);
                if let Some(authorization) = intercept.basic_auth() {
                    tunnel = tunnel.with_auth(authorization.clone());
                }
                return Ok(Dialed { stream: tunnel.call(uri).await?, proxied: false, link: Link::default() });
            }
            Ok(Dialed { stream: http.call(intercept.uri().clone()).await?, proxied: true, link: Link::default() })
        })
    }
}

/// A TCP stream that knows whether a proxy reads its request lines (they then name the whole URL).
struct Dialed {
    stream: TokioIo<TcpStream>,
    proxied: bool,
    link: Link,
}

impl Connection for Dialed {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.proxied).extra(self.link.clone())
    }
}

impl Read for Dialed {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl Write for Dialed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.link.write(cx, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.link.write(cx, polled)
    }
}

/// A connector that may take only so long, the TLS handshake included.
#[derive(Clone)]
struct Timed<C> {
    inner: C,
    limit: Option<Duration>,
}

impl<C> Service<Uri> for Timed<C>
where
    C: Service<Uri, Error = BoxError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Dialing<C::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let dialing = self.inner.call(uri);
        let Some(limit) = self.limit else {
            return Box::pin(dialing);
        };
        Box::pin(async move {
            match tokio::time::timeout(limit, dialing).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Error::new(
                    ErrorKind::Timeout,
                    format!("no connection to the server within {} ms", limit.as_millis()),
                )
                .into()),
            }
        })
    }
}

/// Which requests go through a proxy.
struct Proxy {
    matcher: Matcher,
    /// From the environment: then it is not meant for this machine's own servers.
    ambient: bool,
}

impl Proxy {
    fn new(config: &ClientConfig) -> Result<Option<Self>, Error> {
        let Some(url) = config.proxy.as_deref() else {
            return Ok(Some(Self { matcher: Matcher::from_env(), ambient: true }));
        };
        if url.is_empty() {
            return Ok(None);
        }
        let bad = || {
            Error::invalid("proxy", "proxy must be a URL such as http://proxy.example.com:3128")
                .hint("Only HTTP proxies are supported; the user and password have fields of their own")
        };
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http")).ok_or_else(bad)?;
        let user = config.proxy_username.as_deref().map_or_else(String::new, |name| {
            let mut user = String::new();
            crate::signer::encode_into(name, false, &mut user);
            user.push(':');
            crate::signer::encode_into(config.proxy_password.as_deref().unwrap_or_default(), false, &mut user);
            user + "@"
        });
        let matcher = Matcher::builder()
            .all(format!("http://{user}{authority}"))
            .no(config.no_proxy.clone().unwrap_or_default())
            .build();
        Ok(Some(Self { matcher, ambient: false }))
    }

    fn intercept(&self, uri: &Uri) -> Option<hyper_util::client::proxy::matcher::Intercept> {
        if self.ambient && is_loopback(uri.host().unwrap_or_default()) {
            return None;
        }
        self.matcher.intercept(uri)
    }

    fn plain_authorization(&self, uri: &Uri) -> Option<HeaderValue> {
        self.intercept(uri)?.basic_auth().cloned()
    }
}

/// For readers of an answer: an error of the body, as ours.
pub(crate) fn body_failure(error: &hyper::Error) -> Error {
    if error.is_incomplete_message() || error.is_body_write_aborted() {
        return Error::new(ErrorKind::Body, "the connection broke before the end of the content").retryable();
    }
    let mut broken = failure(error);
    if broken.kind() == ErrorKind::Connection {
        broken.details_mut().kind = ErrorKind::Body;
    }
    broken
}
