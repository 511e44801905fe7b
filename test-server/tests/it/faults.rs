//! Fault injection through the control API and through the library.

use s3kms_test_server::TestServer;
use s3kms_test_server::faults::{Action, Match, Rule, SseLie};

use crate::client::{Answer, Call, KEY_ID, SSE, server};

async fn control(server: &TestServer, method: &'static str, path: &str, body: &str) -> Answer {
    Call::new(method, path).body(body).send(server).await
}

async fn get(server: &TestServer) -> Answer {
    Call::new("GET", "/demo/a/k").signed(server).send(server).await
}

async fn with_object() -> TestServer {
    let server = server().await;
    let put = Call::new("PUT", "/demo/a/k").header(SSE, "aws:kms").body("0123456789");
    assert_eq!(put.signed(&server).send(&server).await.status, 200);
    server
}

#[tokio::test]
async fn statuses_come_as_often_as_asked_for() {
    let server = with_object().await;
    let rules = r#"[{"match":{"method":"GET","keyPrefix":"a/","times":2},"action":{"status":503}}]"#;
    assert_eq!(control(&server, "POST", "/_s3kms/faults", rules).await.text(), r#"{"added":1}"#);
    for _ in 0..2 {
        assert_eq!(get(&server).await.verdict(), (503, "SlowDown".to_owned()));
    }
    assert_eq!(get(&server).await.status, 200);
    let rules = r#"{"action":{"status":500,"code":"Custom"}}"#;
    control(&server, "POST", "/_s3kms/faults", rules).await;
    assert_eq!(get(&server).await.verdict(), (500, "Custom".to_owned()));
    control(&server, "DELETE", "/_s3kms/faults", "").await;
    assert_eq!(get(&server).await.status, 200);
}

#[tokio::test]
async fn a_planned_failure_has_no_effect() {
    let server = with_object().await;
    for action in [Action { status: Some(500), ..Action::default() }, Action { reset: true, ..Action::default() }] {
        let matching = Match { method: Some("PUT".into()), times: Some(1), ..Match::default() };
        server.faults().add(Rule { matching, action });
        let _ = Call::new("PUT", "/demo/a/k").body("changed").signed(&server).try_send(&server).await;
        assert_eq!(get(&server).await.text(), "0123456789");
    }
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    let server = with_object().await;
    server.faults().add(Rule { action: Action { reset: true, ..Action::default() }, ..Rule::default() });
    let error =
        Call::new("PUT", "/demo/a/k").body(vec![0; 1 << 20]).signed(&server).try_send(&server).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn bodies_are_truncated_and_corrupted() {
    let server = with_object().await;
    let once = |action| Rule { matching: Match { times: Some(1), ..Match::default() }, action };
    server.faults().add(once(Action { truncate_body: Some(4), ..Action::default() }));
    let cut = get(&server).await;
    assert_eq!(
        (cut.status, cut.text().as_str(), cut.header("content-length"), cut.complete),
        (200, "0123", Some("10"), false)
    );
    server.faults().add(once(Action { corrupt_byte: Some(1), ..Action::default() }));
    let corrupt = get(&server).await;
    assert_eq!((corrupt.body[0], corrupt.body[1], corrupt.complete), (b'0', !b'1', true));
    assert_eq!(get(&server).await.text(), "0123456789");
}

#[tokio::test]
async fn responses_lie_about_encryption() {
    let server = with_object().await;
    let lie = |lie| Rule {
        matching: Match { times: Some(1), ..Match::default() },
        action: Action { sse_headers: Some(lie), ..Action::default() },
    };
    server.faults().add(lie(SseLie { drop: true, ..SseLie::default() }));
    let answer = get(&server).await;
    assert_eq!((answer.status, answer.header(SSE), answer.header(KEY_ID)), (200, None, None));
    server.faults().add(lie(SseLie { algorithm: Some("AES256".into()), key_id: Some("k".into()), drop: false }));
    let answer = get(&server).await;
    assert_eq!((answer.header(SSE), answer.header(KEY_ID)), (Some("AES256"), Some("k")));
}

#[tokio::test]
async fn delays_delay() {
    let server = with_object().await;
    server.faults().add(Rule { action: Action { delay_ms: Some(150), ..Action::default() }, ..Rule::default() });
    let begun = std::time::Instant::now();
    assert_eq!(get(&server).await.status, 200);
    assert!(begun.elapsed() >= std::time::Duration::from_millis(150));
}

#[tokio::test]
async fn requests_are_counted_and_bad_rules_explained() {
    let server = with_object().await;
    get(&server).await;
    get(&server).await;
    assert_eq!(control(&server, "GET", "/_s3kms/requests", "").await.text(), r#"{"GET":2,"PUT":1}"#);
    control(&server, "DELETE", "/_s3kms/requests", "").await;
    assert!(server.requests().is_empty());
    let answer = control(&server, "POST", "/_s3kms/faults", r#"{"action":{"what":1}}"#).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("expected a rule"), "{}", answer.text());
    assert_eq!(control(&server, "GET", "/_s3kms/nothing", "").await.status, 404);
}
