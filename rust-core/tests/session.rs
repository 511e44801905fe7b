//! The session: every accepted call ends in exactly one completion, whatever becomes of it. The tests run on plain
//! threads, as callers across the boundary do: there closing waits.

mod common;

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use bytes::Bytes;
use common::content::content;
use common::server::{BUCKET, RawServer, config, config_of, read_head};
use common::temp::TempDir;
use s3kms::session::{CompletionSink, Content, Request, RequestId, Response, Session, StreamId};
use s3kms::{
    Body, Chunk, ClientConfig, CopyObjectRequest, DeleteObjectRequest, Error, ErrorKind, GetObjectRequest,
    HeadObjectRequest, PresignRequest, PutObjectRequest, ServerSideEncryption, Sink, Target,
};
use s3kms_test_server::TestServer;
use s3kms_test_server::faults::{Action, Match, Rule};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

const PART: usize = 8 << 20;
/// More than the buffers of a loopback connection take.
const MORE_THAN_BUFFERS: usize = 32 << 20;

type Outcome = Result<Response, Error>;

/// Keeps every completion.
#[derive(Default)]
struct Log {
    seen: Mutex<Seen>,
    news: Condvar,
}

#[derive(Default)]
struct Seen {
    counts: HashMap<u64, usize>,
    outcomes: HashMap<u64, Outcome>,
}

impl CompletionSink for Log {
    fn complete(&self, tag: u64, outcome: Outcome) {
        let mut seen = self.seen.lock().unwrap();
        *seen.counts.entry(tag).or_default() += 1;
        seen.outcomes.insert(tag, outcome);
        self.news.notify_all();
    }
}

impl Log {
    /// Waits for the completion of a call.
    fn wait(&self, tag: u64) -> Outcome {
        let seen = self.seen.lock().unwrap();
        let mut seen = self.news.wait_while(seen, |seen| !seen.outcomes.contains_key(&tag)).unwrap();
        seen.outcomes.remove(&tag).unwrap()
    }

    fn completed(&self, tag: u64) -> bool {
        self.seen.lock().unwrap().counts.contains_key(&tag)
    }

    /// How many calls completed, each once.
    fn total(&self) -> usize {
        let seen = self.seen.lock().unwrap();
        let twice: Vec<_> = seen.counts.iter().filter(|(_, count)| **count != 1).collect();
        assert!(twice.is_empty(), "tags and how often they completed: {twice:?}");
        seen.counts.len()
    }
}

/// A session with a runtime and a log of its own.
struct Fixture {
    log: Arc<Log>,
    session: Session,
    tags: AtomicUsize,
    // Last: what is above may still need it when it goes.
    runtime: Runtime,
}

impl Fixture {
    fn new(config: ClientConfig) -> Self {
        Self::on(runtime(), config)
    }

    fn on(runtime: Runtime, config: ClientConfig) -> Self {
        let log = Arc::new(Log::default());
        let session = Session::new(config, runtime.handle().clone(), log.clone()).unwrap();
        Self { log, session, tags: AtomicUsize::new(0), runtime }
    }

    fn strict() -> (TestServer, Self) {
        let server = TestServer::builder().start_blocking().unwrap();
        let fixture = Self::new(config(&server));
        (server, fixture)
    }

    /// A session with a server whose connections a function handles.
    fn raw<F, C>(handle: F) -> (RawServer, Self)
    where
        F: Fn(TcpStream, usize) -> C + Send + 'static,
        C: Future<Output = ()> + Send + 'static,
    {
        let runtime = runtime();
        let server = runtime.block_on(RawServer::start(handle));
        let fixture = Self::on(runtime, config_of(&server.endpoint));
        (server, fixture)
    }

    /// A session with a server that accepts connections and never reads. The value is the number of connections on
    /// which something arrived.
    fn unread() -> (RawServer, Self, watch::Receiver<usize>) {
        let (arrived, arrivals) = watch::channel(0);
        let arrived = Arc::new(arrived);
        let (server, fixture) = Self::raw(move |stream, _| {
            let arrived = arrived.clone();
            async move {
                if stream.peek(&mut [0]).await.is_ok_and(|length| length > 0) {
                    arrived.send_modify(|count| *count += 1);
                }
                std::future::pending::<()>().await;
            }
        });
        (server, fixture, arrivals)
    }

    /// Waits until a watched count is reached.
    fn until(&self, count: &watch::Receiver<usize>, least: usize) {
        let mut count = count.clone();
        self.runtime.block_on(async { count.wait_for(|count| *count >= least).await.map(drop) }).unwrap();
    }

    fn tag(&self) -> u64 {
        self.tags.fetch_add(1, Ordering::Relaxed) as u64 + 1
    }

    fn submit(&self, request: Request) -> (RequestId, u64) {
        let tag = self.tag();
        (self.session.submit(request, tag).unwrap(), tag)
    }

    fn call(&self, request: Request) -> Outcome {
        self.log.wait(self.submit(request).1)
    }

    fn stored(&self, key: &str, content: impl Into<Bytes>) {
        self.call(put(key, Body::Bytes(content.into()))).unwrap();
    }

    fn status_of(&self, key: &str) -> u16 {
        match self.call(head(key)) {
            Ok(_) => 200,
            Err(error) => error.details().http_status,
        }
    }

