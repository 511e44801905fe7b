//! Bodies: received whole, and checked against everything that the request says about them.
//!
//! `Content-MD5`, `x-amz-checksum-*` as header or trailer, the declared length, and the errors with
//! which the signature layer ends a body (payload hash, chunk signatures).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::HeaderMap;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256};
use s3s::dto::{Checksum, StreamingBlob};
use s3s::{S3Result, StdError, TrailingHeaders};

use crate::error::{invalid_request, s3_error};

/// Buffers larger than this grow as bytes arrive instead of by the declared length.
const RESERVE_LIMIT: usize = 64 << 20;

/// The checksum algorithms of S3, as they end header names.
const ALGORITHMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/// A body that passed every check.
pub struct Received {
    /// The plain bytes.
    pub data: Bytes,
    /// The checksums that the request asked for or sent.
    pub checksums: Checksum,
}

/// Reads `body` to its end and verifies it. `declared` is the decoded length, when known.
///
/// Errors: `BadDigest`, `InvalidDigest`, `IncompleteBody`, `MalformedTrailerError`,
/// `XAmzContentSHA256Mismatch`, `SignatureDoesNotMatch`.
pub async fn receive(
    body: Option<StreamingBlob>,
    headers: &HeaderMap,
    trailers: Option<&TrailingHeaders>,
    declared: Option<i64>,
) -> S3Result<Received> {
    let declared = declared.and_then(|len| usize::try_from(len).ok());
    let mut buffer = BytesMut::with_capacity(declared.unwrap_or(0).min(RESERVE_LIMIT));
    if let Some(mut body) = body {
        while let Some(chunk) = body.next().await {
            buffer.extend_from_slice(&chunk.map_err(|error| stream_error(&error))?);
        }
    }
    if declared.is_some_and(|declared| declared != buffer.len()) {
        return Err(incomplete());
    }
    let data = buffer.freeze();
    let sent = merge_trailers(headers, trailers)?;
    let checksums = verify(&data, &sent)?;
    Ok(Received { data, checksums })
}

/// Verifies the XML documents that the crate `s3s` parses without looking at their digests.
///
/// `required` says that the operation demands a digest (`httpChecksumRequired` in the model of S3).
pub fn verify_document(data: &[u8], headers: &HeaderMap, required: bool) -> S3Result<()> {
    if let Some(hash) = headers.get("x-amz-content-sha256").and_then(|v| v.to_str().ok())
        && hash.len() == 64
        && crate::random::to_hex(&Sha256::checksum(data)) != hash
    {
        return Err(sha256_mismatch());
    }
    let has_digest = headers.contains_key("content-md5")
        || ALGORITHMS.iter().any(|a| headers.contains_key(format!("x-amz-checksum-{a}")));
    if required && !has_digest {
        return Err(invalid_request("Missing required header for this request: Content-MD5 OR x-amz-checksum-*"));
    }
    verify(data, headers).map(drop)
}

/// The request's headers plus the trailers that it announced.
fn merge_trailers(headers: &HeaderMap, trailers: Option<&TrailingHeaders>) -> S3Result<HeaderMap> {
    let mut sent = headers.clone();
    let announced = headers.get("x-amz-trailer").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let arrived = trailers.and_then(TrailingHeaders::take).unwrap_or_default();
    for name in announced.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let name = name.to_ascii_lowercase();
        let Some(value) = arrived.get(&name) else {
            return Err(s3_error(
                400,
                "MalformedTrailerError",
                format!("The announced trailer {name} did not arrive."),
            ));
        };
        if let Ok(name) = http::HeaderName::try_from(name) {
            sent.insert(name, value.clone());
        }
    }
    Ok(sent)
}

fn verify(data: &[u8], sent: &HeaderMap) -> S3Result<Checksum> {
    if let Some(md5) = sent.get("content-md5") {
        let expected: Option<[u8; 16]> = STANDARD.decode(md5).ok().and_then(|raw| raw.try_into().ok());
        let expected =
            expected.ok_or_else(|| s3_error(400, "InvalidDigest", "The Content-MD5 you specified is not valid."))?;
        if Md5::checksum(data) != expected {
            return Err(s3_error(400, "BadDigest", "The Content-MD5 you specified did not match what we received."));
        }
    }
    let value = |algorithm: &str| {
        sent.get(format!("x-amz-checksum-{algorithm}")).and_then(|v| v.to_str().ok()).map(str::to_owned)
    };
    let named = sent.get("x-amz-sdk-checksum-algorithm").and_then(|v| v.to_str().ok()).map(str::to_ascii_lowercase);
    if let Some(named) = &named
        && value(named).is_none()
    {
        return Err(invalid_request(format!(
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-{named} or x-amz-trailer header was found."
        )));
    }
    let wanted: Vec<&str> = ALGORITHMS.into_iter().filter(|a| value(a).is_some()).collect();
    let computed = compute(data, &wanted);
    for algorithm in wanted {
        if value(algorithm).as_deref() != get(&computed, algorithm) {
            return Err(s3_error(
                400,
                "BadDigest",
                format!("The {} you specified did not match the calculated checksum.", algorithm.to_uppercase()),
            ));
        }
    }
    Ok(computed)
}

