//! Buckets: create, delete, head, list, default encryption, versioning.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use s3s::dto::{
    Bucket as BucketDto, BucketLocationConstraint, BucketVersioningStatus, CommonPrefix, CreateBucketInput,
    CreateBucketOutput, DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput, DeleteBucketInput,
    DeleteBucketOutput, ETag, EncodingType, GetBucketEncryptionInput, GetBucketEncryptionOutput,
    GetBucketLocationInput, GetBucketLocationOutput, GetBucketVersioningInput, GetBucketVersioningOutput,
    HeadBucketInput, HeadBucketOutput, ListBucketsInput, ListBucketsOutput, ListObjectsV2Input, ListObjectsV2Output,
    Object as ObjectDto, ObjectStorageClass, PutBucketEncryptionInput, PutBucketEncryptionOutput,
    PutBucketVersioningInput, PutBucketVersioningOutput, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};
use s3s::{S3Request, S3Response, S3Result};

use super::Service;
use crate::error::{invalid_argument, s3_error};
use crate::sse::BucketEncryption;
use crate::store::{Bucket, Versioning};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
pub fn create_bucket(service: &Service, req: S3Request<CreateBucketInput>) -> S3Result<S3Response<CreateBucketOutput>> {
    let name = req.input.bucket;
    let mut buckets = service.store.buckets();
    if buckets.contains_key(&name) {
        return Err(s3_error(
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        ));
    }
    let location = Some(format!("/{name}"));
    buckets.insert(name, Bucket::default());
    Ok(S3Response::new(CreateBucketOutput { location }))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>
pub fn delete_bucket(service: &Service, req: S3Request<DeleteBucketInput>) -> S3Result<S3Response<DeleteBucketOutput>> {
    let name = req.input.bucket;
    service.store.with(&name, |bucket| {
        if bucket.objects.is_empty() {
            Ok(())
        } else {
            Err(s3_error(409, "BucketNotEmpty", "The bucket you tried to delete is not empty"))
        }
    })?;
    service.store.buckets().remove(&name);
    Ok(S3Response::with_status(DeleteBucketOutput::default(), http::StatusCode::NO_CONTENT))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>
pub fn head_bucket(service: &Service, req: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
    service.store.with(&req.input.bucket, |_| Ok(()))?;
    let output = HeadBucketOutput { bucket_region: Some(service.region.clone()), ..HeadBucketOutput::default() };
    Ok(S3Response::new(output))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>
pub fn list_buckets(service: &Service, _req: S3Request<ListBucketsInput>) -> S3Result<S3Response<ListBucketsOutput>> {
    let buckets = service.store.buckets();
    let entry = |(name, bucket): (&String, &Bucket)| BucketDto {
        name: Some(name.clone()),
        creation_date: Some(bucket.created.into()),
        ..BucketDto::default()
    };
    let buckets = Some(buckets.iter().map(entry).collect());
    Ok(S3Response::new(ListBucketsOutput { buckets, ..ListBucketsOutput::default() }))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>
pub fn get_bucket_location(
    service: &Service,
    req: S3Request<GetBucketLocationInput>,
) -> S3Result<S3Response<GetBucketLocationOutput>> {
    service.store.with(&req.input.bucket, |_| Ok(()))?;
    // The oldest region has no constraint.
    let constraint = (service.region != "us-east-1").then(|| BucketLocationConstraint::from(service.region.clone()));
    Ok(S3Response::new(GetBucketLocationOutput { location_constraint: constraint }))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
pub fn list_objects_v2(
    service: &Service,
    req: S3Request<ListObjectsV2Input>,
) -> S3Result<S3Response<ListObjectsV2Output>> {
    let input = req.input;
    let prefix = input.prefix.clone().unwrap_or_default();
    let limit = usize::try_from(input.max_keys.unwrap_or(1000).clamp(0, 1000)).unwrap_or(1000);
    let after = match &input.continuation_token {
        Some(token) => Some(
            URL_SAFE_NO_PAD
                .decode(token)
                .ok()
                .and_then(|raw| String::from_utf8(raw).ok())
                .ok_or_else(|| invalid_argument("The continuation token provided is incorrect"))?,
        ),
        None => input.start_after.clone(),
    };
    let encode = input.encoding_type.as_ref().is_some_and(|kind| kind.as_str() == EncodingType::URL);
    let shown = |text: &str| if encode { url_encode(text) } else { text.to_owned() };
    let delimiter = input.delimiter.clone().filter(|d| !d.is_empty());
    let mut contents = Vec::new();
    let mut groups = BTreeSet::new();
    let mut last = None;
    let mut truncated = false;
    service.store.with(&input.bucket, |bucket| {
        for key in bucket.objects.keys().filter(|key| key.starts_with(&prefix)) {
            let group = delimiter.as_deref().and_then(|d| {
                let rest = &key[prefix.len()..];
                rest.find(d).map(|at| format!("{prefix}{}", &rest[..at + d.len()]))
            });
            let place = group.as_deref().unwrap_or(key);
            if after.as_deref().is_some_and(|after| place <= after) {
                continue;
            }
            let Some(object) = bucket.current(key) else { continue };
            if group.as_ref().is_some_and(|group| groups.contains(group)) {
                continue;
            }
            if contents.len() + groups.len() == limit {
                truncated = limit > 0;
                break;
            }
            last = Some(place.to_owned());
            if let Some(group) = group {
                groups.insert(group);
                continue;
            }
            contents.push(ObjectDto {
                key: Some(shown(key)),
                e_tag: Some(ETag::Strong(object.etag.clone())),
                last_modified: Some(object.modified.into()),
                size: i64::try_from(object.sealed.len).ok(),
                storage_class: Some(ObjectStorageClass::from(object.storage_class.clone())),
                ..ObjectDto::default()
            });
        }
        Ok(())
    })?;
    let output = ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: Some(shown(&prefix)),
        max_keys: i32::try_from(limit).ok(),
        key_count: i32::try_from(contents.len() + groups.len()).ok(),
        continuation_token: input.continuation_token,
        is_truncated: Some(truncated),
        next_continuation_token: last.filter(|_| truncated).map(|key| URL_SAFE_NO_PAD.encode(key)),
        contents: Some(contents),
        common_prefixes: Some(groups.iter().map(|group| CommonPrefix { prefix: Some(shown(group)) }).collect()),
        delimiter: delimiter.as_deref().map(shown),
        encoding_type: input.encoding_type,
        start_after: input.start_after.as_deref().map(shown),
        ..ListObjectsV2Output::default()
    };
    Ok(S3Response::new(output))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html>
pub fn put_bucket_encryption(
    service: &Service,
    req: S3Request<PutBucketEncryptionInput>,
) -> S3Result<S3Response<PutBucketEncryptionOutput>> {
    let rules = req.input.server_side_encryption_configuration.rules;
    let malformed = |text: &str| s3_error(400, "MalformedXML", text);
    let [rule] = rules.as_slice() else {
        return Err(malformed("A bucket has exactly one encryption rule."));
    };
    let chosen = rule.apply_server_side_encryption_by_default.as_ref();
    let chosen = chosen.ok_or_else(|| malformed("The rule has no ApplyServerSideEncryptionByDefault."))?;
    let algorithm = chosen.sse_algorithm.as_str().to_owned();
    let is_kms = matches!(algorithm.as_str(), ServerSideEncryption::AWS_KMS | ServerSideEncryption::AWS_KMS_DSSE);
    if !is_kms && algorithm != ServerSideEncryption::AES256 {
        return Err(malformed("SSEAlgorithm must be AES256, aws:kms or aws:kms:dsse."));
    }
    if !is_kms && chosen.kms_master_key_id.is_some() {
        return Err(invalid_argument(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
        ));
    }
    // As S3 does, the key is looked up when an object is written, not here.
    let encryption = BucketEncryption {
        algorithm,
        key_id: chosen.kms_master_key_id.clone(),
        bucket_key: rule.bucket_key_enabled.unwrap_or(false),
    };
    service.store.with(&req.input.bucket, |bucket| {
        bucket.encryption = Some(encryption);
        Ok(())
    })?;
    Ok(S3Response::new(PutBucketEncryptionOutput::default()))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html>
pub fn get_bucket_encryption(
    service: &Service,
    req: S3Request<GetBucketEncryptionInput>,
) -> S3Result<S3Response<GetBucketEncryptionOutput>> {
    let encryption = service.store.with(&req.input.bucket, |bucket| Ok(bucket.encryption.clone()))?.unwrap_or_default();
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(ServerSideEncryptionByDefault {
            kms_master_key_id: encryption.key_id,
            sse_algorithm: ServerSideEncryption::from(encryption.algorithm),
        }),
        bucket_key_enabled: Some(encryption.bucket_key),
    };
    let configuration = ServerSideEncryptionConfiguration { rules: vec![rule] };
    Ok(S3Response::new(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) }))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html>
pub fn delete_bucket_encryption(
    service: &Service,
    req: S3Request<DeleteBucketEncryptionInput>,
) -> S3Result<S3Response<DeleteBucketEncryptionOutput>> {
    service.store.with(&req.input.bucket, |bucket| {
        bucket.encryption = None;
        Ok(())
    })?;
    Ok(S3Response::with_status(DeleteBucketEncryptionOutput::default(), http::StatusCode::NO_CONTENT))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>
pub fn put_bucket_versioning(
    service: &Service,
    req: S3Request<PutBucketVersioningInput>,
) -> S3Result<S3Response<PutBucketVersioningOutput>> {
    let versioning = match req.input.versioning_configuration.status.as_ref().map(BucketVersioningStatus::as_str) {
        Some(BucketVersioningStatus::ENABLED) => Versioning::Enabled,
        Some(BucketVersioningStatus::SUSPENDED) => Versioning::Suspended,
        _ => {
            return Err(s3_error(
                400,
                "IllegalVersioningConfigurationException",
                "The Versioning element must be specified",
            ));
        }
    };
    service.store.with(&req.input.bucket, |bucket| {
        bucket.versioning = versioning;
        Ok(())
    })?;
    Ok(S3Response::new(PutBucketVersioningOutput::default()))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html>
pub fn get_bucket_versioning(
    service: &Service,
    req: S3Request<GetBucketVersioningInput>,
) -> S3Result<S3Response<GetBucketVersioningOutput>> {
    let versioning = service.store.with(&req.input.bucket, |bucket| Ok(bucket.versioning))?;
    let status = match versioning {
        Versioning::Off => None,
        Versioning::Enabled => Some(BucketVersioningStatus::from_static(BucketVersioningStatus::ENABLED)),
        Versioning::Suspended => Some(BucketVersioningStatus::from_static(BucketVersioningStatus::SUSPENDED)),
    };
    Ok(S3Response::new(GetBucketVersioningOutput { status, ..GetBucketVersioningOutput::default() }))
}

/// Percent-encoding as `encoding-type=url` wants it: everything but unreserved characters and `/`.
fn url_encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