    fn write(&self, id: RequestId, chunk: impl Into<Bytes>) -> u64 {
        let tag = self.tag();
        self.session.write(id, chunk.into(), tag).unwrap();
        tag
    }

    /// Opens a download that is too long to come inline.
    fn open(&self, key: &str) -> StreamId {
        match self.call(get(key, Target::Stream)).unwrap() {
            Response::GetObject(_, Content::Stream(id)) => id,
            other => panic!("no stream: {other:?}"),
        }
    }

    fn start_read(&self, id: StreamId, max: usize) -> u64 {
        let tag = self.tag();
        self.session.read(id, max, tag).unwrap();
        tag
    }

    fn read(&self, id: StreamId, max: usize) -> Result<Vec<u8>, Error> {
        match self.log.wait(self.start_read(id, max))? {
            Response::Chunk(chunk) => Ok(bytes(&chunk)),
            other => panic!("no chunk: {other:?}"),
        }
    }

    fn read_all(&self, key: &str) -> Vec<u8> {
        let id = match self.call(get(key, Target::Stream)).unwrap() {
            Response::GetObject(_, Content::Inline(bytes)) => return bytes.to_vec(),
            Response::GetObject(_, Content::Stream(id)) => id,
            other => panic!("no content: {other:?}"),
        };
        let mut all = Vec::new();
        loop {
            let chunk = self.read(id, usize::MAX).unwrap();
            assert!(chunk.len() <= 1 << 20, "{} bytes in one chunk", chunk.len());
            if chunk.is_empty() {
                self.session.close_stream(id);
                return all;
            }
            all.extend_from_slice(&chunk);
        }
    }

    /// Closes, and holds that every call that was accepted has completed once.
    fn end(&self) {
        self.session.close();
        assert_eq!(self.log.total(), self.tags.load(Ordering::Relaxed), "completions and calls");
        assert_eq!(self.session.pending(), 0);
    }
}

fn bytes(chunk: &Chunk) -> Vec<u8> {
    let all = chunk.pieces().collect::<Vec<_>>().concat();
    assert_eq!(chunk.len(), all.len());
    all
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn put(key: &str, body: Body) -> Request {
    Request::PutObject(PutObjectRequest::new(BUCKET, key), body)
}

fn put_stream(key: &str, length: Option<u64>) -> Request {
    Request::PutObjectStream(PutObjectRequest::new(BUCKET, key), length)
}

fn get(key: &str, target: Target) -> Request {
    Request::GetObject(GetObjectRequest::new(BUCKET, key), target)
}

fn head(key: &str) -> Request {
    Request::HeadObject(HeadObjectRequest::new(BUCKET, key))
}

fn kind(outcome: Outcome) -> ErrorKind {
    outcome.expect_err("an error").kind()
}

fn closed<T: std::fmt::Debug>(refused: Result<T, Error>) {
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Closed);
}

/// Memory of a caller's that tells when it is given back.
struct Lent {
    memory: Vec<u8>,
    returned: Arc<AtomicBool>,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.memory
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // Nothing but the order is at stake: whoever completes first here is seen.
        std::thread::sleep(Duration::from_millis(20));
        self.returned.store(true, Ordering::SeqCst);
    }
}

/// Notes for every completion whether the lent memory had been given back.
struct Witness {
    log: Arc<Log>,
    returned: Arc<AtomicBool>,
    before: Mutex<HashMap<u64, bool>>,
}

impl CompletionSink for Witness {
    fn complete(&self, tag: u64, outcome: Outcome) {
        self.before.lock().unwrap().insert(tag, self.returned.load(Ordering::SeqCst));
        self.log.complete(tag, outcome);
    }
}

/// Puts lent memory, runs `meanwhile` with the request, and holds that the memory was back before the completion.
fn lend(
    fixture: &Fixture,
    config: ClientConfig,
    length: usize,
    meanwhile: impl FnOnce(&Session, RequestId),
) -> Outcome {
    let returned = Arc::new(AtomicBool::new(false));
    let log = Arc::new(Log::default());
    let witness = Arc::new(Witness { log: log.clone(), returned: returned.clone(), before: Mutex::default() });
    let session = Session::new(config, fixture.runtime.handle().clone(), witness.clone()).unwrap();
    let body = Body::borrowed(Lent { memory: content(length), returned: returned.clone() });
    let id = session.submit(put("lent", body), 7).unwrap();
    meanwhile(&session, id);
    let outcome = log.wait(7);
    assert!(witness.before.lock().unwrap()[&7], "completed while the memory was in use: {outcome:?}");
    session.close();
    assert_eq!(log.total(), 1);
    outcome
}

