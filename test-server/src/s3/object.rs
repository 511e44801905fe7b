//! `PutObject`, `GetObject`, `HeadObject`, DeleteObject(s), and tags.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::{
    ChecksumMode, ChecksumType, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput,
    DeletedObject, ETag, GetObjectInput, GetObjectOutput, GetObjectTaggingInput, GetObjectTaggingOutput,
    HeadObjectInput, HeadObjectOutput, PutObjectInput, PutObjectOutput, PutObjectTaggingInput, PutObjectTaggingOutput,
    Range, StorageClass, StreamingBlob, Tag,
};
use s3s::{S3Error, S3Request, S3Response, S3Result};

use super::{Service, customer_fields, meta, report_checksums, report_sse, sse_fields};
use crate::auth::{decode, is_v2, kms_needs_v4};
use crate::conditions::{self, Conditions, Verdict};
use crate::crypto::{OpenError, Sealed};
use crate::error::{invalid_argument, s3_error};
use crate::integrity;
use crate::random;
use crate::sse::{CustomerKey, Protection, Wanted};
use crate::store::{self, Bucket, Envelope, Object, Version};

/// The largest object of a single put: 5 GiB.
const MAX_PUT: i64 = 5 << 30;
/// What S3 reports when the writer named none.
const DEFAULT_CONTENT_TYPE: &str = "binary/octet-stream";

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
pub async fn put_object(service: &Service, req: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
    let mut input = req.input;
    if input.content_length.is_some_and(|length| length > MAX_PUT) {
        return Err(s3_error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size."));
    }
    let wanted = sse_fields!(input).parse()?;
    let default = service.store.with(&input.bucket, |bucket| Ok(bucket.encryption.clone()))?.unwrap_or_default();
    // The key is found before the body is read, so that a refusal costs the client little.
    let protection = wanted.resolve(&service.kms, &default)?;
    let tags = parse_tags(input.tagging.as_deref())?;
    let received =
        integrity::receive(input.body.take(), &req.headers, req.trailing_headers.as_ref(), input.content_length)
            .await?;

    let customer = if let Wanted::Customer(key) = &wanted { Some(key) } else { None };
    let (envelope, sealed, etag) = seal(service, protection, customer, (&input.bucket, &input.key), &received.data)?;
    let object = Object {
        meta: meta!(input),
        sealed,
        envelope,
        etag: etag.clone(),
        checksum_type: integrity::is_any(&received.checksums).then_some(ChecksumType::FULL_OBJECT),
        checksums: received.checksums,
        part_sizes: Vec::new(),
        storage_class: storage_class(input.storage_class.as_ref())?,
        tags,
        modified: store::now(),
    };
    let mut output = PutObjectOutput { e_tag: Some(ETag::Strong(etag)), ..PutObjectOutput::default() };
    report_sse!(output, &object.envelope.protection, customer, context);
    report_checksums!(output, &object.checksums);
    output.checksum_type = object.checksum_type.map(ChecksumType::from_static);
    output.version_id = service.store.with(&input.bucket, |bucket| {
        let current = bucket.current(&input.key).map(|object| object.etag.clone());
        conditions::check_write(current.as_deref(), input.if_match.as_ref(), input.if_none_match.as_ref())?;
        Ok(bucket.insert(&input.key, object))
    })?;
    Ok(S3Response::new(output))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
pub fn get_object(service: &Service, req: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
    let input = req.input;
    let (object, version_id) =
        service.store.with(&input.bucket, |bucket| find(bucket, &input.key, input.version_id.as_deref()))?;
    let customer = customer_fields!(input).parse()?;
    object.envelope.protection.check_customer(customer.as_ref())?;
    if object.envelope.protection.key_arn().is_some() && is_v2(&req.headers, &req.uri) {
        return Err(kms_needs_v4());
    }
    judge(
        &object,
        &Conditions {
            if_match: input.if_match.clone(),
            if_none_match: input.if_none_match.clone(),
            if_modified_since: input.if_modified_since.clone(),
            if_unmodified_since: input.if_unmodified_since.clone(),
        },
    )?;
    let span = span(&object, input.range.as_ref(), input.part_number)?;
    let layers = service.store.open_envelope(&service.kms, &object.envelope, customer.as_ref())?;
    let pieces = object.envelope.open(layers, &object.sealed, span.range.clone()).map(|piece| {
        piece.map_err(|OpenError| std::io::Error::new(std::io::ErrorKind::InvalidData, "the stored bytes do not open"))
    });
    let meta = &object.meta;
    let mut output = GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        body: Some(StreamingBlob::wrap(stream::iter(pieces))),
        cache_control: input.response_cache_control.or_else(|| meta.cache_control.clone()),
        content_disposition: input.response_content_disposition.or_else(|| meta.content_disposition.clone()),
        content_encoding: input.response_content_encoding.or_else(|| meta.content_encoding.clone()),
        content_language: input.response_content_language.or_else(|| meta.content_language.clone()),
        content_length: i64::try_from(span.range.end - span.range.start).ok(),
        content_range: span.content_range(object.sealed.len),
        content_type: input
            .response_content_type
            .or_else(|| meta.content_type.clone())
            .or_else(|| Some(DEFAULT_CONTENT_TYPE.to_owned())),
        e_tag: Some(ETag::Strong(object.etag.clone())),
        expires: input.response_expires.or_else(|| meta.expires.clone()),
        last_modified: Some(object.modified.into()),
        metadata: (!meta.user.is_empty()).then(|| meta.user.clone()),
        parts_count: span.parts_count,
        storage_class: reported_storage_class(&object),
        tag_count: i32::try_from(object.tags.len()).ok().filter(|count| *count > 0),
        version_id,
        website_redirect_location: meta.website_redirect.clone(),
        ..GetObjectOutput::default()
    };
    report_sse!(output, &object.envelope.protection, customer);
    if is_enabled(input.checksum_mode.as_ref()) && !span.partial {
        report_checksums!(output, &object.checksums);
        output.checksum_type = object.checksum_type.map(ChecksumType::from_static);
    }
    let status = if span.partial { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    Ok(S3Response::with_status(output, status))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>
pub fn head_object(service: &Service, req: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
    let input = req.input;
    let (object, version_id) =
        service.store.with(&input.bucket, |bucket| find(bucket, &input.key, input.version_id.as_deref()))?;
    object.envelope.protection.check_customer(customer_fields!(input).parse()?.as_ref())?;
    judge(
        &object,
        &Conditions {
            if_match: input.if_match.clone(),
            if_none_match: input.if_none_match.clone(),
            if_modified_since: input.if_modified_since.clone(),
            if_unmodified_since: input.if_unmodified_since.clone(),
        },
    )?;
    let span = span(&object, input.range.as_ref(), input.part_number)?;
    let meta = &object.meta;
    let mut output = HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        cache_control: input.response_cache_control.or_else(|| meta.cache_control.clone()),
        content_disposition: input.response_content_disposition.or_else(|| meta.content_disposition.clone()),
        content_encoding: input.response_content_encoding.or_else(|| meta.content_encoding.clone()),
        content_language: input.response_content_language.or_else(|| meta.content_language.clone()),
        content_length: i64::try_from(span.range.end - span.range.start).ok(),
        content_range: span.content_range(object.sealed.len),
        content_type: input
            .response_content_type
            .or_else(|| meta.content_type.clone())
            .or_else(|| Some(DEFAULT_CONTENT_TYPE.to_owned())),
        e_tag: Some(ETag::Strong(object.etag.clone())),
        expires: input.response_expires.or_else(|| meta.expires.clone()),
        last_modified: Some(object.modified.into()),
        metadata: (!meta.user.is_empty()).then(|| meta.user.clone()),
        parts_count: span.parts_count,
        storage_class: reported_storage_class(&object),
        version_id,
        website_redirect_location: meta.website_redirect.clone(),
        ..HeadObjectOutput::default()
    };
    report_sse!(output, &object.envelope.protection, customer);
    if is_enabled(input.checksum_mode.as_ref()) && !span.partial {
        report_checksums!(output, &object.checksums);
        output.checksum_type = object.checksum_type.map(ChecksumType::from_static);
    }
    let status = if span.partial { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    Ok(S3Response::with_status(output, status))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
pub fn delete_object(service: &Service, req: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
    let input = req.input;
    let (marker, version_id) =
        service.store.with(&input.bucket, |bucket| Ok(delete(bucket, &input.key, input.version_id)))?;
    let output =
        DeleteObjectOutput { delete_marker: marker.then_some(true), version_id, ..DeleteObjectOutput::default() };
    Ok(S3Response::with_status(output, StatusCode::NO_CONTENT))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
pub fn delete_objects(
    service: &Service,
    req: S3Request<DeleteObjectsInput>,
) -> S3Result<S3Response<DeleteObjectsOutput>> {
    let input = req.input;
    if input.delete.objects.is_empty() || input.delete.objects.len() > 1000 {
        return Err(s3_error(400, "MalformedXML", "DeleteObjects takes 1 to 1,000 keys."));
    }
    let deleted = service.store.with(&input.bucket, |bucket| {
        let one = |entry: s3s::dto::ObjectIdentifier| {
            let (marker, version) = delete(bucket, &entry.key, entry.version_id.clone());
            DeletedObject {
                delete_marker: marker.then_some(true),
                delete_marker_version_id: version.filter(|_| marker),
                key: Some(entry.key),
                version_id: entry.version_id,
            }
        };
        Ok(input.delete.objects.into_iter().map(one).collect::<Vec<_>>())
    })?;
    let deleted = (input.delete.quiet != Some(true)).then_some(deleted);
    Ok(S3Response::new(DeleteObjectsOutput { deleted, ..DeleteObjectsOutput::default() }))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html>
pub fn get_object_tagging(
    service: &Service,
    req: S3Request<GetObjectTaggingInput>,
) -> S3Result<S3Response<GetObjectTaggingOutput>> {
    let input = req.input;
    let (object, version_id) =
        service.store.with(&input.bucket, |bucket| find(bucket, &input.key, input.version_id.as_deref()))?;
    let tag_set = object.tags.iter().map(|(k, v)| Tag { key: Some(k.clone()), value: Some(v.clone()) }).collect();
    Ok(S3Response::new(GetObjectTaggingOutput { tag_set, version_id }))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html>
pub fn put_object_tagging(
    service: &Service,
    req: S3Request<PutObjectTaggingInput>,
) -> S3Result<S3Response<PutObjectTaggingOutput>> {
    let input = req.input;
    let tags =
        input.tagging.tag_set.into_iter().map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()));
    let tags = check_tags(tags)?;
    let version_id = service.store.with(&input.bucket, |bucket| {
        let (object, version_id) = find(bucket, &input.key, input.version_id.as_deref())?;
        let versions = bucket.objects.get_mut(&input.key).into_iter().flatten();
        for slot in versions.filter_map(|version| version.object.as_mut()).filter(|slot| Arc::ptr_eq(slot, &object)) {
            *slot = Arc::new(Object { tags: tags.clone(), ..(*object).clone() });
        }
        Ok(version_id)
    })?;
    Ok(S3Response::new(PutObjectTaggingOutput { version_id }))
}

/// Makes data keys for a new object and seals its bytes; also gives its `ETag`.
///
/// Errors: `KMS.*`.
pub fn seal(
    service: &Service,
    protection: Protection,
    customer: Option<&CustomerKey>,
    (bucket, key): (&str, &str),
    data: &[u8],
) -> S3Result<(Envelope, Sealed, String)> {
    let (envelope, layers) = service.store.seal_envelope(&service.kms, protection, customer, bucket, key)?;
    let etag =
        if envelope.protection.etag_is_md5() { random::to_hex(&Md5::checksum(data)) } else { random::hex::<16>() };
    let sealed = envelope.seal(&layers, data);
    Ok((envelope, sealed, etag))
}

/// Finds the newest or the named version; also gives the version id to report.
///
/// Errors: 404 `NoSuchKey` (with `x-amz-delete-marker` when that is why), 404 `NoSuchVersion`, 405
/// `MethodNotAllowed` for a delete marker that is asked for by its version id.
pub fn find(bucket: &Bucket, key: &str, version_id: Option<&str>) -> S3Result<(Arc<Object>, Option<String>)> {
    let missing = || s3_error(404, "NoSuchKey", "The specified key does not exist.");
    let versions = bucket.objects.get(key);
    let found: &Version = match version_id {
        None => versions.and_then(|v| v.last()).ok_or_else(missing)?,
        Some(id) => versions
            .into_iter()
            .flatten()
            .find(|version| version.id == id)
            .ok_or_else(|| s3_error(404, "NoSuchVersion", "The specified version does not exist."))?,
    };
    let reported = bucket.reported_id(found);
    let Some(object) = &found.object else {
        let error = match version_id {
            None => missing(),
            Some(_) => s3_error(405, "MethodNotAllowed", "The specified method is not allowed against this resource."),
        };
        return Err(with_marker(error, reported.as_deref()));
    };
    Ok((Arc::clone(object), reported))
}

fn with_marker(mut error: S3Error, version_id: Option<&str>) -> S3Error {
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static("x-amz-delete-marker"), HeaderValue::from_static("true"));
    if let Some(id) = version_id.and_then(|id| HeaderValue::from_str(id).ok()) {
        headers.insert(HeaderName::from_static("x-amz-version-id"), id);
    }
    error.set_headers(headers);
    error
}

/// Deletes; gives whether a delete marker was made or removed, and the version id to report.
fn delete(bucket: &mut Bucket, key: &str, version_id: Option<String>) -> (bool, Option<String>) {
    if let Some(id) = version_id {
        return (bucket.delete_version(key, &id), Some(id));
    }
    let marker = bucket.delete(key);
    (marker.is_some(), marker)
}

fn judge(object: &Object, conditions: &Conditions) -> S3Result<()> {
    match conditions.judge(&object.etag, object.modified) {
        Verdict::Proceed => Ok(()),
        Verdict::Failed => Err(conditions::failed()),
        Verdict::NotModified => {
            let mut error = s3_error(304, "NotModified", "Not Modified");
            let mut headers = HeaderMap::new();
            if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", object.etag)) {
                headers.insert(http::header::ETAG, etag);
            }
            if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(object.modified)) {
                headers.insert(http::header::LAST_MODIFIED, date);
            }
            error.set_headers(headers);
            Err(error)
        }
    }
}

/// The bytes that a read is about.
struct Span {
    range: std::ops::Range<u64>,
    partial: bool,
    parts_count: Option<i32>,
}

impl Span {
    fn content_range(&self, total: u64) -> Option<String> {
        self.partial.then(|| format!("bytes {}-{}/{total}", self.range.start, self.range.end.saturating_sub(1)))
    }
}

fn span(object: &Object, range: Option<&Range>, part_number: Option<i32>) -> S3Result<Span> {
    let total = object.sealed.len;
    let parts_count = i32::try_from(object.part_sizes.len()).ok().filter(|count| *count > 0);
    match (range, part_number) {
        (Some(_), Some(_)) => {
            Err(s3_error(400, "InvalidRequest", "Cannot specify both Range header and partNumber query parameter"))
        }
        (None, None) => Ok(Span { range: 0..total, partial: false, parts_count: None }),
        (Some(range), None) => {
            let range = range.check(total).map_err(|_| {
                let mut error = s3_error(416, "InvalidRange", "The requested range is not satisfiable");
                let mut headers = HeaderMap::new();
                if let Ok(value) = HeaderValue::from_str(&format!("bytes */{total}")) {
                    headers.insert(http::header::CONTENT_RANGE, value);
                }
                error.set_headers(headers);
                error
            })?;
            Ok(Span { range, partial: true, parts_count: None })
        }
        (None, Some(number)) => {
            let sizes = if object.part_sizes.is_empty() { vec![total] } else { object.part_sizes.clone() };
            let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1)).filter(|i| *i < sizes.len());
            let index = index
                .ok_or_else(|| s3_error(416, "InvalidPartNumber", "The requested partnumber is not satisfiable"))?;
            let start: u64 = sizes[..index].iter().sum();
            Ok(Span { range: start..start + sizes[index], partial: true, parts_count })
        }
    }
}

