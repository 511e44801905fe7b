//! Server-side encryption as a request asks for it: parsed, checked, resolved, reported.
//!
//! The rules are those of the API pages `PutObject`, `CopyObject` and `CreateMultipartUpload`, and of
//! *Using server-side encryption*. This module decides what a request means; it encrypts nothing.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use s3s::S3Result;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::ServerSideEncryption;

use crate::crypto::Key256;
use crate::error::{invalid_argument, invalid_request, s3_error};
use crate::kms::{Kms, MANAGED_ALIAS};

/// `x-amz-server-side-encryption`
pub const SSE: &str = "x-amz-server-side-encryption";
/// `x-amz-server-side-encryption-aws-kms-key-id`
pub const SSE_KEY_ID: &str = "x-amz-server-side-encryption-aws-kms-key-id";
/// `x-amz-server-side-encryption-context`
pub const SSE_CONTEXT: &str = "x-amz-server-side-encryption-context";
/// `x-amz-server-side-encryption-bucket-key-enabled`
pub const SSE_BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";
/// The prefix of the three SSE-C headers.
pub const SSE_CUSTOMER: &str = "x-amz-server-side-encryption-customer-";

/// The headers that may stand only where an object is created.
pub const CREATE_ONLY: [&str; 4] = [SSE, SSE_KEY_ID, SSE_CONTEXT, SSE_BUCKET_KEY];

/// The seven fields as they came, from headers or from form fields.
#[derive(Default, Clone)]
pub struct SseFields {
    /// `AES256`, `aws:kms`, `aws:kms:dsse`.
    pub algorithm: Option<String>,
    /// Key id, key ARN, alias name or alias ARN.
    pub key_id: Option<String>,
    /// Base64 of a flat JSON object of strings.
    pub context: Option<String>,
    /// Whether an S3 bucket key is asked for.
    pub bucket_key: Option<bool>,
    /// SSE-C.
    pub customer: CustomerFields,
}

/// The three SSE-C fields as they came.
#[derive(Default, Clone)]
pub struct CustomerFields {
    /// Must be `AES256`.
    pub algorithm: Option<String>,
    /// Base64 of 32 bytes.
    pub key: Option<String>,
    /// Base64 of the MD5 of those 32 bytes.
    pub key_md5: Option<String>,
}

/// A customer key that passed the checks.
#[derive(Debug, Clone)]
pub struct CustomerKey {
    /// The key; never stored.
    pub key: Key256,
    /// Base64 of its MD5, which S3 reports and compares.
    pub md5: String,
}

/// What a request asks for.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// Nothing: the bucket's default decides. The flag overrides the default's bucket key.
    BucketDefault {
        /// `x-amz-server-side-encryption-bucket-key-enabled`, when it stands alone.
        bucket_key: Option<bool>,
    },
    /// SSE-S3.
    S3,
    /// SSE-KMS or, with `dual`, DSSE-KMS.
    Kms(KmsWanted),
    /// SSE-C.
    Customer(CustomerKey),
}

/// SSE-KMS as asked for.
#[derive(Debug, Clone)]
pub struct KmsWanted {
    /// DSSE-KMS: two layers.
    pub dual: bool,
    /// `None` is the AWS managed key.
    pub key_id: Option<String>,
    /// The caller's encryption context and its own base64.
    pub context: Option<(BTreeMap<String, String>, String)>,
    /// `None` takes the bucket's default.
    pub bucket_key: Option<bool>,
}

impl CustomerFields {
    /// Checks the three fields together. `None` when none of them was sent.
    pub fn parse(&self) -> S3Result<Option<CustomerKey>> {
        if self.algorithm.is_none() && self.key.is_none() && self.key_md5.is_none() {
            return Ok(None);
        }
        let (Some(algorithm), Some(key), Some(md5)) = (&self.algorithm, &self.key, &self.key_md5) else {
            return Err(invalid_argument(
                "Requests specifying Server Side Encryption with Customer provided keys must provide the customer \
                 algorithm, the secret key and its MD5.",
            ));
        };
        if algorithm != "AES256" {
            return Err(s3_error(400, "InvalidEncryptionAlgorithmError", "The customer algorithm must be AES256."));
        }
        let raw: Option<[u8; 32]> = STANDARD.decode(key).ok().and_then(|raw| raw.try_into().ok());
        let raw = raw.ok_or_else(|| invalid_argument("The secret key was invalid for the specified algorithm."))?;
        if STANDARD.encode(Md5::checksum(&raw)) != *md5 {
            return Err(invalid_argument(
                "The calculated MD5 hash of the key did not match the hash that was provided.",
            ));
        }
        Ok(Some(CustomerKey { key: Key256::from_bytes(raw), md5: md5.clone() }))
    }
}

