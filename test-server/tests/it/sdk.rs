//! aws-sdk-s3 as a client.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Config, Region};
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketVersioningStatus, ChecksumAlgorithm, ChecksumMode, CompletedMultipartUpload, CompletedPart, Delete,
    ObjectIdentifier, ServerSideEncryption, VersioningConfiguration,
};
use s3kms_test_server::TestServer;

use crate::client::{Call, server};

fn client(server: &TestServer) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(server.region().to_owned()))
        .endpoint_url(server.endpoint())
        .force_path_style(true)
        .credentials_provider(Credentials::new(server.access_key(), server.secret_key(), None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

#[tokio::test]
async fn put_get_head_and_copy_with_kms() {
    let server = server().await;
    let s3 = client(&server);
    let keys = server.keys().clone();
    let put = s3
        .put_object()
        .bucket("demo")
        .key("dir/a key+é")
        .server_side_encryption(ServerSideEncryption::AwsKms)
        .ssekms_key_id("alias/first")
        .ssekms_encryption_context("eyJhIjoiMSJ9")
        .body(ByteStream::from_static(b"hello"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (put.ssekms_key_id(), put.ssekms_encryption_context()),
        (Some(keys.first.as_str()), Some("eyJhIjoiMSJ9"))
    );
    let got = s3.get_object().bucket("demo").key("dir/a key+é").send().await.unwrap();
    assert_eq!(got.server_side_encryption(), Some(&ServerSideEncryption::AwsKms));
    assert_eq!(got.body.collect().await.unwrap().to_vec(), b"hello");
    let copied = s3
        .copy_object()
        .bucket("demo")
        .key("copy")
        .copy_source("demo/dir/a%20key%2B%C3%A9")
        .server_side_encryption(ServerSideEncryption::AwsKmsDsse)
        .ssekms_key_id(&keys.second)
        .send()
        .await
        .unwrap();
    assert_eq!(copied.ssekms_key_id(), Some(keys.second.as_str()));
    let head = s3.head_object().bucket("demo").key("copy").send().await.unwrap();
    assert_eq!(head.server_side_encryption(), Some(&ServerSideEncryption::AwsKmsDsse));
    assert_eq!(head.content_length(), Some(5));
}

#[tokio::test]
async fn refusals_arrive_as_typed_errors() {
    let server = server().await;
    let s3 = client(&server);
    let keys = server.keys().clone();
    for (key, code) in [
        ("alias/none", "KMS.NotFoundException"),
        (&keys.asymmetric, "KMS.InvalidKeyUsageException"),
        (&keys.disabled, "KMS.DisabledException"),
        (&keys.pending_deletion, "KMS.KMSInvalidStateException"),
    ] {
        let put = s3
            .put_object()
            .bucket("demo")
            .key("k")
            .server_side_encryption(ServerSideEncryption::AwsKms)
            .ssekms_key_id(key);
        let error = put.send().await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some(code));
    }
    let missing = s3.get_object().bucket("demo").key("none").send().await.unwrap_err().into_service_error();
    assert!(missing.is_no_such_key());
    assert!(s3.head_object().bucket("demo").key("none").send().await.unwrap_err().into_service_error().is_not_found());
}

#[tokio::test]
async fn presigned_put_and_get() {
    let server = server().await;
    let s3 = client(&server);
    let life = || PresigningConfig::expires_in(Duration::from_mins(1)).unwrap();
    let put = s3
        .put_object()
        .bucket("demo")
        .key("k")
        .server_side_encryption(ServerSideEncryption::AwsKms)
        .ssekms_key_id(&server.keys().first)
        .presigned(life())
        .await
        .unwrap();
    let target = |uri: &str| uri.strip_prefix(server.endpoint()).unwrap().to_owned();
    let mut call = Call::new("PUT", target(put.uri())).body("shared");
    for (name, value) in put.headers() {
        call = call.header(name, value);
    }
    assert_eq!(call.send(&server).await.status, 200);
    let get = s3.get_object().bucket("demo").key("k").presigned(life()).await.unwrap();
    assert_eq!(Call::new("GET", target(get.uri())).send(&server).await.text(), "shared");
    call.headers.pop();
    assert_eq!(call.send(&server).await.status, 403);
}

#[tokio::test]
async fn multipart_with_checksums() {
    let server = server().await;
    let s3 = client(&server);
    for algorithm in [ChecksumAlgorithm::Crc32, ChecksumAlgorithm::Sha256] {
        let upload = s3
            .create_multipart_upload()
            .bucket("demo")
            .key("big")
            .checksum_algorithm(algorithm.clone())
            .server_side_encryption(ServerSideEncryption::AwsKms)
            .bucket_key_enabled(true)
            .send()
            .await
            .unwrap();
        assert_eq!(upload.bucket_key_enabled(), Some(true));
        let id = upload.upload_id().unwrap();
        let mut parts = Vec::new();
        for (number, body) in [(1, vec![1; 5 << 20]), (2, vec![2; 9])] {
            let part = s3
                .upload_part()
                .bucket("demo")
                .key("big")
                .upload_id(id)
                .part_number(number)
                .checksum_algorithm(algorithm.clone())
                .body(body.into())
                .send()
                .await
                .unwrap();
            let done = CompletedPart::builder().part_number(number).set_e_tag(part.e_tag);
            parts.push(done.set_checksum_crc32(part.checksum_crc32).set_checksum_sha256(part.checksum_sha256).build());
        }
        let mut wrong = parts.clone();
        wrong[1].checksum_crc32 = wrong[1].checksum_crc32.take().map(|_| "AAAAAA==".to_owned());
        wrong[1].checksum_sha256 = wrong[1].checksum_sha256.take().map(|sum| sum.replace(&sum[..4], "AAAA"));
        let complete = |parts| {
            let list = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
            let request = s3.complete_multipart_upload().bucket("demo").key("big").upload_id(id);
            request.multipart_upload(list).send()
        };
        let refused = complete(wrong).await.unwrap_err().into_service_error();
        assert_eq!(refused.code(), Some("BadDigest"));
        let done = complete(parts).await.unwrap();
        assert_eq!(done.server_side_encryption(), Some(&ServerSideEncryption::AwsKms));
        let sum = done.checksum_crc32().or(done.checksum_sha256()).unwrap();
        assert!(sum.ends_with("-2"), "{sum}");
        let got = s3.get_object().bucket("demo").key("big").checksum_mode(ChecksumMode::Enabled).send().await.unwrap();
        assert_eq!(got.body.collect().await.unwrap().into_bytes().len(), (5 << 20) + 9);
    }
}

#[tokio::test]
async fn buckets_versions_and_batch_deletes() {
    let server = server().await;
    let s3 = client(&server);
    s3.create_bucket().bucket("more").send().await.unwrap();
    let versioning = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    s3.put_bucket_versioning().bucket("more").versioning_configuration(versioning).send().await.unwrap();
    for key in ["a", "b"] {
        let put = s3.put_object().bucket("more").key(key).body(ByteStream::from_static(b"x")).send().await.unwrap();
        assert!(put.version_id().is_some());
    }
    let ids = ["a", "b"].map(|key| ObjectIdentifier::builder().key(key).build().unwrap());
    let delete = Delete::builder().set_objects(Some(ids.to_vec())).build().unwrap();
    let deleted = s3.delete_objects().bucket("more").delete(delete).send().await.unwrap();
    assert!(deleted.deleted().iter().all(|d| d.delete_marker() == Some(true)));
    assert_eq!(s3.list_objects_v2().bucket("more").send().await.unwrap().key_count(), Some(0));
}