/// `Content-Encoding` as it is stored: `aws-chunked` belongs to the transfer, not to the object.
pub fn without_aws_chunked(encoding: Option<&str>) -> Option<String> {
    let kept: Vec<&str> =
        encoding?.split(',').map(str::trim).filter(|e| !e.is_empty() && *e != "aws-chunked").collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

/// Tags as the header `x-amz-tagging` has them: a query string.
pub fn parse_tags(header: Option<&str>) -> S3Result<BTreeMap<String, String>> {
    let pairs = header.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
    });
    check_tags(pairs)
}

fn check_tags(pairs: impl Iterator<Item = (String, String)>) -> S3Result<BTreeMap<String, String>> {
    let mut tags = BTreeMap::new();
    for (name, value) in pairs {
        if name.is_empty() || name.chars().count() > 128 || value.chars().count() > 256 {
            return Err(s3_error(400, "InvalidTag", "A tag's name has 1 to 128 characters, its value up to 256."));
        }
        if tags.insert(name, value).is_some() {
            return Err(s3_error(400, "InvalidTag", "Cannot provide multiple Tags with the same key"));
        }
    }
    if tags.len() > 10 {
        return Err(s3_error(400, "BadRequest", "Object tags cannot be greater than 10"));
    }
    Ok(tags)
}