impl SseFields {
    /// Reads the fields from headers.
    ///
    /// Errors: `InvalidArgument` for an empty value, for a flag that is neither `true` nor `false`,
    /// and for a header that stands twice.
    pub fn from_headers(headers: &HeaderMap) -> S3Result<Self> {
        let bucket_key = match text(headers, SSE_BUCKET_KEY)?.as_deref() {
            None => None,
            Some(flag) if flag.eq_ignore_ascii_case("true") => Some(true),
            Some(flag) if flag.eq_ignore_ascii_case("false") => Some(false),
            Some(_) => return Err(invalid_argument(format!("{SSE_BUCKET_KEY} must be true or false"))),
        };
        Ok(Self {
            algorithm: text(headers, SSE)?,
            key_id: text(headers, SSE_KEY_ID)?,
            context: text(headers, SSE_CONTEXT)?,
            bucket_key,
            customer: CustomerFields {
                algorithm: text(headers, &format!("{SSE_CUSTOMER}algorithm"))?,
                key: text(headers, &format!("{SSE_CUSTOMER}key"))?,
                key_md5: text(headers, &format!("{SSE_CUSTOMER}key-md5"))?,
            },
        })
    }

    /// Whether the request names KMS in any way.
    pub fn names_kms(&self) -> bool {
        self.algorithm.as_deref().is_some_and(|a| a.starts_with("aws:kms"))
            || self.key_id.is_some()
            || self.context.is_some()
    }

    /// The wire names of the fields that were sent.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [
            (SSE, self.algorithm.is_some()),
            (SSE_KEY_ID, self.key_id.is_some()),
            (SSE_CONTEXT, self.context.is_some()),
            (SSE_BUCKET_KEY, self.bucket_key.is_some()),
            ("x-amz-server-side-encryption-customer-algorithm", self.customer.algorithm.is_some()),
            ("x-amz-server-side-encryption-customer-key", self.customer.key.is_some()),
            ("x-amz-server-side-encryption-customer-key-md5", self.customer.key_md5.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, sent)| sent.then_some(name))
    }

    /// Whether any of the fields was sent.
    pub fn is_any(&self) -> bool {
        self.names().next().is_some()
    }

    /// Checks the combination.
    ///
    /// Errors (400 `InvalidArgument`): SSE-C together with another kind, an unknown algorithm, a key id
    /// or context without KMS, a bucket key with SSE-S3 or DSSE-KMS, a malformed context.
    pub fn parse(&self) -> S3Result<Wanted> {
        if let Some(customer) = self.customer.parse()? {
            if self.algorithm.is_some() || self.names_kms() || self.bucket_key.is_some() {
                return Err(invalid_argument(
                    "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
                ));
            }
            return Ok(Wanted::Customer(customer));
        }
        let context =
            self.context.as_deref().map(|raw| parse_context(raw).map(|map| (map, raw.to_owned()))).transpose()?;
        let dual = match self.algorithm.as_deref() {
            None if self.key_id.is_some() || context.is_some() => {
                let field = if self.key_id.is_some() { SSE_KEY_ID } else { SSE_CONTEXT };
                return Err(invalid_argument(format!(
                    "{field} needs {SSE}: aws:kms or aws:kms:dsse, which the request does not have"
                )));
            }
            None => {
                return Ok(Wanted::BucketDefault { bucket_key: self.bucket_key });
            }
            Some(ServerSideEncryption::AES256) => {
                if self.key_id.is_some() || context.is_some() || self.bucket_key == Some(true) {
                    return Err(invalid_argument(format!(
                        "{SSE}: AES256 cannot be combined with a KMS key id, an encryption context or a bucket key"
                    )));
                }
                return Ok(Wanted::S3);
            }
            Some(ServerSideEncryption::AWS_KMS) => false,
            Some(ServerSideEncryption::AWS_KMS_DSSE) => true,
            Some(_) => return Err(invalid_argument("The encryption method specified is not supported")),
        };
        if dual && self.bucket_key == Some(true) {
            return Err(invalid_argument("S3 Bucket Keys are not supported for DSSE-KMS"));
        }
        Ok(Wanted::Kms(KmsWanted { dual, key_id: self.key_id.clone(), context, bucket_key: self.bucket_key }))
    }
}

