//! By way of an HTTP proxy: requests to plain servers are forwarded, TLS goes through a tunnel.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use s3kms::{Body, Client, ClientConfig, ErrorKind};
use tokio::io::{AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;

use super::{count, fetch, get, put, put_kms, tls};
use crate::common::content::{content, pushed};
use crate::common::server::{RawServer, config, read_head, strict};

/// A host that only the proxy knows: this machine under a name of no certificate.
pub const ELSEWHERE: &str = "elsewhere.example.invalid";

/// A forward proxy on this machine that keeps the heads of what it was asked.
pub struct Proxy {
    server: RawServer,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// A proxy, with `user:password` where it asks for them.
    pub async fn start(user: Option<&str>) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, wanted) = (requests.clone(), user.map(|user| format!("basic {}", BASE64.encode(user))));
        let server = RawServer::start(move |stream, _| serve(stream, kept.clone(), wanted.clone())).await;
        Self { server, requests }
    }

    pub fn url(&self) -> String {
        self.server.endpoint.clone()
    }

    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// The heads of all requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Serves one connection: one forwarded request, or one tunnel.
async fn serve(mut client: TcpStream, kept: Arc<Mutex<Vec<String>>>, wanted: Option<String>) {
    let Some(head) = read_head(&mut client).await else { return };
    kept.lock().unwrap().push(head.clone());
    let authorization = header(&head, "proxy-authorization");
    if let Some(wanted) = wanted
        && authorization.is_none_or(|sent| !sent.eq_ignore_ascii_case(&wanted))
    {
        return refuse(client, "407 Proxy Authentication Required", "proxy-authenticate: Basic realm=\"x\"\r\n").await;
    }
    let (line, rest) = head.split_once("\r\n").unwrap();
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    if method == "CONNECT" {
        let Ok(mut server) = TcpStream::connect(target.replace(ELSEWHERE, "127.0.0.1")).await else {
            return refuse(client, "502 Bad Gateway", "").await;
        };
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
        let _ = copy_bidirectional(&mut client, &mut server).await;
        return;
    }
    let target = target.strip_prefix("http://").expect("a proxy is sent the whole URL");
    let (host, path) = target.split_once('/').unwrap();
    let Ok(mut server) = TcpStream::connect(host).await else {
        return refuse(client, "502 Bad Gateway", "").await;
    };
    let headers: String = rest
        .split_inclusive("\r\n")
        .filter(|line| !line.to_ascii_lowercase().starts_with("proxy-authorization:"))
        .collect();
    // One request per connection: what follows on it would have to be rewritten as well.
    let forwarded = format!("{method} /{path} HTTP/1.1\r\nconnection: close\r\n{headers}");
    server.write_all(forwarded.as_bytes()).await.unwrap();
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

async fn refuse(mut client: TcpStream, status: &str, header: &str) {
    let answer = format!("HTTP/1.1 {status}\r\n{header}content-length: 0\r\nconnection: close\r\n\r\n");
    let _ = client.write_all(answer.as_bytes()).await;
    let _ = client.shutdown().await;
    // What the client still sends is read: closing over it would be a reset, which can overtake the answer.
    let _ = tokio::io::copy(&mut client, &mut tokio::io::sink()).await;
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (other, value) = line.split_once(':')?;
        other.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Characters that a URL could not hold as they are.
const USER: &str = "me@home";
const PASSWORD: &str = "p:a/s%s";

fn by_way_of(proxy: &Proxy, config: ClientConfig) -> ClientConfig {
    ClientConfig { proxy: Some(proxy.url()), max_attempts: Some(1), ..config }
}

fn with_user(config: ClientConfig) -> ClientConfig {
    ClientConfig { proxy_username: Some(USER.into()), proxy_password: Some(PASSWORD.into()), ..config }
}

async fn there_and_back(client: &Client, kms_key: &str) {
    let bytes = content((1 << 20) + 9);
    for (kind, body) in [("bytes", Body::Bytes(bytes.clone().into())), ("stream", pushed(bytes.clone(), true))] {
        let stored = client.put_object(put_kms(kind, "alias/first"), body).await;
        let stored = stored.unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(stored.ssekms_key_id.as_deref(), Some(kms_key));
        assert!(fetch(client, get(kind)).await.unwrap() == bytes, "{kind}: other content");
    }
}

#[tokio::test]
async fn plain_requests_are_forwarded() {
    let server = strict().await;
    for user in [None, Some(format!("{USER}:{PASSWORD}"))] {
        let proxy = Proxy::start(user.as_deref()).await;
        let base = by_way_of(&proxy, config(&server));
        let client = Client::new(if user.is_some() { with_user(base) } else { base }).unwrap();
        there_and_back(&client, &server.keys().first).await;
        let requests = proxy.requests();
        assert_eq!(requests.len(), 4);
        for head in requests {
            let line = head.lines().next().unwrap();
            assert!(line.contains(&format!(" {}/demo/", server.endpoint())), "{line}");
            assert_eq!(header(&head, "proxy-authorization").is_some(), user.is_some(), "{line}");
        }
    }
}

#[tokio::test]
async fn tls_goes_through_a_tunnel() {
    let server = tls::server().await;
    for user in [None, Some(format!("{USER}:{PASSWORD}"))] {
        let proxy = Proxy::start(user.as_deref()).await;
        let base = by_way_of(&proxy, tls::trusting(&server));
        let client = Client::new(if user.is_some() { with_user(base) } else { base }).unwrap();
        there_and_back(&client, &server.keys().first).await;
        let requests = proxy.requests();
        assert!(!requests.is_empty());
        for head in requests {
            assert!(head.starts_with("CONNECT 127.0.0.1:"), "the proxy saw more than the host");
            assert!(header(&head, "authorization").is_none());
            assert_eq!(header(&head, "proxy-authorization").is_some(), user.is_some());
        }
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_the_user_is_named_in_the_error() {
    let (plain, tls) = (strict().await, tls::server().await);
    for (server, config) in [(&plain, config(&plain)), (&tls, tls::trusting(&tls))] {
        let proxy = Proxy::start(Some("somebody:else")).await;
        for config in [config.clone(), with_user(config)] {
            let client = Client::new(by_way_of(&proxy, config)).unwrap();
            let error = client.put_object(put("k"), Body::Bytes("hello".into())).await.unwrap_err();
            let text = error.to_string().to_lowercase();
            assert!(text.contains("proxy") || text.contains("407"), "{error:?}");
            assert!(!error.to_string().contains(PASSWORD), "{error}");
        }
        assert_eq!(count(server, "PUT"), 0);
    }
}

#[tokio::test]
async fn hosts_that_need_no_proxy_are_reached_without() {
    let server = strict().await;
    let proxy = Proxy::start(None).await;
    let no_proxy = Some("example.com,127.0.0.1".to_owned());
    let client = Client::new(ClientConfig { no_proxy, ..by_way_of(&proxy, config(&server)) }).unwrap();
    client.put_object(put("k"), Body::Bytes("hello".into())).await.unwrap();
    assert_eq!(proxy.connections(), 0);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_a_connection_error() {
    let server = strict().await;
    let proxy = Proxy::start(None).await;
    let config = by_way_of(&proxy, config(&server));
    drop(proxy);
    let error = Client::new(config).unwrap().put_object(put("k"), Body::Bytes("x".into())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert_eq!(count(&server, "PUT"), 0);
}