#[test]
fn success_and_error_complete_once() {
    let (server, fixture) = Fixture::strict();
    let folder = TempDir::new();
    let stored = PutObjectRequest {
        encryption: ServerSideEncryption::kms(&server.keys().first).unwrap(),
        ..PutObjectRequest::new(BUCKET, "a")
    };
    let outcome = fixture.call(Request::PutObject(stored, Body::Bytes("hello".into()))).unwrap();
    let Response::PutObject(result) = outcome else { panic!("{outcome:?}") };
    assert_eq!(result.ssekms_key_id.as_deref(), Some(server.keys().first.as_str()));
    fixture.call(put("b", Body::File { path: folder.file("b", b"file"), offset: 0, length: None })).unwrap();
    let copy = Request::CopyObject(CopyObjectRequest::new(BUCKET, "c", BUCKET, "a"));
    assert!(matches!(fixture.call(copy), Ok(Response::CopyObject(_))));
    assert!(matches!(fixture.call(head("b")), Ok(Response::HeadObject(_))));
    assert_eq!(fixture.read_all("a"), b"hello");
    let path = folder.path().join("got");
    let outcome = fixture.call(get("b", Target::File(path.clone())));
    assert!(matches!(outcome, Ok(Response::GetObject(_, Content::Delivered(4)))));
    assert_eq!(std::fs::read(path).unwrap(), b"file");
    let delete = Request::DeleteObject(DeleteObjectRequest::new(BUCKET, "a"));
    assert!(matches!(fixture.call(delete), Ok(Response::DeleteObject(_))));

    assert_eq!(fixture.call(get("a", Target::Stream)).unwrap_err().code(), Some("NoSuchKey"));
    assert_eq!(fixture.status_of("a"), 404);
    assert_eq!(kind(fixture.call(head(""))), ErrorKind::InvalidArgument);
    let missing = Body::File { path: folder.path().join("missing"), offset: 0, length: None };
    assert_eq!(kind(fixture.call(put("d", missing))), ErrorKind::File);
    fixture.end();
}

#[test]
fn a_broken_connection_completes_once() {
    let (server, fixture) = Fixture::raw(|stream, _| async move { drop(stream) });
    assert_eq!(kind(fixture.call(head("a"))), ErrorKind::Connection);
    assert!(server.connections() > 1, "it was retried");
    fixture.end();
}

#[test]
fn a_cancelled_request_completes_once() {
    let (_server, fixture, arrivals) = Fixture::unread();
    let (id, tag) = fixture.submit(head("a"));
    fixture.until(&arrivals, 1);
    assert!(!fixture.log.completed(tag));
    assert!(fixture.session.cancel(id));
    assert_eq!(kind(fixture.log.wait(tag)), ErrorKind::Cancelled);
    // Its id means nothing any more, nor does one that never was.
    assert!(!fixture.session.cancel(id) && !fixture.session.cancel(RequestId(u64::MAX)));
    fixture.end();
}

/// Cancels a call from this thread as soon as it is under way.
fn cancel_call(fixture: &Fixture, tag: u64, ended: &AtomicBool) {
    while !fixture.session.cancel(RequestId::of_call(tag)) && !ended.load(Ordering::SeqCst) {
        std::thread::yield_now();
    }
}

#[test]
fn a_call_returns_what_a_completion_would_have_said() {
    let (server, fixture) = Fixture::strict();
    for round in 0..3 {
        let put = fixture.session.call(put("called", Body::Bytes("hello".into())), round).unwrap();
        assert!(matches!(put, Response::PutObject(_)));
        let Response::GetObject(_, Content::Inline(bytes)) =
            fixture.session.call(get("called", Target::Stream), round).unwrap()
        else {
            panic!("not inline")
        };
        assert_eq!(bytes, "hello");
        let absent = fixture.session.call(get("absent", Target::Stream), round).unwrap_err();
        assert_eq!(absent.details().code.as_deref(), Some("NoSuchKey"));
    }
    // What is put by one thread, or a worker, is got by another on the same few connections.
    fixture.stored("submitted", "hello");
    std::thread::scope(|scope| {
        for number in 0..8_u64 {
            let session = &fixture.session;
            scope.spawn(move || {
                for round in 0..20 {
                    let tag = 100 + number * 100 + round;
                    let found = session.call(get("submitted", Target::Stream), tag).unwrap();
                    assert!(matches!(found, Response::GetObject(_, Content::Inline(bytes)) if bytes == "hello"));
                }
            });
        }
        for _ in 0..20 {
            let (_, tag) = fixture.submit(get("submitted", Target::Stream));
            fixture.log.wait(tag).unwrap();
        }
    });
    assert!(server.requests()["GET"] >= 180);
    fixture.session.close();
    assert_eq!(kind(fixture.session.call(head("called"), 1)), ErrorKind::Closed);
    fixture.end();
}

#[test]
fn a_call_reads_a_download_that_was_submitted_and_the_other_way_round() {
    let (_server, fixture) = Fixture::strict();
    let large = content(3 << 20);
    let stored = fixture.session.call(put("large", Body::Bytes(large.clone().into())), 1).unwrap();
    assert!(matches!(stored, Response::PutObject(_)));
    let mut read = Vec::new();
    let Response::GetObject(_, Content::Stream(id)) = fixture.session.call(get("large", Target::Stream), 2).unwrap()
    else {
        panic!("no stream")
    };
    loop {
        let chunk = if read.len() % 2 == 0 {
            bytes(&fixture.session.call_read(id, 50_001, 3).unwrap())
        } else {
            let tag = fixture.tag();
            fixture.session.read(id, 50_001, tag).unwrap();
            let Ok(Response::Chunk(chunk)) = fixture.log.wait(tag) else { panic!("no chunk") };
            bytes(&chunk)
        };
        if chunk.is_empty() {
            break;
        }
        read.extend_from_slice(&chunk);
    }
    assert!(read == large);
    fixture.session.close_stream(id);
    assert_eq!(fixture.session.call_read(id, 1, 4).unwrap_err().kind(), ErrorKind::Closed);
    fixture.end();
}

