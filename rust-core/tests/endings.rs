//! Requests that end in the middle: servers that answer before they have read, and callers that go away. Lent memory
//! comes back all the same, no half object stays behind, and the connection serves the next request.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::content::{content, pushed};
use common::server::{BUCKET, RawServer, answer_empty, client, config_of, read_head, strict};
use common::temp::TempDir;
use s3kms::session::{CompletionSink, Request, Response, Session};
use s3kms::{Body, Client, ClientConfig, Error, GetObjectRequest, PutObjectRequest, Target};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// Memory that the caller lends, and the sign that it was given back.
struct Lent {
    bytes: Vec<u8>,
    returned: Arc<AtomicBool>,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.returned.store(true, Ordering::SeqCst);
    }
}

/// Hands on whether the memory was back, and the outcome.
struct Witness {
    returned: Arc<AtomicBool>,
    outcomes: mpsc::UnboundedSender<(bool, Result<Response, Error>)>,
}

impl CompletionSink for Witness {
    fn complete(&self, _: u64, outcome: Result<Response, Error>) {
        let _ = self.outcomes.send((self.returned.load(Ordering::SeqCst), outcome));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lent_memory_comes_back_from_a_server_that_answers_and_never_reads() {
    // The last of each is what the kernel does not take, however small its rest.
    for length in [1 << 20, 4 << 20, 64 << 20] {
        for answer in ["HTTP/1.1 403 Forbidden", "HTTP/1.1 200 OK"] {
            let server = RawServer::start(move |mut stream, _| async move {
                read_head(&mut stream).await;
                let _ = stream.write_all(format!("{answer}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await;
                std::future::pending::<()>().await;
            })
            .await;
            let returned = Arc::new(AtomicBool::new(false));
            let (outcomes, mut completions) = mpsc::unbounded_channel();
            let witness = Arc::new(Witness { returned: returned.clone(), outcomes });
            let runtime = tokio::runtime::Handle::current();
            let session = Session::new(config_of(&server.endpoint), runtime, witness).unwrap();
            let body = Body::borrowed(Lent { bytes: content(length), returned });
            session.submit(Request::PutObject(PutObjectRequest::new("b", "k"), body), 1).unwrap();
            let (was_returned, outcome) = completions.recv().await.unwrap();
            assert!(was_returned, "{answer} to {length} bytes: completed before the memory was back");
            assert_eq!(outcome.is_ok(), answer.ends_with("OK"), "{answer} to {length} bytes: {outcome:?}");
            assert!(completions.try_recv().is_err());
        }
    }
}

/// Reads a request with its body, slowly enough that its sender has to wait.
async fn read_request(stream: &mut TcpStream) -> Option<()> {
    let head = read_head(stream).await?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse::<usize>().ok()?;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_no_trap_for_the_next_request_on_its_connection() {
    let server = RawServer::start(|mut stream, _| async move {
        while read_request(&mut stream).await.is_some() {
            let _ = stream.write_all(b"HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\n\r\n").await;
            if read_request(&mut stream).await.is_some() {
                answer_empty(&mut stream).await;
            }
        }
    })
    .await;
    let once = ClientConfig { max_attempts: Some(1), ..config_of(&server.endpoint) };
    let client = Client::new(once).unwrap();
    for _ in 0..3 {
        let put = || PutObjectRequest::new("b", "k");
        let error = client.put_object(put(), Body::Bytes(content(8 << 20).into())).await.unwrap_err();
        assert_eq!(error.details().http_status, 503);
        // A stream can be sent once only: nothing hides that its connection was broken.
        client.put_object(put(), pushed(content(16 << 20), true)).await.unwrap();
    }
    assert_eq!(server.connections(), 1, "the connection was not used again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_to_a_file_that_nobody_waits_for_leaves_nothing_behind() {
    let server = strict().await;
    let client = client(&server);
    client.put_object(PutObjectRequest::new(BUCKET, "k"), Body::Bytes(content(5 << 20).into())).await.unwrap();
    let folder = TempDir::new();
    for number in 0..200 {
        let request = GetObjectRequest::new(BUCKET, "k");
        let call = client.get_object(request, Target::File(folder.path().join("object")));
        // Given up at every stage: before and while the file is made, and while it is written.
        let _ = tokio::time::timeout(Duration::from_micros(number * 50), call).await;
    }
    // A file that was being made goes as soon as it is there.
    while folder.names().iter().any(|name| name.starts_with(".object")) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let stays = folder.path().join("object");
    client.get_object(GetObjectRequest::new(BUCKET, "k"), Target::File(stays.clone())).await.unwrap();
    assert!(std::fs::read(&stays).unwrap() == content(5 << 20));
    assert_eq!(folder.names(), ["object"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_cannot_be_read_keeps_its_request_ids() {
    let server = RawServer::start(|mut stream, _| async move {
        while read_head(&mut stream).await.is_some() {
            let answer = b"HTTP/1.1 200 OK\r\nx-amz-request-id: R1\r\nx-amz-id-2: R2\r\nlast-modified: yesterday\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.write_all(answer).await;
        }
    })
    .await;
    let client = Client::new(config_of(&server.endpoint)).unwrap();
    let streamed = client.get_object(GetObjectRequest::new("b", "k"), Target::Stream).await.unwrap_err();
    let read = client.head_object(s3kms::HeadObjectRequest::new("b", "k")).await.unwrap_err();
    for error in [streamed, read] {
        let details = error.details();
        assert!(error.to_string().contains("last-modified"), "{error}");
        assert_eq!((details.http_status, details.request_id.as_deref()), (200, Some("R1")));
        assert_eq!(details.extended_request_id.as_deref(), Some("R2"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_connection_serves_the_next_request_and_is_closed_in_the_end() {
    let (closed, mut closings) = mpsc::unbounded_channel();
    let server = RawServer::start(move |mut stream, _| {
        let closed = closed.clone();
        async move {
            let mut served = 0;
            while read_head(&mut stream).await.is_some() {
                served += 1;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
            }
            let _ = closed.send(served);
        }
    })
    .await;
    let config = ClientConfig { max_idle_ms: Some(500), ..config_of(&server.endpoint) };
    let client = Client::new(config).unwrap();
    for _ in 0..3 {
        client.head_object(s3kms::HeadObjectRequest::new("b", "k")).await.unwrap();
    }
    // Nobody asks for anything any more: the client closes it by itself.
    assert_eq!(closings.recv().await, Some(3), "requests on the connection");
    drop(client);
}

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
const LARGE: usize = (1 << 20) + 1;

/// Puts content of that length; the heads of the requests that the server saw.
async fn heads_of_a_put(length: usize, config: ClientConfig, answers: &'static [&'static [u8]]) -> (Vec<String>, bool) {
    let heads = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = heads.clone();
    let server = RawServer::start(move |mut stream, _| {
        let seen = seen.clone();
        async move {
            while let Some(head) = read_head(&mut stream).await {
                let asks = head.contains("expect: 100-continue");
                let answer = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(head);
                    answers[seen.len() - 1]
                };
                if asks {
                    // Not a byte of the content may come before the answer.
                    let early = tokio::time::timeout(Duration::from_millis(50), stream.read_u8()).await;
                    assert!(early.is_err(), "content came before it was asked for");
                    let _ = stream.write_all(answer).await;
                    if answer != CONTINUE {
                        return;
                    }
                }
                let mut content = vec![0; length];
                if stream.read_exact(&mut content).await.is_err() {
                    return;
                }
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
            }
        }
    })
    .await;
    let client = Client::new(ClientConfig { max_attempts: Some(1), ..config_with(config, &server.endpoint) }).unwrap();
    let put = client.put_object(PutObjectRequest::new("b", "k"), Body::Bytes(content(length).into())).await;
    let heads = heads.lock().unwrap().clone();
    (heads, put.is_ok())
}

fn config_with(own: ClientConfig, endpoint: &str) -> ClientConfig {
    ClientConfig { expect_continue: own.expect_continue, ..config_of(endpoint) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_content_is_sent_when_the_server_consents() {
    const REFUSED: &[u8] = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
    const CANNOT: &[u8] = b"HTTP/1.1 417 Expectation Failed\r\ncontent-length: 0\r\n\r\n";
    let asks = |head: &String| head.contains("expect: 100-continue");
    let default = ClientConfig::default;

    let (heads, stored) = heads_of_a_put(LARGE, default(), &[CONTINUE]).await;
    assert!(stored && heads.iter().all(asks), "{heads:?}");
    let (heads, stored) = heads_of_a_put(LARGE, default(), &[REFUSED]).await;
    assert!(!stored && heads.len() == 1, "{heads:?}");
    // A server that cannot be asked is sent the content.
    let (heads, stored) = heads_of_a_put(LARGE, default(), &[CANNOT, b""]).await;
    assert!(stored && heads.len() == 2 && asks(&heads[0]) && !asks(&heads[1]), "{heads:?}");
    // Small content is not worth a round trip, and the question can be turned off.
    let (heads, stored) = heads_of_a_put(LARGE - 1, default(), &[b""]).await;
    assert!(stored && !heads.iter().any(asks), "{heads:?}");
    let off = ClientConfig { expect_continue: Some(false), ..default() };
    let (heads, stored) = heads_of_a_put(LARGE, off, &[b""]).await;
    assert!(stored && !heads.iter().any(asks), "{heads:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_says_nothing_is_sent_the_content_after_a_second() {
    let server = RawServer::start(|mut stream, _| async move {
        if read_request(&mut stream).await.is_some() {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        }
    })
    .await;
    let client = Client::new(config_of(&server.endpoint)).unwrap();
    let put = client.put_object(PutObjectRequest::new("b", "k"), Body::Bytes(content(LARGE).into())).await;
    assert!(put.is_ok(), "{put:?}");
}
