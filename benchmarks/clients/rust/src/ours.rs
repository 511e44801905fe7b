//! s3kms through its Rust API, as it comes.

use std::hint::black_box;

use s3kms::{
    Body, ClientConfig, Credentials, GetBody, GetObjectRequest, PresignRequest, PutObjectRequest, ServerSideEncryption,
    Target,
};

use crate::{BUCKET, Client, Failure, Job, KMS_KEY, Operation, REGION, Tasks, Workload};

struct Ours {
    client: s3kms::Client,
    encryption: ServerSideEncryption,
    job: Job,
}

pub fn client(job: Job) -> Result<Box<dyn Client>, Failure> {
    Tasks::boxed(job.in_flight, move || {
        let client = s3kms::Client::new(ClientConfig {
            region: Some(REGION.into()),
            endpoint: Some(job.endpoint.clone()),
            ca_file: job.ca.clone(),
            credentials: Some(Credentials::new(&*job.access_key, &*job.secret_key, None)),
            ..ClientConfig::default()
        })?;
        Ok(Ours { client, encryption: ServerSideEncryption::kms(KMS_KEY)?, job })
    })
}

impl Operation for Ours {
    async fn once(&self) -> Result<(), Failure> {
        let (bucket, key) = (BUCKET, self.job.key());
        match &self.job.workload {
            Workload::PresignPut => {
                let request = PresignRequest {
                    method: Some("PUT".into()),
                    encryption: self.encryption.clone(),
                    ..PresignRequest::new(bucket, key)
                };
                black_box(self.client.presign(request).await?);
            }
            Workload::PresignGet => {
                black_box(self.client.presign(PresignRequest::new(bucket, key)).await?);
            }
            Workload::Put => self.put(Body::Bytes(self.job.content.clone())).await?,
            Workload::PutFile(path) => {
                self.put(Body::File { path: path.into(), offset: 0, length: None }).await?;
            }
            Workload::Get => {
                let (_, body) = self.client.get_object(GetObjectRequest::new(bucket, key), Target::Stream).await?;
                let length = match body {
                    GetBody::Delivered { length } => usize::try_from(length)?,
                    GetBody::Inline(bytes) => bytes.len(),
                    GetBody::Stream(mut stream) => {
                        let mut length = 0;
                        while let Some(chunk) = stream.next(1 << 20).await? {
                            length += chunk.len();
                        }
                        length
                    }
                };
                if length != self.job.content.len() {
                    return Err(format!("{length} bytes came").into());
                }
            }
        }
        Ok(())
    }
}

impl Ours {
    async fn put(&self, body: Body) -> Result<(), Failure> {
        let request =
            PutObjectRequest { encryption: self.encryption.clone(), ..PutObjectRequest::new(BUCKET, self.job.key()) };
        black_box(self.client.put_object(request, body).await?);
        Ok(())
    }
}
