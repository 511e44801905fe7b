//! TLS under a private CA.

use s3kms::{Body, Client, ClientConfig, ErrorKind};
use s3kms_test_server::TestServer;

use super::proxies::{ELSEWHERE, Proxy};
use super::{count, fetch, get, put, put_kms};
use crate::common::content::{content, pushed};
use crate::common::server::{config, strict};
use crate::common::temp::TempDir;

/// A CA that has signed nothing. Its key was thrown away.
const UNRELATED_CA: &str = "-----BEGIN CERTIFICATE-----
MIIBjDCCATGgAwIBAgIUCJe84dQOUgO5j6WTnsbJZCZNeQ4wCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPQW4gdW5yZWxhdGVkIENBMCAXDTI2MTEyNDA3NTQwMloYDzIx
MjYxMDMxMDc1NDAyWjAaMRgwFgYDVQQDDA9BbiB1bnJlbGF0ZWQgQ0EwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARiDeRKN67vErsfCsuAkf3IV6BO8535NWasolwQ
mDxHKxfbolMlUHGCm9wmQ3fgTZSKeBiSStNolTOT+kH2tX5Wo1MwUTAdBgNVHQ4E
FgQU/wLWWoevHtz2j5W5cQO89kkDXEIwHwYDVR0jBBgwFoAU/wLWWoevHtz2j5W5
cQO89kkDXEIwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAn7k1
7hBq9OIReggGDQofO9qeX1C6xQ21NjvGR92hWMICIQCK+R8vVhkwXglEQicd7Pvp
WrNoZelE5ok7hIkESOiw/g==
-----END CERTIFICATE-----
";

pub async fn server() -> TestServer {
    TestServer::builder().tls_self_made().start().await.unwrap()
}

/// A configuration that trusts the server's CA.
pub fn trusting(server: &TestServer) -> ClientConfig {
    ClientConfig { ca_pem: server.ca_pem().map(str::to_owned), ..config(server) }
}

#[tokio::test]
async fn a_private_ca_is_trusted_by_its_text_or_file() {
    let server = server().await;
    let folder = TempDir::new();
    let bytes = content((9 << 20) + 1);
    let path = folder.file("content", &bytes);
    let ca_file = folder.file("ca.pem", server.ca_pem().unwrap().as_bytes());
    let by_file = ClientConfig { ca_file: ca_file.to_str().map(str::to_owned), ..config(&server) };
    let signing = ClientConfig { sign_payload: Some(true), ..trusting(&server) };
    for config in [trusting(&server), by_file, signing] {
        let client = Client::new(config).unwrap();
        let bodies = [
            ("bytes", Body::Bytes(bytes.clone().into())),
            ("file", Body::File { path: path.clone(), offset: 0, length: None }),
            ("known stream", pushed(bytes.clone(), true)),
            ("unknown stream", pushed(bytes.clone(), false)),
        ];
        for (kind, body) in bodies {
            let stored = client.put_object(put_kms(kind, "alias/first"), body).await;
            let stored = stored.unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert_eq!(stored.ssekms_key_id.as_deref(), Some(server.keys().first.as_str()));
            assert!(fetch(&client, get(kind)).await.unwrap() == bytes, "{kind}: other content");
        }
    }
}

#[tokio::test]
async fn a_server_of_an_unknown_ca_is_refused_in_clear_words() {
    let server = server().await;
    let config = ClientConfig { ca_pem: Some(UNRELATED_CA.into()), max_attempts: Some(1), ..config(&server) };
    let client = Client::new(config).unwrap();
    let error = client.put_object(put("k"), Body::Bytes("hello".into())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    let text = error.to_string();
    assert!(text.contains("certificate") && text.contains("UnknownIssuer"), "{text}");
    assert!(error.details().hint.as_deref().is_some_and(|hint| hint.contains("ca_file")), "{text}");
    assert_eq!(count(&server, "PUT"), 0, "a request was sent to a server that is not trusted");
}

#[tokio::test]
async fn a_certificate_of_another_name_is_refused() {
    let server = server().await;
    // The proxy knows the way to this host; the certificate names localhost and addresses only.
    let proxy = Proxy::start(None).await;
    let config = ClientConfig {
        endpoint: Some(server.endpoint().replace("127.0.0.1", ELSEWHERE)),
        proxy: Some(proxy.url()),
        max_attempts: Some(1),
        ..trusting(&server)
    };
    let error = Client::new(config).unwrap().put_object(put("k"), Body::Bytes("hello".into())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    let text = error.to_string();
    assert!(text.contains("certificate") && text.contains(ELSEWHERE), "{text}");
    assert_eq!((proxy.connections(), count(&server, "PUT")), (1, 0));
}

#[tokio::test]
async fn tls_towards_a_server_without_it_and_the_other_way_round_are_connection_errors() {
    let (plain, tls) = (strict().await, server().await);
    for (endpoint, server) in
        [(plain.endpoint().replace("http:", "https:"), &plain), (tls.endpoint().replace("https:", "http:"), &tls)]
    {
        let config = ClientConfig { endpoint: Some(endpoint), max_attempts: Some(1), ..trusting(&tls) };
        let error = Client::new(config).unwrap().put_object(put("k"), Body::Bytes("x".into())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert_eq!(count(server, "PUT"), 0);
    }
}

#[tokio::test]
async fn a_ca_that_cannot_be_read_is_refused_by_its_field() {
    let server = server().await;
    let folder = TempDir::new();
    let empty = folder.file("empty.pem", b"nothing");
    let missing = folder.path().join("missing.pem");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned();
    let path = |path: &std::path::Path| path.to_str().map(str::to_owned);
    let table = [
        (ClientConfig { ca_file: path(&missing), ..config(&server) }, "ca_file"),
        (ClientConfig { ca_file: path(&empty), ..config(&server) }, "ca_file"),
        (ClientConfig { ca_pem: Some("nothing".into()), ..config(&server) }, "ca_pem"),
        (ClientConfig { ca_pem: Some(broken), ..config(&server) }, "ca_pem"),
    ];
    for (config, field) in table {
        let error = Client::new(config).err().unwrap_or_else(|| panic!("{field} was taken"));
        assert_eq!((error.kind(), error.details().field), (ErrorKind::InvalidArgument, Some(field)), "{error}");
    }
}
