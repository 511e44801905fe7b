//! A server that reports another encryption than was asked for is not believed.

use s3kms::{
    Body, Client, CopyObjectRequest, CustomerKey, Error, ErrorKind, ExpectedEncryption, GetObjectRequest,
    HeadObjectRequest, PutObjectRequest, ServerSideEncryption, Target,
};
use s3kms_test_server::TestServer;
use s3kms_test_server::faults::{Action, SseLie};

use super::{fault, get, put, put_kms};
use crate::common::content::{Keep, pushed};
use crate::common::server::{BUCKET, client, strict};
use crate::common::temp::TempDir;

/// The lies about an object under the first key, and a word that the error must say.
fn lies(server: &TestServer) -> [(SseLie, &str); 4] {
    let second = server.keys().second.as_str();
    [
        (SseLie { drop: true, ..SseLie::default() }, "no encryption"),
        (SseLie { algorithm: Some("AES256".into()), ..SseLie::default() }, "AES256"),
        (SseLie { key_id: Some(second.to_owned()), ..SseLie::default() }, second),
        (SseLie { drop: true, algorithm: Some("aws:kms".into()), key_id: None }, "no KMS key"),
    ]
}

fn lie(server: &TestServer, method: &str, lie: &SseLie) {
    fault(server, method, 1, Action { sse_headers: Some(lie.clone()), ..Action::default() });
}

fn assert_mismatch(error: &Error, word: &str, what: &str) {
    assert_eq!(error.kind(), ErrorKind::EncryptionMismatch, "{what}: {error:?}");
    let details = error.details();
    assert!(details.message.contains(word), "{what}: {error}");
    assert_eq!(details.http_status, 200, "{what}");
    assert!(details.request_id.is_some(), "{what}: whoever asks the operator needs the id");
}

/// All writes under the first key's ARN, each against one lie.
async fn writes(server: &TestServer, client: &Client, told: &SseLie) -> Vec<(&'static str, Error)> {
    let first = server.keys().first.as_str();
    let mut errors = Vec::new();
    lie(server, "PUT", told);
    errors.push(("put", client.put_object(put_kms("k", first), Body::Bytes("hello".into())).await.unwrap_err()));
    lie(server, "PUT", told);
    let request = CopyObjectRequest {
        encryption: ServerSideEncryption::kms(first).unwrap(),
        ..CopyObjectRequest::new(BUCKET, "copy", BUCKET, "source")
    };
    errors.push(("copy", client.copy_object(request).await.unwrap_err()));
    lie(server, "POST", told);
    errors.push(("upload", client.put_object(put_kms("u", first), pushed(vec![0; 8 << 20], false)).await.unwrap_err()));
    errors
}

#[tokio::test]
async fn a_write_that_is_not_encrypted_as_asked_is_an_error() {
    let server = strict().await;
    let client = client(&server);
    client.put_object(put("source"), Body::Bytes("hello".into())).await.unwrap();
    for (told, word) in lies(&server) {
        for (what, error) in writes(&server, &client, &told).await {
            assert_mismatch(&error, word, what);
            assert!(error.details().hint.is_some(), "{what}");
        }
    }
    // The same calls succeed where the server tells the truth.
    let first = server.keys().first.as_str();
    client.put_object(put_kms("k", first), Body::Bytes("hello".into())).await.unwrap();
}

