//! The S3 operations, one module per family, behind the trait of the crate `s3s`.
//!
//! By the time an operation runs, the signature is verified, the headers are known to be signed, and
//! the encryption headers are known to be well-formed (`auth.rs`).

#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "every operation has the signature that the trait delegates to"
)]

mod bucket;
mod copy;
mod multipart;
mod object;

use std::sync::Arc;

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput, CompleteMultipartUploadOutput,
    CopyObjectInput, CopyObjectOutput, CreateBucketInput, CreateBucketOutput, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput, DeleteBucketInput,
    DeleteBucketOutput, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput,
    GetBucketEncryptionInput, GetBucketEncryptionOutput, GetBucketLocationInput, GetBucketLocationOutput,
    GetBucketVersioningInput, GetBucketVersioningOutput, GetObjectInput, GetObjectOutput, GetObjectTaggingInput,
    GetObjectTaggingOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput, HeadObjectOutput, ListBucketsInput,
    ListBucketsOutput, ListObjectsV2Input, ListObjectsV2Output, ListPartsInput, ListPartsOutput,
    PutBucketEncryptionInput, PutBucketEncryptionOutput, PutBucketVersioningInput, PutBucketVersioningOutput,
    PutObjectInput, PutObjectOutput, PutObjectTaggingInput, PutObjectTaggingOutput, UploadPartCopyInput,
    UploadPartCopyOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result};

use crate::kms::Kms;
use crate::store::Store;

/// The S3 side of the server.
#[derive(Clone)]
pub struct Service {
    /// Buckets and objects.
    pub store: Arc<Store>,
    /// Keys.
    pub kms: Arc<Kms>,
    /// The one region there is.
    pub region: String,
}

/// Writes the SSE fields that every response about an object carries. `with context` adds what only
/// put, copy and create report.
macro_rules! report_sse {
    ($output:expr, $protection:expr) => {{
        let protection = $protection;
        $output.server_side_encryption = protection.algorithm();
        $output.ssekms_key_id = protection.key_arn();
        $output.bucket_key_enabled = protection.bucket_key();
    }};
    ($output:expr, $protection:expr, customer) => {{
        let protection = $protection;
        $output.sse_customer_algorithm = protection.customer_algorithm();
        $output.sse_customer_key_md5 = protection.customer_key_md5();
        $crate::s3::report_sse!($output, protection);
    }};
    ($output:expr, $protection:expr, customer, context) => {{
        let protection = $protection;
        $output.ssekms_encryption_context = protection.context_base64();
        $crate::s3::report_sse!($output, protection, customer);
    }};
}

/// Copies the five checksum fields from a [`s3s::dto::Checksum`] to an output.
macro_rules! report_checksums {
    ($output:expr, $checksums:expr) => {{
        let checksums = $checksums;
        $output.checksum_crc32.clone_from(&checksums.checksum_crc32);
        $output.checksum_crc32c.clone_from(&checksums.checksum_crc32c);
        $output.checksum_crc64nvme.clone_from(&checksums.checksum_crc64nvme);
        $output.checksum_sha1.clone_from(&checksums.checksum_sha1);
        $output.checksum_sha256.clone_from(&checksums.checksum_sha256);
    }};
}

/// The SSE-C fields of an input.
macro_rules! customer_fields {
    ($input:expr) => {
        $crate::sse::CustomerFields {
            algorithm: $input.sse_customer_algorithm.clone(),
            key: $input.sse_customer_key.clone(),
            key_md5: $input.sse_customer_key_md5.clone(),
        }
    };
}

/// All SSE fields of an input.
macro_rules! sse_fields {
    ($input:expr) => {
        $crate::sse::SseFields {
            algorithm: $input.server_side_encryption.as_ref().map(|sse| sse.as_str().to_owned()),
            key_id: $input.ssekms_key_id.clone(),
            context: $input.ssekms_encryption_context.clone(),
            bucket_key: $input.bucket_key_enabled,
            customer: $crate::s3::customer_fields!($input),
        }
    };
}

/// The metadata fields of an input.
macro_rules! meta {
    ($input:expr) => {
        $crate::store::Meta {
            content_type: $input.content_type.clone(),
            cache_control: $input.cache_control.clone(),
            content_disposition: $input.content_disposition.clone(),
            content_encoding: $crate::s3::object::without_aws_chunked($input.content_encoding.as_deref()),
            content_language: $input.content_language.clone(),
            expires: $input.expires.clone(),
            user: $input.metadata.clone().unwrap_or_default(),
            website_redirect: $input.website_redirect_location.clone(),
        }
    };
}

use {customer_fields, meta, report_checksums, report_sse, sse_fields};

/// Delegates each operation of the trait to the function of the same name in one of the modules:
/// those that read a body, and those that answer at once.
macro_rules! operations {
    (
        reading { $($r_module:ident::$r_name:ident($r_input:ty) -> $r_output:ty;)* }
        immediate { $($module:ident::$name:ident($input:ty) -> $output:ty;)* }
    ) => {
        #[async_trait::async_trait]
        impl S3 for Service {
            $(async fn $r_name(&self, req: S3Request<$r_input>) -> S3Result<S3Response<$r_output>> {
                $r_module::$r_name(self, req).await
            })*
            $(async fn $name(&self, req: S3Request<$input>) -> S3Result<S3Response<$output>> {
                $module::$name(self, req)
            })*
        }
    };
}

operations! {
    reading {
        object::put_object(PutObjectInput) -> PutObjectOutput;
        multipart::upload_part(UploadPartInput) -> UploadPartOutput;
    }
    immediate {
        object::get_object(GetObjectInput) -> GetObjectOutput;
        object::head_object(HeadObjectInput) -> HeadObjectOutput;
        object::delete_object(DeleteObjectInput) -> DeleteObjectOutput;
        object::delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput;
        copy::copy_object(CopyObjectInput) -> CopyObjectOutput;
        object::get_object_tagging(GetObjectTaggingInput) -> GetObjectTaggingOutput;
        object::put_object_tagging(PutObjectTaggingInput) -> PutObjectTaggingOutput;
        multipart::create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput;
        multipart::upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput;
        multipart::complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput;
        multipart::abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput;
        multipart::list_parts(ListPartsInput) -> ListPartsOutput;
        bucket::create_bucket(CreateBucketInput) -> CreateBucketOutput;
        bucket::delete_bucket(DeleteBucketInput) -> DeleteBucketOutput;
        bucket::head_bucket(HeadBucketInput) -> HeadBucketOutput;
        bucket::list_buckets(ListBucketsInput) -> ListBucketsOutput;
        bucket::get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput;
        bucket::list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output;
        bucket::put_bucket_encryption(PutBucketEncryptionInput) -> PutBucketEncryptionOutput;
        bucket::get_bucket_encryption(GetBucketEncryptionInput) -> GetBucketEncryptionOutput;
        bucket::delete_bucket_encryption(DeleteBucketEncryptionInput) -> DeleteBucketEncryptionOutput;
        bucket::put_bucket_versioning(PutBucketVersioningInput) -> PutBucketVersioningOutput;
        bucket::get_bucket_versioning(GetBucketVersioningInput) -> GetBucketVersioningOutput;
    }
}
