//! Presigned URLs in the hands of an HTTP client that knows nothing of S3.

use std::collections::BTreeMap;
use std::time::Duration;

use s3kms::{
    Body, Client, ClientConfig, Credentials, CustomerKey, EncryptionContext, GetObjectRequest, HeadObjectRequest,
    KeyId, KmsEncryption, PresignRequest, PresignResult, PutObjectRequest, ServerSideEncryption, Target,
};
use s3kms_test_server::TestServer;

use crate::common::content::read;
use crate::common::plain::{Answer, send};
use crate::common::server::{BUCKET, client, config, strict};

/// A key of which no character may be lost on its way through the URL.
const KEY: &str = "folder/ü + & = ? # %41";

async fn sign(client: &Client, request: PresignRequest) -> PresignResult {
    client.presign(request).await.unwrap()
}

async fn run(signed: &PresignResult, body: &[u8]) -> Answer {
    run_with(signed, &signed.signed_headers, body).await
}

async fn run_with(signed: &PresignResult, headers: &BTreeMap<String, String>, body: &[u8]) -> Answer {
    send(signed.method.as_deref().unwrap(), signed.url.as_deref().unwrap(), headers, body).await
}

fn request(method: &str) -> PresignRequest {
    PresignRequest { method: Some(method.into()), ..PresignRequest::new(BUCKET, KEY) }
}

/// Everything that a presigned PUT can ask of the uploader.
fn full_put(server: &TestServer) -> PresignRequest {
    PresignRequest {
        encryption: ServerSideEncryption::Kms(KmsEncryption {
            key: Some(KeyId::parse(&server.keys().first, "ssekms_key_id").unwrap()),
            context: Some(EncryptionContext::new([("department", "finance")])),
            bucket_key: Some(true),
        }),
        content_type: Some("text/plain".into()),
        content_md5: Some("XUFAKrxLKna5cZ2REBfFkg==".into()), // of `hello`
        metadata: [("a".to_owned(), "1".to_owned())].into(),
        headers: [("x-amz-storage-class".to_owned(), "STANDARD_IA".to_owned())].into(),
        ..request("PUT")
    }
}

#[tokio::test]
async fn the_returned_headers_are_what_the_uploader_needs() {
    let server = strict().await;
    let client = client(&server);
    let signed = sign(&client, full_put(&server)).await;
    assert_eq!(signed.signed_headers.len(), 8, "{:?}", signed.signed_headers.keys());
    let answer = run(&signed, b"hello").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.headers["x-amz-server-side-encryption"], "aws:kms");
    assert_eq!(answer.headers["x-amz-server-side-encryption-aws-kms-key-id"], server.keys().first);

    let head = client.head_object(HeadObjectRequest::new(BUCKET, KEY)).await.unwrap();
    assert_eq!(head.ssekms_key_id.as_deref(), Some(server.keys().first.as_str()));
    assert_eq!(head.bucket_key_enabled, Some(true));
    assert_eq!(head.content_type.as_deref(), Some("text/plain"));
    assert_eq!(head.metadata["a"], "1");

    let signed = sign(&client, request("GET")).await;
    assert!(signed.signed_headers.is_empty(), "a GET needs no header");
    let answer = run(&signed, b"").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "hello"));

    let answer = run(&sign(&client, request("HEAD")).await, b"").await;
    assert_eq!((answer.status, answer.headers["content-length"].as_str()), (200, "5"));

    let answer = run(&sign(&client, request("DELETE")).await, b"").await;
    assert_eq!(answer.status, 204);
    client.head_object(HeadObjectRequest::new(BUCKET, KEY)).await.unwrap_err();
}

#[tokio::test]
async fn a_header_that_is_missing_changed_or_added_is_refused() {
    let server = strict().await;
    let client = client(&server);
    let signed = sign(&client, full_put(&server)).await;
    for name in signed.signed_headers.keys() {
        let mut headers = signed.signed_headers.clone();
        headers.remove(name);
        let answer = run_with(&signed, &headers, b"hello").await;
        assert_eq!(answer.status, 403, "without {name}: {}", answer.text());

        let mut headers = signed.signed_headers.clone();
        headers.entry(name.clone()).and_modify(|value| value.push('x'));
        let answer = run_with(&signed, &headers, b"hello").await;
        assert!(matches!(answer.status, 400 | 403), "{name} changed: {} {}", answer.status, answer.text());
    }
    for (name, value) in [("x-amz-acl", "public-read"), ("x-amz-meta-b", "2"), ("x-amz-tagging", "t=1")] {
        let mut headers = signed.signed_headers.clone();
        headers.insert(name.to_owned(), value.to_owned());
        let answer = run_with(&signed, &headers, b"hello").await;
        assert_eq!(answer.status, 403, "with {name}: {}", answer.text());
    }
    // A URL for less: nobody can add encryption under another key, or take the bucket's for granted.
    let bare = sign(&client, request("PUT")).await;
    let added = BTreeMap::from([
        ("x-amz-server-side-encryption".to_owned(), "aws:kms".to_owned()),
        ("x-amz-server-side-encryption-aws-kms-key-id".to_owned(), server.keys().second.clone()),
    ]);
    assert_eq!(run_with(&bare, &added, b"hello").await.status, 403);
    client.head_object(HeadObjectRequest::new(BUCKET, KEY)).await.unwrap_err();
    // The same URL, used as it says, works.
    assert_eq!(run(&signed, b"hello").await.status, 200);
}

