//! The recording server.

use s3kms_test_server::RecordingServer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn exchange(address: &str, wire: &str) -> String {
    let mut tcp = TcpStream::connect(address.rsplit('/').next().unwrap()).await.unwrap();
    tcp.write_all(wire.as_bytes()).await.unwrap();
    let mut out = String::new();
    tcp.read_to_string(&mut out).await.unwrap();
    out
}

fn post(path: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn it_answers_from_its_queue_and_keeps_the_wire() {
    let server = RecordingServer::start().await.unwrap();
    let rules = r#"{"responses":[{"status":404,"headers":{"ETag":"\"x\""},"body":"none"}]}"#;
    assert!(exchange(server.control(), &post("/expect", rules)).await.starts_with("HTTP/1.1 200"));
    let wire = "PUT /b/k%20a?x=%2F&y HTTP/1.1\r\nHost: h\r\nX-Amz-B: 2\r\nX-Amz-A: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
    let answer = exchange(server.endpoint(), wire).await;
    assert!(
        answer.starts_with("HTTP/1.1 404") && answer.contains("etag: \"x\"") && answer.ends_with("none"),
        "{answer}"
    );
    let second = exchange(server.endpoint(), "GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await;
    assert!(second.starts_with("HTTP/1.1 200"));

    let recorded = exchange(server.control(), "GET /recorded HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let json: serde_json::Value = serde_json::from_str(recorded.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let first = &json["requests"][0];
    assert_eq!((first["method"].as_str(), first["target"].as_str()), (Some("PUT"), Some("/b/k%20a?x=%2F&y")));
    let names: Vec<&str> = first["headers"].as_array().unwrap().iter().map(|h| h[0].as_str().unwrap()).collect();
    assert_eq!(names, ["host", "x-amz-b", "x-amz-a", "content-length", "connection"]);
    assert_eq!(first["bodyBase64"], "aGk=");
    assert_eq!(first["bodySha256"], "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4");
    assert_eq!(json["requests"].as_array().unwrap().len(), 2);
    server.expect(Vec::new());
    assert!(server.recorded().is_empty());
}

#[tokio::test]
async fn it_sends_continue_when_a_client_waits_for_it() {
    let server = RecordingServer::start().await.unwrap();
    let mut tcp = TcpStream::connect(server.endpoint().rsplit('/').next().unwrap()).await.unwrap();
    tcp.write_all(
        b"PUT / HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 2\r\nconnection: close\r\n\r\n",
    )
    .await
    .unwrap();
    let mut head = [0; 25];
    tcp.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 100 Continue\r\n\r\n");
    tcp.write_all(b"hi").await.unwrap();
    let mut rest = String::new();
    tcp.read_to_string(&mut rest).await.unwrap();
    assert!(rest.starts_with("HTTP/1.1 200"));
    assert_eq!(server.recorded()[0].body_base64, "aGk=");
}

#[tokio::test]
async fn answers_that_cannot_be_sent_are_refused() {
    let server = RecordingServer::start().await.unwrap();
    for rules in [
        "nonsense",
        r#"{"responses":[{"status":99}]}"#,
        r#"{"responses":[{"headers":{"a b":"1"}}]}"#,
        r#"{"responses":[{"bodyBase64":"%"}]}"#,
        r#"{"responses":[{"state":200}]}"#,
    ] {
        assert!(exchange(server.control(), &post("/expect", rules)).await.starts_with("HTTP/1.1 400"), "{rules}");
    }
}
