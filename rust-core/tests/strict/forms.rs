//! Every operation with every form of encryption.

use s3kms::{
    Body, Client, CopyObjectRequest, CustomerKey, DeleteObjectRequest, EncryptionContext, ErrorKind,
    ExpectedEncryption, GetObjectRequest, HeadObjectRequest, KeyId, KmsEncryption, ServerSideEncryption,
};
use s3kms_test_server::TestServer;

use super::{fetch, get, put};
use crate::common::content::{content, pushed};
use crate::common::server::{BUCKET, client, strict};
use crate::common::temp::TempDir;

/// A form of encryption, and what the server must report of it.
struct Form {
    name: &'static str,
    encryption: ServerSideEncryption,
    algorithm: Option<&'static str>,
    key: Option<String>,
    context: Option<String>,
    bucket_key: Option<bool>,
}

impl Form {
    fn customer_key(&self) -> Option<CustomerKey> {
        match &self.encryption {
            ServerSideEncryption::CustomerKey(key) => Some(key.clone()),
            _ => None,
        }
    }
}

fn forms(server: &TestServer) -> Vec<Form> {
    let keys = server.keys();
    let form = |name, encryption, algorithm, key: Option<&str>| Form {
        name,
        encryption,
        algorithm,
        key: key.map(str::to_owned),
        context: None,
        bucket_key: None,
    };
    let kms =
        |name, key: &str, arn: &str| form(name, ServerSideEncryption::kms(key).unwrap(), Some("aws:kms"), Some(arn));
    let first = keys.first.as_str();
    let id = first.rsplit('/').next().unwrap();
    let alias_arn = first.replace(&format!("key/{id}"), "alias/first");
    let context = EncryptionContext::new([("department", "finance"), ("a", "1")]);
    let key = || Some(KeyId::parse(first, "key").unwrap());
    vec![
        form("nothing asked for", ServerSideEncryption::default(), Some("AES256"), None),
        form("SSE-S3", ServerSideEncryption::S3, Some("AES256"), None),
        form("managed key", ServerSideEncryption::kms_managed(), Some("aws:kms"), Some(&keys.managed)),
        kms("key id", id, first),
        kms("key ARN", first, first),
        kms("alias", "alias/second", &keys.second),
        kms("alias ARN", &alias_arn, first),
        Form {
            context: Some(context.as_base64().to_owned()),
            ..form(
                "context",
                ServerSideEncryption::Kms(KmsEncryption {
                    key: key(),
                    context: Some(context.clone()),
                    bucket_key: Some(false),
                }),
                Some("aws:kms"),
                Some(first),
            )
        },
        Form {
            bucket_key: Some(true),
            ..form(
                "bucket key",
                ServerSideEncryption::Kms(KmsEncryption { key: key(), context: None, bucket_key: Some(true) }),
                Some("aws:kms"),
                Some(first),
            )
        },
        Form {
            context: Some(context.as_base64().to_owned()),
            ..form(
                "DSSE",
                ServerSideEncryption::Dsse { key: key(), context: Some(context) },
                Some("aws:kms:dsse"),
                Some(first),
            )
        },
        form("customer key", ServerSideEncryption::CustomerKey(CustomerKey::new(&[7; 32])), None, None),
    ]
}

/// Asserts what an answer says of the encryption.
macro_rules! assert_reported {
    ($form:expr, $result:expr, $what:expr) => {{
        let (form, result, what) = (&$form, &$result, format!("{}: {}", $form.name, $what));
        assert_eq!(result.server_side_encryption.as_ref().map(|name| name.as_str()), form.algorithm, "{what}");
        assert_eq!(result.ssekms_key_id, form.key, "{what}");
        assert_eq!(result.bucket_key_enabled, form.bucket_key, "{what}");
        let customer = form.customer_key();
        assert_eq!(result.sse_customer_algorithm.as_deref(), customer.as_ref().map(|_| "AES256"), "{what}");
        assert_eq!(result.sse_customer_key_md5.as_deref(), customer.as_ref().map(CustomerKey::md5), "{what}");
        assert!(result.request_id.is_some() && result.extended_request_id.is_some(), "{what}");
    }};
}

#[tokio::test]
async fn what_is_put_in_any_form_comes_back_the_same_and_reports_its_encryption() {
    let server = strict().await;
    let client = client(&server);
    let folder = TempDir::new();
    let bytes = content(3001);
    let path = folder.file("content", &bytes);
    for (number, form) in forms(&server).iter().enumerate() {
        let bodies = [
            ("bytes", Body::Bytes(bytes.clone().into())),
            ("lent", Body::borrowed(bytes.clone())),
            ("file", Body::File { path: path.clone(), offset: 0, length: None }),
            ("known stream", pushed(bytes.clone(), true)),
            ("unknown stream", pushed(bytes.clone(), false)),
        ];
        for (kind, body) in bodies {
            // Characters that must be encoded, each in its own way.
            let key = format!("{number}/a b+ü?#&=%~//{kind}");
            let mut request = put(&key);
            request.encryption = form.encryption.clone();
            request.metadata = [("owner".to_owned(), "me & you".to_owned())].into();
            request.content_type = Some("text/plain".into());
            let stored =
                client.put_object(request, body).await.unwrap_or_else(|error| panic!("{} {kind}: {error}", form.name));
            assert_reported!(form, stored, kind);
            assert_eq!(stored.ssekms_encryption_context, form.context, "{} {kind}", form.name);

            let request = GetObjectRequest { customer_key: form.customer_key(), ..get(&key) };
            let (result, body) = client.get_object(request, s3kms::Target::Stream).await.unwrap();
            assert_reported!(form, result, kind);
            assert_eq!(result.metadata["owner"], "me & you");
            assert_eq!(result.content_type.as_deref(), Some("text/plain"));
            assert_eq!(result.e_tag, stored.e_tag);
            let content = crate::common::content::read(body).await.unwrap();
            assert!(content == bytes, "{} {kind}: other content", form.name);

            let head = HeadObjectRequest { customer_key: form.customer_key(), ..HeadObjectRequest::new(BUCKET, &key) };
            let head = client.head_object(head).await.unwrap();
            assert_reported!(form, head, kind);
            assert_eq!((head.content_length, &head.e_tag), (Some(3001), &stored.e_tag), "{} {kind}", form.name);
        }
    }
}

