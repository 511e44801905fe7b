//! Multipart uploads: create, part, part from a copy, complete, abort, list.

use bytes::Bytes;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, Checksum, ChecksumAlgorithm, ChecksumType,
    CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CompletedPart, CopyPartResult,
    CreateMultipartUploadInput, CreateMultipartUploadOutput, ETag, ListPartsInput, ListPartsOutput, Part as PartDto,
    StorageClass, UploadPartCopyInput, UploadPartCopyOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3Request, S3Response, S3Result};

use super::copy::open_source;
use super::object::{parse_tags, part_number, storage_class};
use super::{Service, customer_fields, meta, report_checksums, report_sse, sse_fields};
use crate::conditions::{self, Conditions};
use crate::error::{invalid_argument, s3_error};
use crate::integrity;
use crate::random;
use crate::sse::{CustomerFields, CustomerKey, Wanted};
use crate::store::{self, Bucket, Object, Part, Upload};

/// The smallest part, except for the last: 5 MiB.
const MIN_PART: u64 = 5 << 20;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html>
pub fn create_multipart_upload(
    service: &Service,
    req: S3Request<CreateMultipartUploadInput>,
) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
    let input = req.input;
    let wanted = sse_fields!(input).parse()?;
    let default = service.store.with(&input.bucket, |bucket| Ok(bucket.encryption.clone()))?.unwrap_or_default();
    let protection = wanted.resolve(&service.kms, &default)?;
    let customer = if let Wanted::Customer(key) = &wanted { Some(key) } else { None };
    // The plain data keys are thrown away: every part asks KMS to decrypt, as S3 does.
    let (envelope, _) = service.store.seal_envelope(&service.kms, protection, customer, &input.bucket, &input.key)?;
    let upload = Upload {
        key: input.key.clone(),
        meta: meta!(input),
        envelope,
        storage_class: storage_class(input.storage_class.as_ref())?,
        tags: parse_tags(input.tagging.as_deref())?,
        checksum_algorithm: input.checksum_algorithm.as_ref().map(|name| name.as_str().to_ascii_lowercase()),
        full_object_checksum: input.checksum_type.as_ref().is_some_and(|t| t.as_str() == ChecksumType::FULL_OBJECT)
            || input.checksum_algorithm.as_ref().is_some_and(|a| a.as_str() == ChecksumAlgorithm::CRC64NVME),
        parts: std::collections::BTreeMap::new(),
    };
    let upload_id = random::hex::<24>();
    let mut output = CreateMultipartUploadOutput {
        bucket: Some(input.bucket.clone()),
        key: Some(input.key.clone()),
        upload_id: Some(upload_id.clone()),
        checksum_algorithm: input.checksum_algorithm,
        checksum_type: input.checksum_type,
        ..CreateMultipartUploadOutput::default()
    };
    report_sse!(output, &upload.envelope.protection, customer, context);
    service.store.with(&input.bucket, |bucket| {
        bucket.uploads.insert(upload_id, upload);
        Ok(())
    })?;
    Ok(S3Response::new(output))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html>
