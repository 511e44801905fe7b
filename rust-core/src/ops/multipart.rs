//! Content of unknown length: one put if it is short, else a multipart upload whose parts grow so that ten thousand
//! of them hold whatever comes, and which is aborted when anything fails.

use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_s3::types::{self, CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};
use tokio::runtime::Handle;

use crate::body::BodyStream;
use crate::client::{Client, add_headers};
use crate::credentials::Credentials;
use crate::encryption::Carries;
use crate::error::{Error, ErrorKind};
use crate::exchange::{Call, Payload};
use crate::generated::{PutObjectRequest, PutObjectResult};
use crate::operation::{
    AbortMultipartUpload, CompleteMultipartUpload, CreateMultipartUpload, UploadPart, text, with_ids,
};
use crate::verify::{self, Reported, reported};

const PART: usize = 8 << 20;
const PARTS: i32 = 10_000;
/// After so many parts the next ones are twice as long: 10,000 parts then hold more than S3's largest object.
const PARTS_OF_A_SIZE: i32 = 1_000;

/// An upload that has begun. Owns what it needs: it may be dropped by whoever gave up waiting for its beginning.
struct Upload {
    client: Client,
    request: PutObjectRequest,
    id: String,
    /// Completed or aborted.
    ended: AtomicBool,
}

impl Client {
    pub(crate) async fn put_unknown_length(
        &self,
        request: &PutObjectRequest,
        mut stream: BodyStream,
    ) -> Result<PutObjectResult, Error> {
        let mut rest = Bytes::new();
        let first = fill(&mut stream, &mut rest, PART).await?;
        if first.len() < PART {
            return self.put(request, Payload::Bytes(first)).await;
        }
        for (field, value) in [
            ("content_md5", &request.content_md5),
            ("checksum_crc32", &request.checksum_crc32),
            ("checksum_crc32_c", &request.checksum_crc32_c),
            ("checksum_crc64_nvme", &request.checksum_crc64_nvme),
            ("checksum_sha1", &request.checksum_sha1),
            ("checksum_sha256", &request.checksum_sha256),
        ] {
            if value.is_some() {
                return Err(Error::invalid(
                    field,
                    format!("{field} needs a stream of known length: a longer one is uploaded in parts"),
                )
                .hint("Give the length, or let checksum_algorithm compute it"));
            }
        }
        // On its own: an upload whose caller gives up while it begins is known only when the answer comes, and then aborted.
        let upload = tokio::spawn(create(self.clone(), request.clone())).await;
        let upload = upload.map_err(|_| Error::internal("the beginning of an upload panicked"))??;
        match upload.fill_and_complete(stream, first, rest).await {
            Ok(result) => {
                upload.ended.store(true, Ordering::Relaxed);
                Ok(result)
            }
            Err(error) => {
                upload.abort().await;
                Err(error)
            }
        }
    }
}

async fn create(client: Client, request: PutObjectRequest) -> Result<Upload, Error> {
    let fields = request.clone();
    let input = aws_sdk_s3::operation::create_multipart_upload::CreateMultipartUploadInput::builder()
        .bucket(&request.bucket)
        .key(&request.key)
        .set_acl(fields.acl)
        .set_cache_control(fields.cache_control)
        .set_content_disposition(fields.content_disposition)
        .set_content_encoding(fields.content_encoding)
        .set_content_language(fields.content_language)
        .set_content_type(fields.content_type)
        .set_expires(fields.expires.map(Into::into))
        .set_metadata(crate::convert::sdk_map(fields.metadata))
        .set_storage_class(fields.storage_class)
        .set_tagging(fields.tagging)
        .set_website_redirect_location(fields.website_redirect_location)
        .set_object_lock_mode(fields.object_lock_mode)
        .set_object_lock_retain_until_date(fields.object_lock_retain_until_date.map(Into::into))
        .set_object_lock_legal_hold_status(fields.object_lock_legal_hold_status)
        .set_request_payer(fields.request_payer)
        .set_expected_bucket_owner(fields.expected_bucket_owner)
        .set_checksum_algorithm(fields.checksum_algorithm)
        .build()
        .map_err(|error| Error::internal(error.to_string()))?;
    let mut call = Call::<CreateMultipartUpload>::by_sdk(&request.bucket, input, |headers| {
        request.encryption.write_headers(Carries::Everything, headers);
        add_headers(headers, &request.headers)
    })?;
    call.credentials = request.credentials.as_ref();
    call.kms = request.encryption.needs_tls();
    let reply = call.run(&client.0).await?;
    let id = reply.output.upload_id.clone();
    let id = id.ok_or_else(|| Error::internal("the server began an upload without an id"))?;
    let upload = Upload { client, request, id, ended: AtomicBool::new(false) };
    // Nothing is uploaded to where it would not be encrypted as asked.
    let reported = reported!(reply.output);
    if let Err(error) = verify::written(&upload.request.encryption, reported) {
        upload.abort().await;
        return Err(with_ids(error, reply.status, &reply.headers));
    }
    Ok(upload)
}

