//! POST uploads: what S3 demands of a form and the crate `s3s` lets pass.
//!
//! `s3s` verifies the policy's signature, its conditions, and that each field has one, but exempts the
//! encryption fields from the last rule and takes KMS with Signature Version 2. Source: *Creating an HTML
//! form using AWS Signature Version 4*.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use s3s::S3Result;
use s3s::post_policy::{PostPolicy, PostPolicyCondition};

use crate::auth::kms_needs_v4;
use crate::error::s3_error;
use crate::sse::SSE;

/// Whether the body is a form of a POST upload.
pub fn is_form(parts: &Parts) -> bool {
    let kind = parts.headers.get("content-type");
    parts.method == http::Method::POST && kind.is_some_and(|v| v.as_bytes().starts_with(b"multipart/form-data"))
}

/// Checks the encryption fields of a form. What cannot be read here is refused by `s3s`.
///
/// Errors: 403 `AccessDenied` for an encryption field without a condition, 400 `InvalidArgument` for KMS
/// with Signature Version 2.
pub fn check(parts: &Parts, body: &[u8]) -> S3Result<()> {
    let fields = fields(parts, body);
    let value = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let policy = value("policy").and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
    let policy = std::str::from_utf8(&policy).ok().and_then(|json| PostPolicy::from_json(json).ok());
    let conditions = policy.map(|policy| policy.conditions).unwrap_or_default();
    let covered = |name: &str| {
        conditions.iter().any(|condition| match condition {
            PostPolicyCondition::Eq { field, .. } | PostPolicyCondition::StartsWith { field, .. } => field == name,
            PostPolicyCondition::ContentLengthRange { .. } => false,
        })
    };
    let encryption = || fields.iter().map(|(name, _)| name).filter(|name| name.starts_with(SSE));
    if let Some(name) = encryption().find(|name| !covered(name)) {
        let message = format!("Invalid according to Policy: Extra input fields: {name}");
        return Err(s3_error(403, "AccessDenied", message));
    }
    let names_kms = value(SSE).is_some_and(|algorithm| algorithm.starts_with("aws:kms"));
    if names_kms && value("x-amz-signature").is_none() {
        return Err(kms_needs_v4());
    }
    Ok(())
}

/// The fields before the file, names in lower case.
fn fields(parts: &Parts, body: &[u8]) -> Vec<(String, String)> {
    let kind = parts.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(boundary) = kind.split(';').find_map(|piece| piece.trim().strip_prefix("boundary=")) else {
        return Vec::new();
    };
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let mut fields = Vec::new();
    let mut rest = body;
    while let Some(at) = find(rest, delimiter.as_bytes()) {
        rest = &rest[at + delimiter.len()..];
        let Some(split) = find(rest, b"\r\n\r\n") else { break };
        let head = String::from_utf8_lossy(&rest[..split]);
        let name = head.split("name=\"").nth(1).and_then(|text| text.split('"').next()).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        rest = &rest[split + 4..];
        if name == "file" {
            break;
        }
        let end = find(rest, format!("\r\n{delimiter}").as_bytes()).unwrap_or(rest.len());
        fields.push((name, String::from_utf8_lossy(&rest[..end]).into_owned()));
        rest = &rest[end..];
    }
    fields
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(fields: &[(&str, &str)]) -> S3Result<()> {
        use std::fmt::Write as _;
        let mut body = String::new();
        for (name, value) in fields {
            let _ = write!(body, "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        body.push_str("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b--\r\n");
        let request = http::Request::post("/b").header("content-type", "multipart/form-data; boundary=b");
        check(&request.body(()).unwrap().into_parts().0, body.as_bytes())
    }

    fn code(result: S3Result<()>) -> String {
        result.map_or_else(|error| error.code().as_str().to_owned(), |()| "ok".to_owned())
    }

    #[test]
    fn encryption_fields_need_conditions_and_kms_needs_version_4() {
        let policy =
            STANDARD.encode(format!(r#"{{"expiration":"2099-01-01T00:00:00Z","conditions":[{{"{SSE}":"aws:kms"}}]}}"#));
        let (policy, v4) = (("policy", policy.as_str()), ("x-amz-signature", "00"));
        assert_eq!(code(post(&[])), "ok");
        assert_eq!(code(post(&[("key", "k"), policy, v4])), "ok");
        assert_eq!(code(post(&[(SSE, "aws:kms"), policy, v4])), "ok");
        assert_eq!(code(post(&[(SSE, "aws:kms"), v4])), "AccessDenied");
        assert_eq!(code(post(&[(&format!("{SSE}-context"), "e30="), policy, v4])), "AccessDenied");
        assert_eq!(code(post(&[(SSE, "aws:kms"), policy, ("signature", "00")])), "InvalidArgument");
    }
}
