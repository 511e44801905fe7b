//! A presigned PUT under a KMS key: ours beside aws-sdk-s3, in one run.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::config::{BehaviorVersion, Credentials as SdkCredentials, Region};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::types::ServerSideEncryption as SdkEncryption;
use criterion::{Criterion, criterion_group, criterion_main};
use s3kms::session::{CompletionSink, Response, Session};
use s3kms::{ClientConfig, Credentials, Error, PresignRequest, ServerSideEncryption};

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// Presigning completes nothing.
struct NoSink;

impl CompletionSink for NoSink {
    fn complete(&self, _: u64, _: Result<Response, Error>) {}
}

fn presign(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut group = criterion.benchmark_group("presign a PUT with KMS");

    let config = ClientConfig {
        region: Some("eu-central-1".into()),
        credentials: Some(Credentials::new("AKIDEXAMPLE", "secret", None)),
        ..ClientConfig::default()
    };
    let session = Session::new(config, runtime.handle().clone(), Arc::new(NoSink)).unwrap();
    let request = || PresignRequest {
        method: Some("PUT".into()),
        encryption: ServerSideEncryption::kms(KEY).unwrap(),
        ..PresignRequest::new("my-bucket", "folder/object.bin")
    };
    group.bench_function("s3kms", |bencher| bencher.iter(|| session.presign(request()).unwrap()));

    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SdkCredentials::new("AKIDEXAMPLE", "secret", None, None, "static"))
        .build();
    let client = aws_sdk_s3::Client::from_conf(config);
    let expiry = PresigningConfig::expires_in(Duration::from_mins(15)).unwrap();
    group.bench_function("aws-sdk-s3", |bencher| {
        bencher.iter(|| {
            let presigned = client
                .put_object()
                .bucket("my-bucket")
                .key("folder/object.bin")
                .server_side_encryption(SdkEncryption::AwsKms)
                .ssekms_key_id(KEY)
                .presigned(expiry.clone());
            runtime.block_on(presigned).unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, presign);
criterion_main!(benches);
