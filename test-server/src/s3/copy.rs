//! `CopyObject`, and the reading of a copy's source that `UploadPartCopy` shares.

use std::sync::Arc;

use s3s::dto::{
    Checksum, ChecksumAlgorithm, ChecksumType, CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, ETag,
    MetadataDirective, TaggingDirective,
};
use s3s::{S3Request, S3Response, S3Result};

use super::object::{find, parse_tags, seal, storage_class};
use super::{Service, meta, report_checksums, report_sse, sse_fields};
use crate::conditions::{self, Conditions, Verdict};
use crate::error::{invalid_argument, invalid_request};
use crate::integrity;
use crate::sse::{CustomerFields, Wanted};
use crate::store::{self, Object};

/// A copy's source, found and allowed to be read.
pub struct Source {
    /// What is copied.
    pub object: Arc<Object>,
    /// Its version id, when its bucket has versions.
    pub version_id: Option<String>,
    /// Its plain bytes.
    pub data: bytes::Bytes,
}

/// Finds and opens a copy's source.
///
/// Errors: 404, 412 when a condition does not hold, those of SSE-C, `KMS.*`.
pub fn open_source(
    service: &Service,
    source: &CopySource,
    conditions: &Conditions,
    customer: &CustomerFields,
) -> S3Result<Source> {
    let CopySource::Bucket { bucket, key, version_id } = source else {
        return Err(invalid_argument("x-amz-copy-source must be bucket/key: there are no access points here"));
    };
    let (object, version_id) = service.store.with(bucket, |bucket| find(bucket, key, version_id.as_deref()))?;
    if conditions.judge(&object.etag, object.modified) != Verdict::Proceed {
        return Err(conditions::failed());
    }
    let customer = customer.parse()?;
    let layers = service.store.open_envelope(&service.kms, &object.envelope, customer.as_ref())?;
    let data = object.envelope.open_all(&layers, &object.sealed)?;
    Ok(Source { object, version_id, data })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
pub fn copy_object(service: &Service, req: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
    let input = req.input;
    let fields = sse_fields!(input);
    let wanted = fields.parse()?;
    let replace_meta =
        directive(input.metadata_directive.as_ref().map(MetadataDirective::as_str), "x-amz-metadata-directive")?;
    let replace_tags =
        directive(input.tagging_directive.as_ref().map(TaggingDirective::as_str), "x-amz-tagging-directive")?;
    let default = service.store.with(&input.bucket, |bucket| Ok(bucket.encryption.clone()))?.unwrap_or_default();
    let protection = wanted.resolve(&service.kms, &default)?;
    let source = open_source(
        service,
        &input.copy_source,
        &Conditions {
            if_match: input.copy_source_if_match.clone(),
            if_none_match: input.copy_source_if_none_match.clone(),
            if_modified_since: input.copy_source_if_modified_since.clone(),
            if_unmodified_since: input.copy_source_if_unmodified_since.clone(),
        },
        &CustomerFields {
            algorithm: input.copy_source_sse_customer_algorithm.clone(),
            key: input.copy_source_sse_customer_key.clone(),
            key_md5: input.copy_source_sse_customer_key_md5.clone(),
        },
    )?;
    let onto_itself = matches!(&input.copy_source, CopySource::Bucket { bucket, key, version_id: None }
        if **bucket == *input.bucket && **key == *input.key);
    let class = match &input.storage_class {
        Some(_) => storage_class(input.storage_class.as_ref())?,
        None => "STANDARD".to_owned(),
    };
    let changes_something = replace_meta
        || fields.is_any()
        || input.website_redirect_location.is_some()
        || (input.storage_class.is_some() && class != source.object.storage_class);
    if onto_itself && !changes_something {
        return Err(invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's \
             metadata, storage class, website redirect location or encryption attributes.",
        ));
    }

    let customer = if let Wanted::Customer(key) = &wanted { Some(key) } else { None };
    let (envelope, sealed, etag) = seal(service, protection, customer, (&input.bucket, &input.key), &source.data)?;
    let mut meta = if replace_meta { meta!(input) } else { source.object.meta.clone() };
    meta.website_redirect.clone_from(&input.website_redirect_location);
    let (checksums, checksum_type) = checksums(input.checksum_algorithm.as_ref(), &source);
    let object = Object {
        meta,
        sealed,
        envelope,
        etag: etag.clone(),
        checksums,
        checksum_type,
        part_sizes: Vec::new(),
        storage_class: class,
        tags: if replace_tags { parse_tags(input.tagging.as_deref())? } else { source.object.tags.clone() },
        modified: store::now(),
    };
    let mut result = CopyObjectResult {
        e_tag: Some(ETag::Strong(etag)),
        last_modified: Some(object.modified.into()),
        ..CopyObjectResult::default()
    };
    report_checksums!(result, &object.checksums);
    let mut output = CopyObjectOutput { copy_source_version_id: source.version_id, ..CopyObjectOutput::default() };
    report_sse!(output, &object.envelope.protection, customer, context);
    output.copy_object_result = Some(result);
    output.version_id = service.store.with(&input.bucket, |bucket| Ok(bucket.insert(&input.key, object)))?;
    Ok(S3Response::new(output))
}

/// The checksums of the copy: of the algorithm asked for, else those of the source.
fn checksums(asked: Option<&ChecksumAlgorithm>, source: &Source) -> (Checksum, Option<&'static str>) {
    let Some(algorithm) = asked else {
        return (source.object.checksums.clone(), source.object.checksum_type);
    };
    let name = algorithm.as_str().to_ascii_lowercase();
    (integrity::compute(&source.data, &[&name]), Some(ChecksumType::FULL_OBJECT))
}

/// Whether a directive says `REPLACE`. Errors: 400 `InvalidArgument` for anything but COPY and REPLACE.
fn directive(value: Option<&str>, name: &str) -> S3Result<bool> {
    match value {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(_) => Err(invalid_argument(format!("{name} must be COPY or REPLACE"))),
    }
}