#[tokio::test]
async fn every_algorithm_is_held_against_the_answer() {
    let server = strict().await;
    let client = client(&server);
    let customer = CustomerKey::new(&[3; 32]);
    let told = |algorithm: &str| SseLie { algorithm: Some(algorithm.into()), ..SseLie::default() };
    let dropped = SseLie { drop: true, ..SseLie::default() };
    let table = [
        (ServerSideEncryption::S3, dropped.clone(), true),
        (ServerSideEncryption::S3, told("aws:kms"), true),
        (ServerSideEncryption::kms_managed(), dropped.clone(), true),
        (ServerSideEncryption::kms_managed(), told("AES256"), true),
        (ServerSideEncryption::kms_managed(), told("aws:kms:dsse"), true),
        (ServerSideEncryption::Dsse { key: None, context: None }, told("aws:kms"), true),
        (ServerSideEncryption::CustomerKey(customer.clone()), dropped.clone(), true),
        // Nothing was asked for, so nothing is held against the answer.
        (ServerSideEncryption::default(), dropped.clone(), false),
        (ServerSideEncryption::default(), told("aws:kms"), false),
    ];
    for (encryption, told, is_error) in table {
        lie(&server, "PUT", &told);
        let what = format!("{encryption:?} {told:?}");
        let request = PutObjectRequest { encryption, ..put("k") };
        match client.put_object(request, Body::Bytes("hello".into())).await {
            Ok(_) => assert!(!is_error, "{what}"),
            Err(error) => assert!(is_error && error.kind() == ErrorKind::EncryptionMismatch, "{what}: {error:?}"),
        }
    }
    let request = PutObjectRequest { encryption: ServerSideEncryption::CustomerKey(customer.clone()), ..put("c") };
    client.put_object(request, Body::Bytes("hello".into())).await.unwrap();
    lie(&server, "GET", &dropped);
    let request = GetObjectRequest { customer_key: Some(customer), ..get("c") };
    let error = client.get_object(request, Target::Stream).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EncryptionMismatch);
}

#[tokio::test]
async fn a_read_of_what_is_not_encrypted_as_expected_is_an_error_before_any_content() {
    let server = strict().await;
    let client = client(&server);
    let folder = TempDir::new();
    let path = folder.path().join("target");
    let first = server.keys().first.as_str();
    client.put_object(put_kms("k", first), Body::Bytes("hello".into())).await.unwrap();
    let expected_encryption = Some(ExpectedEncryption::kms(first).unwrap());
    let request = || GetObjectRequest { expected_encryption: expected_encryption.clone(), ..get("k") };
    for (told, word) in lies(&server) {
        let sink = Keep::default();
        for target in [Target::Stream, Target::File(path.clone()), Target::Sink(Box::new(sink.clone()))] {
            lie(&server, "GET", &told);
            let what = format!("get to {target:?}");
            let error = client.get_object(request(), target).await.unwrap_err();
            assert_mismatch(&error, word, &what);
        }
        let kept = sink.kept();
        assert!(kept.content.is_empty() && kept.length.is_none(), "the sink saw something");
        assert!(folder.names().is_empty(), "{:?}", folder.names());

        lie(&server, "HEAD", &told);
        let head = HeadObjectRequest {
            expected_encryption: expected_encryption.clone(),
            ..HeadObjectRequest::new(BUCKET, "k")
        };
        assert_mismatch(&client.head_object(head).await.unwrap_err(), word, "head");

        // Who expects nothing is told what the server says.
        lie(&server, "GET", &told);
        client.get_object(get("k"), Target::Stream).await.unwrap();
    }
}

#[tokio::test]
async fn an_object_under_another_key_is_not_what_was_expected() {
    let server = strict().await;
    let client = client(&server);
    client.put_object(put_kms("second", "alias/second"), Body::Bytes("hello".into())).await.unwrap();
    client.put_object(put("plain"), Body::Bytes("hello".into())).await.unwrap();
    let first = server.keys().first.as_str();
    for name in [first, first.rsplit('/').next().unwrap()] {
        for (key, word) in [("second", server.keys().second.as_str()), ("plain", "AES256")] {
            let expected_encryption = Some(ExpectedEncryption::kms(name).unwrap());
            let request = GetObjectRequest { expected_encryption: expected_encryption.clone(), ..get(key) };
            let error = client.get_object(request, Target::Stream).await.unwrap_err();
            assert_mismatch(&error, word, key);
            let request = HeadObjectRequest { expected_encryption, ..HeadObjectRequest::new(BUCKET, key) };
            assert_mismatch(&client.head_object(request).await.unwrap_err(), word, key);
        }
    }
}
