//! HTTP/1.1 connections that are driven by the request that uses them: there is no task behind a connection, so no
//! hand-over between threads, and a request that is dropped takes its connection, and what that holds of the caller's
//! memory, with it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response, Uri};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1;

use crate::dial::Stream;
use crate::error::Error;
use crate::lane;
use crate::silence::Silence;
use crate::transport::{body_failure, failure};
use crate::upload::UploadBody;

/// A connection.
pub(crate) struct Connection {
    origin: Uri,
    sender: http1::SendRequest<UploadBody>,
    driver: http1::Connection<Stream, UploadBody>,
    /// It has ended; whatever it had to say was said to its request.
    over: bool,
    /// It has served a request.
    pub used: bool,
    /// Where it was used last.
    lane: u64,
    silence: Silence,
    idle_since: Instant,
}

impl Connection {
    pub(crate) async fn new(origin: Uri, stream: Stream, read_timeout: Option<Duration>) -> Result<Box<Self>, Error> {
        let (sender, driver) = http1::handshake(stream).await.map_err(|error| failure(&error))?;
        let silence = Silence::new(read_timeout);
        let lane = lane::current();
        Ok(Box::new(Self {
            origin,
            sender,
            driver,
            over: false,
            used: false,
            lane,
            silence,
            idle_since: Instant::now(),
        }))
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(&mut self, request: Request<UploadBody>) -> Result<Response<Incoming>, Broken> {
        self.silence.begin();
        let progress = request.body().progress();
        let mut answer = std::pin::pin!(self.sender.try_send_request(request));
        let answer = std::future::poll_fn(|cx| {
            self.drive(cx);
            match answer.as_mut().poll(cx) {
                Poll::Ready(answer) => Poll::Ready(answer.map_err(Broken::Refused)),
                Poll::Pending => self.silence.poll(cx, progress.as_deref()).map(Broken::Silent).map(Err),
            }
        })
        .await;
        self.used |= answer.is_ok();
        answer
    }

    /// Reads and writes what can be read and written.
    fn drive(&mut self, cx: &mut Context<'_>) {
        if !self.over {
            self.over = Pin::new(&mut self.driver).poll(cx).is_ready();
        }
    }

    /// Whether another request can be sent, for all that is known without reading.
    fn is_ready(&self) -> bool {
        !self.over && self.sender.is_ready()
    }
}

/// A request went out, or could not, and no answer came.
pub(crate) enum Broken {
    /// With the request, where nothing of it was sent.
    Refused(TrySendError<Request<UploadBody>>),
    Silent(Error),
}

/// What happened to a connection while its lane was idle is known only after a look, a system call. It is not worth that for
/// servers that keep a connection for less: a request that finds it closed goes out again on another.
const LOOK_AFTER: Duration = Duration::from_secs(1);

/// The connections that wait for their next request.
pub(crate) struct Pool {
    idle: Mutex<Idle>,
    limit: usize,
    max_idle: Duration,
}

#[derive(Default)]
struct Idle {
    /// Longest idle first. Boxed: a connection is large, and moves between here and its requests.
    #[allow(clippy::vec_box)]
    connections: Vec<Box<Connection>>,
    /// A task runs that closes what has been idle for too long.
    reaped: bool,
}

impl Pool {
    pub(crate) fn new(limit: usize, max_idle: Duration) -> Arc<Self> {
        Arc::new(Self { idle: Mutex::default(), limit, max_idle })
    }

    /// The connection to a server that was used last, here if possible, and is open.
    pub(crate) async fn take(&self, origin: &Uri) -> Option<Box<Connection>> {
        let lane = lane::current();
        loop {
            let mut connection = {
                let mut idle = self.idle();
                let last = |here: bool| {
                    let fits = |place: &Connection| place.origin == *origin && (!here || place.lane == lane);
                    idle.connections.iter().rposition(|connection| fits(connection))
                };
                let place = last(true).or_else(|| last(false))?;
                idle.connections.remove(place)
            };
            // The server may have closed it; if so, it is seen here. Whoever sends on it is woken from then on.
            let idle = connection.idle_since.elapsed();
            if idle < self.max_idle {
                connection.drive(&mut Context::from_waker(Waker::noop()));
                if lane != lane::NONE && idle > LOOK_AFTER {
                    tokio::task::yield_now().await;
                    connection.drive(&mut Context::from_waker(Waker::noop()));
                }
                connection.lane = lane;
                if connection.is_ready() {
                    return Some(connection);
                }
            }
        }
    }

    fn put(self: &Arc<Self>, mut connection: Box<Connection>) {
        if self.max_idle.is_zero() {
            return;
        }
        connection.idle_since = Instant::now();
        let mut idle = self.idle();
        let surplus = (idle.connections.len() >= self.limit).then(|| idle.connections.remove(0));
        idle.connections.push(connection);
        let start = !std::mem::replace(&mut idle.reaped, true);
        drop(idle);
        drop(surplus);
        if start && let Some(runtime) = lane::lasting() {
            runtime.spawn(reap(Arc::downgrade(self), self.max_idle));
        }
    }

    /// Closes what has been idle for too long; returns how long the next has left.
    fn expire(&self) -> Option<Duration> {
        let mut idle = self.idle();
        let expired = idle.connections.iter().take_while(|connection| connection.idle_since.elapsed() >= self.max_idle);
        let expired = expired.count();
        let expired: Vec<_> = idle.connections.drain(..expired).collect();
        let next = idle.connections.first().map(|first| self.max_idle.saturating_sub(first.idle_since.elapsed()));
        idle.reaped = next.is_some();
        drop(idle);
        drop(expired);
        next
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn reap(pool: std::sync::Weak<Pool>, max_idle: Duration) {
    let mut next = Some(max_idle);
    while let Some(wait) = next {
        tokio::time::sleep(wait.max(Duration::from_millis(10))).await;
        next = pool.upgrade().and_then(|pool| pool.expire());
    }
}

/// The content of an answer, and the connection that it comes on: given back at the end of the content, closed when
/// dropped before.
pub(crate) struct Content {
    incoming: Incoming,
    connection: Option<Box<Connection>>,
    pool: Arc<Pool>,
}

impl Content {
    pub(crate) fn new(incoming: Incoming, connection: Box<Connection>, pool: Arc<Pool>) -> Self {
        Self { incoming, connection: Some(connection), pool }
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        self.begin();
        std::future::poll_fn(|cx| self.poll_next(cx)).await.transpose()
    }

    /// A wait for [`Content::poll_next`] begins.
    pub(crate) fn begin(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.silence.begin();
        }
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        while let Some(connection) = &mut self.connection {
            let mut polled = Pin::new(&mut self.incoming).poll_frame(cx);
            if polled.is_pending() {
                connection.drive(cx);
                polled = Pin::new(&mut self.incoming).poll_frame(cx);
            }
            let Poll::Ready(frame) = polled else {
                return connection.silence.poll(cx, None).map(|error| Some(Err(error)));
            };
            match frame {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Poll::Ready(Some(Ok(data))),
                    _ => {}
                },
                Some(Err(error)) => {
                    self.connection = None;
                    return Poll::Ready(Some(Err(body_failure(&error))));
                }
                None => {
                    if !connection.is_ready() {
                        connection.drive(cx); // it has not seen the end of the content yet
                    }
                    if let Some(connection) = self.connection.take().filter(|connection| connection.is_ready()) {
                        self.pool.put(connection);
                    }
                }
            }
        }
        Poll::Ready(None)
    }
}
