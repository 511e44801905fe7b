//! One request on one connection, and the limits on how long that may take and how many there may be.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use crate::connection::{Broken, Connection, Content, Pool};
use crate::dial::Connector;
use crate::endpoint::Origin;
use crate::error::{Error, ErrorKind};
use crate::generated::ClientConfig;
use crate::lane;
use crate::settings::Settings;
use crate::tls;
use crate::upload::UploadBody;

/// The connections of one client.
pub(crate) struct Transport {
    connector: Arc<Connector>,
    pool: Arc<Pool>,
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
    content: Content,
    _slot: OwnedSemaphorePermit,
}

impl AnswerBody {
    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        self.content.next().await
    }

    /// A wait for [`AnswerBody::poll_next`] begins.
    pub(crate) fn begin(&mut self) {
        self.content.begin();
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        self.content.poll_next(cx)
    }
}

impl Transport {
    pub(crate) fn new(config: &ClientConfig, settings: &Settings) -> Result<Self, Error> {
        let plain = settings.endpoint.as_ref().is_some_and(|uri| uri.scheme_str() == Some("http"));
        let tls = tls::client_config(config, plain)?;
        Ok(Self {
            connector: Arc::new(Connector::new(config, tls, settings.connect_timeout)?),
            pool: Pool::new(settings.max_connections, settings.max_idle),
            slots: Arc::new(Semaphore::new(settings.max_connections)),
            slot_count: settings.max_connections,
            connect_timeout: settings.connect_timeout,
            read_timeout: settings.read_timeout,
        })
    }

    /// Sends one request, whose URI is path and query alone, and waits for the head of its answer.
    pub(crate) async fn send(&self, origin: &Origin, mut request: Request<UploadBody>) -> Result<Answer, Unsent> {
        let slot = match self.slots.clone().try_acquire_owned() {
            Ok(slot) => slot,
            Err(_) => Box::pin(self.slot()).await?,
        };
        if let Some(proxy) = self.connector.reader(origin) {
            if let Some(authorization) = proxy.basic_auth() {
                request.headers_mut().insert(http::header::PROXY_AUTHORIZATION, authorization.clone());
            }
            *request.uri_mut() = whole(&origin.uri, request.uri())?;
        }
        loop {
            let mut connection = match self.pool.take(&origin.uri).await {
                Some(connection) => connection,
                // Boxed: dialling is rare, and its state large.
                None => Box::pin(self.connect(&origin.uri)).await?,
            };
            match connection.send(request).await {
                Ok(answer) => {
                    let (head, incoming) = answer.into_parts();
                    let content = Content::new(incoming, connection, self.pool.clone());
                    let body = AnswerBody { content, _slot: slot };
                    return Ok(Answer { head, body });
                }
                Err(Broken::Silent(error)) => return Err(error.into()),
                Err(Broken::Refused(mut refused)) => match refused.take_message() {
                    // The server had closed it before anything was sent.
                    Some(unsent) if connection.used => request = unsent,
                    _ => return Err(Unsent { stale: connection.used, error: failure(&refused.into_error()) }),
                },
            }
        }
    }

    /// Connects, on a worker: a TLS handshake is more than a caller's thread may have the stack for.
    async fn connect(&self, origin: &Uri) -> Result<Box<Connection>, Error> {
        let Some(runtime) = lane::lasting() else { return Err(Error::internal("no runtime")) };
        let (connector, server) = (self.connector.clone(), origin.clone());
        let mut dialling = JoinSet::new(); // dropped, it gives up
        dialling.spawn_on(async move { connector.connect(&server).await }, &runtime);
        let stream = match dialling.join_next().await {
            Some(Ok(dialled)) => dialled?,
            Some(Err(ended)) if ended.is_cancelled() => {
                return Err(Error::new(ErrorKind::Cancelled, "the runtime was shut down"));
            }
            _ => return Err(Error::internal("the dialling panicked")),
        };
        Connection::new(origin.clone(), stream, self.read_timeout).await
    }

    /// Waits for a slot.
    async fn slot(&self) -> Result<OwnedSemaphorePermit, Error> {
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

fn whole(origin: &Uri, target: &Uri) -> Result<Uri, Error> {
    let mut parts = origin.clone().into_parts();
    parts.path_and_query = target.path_and_query().cloned();
    Uri::from_parts(parts).map_err(|error| Error::internal(format!("the request's URL: {error}")))
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
