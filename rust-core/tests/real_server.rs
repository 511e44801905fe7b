//! Against a real S3 server that no one here wrote, over http and TLS. `tests/servers/run-ceph.sh` starts one and sets
//! the variables that `tests/servers/README.md` lists; without `S3KMS_REAL_ENDPOINT` nothing is tested, loudly.
//!
//! Where that server is known to differ from S3, the difference is asserted by its name in the list: the day it
//! goes, a test here fails and says so. Without the name, S3's own behaviour is asserted.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use common::cases::repository;
use common::content::{Keep, content, pushed, read};
use common::temp::TempDir;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::rt::TokioExecutor;
use md5::{Digest as _, Md5};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use s3kms::types::ChecksumAlgorithm;
use s3kms::{
    Body, Client, ClientConfig, CopyObjectRequest, CopyObjectResult, Credentials, CustomerKey, DeleteObjectRequest,
    EncryptionContext, Error, ErrorKind, ExpectedEncryption, GetBody, GetObjectRequest, HeadObjectRequest,
    HeadObjectResult, KmsEncryption, PresignRequest, PresignResult, PutObjectFlat, PutObjectRequest, PutObjectResult,
    ServerSideEncryption, Target,
};
use serde_json::Value;

const PART: usize = 8 << 20;
const SSE: &str = "x-amz-server-side-encryption";

/// The differences that a server may be listed with, each held by the test of its name, or where its case comes up.
const HELD_HERE: [&str; 17] = [
    "asymmetric-key",
    "bucket-key",
    "complete-multipart-without-sse-headers",
    "context-completed-by-server",
    "copy-from-encrypted",
    "copy-to-kms-stores-plaintext",
    "customer-key-with-kms",
    "dsse",
    "etag-is-md5",
    "key-id-as-given",
    "kms-without-key-id",
    "sse-s3-stores-plaintext",
    "sse-s3-with-key-id",
    "trailing-checksum-over-tls",
    "unknown-key",
    "unsigned-sse-header-accepted",
    "wrong-crc32-accepted",
];
/// Those that this library has no operation to meet: boto3 holds them in `tests/servers/ceph_checks.py`.
const NO_OPERATION_OF_OURS: [&str; 1] = ["bucket-default-encryption"];

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Over {
    Http,
    Tls,
}
use Over::{Http, Tls};

/// The server under test, and the keys of one test in its bucket.
struct Real {
    bucket: String,
    key_1: String,
    key_2: String,
    prefix: String,
    differences: BTreeSet<String>,
}

