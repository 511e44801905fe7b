//! TLS under the throw-away CA.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use s3kms_test_server::TestServer;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::client::{Call, SSE};

fn connector(roots: RootCertStore) -> TlsConnector {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

#[tokio::test]
async fn clients_that_trust_the_ca_are_served_and_others_are_not() {
    let server = TestServer::builder().tls_self_made().start().await.unwrap();
    let address = server.endpoint().strip_prefix("https://").unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(server.ca_pem().unwrap().as_bytes()).unwrap()).unwrap();
    for name in ["127.0.0.1", "localhost"] {
        let tcp = TcpStream::connect(address).await.unwrap();
        let tls = connector(roots.clone()).connect(ServerName::try_from(name).unwrap(), tcp).await.unwrap();
        let call = Call::new("PUT", "/demo/k").header(SSE, "aws:kms").body("x").signed(&server);
        let answer = call.send_over(tls, address).await.unwrap();
        assert_eq!((answer.status, answer.header(SSE)), (200, Some("aws:kms")), "{name}");
    }
    let tcp = TcpStream::connect(address).await.unwrap();
    let stranger = connector(RootCertStore::empty()).connect(ServerName::try_from("localhost").unwrap(), tcp).await;
    assert!(stranger.is_err());
}

#[tokio::test]
async fn unreadable_files_are_named() {
    let error = TestServer::builder().tls_files("no-chain.pem", "no-key.pem").start().await.err().unwrap();
    assert!(error.to_string().contains("no-chain.pem"), "{error}");
}
