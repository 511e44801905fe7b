//! AWS Signature Version 4, for headers, presigned URLs and signed chunks.
//!
//! [AWS documentation](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
//! Of S3's variants: the path is encoded once, and the payload hash is a header. SigV4a is not here.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::{digest, hmac};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::credentials::Credentials;
use crate::error::Error;

/// SHA-256 of nothing, in hexadecimal.
pub(crate) const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// The payload is not signed: its integrity rests on TLS.
pub(crate) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Headers that proxies change or that hyper writes: never signed.
const UNSIGNED_HEADERS: [&str; 6] =
    ["authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"];

/// Signs for one client. Keeps the derived keys, which change once a day.
#[derive(Default)]
pub(crate) struct Signer {
    /// Newest last. More than one only where requests bring their own credentials or go to several regions.
    keys: Mutex<Vec<Arc<SigningKey>>>,
}

const KEYS_KEPT: usize = 8;

struct SigningKey {
    credentials: Credentials,
    day: String,
    region: String,
    service: String,
    key: hmac::Key,
}

/// Who signs, where and when.
pub(crate) struct Scope<'a> {
    pub credentials: &'a Credentials,
    pub region: &'a str,
    pub service: &'a str,
    pub time: SystemTime,
}

/// What is signed. `path` and `query` are encoded already, as they go on the wire.
pub(crate) struct Signable<'a> {
    pub method: &'a str,
    pub host: &'a str,
    pub path: &'a str,
    pub query: &'a str,
}

/// What chunk signatures go on from.
pub(crate) struct Seed {
    key: Arc<SigningKey>,
    timestamp: String,
    scope: String,
    previous: String,
}

impl Signer {
    /// Adds `x-amz-date`, `x-amz-content-sha256`, `x-amz-security-token` and `authorization`.
    pub(crate) fn sign(
        &self,
        scope: &Scope<'_>,
        what: &Signable<'_>,
        payload: &str,
        headers: &mut HeaderMap,
    ) -> Result<Seed, Error> {
        let timestamp = timestamp(scope.time);
        let day = &timestamp[..8];
        headers.insert(DATE, header(&timestamp)?);
        headers.insert(CONTENT_SHA256, header(payload)?);
        if let Some(token) = scope.credentials.session_token() {
            let mut value = header(token)?;
            value.set_sensitive(true);
            headers.insert(SECURITY_TOKEN, value);
        }
        let (canonical_headers, signed_headers) = canonical_headers(what.host, headers);
        let canonical = canonical_request(what, &canonical_headers, &signed_headers, payload);
        let credential_scope = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
        let key = self.key(scope, day);
        let signature = hmac_hex(&key.key, string_to_sign(&timestamp, &credential_scope, &canonical).as_bytes());
        let authorization = format!(
            "{ALGORITHM} Credential={}/{credential_scope}, SignedHeaders={signed_headers}, Signature={signature}",
            scope.credentials.access_key_id(),
        );
        let mut value = header(&authorization)?;
        value.set_sensitive(true);
        headers.insert(http::header::AUTHORIZATION, value);
        Ok(Seed { key, timestamp, scope: credential_scope, previous: signature })
    }

    /// The query string of a presigned URL: `what.query` with the signature's parameters. Every header given
    /// becomes a signed header.
    pub(crate) fn presign(
        &self,
        scope: &Scope<'_>,
        what: &Signable<'_>,
        headers: &HeaderMap,
        expires_in_seconds: i64,
    ) -> String {
        let timestamp = timestamp(scope.time);
        let day = &timestamp[..8];
        let credential_scope = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
        let (canonical_headers, signed_headers) = canonical_headers(what.host, headers);
        let mut query = String::with_capacity(512);
        query.push_str(what.query);
        let mut parameter = |name: &str, value: &str| {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            encode_into(value, false, &mut query);
        };
        parameter("X-Amz-Algorithm", ALGORITHM);
        parameter("X-Amz-Credential", &format!("{}/{credential_scope}", scope.credentials.access_key_id()));
        parameter("X-Amz-Date", &timestamp);
        parameter("X-Amz-Expires", &expires_in_seconds.to_string());
        parameter("X-Amz-SignedHeaders", &signed_headers);
        if let Some(token) = scope.credentials.session_token() {
            parameter("X-Amz-Security-Token", token);
        }
        let signable = Signable { query: &query, ..*what };
        let canonical = canonical_request(&signable, &canonical_headers, &signed_headers, UNSIGNED_PAYLOAD);
        let key = self.key(scope, day);
        let signature = hmac_hex(&key.key, string_to_sign(&timestamp, &credential_scope, &canonical).as_bytes());
        query.push_str("&X-Amz-Signature=");
        query.push_str(&signature);
        query
    }