fn variable(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

fn required(names: &[&str]) -> String {
    variable(names).unwrap_or_else(|| panic!("S3KMS_REAL_ENDPOINT is set, and {} is not", names.join(" or ")))
}

/// The server, or `None` and a line that even a passing test shows.
fn real() -> Option<Real> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    if variable(&["S3KMS_REAL_ENDPOINT"]).is_none() {
        // Not `eprintln!`, which the test harness hides.
        let test = std::thread::current().name().unwrap_or_default().to_owned();
        let _ = writeln!(std::io::stderr(), "*** skipped: no S3KMS_REAL_ENDPOINT: {test} ***");
        return None;
    }
    Some(Real {
        bucket: required(&["S3KMS_REAL_BUCKET"]),
        key_1: required(&["S3KMS_REAL_KEY_1", "S3KMS_REAL_KEY1"]),
        key_2: required(&["S3KMS_REAL_KEY_2", "S3KMS_REAL_KEY2"]),
        prefix: format!("rust/{}/{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)),
        differences: listed(),
    })
}

/// Names of the differences that the server is known for.
fn listed() -> BTreeSet<String> {
    let path = variable(&["S3KMS_REAL_DIFFERENCES"])
        .map_or_else(|| repository("tests/servers/ceph-expected-differences.json"), PathBuf::from);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    rows.iter().map(|row| row["case"].as_str().expect("a row names its case").to_owned()).collect()
}

fn kms(key: &str) -> ServerSideEncryption {
    ServerSideEncryption::kms(key).unwrap()
}

fn algorithm(result: &HeadObjectResult) -> Option<&str> {
    result.server_side_encryption.as_ref().map(s3kms::types::ServerSideEncryptionMethod::as_str)
}

/// The service's answer, as status and code.
fn service(error: &Error) -> (u16, &str) {
    assert_eq!(error.kind(), ErrorKind::Service, "{error}");
    (error.details().http_status, error.code().unwrap_or_default())
}

impl Real {
    fn config(over: Over) -> ClientConfig {
        let credentials = Credentials::new(
            required(&["AWS_ACCESS_KEY_ID", "S3KMS_REAL_ACCESS_KEY"]),
            required(&["AWS_SECRET_ACCESS_KEY", "S3KMS_REAL_SECRET_KEY"]),
            None,
        );
        ClientConfig {
            endpoint: Some(match over {
                Http => required(&["S3KMS_REAL_ENDPOINT"]),
                Tls => required(&["S3KMS_REAL_TLS_ENDPOINT"]),
            }),
            ca_file: (over == Tls).then(|| required(&["S3KMS_REAL_CA"])),
            region: Some(required(&["AWS_REGION", "S3KMS_REAL_REGION"])),
            credentials: Some(credentials),
            proxy: Some(String::new()),
            ..ClientConfig::default()
        }
    }

    fn client(over: Over) -> Client {
        Client::new(Self::config(over)).unwrap()
    }

    fn differs(&self, name: &str) -> bool {
        assert!(HELD_HERE.contains(&name), "{name} is missing in HELD_HERE");
        self.differences.contains(name)
    }

    fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.prefix)
    }

    fn put(&self, name: &str, encryption: ServerSideEncryption) -> PutObjectRequest {
        PutObjectRequest { encryption, ..PutObjectRequest::new(&self.bucket, self.key(name)) }
    }

    fn get(&self, name: &str) -> GetObjectRequest {
        GetObjectRequest::new(&self.bucket, self.key(name))
    }

    async fn store(&self, name: &str, encryption: ServerSideEncryption) -> Result<PutObjectResult, Error> {
        Self::client(Http).put_object(self.put(name, encryption), Body::Bytes("content".into())).await
    }

    async fn copy(&self, from: &str, to: &str, encryption: ServerSideEncryption) -> Result<CopyObjectResult, Error> {
        let request = CopyObjectRequest::new(&self.bucket, self.key(to), &self.bucket, self.key(from));
        Self::client(Http).copy_object(CopyObjectRequest { encryption, ..request }).await
    }

    async fn head(&self, name: &str) -> Result<HeadObjectResult, Error> {
        Self::client(Http).head_object(HeadObjectRequest::new(&self.bucket, self.key(name))).await
    }

    async fn read(&self, name: &str) -> Result<Vec<u8>, Error> {
        read(Self::client(Http).get_object(self.get(name), Target::Stream).await?.1).await
    }

    async fn delete(&self, name: &str) {
        Self::client(Http).delete_object(DeleteObjectRequest::new(&self.bucket, self.key(name))).await.unwrap();
    }

    /// Holds a reported key against the one that was asked for.
    fn same_key(&self, reported: Option<&str>, asked: &str) {
        let reported = reported.expect("a key is reported");
        if self.differs("key-id-as-given") {
            assert_eq!(reported, asked, "the key is no longer reported as it was given");
        } else {
            assert!(reported.starts_with("arn:") && reported.ends_with(asked), "{reported} for {asked}");
        }
    }

    fn presign(&self, name: &str, method: &str) -> PresignRequest {
        PresignRequest { method: Some(method.into()), ..PresignRequest::new(&self.bucket, self.key(name)) }
    }
}