impl Upload {
    async fn fill_and_complete(
        &self,
        mut stream: BodyStream,
        first: Bytes,
        mut rest: Bytes,
    ) -> Result<PutObjectResult, Error> {
        let mut parts = Vec::new();
        let mut part = first;
        for number in 1..=PARTS {
            let length = part_length(number);
            let is_last = part.len() < length;
            if !(part.is_empty() && number > 1) {
                parts.push(self.part(number, part).await?);
            }
            if is_last {
                return self.complete(parts).await;
            }
            part = fill(&mut stream, &mut rest, part_length(number + 1)).await?;
        }
        Err(Error::new(ErrorKind::Body, "the content is longer than S3's largest object"))
    }

    async fn part(&self, number: i32, content: Bytes) -> Result<CompletedPart, Error> {
        let input = aws_sdk_s3::operation::upload_part::UploadPartInput::builder()
            .bucket(&self.request.bucket)
            .key(&self.request.key)
            .upload_id(&self.id)
            .part_number(number)
            .set_request_payer(self.request.request_payer.clone())
            .set_expected_bucket_owner(self.request.expected_bucket_owner.clone())
            .build()
            .map_err(|error| Error::internal(error.to_string()))?;
        let mut call = Call::<UploadPart>::by_sdk(&self.request.bucket, input, |headers| {
            self.request.encryption.write_headers(Carries::CustomerKey, headers);
            Ok(())
        })?;
        call.credentials = self.request.credentials.as_ref();
        call.payload = Payload::Bytes(content);
        call.checksum = self.request.checksum_algorithm.clone();
        call.kms = self.request.encryption.needs_tls();
        let output = call.run(&self.client.0).await?.output;
        Ok(CompletedPart::builder()
            .part_number(number)
            .set_e_tag(output.e_tag)
            .set_checksum_crc32(output.checksum_crc32)
            .set_checksum_crc32_c(output.checksum_crc32_c)
            .set_checksum_crc64_nvme(output.checksum_crc64_nvme)
            .set_checksum_sha1(output.checksum_sha1)
            .set_checksum_sha256(output.checksum_sha256)
            .build())
    }

