//! How S3 encrypts an object at rest: a type that cannot say what S3 would refuse, and the one table of which
//! header goes on which operation.
//!
//! Rules: [SSE-KMS](https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html),
//! [DSSE-KMS](https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingDSSEncryption.html),
//! [SSE-C](https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html).

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, HeaderName, HeaderValue};
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key_id::KeyId;

/// How S3 shall encrypt an object at rest.
#[derive(Clone, Debug)]
pub enum ServerSideEncryption {
    /// As the bucket is configured; nothing is verified.
    BucketDefault {
        /// Whether S3 shall use a bucket key, where the bucket's default is SSE-KMS; `None`: as the bucket says.
        bucket_key: Option<bool>,
    },
    /// SSE-S3, `AES256`: keys managed by S3.
    S3,
    /// SSE-KMS, `aws:kms`.
    Kms(KmsEncryption),
    /// DSSE-KMS, `aws:kms:dsse`: two layers. S3 has no bucket keys for it.
    Dsse {
        /// The KMS key; `None`: the AWS managed key `aws/s3`.
        key: Option<KeyId>,
        /// The encryption context.
        context: Option<EncryptionContext>,
    },
    /// SSE-C: a key that the caller keeps.
    CustomerKey(CustomerKey),
}

impl Default for ServerSideEncryption {
    fn default() -> Self {
        Self::BucketDefault { bucket_key: None }
    }
}

/// What SSE-KMS needs to know.
#[derive(Clone, Debug, Default)]
pub struct KmsEncryption {
    /// The KMS key; `None`: the AWS managed key `aws/s3`.
    pub key: Option<KeyId>,
    /// The encryption context.
    pub context: Option<EncryptionContext>,
    /// Whether S3 shall use a bucket key; `None`: as the bucket says.
    pub bucket_key: Option<bool>,
}

/// The flat form in which an encryption crosses the boundary.
#[derive(Clone, Copy, Default)]
pub(crate) struct FlatEncryption<'a> {
    pub algorithm: Option<&'a str>,
    pub kms_key_id: Option<&'a str>,
    pub context: Option<&'a str>,
    pub bucket_key_enabled: Option<bool>,
    pub customer_algorithm: Option<&'a str>,
    pub customer_key: Option<&'a str>,
    pub customer_key_md5: Option<&'a str>,
}

pub(crate) const AES256: &str = "AES256";
pub(crate) const KMS: &str = "aws:kms";
pub(crate) const DSSE: &str = "aws:kms:dsse";

impl ServerSideEncryption {
    /// SSE-KMS under a key of the caller's: id, ARN, alias name or alias ARN.
    ///
    /// # Errors
    /// `InvalidArgument` when the text is no name of a KMS key.
    pub fn kms(key: &str) -> Result<Self, Error> {
        let key = Some(KeyId::parse(key, "ssekms_key_id")?);
        Ok(Self::Kms(KmsEncryption { key, ..KmsEncryption::default() }))
    }

    /// SSE-KMS under the AWS managed key `aws/s3`.
    #[must_use]
    pub fn kms_managed() -> Self {
        Self::Kms(KmsEncryption::default())
    }