/// An HTTP client that knows nothing of S3: status, headers and body.
async fn send(
    method: &str,
    url: &str,
    headers: &BTreeMap<String, String>,
    body: &[u8],
) -> (u16, http::HeaderMap, Bytes) {
    let mut trusted = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(required(&["S3KMS_REAL_CA"])).unwrap() {
        trusted.add(certificate.unwrap()).unwrap();
    }
    let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let connector =
        hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
    let client: HttpClient<_, Full<Bytes>> = HttpClient::builder(TokioExecutor::new()).build(connector);
    let mut request = http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let answer = client.request(request.body(Full::new(Bytes::copy_from_slice(body))).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    (head.status.as_u16(), head.headers, body.collect().await.unwrap().to_bytes())
}

async fn send_signed(signed: &PresignResult, body: &[u8]) -> (u16, http::HeaderMap, Bytes) {
    let (method, url) = (signed.method.as_deref().unwrap(), signed.url.as_deref().unwrap());
    send(method, url, &signed.signed_headers, body).await
}

#[test]
fn every_listed_difference_is_held() {
    let here: BTreeSet<&str> = HELD_HERE.into_iter().chain(NO_OPERATION_OF_OURS).collect();
    let ceph = std::fs::read_to_string(repository("tests/servers/ceph-expected-differences.json")).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&ceph).unwrap();
    let listed: BTreeSet<&str> = rows.iter().map(|row| row["case"].as_str().unwrap()).collect();
    assert_eq!(here, listed);
}

#[tokio::test]
async fn objects_under_a_key_are_put_read_and_deleted() {
    let Some(real) = real() else { return };
    let folder = TempDir::new();
    let long = content(3_000_000);
    for over in [Http, Tls] {
        let client = Real::client(over);
        let bodies = [
            ("empty", Vec::new(), Body::Bytes(Bytes::new())),
            ("bytes", long.clone(), Body::Bytes(long.clone().into())),
            ("lent", long.clone(), Body::borrowed(long.clone())),
            ("file", long.clone(), Body::File { path: folder.file("long", &long), offset: 0, length: None }),
            ("stream", long.clone(), pushed(long.clone(), true)),
            ("short stream", content(1000), pushed(content(1000), false)),
            ("ü +&?#=%,;@~!*'()/ //.txt", content(10), Body::Bytes(content(10).into())),
        ];
        for (name, expected, body) in bodies {
            let what = format!("{name} over {over:?}");
            let mut request = real.put(name, kms(&real.key_1));
            request.metadata.insert("order".into(), "a 1".into());
            request.content_type = Some("text/x-test".into());
            let stored = client.put_object(request, body).await.unwrap_or_else(|error| panic!("{what}: {error}"));
            real.same_key(stored.ssekms_key_id.as_deref(), &real.key_1);

            let request = HeadObjectRequest {
                expected_encryption: Some(ExpectedEncryption::kms(&real.key_1).unwrap()),
                ..HeadObjectRequest::new(&real.bucket, real.key(name))
            };
            let head = client.head_object(request).await.unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(algorithm(&head), Some("aws:kms"), "{what}");
            assert_eq!(head.content_length, i64::try_from(expected.len()).ok(), "{what}");
            assert_eq!(head.content_type.as_deref(), Some("text/x-test"), "{what}");
            assert_eq!(head.metadata.get("order").map(String::as_str), Some("a 1"), "{what}");

            let request = GetObjectRequest {
                expected_encryption: Some(ExpectedEncryption::kms(&real.key_1).unwrap()),
                ..real.get(name)
            };
            let (got, body) = client.get_object(request, Target::Stream).await.unwrap();
            real.same_key(got.ssekms_key_id.as_deref(), &real.key_1);
            assert!(read(body).await.unwrap() == expected, "{what}: another content");
            assert_eq!(
                client.get_object(real.get(name), Target::Stream).await.unwrap().0.e_tag,
                stored.e_tag,
                "{what}"
            );

            client.delete_object(DeleteObjectRequest::new(&real.bucket, real.key(name))).await.unwrap();
            assert_eq!(service(&real.head(name).await.unwrap_err()), (404, "NotFound"), "{what}");
            let error = client.get_object(real.get(name), Target::Stream).await.unwrap_err();
            assert_eq!(service(&error), (404, "NoSuchKey"), "{what}");
            assert!(error.details().request_id.is_some(), "{what}");
        }
    }
}