#[test]
fn a_call_is_cancelled_at_whatever_moment() {
    let (_server, fixture, _arrivals) = Fixture::unread();
    for round in 0..300_u64 {
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let outcome = fixture.session.call(head("a"), round);
                ended.store(true, Ordering::SeqCst);
                assert_eq!(kind(outcome), ErrorKind::Cancelled);
            });
            for _ in 0..round * 100 {
                std::hint::spin_loop();
            }
            cancel_call(&fixture, round, &ended);
        });
    }
    assert_eq!(fixture.session.pending(), 0);
    fixture.end();
}

#[test]
fn a_call_outlives_a_connection_that_the_server_closed_while_it_lay_idle() {
    let (server, fixture) = Fixture::raw(|mut stream, _| async move {
        if read_head(&mut stream).await.is_some() {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n").await;
        }
    });
    // At once, when the close may not be here yet; soon; and after so long that the client looks first.
    for (tag, pause) in [(0, 0), (1, 0), (2, 20), (3, 1100)] {
        std::thread::sleep(Duration::from_millis(pause));
        assert!(fixture.session.call(head("a"), tag).is_ok());
    }
    assert!(server.connections() >= 4);
    fixture.end();
}

#[test]
fn closing_ends_calls_too() {
    let (_server, fixture, arrivals) = Fixture::unread();
    std::thread::scope(|scope| {
        for tag in 0..4 {
            let session = &fixture.session;
            scope.spawn(move || assert_eq!(kind(session.call(head("a"), tag)), ErrorKind::Cancelled));
        }
        fixture.until(&arrivals, 4);
        fixture.session.close();
        assert_eq!(fixture.session.pending(), 0);
    });
    fixture.end();
}

#[test]
fn cancelling_may_race_with_the_end() {
    let (_server, fixture) = Fixture::strict();
    fixture.stored("a", "hello");
    let mut cancelled = 0;
    for round in 0..300_u32 {
        let (id, tag) = fixture.submit(get("a", Target::Stream));
        std::thread::sleep(Duration::from_micros(u64::from(round % 30) * 100));
        fixture.session.cancel(id);
        match fixture.log.wait(tag) {
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
                cancelled += 1;
            }
        }
    }
    assert!(cancelled > 0, "nothing was cancelled in time");
    fixture.end();
}

#[test]
fn lent_memory_is_back_before_success_and_error() {
    let (server, fixture) = Fixture::strict();
    lend(&fixture, config(&server), 5 << 20, |_, _| {}).unwrap();
    let rule = |action| Rule { matching: Match { times: Some(1), ..Match::default() }, action };
    server.faults().add(rule(Action { status: Some(403), code: Some("AccessDenied".into()), ..Action::default() }));
    assert_eq!(kind(lend(&fixture, config(&server), 5 << 20, |_, _| {})), ErrorKind::Service);
    server.faults().add(rule(Action { reset: true, ..Action::default() }));
    let once = ClientConfig { max_attempts: Some(1), ..config(&server) };
    assert_eq!(kind(lend(&fixture, once, 5 << 20, |_, _| {})), ErrorKind::Connection);
    // A request that is refused before anything is sent gives it back too.
    let refused = ClientConfig { endpoint: Some("http://198.51.100.1".into()), ..config(&server) };
    let cancelled = lend(&fixture, refused, 10, |session, id| assert!(session.cancel(id)));
    assert_eq!(kind(cancelled), ErrorKind::Cancelled);
}

#[test]
fn lent_memory_is_back_before_a_cancelled_upload_completes() {
    for length in [100, MORE_THAN_BUFFERS] {
        let (server, fixture, arrivals) = Fixture::unread();
        let outcome = lend(&fixture, config_of(&server.endpoint), length, |session, id| {
            fixture.until(&arrivals, 1);
            assert!(session.cancel(id));
        });
        assert_eq!(kind(outcome), ErrorKind::Cancelled, "{length} bytes");
    }
}

#[test]
fn lent_memory_is_back_before_a_cancelled_upload_over_tls_completes() {
    let server = TestServer::builder().tls_self_made().start_blocking().unwrap();
    let fixture = Fixture::new(config(&server));
    // The content stays unread for as long as this test lasts.
    let action = Action { delay_ms: Some(86_400_000), ..Action::default() };
    server.faults().add(Rule { matching: Match::default(), action });
    let config = ClientConfig { ca_pem: server.ca_pem().map(str::to_owned), ..config(&server) };
    let outcome = lend(&fixture, config, MORE_THAN_BUFFERS, |session, id| {
        while server.requests().is_empty() {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(session.cancel(id));
    });
    assert_eq!(kind(outcome), ErrorKind::Cancelled);
}

#[test]
fn lent_memory_is_back_before_closing_returns() {
    for length in [100, MORE_THAN_BUFFERS] {
        let (server, fixture, arrivals) = Fixture::unread();
        let outcome = lend(&fixture, config_of(&server.endpoint), length, |session, _| {
            fixture.until(&arrivals, 1);
            session.close();
            assert_eq!(session.pending(), 0);
        });
        assert_eq!(kind(outcome), ErrorKind::Cancelled, "{length} bytes");
    }
}

#[test]
fn lent_memory_is_back_when_the_server_falls_silent() {
    let (server, fixture, _arrivals) = Fixture::unread();
    let config = ClientConfig { read_timeout_ms: Some(200), max_attempts: Some(2), ..config_of(&server.endpoint) };
    let outcome = lend(&fixture, config, MORE_THAN_BUFFERS, |_, _| {});
    assert_eq!(kind(outcome), ErrorKind::Timeout);
}

/// Takes its time, so that a close that does not wait is seen.
struct Slow(Arc<Log>);

impl CompletionSink for Slow {
    fn complete(&self, tag: u64, outcome: Outcome) {
        std::thread::sleep(Duration::from_millis(2));
        self.0.complete(tag, outcome);
    }
}

#[test]
fn closing_returns_after_the_last_completion() {
    let (server, fixture, arrivals) = Fixture::unread();
    let log = Arc::new(Log::default());
    let sink = Arc::new(Slow(log.clone()));
    let session = Session::new(config_of(&server.endpoint), fixture.runtime.handle().clone(), sink).unwrap();
    for tag in 0..200 {
        let request = match tag % 4 {
            0 => head("a"),
            1 => get("a", Target::Stream),
            2 => put("a", Body::Bytes(content(1000).into())),
            _ => put_stream("a", None),
        };
        session.submit(request, tag).unwrap();
    }
    fixture.until(&arrivals, 50); // the others wait for a connection, or for content
    assert_eq!((session.pending(), log.total()), (200, 0));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                session.close();
                assert_eq!((session.pending(), log.total()), (0, 200));
            });
        }
    });
    for tag in 0..200 {
        assert_eq!(kind(log.wait(tag)), ErrorKind::Cancelled);
    }
}

