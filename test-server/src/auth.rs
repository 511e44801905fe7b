//! Who may ask, and whether what was asked was signed.
//!
//! The crate `s3s` verifies the signatures; this module adds what it does not look at. [`gate`] runs
//! before it on the raw request; [`Access`] runs after it, when the signature is known to be good.
//! Sources: *Authenticating Requests (AWS Signature Version 4)*, *Using query parameters*.

use std::collections::{HashMap, HashSet};

use http::{HeaderMap, Method, Uri, request::Parts};
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Error, S3Result};

use crate::error::{invalid_argument, s3_error};
use crate::sse::{self, SseFields};

/// The longest life of a presigned URL, in seconds (seven days).
pub const MAX_EXPIRES: i64 = 604_800;

/// One pair of keys that the server accepts. `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
    /// Set for temporary credentials: every request must carry it in `x-amz-security-token`.
    pub session_token: Option<String>,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

/// The credentials that the server knows.
#[derive(Clone, Debug, Default)]
pub struct Credentials(HashMap<String, Credential>);

impl Credentials {
    /// From a list; a later entry with the same access key wins.
    pub fn new(list: impl IntoIterator<Item = Credential>) -> Self {
        Self(list.into_iter().map(|credential| (credential.access_key.clone(), credential)).collect())
    }

    /// The credential of an access key.
    pub fn get(&self, access_key: &str) -> Option<&Credential> {
        self.0.get(access_key)
    }
}

#[async_trait::async_trait]
impl S3Auth for Credentials {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        let unknown =
            || s3_error(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
        self.get(access_key).map(|c| SecretKey::from(c.secret_key.as_str())).ok_or_else(unknown)
    }
}

/// A refusal of the gate: an S3 error plus elements that only this error has.
#[derive(Debug)]
pub struct Refusal {
    /// Status, code and message.
    pub error: S3Error,
    /// Further elements of the error document, name and text.
    pub details: Vec<(&'static str, String)>,
}

impl From<S3Error> for Refusal {
    fn from(error: S3Error) -> Self {
        Self { error, details: Vec::new() }
    }
}

/// What a `SigV4` request says about itself, in header or query.
struct Claim {
    region: String,
    signed: HashSet<String>,
}

/// The checks on a raw request that precede the verification of its signature.
///
/// Errors: 400 for two authentication mechanisms at once; 400 `AuthorizationHeaderMalformed` with the
/// expected `Region`; 403 for a presigned URL whose life is not 1 to 604,800 seconds; 403
/// `AccessDenied` with `HeadersNotSigned` for `x-amz-*` headers that are not covered by the signature;
/// 403 `SignatureDoesNotMatch` when a header that the signature names is absent.
pub fn gate(parts: &Parts, region: &str) -> Result<(), Refusal> {
    let query = query_pairs(&parts.uri);
    let presigned = query.contains_key("X-Amz-Signature") || query.contains_key("X-Amz-Algorithm");
    let header = parts.headers.get("authorization");
    if header.is_some() && (presigned || query.contains_key("Signature")) {
        return Err(invalid_argument("Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified").into());
    }
    let claim = if presigned {
        check_expires(query.get("X-Amz-Expires").map(String::as_str))?;
        claim(query.get("X-Amz-Credential"), query.get("X-Amz-SignedHeaders"))
    } else {
        let Some(text) = header.and_then(|value| value.to_str().ok()) else {
            return Ok(());
        };
        let Some(fields) = text.strip_prefix("AWS4-HMAC-SHA256") else {
            return Ok(());
        };
        let field = |name: &str| {
            fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
        };
        claim(field("Credential").as_ref(), field("SignedHeaders").as_ref())
    };
    // What cannot be read here is refused by the signature check, which reads it again.
    let Some(claim) = claim else { return Ok(()) };
    if claim.region != region {
        let error = s3_error(
            400,
            "AuthorizationHeaderMalformed",
            format!(
                "The authorization header is malformed; the region '{}' is wrong; expecting '{region}'",
                claim.region
            ),
        );
        return Err(Refusal { error, details: vec![("Region", region.to_owned())] });
    }
    check_signed_headers(&parts.headers, &claim.signed)
}

fn check_expires(text: Option<&str>) -> Result<(), Refusal> {
    let problem = match text.map(str::parse::<i64>) {
        Some(Ok(1..=MAX_EXPIRES)) => return Ok(()),
        Some(Ok(seconds)) if seconds > MAX_EXPIRES => {
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
        }
        Some(Ok(_)) => "X-Amz-Expires must be positive",
        Some(Err(_)) => "X-Amz-Expires should be a number",
        None => "Query-string authentication version 4 requires the X-Amz-Expires parameter",
    };
    Err(s3_error(403, "AuthorizationQueryParametersError", problem).into())
}

fn check_signed_headers(headers: &HeaderMap, signed: &HashSet<String>) -> Result<(), Refusal> {
    let mut unsigned: Vec<String> = headers
        .keys()
        .map(|name| name.as_str().to_owned())
        .filter(|name| (name.starts_with("x-amz-") || name == "host") && !signed.contains(name))
        .collect();
    if !unsigned.is_empty() {
        unsigned.sort();
        let error = s3_error(403, "AccessDenied", "There were headers present in the request which were not signed");
        return Err(Refusal { error, details: vec![("HeadersNotSigned", unsigned.join(", "))] });
    }
    if let Some(missing) = signed.iter().find(|name| !headers.contains_key(name.as_str())) {
        let message = format!("The signature covers the header {missing}, which the request does not have.");
        return Err(s3_error(403, "SignatureDoesNotMatch", message).into());
    }
    Ok(())
}

fn claim(credential: Option<&String>, signed: Option<&String>) -> Option<Claim> {
    let region = credential?.split('/').rev().nth(2)?.to_owned();
    Some(Claim { region, signed: signed?.split(';').map(str::to_ascii_lowercase).collect() })
}

/// The query parameters, decoded; the first of a repeated name counts.
pub fn query_pairs(uri: &Uri) -> HashMap<String, String> {
    let mut pairs = HashMap::new();
    for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.entry(decode(name)).or_insert_with(|| decode(value));
    }
    pairs
}

