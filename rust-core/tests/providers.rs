//! Credentials that are fetched over HTTP: by the client's proxy and under its CA, or directly from what is beside the client.

mod common;

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex};

use common::server::{RawServer, read_head};
use common::temp::TempDir;
use s3kms::{Client, ClientConfig, PresignRequest};
use s3kms_test_server::tls::Tls;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

const STS: &str = "sts.eu-central-1.amazonaws.com";
/// Nobody listens there.
const DEAD_PROXY: &str = "http://127.0.0.1:9";

/// A request as a provider sent it.
struct Asked {
    head: String,
    body: String,
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Asked> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.to_ascii_lowercase();
    let length =
        length.split("content-length: ").nth(1).map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Asked { head, body: String::from_utf8(body).unwrap() })
}

async fn answer(stream: &mut (impl AsyncWrite + Unpin), status: &str, headers: &str, body: &str) {
    let answer = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len());
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn signed_with(client: &Client) -> HashMap<String, String> {
    let url = client.presign(PresignRequest::new("bucket", "key")).await.unwrap().url.unwrap();
    parameters(&url)
}

fn parameters(url: &str) -> HashMap<String, String> {
    let query = url.split('?').nth(1).unwrap().trim();
    query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_is_assumed_by_way_of_the_clients_proxy_under_the_clients_ca() {
    const GRANTED: &str = "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
        <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>\
        <SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>\
        <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser>\
        <Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>\
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";
    let tls = Tls::self_made_for(&[STS]).unwrap();
    let acceptor = TlsAcceptor::from(tls.config);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = asked.clone();
    // A proxy, at the other end of whose tunnel STS is.
    let proxy = RawServer::start(move |mut stream, _| {
        let (acceptor, kept) = (acceptor.clone(), kept.clone());
        async move {
            let tunnel = read_head(&mut stream).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let Some(request) = read(&mut stream).await else { return };
            kept.lock().unwrap().push((tunnel, request));
            answer(&mut stream, "200 OK", "content-type: text/xml\r\n", GRANTED).await;
        }
    })
    .await;
    let folder = TempDir::new();
    let token = folder.file("token", b"the.web.token");
    let profile = format!(
        "[default]\nregion = eu-central-1\nrole_arn = arn:aws:iam::111122223333:role/r\nweb_identity_token_file = {}\n",
        token.display()
    );
    let config = ClientConfig {
        region: Some("eu-central-1".into()),
        profile_file: Some(folder.file("credentials", profile.as_bytes()).display().to_string()),
        proxy: Some(proxy.endpoint.clone()),
        proxy_username: Some("me".into()),
        proxy_password: Some("pass".into()),
        ca_pem: tls.ca_pem,
        ..ClientConfig::default()
    };
    let signed = signed_with(&Client::new(config).unwrap()).await;
    assert!(signed["X-Amz-Credential"].starts_with("ASIAROLE%2F"), "{signed:?}");
    assert_eq!(signed["X-Amz-Security-Token"], "session");
    let asked = asked.lock().unwrap();
    let [(tunnel, request)] = asked.as_slice() else { panic!("{} requests", asked.len()) };
    assert!(tunnel.starts_with(&format!("CONNECT {STS}:443 ")), "{tunnel}");
    assert!(tunnel.to_ascii_lowercase().contains("proxy-authorization: basic "), "{tunnel}");
    assert!(request.head.starts_with("POST / HTTP/1.1\r\n"), "{}", request.head);
    assert!(request.head.to_ascii_lowercase().contains(&format!("host: {STS}\r\n")), "{}", request.head);
    assert!(!request.head.to_ascii_lowercase().contains("proxy-authorization"));
    assert!(request.body.contains("WebIdentityToken=the.web.token"), "{}", request.body);
}

/// Set in the process in which a test presigns by the default chain.
const CHILD: &str = "S3KMS_TEST_CHILD";

/// Presigns in a process whose environment holds nothing of AWS but what is given: the default chain reads it.
async fn presigned_in(test: &str, environment: &[(&str, String)]) -> HashMap<String, String> {
    let folder = TempDir::new();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", test, "--nocapture"]);
    let is_removed = |name: &str| name.starts_with("AWS_") || name.to_ascii_lowercase().contains("proxy");
    for (name, _) in std::env::vars().filter(|(name, _)| is_removed(name)) {
        child.env_remove(name);
    }
    child.env("HOME", folder.path()).env(CHILD, "1").envs(environment.iter().map(|(name, value)| (name, value)));
    let output = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let url = text.lines().find_map(|line| line.split_once("https://")).unwrap_or_else(|| panic!("{output:?}"));
    parameters(url.1)
}

/// In that process: true, and it has been done.
async fn presigned_here() -> bool {
    if std::env::var_os(CHILD).is_none() {
        return false;
    }
    let client = Client::new(ClientConfig { proxy: Some(DEAD_PROXY.into()), ..ClientConfig::default() }).unwrap();
    let url = client.presign(PresignRequest::new("bucket", "key")).await.unwrap().url.unwrap();
    println!("\n{url}");
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_is_asked_directly_whatever_the_proxy() {
    if presigned_here().await {
        return;
    }
    const ROLE: &str = "/latest/meta-data/iam/security-credentials/";
    let metadata = RawServer::start(|mut stream, _| async move {
        let Some(Asked { head, .. }) = read(&mut stream).await else { return };
        let path = head.split(' ').nth(1).unwrap();
        let has_token = head.contains("x-aws-ec2-metadata-token: the-token\r\n");
        let (status, body) = match path {
            "/latest/api/token" if head.starts_with("PUT ") => ("200 OK", "the-token"),
            _ if !has_token => ("401 Unauthorized", ""),
            "/latest/meta-data/placement/region" => ("200 OK", "eu-west-3"),
            ROLE => ("200 OK", "r"),
            _ if path == format!("{ROLE}r") => (
                "200 OK",
                r#"{"Code":"Success","Type":"AWS-HMAC","LastUpdated":"2026-01-01T00:00:00Z","AccessKeyId":"ASIAINSTANCE",
                "SecretAccessKey":"secret","Token":"session","Expiration":"2099-01-01T00:00:00Z"}"#,
            ),
            _ => ("404 Not Found", ""),
        };
        answer(&mut stream, status, "x-aws-ec2-metadata-token-ttl-seconds: 600\r\n", body).await;
    })
    .await;
    let signed = presigned_in(
        "an_instance_is_asked_directly_whatever_the_proxy",
        &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.endpoint.clone())],
    )
    .await;
    assert!(signed["X-Amz-Credential"].starts_with("ASIAINSTANCE%2F"), "{signed:?}");
    assert!(signed["X-Amz-Credential"].contains("%2Feu-west-3%2F"), "{signed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_containers_agent_is_asked_directly_whatever_the_proxy() {
    if presigned_here().await {
        return;
    }
    let agent = RawServer::start(|mut stream, _| async move {
        let Some(Asked { head, .. }) = read(&mut stream).await else { return };
        let is_right = head.starts_with("GET /creds?a=b HTTP/1.1\r\n") && head.contains("authorization: the-token\r\n");
        let body = r#"{"AccessKeyId":"ASIATASK","SecretAccessKey":"secret","Token":"session","Expiration":"2099-01-01T00:00:00Z"}"#;
        answer(&mut stream, if is_right { "200 OK" } else { "403 Forbidden" }, "", body).await;
    })
    .await;
    let signed = presigned_in(
        "a_containers_agent_is_asked_directly_whatever_the_proxy",
        &[
            ("AWS_REGION", "eu-central-1".to_owned()),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/creds?a=b", agent.endpoint)),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "the-token".to_owned()),
        ],
    )
    .await;
    assert!(signed["X-Amz-Credential"].starts_with("ASIATASK%2F"), "{signed:?}");
}