#[test]
fn what_comes_after_closing_is_refused_without_a_completion() {
    let (_server, fixture) = Fixture::strict();
    fixture.stored("a", content(200_000));
    let stream = fixture.open("a");
    let (upload, tag) = fixture.submit(put_stream("b", None));
    fixture.session.close();
    assert_eq!(kind(fixture.log.wait(tag)), ErrorKind::Cancelled);
    closed(fixture.session.submit(head("a"), 100));
    closed(fixture.session.submit(put_stream("a", None), 101));
    closed(fixture.session.write(upload, "more".into(), 102));
    closed(fixture.session.finish(upload));
    closed(fixture.session.read(stream, 10, 103));
    closed(fixture.session.presign(PresignRequest::new(BUCKET, "a")));
    let body = Arc::new(AtomicBool::new(false));
    let lent = Body::borrowed(Lent { memory: content(10), returned: body.clone() });
    closed(fixture.session.submit(put("a", lent), 104));
    assert!(body.load(Ordering::SeqCst), "refused, and the memory is kept");
    assert!(!fixture.session.cancel(upload));
    fixture.session.close_stream(stream);
    fixture.session.close();
    fixture.end();
}

/// Closes its session from within a completion.
#[derive(Default)]
struct Closer {
    log: Arc<Log>,
    session: Mutex<Option<Session>>,
}

impl CompletionSink for Closer {
    fn complete(&self, tag: u64, outcome: Outcome) {
        if let Some(session) = self.session.lock().unwrap().take() {
            session.close();
        }
        self.log.complete(tag, outcome);
    }
}

#[test]
fn a_completion_may_close_the_session() {
    let (server, fixture) = Fixture::strict();
    let closer = Arc::new(Closer::default());
    let session = Session::new(config(&server), fixture.runtime.handle().clone(), closer.clone()).unwrap();
    *closer.session.lock().unwrap() = Some(session.clone());
    session.submit(put_stream("never-finished", None), 1).unwrap();
    session.submit(head("missing"), 2).unwrap();
    assert_eq!(closer.log.wait(2).unwrap_err().details().http_status, 404);
    assert_eq!(kind(closer.log.wait(1)), ErrorKind::Cancelled);
    closed(session.submit(head("missing"), 3));
    session.close();
    assert_eq!(closer.log.total(), 2);
}

/// Panics where it is told to.
#[derive(Clone, Copy)]
enum Panics {
    AtBegin,
    AtWrite,
}

impl Sink for Panics {
    fn begin(&mut self, _: Option<u64>) -> Result<(), Error> {
        assert!(!matches!(self, Self::AtBegin), "the test's own panic");
        Ok(())
    }

    fn write(&mut self, _: &[u8]) -> Result<(), Error> {
        panic!("the test's own panic");
    }

    fn restart(&mut self) {}
}

#[test]
fn a_sink_that_panics_is_an_error_of_its_request_alone() {
    let server = TestServer::builder().start_blocking().unwrap();
    // One connection: a panic must give it back.
    let fixture = Fixture::new(ClientConfig { max_connections: Some(1), ..config(&server) });
    fixture.stored("a", content(300_000));
    for panics in [Panics::AtBegin, Panics::AtWrite] {
        let outcome = fixture.call(get("a", Target::Sink(Box::new(panics))));
        assert_eq!(kind(outcome), ErrorKind::Internal);
        assert!(fixture.read_all("a") == content(300_000));
    }
    fixture.end();
}

/// A caller whose completions panic.
struct Rude(Arc<Log>);

impl CompletionSink for Rude {
    fn complete(&self, tag: u64, outcome: Outcome) {
        self.0.complete(tag, outcome);
        panic!("the test's own panic");
    }
}

#[test]
fn a_completion_that_panics_ends_nothing_else() {
    let (server, fixture) = Fixture::strict();
    let log = Arc::new(Log::default());
    let rude = Arc::new(Rude(log.clone()));
    let session = Session::new(config(&server), fixture.runtime.handle().clone(), rude).unwrap();
    for tag in 0..20 {
        session.submit(put("a", Body::Bytes("hello".into())), tag).unwrap();
        log.wait(tag).unwrap();
    }
    session.close();
    assert_eq!((session.pending(), log.total()), (0, 20));
}

