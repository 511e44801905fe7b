//! Keys, and content that is to be encrypted, do not cross a network in clear.

use s3kms::{
    Body, Client, ClientConfig, CopyObjectRequest, CustomerKey, Error, ErrorKind, GetObjectRequest, HeadObjectRequest,
    PresignRequest, ServerSideEncryption, Target,
};

use super::{get, put, put_kms};
use crate::common::server::{BUCKET, config_of};
use crate::strict::proxies::Proxy;

/// A client of a host that is not this machine. Its requests would all go to the proxy, which counts them.
fn client(proxy: &Proxy, change: impl FnOnce(ClientConfig) -> ClientConfig) -> Client {
    Client::new(change(ClientConfig {
        proxy: Some(proxy.url()),
        max_attempts: Some(1),
        ..config_of("http://s3.example.invalid:9000")
    }))
    .unwrap()
}

async fn every_secret_call(client: &Client) -> Vec<(&'static str, &'static str, Result<(), Error>)> {
    let customer = || CustomerKey::new(&[1; 32]);
    let kms = || ServerSideEncryption::kms("alias/first").unwrap();
    let hello = || Body::Bytes("hello".into());
    let mut with_customer = put("k");
    with_customer.encryption = ServerSideEncryption::CustomerKey(customer());
    let mut dsse = put("k");
    dsse.encryption = ServerSideEncryption::Dsse { key: None, context: None };
    let copy = || CopyObjectRequest::new(BUCKET, "k", BUCKET, "s");
    let presign = |method: &str| PresignRequest { method: Some(method.into()), ..PresignRequest::new(BUCKET, "k") };
    let algorithm = "server_side_encryption";
    vec![
        ("put", algorithm, client.put_object(put_kms("k", "alias/first"), hello()).await.map(drop)),
        ("put DSSE", algorithm, client.put_object(dsse, hello()).await.map(drop)),
        ("put SSE-C", "sse_customer_key", client.put_object(with_customer, hello()).await.map(drop)),
        ("copy", algorithm, client.copy_object(CopyObjectRequest { encryption: kms(), ..copy() }).await.map(drop)),
        (
            "copy from SSE-C",
            "copy_source_sse_customer_key",
            client
                .copy_object(CopyObjectRequest { copy_source_customer_key: Some(customer()), ..copy() })
                .await
                .map(drop),
        ),
        (
            "get SSE-C",
            "sse_customer_key",
            client
                .get_object(GetObjectRequest { customer_key: Some(customer()), ..get("k") }, Target::Stream)
                .await
                .map(drop),
        ),
        (
            "head SSE-C",
            "sse_customer_key",
            client
                .head_object(HeadObjectRequest {
                    customer_key: Some(customer()),
                    ..HeadObjectRequest::new(BUCKET, "k")
                })
                .await
                .map(drop),
        ),
        ("presign", algorithm, client.presign(PresignRequest { encryption: kms(), ..presign("PUT") }).await.map(drop)),
        (
            "presign SSE-C",
            "sse_customer_key",
            client
                .presign(PresignRequest { encryption: ServerSideEncryption::CustomerKey(customer()), ..presign("GET") })
                .await
                .map(drop),
        ),
    ]
}

#[tokio::test]
async fn over_plain_http_to_another_machine_nothing_secret_is_sent() {
    let proxy = Proxy::start(None).await;
    let client = client(&proxy, |config| config);
    for (what, field, outcome) in Box::pin(every_secret_call(&client)).await {
        let error = outcome.expect_err(what);
        assert_eq!((error.kind(), error.details().field), (ErrorKind::InvalidArgument, Some(field)), "{what}: {error}");
        let hint = error.details().hint.as_deref().unwrap_or_default();
        assert!(hint.contains("https") && hint.contains("allow_kms_over_http"), "{what}: {hint}");
    }
    assert_eq!(proxy.connections(), 0, "something was sent");
    // Without secrets plain http is the caller's choice: this reaches the proxy, which cannot reach the host.
    client.put_object(put("k"), Body::Bytes("hello".into())).await.unwrap_err();
    assert_eq!(proxy.connections(), 1);
}

#[tokio::test]
async fn whoever_trusts_the_network_can_say_so() {
    let proxy = Proxy::start(None).await;
    let client = client(&proxy, |config| ClientConfig { allow_kms_over_http: Some(true), ..config });
    let mut sent = 0;
    for (what, _, outcome) in Box::pin(every_secret_call(&client)).await {
        match outcome {
            Ok(()) => assert!(what.starts_with("presign"), "{what}"),
            Err(error) => {
                assert_eq!(error.details().http_status, 502, "{what}: {error}");
                sent += 1;
            }
        }
    }
    assert_eq!(proxy.requests().len(), sent);
}
