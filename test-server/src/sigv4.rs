//! Signature Version 4 of a header-signed request, for the KMS API.
//!
//! The crate `s3s` verifies S3 requests and refuses any other service, so KMS has its own verifier,
//! written from *Create a signed AWS API request*. Neither shares code with the client's signer.

use std::fmt::Write as _;

use aws_lc_rs::{constant_time, digest, hmac};
use http::request::Parts;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::auth::Credentials;
use crate::error::KmsError;
use crate::random::to_hex;

/// How far a request's clock may be off.
const MAX_SKEW: Duration = Duration::from_mins(15);

/// Verifies a request to `service` with an empty query.
///
/// Errors: `MissingAuthenticationTokenException`, `IncompleteSignatureException`,
/// `UnrecognizedClientException`, `InvalidSignatureException`.
pub fn verify(
    parts: &Parts,
    body: &[u8],
    credentials: &Credentials,
    region: &str,
    service: &str,
) -> Result<(), KmsError> {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization")
        .ok_or_else(|| KmsError::new("MissingAuthenticationTokenException", "Missing Authentication Token"))?;
    let incomplete =
        |what: &str| KmsError::new("IncompleteSignatureException", format!("{what} is missing or malformed"));
    let fields = authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or_else(|| incomplete("AWS4-HMAC-SHA256"))?;
    let field = |name: &str| {
        let value = fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
        value.ok_or_else(|| incomplete(name))
    };
    let (scope, signed, signature) = (field("Credential")?, field("SignedHeaders")?, field("Signature")?);
    let mut pieces = scope.split('/');
    let (Some(access_key), Some(day), Some(scope_region), Some(scope_service), Some("aws4_request"), None) =
        (pieces.next(), pieces.next(), pieces.next(), pieces.next(), pieces.next(), pieces.next())
    else {
        return Err(incomplete("Credential"));
    };
    if scope_region != region || scope_service != service {
        return Err(KmsError::new(
            "InvalidSignatureException",
            format!("Credential should be scoped to {region} and {service}"),
        ));
    }
    let credential = credentials
        .get(access_key)
        .filter(|credential| credential.session_token.as_deref() == header("x-amz-security-token"))
        .ok_or_else(|| {
            KmsError::new("UnrecognizedClientException", "The security token included in the request is invalid.")
        })?;
    let date = header("x-amz-date").ok_or_else(|| incomplete("x-amz-date"))?;
    let time = parse_date(date).filter(|_| date.starts_with(day)).ok_or_else(|| incomplete("x-amz-date"))?;
    let now = SystemTime::now();
    let skew = now.duration_since(time).or_else(|_| time.duration_since(now)).unwrap_or_default();
    if skew > MAX_SKEW {
        return Err(KmsError::new("InvalidSignatureException", "Signature expired: the request's clock is off"));
    }

    let mut canonical = format!("{}\n{}\n\n", parts.method, parts.uri.path());
    for name in signed.split(';') {
        let value = header(name).ok_or_else(|| incomplete(name))?;
        let _ = writeln!(canonical, "{name}:{}", value.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let _ = write!(canonical, "\n{signed}\n{}", sha256(body));
    let scope = scope.split_once('/').map_or("", |(_, rest)| rest);
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", sha256(canonical.as_bytes()));
    let mut key = format!("AWS4{}", credential.secret_key).into_bytes();
    for piece in [day, region, service, "aws4_request"] {
        key = hmac(&key, piece.as_bytes());
    }
    let expected = to_hex(&hmac(&key, to_sign.as_bytes()));
    let required = ["host", "x-amz-date", "x-amz-target"];
    let covers = required.iter().all(|name| signed.split(';').any(|s| s == *name));
    if covers && constant_time::verify_slices_are_equal(expected.as_bytes(), signature.as_bytes()).is_ok() {
        return Ok(());
    }
    Err(KmsError::new(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided.",
    ))
}

fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref().to_vec()
}

fn sha256(data: &[u8]) -> String {
    to_hex(digest::digest(&digest::SHA256, data).as_ref())
}

/// `YYYYMMDDTHHMMSSZ`.
fn parse_date(text: &str) -> Option<SystemTime> {
    if text.len() != 16 || !text.is_ascii() || text.as_bytes()[8] != b'T' || text.as_bytes()[15] != b'Z' {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(9, 11)?, number(11, 13)?, number(13, 15)?);
    if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days since 1970-01-01, by counting years that begin in March (so that the leap day is the last).
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
    Some(UNIX_EPOCH + Duration::from_secs(days * 86_400 + hour * 3600 + minute * 60 + second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let seconds = |text| parse_date(text).map(|t| t.duration_since(UNIX_EPOCH).unwrap().as_secs());
        assert_eq!(seconds("19700101T000000Z"), Some(0));
        assert_eq!(seconds("20240229T123456Z"), Some(1_709_210_096));
        assert_eq!(seconds("20261124T053000Z"), Some(1_795_498_200));
        for bad in ["", "20240229T123456", "2024-02-29T12:34", "20241329T123456Z", "abcdefghTijklmnZ"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