pub async fn upload_part(service: &Service, req: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
    let mut input = req.input;
    let number = part_number(input.part_number)?;
    let customer = customer_fields!(input).parse()?;
    let upload = service.store.with(&input.bucket, |bucket| find(bucket, &input.upload_id, &input.key).cloned())?;
    upload.envelope.protection.check_customer(customer.as_ref())?;
    let received =
        integrity::receive(input.body.take(), &req.headers, req.trailing_headers.as_ref(), input.content_length)
            .await?;
    let part = seal_part(service, &upload, customer.as_ref(), &received.data, received.checksums)?;
    let mut output = UploadPartOutput { e_tag: Some(ETag::Strong(part.etag.clone())), ..UploadPartOutput::default() };
    report_sse!(output, &upload.envelope.protection, customer);
    report_checksums!(output, &part.checksums);
    add_part(service, &input.bucket, &input.upload_id, &input.key, number, part)?;
    Ok(S3Response::new(output))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html>
pub fn upload_part_copy(
    service: &Service,
    req: S3Request<UploadPartCopyInput>,
) -> S3Result<S3Response<UploadPartCopyOutput>> {
    let input = req.input;
    let number = part_number(input.part_number)?;
    let customer = customer_fields!(input).parse()?;
    let upload = service.store.with(&input.bucket, |bucket| find(bucket, &input.upload_id, &input.key).cloned())?;
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
    let data = match &input.copy_source_range {
        None => source.data.clone(),
        Some(text) => source.data.slice(copy_range(text, source.data.len())?),
    };
    let checksums =
        upload.checksum_algorithm.as_deref().map(|name| integrity::compute(&data, &[name])).unwrap_or_default();
    let part = seal_part(service, &upload, customer.as_ref(), &data, checksums)?;
    let mut result = CopyPartResult {
        e_tag: Some(ETag::Strong(part.etag.clone())),
        last_modified: Some(part.modified.into()),
        ..CopyPartResult::default()
    };
    report_checksums!(result, &part.checksums);
    let mut output = UploadPartCopyOutput {
        copy_part_result: Some(result),
        copy_source_version_id: source.version_id,
        ..UploadPartCopyOutput::default()
    };
    report_sse!(output, &upload.envelope.protection, customer);
    add_part(service, &input.bucket, &input.upload_id, &input.key, number, part)?;
    Ok(S3Response::new(output))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>
pub fn complete_multipart_upload(
    service: &Service,
    req: S3Request<CompleteMultipartUploadInput>,
) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
    let input = req.input;
    let named = input.multipart_upload.and_then(|list| list.parts).unwrap_or_default();
    let upload = service.store.with(&input.bucket, |bucket| find(bucket, &input.upload_id, &input.key).cloned())?;
    let parts = choose(&upload, &named)?;
    // SSE-C sends its key here too; without it the checksum of the whole cannot be made, nothing else.
    let customer = CustomerFields {
        algorithm: input.sse_customer_algorithm,
        key: input.sse_customer_key,
        key_md5: input.sse_customer_key_md5,
    }
    .parse()?;
    let mut object = assemble(&upload, &parts);
    if !matches!(upload.envelope.protection, crate::sse::Protection::Customer { .. }) || customer.is_some() {
        let layers = service.store.open_envelope(&service.kms, &upload.envelope, customer.as_ref())?;
        if let Some(algorithm) = &upload.checksum_algorithm {
            let data = if upload.full_object_checksum {
                upload.envelope.open_all(&layers, &object.sealed)?
            } else {
                Bytes::new()
            };
            let of_parts: Vec<&Checksum> = parts.iter().map(|part| &part.checksums).collect();
            object.checksums = integrity::of_parts(algorithm, upload.full_object_checksum, &data, &of_parts)?;
            object.checksum_type =
                Some(if upload.full_object_checksum { ChecksumType::FULL_OBJECT } else { ChecksumType::COMPOSITE });
        }
    }
    let mut output = CompleteMultipartUploadOutput {
        bucket: Some(input.bucket.clone()),
        key: Some(input.key.clone()),
        location: Some(format!("/{}/{}", input.bucket, input.key)),
        e_tag: Some(ETag::Strong(object.etag.clone())),
        ..CompleteMultipartUploadOutput::default()
    };
    report_sse!(output, &upload.envelope.protection);
    report_checksums!(output, &object.checksums);
    output.checksum_type = object.checksum_type.map(ChecksumType::from_static);
    output.version_id = service.store.with(&input.bucket, |bucket| {
        find(bucket, &input.upload_id, &input.key)?;
        let current = bucket.current(&input.key).map(|object| object.etag.clone());
        conditions::check_write(current.as_deref(), input.if_match.as_ref(), input.if_none_match.as_ref())?;
        bucket.uploads.remove(&input.upload_id);
        Ok(bucket.insert(&input.key, object))
    })?;
    Ok(S3Response::new(output))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html>
pub fn abort_multipart_upload(
    service: &Service,
    req: S3Request<AbortMultipartUploadInput>,
) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
    let input = req.input;
    service.store.with(&input.bucket, |bucket| {
        find(bucket, &input.upload_id, &input.key)?;
        bucket.uploads.remove(&input.upload_id);
        Ok(())
    })?;
    Ok(S3Response::with_status(AbortMultipartUploadOutput::default(), http::StatusCode::NO_CONTENT))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>
pub fn list_parts(service: &Service, req: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
    let input = req.input;
    let upload = service.store.with(&input.bucket, |bucket| find(bucket, &input.upload_id, &input.key).cloned())?;
    let limit = usize::try_from(input.max_parts.unwrap_or(1000).clamp(0, 1000)).unwrap_or(1000);
    let after = input.part_number_marker.unwrap_or(0);
    let mut rest = upload.parts.range(after.saturating_add(1)..);
    let parts: Vec<PartDto> = rest
        .by_ref()
        .take(limit)
        .map(|(number, part)| {
            let mut dto = PartDto {
                e_tag: Some(ETag::Strong(part.etag.clone())),
                last_modified: Some(part.modified.into()),
                part_number: Some(*number),
                size: i64::try_from(part.sealed.len).ok(),
                ..PartDto::default()
            };
            report_checksums!(dto, &part.checksums);
            dto
        })
        .collect();
    let output = ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        is_truncated: Some(rest.next().is_some()),
        max_parts: i32::try_from(limit).ok(),
        next_part_number_marker: parts.last().and_then(|part| part.part_number),
        part_number_marker: Some(after),
        parts: Some(parts),
        storage_class: Some(StorageClass::from(upload.storage_class)),
        ..ListPartsOutput::default()
    };
    Ok(S3Response::new(output))
}

fn find<'a>(bucket: &'a Bucket, upload_id: &str, key: &str) -> S3Result<&'a Upload> {
    bucket.uploads.get(upload_id).filter(|upload| upload.key == key).ok_or_else(|| {
        s3_error(
            404,
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
        )
    })
}