    fn key(&self, scope: &Scope<'_>, day: &str) -> Arc<SigningKey> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let known = keys.iter().find(|key| {
            key.day == day
                && key.region == scope.region
                && key.service == scope.service
                && key.credentials.same_key(scope.credentials)
        });
        if let Some(key) = known {
            return key.clone();
        }
        let mut secret = zeroize::Zeroizing::new(Vec::with_capacity(64));
        secret.extend_from_slice(b"AWS4");
        secret.extend_from_slice(scope.credentials.secret_access_key().as_bytes());
        let mut key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        for part in [day, scope.region, scope.service, "aws4_request"] {
            key = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref());
        }
        let key = Arc::new(SigningKey {
            credentials: scope.credentials.clone(),
            day: day.to_owned(),
            region: scope.region.to_owned(),
            service: scope.service.to_owned(),
            key,
        });
        if keys.len() == KEYS_KEPT {
            keys.remove(0);
        }
        keys.push(key.clone());
        key
    }
}

impl Seed {
    /// The signature of the next chunk, by its SHA-256 in hexadecimal
    /// ([AWS documentation](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html)).
    pub(crate) fn chunk(&mut self, sha256: &str) -> &str {
        let to_sign = format!(
            "{ALGORITHM}-PAYLOAD\n{}\n{}\n{}\n{EMPTY_SHA256}\n{}",
            self.timestamp, self.scope, self.previous, sha256,
        );
        self.previous = hmac_hex(&self.key.key, to_sign.as_bytes());
        &self.previous
    }

    /// The signature of the trailing headers, by the SHA-256 of their `name:value\n` lines
    /// ([AWS documentation](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html)).
    pub(crate) fn trailer(&mut self, sha256: &str) -> &str {
        let to_sign = format!("{ALGORITHM}-TRAILER\n{}\n{}\n{}\n{}", self.timestamp, self.scope, self.previous, sha256);
        self.previous = hmac_hex(&self.key.key, to_sign.as_bytes());
        &self.previous
    }
}

fn canonical_request(what: &Signable<'_>, headers: &str, signed_headers: &str, payload: &str) -> String {
    let query = canonical_query(what.query);
    format!("{}\n{}\n{query}\n{headers}\n{signed_headers}\n{payload}", what.method, what.path)
}

fn string_to_sign(timestamp: &str, scope: &str, canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{timestamp}\n{scope}\n{}", sha256_hex(canonical_request.as_bytes()))
}

/// Parameters sorted by encoded name, then by encoded value; a name alone gets its `=`.
fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<(&str, &str)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    pairs.sort_unstable();
    let mut out = String::with_capacity(query.len() + 8);
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(value);
    }
    out
}

/// The canonical header block and the list of signed names.
fn canonical_headers(host: &str, headers: &HeaderMap) -> (String, String) {
    let mut names: Vec<&str> = headers
        .keys()
        .map(HeaderName::as_str)
        .filter(|name| !UNSIGNED_HEADERS.contains(name) && *name != "host")
        .collect();
    names.push("host");
    names.sort_unstable();
    let mut block = String::with_capacity(512);
    let mut list = String::with_capacity(128);
    for name in names {
        if !list.is_empty() {
            list.push(';');
        }
        list.push_str(name);
        block.push_str(name);
        block.push(':');
        if name == "host" {
            block.push_str(host);
        }
        for (index, value) in headers.get_all(name).iter().enumerate() {
            if name == "host" {
                break;
            }
            if index > 0 {
                block.push(',');
            }
            trim_into(value, &mut block);
        }
        block.push('\n');
    }
    (block, list)
}

/// A header's value without spaces around it and with one for each run within.
fn trim_into(value: &HeaderValue, out: &mut String) {
    let text = String::from_utf8_lossy(value.as_bytes());
    let start = out.len();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if out.len() > start {
            out.push(' ');
        }
        out.push_str(word);
    }
}

fn header(text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|_| {
        Error::invalid("credentials", "the credentials hold characters that cannot stand in an HTTP header")
    })
}

/// Percent-encodes everything but unreserved characters (and `/`, where `keep_slash`).
pub(crate) fn encode_into(text: &str, keep_slash: bool, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            b'/' if keep_slash => out.push('/'),
            _ => {
                out.push('%');
                out.push(HEX[usize::from(byte >> 4)] as char);
                out.push(HEX[usize::from(byte & 15)] as char);
            }
        }
    }
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hmac_hex(key: &hmac::Key, bytes: &[u8]) -> String {
    hex(hmac::sign(key, bytes).as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(HEX[usize::from(byte >> 4)] as char);
        out.push(HEX[usize::from(byte & 15)] as char);
    }
    out
}

/// `20261124T052300Z`.
pub(crate) fn timestamp(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil_date(days);
    let mut out = String::with_capacity(16);
    let _ = write!(out, "{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", rest / 3600, rest / 60 % 60, rest % 60);
    out
}

/// Year, month and day of a day since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil_date(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let era = z / 146_097;
    let day_of_era = z % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
#[path = "signer_tests.rs"]
mod tests;