#[tokio::test]
async fn a_url_is_good_for_its_own_request_only() {
    let server = strict().await;
    let client = client(&server);
    client.put_object(PutObjectRequest::new(BUCKET, KEY), Body::Bytes("hello".into())).await.unwrap();
    let signed = sign(&client, request("GET")).await;
    let url = signed.url.clone().unwrap();
    let none = BTreeMap::new();
    let last = if url.ends_with('0') { "1" } else { "0" };
    let other_signature = format!("{}{last}", &url[..url.len() - 1]);
    for (what, method, url) in [
        ("another method", "DELETE", url.clone()),
        ("another key", "GET", url.replace("/folder/", "/other/")),
        ("a longer life", "GET", url.replace("X-Amz-Expires=900", "X-Amz-Expires=90000")),
        ("a further parameter", "GET", format!("{url}&response-content-type=text%2Fhtml")),
        ("another signature", "GET", other_signature),
    ] {
        let answer = send(method, &url, &none, b"").await;
        assert_eq!(answer.status, 403, "{what}: {}", answer.text());
    }
    assert_eq!(run(&signed, b"").await.status, 200);
}

#[tokio::test]
async fn a_url_ends_with_its_life() {
    let server = strict().await;
    let client = client(&server);
    let signed = sign(&client, PresignRequest { expires_in_seconds: Some(1), ..request("PUT") }).await;
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let answer = run(&signed, b"hello").await;
    assert_eq!(answer.status, 403, "{}", answer.text());
}

#[tokio::test]
async fn overrides_and_ranges_work_through_a_url() {
    let server = strict().await;
    let client = client(&server);
    client.put_object(PutObjectRequest::new(BUCKET, KEY), Body::Bytes("0123456789".into())).await.unwrap();
    let signed = sign(
        &client,
        PresignRequest {
            response_content_type: Some("text/x-own; charset=utf-8".into()),
            response_content_disposition: Some("attachment; filename=\"a b+c.txt\"".into()),
            ..request("GET")
        },
    )
    .await;
    // A range is no header of Amazon's: it need not be signed.
    let answer = run_with(&signed, &BTreeMap::from([("range".to_owned(), "bytes=2-4".to_owned())]), b"").await;
    assert_eq!((answer.status, answer.text().as_str()), (206, "234"));
    assert_eq!(answer.headers["content-type"], "text/x-own; charset=utf-8");
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"a b+c.txt\"");
}

#[tokio::test]
async fn a_customer_key_goes_in_headers_both_ways() {
    let server = strict().await;
    let client = client(&server);
    let key = CustomerKey::new(&[9; 32]);
    let with_key =
        |method| PresignRequest { encryption: ServerSideEncryption::CustomerKey(key.clone()), ..request(method) };
    let signed = sign(&client, with_key("PUT")).await;
    assert!(!signed.url.as_deref().unwrap().contains("customer-key="), "the key is in the URL");
    assert_eq!(run(&signed, b"hello").await.status, 200);
    let signed = sign(&client, with_key("GET")).await;
    assert_eq!(run(&signed, b"").await.text(), "hello");
    assert_ne!(run_with(&signed, &BTreeMap::new(), b"").await.status, 200);
    let request = GetObjectRequest { customer_key: Some(key), ..GetObjectRequest::new(BUCKET, KEY) };
    let (_, body) = client.get_object(request, Target::Stream).await.unwrap();
    assert_eq!(read(body).await.unwrap(), b"hello");
}

#[tokio::test]
async fn temporary_credentials_sign_urls_too() {
    let server = strict().await;
    let session = server.session();
    let temporary = Credentials::new(&session.access_key, &session.secret_key, session.session_token.clone());
    let client = Client::new(ClientConfig { credentials: Some(temporary), ..config(&server) }).unwrap();
    let signed = sign(&client, full_put(&server)).await;
    let answer = run(&signed, b"hello").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(run(&sign(&client, request("GET")).await, b"").await.text(), "hello");
}
