//! Clients of the strict server, and servers that misbehave in ways that no HTTP library offers.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use s3kms::{Client, ClientConfig, Credentials};
use s3kms_test_server::TestServer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// The bucket that every strict server has.
pub const BUCKET: &str = "demo";

pub async fn strict() -> TestServer {
    TestServer::builder().start().await.unwrap()
}

/// A configuration for a strict server.
pub fn config(server: &TestServer) -> ClientConfig {
    ClientConfig {
        credentials: Some(Credentials::new(server.access_key(), server.secret_key(), None)),
        region: Some(server.region().into()),
        ..config_of(server.endpoint())
    }
}

/// A configuration for any server that does not look at credentials.
pub fn config_of(endpoint: &str) -> ClientConfig {
    ClientConfig {
        endpoint: Some(endpoint.into()),
        region: Some("us-east-1".into()),
        credentials: Some(Credentials::new("AKIDEXAMPLE", "secret", None)),
        // Whatever the environment of the test says of proxies.
        proxy: Some(String::new()),
        ..ClientConfig::default()
    }
}

pub fn client(server: &TestServer) -> Client {
    Client::new(config(server)).unwrap()
}

/// A TCP server whose connections are handled by a function. Counts them.
pub struct RawServer {
    pub endpoint: String,
    connections: Arc<AtomicUsize>,
    task: AbortHandle,
}

impl RawServer {
    pub async fn start<F, C>(handle: F) -> Self
    where
        F: Fn(TcpStream, usize) -> C + Send + 'static,
        C: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        let task = tokio::spawn(async move {
            let mut tasks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst);
                tasks.spawn(handle(stream, number));
            }
        });
        Self { endpoint, connections, task: task.abort_handle() }
    }

    /// A server that accepts connections and neither reads nor answers.
    pub async fn silent() -> Self {
        Self::start(|stream, _| async move {
            let _open = stream;
            std::future::pending::<()>().await;
        })
        .await
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads the head of a request; `None` when the peer closed.
pub async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8(head).unwrap())
}

/// Answers a request that has no body with an empty 200.
pub async fn answer_empty(stream: &mut TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
}