/// The checksums of `data` in each of `algorithms` (lower case).
pub fn compute(data: &[u8], algorithms: &[&str]) -> Checksum {
    let on = |name: &str| algorithms.contains(&name);
    let mut hasher = ChecksumHasher {
        crc32: on("crc32").then(Crc32::new),
        crc32c: on("crc32c").then(Crc32c::new),
        crc64nvme: on("crc64nvme").then(Crc64Nvme::new),
        sha1: on("sha1").then(Sha1::new),
        sha256: on("sha256").then(Sha256::new),
    };
    hasher.update(data);
    hasher.finalize()
}

/// One checksum by algorithm name (lower case).
pub fn get<'a>(checksums: &'a Checksum, algorithm: &str) -> Option<&'a str> {
    match algorithm {
        "crc32" => checksums.checksum_crc32.as_deref(),
        "crc32c" => checksums.checksum_crc32c.as_deref(),
        "crc64nvme" => checksums.checksum_crc64nvme.as_deref(),
        "sha1" => checksums.checksum_sha1.as_deref(),
        "sha256" => checksums.checksum_sha256.as_deref(),
        _ => None,
    }
}

/// Whether any checksum is there.
pub fn is_any(checksums: &Checksum) -> bool {
    ALGORITHMS.iter().any(|algorithm| get(checksums, algorithm).is_some())
}

/// Whether every checksum of `sent` equals the one in `stored`.
pub fn agree(sent: &Checksum, stored: &Checksum) -> bool {
    ALGORITHMS.iter().all(|algorithm| get(sent, algorithm).is_none_or(|text| get(stored, algorithm) == Some(text)))
}

/// The checksum of a multipart object: of the whole bytes, or of the parts' checksums with `-N` behind it.
pub fn of_parts(algorithm: &str, full_object: bool, data: &[u8], parts: &[&Checksum]) -> S3Result<Checksum> {
    if full_object {
        return Ok(compute(data, &[algorithm]));
    }
    let mut joined = Vec::new();
    for part in parts {
        let raw = get(part, algorithm).and_then(|text| STANDARD.decode(text).ok());
        joined.extend(raw.ok_or_else(|| {
            invalid_request(format!("The upload was created using a {algorithm} checksum. The complete request must include the checksum for each part."))
        })?);
    }
    let mut whole = compute(&joined, &[algorithm]);
    for field in [
        &mut whole.checksum_crc32,
        &mut whole.checksum_crc32c,
        &mut whole.checksum_crc64nvme,
        &mut whole.checksum_sha1,
        &mut whole.checksum_sha256,
    ]
    .into_iter()
    .flatten()
    {
        field.push('-');
        field.push_str(&parts.len().to_string());
    }
    Ok(whole)
}

/// What the signature layer of `s3s` found wrong with a body. Its error types are private, so their
/// names are all there is to tell them apart.
fn stream_error(error: &StdError) -> s3s::S3Error {
    let text = error.to_string();
    if text.contains("Sha256Mismatch") {
        sha256_mismatch()
    } else if text.contains("SignatureMismatch") {
        s3_error(
            403,
            "SignatureDoesNotMatch",
            "The signature of a chunk or trailer does not match the one calculated by the server.",
        )
    } else if text.contains("FormatError") || text.contains("TooLarge") || text.contains("TooMany") {
        invalid_request("The aws-chunked body is malformed.")
    } else {
        incomplete()
    }
}

fn sha256_mismatch() -> s3s::S3Error {
    s3_error(
        400,
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
}

fn incomplete() -> s3s::S3Error {
    s3_error(
        400,
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn code(result: S3Result<()>) -> String {
        result.map_or_else(|error| error.code().as_str().to_owned(), |()| "ok".to_owned())
    }

    type Row<'a> = (&'a [(&'static str, &'a str)], bool, &'a str);

    #[test]
    fn digests_of_documents() {
        let md5 = STANDARD.encode(Md5::checksum(b"doc"));
        let crc = get(&compute(b"doc", &["crc32"]), "crc32").unwrap().to_owned();
        let table: [Row; 7] = [
            (&[], false, "ok"),
            (&[], true, "InvalidRequest"),
            (&[("content-md5", &md5)], true, "ok"),
            (&[("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")], false, "BadDigest"),
            (&[("content-md5", "x")], false, "InvalidDigest"),
            (&[("x-amz-checksum-crc32", &crc)], true, "ok"),
            (&[("x-amz-checksum-crc32", "AAAAAA==")], true, "BadDigest"),
        ];
        for (pairs, required, expected) in table {
            assert_eq!(code(verify_document(b"doc", &headers(pairs), required)), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_composite_checksum_counts_its_parts() {
        let (a, b) = (compute(b"a", &["sha256"]), compute(b"b", &["sha256"]));
        let whole = of_parts("sha256", false, b"ab", &[&a, &b]).unwrap();
        assert!(whole.checksum_sha256.unwrap().ends_with("-2"));
        assert!(of_parts("crc32", false, b"ab", &[&a, &b]).is_err());
    }
}
