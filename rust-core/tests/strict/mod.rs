//! One file per concern; what several of them need stands here.

use s3kms::{Client, Error, GetObjectRequest, PutObjectRequest, ServerSideEncryption, Target};
use s3kms_test_server::TestServer;
use s3kms_test_server::faults::{Action, Match, Rule};

use crate::common::content::read;
use crate::common::server::BUCKET;

mod bodies;
mod checksums;
mod connections;
mod faults;
mod forms;
mod in_clear;
mod keys;
mod lies;
mod presigned;
mod proxies;
mod tls;

pub fn put(key: &str) -> PutObjectRequest {
    PutObjectRequest::new(BUCKET, key)
}

pub fn put_kms(key: &str, kms_key: &str) -> PutObjectRequest {
    PutObjectRequest { encryption: ServerSideEncryption::kms(kms_key).unwrap(), ..put(key) }
}

pub fn get(key: &str) -> GetObjectRequest {
    GetObjectRequest::new(BUCKET, key)
}

/// The content of an object.
pub async fn fetch(client: &Client, request: GetObjectRequest) -> Result<Vec<u8>, Error> {
    let (_, body) = client.get_object(request, Target::Stream).await?;
    read(body).await
}

/// A server's fault for the next `times` requests of a method.
pub fn fault(server: &TestServer, method: &str, times: u64, action: Action) {
    let matching = Match { method: Some(method.to_owned()), key_prefix: None, times: Some(times) };
    server.faults().add(Rule { matching, action });
}

/// Requests of a method that have reached the server.
pub fn count(server: &TestServer, method: &str) -> u64 {
    server.requests().get(method).copied().unwrap_or_default()
}