/// Base64 of a flat JSON object whose values are all strings.
fn parse_context(raw: &str) -> S3Result<BTreeMap<String, String>> {
    STANDARD.decode(raw).ok().and_then(|json| serde_json::from_slice(&json).ok()).ok_or_else(|| {
        invalid_argument(format!("The header '{SSE_CONTEXT}' shall be Base64-encoded UTF-8 string holding JSON with the encryption context key-value pairs"))
    })
}

fn text(headers: &HeaderMap, name: &str) -> S3Result<Option<String>> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    match value.to_str() {
        Ok(text) if !text.is_empty() && values.next().is_none() => Ok(Some(text.to_owned())),
        _ => Err(invalid_argument(format!("{name} must stand once, with a value in ASCII"))),
    }
}

/// The default encryption of a bucket (`PutBucketEncryption`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketEncryption {
    /// `AES256`, `aws:kms`, `aws:kms:dsse`.
    pub algorithm: String,
    /// `None` with KMS is the AWS managed key.
    pub key_id: Option<String>,
    /// Whether new KMS objects use a bucket key.
    pub bucket_key: bool,
}

impl Default for BucketEncryption {
    /// Every bucket encrypts with SSE-S3 since January 2023.
    fn default() -> Self {
        Self { algorithm: ServerSideEncryption::AES256.to_owned(), key_id: None, bucket_key: false }
    }
}

/// How an object is protected: what was asked for, with the key found and the defaults applied.
#[derive(Debug, Clone)]
pub enum Protection {
    /// SSE-S3.
    S3,
    /// SSE-KMS, DSSE-KMS.
    Kms(KmsProtection),
    /// SSE-C; only the MD5 of the key is kept.
    Customer {
        /// Base64.
        key_md5: String,
    },
}

/// SSE-KMS with everything decided.
#[derive(Debug, Clone)]
pub struct KmsProtection {
    /// Two layers.
    pub dual: bool,
    /// Always the key's ARN, whatever form was asked for.
    pub key_arn: String,
    /// The caller's context, without what S3 adds.
    pub context: BTreeMap<String, String>,
    /// The caller's own base64, echoed by put, copy and create.
    pub context_base64: Option<String>,
    /// Whether a bucket key is used.
    pub bucket_key: bool,
}

impl Wanted {
    /// Applies the bucket's default and finds the key.
    ///
    /// Errors: `KMS.*` for a key that S3 cannot use.
    pub fn resolve(&self, kms: &Kms, default: &BucketEncryption) -> S3Result<Protection> {
        let wanted = match self {
            Self::S3 => return Ok(Protection::S3),
            Self::Customer(key) => {
                return Ok(Protection::Customer { key_md5: key.md5.clone() });
            }
            Self::Kms(wanted) => wanted.clone(),
            Self::BucketDefault { .. } if default.algorithm == ServerSideEncryption::AES256 => {
                return Ok(Protection::S3);
            }
            Self::BucketDefault { bucket_key } => KmsWanted {
                dual: default.algorithm == ServerSideEncryption::AWS_KMS_DSSE,
                key_id: default.key_id.clone(),
                context: None,
                bucket_key: *bucket_key,
            },
        };
        let key_arn = kms.usable(wanted.key_id.as_deref().unwrap_or(MANAGED_ALIAS))?.arn;
        let (context, context_base64) = wanted.context.map_or_else(Default::default, |(map, raw)| (map, Some(raw)));
        let bucket_key = !wanted.dual && wanted.bucket_key.unwrap_or(default.bucket_key);
        Ok(Protection::Kms(KmsProtection { dual: wanted.dual, key_arn, context, context_base64, bucket_key }))
    }
}

