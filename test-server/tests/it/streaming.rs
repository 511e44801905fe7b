//! `aws-chunked` bodies, trailers, and digests.

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use s3kms_test_server::TestServer;

use crate::client::{Answer, Call, Signing, server};
use crate::signatures::httpdate_compact;

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
type Row<'a> = (&'a [(&'a str, &'a str)], u16, &'a str);

/// The CRC32 of `hello world`.
const CRC32: &str = "DUoRhQ==";

fn sha256(data: &[u8]) -> String {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, data)
        .as_ref()
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Signs `data` in chunks of five bytes, with `trailer` behind them.
fn streamed(server: &TestServer, data: &[u8], trailer: Option<&str>) -> Call {
    let how = Signing {
        payload: Some(if trailer.is_some() {
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
        } else {
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        }),
        ..Signing::of(server)
    };
    let mut call = Call::new("PUT", "/demo/k")
        .header("content-encoding", "aws-chunked")
        .header("x-amz-decoded-content-length", data.len().to_string());
    if trailer.is_some() {
        call = call.header("x-amz-trailer", "x-amz-checksum-crc32");
    }
    let (mut call, mut previous) = call.signed_with(server, &how);
    let moment = httpdate_compact(how.time);
    let scope = format!("{}/us-east-1/s3/aws4_request", &moment[..8]);
    let sign = |text: String| {
        calculate_signature(generate_signing_key(server.secret_key(), how.time, "us-east-1", "s3"), text.as_bytes())
    };
    for chunk in data.chunks(5).chain(std::iter::once(&[][..])) {
        let hash = sha256(chunk);
        previous = sign(format!("AWS4-HMAC-SHA256-PAYLOAD\n{moment}\n{scope}\n{previous}\n{EMPTY}\n{hash}"));
        call.body.extend(format!("{:x};chunk-signature={previous}\r\n", chunk.len()).bytes());
        call.body.extend_from_slice(chunk);
        if !(chunk.is_empty() && trailer.is_some()) {
            call.body.extend_from_slice(b"\r\n");
        }
    }
    if let Some(trailer) = trailer {
        let hash = sha256(format!("x-amz-checksum-crc32:{trailer}\n").as_bytes());
        let signature = sign(format!("AWS4-HMAC-SHA256-TRAILER\n{moment}\n{scope}\n{previous}\n{hash}"));
        call.body
            .extend(format!("x-amz-checksum-crc32:{trailer}\r\nx-amz-trailer-signature:{signature}\r\n\r\n").bytes());
    }
    call
}

async fn stored(server: &TestServer) -> Answer {
    Call::new("GET", "/demo/k").header("x-amz-checksum-mode", "ENABLED").signed(server).send(server).await
}

#[tokio::test]
async fn signed_chunks_are_verified() {
    let server = server().await;
    let call = streamed(&server, b"hello world", None);
    assert_eq!(call.send(&server).await.status, 200);
    let answer = stored(&server).await;
    assert_eq!((answer.text().as_str(), answer.header("content-encoding")), ("hello world", None));

    let mut tampered = call;
    let at = tampered.body.windows(5).position(|w| w == b"hello").unwrap();
    tampered.body[at] = b'j';
    assert_eq!(tampered.send(&server).await.verdict(), (403, "SignatureDoesNotMatch".to_owned()));
    assert_eq!(stored(&server).await.text(), "hello world");
}

#[tokio::test]
async fn a_body_that_ends_early_is_refused() {
    let server = server().await;
    let mut call = streamed(&server, b"hello world", None);
    // The last two chunks are missing: `d` and the final one.
    let cut = call.body.windows(2).rposition(|w| w == b"1;").unwrap();
    call.body.truncate(cut);
    assert_eq!(call.send(&server).await.verdict(), (400, "IncompleteBody".to_owned()));
}

#[tokio::test]
async fn signed_trailers_are_verified_and_kept() {
    let server = server().await;
    let call = streamed(&server, b"hello world", Some(CRC32));
    let answer = call.send(&server).await;
    assert_eq!((answer.status, answer.header("x-amz-checksum-crc32")), (200, Some(CRC32)), "{}", answer.text());
    assert_eq!(stored(&server).await.header("x-amz-checksum-crc32"), Some(CRC32));

    let answer = streamed(&server, b"hello world", Some("AAAAAA==")).send(&server).await;
    assert_eq!(answer.verdict(), (400, "BadDigest".to_owned()));
    let mut tampered = call;
    let at = tampered.body.windows(8).position(|w| w == CRC32.as_bytes()).unwrap();
    tampered.body[at..at + 8].copy_from_slice(b"AAAAAA==");
    assert_eq!(tampered.send(&server).await.verdict(), (403, "SignatureDoesNotMatch".to_owned()));
}

#[tokio::test]
async fn unsigned_streams_with_trailers() {
    let server = server().await;
    let how = Signing { payload: Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER"), ..Signing::of(&server) };
    let table = [
        (format!("b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:{CRC32}\r\n\r\n"), 200, ""),
        ("b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n".to_owned(), 400, "BadDigest"),
        ("b\r\nhello world\r\n0\r\n\r\n".to_owned(), 400, "MalformedTrailerError"),
    ];
    for (body, status, code) in table {
        let call = Call::new("PUT", "/demo/k")
            .headers(&[
                ("content-encoding", "gzip,aws-chunked"),
                ("x-amz-decoded-content-length", "11"),
                ("x-amz-trailer", "x-amz-checksum-crc32"),
            ])
            .signed_with(&server, &how)
            .0
            .body(body.clone());
        assert_eq!(call.send(&server).await.verdict(), (status, code.to_owned()), "{body}");
    }
    assert_eq!(stored(&server).await.header("content-encoding"), Some("gzip"));
}

#[tokio::test]
async fn digests_in_headers_are_verified() {
    let server = server().await;
    let table: [Row; 6] = [
        (&[("content-md5", "XrY7u+Ae7tCTyyK7j1rNww==")], 200, ""),
        (&[("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")], 400, "BadDigest"),
        (&[("content-md5", "short")], 400, "InvalidDigest"),
        (&[("x-amz-checksum-crc32", CRC32)], 200, ""),
        (&[("x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")], 400, "BadDigest"),
        (&[("x-amz-sdk-checksum-algorithm", "CRC32")], 400, "InvalidRequest"),
    ];
    for (headers, status, code) in table {
        let call = Call::new("PUT", "/demo/k").headers(headers).body("hello world").signed(&server);
        assert_eq!(call.send(&server).await.verdict(), (status, code.to_owned()), "{headers:?}");
    }
}

#[tokio::test]
async fn documents_need_a_digest() {
    let server = server().await;
    let body = "<Delete><Object><Key>k</Key></Object></Delete>";
    let without = Call::new("POST", "/demo?delete").body(body).signed(&server).send(&server).await;
    assert_eq!(without.verdict(), (400, "InvalidRequest".to_owned()));
    let wrong = Call::new("POST", "/demo?delete").header("x-amz-checksum-crc32", "AAAAAA==").body(body);
    assert_eq!(wrong.signed(&server).send(&server).await.verdict(), (400, "BadDigest".to_owned()));
}
