//! A strict S3 and KMS server, and a recording server, for tests and demos of s3kms.
//!
//! [`TestServer`] verifies what real S3 verifies and what other S3 stores let pass: every `x-amz-*`
//! header must be signed, encryption headers stand only where S3 takes them, keys must be usable, and
//! objects are really encrypted in memory. It shares no code with the client's signer, so that one
//! mistake cannot hide in both. It is not a store: nothing is durable, there are no policies, and it
//! listens on loopback only.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
//! let server = s3kms_test_server::TestServer::builder().bucket("photos").start().await?;
//! println!("{} {}", server.endpoint(), server.keys().first);
//! # Ok(()) }
//! ```

pub mod auth;
pub mod cli;
mod conditions;
mod crypto;
pub mod error;
pub mod faults;
mod form;
mod front;
mod integrity;
mod io;
pub mod kms;
mod kms_api;
mod random;
pub mod recording;
mod s3;
mod server;
mod sigv4;
mod sse;
mod store;
pub mod tls;

pub use recording::RecordingServer;
pub use server::{Builder, KeyArns, TestServer};
