//! The pool: how many connections there may be, and those that the server has closed.

use std::future::Future as _;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use s3kms::{Body, Client, ClientConfig, DeleteObjectRequest, ErrorKind, GetBody, HeadObjectRequest, Target};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{count, fetch, get, put};
use crate::common::content::{Keep, content};
use crate::common::server::{BUCKET, RawServer, config, config_of, read_head, strict};

#[tokio::test]
async fn beyond_the_limit_calls_wait_for_a_connection() {
    let server = strict().await;
    let limited = |connect_timeout_ms| {
        let config = ClientConfig {
            max_connections: Some(1),
            connect_timeout_ms: Some(connect_timeout_ms),
            max_attempts: Some(1),
            ..config(&server)
        };
        Client::new(config).unwrap()
    };
    let client = limited(0);
    client.put_object(put("k"), Body::Bytes(content(3 << 20).into())).await.unwrap();

    // Content that is not read to its end holds its connection.
    let (_, held) = client.get_object(get("k"), Target::Stream).await.unwrap();
    assert!(matches!(held, GetBody::Stream(_)));
    let mut waiting = pin!(client.head_object(HeadObjectRequest::new(BUCKET, "k")));
    for _ in 0..20 {
        let polled = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Pending));
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(count(&server, "HEAD"), 0, "the call did not wait");
    drop(held);
    waiting.await.unwrap();

    // Content that was read to its end gives it back.
    fetch(&client, get("k")).await.unwrap();
    client.head_object(HeadObjectRequest::new(BUCKET, "k")).await.unwrap();

    let client = limited(50);
    let (_, held) = client.get_object(get("k"), Target::Stream).await.unwrap();
    let error = client.head_object(HeadObjectRequest::new(BUCKET, "k")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    let text = error.to_string();
    assert!(text.contains("1 are in use") && text.contains("max_connections"), "{text}");
    drop(held);
    client.head_object(HeadObjectRequest::new(BUCKET, "k")).await.unwrap();
}

#[tokio::test]
async fn calls_beyond_the_limit_all_succeed_in_their_turn() {
    let server = strict().await;
    let client = Client::new(ClientConfig { max_connections: Some(3), ..config(&server) }).unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..60 {
        let client = client.clone();
        calls.spawn(async move {
            let key = format!("k{number}");
            let bytes = content(1000 + number);
            client.put_object(put(&key), Body::Bytes(bytes.clone().into())).await.unwrap();
            assert!(fetch(&client, get(&key)).await.unwrap() == bytes, "other content");
        });
    }
    while let Some(outcome) = calls.join_next().await {
        outcome.unwrap();
    }
    assert_eq!((count(&server, "PUT"), count(&server, "GET")), (60, 60));
}

/// Reads one request with its body; `None` when the peer closed.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let head = read_head(stream).await?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    head.split(' ').next().map(str::to_owned)
}

/// A server that answers one request on each connection and closes it, without a word, on the second.
async fn forgetful() -> (RawServer, Arc<Mutex<Vec<(usize, String)>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    let server = RawServer::start(move |mut stream, number| {
        let kept = kept.clone();
        async move {
            for answers in [true, false] {
                let Some(method) = read_request(&mut stream).await else { return };
                kept.lock().unwrap().push((number, method));
                if answers {
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
                }
            }
        }
    })
    .await;
    (server, seen)
}

#[tokio::test]
async fn a_connection_that_was_closed_while_it_lay_idle_costs_no_attempt() {
    let (server, seen) = forgetful().await;
    // One attempt, so that a retry that is counted would be an error.
    let client = Client::new(ClientConfig { max_attempts: Some(1), ..config_of(&server.endpoint) }).unwrap();
    let head = || client.head_object(HeadObjectRequest::new(BUCKET, "k"));
    head().await.unwrap();
    client.put_object(put("k"), Body::Bytes("hello".into())).await.unwrap();
    client.get_object(get("k"), Target::Stream).await.unwrap();
    client.delete_object(DeleteObjectRequest::new(BUCKET, "k")).await.unwrap();
    head().await.unwrap();
    let expected: Vec<(usize, String)> = [
        (0, "HEAD"),
        (0, "PUT"),
        (1, "PUT"),
        (1, "GET"),
        (2, "GET"),
        (2, "DELETE"),
        (3, "DELETE"),
        (3, "HEAD"),
        (4, "HEAD"),
    ]
    .map(|(connection, method)| (connection, method.to_owned()))
    .into();
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_new_connection_that_is_closed_without_an_answer_is_an_error_that_counts() {
    let server = RawServer::start(|mut stream, _| async move {
        read_request(&mut stream).await;
    })
    .await;
    for attempts in [1, 2] {
        let before = server.connections();
        let config = ClientConfig { max_attempts: Some(attempts), ..config_of(&server.endpoint) };
        let client = Client::new(config).unwrap();
        let error = client.head_object(HeadObjectRequest::new(BUCKET, "k")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert_eq!(i64::try_from(server.connections() - before).unwrap(), attempts);
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = RawServer::start(|mut stream, _| async move {
        while read_request(&mut stream).await.is_some() {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let client = Client::new(config_of(&server.endpoint)).unwrap();
    for _ in 0..5 {
        client.put_object(put("k"), Body::Bytes("hello".into())).await.unwrap();
        client.get_object(get("k"), Target::Stream).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn silence_in_the_middle_of_content_is_a_timeout() {
    let server = RawServer::start(|mut stream, _| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nthe beginning").await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let config = ClientConfig { read_timeout_ms: Some(200), max_attempts: Some(1), ..config_of(&server.endpoint) };
    let client = Client::new(config).unwrap();
    let sink = Keep::default();
    let in_hand = fetch(&client, get("k")).await.unwrap_err();
    let delivered = client.get_object(get("k"), Target::Sink(Box::new(sink.clone()))).await.unwrap_err();
    for error in [in_hand, delivered] {
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
        assert!(error.to_string().contains("200 ms"), "{error}");
    }
    assert_eq!(sink.kept().content, b"the beginning");
}
