//! AWS Signature Version 4, for headers, presigned URLs and signed chunks.
//!
//! [AWS documentation](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
//! Of S3's variants: the path is encoded once, and the payload hash is a header. SigV4a is not here.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::{digest, hmac};
use bytes::Bytes;
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
    keys: RwLock<Vec<Arc<SigningKey>>>,
}

const KEYS_KEPT: usize = 8;

/// What stays the same for a day: the derived key, and the texts that name it.
struct SigningKey {
    credentials: Credentials,
    day: [u8; 8],
    region: String,
    service: String,
    key: hmac::Key,
    /// `20261124/eu-central-1/s3/aws4_request`
    scope: String,
    /// The access key id and the scope, as they stand in a query.
    encoded_credential: String,
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

/// A header to be signed: its name in lower case, and its value.
pub(crate) type Header<'a> = (&'a str, &'a [u8]);

/// What chunk signatures go on from.
pub(crate) struct Seed {
    key: Arc<SigningKey>,
    timestamp: Timestamp,
    previous: Hex,
}

/// `20261124T052300Z`.
type Timestamp = [u8; 16];
/// 32 bytes in lower-case hexadecimal.
type Hex = [u8; 64];

impl Signer {
    /// Adds `x-amz-date`, `x-amz-content-sha256`, `x-amz-security-token` and `authorization`.
    pub(crate) fn sign(
        &self,
        scope: &Scope<'_>,
        what: &Signable<'_>,
        payload: &HeaderValue,
        headers: &mut HeaderMap,
    ) -> Result<Seed, Error> {
        let timestamp = timestamp(scope.time);
        headers.insert(DATE, header(timestamp.to_vec())?);
        headers.insert(CONTENT_SHA256, payload.clone());
        if let Some(token) = scope.credentials.session_token() {
            let mut value = header(token.to_owned())?;
            value.set_sensitive(true);
            headers.insert(SECURITY_TOKEN, value);
        }
        let mut signed = Vec::with_capacity(headers.len() + 1);
        signed.extend(
            headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_bytes()))
                .filter(|(name, _)| !UNSIGNED_HEADERS.contains(name) && *name != "host"),
        );
        let names = sort(&mut signed, what.host);
        let query = canonical_query(what.query);
        let canonical = canonical_request(what.method, what.path, &query, &signed, &names, payload.as_bytes());
        let key = self.key(scope, &timestamp);
        let signature = signature(&key, &timestamp, canonical);
        let mut authorization = String::with_capacity(200 + key.scope.len() + names.len());
        for part in [
            ALGORITHM,
            " Credential=",
            scope.credentials.access_key_id(),
            "/",
            &key.scope,
            ", SignedHeaders=",
            &names,
            ", Signature=",
            text(&signature),
        ] {
            authorization.push_str(part);
        }
        let mut value = header(authorization)?;
        value.set_sensitive(true);
        headers.insert(http::header::AUTHORIZATION, value);
        Ok(Seed { key, timestamp, previous: signature })
    }

    /// Completes a URL with its query: that of `what`, and the signature's parameters. Every header given
    /// becomes a signed header. `what.path` need not be given: it stands in the URL from `path_start` on.
    pub(crate) fn presign<'a>(
        &self,
        scope: &Scope<'_>,
        what: &Signable<'a>,
        mut headers: Vec<Header<'a>>,
        expires_in_seconds: i64,
        url: &mut String,
        path_start: usize,
    ) {
        let timestamp = timestamp(scope.time);
        let key = self.key(scope, &timestamp);
        let names = sort(&mut headers, what.host);
        let query_start = url.len() + 1;
        url.push_str("?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=");
        url.push_str(&key.encoded_credential);
        url.push_str("&X-Amz-Date=");
        url.push_str(text(&timestamp));
        url.push_str("&X-Amz-Expires=");
        let _ = write!(url, "{expires_in_seconds}");
        if let Some(token) = scope.credentials.session_token() {
            url.push_str("&X-Amz-Security-Token=");
            encode_into(token, false, url);
        }
        url.push_str("&X-Amz-SignedHeaders=");
        encode_into(&names, false, url);
        let own = canonical_query(what.query);
        if !own.is_empty() {
            url.push('&');
            url.push_str(&own);
        }
        // So written, the query is in canonical order already, unless parameters of the caller's own sort first.
        let query = &url[query_start..];
        let query = if own.is_empty() || *own > *"X-Amz-SignedHeaders" {
            Cow::Borrowed(query)
        } else {
            Cow::Owned(canonical_query(query).into_owned())
        };
        let path = &url[path_start..query_start - 1];
        let canonical = canonical_request(what.method, path, &query, &headers, &names, UNSIGNED_PAYLOAD.as_bytes());
        let signature = signature(&key, &timestamp, canonical);
        url.push_str("&X-Amz-Signature=");
        url.push_str(text(&signature));
    }

    fn key(&self, scope: &Scope<'_>, timestamp: &Timestamp) -> Arc<SigningKey> {
        let day = &timestamp[..8];
        let is_it = |key: &&Arc<SigningKey>| {
            key.day == day
                && key.region == scope.region
                && key.service == scope.service
                && key.credentials.same_key(scope.credentials)
        };
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = keys.iter().find(is_it) {
            return key.clone();
        }
        drop(keys);
        let key = Arc::new(SigningKey::derive(scope, timestamp));
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() == KEYS_KEPT {
            keys.remove(0);
        }
        keys.push(key.clone());
        key
    }
}