impl Protection {
    /// The bytes that bind data keys and segments: the caller's context plus the ARN that S3 adds
    /// (of the bucket when a bucket key is used), as JSON with sorted names.
    pub fn binding(&self, bucket: &str, key: &str) -> Vec<u8> {
        let (mut context, bucket_key) = match self {
            Self::Kms(kms) => (kms.context.clone(), kms.bucket_key),
            _ => (BTreeMap::new(), false),
        };
        context.entry("aws:s3:arn".to_owned()).or_insert_with(|| {
            if bucket_key { format!("arn:aws:s3:::{bucket}") } else { format!("arn:aws:s3:::{bucket}/{key}") }
        });
        serde_json::to_vec(&context).unwrap_or_default()
    }

    /// `x-amz-server-side-encryption` of a response; SSE-C has none.
    pub fn algorithm(&self) -> Option<ServerSideEncryption> {
        Some(ServerSideEncryption::from_static(match self {
            Self::S3 => ServerSideEncryption::AES256,
            Self::Kms(kms) if kms.dual => ServerSideEncryption::AWS_KMS_DSSE,
            Self::Kms(_) => ServerSideEncryption::AWS_KMS,
            Self::Customer { .. } => return None,
        }))
    }

    fn kms(&self) -> Option<&KmsProtection> {
        if let Self::Kms(kms) = self { Some(kms) } else { None }
    }

    /// The key's ARN of a response.
    pub fn key_arn(&self) -> Option<String> {
        self.kms().map(|kms| kms.key_arn.clone())
    }

    /// The bucket-key flag of a response; S3 leaves it out when it is false.
    pub fn bucket_key(&self) -> Option<bool> {
        self.kms().is_some_and(|kms| kms.bucket_key).then_some(true)
    }

    /// The context of the response to put, copy and create; GET and HEAD never show it.
    pub fn context_base64(&self) -> Option<String> {
        self.kms().and_then(|kms| kms.context_base64.clone())
    }

    /// `AES256` for SSE-C.
    pub fn customer_algorithm(&self) -> Option<String> {
        matches!(self, Self::Customer { .. }).then(|| "AES256".to_owned())
    }

    /// The MD5 of the customer's key.
    pub fn customer_key_md5(&self) -> Option<String> {
        if let Self::Customer { key_md5 } = self { Some(key_md5.clone()) } else { None }
    }

    /// Whether the `ETag` is the MD5 of the bytes.
    pub fn etag_is_md5(&self) -> bool {
        matches!(self, Self::S3)
    }

