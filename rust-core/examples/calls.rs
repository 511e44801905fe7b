//! Makes a number of calls and ends: what `dev.d/costs.py` counts instructions and system calls of.

#[path = "../tests/common/canned.rs"]
mod canned;

use bytes::Bytes;
use s3kms::{Body, Client, ClientConfig, Credentials, PresignRequest, PutObjectRequest, ServerSideEncryption};

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (what, calls) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default().parse::<u32>()?);
    let client = Client::new(ClientConfig {
        region: Some("eu-central-1".into()),
        endpoint: Some(canned::serve()),
        credentials: Some(Credentials::new("AKIDEXAMPLE", "secret", None)),
        proxy: Some(String::new()),
        ..ClientConfig::default()
    })?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        for _ in 0..calls {
            let encryption = ServerSideEncryption::kms(KEY)?;
            if what == "presign_put_kms" {
                let request =
                    PresignRequest { method: Some("PUT".into()), encryption, ..PresignRequest::new("b", "k") };
                client.presign(request).await?;
            } else {
                let request = PutObjectRequest { encryption, ..PutObjectRequest::new("b", "k") };
                client.put_object(request, Body::Bytes(Bytes::from_static(&[7; 1024]))).await?;
            }
        }
        Ok(())
    })
}