#[tokio::test]
async fn content_goes_to_files_sinks_and_ranges() {
    let Some(real) = real() else { return };
    let folder = TempDir::new();
    let all = content(3_000_000);
    for over in [Http, Tls] {
        let client = Real::client(over);
        client.put_object(real.put("a", kms(&real.key_2)), Body::Bytes(all.clone().into())).await.unwrap();
        let path = folder.path().join("got");
        let (_, body) = client.get_object(real.get("a"), Target::File(path.clone())).await.unwrap();
        assert!(matches!(body, GetBody::Delivered { length: 3_000_000 }));
        assert!(std::fs::read(&path).unwrap() == all);
        let sink = Keep::default();
        client.get_object(real.get("a"), Target::Sink(Box::new(sink.clone()))).await.unwrap();
        assert!(sink.kept().content == all && sink.kept().length == Some(3_000_000));
        let range = GetObjectRequest { range: Some("bytes=1000001-2000000".into()), ..real.get("a") };
        let (result, body) = client.get_object(range, Target::Stream).await.unwrap();
        assert_eq!(result.content_range.as_deref(), Some("bytes 1000001-2000000/3000000"));
        assert!(read(body).await.unwrap() == all[1_000_001..=2_000_000]);
    }
    real.delete("a").await;
}

#[tokio::test]
async fn an_object_under_another_key_is_not_delivered() {
    let Some(real) = real() else { return };
    real.store("a", kms(&real.key_1)).await.unwrap();
    real.store("plain", ServerSideEncryption::default()).await.unwrap();
    for over in [Http, Tls] {
        let client = Real::client(over);
        for (name, key) in [("a", &real.key_2), ("plain", &real.key_1)] {
            let expected_encryption = Some(ExpectedEncryption::kms(key).unwrap());
            let sink = Keep::default();
            let get = GetObjectRequest { expected_encryption: expected_encryption.clone(), ..real.get(name) };
            let error = client.get_object(get, Target::Sink(Box::new(sink.clone()))).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::EncryptionMismatch, "{name}: {error}");
            assert!(sink.kept().content.is_empty(), "content was delivered all the same");
            let head = HeadObjectRequest::new(&real.bucket, real.key(name));
            let error = client.head_object(HeadObjectRequest { expected_encryption, ..head }).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::EncryptionMismatch, "{name}: {error}");
        }
    }
    real.delete("a").await;
    real.delete("plain").await;
}

#[tokio::test]
async fn a_presigned_put_needs_exactly_its_headers() {
    let Some(real) = real() else { return };
    for over in [Http, Tls] {
        let request = PresignRequest { encryption: kms(&real.key_1), ..real.presign("a", "PUT") };
        let signed = Real::client(over).presign(request).await.unwrap();
        let (status, _, _) = send_signed(&signed, b"presigned").await;
        assert_eq!(status, 200, "{over:?}");
        real.same_key(real.head("a").await.unwrap().ssekms_key_id.as_deref(), &real.key_1);
        assert_eq!(real.read("a").await.unwrap(), b"presigned");

        let refused = async |headers: &BTreeMap<String, String>, what: &str| {
            let (status, _, _) = send("PUT", signed.url.as_deref().unwrap(), headers, b"forged").await;
            assert_eq!(status, 403, "{what} over {over:?}");
        };
        assert!(signed.signed_headers.contains_key(SSE), "the encryption must be sent");
        for name in signed.signed_headers.keys() {
            let mut headers = signed.signed_headers.clone();
            headers.remove(name);
            refused(&headers, &format!("without {name}")).await;
        }
        let mut headers = signed.signed_headers.clone();
        headers.insert(format!("{SSE}-aws-kms-key-id"), real.key_2.clone());
        refused(&headers, "with another key").await;
        refused(&BTreeMap::new(), "without headers").await;
        assert_eq!(real.read("a").await.unwrap(), b"presigned");
    }
    real.delete("a").await;
}