fn seal_part(
    service: &Service,
    upload: &Upload,
    customer: Option<&CustomerKey>,
    data: &Bytes,
    checksums: Checksum,
) -> S3Result<Part> {
    let layers = service.store.open_envelope(&service.kms, &upload.envelope, customer)?;
    let md5 = Md5::checksum(data);
    let etag = if upload.envelope.protection.etag_is_md5() { random::to_hex(&md5) } else { random::hex::<16>() };
    Ok(Part { sealed: upload.envelope.seal(&layers, data), etag, md5, checksums, modified: store::now() })
}

fn add_part(service: &Service, bucket: &str, upload_id: &str, key: &str, number: i32, part: Part) -> S3Result<()> {
    service.store.with(bucket, |bucket| {
        find(bucket, upload_id, key)?;
        if let Some(upload) = bucket.uploads.get_mut(upload_id) {
            upload.parts.insert(number, part);
        }
        Ok(())
    })
}

/// The parts that a complete request names, in order.
///
/// Errors: `MalformedXML`, `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall`, `BadDigest`.
fn choose<'a>(upload: &'a Upload, named: &[CompletedPart]) -> S3Result<Vec<&'a Part>> {
    if named.is_empty() {
        return Err(s3_error(400, "MalformedXML", "You must specify at least one part"));
    }
    let mut chosen = Vec::with_capacity(named.len());
    let mut last = 0;
    for entry in named {
        let number = entry.part_number.unwrap_or_default();
        if number <= last {
            return Err(s3_error(
                400,
                "InvalidPartOrder",
                "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
            ));
        }
        last = number;
        let etag = entry.e_tag.as_ref().map(ETag::value);
        let part = upload.parts.get(&number).filter(|part| etag == Some(&part.etag)).ok_or_else(|| {
            s3_error(400, "InvalidPart", "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.")
        })?;
        let sent = Checksum {
            checksum_crc32: entry.checksum_crc32.clone(),
            checksum_crc32c: entry.checksum_crc32c.clone(),
            checksum_crc64nvme: entry.checksum_crc64nvme.clone(),
            checksum_sha1: entry.checksum_sha1.clone(),
            checksum_sha256: entry.checksum_sha256.clone(),
            ..Checksum::default()
        };
        if !integrity::agree(&sent, &part.checksums) {
            return Err(s3_error(
                400,
                "BadDigest",
                format!("The checksum of part {number} is not the one that it was uploaded with."),
            ));
        }
        chosen.push(part);
    }
    let small = |part: &&&Part| part.sealed.len < MIN_PART;
    if chosen[..chosen.len() - 1].iter().any(|part| small(&part)) {
        return Err(s3_error(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"));
    }
    Ok(chosen)
}

fn assemble(upload: &Upload, parts: &[&Part]) -> Object {
    let mut sealed = crate::crypto::Sealed::default();
    let mut md5s = Vec::with_capacity(parts.len() * 16);
    for part in parts {
        sealed.append(&part.sealed);
        md5s.extend_from_slice(&part.md5);
    }
    let hash = if upload.envelope.protection.etag_is_md5() {
        random::to_hex(&Md5::checksum(&md5s))
    } else {
        random::hex::<16>()
    };
    Object {
        meta: upload.meta.clone(),
        envelope: upload.envelope.clone(),
        part_sizes: parts.iter().map(|part| part.sealed.len).collect(),
        sealed,
        etag: format!("{hash}-{}", parts.len()),
        checksums: Checksum::default(),
        checksum_type: None,
        storage_class: upload.storage_class.clone(),
        tags: upload.tags.clone(),
        modified: store::now(),
    }
}

/// `bytes=first-last`, both within the source. Errors: `InvalidArgument`.
fn copy_range(text: &str, len: usize) -> S3Result<std::ops::Range<usize>> {
    let parsed = text.strip_prefix("bytes=").and_then(|range| range.split_once('-'));
    let bounds = parsed.and_then(|(first, last)| Some((first.parse::<usize>().ok()?, last.parse::<usize>().ok()?)));
    match bounds {
        Some((first, last)) if first <= last && last < len => Ok(first..last + 1),
        _ => Err(invalid_argument("x-amz-copy-source-range must be bytes=first-last within the source object")),
    }
}
