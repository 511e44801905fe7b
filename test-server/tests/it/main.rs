//! The server as independent clients see it: raw requests signed by `aws-sigv4`, and `aws-sdk-s3`.
//!
//! Every rule of the server has a test here or beside its module that fails when the rule is removed.

mod client;
mod encryption;
mod faults;
mod kms_api;
mod objects;
mod processes;
mod recording;
mod sdk;
mod signatures;
mod streaming;
mod tls;