#[tokio::test]
async fn presigned_reads_and_deletes_need_no_encryption_header() {
    let Some(real) = real() else { return };
    for over in [Http, Tls] {
        real.store("ä b", kms(&real.key_2)).await.unwrap();
        let client = Real::client(over);
        let signed = client.presign(real.presign("ä b", "GET")).await.unwrap();
        assert!(signed.signed_headers.is_empty(), "{:?}", signed.signed_headers.keys());
        let (status, headers, body) = send_signed(&signed, b"").await;
        assert_eq!((status, &body[..]), (200, &b"content"[..]), "{over:?}");
        let reported = headers.get(format!("{SSE}-aws-kms-key-id")).unwrap().to_str().unwrap();
        real.same_key(Some(reported), &real.key_2);
        let signed = client.presign(real.presign("ä b", "HEAD")).await.unwrap();
        assert_eq!(send_signed(&signed, b"").await.0, 200, "{over:?}");
        // Signed for one method, and used with another.
        assert_eq!(send("GET", signed.url.as_deref().unwrap(), &BTreeMap::new(), b"").await.0, 403, "{over:?}");
        let signed = client.presign(real.presign("ä b", "DELETE")).await.unwrap();
        assert_eq!(send_signed(&signed, b"").await.0, 204, "{over:?}");
        assert_eq!(service(&real.head("ä b").await.unwrap_err()), (404, "NotFound"), "{over:?}");
    }
}

#[tokio::test]
async fn content_of_unknown_length_is_uploaded_in_parts_under_the_key() {
    let Some(real) = real() else { return };
    for over in [Http, Tls] {
        for length in [PART, 2 * PART + 4_000_001] {
            let all = content(length);
            let body = pushed(all.clone(), false);
            let request = real.put("parts", kms(&real.key_1));
            let stored = Real::client(over).put_object(request, body).await.unwrap();
            let reported = stored.server_side_encryption.as_ref().map(s3kms::types::ServerSideEncryptionMethod::as_str);
            if real.differs("complete-multipart-without-sse-headers") {
                assert_eq!((reported, stored.ssekms_key_id.as_deref()), (None, None), "now it is reported");
            } else {
                assert_eq!(reported, Some("aws:kms"));
                real.same_key(stored.ssekms_key_id.as_deref(), &real.key_1);
            }
            let head = real.head("parts").await.unwrap();
            assert_eq!(algorithm(&head), Some("aws:kms"));
            real.same_key(head.ssekms_key_id.as_deref(), &real.key_1);
            assert!(head.e_tag.as_deref().unwrap().contains('-'), "one put, and no parts: {:?}", head.e_tag);
            assert!(real.read("parts").await.unwrap() == all, "another content of {length} bytes over {over:?}");
        }
    }
    real.delete("parts").await;
}