    /// Checks the SSE-C fields of a read or part request against how the object is stored.
    ///
    /// Errors: 400 `InvalidRequest` when a key is missing or not applicable, 403 `AccessDenied` for
    /// another key.
    pub fn check_customer(&self, sent: Option<&CustomerKey>) -> S3Result<()> {
        match (self, sent) {
            (Self::Customer { .. }, None) => Err(invalid_request(
                "The object was stored using a form of Server Side Encryption. The correct parameters must be provided \
                 to retrieve the object.",
            )),
            (Self::Customer { key_md5 }, Some(key)) if *key_md5 != key.md5 => {
                Err(s3_error(403, "AccessDenied", "The customer key is not the one that the object was stored with."))
            }
            (Self::S3 | Self::Kms(_), Some(_)) => {
                Err(invalid_request("The encryption parameters are not applicable to this object."))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(fields: &SseFields) -> String {
        fields.parse().map_or_else(|error| error.code().as_str().to_owned(), |_| "ok".to_owned())
    }

    #[test]
    #[allow(clippy::too_many_lines, reason = "a table")]
    fn combinations() {
        let customer = {
            let raw = [7u8; 32];
            CustomerFields {
                algorithm: Some("AES256".into()),
                key: Some(STANDARD.encode(raw)),
                key_md5: Some(STANDARD.encode(Md5::checksum(&raw))),
            }
        };
        let context = STANDARD.encode(r#"{"a":"1"}"#);
        let f = |algorithm: Option<&str>, key: Option<&str>, ctx: Option<&str>, flag: Option<bool>| SseFields {
            algorithm: algorithm.map(str::to_owned),
            key_id: key.map(str::to_owned),
            context: ctx.map(str::to_owned),
            bucket_key: flag,
            ..SseFields::default()
        };
        let table = [
            ("nothing set", SseFields::default(), "ok"),
            ("flag alone", f(None, None, None, Some(true)), "ok"),
            ("sse-s3", f(Some("AES256"), None, None, None), "ok"),
            ("kms", f(Some("aws:kms"), None, None, None), "ok"),
            ("kms, all", f(Some("aws:kms"), Some("k"), Some(&context), Some(true)), "ok"),
            ("dsse", f(Some("aws:kms:dsse"), Some("k"), None, None), "ok"),
            ("dsse, bucket key", f(Some("aws:kms:dsse"), None, None, Some(true)), "InvalidArgument"),
            ("unknown", f(Some("aws:foo"), None, None, None), "InvalidArgument"),
            ("lower case", f(Some("aes256"), None, None, None), "InvalidArgument"),
            ("key alone", f(None, Some("k"), None, None), "InvalidArgument"),
            ("context alone", f(None, None, Some(&context), None), "InvalidArgument"),
            ("sse-s3, key", f(Some("AES256"), Some("k"), None, None), "InvalidArgument"),
            ("sse-s3, context", f(Some("AES256"), None, Some(&context), None), "InvalidArgument"),
            ("not base64", f(Some("aws:kms"), None, Some("%%%"), None), "InvalidArgument"),
            ("not json", f(Some("aws:kms"), None, Some("aGk="), None), "InvalidArgument"),
            ("a number", f(Some("aws:kms"), None, Some(&STANDARD.encode(r#"{"a":1}"#)), None), "InvalidArgument"),
            ("nested", f(Some("aws:kms"), None, Some(&STANDARD.encode(r#"{"a":{}}"#)), None), "InvalidArgument"),
            ("an array", f(Some("aws:kms"), None, Some(&STANDARD.encode(r#"["a"]"#)), None), "InvalidArgument"),
            ("sse-c", SseFields { customer: customer.clone(), ..SseFields::default() }, "ok"),
            (
                "sse-c, kms",
                SseFields { customer: customer.clone(), ..f(Some("aws:kms"), None, None, None) },
                "InvalidArgument",
            ),
            (
                "sse-c, wrong md5",
                SseFields {
                    customer: CustomerFields { key_md5: Some("AAAAAAAAAAAAAAAAAAAAAA==".into()), ..customer.clone() },
                    ..SseFields::default()
                },
                "InvalidArgument",
            ),
            (
                "sse-c, short key",
                SseFields {
                    customer: CustomerFields { key: Some("AAAA".into()), ..customer.clone() },
                    ..SseFields::default()
                },
                "InvalidArgument",
            ),
            (
                "sse-c, no md5",
                SseFields { customer: CustomerFields { key_md5: None, ..customer }, ..SseFields::default() },
                "InvalidArgument",
            ),
        ];
        for (name, fields, expected) in table {
            assert_eq!(code(&fields), expected, "{name}");
        }
    }

    #[test]
    fn empty_and_repeated_headers_are_refused() {
        let mut headers = HeaderMap::new();
        headers.insert(SSE, "".parse().unwrap());
        assert!(SseFields::from_headers(&headers).is_err());
        headers.insert(SSE, "aws:kms".parse().unwrap());
        assert!(SseFields::from_headers(&headers).is_ok());
        headers.append(SSE, "AES256".parse().unwrap());
        assert!(SseFields::from_headers(&headers).is_err());
    }

    #[test]
    fn the_binding_follows_object_bucket_key_and_context() {
        let kms = |bucket_key, context: &[(&str, &str)]| {
            Protection::Kms(KmsProtection {
                dual: false,
                key_arn: String::new(),
                context: context.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
                context_base64: None,
                bucket_key,
            })
        };
        assert_eq!(kms(false, &[]).binding("b", "k"), br#"{"aws:s3:arn":"arn:aws:s3:::b/k"}"#);
        assert_eq!(kms(true, &[]).binding("b", "k"), br#"{"aws:s3:arn":"arn:aws:s3:::b"}"#);
        assert_ne!(kms(false, &[("a", "1")]).binding("b", "k"), kms(false, &[("a", "2")]).binding("b", "k"));
    }
}