impl SigningKey {
    fn derive(scope: &Scope<'_>, timestamp: &Timestamp) -> Self {
        let day = text(&timestamp[..8]);
        let mut secret = zeroize::Zeroizing::new(Vec::with_capacity(64));
        secret.extend_from_slice(b"AWS4");
        secret.extend_from_slice(scope.credentials.secret_access_key().as_bytes());
        let mut key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        for part in [day, scope.region, scope.service, "aws4_request"] {
            key = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref());
        }
        let name = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
        let mut encoded_credential = String::new();
        encode_into(&format!("{}/{name}", scope.credentials.access_key_id()), false, &mut encoded_credential);
        Self {
            credentials: scope.credentials.clone(),
            day: timestamp.first_chunk().copied().unwrap_or_default(),
            region: scope.region.to_owned(),
            service: scope.service.to_owned(),
            key,
            scope: name,
            encoded_credential,
        }
    }
}

impl Seed {
    /// The signature of the next chunk, by its SHA-256 in hexadecimal
    /// ([AWS documentation](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html)).
    pub(crate) fn chunk(&mut self, sha256: &str) -> &str {
        self.next("-PAYLOAD", &[EMPTY_SHA256, sha256])
    }

    /// The signature of the trailing headers, by the SHA-256 of their `name:value\n` lines
    /// ([AWS documentation](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html)).
    pub(crate) fn trailer(&mut self, sha256: &str) -> &str {
        self.next("-TRAILER", &[sha256])
    }

    fn next(&mut self, kind: &str, hashes: &[&str]) -> &str {
        let mut to_sign = String::with_capacity(320);
        to_sign.push_str(ALGORITHM);
        to_sign.push_str(kind);
        for part in [text(&self.timestamp), &self.key.scope, text(&self.previous)].iter().chain(hashes) {
            to_sign.push('\n');
            to_sign.push_str(part);
        }
        self.previous = hex(hmac::sign(&self.key.key, to_sign.as_bytes()).as_ref());
        text(&self.previous)
    }
}

/// Adds the host, sorts by name, and lists the names; several values of one name stay in their order.
fn sort<'a>(headers: &mut Vec<Header<'a>>, host: &'a str) -> String {
    headers.push(("host", host.as_bytes()));
    headers.sort_by_key(|(name, _)| *name);
    let mut names = String::with_capacity(192);
    let mut last = "";
    for (name, _) in headers.iter().filter(|(name, _)| !std::mem::replace(&mut last, name).eq(*name)) {
        if !names.is_empty() {
            names.push(';');
        }
        names.push_str(name);
    }
    names
}

