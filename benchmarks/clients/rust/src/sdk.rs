//! aws-sdk-s3 with its default settings.

use std::hint::black_box;
use std::time::Duration;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

use crate::{BUCKET, Client, Failure, Job, KMS_KEY, Operation, REGION, Tasks, Workload};

struct Sdk {
    client: aws_sdk_s3::Client,
    /// Whether the content is signed, as it is by default.
    sign_payload: bool,
    job: Job,
}

pub fn client(job: Job, sign_payload: bool) -> Result<Box<dyn Client>, Failure> {
    Tasks::boxed(job.in_flight, move || {
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(&job.endpoint)
            .force_path_style(true)
            .credentials_provider(Credentials::new(&job.access_key, &job.secret_key, None, None, "static"));
        if let Some(ca) = &job.ca {
            // What the SDK builds by itself, with one more certificate to trust.
            let trust = TrustStore::default().with_pem_certificate(std::fs::read(ca)?);
            let http = aws_smithy_http_client::Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
                .tls_context(TlsContext::builder().with_trust_store(trust).build()?)
                .build_https();
            config = config.http_client(http);
        }
        Ok(Sdk { client: aws_sdk_s3::Client::from_conf(config.build()), sign_payload, job })
    })
}

impl Operation for Sdk {
    async fn once(&self) -> Result<(), Failure> {
        match &self.job.workload {
            Workload::PresignPut => {
                black_box(self.put().presigned(expiry()?).await?);
            }
            Workload::PresignGet => {
                let request = self.client.get_object().bucket(BUCKET).key(self.job.key());
                black_box(request.presigned(expiry()?).await?);
            }
            Workload::Put => self.send(ByteStream::from(self.job.content.clone())).await?,
            Workload::PutFile(path) => self.send(ByteStream::from_path(path).await?).await?,
            Workload::Get => {
                let mut answer = self.client.get_object().bucket(BUCKET).key(self.job.key()).send().await?;
                let mut length = 0;
                while let Some(chunk) = answer.body.try_next().await? {
                    length += chunk.len();
                }
                if length != self.job.content.len() {
                    return Err(format!("{length} bytes came").into());
                }
            }
        }
        Ok(())
    }
}

impl Sdk {
    fn put(&self) -> PutObjectFluentBuilder {
        let request = self.client.put_object().bucket(BUCKET).key(self.job.key());
        request.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(KMS_KEY)
    }

    async fn send(&self, body: ByteStream) -> Result<(), Failure> {
        let request = self.put().body(body);
        if self.sign_payload {
            black_box(request.send().await?);
        } else {
            black_box(request.customize().disable_payload_signing().send().await?);
        }
        Ok(())
    }
}

fn expiry() -> Result<PresigningConfig, Failure> {
    Ok(PresigningConfig::expires_in(Duration::from_mins(15))?)
}