#[test]
fn a_pushed_upload_is_what_was_written() {
    let (server, fixture) = Fixture::strict();
    let long = PART * 2 + 12_345;
    for (name, length, known) in [
        ("empty", 0, true),
        ("empty-unknown", 0, false),
        ("short", 1000, true),
        ("known", 3 << 20, true),
        ("short-unknown", 1000, false),
        ("long-unknown", long, false),
    ] {
        let all = Bytes::from(content(length));
        let request = PutObjectRequest {
            encryption: ServerSideEncryption::kms(&server.keys().second).unwrap(),
            ..PutObjectRequest::new(BUCKET, name)
        };
        let (id, tag) = fixture.submit(Request::PutObjectStream(request, known.then_some(length as u64)));
        for chunk in all.chunks(700_001) {
            let written = fixture.log.wait(fixture.write(id, all.slice_ref(chunk)));
            assert!(matches!(written, Ok(Response::Written)), "{name}: {written:?}");
        }
        // An empty write is no end.
        assert!(matches!(fixture.log.wait(fixture.write(id, "")), Ok(Response::Written)));
        assert!(!fixture.log.completed(tag), "{name} was stored before its end was declared");
        fixture.session.finish(id).unwrap();
        // What follows the end is refused, also before the request has completed.
        closed(fixture.session.write(id, "more".into(), 1_000_000));
        closed(fixture.session.finish(id));
        let outcome = fixture.log.wait(tag).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(matches!(outcome, Response::PutObject(_)), "{name}: {outcome:?}");
        closed(fixture.session.write(id, "more".into(), 1_000_000));
        closed(fixture.session.finish(id));
        assert!(fixture.read_all(name) == all, "{name}: another content");
    }
    fixture.end();
}

#[test]
fn a_cancelled_multipart_upload_is_aborted() {
    let (server, fixture) = Fixture::strict();
    let (id, tag) = fixture.submit(put_stream("given-up", None));
    let count = |method: &str| server.requests().get(method).copied().unwrap_or_default();
    let chunk = Bytes::from(content(1 << 20));
    // The upload begins with the first full part.
    while count("POST") == 0 {
        fixture.log.wait(fixture.write(id, chunk.clone())).unwrap();
    }
    assert!(fixture.session.cancel(id));
    assert_eq!(fixture.log.wait(tag).unwrap_err().kind(), ErrorKind::Cancelled);
    // The abort runs on its own: without it this would wait for ever.
    while count("DELETE") == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    fixture.end();
}

#[test]
fn a_write_completes_when_the_next_may_follow() {
    let (_server, fixture, arrivals) = Fixture::unread();
    let (id, tag) = fixture.submit(put_stream("a", Some(5 << 30)));
    let chunk = Bytes::from(content(1 << 20));
    fixture.until(&arrivals, 1);
    // Nobody reads: the buffers fill, and one write stays open. Were there no backpressure, this would go on.
    let open = loop {
        let write = fixture.write(id, chunk.clone());
        let patience = std::time::Instant::now();
        while !fixture.log.completed(write) && patience.elapsed() < Duration::from_secs(1) {
            std::thread::sleep(Duration::from_millis(1));
        }
        if !fixture.log.completed(write) {
            break write;
        }
        assert!(fixture.log.total() < 1000, "a thousand MiB went nowhere");
    };
    assert!(fixture.session.cancel(id));
    assert_eq!(kind(fixture.log.wait(tag)), ErrorKind::Cancelled);
    let outcome = kind(fixture.log.wait(open));
    assert!(matches!(outcome, ErrorKind::Cancelled | ErrorKind::Closed), "{outcome:?}");
    closed(fixture.session.write(id, chunk, 1_000_000));
    fixture.end();
}

#[test]
fn an_abandoned_upload_stores_nothing() {
    let (_server, fixture) = Fixture::strict();
    for (name, length, written) in [
        ("short", Some(1000), 999),
        ("known", Some(3 << 20), 3 << 20),
        ("unknown", None, 1000),
        ("parts", None, 3 * PART),
    ] {
        let (id, tag) = fixture.submit(put_stream(name, length));
        let all = Bytes::from(content(written));
        for chunk in all.chunks(1 << 20) {
            fixture.log.wait(fixture.write(id, all.slice_ref(chunk))).unwrap();
        }
        assert!(fixture.session.cancel(id));
        assert_eq!(kind(fixture.log.wait(tag)), ErrorKind::Cancelled, "{name}");
        closed(fixture.session.write(id, "more".into(), 1_000_000));
        assert_eq!(fixture.status_of(name), 404, "{name}");
    }
    fixture.end();
}