    pub(crate) fn from_flat(flat: &FlatEncryption<'_>) -> Result<Self, Error> {
        let customer =
            CustomerKey::from_flat(flat.customer_algorithm, flat.customer_key, flat.customer_key_md5, "sse_customer")?;
        // .NET's ServerSideEncryptionMethod.None is the empty text.
        let algorithm = flat.algorithm.filter(|text| !text.is_empty());
        if let Some(customer) = customer {
            let field = match (algorithm, flat.kms_key_id, flat.context) {
                (Some(_), _, _) => Some("server_side_encryption"),
                (_, Some(_), _) => Some("ssekms_key_id"),
                (_, _, Some(_)) => Some("ssekms_encryption_context"),
                _ => None,
            };
            return match field {
                Some(field) => {
                    Err(Error::invalid(field, format!("{field} cannot be combined with a customer key (SSE-C)"))
                        .hint("Choose one: SSE-KMS, or a key of your own"))
                }
                None => Ok(Self::CustomerKey(customer)),
            };
        }
        let key = flat.kms_key_id.map(|text| KeyId::parse(text, "ssekms_key_id")).transpose()?;
        let context = flat.context.map(EncryptionContext::parse).transpose()?;
        let without_kms = |algorithm: &str| {
            let field = if key.is_some() { "ssekms_key_id" } else { "ssekms_encryption_context" };
            if key.is_some() || context.is_some() {
                return Err(Error::invalid(
                    field,
                    format!("{field} needs server_side_encryption to be aws:kms, not {algorithm}"),
                )
                .hint("Set the algorithm to aws:kms, or drop the field"));
            }
            Ok(())
        };
        match algorithm {
            None => without_kms("absent").map(|()| Self::BucketDefault { bucket_key: flat.bucket_key_enabled }),
            Some(AES256) => without_kms(AES256).map(|()| Self::S3),
            Some(KMS) => Ok(Self::Kms(KmsEncryption { key, context, bucket_key: flat.bucket_key_enabled })),
            Some(DSSE) if flat.bucket_key_enabled == Some(true) => {
                Err(Error::invalid("bucket_key_enabled", "bucket_key_enabled: S3 has no bucket keys for aws:kms:dsse"))
            }
            Some(DSSE) => Ok(Self::Dsse { key, context }),
            Some(other) => Err(Error::invalid(
                "server_side_encryption",
                format!("server_side_encryption must be AES256, aws:kms or aws:kms:dsse, not {}", other.escape_debug()),
            )),
        }
    }

    /// The algorithm's name on the wire, where one was asked for (SSE-C has a header of its own).
    pub(crate) fn algorithm(&self) -> Option<&'static str> {
        match self {
            Self::BucketDefault { .. } | Self::CustomerKey(_) => None,
            Self::S3 => Some(AES256),
            Self::Kms(_) => Some(KMS),
            Self::Dsse { .. } => Some(DSSE),
        }
    }

    /// The KMS key, where one was asked for.
    pub(crate) fn key(&self) -> Option<&KeyId> {
        match self {
            Self::Kms(kms) => kms.key.as_ref(),
            Self::Dsse { key, .. } => key.as_ref(),
            _ => None,
        }
    }

    pub(crate) fn customer_key(&self) -> Option<&CustomerKey> {
        match self {
            Self::CustomerKey(key) => Some(key),
            _ => None,
        }
    }

    /// Whether the request bears or asks for what plain http must not carry.
    pub(crate) fn needs_tls(&self) -> bool {
        !matches!(self, Self::BucketDefault { .. } | Self::S3)
    }

    /// The headers of one kind of operation, with whether they are sensitive. This is the table of `sse-kms-wire`: a
    /// write carries all of them, a part only the customer key, everything else none.
    pub(crate) fn each_header<'a>(&'a self, operation: Carries, visit: &mut Visit<'a, '_>) {
        if let Some(key) = self.customer_key() {
            if operation != Carries::Nothing {
                key.each_header(&CUSTOMER, visit);
            }
            return;
        }
        if operation != Carries::Everything {
            return;
        }
        let (context, bucket_key) = match self {
            Self::BucketDefault { bucket_key } => (None, *bucket_key),
            Self::Kms(kms) => (kms.context.as_ref(), kms.bucket_key),
            Self::Dsse { context, .. } => (context.as_ref(), None),
            Self::S3 | Self::CustomerKey(_) => (None, None),
        };
        if let Some(algorithm) = self.algorithm() {
            visit(&ALGORITHM, algorithm, false);
        }
        if let Some(key) = self.key() {
            visit(&KEY_ID, key.as_str(), false);
        }
        if let Some(context) = context {
            visit(&CONTEXT, context.as_base64(), true);
        }
        if let Some(enabled) = bucket_key {
            visit(&BUCKET_KEY, if enabled { "true" } else { "false" }, false);
        }
    }

    /// Writes the headers of one kind of operation.
    pub(crate) fn write_headers(&self, operation: Carries, headers: &mut HeaderMap) {
        self.each_header(operation, &mut |name, value, sensitive| insert(headers, name, value, sensitive));
    }
}