#[tokio::test]
async fn a_copy_has_the_encryption_that_it_asks_for_whatever_its_source_has() {
    let server = strict().await;
    let client = client(&server);
    let bytes = content(70_000);
    let forms = forms(&server);
    for (from, source) in forms.iter().enumerate() {
        let source_key = format!("source {from}+ü");
        let request = s3kms::PutObjectRequest { encryption: source.encryption.clone(), ..put(&source_key) };
        client.put_object(request, Body::Bytes(bytes.clone().into())).await.unwrap();
        for (to, target) in forms.iter().enumerate() {
            let what = format!("{} to {}", source.name, target.name);
            let key = format!("copy {from} {to}");
            let request = CopyObjectRequest {
                encryption: target.encryption.clone(),
                copy_source_customer_key: source.customer_key(),
                ..CopyObjectRequest::new(BUCKET, &key, BUCKET, &source_key)
            };
            let copied = client.copy_object(request).await.unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_reported!(target, copied, what);
            assert_eq!(copied.ssekms_encryption_context, target.context, "{what}");
            assert!(copied.e_tag.is_some() && copied.last_modified.is_some(), "{what}");
            let request = GetObjectRequest { customer_key: target.customer_key(), ..get(&key) };
            assert!(fetch(&client, request).await.unwrap() == bytes, "{what}: other content");
        }
    }
}

#[tokio::test]
async fn a_customer_key_is_needed_and_must_be_the_same() {
    let server = strict().await;
    let client = client(&server);
    let (right, wrong) = (CustomerKey::new(&[1; 32]), CustomerKey::new(&[2; 32]));
    let mut request = put("k");
    request.encryption = ServerSideEncryption::CustomerKey(right.clone());
    client.put_object(request, Body::Bytes("hello".into())).await.unwrap();
    for (key, status) in [(None, 400), (Some(wrong), 403)] {
        let error = fetch(&client, GetObjectRequest { customer_key: key.clone(), ..get("k") }).await.unwrap_err();
        assert_eq!((error.kind(), error.details().http_status), (ErrorKind::Service, status), "{error:?}");
        let request = HeadObjectRequest { customer_key: key.clone(), ..HeadObjectRequest::new(BUCKET, "k") };
        assert_eq!(client.head_object(request).await.unwrap_err().details().http_status, status);
        let request =
            CopyObjectRequest { copy_source_customer_key: key, ..CopyObjectRequest::new(BUCKET, "copy", BUCKET, "k") };
        assert_eq!(client.copy_object(request).await.unwrap_err().details().http_status, status);
    }
    assert_eq!(fetch(&client, GetObjectRequest { customer_key: Some(right), ..get("k") }).await.unwrap(), b"hello");
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let server = strict().await;
    let client = client(&server);
    client.put_object(put("a b"), Body::Bytes("hello".into())).await.unwrap();
    for _ in 0..2 {
        let result = client.delete_object(DeleteObjectRequest::new(BUCKET, "a b")).await.unwrap();
        assert_eq!(result.http_status, Some(204)); // deleting what is not there succeeds as well
    }
    let error = fetch(&client, get("a b")).await.unwrap_err();
    assert_eq!((error.code(), error.details().http_status), (Some("NoSuchKey"), 404));
    let error = client.head_object(HeadObjectRequest::new(BUCKET, "a b")).await.unwrap_err();
    assert_eq!((error.kind(), error.details().http_status), (ErrorKind::Service, 404));
    let error = client.put_object(s3kms::PutObjectRequest::new("nobucket", "k"), Body::Bytes("x".into())).await;
    let error = error.unwrap_err();
    assert_eq!(error.code(), Some("NoSuchBucket"));
    assert!(error.details().hint.is_some() && error.details().request_id.is_some());
}

/// Expectations that hold are no obstacle; those that do not stand in `lies`.
#[tokio::test]
async fn an_object_that_is_encrypted_as_expected_is_read() {
    let server = strict().await;
    let client: Client = client(&server);
    client.put_object(super::put_kms("k", "alias/first"), Body::Bytes("hello".into())).await.unwrap();
    for name in [server.keys().first.as_str(), "alias/first", server.keys().first.rsplit('/').next().unwrap()] {
        let expected_encryption = Some(ExpectedEncryption::kms(name).unwrap());
        let request = GetObjectRequest { expected_encryption: expected_encryption.clone(), ..get("k") };
        assert_eq!(fetch(&client, request).await.unwrap(), b"hello", "{name}");
        client
            .head_object(HeadObjectRequest { expected_encryption, ..HeadObjectRequest::new(BUCKET, "k") })
            .await
            .unwrap();
    }
}