#[test]
fn an_upload_that_is_not_what_it_declared_stores_nothing() {
    let (_server, fixture) = Fixture::strict();
    for (name, declared, written) in [
        ("shorter", 1000, 999),
        ("longer", 1000, 1001),
        ("long-and-shorter", 3 << 20, (3 << 20) - 1),
        ("long-and-longer", 3 << 20, (3 << 20) + 1),
    ] {
        let (id, tag) = fixture.submit(put_stream(name, Some(declared)));
        let all = Bytes::from(content(written));
        for chunk in all.chunks(1 << 20) {
            // An overlong upload may have ended by now.
            let own = fixture.tag();
            match fixture.session.write(id, all.slice_ref(chunk), own) {
                Ok(()) => drop(fixture.log.wait(own)),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Closed);
                    fixture.tags.fetch_sub(1, Ordering::Relaxed); // refused: no completion
                }
            }
        }
        let _ = fixture.session.finish(id);
        assert_eq!(kind(fixture.log.wait(tag)), ErrorKind::Body, "{name}");
        assert_eq!(fixture.status_of(name), 404, "{name}");
    }
    fixture.end();
}

#[test]
fn a_download_is_read_in_pieces_and_closed() {
    let server = TestServer::builder().start_blocking().unwrap();
    // One connection: what is not given back stops the next request.
    let fixture = Fixture::new(ClientConfig { max_connections: Some(1), ..config(&server) });
    let all = content(500_000);
    fixture.stored("a", all.clone());
    let id = fixture.open("a");
    let mut got = Vec::new();
    loop {
        let chunk = fixture.read(id, 70_000).unwrap();
        assert!(chunk.len() <= 70_000, "{} bytes", chunk.len());
        if chunk.is_empty() {
            break;
        }
        got.extend_from_slice(&chunk);
    }
    assert!(got == all);
    // The end stays the end, and gave the connection back.
    assert!(fixture.read(id, 10).unwrap().is_empty());
    assert_eq!(fixture.status_of("a"), 200);
    fixture.session.close_stream(id);
    closed(fixture.session.read(id, 10, 1_000_000));
    // Closed half-way.
    let id = fixture.open("a");
    assert_eq!(fixture.read(id, 10).unwrap(), all[..10]);
    fixture.session.close_stream(id);
    closed(fixture.session.read(id, 10, 1_000_000));
    assert_eq!(fixture.status_of("a"), 200);
    // Never read, twice closed, unknown.
    let id = fixture.open("a");
    fixture.session.close_stream(id);
    fixture.session.close_stream(id);
    fixture.session.close_stream(StreamId(u64::MAX));
    assert_eq!(fixture.status_of("a"), 200);
    fixture.end();
}

#[test]
fn content_that_breaks_off_is_an_error_of_the_read() {
    let (server, fixture) = Fixture::strict();
    fixture.stored("a", content(500_000));
    server.faults().add(Rule {
        matching: Match { method: Some("GET".into()), times: Some(1), ..Match::default() },
        action: Action { truncate_body: Some(200_000), ..Action::default() },
    });
    let id = fixture.open("a");
    let mut length = 0;
    let error = loop {
        match fixture.read(id, 1 << 20) {
            Ok(chunk) => {
                assert!(!chunk.is_empty(), "a truncated object looks whole after {length} bytes");
                length += chunk.len();
            }
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Body, "{error}");
    // Who reads on learns the same: it is no end.
    assert_eq!(fixture.read(id, 1).unwrap_err().kind(), ErrorKind::Body);
    assert_eq!(fixture.session.read_now(id, 1).unwrap_err().kind(), ErrorKind::Body);
    fixture.session.close_stream(id);
    fixture.end();
}

#[test]
fn what_has_come_is_read_at_once_and_nothing_is_lost_between() {
    let (_server, fixture) = Fixture::strict();
    let all = content(3 << 20);
    fixture.stored("a", all.clone());
    let id = fixture.open("a");
    let (mut got, mut at_once, mut cancelled) = (Vec::new(), 0, 0);
    for round in 0.. {
        let chunk = match fixture.session.read_now(id, 40_000).unwrap() {
            Some(chunk) => {
                at_once += 1;
                bytes(&chunk)
            }
            None => {
                let tag = fixture.tag();
                let read = fixture.session.read(id, 40_000, tag).unwrap();
                if round % 2 == 0 {
                    fixture.session.cancel(read);
                }
                match fixture.log.wait(tag) {
                    Ok(Response::Chunk(chunk)) => bytes(&chunk),
                    Ok(other) => panic!("no chunk: {other:?}"),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Cancelled);
                        cancelled += 1;
                        continue;
                    }
                }
            }
        };
        assert!(chunk.len() <= 40_000);
        if chunk.is_empty() {
            break;
        }
        got.extend_from_slice(&chunk);
    }
    assert!(got == all, "{} bytes, {at_once} reads at once, {cancelled} cancelled", got.len());
    assert!(at_once > 0);
    // The end is at hand from now on; a stream that is closed has none.
    assert!(fixture.session.read_now(id, 1).unwrap().unwrap().is_empty());
    fixture.session.close_stream(id);
    closed(fixture.session.read_now(id, 1));
    fixture.end();
}

#[test]
fn a_read_that_is_cancelled_at_once_loses_nothing() {
    let (_server, fixture) = Fixture::strict();
    let all = content(8 << 20);
    fixture.stored("a", all.clone());
    let id = fixture.open("a");
    let (mut got, mut cancelled) = (Vec::new(), 0);
    loop {
        let tag = fixture.tag();
        let read = fixture.session.read(id, 4_000, tag).unwrap();
        fixture.session.cancel(read);
        match fixture.log.wait(tag) {
            Ok(Response::Chunk(chunk)) if chunk.is_empty() => break,
            Ok(Response::Chunk(chunk)) => got.extend_from_slice(&bytes(&chunk)),
            Ok(other) => panic!("no chunk: {other:?}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Cancelled);
                cancelled += 1;
            }
        }
    }
    assert!(got == all, "{} bytes of {}, {cancelled} reads cancelled", got.len(), all.len());
    fixture.end();
}

