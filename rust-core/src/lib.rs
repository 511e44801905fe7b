//! Amazon S3 with SSE-KMS: put, copy, get, head, delete and presign, with the encryption that was asked for
//! verified in the answer.
//!
//! The crate knows nothing of C, Java or .NET. It may use the AWS SDK's model of S3 (inputs, outputs, errors and
//! their serialisers) but not its orchestrator: every operation goes through the one request path of
//! [`Client`].
//!
//! ```no_run
//! use s3kms::{Body, Client, ClientConfig, PutObjectRequest, ServerSideEncryption};
//!
//! # async fn example() -> Result<(), s3kms::Error> {
//! let client = Client::new(ClientConfig { region: Some("eu-central-1".into()), ..ClientConfig::default() })?;
//! let request = PutObjectRequest {
//!     encryption: ServerSideEncryption::kms("alias/orders")?,
//!     ..PutObjectRequest::new("my-bucket", "order-1")
//! };
//! let stored = client.put_object(request, Body::Bytes("content".into())).await?;
//! println!("encrypted under {:?}", stored.ssekms_key_id);
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod body;
mod call;
mod checksum;
mod chunked;
mod client;
mod connection;
mod convert;
mod credentials;
mod dial;
mod download;
mod encryption;
mod endpoint;
mod error;
mod exchange;
mod fetch;
mod generated;
mod hints;
mod key_id;
mod lane;
mod operation;
mod ops;
mod region;
mod registry;
mod retry;
pub mod session;
mod settings;
mod signer;
mod silence;
mod socket;
/// What [`registry`] synchronises with; the test in `model/` puts loom's in place.
mod sync {
    pub(crate) use std::sync::atomic::{AtomicUsize, Ordering};
    pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

    pub(crate) const PARTS: usize = 8;
}
mod tls;
mod transport;
mod upload;
mod verify;
mod wire;

pub use body::{Body, BodyStream, BodyWriter, Borrowed, GetBody, Sink, Target};
pub use client::Client;
pub use convert::to_millis;
pub use credentials::Credentials;
pub use download::{Chunk, DownloadStream};
pub use encryption::{CustomerKey, EncryptionContext, ExpectedEncryption, KmsEncryption, ServerSideEncryption};
pub use error::{Details, Error, ErrorKind};
pub use generated::*;
pub use key_id::{KeyId, KeyMatch};
pub use ops::PresignBatchResult;