/// Percent-decoding; bytes that are not UTF-8 become the replacement character.
pub fn decode(text: &str) -> String {
    let raw = text.as_bytes();
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let escaped = (raw[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(raw[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The checks that follow the verification of the signature and precede the reading of the body.
#[derive(Debug, Clone)]
pub struct Access {
    /// To ask temporary credentials for their token.
    pub credentials: Credentials,
}

#[async_trait::async_trait]
impl S3Access for Access {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        let Some(caller) = cx.credentials() else {
            return Err(s3_error(403, "AccessDenied", "Anonymous requests are not allowed."));
        };
        // A POST form carries its token as a field, which its signed policy covers.
        if cx.s3_op().name() != "PostObject" {
            self.check_token(&caller.access_key, cx.headers(), cx.uri())?;
        }
        check_encryption(cx.s3_op().name(), cx.method(), cx.headers(), cx.uri())
    }
}

impl Access {
    fn check_token(&self, access_key: &str, headers: &HeaderMap, uri: &Uri) -> S3Result<()> {
        let expected = self.credentials.get(access_key).and_then(|c| c.session_token.clone());
        let sent = headers
            .get("x-amz-security-token")
            .and_then(|value| value.to_str().ok().map(str::to_owned))
            .or_else(|| query_pairs(uri).remove("X-Amz-Security-Token"));
        if expected == sent {
            return Ok(());
        }
        Err(s3_error(400, "InvalidToken", "The provided token is malformed or otherwise invalid."))
    }
}

/// The rules about encryption headers that hold whatever the bucket and the key are.
fn check_encryption(operation: &str, method: &Method, headers: &HeaderMap, uri: &Uri) -> S3Result<()> {
    let fields = SseFields::from_headers(headers)?;
    if matches!(operation, "PutObject" | "CopyObject" | "CreateMultipartUpload") {
        if fields.names_kms() && is_v2(headers, uri) {
            return Err(kms_needs_v4());
        }
        // The operation parses the fields again, with the form fields of a POST upload in their place.
        return Ok(());
    }
    if let Some(name) = sse::CREATE_ONLY.iter().find(|name| headers.contains_key(**name)) {
        return Err(invalid_argument(format!(
            "{name} header is not supported for this operation ({method} {operation})."
        )));
    }
    fields.customer.parse().map(drop)
}

/// 400 `InvalidArgument`: KMS does not go with Signature Version 2.
pub fn kms_needs_v4() -> S3Error {
    invalid_argument(
        "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
    )
}

/// Whether the request is signed with Signature Version 2.
pub fn is_v2(headers: &HeaderMap, uri: &Uri) -> bool {
    headers.get("authorization").is_some_and(|value| value.as_bytes().starts_with(b"AWS "))
        || query_pairs(uri).contains_key("Signature")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut builder = http::Request::builder().method("PUT").uri(uri);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap().into_parts().0
    }

    fn code(result: Result<(), Refusal>) -> String {
        result.map_or_else(|refusal| refusal.error.code().as_str().to_owned(), |()| "ok".to_owned())
    }

    const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";

    type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

    #[test]
    fn headers_and_signature_must_agree() {
        let table: [Row; 6] = [
            ("nothing signed", &[], "ok"),
            ("all signed", &[("authorization", SIGNED), ("host", "h"), ("x-amz-date", "d")], "ok"),
            (
                "one more",
                &[("authorization", SIGNED), ("host", "h"), ("x-amz-date", "d"), ("x-amz-meta-a", "1")],
                "AccessDenied",
            ),
            ("one less", &[("authorization", SIGNED), ("host", "h")], "SignatureDoesNotMatch"),
            ("not of amz", &[("authorization", SIGNED), ("host", "h"), ("x-amz-date", "d"), ("accept", "1")], "ok"),
            (
                "another region",
                &[("authorization", &SIGNED.replace("us-east-1", "eu-west-1")), ("host", "h"), ("x-amz-date", "d")],
                "AuthorizationHeaderMalformed",
            ),
        ];
        for (name, headers, expected) in table {
            assert_eq!(code(gate(&parts("/b/k", headers), "us-east-1")), expected, "{name}");
        }
    }

    #[test]
    fn the_life_of_a_presigned_url_is_bounded() {
        let table = [
            ("&X-Amz-Expires=1", "ok"),
            ("&X-Amz-Expires=604800", "ok"),
            ("&X-Amz-Expires=604801", "AuthorizationQueryParametersError"),
            ("&X-Amz-Expires=0", "AuthorizationQueryParametersError"),
            ("&X-Amz-Expires=-1", "AuthorizationQueryParametersError"),
            ("&X-Amz-Expires=soon", "AuthorizationQueryParametersError"),
            ("", "AuthorizationQueryParametersError"),
        ];
        for (expires, expected) in table {
            let uri = format!(
                "/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20260101%2Fus-east-1%2Fs3%2Faws4_request\
                 &X-Amz-SignedHeaders=host&X-Amz-Signature=00{expires}"
            );
            assert_eq!(code(gate(&parts(&uri, &[("host", "h")]), "us-east-1")), expected, "{expires}");
        }
    }

    #[test]
    fn broken_escapes_are_kept() {
        assert_eq!(decode("a%20b%2"), "a b%2");
        assert_eq!(decode("%zz%é"), "%zz%é");
    }
}