/// Is shown a header: name, value, and whether it must not be printed.
pub(crate) type Visit<'a, 'v> = dyn FnMut(&'static HeaderName, &'a str, bool) + 'v;

/// Which encryption headers an operation carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Carries {
    /// PutObject, CopyObject, CreateMultipartUpload.
    Everything,
    /// UploadPart, UploadPartCopy, GET, HEAD: SSE-C only. S3 answers 400 to anything else.
    CustomerKey,
    /// Complete, Abort, Delete.
    Nothing,
}

static ALGORITHM: HeaderName = HeaderName::from_static("x-amz-server-side-encryption");
static KEY_ID: HeaderName = HeaderName::from_static("x-amz-server-side-encryption-aws-kms-key-id");
static CONTEXT: HeaderName = HeaderName::from_static("x-amz-server-side-encryption-context");
static BUCKET_KEY: HeaderName = HeaderName::from_static("x-amz-server-side-encryption-bucket-key-enabled");

/// Names of the three SSE-C headers.
pub(crate) struct CustomerHeaders {
    algorithm: HeaderName,
    key: HeaderName,
    md5: HeaderName,
}

/// SSE-C of the object itself.
pub(crate) static CUSTOMER: CustomerHeaders = CustomerHeaders {
    algorithm: HeaderName::from_static("x-amz-server-side-encryption-customer-algorithm"),
    key: HeaderName::from_static("x-amz-server-side-encryption-customer-key"),
    md5: HeaderName::from_static("x-amz-server-side-encryption-customer-key-md5"),
};

/// SSE-C of the source of a copy.
pub(crate) static COPY_SOURCE_CUSTOMER: CustomerHeaders = CustomerHeaders {
    algorithm: HeaderName::from_static("x-amz-copy-source-server-side-encryption-customer-algorithm"),
    key: HeaderName::from_static("x-amz-copy-source-server-side-encryption-customer-key"),
    md5: HeaderName::from_static("x-amz-copy-source-server-side-encryption-customer-key-md5"),
};

/// The text was checked when it was parsed: printable ASCII, base64 or JSON encoded as base64.
fn insert(headers: &mut HeaderMap, name: &'static HeaderName, value: &str, sensitive: bool) {
    if let Ok(mut value) = HeaderValue::from_str(value) {
        value.set_sensitive(sensitive);
        headers.insert(name, value);
    }
}

/// A key of the caller's own, for SSE-C: 256 bits that S3 uses and forgets.
#[derive(Clone)]
pub struct CustomerKey {
    base64: Zeroizing<String>,
    md5: String,
}

impl CustomerKey {
    /// A key of 32 bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self { base64: Zeroizing::new(BASE64.encode(key)), md5: BASE64.encode(Md5::digest(key)) }
    }

    pub(crate) fn from_flat(
        algorithm: Option<&str>,
        key: Option<&str>,
        md5: Option<&str>,
        prefix: &'static str,
    ) -> Result<Option<Self>, Error> {
        let (key_field, algorithm_field, md5_field) = match prefix {
            "sse_customer" => ("sse_customer_key", "sse_customer_algorithm", "sse_customer_key_md5"),
            _ => (
                "copy_source_sse_customer_key",
                "copy_source_sse_customer_algorithm",
                "copy_source_sse_customer_key_md5",
            ),
        };
        // .NET's ServerSideEncryptionCustomerMethod.None is the empty text.
        let algorithm = algorithm.filter(|text| !text.is_empty());
        let Some(key) = key else {
            return match algorithm.or(md5) {
                None => Ok(None),
                Some(_) => {
                    Err(Error::invalid(key_field, format!("{key_field} is missing: SSE-C needs the key itself")))
                }
            };
        };
        if let Some(other) = algorithm.filter(|text| *text != AES256) {
            let message = format!("{algorithm_field} must be AES256, not {}", other.escape_debug());
            return Err(Error::invalid(algorithm_field, message));
        }
        let decoded = BASE64.decode(key).ok().map(Zeroizing::new);
        let bytes = decoded.as_deref().and_then(|bytes| <&[u8; 32]>::try_from(bytes.as_slice()).ok());
        let bytes =
            bytes.ok_or_else(|| Error::invalid(key_field, format!("{key_field} must be the base64 of 32 bytes")))?;
        let customer = Self::new(bytes);
        if md5.is_some_and(|md5| md5 != customer.md5) {
            return Err(Error::invalid(md5_field, format!("{md5_field} is not the MD5 of the key"))
                .hint("Leave it out: it is computed"));
        }
        Ok(Some(customer))
    }

    /// Base64 of the key's MD5, which S3 reports back.
    #[must_use]
    pub fn md5(&self) -> &str {
        &self.md5
    }

    pub(crate) fn each_header<'a>(&'a self, names: &'static CustomerHeaders, visit: &mut Visit<'a, '_>) {
        visit(&names.algorithm, AES256, false);
        visit(&names.key, &self.base64, true);
        visit(&names.md5, &self.md5, false);
    }

    pub(crate) fn write_headers(&self, names: &'static CustomerHeaders, headers: &mut HeaderMap) {
        self.each_header(names, &mut |name, value, sensitive| insert(headers, name, value, sensitive));
    }
}