#[tokio::test]
async fn a_customer_key_opens_what_it_closed() {
    let Some(real) = real() else { return };
    let client = Real::client(Tls);
    let key = CustomerKey::new(&[7; 32]);
    let request = real.put("a", ServerSideEncryption::CustomerKey(key.clone()));
    client.put_object(request, Body::Bytes("content".into())).await.unwrap();
    let get = GetObjectRequest { customer_key: Some(key), ..real.get("a") };
    assert_eq!(read(client.get_object(get, Target::Stream).await.unwrap().1).await.unwrap(), b"content");
    let other = GetObjectRequest { customer_key: Some(CustomerKey::new(&[8; 32])), ..real.get("a") };
    for refused in [other, real.get("a")] {
        let error = client.get_object(refused, Target::Stream).await.unwrap_err();
        assert!(matches!(service(&error).0, 400 | 403), "{error}");
    }
    real.delete("a").await;
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_refused() {
    let Some(real) = real() else { return };
    let client = Client::new(ClientConfig { ca_file: None, max_attempts: Some(1), ..Real::config(Tls) }).unwrap();
    let error = client.head_object(HeadObjectRequest::new(&real.bucket, "a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.to_string().to_lowercase().contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_wrong_secret_is_refused_with_its_code() {
    let Some(real) = real() else { return };
    for over in [Http, Tls] {
        let credentials = Credentials::new(required(&["AWS_ACCESS_KEY_ID", "S3KMS_REAL_ACCESS_KEY"]), "wrong", None);
        let client = Client::new(ClientConfig { credentials: Some(credentials), ..Real::config(over) }).unwrap();
        let error = client.put_object(real.put("a", kms(&real.key_1)), Body::Bytes("x".into())).await.unwrap_err();
        assert_eq!(service(&error), (403, "SignatureDoesNotMatch"));
    }
}

#[tokio::test]
async fn kms_without_key_id() {
    let Some(real) = real() else { return };
    let outcome = real.store("a", ServerSideEncryption::kms_managed()).await;
    if real.differs("kms-without-key-id") {
        assert_eq!(service(&outcome.unwrap_err()), (400, "InvalidArgument"));
    } else {
        assert!(outcome.unwrap().ssekms_key_id.is_some());
        real.delete("a").await;
    }
}

#[tokio::test]
async fn key_id_as_given() {
    let Some(real) = real() else { return };
    for key in [&real.key_1, &real.key_2] {
        real.same_key(real.store("a", kms(key)).await.unwrap().ssekms_key_id.as_deref(), key);
    }
    real.delete("a").await;
}

/// A key that does not exist, or is of no use: the server's own words reach the caller.
async fn refused_key(real: &Real, case: &str, key: &str, code: &str) {
    for over in [Http, Tls] {
        let client = Real::client(over);
        let error = client.put_object(real.put("a", kms(key)), Body::Bytes("x".into())).await.unwrap_err();
        if real.differs(case) {
            assert_eq!(service(&error), (403, "InvalidAccessKeyId"));
            assert!(error.details().message.contains(key), "{error}");
        } else {
            assert_eq!(service(&error), (400, code));
        }
        assert_eq!(service(&real.head("a").await.unwrap_err()), (404, "NotFound"));
    }
}

#[tokio::test]
async fn unknown_key() {
    let Some(real) = real() else { return };
    refused_key(&real, "unknown-key", "00000000-0000-4000-8000-000000000000", "KMS.NotFoundException").await;
}

#[tokio::test]
async fn asymmetric_key() {
    let Some(real) = real() else { return };
    let key = variable(&["S3KMS_REAL_KEY_ASYMMETRIC"]).unwrap_or_else(|| "asymmetric-key".to_owned());
    refused_key(&real, "asymmetric-key", &key, "KMS.UnsupportedOperationException").await;
}

#[tokio::test]
async fn context_completed_by_server() {
    let Some(real) = real() else { return };
    let encryption = ServerSideEncryption::Kms(KmsEncryption {
        context: Some(EncryptionContext::new([("tenant", "a")])),
        ..match kms(&real.key_1) {
            ServerSideEncryption::Kms(kms) => kms,
            other => panic!("{other:?}"),
        }
    });
    let stored = real.store("a", encryption).await.unwrap();
    let reported = BASE64.decode(stored.ssekms_encryption_context.expect("the context is reported")).unwrap();
    let mut pairs: BTreeMap<String, String> = serde_json::from_slice(&reported).unwrap();
    let added = pairs.remove("aws:s3:arn");
    assert!(pairs == BTreeMap::from([("tenant".into(), "a".into())]), "other pairs came back");
    assert_eq!(added.is_some(), real.differs("context-completed-by-server"));
    assert_eq!(real.read("a").await.unwrap(), b"content");
    real.delete("a").await;
}

#[tokio::test]
async fn dsse() {
    let Some(real) = real() else { return };
    let ServerSideEncryption::Kms(KmsEncryption { key, .. }) = kms(&real.key_1) else { panic!("another encryption") };
    let outcome = real.store("a", ServerSideEncryption::Dsse { key, context: None }).await;
    if real.differs("dsse") {
        assert_eq!(service(&outcome.unwrap_err()), (400, "InvalidArgument"));
    } else {
        real.same_key(outcome.unwrap().ssekms_key_id.as_deref(), &real.key_1);
        real.delete("a").await;
    }
}

#[tokio::test]
async fn bucket_key() {
    let Some(real) = real() else { return };
    let ServerSideEncryption::Kms(plain) = kms(&real.key_1) else { panic!("another encryption") };
    let encryption = ServerSideEncryption::Kms(KmsEncryption { bucket_key: Some(true), ..plain });
    let stored = real.store("a", encryption).await.unwrap();
    assert_eq!(stored.bucket_key_enabled, (!real.differs("bucket-key")).then_some(true));
    real.delete("a").await;
}

#[tokio::test]
async fn sse_s3_stores_plaintext() {
    let Some(real) = real() else { return };
    let outcome = real.store("a", ServerSideEncryption::S3).await;
    let head = real.head("a").await.unwrap();
    if real.differs("sse-s3-stores-plaintext") {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::EncryptionMismatch);
        assert_eq!(algorithm(&head), None);
    } else {
        outcome.unwrap();
        assert_eq!(algorithm(&head), Some("AES256"));
    }
    real.delete("a").await;
}

/// What that server lets pass never reaches it: the request is refused here, whatever the server.
fn refused_before_sending(flat: PutObjectFlat<'_>) {
    let error = PutObjectRequest::try_from(flat).unwrap_err();
    assert_eq!((error.kind(), error.details().http_status), (ErrorKind::InvalidArgument, 0), "{error}");
}

#[test]
fn sse_s3_with_key_id() {
    let Some(real) = real() else { return };
    let _ = real.differs("sse-s3-with-key-id");
    refused_before_sending(PutObjectFlat {
        bucket: Some(&real.bucket),
        key: Some("a"),
        server_side_encryption: Some("AES256"),
        ssekms_key_id: Some(&real.key_1),
        ..PutObjectFlat::default()
    });
}

#[test]
fn customer_key_with_kms() {
    let Some(real) = real() else { return };
    let _ = real.differs("customer-key-with-kms");
    let customer_key = BASE64.encode([7; 32]);
    refused_before_sending(PutObjectFlat {
        bucket: Some(&real.bucket),
        key: Some("a"),
        server_side_encryption: Some("aws:kms"),
        ssekms_key_id: Some(&real.key_1),
        sse_customer_key: Some(&customer_key),
        ..PutObjectFlat::default()
    });
}

#[tokio::test]
async fn copy_from_encrypted() {
    let Some(real) = real() else { return };
    real.store("source", kms(&real.key_1)).await.unwrap();
    let outcome = real.copy("source", "copy", kms(&real.key_2)).await;
    if real.differs("copy-from-encrypted") {
        assert_eq!(service(&outcome.unwrap_err()), (501, "NotImplemented"));
    } else {
        real.same_key(outcome.unwrap().ssekms_key_id.as_deref(), &real.key_2);
        assert_eq!(real.read("copy").await.unwrap(), b"content");
        real.delete("copy").await;
    }
    real.delete("source").await;
}

#[tokio::test]
async fn copy_to_kms_stores_plaintext() {
    let Some(real) = real() else { return };
    real.store("ü source", ServerSideEncryption::default()).await.unwrap();
    // Without encryption it is an ordinary copy.
    assert!(real.copy("ü source", "copy", ServerSideEncryption::default()).await.unwrap().e_tag.is_some());
    let outcome = real.copy("ü source", "copy", kms(&real.key_1)).await;
    let head = real.head("copy").await.unwrap();
    if real.differs("copy-to-kms-stores-plaintext") {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::EncryptionMismatch);
        assert_eq!(algorithm(&head), None);
    } else {
        real.same_key(outcome.unwrap().ssekms_key_id.as_deref(), &real.key_1);
        assert_eq!(algorithm(&head), Some("aws:kms"));
    }
    assert_eq!(real.read("copy").await.unwrap(), b"content");
    real.delete("ü source").await;
    real.delete("copy").await;
}

#[tokio::test]
async fn etag_is_md5() {
    let Some(real) = real() else { return };
    let stored = real.store("a", kms(&real.key_1)).await.unwrap();
    let md5 = Md5::digest(b"content").iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!(stored.e_tag.unwrap().trim_matches('"') == md5, real.differs("etag-is-md5"));
    real.delete("a").await;
}

#[tokio::test]
async fn wrong_crc32_accepted() {
    let Some(real) = real() else { return };
    let request = PutObjectRequest { checksum_crc32: Some("AAAAAA==".into()), ..real.put("a", kms(&real.key_1)) };
    let outcome = Real::client(Http).put_object(request, Body::Bytes("content".into())).await;
    if real.differs("wrong-crc32-accepted") {
        outcome.unwrap();
        real.delete("a").await;
    } else {
        assert_eq!(service(&outcome.unwrap_err()).0, 400);
    }
}

#[tokio::test]
async fn trailing_checksum_over_tls() {
    let Some(real) = real() else { return };
    let folder = TempDir::new();
    let all = content(2_000_000);
    let put = || {
        let body = Body::File { path: folder.file("a", &all), offset: 0, length: None };
        let checksum_algorithm = Some(ChecksumAlgorithm::Crc32);
        (PutObjectRequest { checksum_algorithm, ..real.put("a", kms(&real.key_1)) }, body)
    };
    let (request, body) = put();
    let outcome = Real::client(Tls).put_object(request, body).await;
    if real.differs("trailing-checksum-over-tls") {
        // The list names boto3's 411, for want of a Content-Length. We send one, and that server, which knows no
        // STREAMING-UNSIGNED-PAYLOAD-TRAILER, takes the word for the content's hash.
        assert_eq!(service(&outcome.unwrap_err()), (400, "XAmzContentSHA256Mismatch"));
        // Without a checksum, as by default, the same file is no trouble.
        let (request, body) = put();
        let request = PutObjectRequest { checksum_algorithm: None, ..request };
        Real::client(Tls).put_object(request, body).await.unwrap();
    } else {
        outcome.unwrap();
    }
    assert!(real.read("a").await.unwrap() == all);
    real.delete("a").await;
}

#[tokio::test]
async fn unsigned_sse_header_accepted() {
    let Some(real) = real() else { return };
    let signed = Real::client(Http).presign(real.presign("a", "PUT")).await.unwrap();
    assert!(signed.signed_headers.is_empty());
    let added =
        BTreeMap::from([(SSE.to_owned(), "aws:kms".to_owned()), (format!("{SSE}-aws-kms-key-id"), real.key_1.clone())]);
    let (status, _, _) = send("PUT", signed.url.as_deref().unwrap(), &added, b"content").await;
    if real.differs("unsigned-sse-header-accepted") {
        assert_eq!(status, 200);
        assert_eq!(algorithm(&real.head("a").await.unwrap()), Some("aws:kms"));
        real.delete("a").await;
    } else {
        assert_eq!(status, 403);
    }
}