/// The storage class to store. Errors: 400 `InvalidStorageClass`.
pub fn storage_class(asked: Option<&StorageClass>) -> S3Result<String> {
    const KNOWN: [&str; 8] = [
        "STANDARD",
        "REDUCED_REDUNDANCY",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER",
        "DEEP_ARCHIVE",
        "GLACIER_IR",
    ];
    let class = asked.map_or("STANDARD", StorageClass::as_str);
    if KNOWN.contains(&class) {
        Ok(class.to_owned())
    } else {
        Err(s3_error(400, "InvalidStorageClass", "The storage class you specified is not valid"))
    }
}

/// S3 leaves `x-amz-storage-class` out for `STANDARD`.
fn reported_storage_class(object: &Object) -> Option<StorageClass> {
    (object.storage_class != StorageClass::STANDARD).then(|| StorageClass::from(object.storage_class.clone()))
}

fn is_enabled(mode: Option<&ChecksumMode>) -> bool {
    mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED)
}

/// A part number from 1 to 10,000. Errors: `InvalidArgument`.
pub fn part_number(number: i32) -> S3Result<i32> {
    if (1..=10_000).contains(&number) {
        Ok(number)
    } else {
        Err(invalid_argument("Part number must be an integer between 1 and 10000, inclusive"))
    }
}