impl fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerKey(** redacted **)")
    }
}

/// The encryption context: names and values that KMS binds to the data key and writes into its log. Not secret
/// for AWS, but never printed here.
#[derive(Clone)]
pub struct EncryptionContext(String);

impl EncryptionContext {
    /// A context from names and values; written as canonical JSON (names sorted, no spaces).
    #[must_use]
    pub fn new<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let map: BTreeMap<String, String> =
            pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self(BASE64.encode(serde_json::to_vec(&map).unwrap_or_default()))
    }

    /// A context from a flat JSON object of strings, or from the base64 of one (kept to the letter).
    ///
    /// # Errors
    /// `InvalidArgument` for anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        const FIELD: &str = "ssekms_encryption_context";
        let parse = |json: &[u8]| serde_json::from_slice::<BTreeMap<String, String>>(json).ok();
        if text.trim_start().starts_with('{') {
            if let Some(map) = parse(text.as_bytes()) {
                return Ok(Self::new(map));
            }
        } else if BASE64.decode(text).ok().as_deref().and_then(parse).is_some() {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::invalid(FIELD, format!("{FIELD} must be a flat JSON object of strings, or the base64 of one"))
            .hint("For example {\"department\":\"finance\"}"))
    }

    /// Base64 of the JSON, as it is sent.
    #[must_use]
    pub fn as_base64(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EncryptionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptionContext(** redacted **)")
    }
}

/// The encryption that an object being read must have.
#[derive(Clone, Debug)]
pub struct ExpectedEncryption {
    pub(crate) algorithm: Option<String>,
    pub(crate) key: Option<KeyId>,
}

impl ExpectedEncryption {
    /// SSE-KMS (or DSSE-KMS) under this key.
    ///
    /// # Errors
    /// `InvalidArgument` when the text is no name of a KMS key.
    pub fn kms(key: &str) -> Result<Self, Error> {
        Ok(Self { algorithm: Some(KMS.to_owned()), key: Some(KeyId::parse(key, "expected_ssekms_key_id")?) })
    }

