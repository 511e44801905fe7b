//! The KMS API: signed, and about the same keys as S3.

use s3kms_test_server::TestServer;
use serde_json::{Value, json};

use crate::client::{Call, KEY_ID, SSE, Signing, server};

async fn call(server: &TestServer, operation: &str, input: &Value) -> (u16, Value) {
    let how = Signing { service: "kms", ..Signing::of(server) };
    call_with(server, operation, input, &how).await
}

async fn call_with(server: &TestServer, operation: &str, input: &Value, how: &Signing) -> (u16, Value) {
    let call = Call::new("POST", "/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("TrentService.{operation}"))
        .body(input.to_string())
        .signed_with(server, how)
        .0;
    let answer = call.send(server).await;
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

#[tokio::test]
async fn keys_made_by_the_api_are_keys_of_s3() {
    let server = server().await;
    let (status, made) = call(&server, "CreateKey", &json!({})).await;
    let arn = made["KeyMetadata"]["Arn"].as_str().unwrap();
    assert_eq!((status, made["KeyMetadata"]["KeySpec"].as_str()), (200, Some("SYMMETRIC_DEFAULT")));
    let alias = json!({"AliasName": "alias/mine", "TargetKeyId": arn});
    assert_eq!(call(&server, "CreateAlias", &alias).await.0, 200);
    assert_eq!(call(&server, "CreateAlias", &alias).await.1["__type"], "AlreadyExistsException");
    let put = || Call::new("PUT", "/demo/k").headers(&[(SSE, "aws:kms"), (KEY_ID, "alias/mine")]).signed(&server);
    assert_eq!(put().send(&server).await.header(KEY_ID), Some(arn));
    call(&server, "DisableKey", &json!({"KeyId": arn})).await;
    assert_eq!(put().send(&server).await.verdict(), (400, "KMS.DisabledException".to_owned()));
    call(&server, "EnableKey", &json!({"KeyId": arn})).await;
    assert_eq!(put().send(&server).await.status, 200);
}

#[tokio::test]
async fn descriptions_name_kind_and_state() {
    let server = server().await;
    let keys = server.keys().clone();
    let table = [
        (keys.managed.as_str(), "SYMMETRIC_DEFAULT", "Enabled", "AWS"),
        ("alias/first", "SYMMETRIC_DEFAULT", "Enabled", "CUSTOMER"),
        (&keys.asymmetric, "RSA_2048", "Enabled", "CUSTOMER"),
        (&keys.disabled, "SYMMETRIC_DEFAULT", "Disabled", "CUSTOMER"),
        (&keys.pending_deletion, "SYMMETRIC_DEFAULT", "PendingDeletion", "CUSTOMER"),
    ];
    for (key, spec, state, manager) in table {
        let (_, answer) = call(&server, "DescribeKey", &json!({"KeyId": key})).await;
        let found = &answer["KeyMetadata"];
        assert_eq!(
            (&found["KeySpec"], &found["KeyState"], &found["KeyManager"]),
            (&json!(spec), &json!(state), &json!(manager))
        );
    }
    let (status, answer) = call(&server, "DescribeKey", &json!({"KeyId": keys.other_region})).await;
    assert_eq!((status, &answer["__type"]), (400, &json!("NotFoundException")));
}

#[tokio::test]
async fn nothing_happens_without_a_good_signature_and_good_input() {
    let server = server().await;
    let of = || Signing { service: "kms", ..Signing::of(&server) };
    let old = std::time::SystemTime::now() - std::time::Duration::from_mins(20);
    let table = [
        (Signing { secret_key: "x".into(), ..of() }, "InvalidSignatureException"),
        (Signing { access_key: "x".into(), ..of() }, "UnrecognizedClientException"),
        (Signing { region: "eu-west-1".into(), ..of() }, "InvalidSignatureException"),
        (Signing { service: "s3", ..of() }, "InvalidSignatureException"),
        (Signing { time: old, ..of() }, "InvalidSignatureException"),
        (Signing { token: Some("t".into()), ..of() }, "UnrecognizedClientException"),
    ];
    for (how, code) in table {
        assert_eq!(call_with(&server, "CreateKey", &json!({}), &how).await.1["__type"], code);
    }
    let unsigned =
        Call::new("POST", "/").header("x-amz-target", "TrentService.CreateKey").body("{}").send(&server).await;
    assert!(unsigned.text().contains("MissingAuthenticationTokenException"));
    for (operation, input, code) in [
        ("DescribeKey", json!({}), "ValidationException"),
        ("CreateKey", json!({"KeySpec": "RSA_2048", "KeyUsage": "GENERATE_VERIFY_MAC"}), "ValidationException"),
        ("CreateAlias", json!({"AliasName": "alias/aws/x", "TargetKeyId": "alias/first"}), "ValidationException"),
        ("Decrypt", json!({}), "UnknownOperationException"),
    ] {
        assert_eq!(call(&server, operation, &input).await.1["__type"], code, "{operation}");
    }
}
