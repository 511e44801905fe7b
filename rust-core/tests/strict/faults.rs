//! A server and a network that fail: what is worth another attempt gets it, and the content is whole in the end.

use s3kms::{
    Body, Client, ClientConfig, CopyObjectRequest, DeleteObjectRequest, Error, ErrorKind, GetBody, GetObjectRequest,
    HeadObjectRequest, PutObjectRequest, Target,
};
use s3kms_test_server::TestServer;
use s3kms_test_server::faults::{Action, Match, Rule};

use crate::common::content::{Keep, content, pushed, read};
use crate::common::server::{BUCKET, client, config, strict};
use crate::common::temp::TempDir;

/// Makes the next `times` requests fail.
fn fail(server: &TestServer, times: u64, action: Action) {
    server.faults().clear();
    server.faults().add(Rule { matching: Match { times: Some(times), ..Match::default() }, action });
}

fn status(status: u16, code: &str) -> Action {
    Action { status: Some(status), code: Some(code.into()), ..Action::default() }
}

fn reset() -> Action {
    Action { reset: true, ..Action::default() }
}

const OPERATIONS: [&str; 8] = ["put bytes", "put file", "put stream", "put parts", "get", "head", "copy", "delete"];

async fn run(client: &Client, operation: &str, folder: &TempDir) -> Result<(), Error> {
    let put = PutObjectRequest::new(BUCKET, "new");
    match operation {
        "put bytes" => client.put_object(put, Body::Bytes(content(300_000).into())).await.map(drop),
        "put file" => {
            let path = folder.file("content", &content(300_000));
            client.put_object(put, Body::File { path, offset: 0, length: None }).await.map(drop)
        }
        "put stream" => client.put_object(put, pushed(content(300_000), true)).await.map(drop),
        "put parts" => client.put_object(put, pushed(content(9 << 20), false)).await.map(drop),
        "get" => client.get_object(GetObjectRequest::new(BUCKET, "old"), Target::Stream).await.map(drop),
        "head" => client.head_object(HeadObjectRequest::new(BUCKET, "old")).await.map(drop),
        "copy" => client.copy_object(CopyObjectRequest::new(BUCKET, "new", BUCKET, "old")).await.map(drop),
        _ => client.delete_object(DeleteObjectRequest::new(BUCKET, "new")).await.map(drop),
    }
}

async fn with_an_object(server: &TestServer) -> Client {
    let client = client(server);
    client.put_object(PutObjectRequest::new(BUCKET, "old"), Body::Bytes("hello".into())).await.unwrap();
    client
}

#[tokio::test]
async fn every_operation_is_tried_again_after_what_may_pass() {
    let server = strict().await;
    let client = with_an_object(&server).await;
    let folder = TempDir::new();
    for action in [status(503, "SlowDown"), status(500, "InternalError"), status(503, "ServiceUnavailable"), reset()] {
        for operation in OPERATIONS {
            fail(&server, 2, action.clone());
            let outcome = run(&client, operation, &folder).await;
            outcome.unwrap_or_else(|error| panic!("{operation} after {action:?}: {error:?}"));
        }
    }
}

#[tokio::test]
async fn what_will_not_pass_is_an_error_at_once_and_what_does_not_pass_in_the_end() {
    let server = strict().await;
    with_an_object(&server).await;
    let client = Client::new(ClientConfig { max_attempts: Some(2), ..config(&server) }).unwrap();
    let folder = TempDir::new();
    let requests = || server.requests().values().sum::<u64>();
    for operation in ["put bytes", "put file", "get", "copy", "delete"] {
        fail(&server, 10, status(403, "AccessDenied"));
        let before = requests();
        let error = run(&client, operation, &folder).await.unwrap_err();
        assert_eq!((error.code(), requests() - before), (Some("AccessDenied"), 1), "{operation}");

        fail(&server, 10, status(503, "SlowDown"));
        let before = requests();
        let error = run(&client, operation, &folder).await.unwrap_err();
        assert_eq!((error.code(), requests() - before), (Some("SlowDown"), 2), "{operation}");
        assert_eq!(error.details().http_status, 503);
        assert!(error.details().request_id.is_some(), "{error:?}");
    }
    server.faults().clear();
}

#[tokio::test]
async fn connections_that_break_are_an_error_in_the_end() {
    let server = strict().await;
    let client = Client::new(ClientConfig { max_attempts: Some(2), ..config(&server) }).unwrap();
    let folder = TempDir::new();
    for operation in ["put bytes", "put file", "get", "head"] {
        fail(&server, 100, reset());
        let error = run(&client, operation, &folder).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{operation}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_slow_once_is_asked_again() {
    let server = strict().await;
    with_an_object(&server).await;
    let folder = TempDir::new();
    let slow = Action { delay_ms: Some(5_000), ..Action::default() };
    let limits = [
        ClientConfig { read_timeout_ms: Some(300), ..config(&server) },
        ClientConfig { attempt_timeout_ms: Some(300), ..config(&server) },
    ];
    for limit in limits {
        let client = Client::new(limit.clone()).unwrap();
        for operation in ["put bytes", "put file", "get", "head"] {
            fail(&server, 1, slow.clone());
            run(&client, operation, &folder).await.unwrap_or_else(|error| panic!("{operation}: {error:?}"));
        }
        let once = Client::new(ClientConfig { max_attempts: Some(1), ..limit }).unwrap();
        fail(&server, 1, slow.clone());
        let error = run(&once, "get", &folder).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    }
}

#[tokio::test]
async fn content_that_breaks_off_is_fetched_again() {
    let server = strict().await;
    let client = client(&server);
    // Content that comes inline, and content that does not.
    for length in [10_000, 1_000_000] {
        let bytes = content(length);
        let key = format!("k{length}");
        client.put_object(PutObjectRequest::new(BUCKET, &key), Body::Bytes(bytes.clone().into())).await.unwrap();
        let cut = Action { truncate_body: Some(length / 2), ..Action::default() };
        let request = || GetObjectRequest::new(BUCKET, &key);

        fail(&server, 2, cut.clone());
        let folder = TempDir::new();
        let path = folder.path().join("object");
        client.get_object(request(), Target::File(path.clone())).await.unwrap();
        assert!(std::fs::read(&path).unwrap() == bytes, "{length}: file");
        assert_eq!(folder.names(), ["object"]);

        fail(&server, 2, cut.clone());
        let keep = Keep::default();
        client.get_object(request(), Target::Sink(Box::new(keep.clone()))).await.unwrap();
        assert!(keep.kept().content == bytes, "{length}: sink");
        assert_eq!(keep.kept().restarts, 2);

        fail(&server, 2, cut.clone());
        let outcome = client.get_object(request(), Target::Stream).await.unwrap().1;
        if matches!(outcome, GetBody::Inline(_)) {
            assert!(read(outcome).await.unwrap() == bytes, "{length}: inline");
        } else {
            // A stream in the caller's hands cannot begin again: it must say that it broke.
            let error = read(outcome).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Body, "{error:?}");
            assert!(error.details().retryable);
        }

        // Where it never ends well, nothing is left behind.
        fail(&server, 100, cut);
        let error = client.get_object(request(), Target::File(folder.path().join("other"))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Body, "{error:?}");
        assert_eq!(folder.names(), ["object"]);
    }
}