    pub(crate) fn from_flat(algorithm: Option<&str>, key: Option<&str>) -> Result<Option<Self>, Error> {
        let algorithm = algorithm.filter(|text| !text.is_empty());
        if algorithm.is_none() && key.is_none() {
            return Ok(None);
        }
        let key = key.map(|text| KeyId::parse(text, "expected_ssekms_key_id")).transpose()?;
        if key.is_some() && algorithm == Some(AES256) {
            let message = "expected_ssekms_key_id: AES256 (SSE-S3) has no KMS key";
            return Err(Error::invalid("expected_ssekms_key_id", message));
        }
        Ok(Some(Self { algorithm: algorithm.map(str::to_owned), key }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUSTOMER_KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    fn headers(flat: FlatEncryption<'_>, operation: Carries) -> Vec<(String, String)> {
        let mut map = HeaderMap::new();
        ServerSideEncryption::from_flat(&flat).unwrap().write_headers(operation, &mut map);
        map.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
    }

    fn refused(flat: FlatEncryption<'_>) -> &'static str {
        ServerSideEncryption::from_flat(&flat).unwrap_err().details().field.unwrap()
    }

    #[test]
    fn a_write_carries_everything_a_part_only_the_customer_key() {
        let kms = FlatEncryption {
            algorithm: Some(KMS),
            kms_key_id: Some("alias/a"),
            context: Some("{\"b\":\"2\",\"a\":\"1\"}"),
            bucket_key_enabled: Some(true),
            ..FlatEncryption::default()
        };
        let all = headers(kms, Carries::Everything);
        assert_eq!(all.len(), 4);
        assert!(all.contains(&(CONTEXT.to_string(), BASE64.encode("{\"a\":\"1\",\"b\":\"2\"}"))));
        assert!(headers(kms, Carries::CustomerKey).is_empty());
        assert!(headers(kms, Carries::Nothing).is_empty());

        let customer = FlatEncryption { customer_key: Some(CUSTOMER_KEY), ..FlatEncryption::default() };
        assert_eq!(headers(customer, Carries::Everything).len(), 3);
        assert_eq!(headers(customer, Carries::CustomerKey).len(), 3);
        assert!(headers(customer, Carries::Nothing).is_empty());
        assert!(headers(FlatEncryption::default(), Carries::Everything).is_empty());
    }

    #[test]
    fn what_s3_would_refuse_is_refused_by_field() {
        let base = FlatEncryption::default();
        let table = [
            (FlatEncryption { kms_key_id: Some("k"), ..base }, "ssekms_key_id"),
            (FlatEncryption { algorithm: Some(AES256), kms_key_id: Some("k"), ..base }, "ssekms_key_id"),
            (FlatEncryption { algorithm: Some(KMS), kms_key_id: Some(""), ..base }, "ssekms_key_id"),
            (FlatEncryption { context: Some("{}"), ..base }, "ssekms_encryption_context"),
            (FlatEncryption { algorithm: Some(KMS), context: Some("{\"a\":1}"), ..base }, "ssekms_encryption_context"),
            (
                FlatEncryption { algorithm: Some(KMS), context: Some("bm90IGpzb24="), ..base },
                "ssekms_encryption_context",
            ),
            (FlatEncryption { algorithm: Some("aws:foo"), ..base }, "server_side_encryption"),
            (FlatEncryption { algorithm: Some(DSSE), bucket_key_enabled: Some(true), ..base }, "bucket_key_enabled"),
            (
                FlatEncryption { algorithm: Some(KMS), customer_key: Some(CUSTOMER_KEY), ..base },
                "server_side_encryption",
            ),
            (FlatEncryption { kms_key_id: Some("k"), customer_key: Some(CUSTOMER_KEY), ..base }, "ssekms_key_id"),
            (FlatEncryption { customer_algorithm: Some(AES256), ..base }, "sse_customer_key"),
            (FlatEncryption { customer_key: Some("c2hvcnQ="), ..base }, "sse_customer_key"),
            (
                FlatEncryption { customer_algorithm: Some("DES"), customer_key: Some(CUSTOMER_KEY), ..base },
                "sse_customer_algorithm",
            ),
            (
                FlatEncryption { customer_key: Some(CUSTOMER_KEY), customer_key_md5: Some("x"), ..base },
                "sse_customer_key_md5",
            ),
        ];
        for (flat, field) in table {
            assert_eq!(refused(flat), field);
        }
    }

    #[test]
    fn the_callers_own_base64_is_kept_to_the_letter() {
        let own = BASE64.encode("{ \"b\": \"2\", \"a\": \"1\" }");
        assert_eq!(EncryptionContext::parse(&own).unwrap().as_base64(), own);
    }

    #[test]
    fn debug_never_prints_keys_or_contexts() {
        let customer = CustomerKey::new(b"01234567890123456789012345678901");
        let text = format!("{:?} {:?}", customer, EncryptionContext::new([("secret-name", "secret-value")]));
        assert!(!text.contains("secret") && !text.contains(CUSTOMER_KEY), "{text}");
    }
}