    async fn complete(&self, parts: Vec<CompletedPart>) -> Result<PutObjectResult, Error> {
        let input = aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadInput::builder()
            .bucket(&self.request.bucket)
            .key(&self.request.key)
            .upload_id(&self.id)
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build())
            .set_if_match(self.request.if_match.clone())
            .set_if_none_match(self.request.if_none_match.clone())
            .set_request_payer(self.request.request_payer.clone())
            .set_expected_bucket_owner(self.request.expected_bucket_owner.clone())
            .build()
            .map_err(|error| Error::internal(error.to_string()))?;
        let mut call = Call::<CompleteMultipartUpload>::by_sdk(&self.request.bucket, input, |_| Ok(()))?;
        call.credentials = self.request.credentials.as_ref();
        call.kms = self.request.encryption.needs_tls();
        let reply = call.run(&self.client.0).await?;
        let output = reply.output;
        // What began as asked is asked again; some servers say nothing here, and nothing is no contradiction.
        if output.server_side_encryption.is_some() && self.request.encryption.customer_key().is_none() {
            let reported = Reported {
                algorithm: output.server_side_encryption.as_ref().map(types::ServerSideEncryption::as_str),
                key: output.ssekms_key_id.as_deref(),
                ..Reported::default()
            };
            verify::written(&self.request.encryption, reported)
                .map_err(|error| with_ids(error, reply.status, &reply.headers))?;
        }
        Ok(PutObjectResult {
            e_tag: output.e_tag,
            version_id: output.version_id,
            expiration: output.expiration,
            server_side_encryption: output.server_side_encryption,
            ssekms_key_id: output.ssekms_key_id,
            bucket_key_enabled: output.bucket_key_enabled,
            checksum_crc32: output.checksum_crc32,
            checksum_crc32_c: output.checksum_crc32_c,
            checksum_crc64_nvme: output.checksum_crc64_nvme,
            checksum_sha1: output.checksum_sha1,
            checksum_sha256: output.checksum_sha256,
            request_charged: output.request_charged.map(|charged| charged.as_str().to_owned()),
            request_id: text(&reply.headers, "x-amz-request-id"),
            extended_request_id: text(&reply.headers, "x-amz-id-2"),
            http_status: Some(i64::from(reply.status.as_u16())),
            ..PutObjectResult::default()
        })
    }

    /// Ends an upload that failed.
    async fn abort(&self) {
        self.ended.store(true, Ordering::Relaxed);
        let Self { client, request, id, .. } = self;
        abort(client, &request.bucket, &request.key, id, request.credentials.as_ref()).await;
    }
}

impl Drop for Upload {
    /// The caller gave up: nobody waits for the end any more, so the abort runs on its own.
    fn drop(&mut self) {
        let Ok(runtime) = Handle::try_current() else { return };
        if *self.ended.get_mut() {
            return;
        }
        let client = self.client.clone();
        let (bucket, key, id) = (self.request.bucket.clone(), self.request.key.clone(), std::mem::take(&mut self.id));
        let credentials = self.request.credentials.clone();
        runtime.spawn(async move { abort(&client, &bucket, &key, &id, credentials.as_ref()).await });
    }
}

/// Parts that were stored cost money until they are gone. What fails here is not worth hiding the first error.
async fn abort(client: &Client, bucket: &str, key: &str, id: &str, credentials: Option<&Credentials>) {
    let input = aws_sdk_s3::operation::abort_multipart_upload::AbortMultipartUploadInput::builder()
        .bucket(bucket)
        .key(key)
        .upload_id(id)
        .build();
    let Ok(input) = input else { return };
    let Ok(mut call) = Call::<AbortMultipartUpload>::by_sdk(bucket, input, |_| Ok(())) else { return };
    call.credentials = credentials;
    if let Err(error) = call.run(&client.0).await {
        tracing::warn!(bucket, error = %error, "a multipart upload could not be aborted");
    }
}

fn part_length(number: i32) -> usize {
    PART << ((number - 1) / PARTS_OF_A_SIZE)
}

/// Gathers `length` bytes, fewer only at the end; what is over stays in `rest`.
async fn fill(stream: &mut BodyStream, rest: &mut Bytes, length: usize) -> Result<Bytes, Error> {
    let mut part = BytesMut::with_capacity(length.min(PART));
    loop {
        let taken = rest.split_to(rest.len().min(length - part.len()));
        part.extend_from_slice(&taken);
        if part.len() == length {
            return Ok(part.freeze());
        }
        match stream.next().await? {
            Some(chunk) => *rest = chunk,
            None => return Ok(part.freeze()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_parts_hold_the_largest_object() {
        let total: u64 = (1..=PARTS).map(|number| part_length(number) as u64).sum();
        assert!(total >= 5 << 40, "{total}");
        assert_eq!(part_length(1), PART);
        assert!(part_length(PARTS) <= 5 << 30);
    }
}