#[test]
fn nothing_is_at_hand_before_it_has_come() {
    let (_server, fixture) = Fixture::raw(begin_content);
    let id = fixture.open("a");
    assert_eq!(fixture.read(id, 100).unwrap(), b"begin");
    assert!(fixture.session.read_now(id, 100).unwrap().is_none());
    let tag = fixture.start_read(id, 100);
    // A read that waits has the stream.
    assert!(fixture.session.read_now(id, 100).unwrap().is_none());
    fixture.session.close_stream(id);
    assert_eq!(kind(fixture.log.wait(tag)), ErrorKind::Cancelled);
    fixture.end();
}

/// Answers with the beginning of a long object.
async fn begin_content(mut stream: TcpStream, _: usize) {
    if read_head(&mut stream).await.is_some() {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nbegin").await;
        std::future::pending::<()>().await;
    }
}

#[test]
fn a_read_in_flight_completes_when_the_session_closes() {
    let (_server, fixture) = Fixture::raw(begin_content);
    let id = fixture.open("a");
    assert_eq!(fixture.read(id, 100).unwrap(), b"begin");
    let tag = fixture.start_read(id, 100);
    assert!(!fixture.log.completed(tag));
    fixture.session.close();
    assert_eq!(kind(fixture.log.wait(tag)), ErrorKind::Cancelled);
    fixture.end();
}

#[test]
fn a_runtime_that_is_shut_down_completes_what_was_in_flight() {
    let (server, fixture, arrivals) = Fixture::unread();
    let mine = runtime();
    let log = Arc::new(Log::default());
    let session = Session::new(config_of(&server.endpoint), mine.handle().clone(), log.clone()).unwrap();
    for tag in 0..20 {
        session.submit(head("a"), tag).unwrap();
    }
    fixture.until(&arrivals, 20);
    mine.shutdown_timeout(Duration::from_secs(60));
    // Whatever is accepted completes, also now.
    session.submit(head("a"), 20).unwrap();
    for tag in 0..=20 {
        assert_eq!(kind(log.wait(tag)), ErrorKind::Cancelled);
    }
    session.close();
    assert_eq!((session.pending(), log.total()), (0, 21));
}

/// Memory of this process, in bytes, where the system tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kib| kib << 10)
}

/// In a process of its own: the memory of others must not count.
#[test]
fn thousands_of_small_requests_are_in_flight_in_little_memory() {
    const NAME: &str = "thousands_of_small_requests_are_in_flight_in_little_memory";
    const ALONE: &str = "S3KMS_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        let full = std::env::var("S3KMS_FULL").is_ok_and(|value| value == "1");
        return many_in_flight(if full { 10_000 } else { 1_000 });
    }
    let own = std::env::current_exe().unwrap();
    let mut command = std::process::Command::new(own);
    let output = command.args(["--exact", NAME, "--nocapture"]).env(ALONE, "1").output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    assert!(String::from_utf8_lossy(&said).contains("1 passed"), "the child ran no test");
}

fn many_in_flight(count: usize) {
    let (open, gate) = watch::channel(false);
    // Served so far, being served, and the most that were being served at a time.
    let counts = Arc::new([const { AtomicUsize::new(0) }; 3]);
    let counted = counts.clone();
    let (server, fixture) = Fixture::raw(move |mut stream, _| {
        let (mut gate, counts) = (gate.clone(), counted.clone());
        async move {
            let [served, now, most] = &*counts;
            while read_head(&mut stream).await.is_some() {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let _ = gate.wait_for(|open| *open).await;
                served.fetch_add(1, Ordering::SeqCst);
                // Before the answer: with it the client may send the next request.
                now.fetch_sub(1, Ordering::SeqCst);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n").await;
            }
        }
    });
    let log = Arc::new(Log::default());
    // Most of them wait for one of 50 connections, and on a slow machine that may take long.
    let config = ClientConfig { connect_timeout_ms: Some(0), read_timeout_ms: Some(0), ..config_of(&server.endpoint) };
    let session = Session::new(config, fixture.runtime.handle().clone(), log.clone()).unwrap();
    let before = resident();
    for tag in 0..count as u64 {
        session.submit(head(&format!("key-{tag}")), tag).unwrap();
    }
    assert_eq!((session.pending(), log.total()), (count, 0));
    let [served, now, most] = &*counts;
    while now.load(Ordering::SeqCst) < 50 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let during = resident();
    open.send_replace(true);
    for tag in 0..count as u64 {
        let outcome = log.wait(tag).unwrap_or_else(|error| panic!("{tag}: {error}"));
        assert!(matches!(outcome, Response::HeadObject(result) if result.content_length == Some(5)));
    }
    session.close();
    assert_eq!((session.pending(), log.total(), served.load(Ordering::SeqCst)), (0, count, count));
    assert_eq!(most.load(Ordering::SeqCst), 50, "requests on the wire at a time");
    if let (Some(before), Some(during)) = (before, during) {
        let each = during.saturating_sub(before) / count;
        // Futures are larger without optimisation.
        assert!(each < 48 << 10, "{each} bytes for each request in flight");
    }
}