/// Headers are sorted; `names` lists them.
fn canonical_request(
    method: &str,
    path: &str,
    query: &str,
    headers: &[Header<'_>],
    names: &str,
    payload: &[u8],
) -> Vec<u8> {
    let mut out = Vec::with_capacity(768 + path.len() + query.len());
    for part in [method, "\n", path, "\n", query] {
        out.extend_from_slice(part.as_bytes());
    }
    let mut last = "";
    for (name, value) in headers {
        if *name == last {
            out.push(b',');
        } else {
            out.push(b'\n');
            out.extend_from_slice(name.as_bytes());
            out.push(b':');
            last = name;
        }
        trim_into(value, &mut out);
    }
    for part in [b"\n\n", names.as_bytes(), b"\n", payload] {
        out.extend_from_slice(part);
    }
    out
}

/// Uses the memory of the canonical request for the string to sign.
fn signature(key: &SigningKey, timestamp: &Timestamp, canonical_request: Vec<u8>) -> Hex {
    let hash = digest::digest(&digest::SHA256, &canonical_request);
    let mut to_sign = canonical_request;
    to_sign.clear();
    for part in [ALGORITHM.as_bytes(), timestamp, key.scope.as_bytes()] {
        to_sign.extend_from_slice(part);
        to_sign.push(b'\n');
    }
    to_sign.extend_from_slice(&hex(hash.as_ref()));
    hex(hmac::sign(&key.key, &to_sign).as_ref())
}

/// Parameters sorted by encoded name, then by encoded value; a name alone gets its `=`.
fn canonical_query(query: &str) -> Cow<'_, str> {
    if query.is_empty() {
        return Cow::Borrowed(query);
    }
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
    Cow::Owned(out)
}

/// A header's value without spaces around it and with one for each run within.
fn trim_into(value: &[u8], out: &mut Vec<u8>) {
    let value = value.trim_ascii();
    // Most values have no space at all, which is seen faster than that they have no two.
    if !value.contains(&b' ') || !value.windows(2).any(|pair| pair == b"  ") {
        out.extend_from_slice(value);
        return;
    }
    let mut last = b'x';
    out.extend(value.iter().filter(|byte| std::mem::replace(&mut last, **byte) != b' ' || **byte != b' '));
}

/// ASCII that was written here.
fn text(ascii: &[u8]) -> &str {
    std::str::from_utf8(ascii).unwrap_or_default()
}

/// Takes the text's memory over.
fn header(text: impl Into<Bytes>) -> Result<HeaderValue, Error> {
    HeaderValue::from_maybe_shared(text.into()).map_err(|_| {
        Error::invalid("credentials", "the credentials hold characters that cannot stand in an HTTP header")
    })
}

/// Which bytes stand in a URL as they are (RFC 3986, 2.3).
static UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut letter = 0_u8;
    while letter < 128 {
        table[letter as usize] = letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'.' | b'_' | b'~');
        letter += 1;
    }
    table
};

/// Percent-encodes everything but unreserved characters (and `/`, where `keep_slash`).
pub(crate) fn encode_into(text: &str, keep_slash: bool, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let is_kept = |byte: u8| UNRESERVED[usize::from(byte)] || (byte == b'/' && keep_slash);
    let mut rest = text;
    while let Some(length) = rest.bytes().position(|byte| !is_kept(byte)) {
        out.push_str(&rest[..length]);
        let character = rest[length..].chars().next().map_or(1, char::len_utf8);
        for byte in rest[length..length + character].bytes() {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
        rest = &rest[length + character..];
    }
    out.push_str(rest);
}

/// The SHA-256 of a payload, as its header says it.
pub(crate) fn payload_hash(payload: &[u8]) -> HeaderValue {
    let hash = hex(digest::digest(&digest::SHA256, payload).as_ref());
    HeaderValue::from_bytes(&hash).unwrap_or(HeaderValue::from_static(UNSIGNED_PAYLOAD))
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex_text(digest::digest(&digest::SHA256, bytes).as_ref())
}

pub(crate) fn hex_text(hash: &[u8]) -> String {
    text(&hex(hash)).to_owned()
}

/// A hash of 32 bytes.
fn hex(hash: &[u8]) -> Hex {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = [0; 64];
    for (place, byte) in out.chunks_exact_mut(2).zip(hash) {
        place[0] = HEX[usize::from(byte >> 4)];
        place[1] = HEX[usize::from(byte & 15)];
    }
    out
}

fn timestamp(time: SystemTime) -> Timestamp {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil_date(days);
    let mut out = *b"00000000T000000Z";
    let mut put = |place: std::ops::Range<usize>, mut value: u64| {
        for digit in out[place].iter_mut().rev() {
            *digit = b'0' + (value % 10) as u8;
            value /= 10;
        }
    };
    put(0..4, year);
    put(4..6, month);
    put(6..8, day);
    put(9..11, rest / 3600);
    put(11..13, rest / 60 % 60);
    put(13..15, rest % 60);
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
