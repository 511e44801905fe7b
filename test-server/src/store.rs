//! Buckets, objects, versions and uploads in memory. Bytes are held sealed; nothing is written to disk.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use s3s::S3Result;
use s3s::dto::{Checksum, Timestamp};

use crate::crypto::{Key256, Layers, OpenError, Sealed};
use crate::error::s3_error;
use crate::kms::Kms;
use crate::sse::{BucketEncryption, CustomerKey, Protection};

/// The version id of objects that were written while versioning was off or suspended.
pub const NULL_VERSION: &str = "null";

/// The metadata of an object: what put, copy and create take and get and head give back.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    /// `Content-Type`; S3's default is `binary/octet-stream`.
    pub content_type: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// `Content-Disposition`.
    pub content_disposition: Option<String>,
    /// `Content-Encoding`, without `aws-chunked`.
    pub content_encoding: Option<String>,
    /// `Content-Language`.
    pub content_language: Option<String>,
    /// `Expires`.
    pub expires: Option<Timestamp>,
    /// `x-amz-meta-*`, without the prefix.
    pub user: HashMap<String, String>,
    /// `x-amz-website-redirect-location`.
    pub website_redirect: Option<String>,
}

/// How an object's data keys are kept: wrapped, never plain.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// What the caller asked for, resolved.
    pub protection: Protection,
    /// One wrapped data key per layer, inner first.
    wrapped: Vec<Bytes>,
    /// The context that the keys and segments are bound to.
    binding: Vec<u8>,
}

/// A stored object.
#[derive(Debug, Clone)]
pub struct Object {
    /// Headers and user metadata.
    pub meta: Meta,
    /// Wrapped data keys.
    pub envelope: Envelope,
    /// The sealed bytes.
    pub sealed: Sealed,
    /// Without quotes.
    pub etag: String,
    /// Those that the writer asked for.
    pub checksums: Checksum,
    /// `COMPOSITE` or `FULL_OBJECT`, when there are checksums.
    pub checksum_type: Option<&'static str>,
    /// Plain sizes of the parts; empty for a single put.
    pub part_sizes: Vec<u64>,
    /// `STANDARD` unless asked otherwise.
    pub storage_class: String,
    /// Name to value.
    pub tags: BTreeMap<String, String>,
    /// Whole seconds, as HTTP dates carry them.
    pub modified: SystemTime,
}

/// One entry in the history of a key.
#[derive(Debug, Clone)]
pub struct Version {
    /// [`NULL_VERSION`] while versioning is off or suspended.
    pub id: String,
    /// `None` is a delete marker.
    pub object: Option<Arc<Object>>,
}

/// A part of an upload.
#[derive(Debug, Clone)]
pub struct Part {
    /// Sealed with the upload's keys.
    pub sealed: Sealed,
    /// Without quotes.
    pub etag: String,
    /// The MD5 of the plain bytes, for the `ETag` of the whole.
    pub md5: [u8; 16],
    /// Those that the writer sent.
    pub checksums: Checksum,
    /// Whole seconds.
    pub modified: SystemTime,
}

/// A multipart upload in progress.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The key it will become.
    pub key: String,
    /// Taken at creation.
    pub meta: Meta,
    /// Decided at creation; parts are sealed under it.
    pub envelope: Envelope,
    /// Taken at creation.
    pub storage_class: String,
    /// Taken at creation.
    pub tags: BTreeMap<String, String>,
    /// Lower case, when asked for at creation.
    pub checksum_algorithm: Option<String>,
    /// Whether the whole object's checksum is of its bytes.
    pub full_object_checksum: bool,
    /// By part number, 1 to 10,000.
    pub parts: BTreeMap<i32, Part>,
}

/// Whether a bucket keeps old versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Versioning {
    /// Never turned on.
    #[default]
    Off,
    /// Every write makes a version.
    Enabled,
    /// Writes replace the null version; older ones stay.
    Suspended,
}

/// A bucket.
#[derive(Debug)]
pub struct Bucket {
    /// Whole seconds.
    pub created: SystemTime,
    /// `None`: S3's default, SSE-S3.
    pub encryption: Option<BucketEncryption>,
    /// Off at first.
    pub versioning: Versioning,
    /// Newest version last.
    pub objects: BTreeMap<String, Vec<Version>>,
    /// By upload id.
    pub uploads: HashMap<String, Upload>,
}

impl Default for Bucket {
    fn default() -> Self {
        Self {
            created: now(),
            encryption: None,
            versioning: Versioning::Off,
            objects: BTreeMap::new(),
            uploads: HashMap::new(),
        }
    }
}

impl Bucket {
    /// Writes an object as the newest version; returns the version id to report, if any.
    pub fn insert(&mut self, key: &str, object: Object) -> Option<String> {
        self.push(key, Some(Arc::new(object)))
    }

    /// Deletes as `DeleteObject` does without a version id; returns the marker's id when one was made.
    pub fn delete(&mut self, key: &str) -> Option<String> {
        if self.versioning == Versioning::Off {
            self.objects.remove(key);
            return None;
        }
        self.push(key, None)
    }

    /// Removes one version for good; returns whether it was a delete marker.
    pub fn delete_version(&mut self, key: &str, id: &str) -> bool {
        let Some(versions) = self.objects.get_mut(key) else {
            return false;
        };
        let at = versions.iter().position(|version| version.id == id);
        let was_marker = at.is_some_and(|at| versions.remove(at).object.is_none());
        if versions.is_empty() {
            self.objects.remove(key);
        }
        was_marker
    }

    fn push(&mut self, key: &str, object: Option<Arc<Object>>) -> Option<String> {
        let versions = self.objects.entry(key.to_owned()).or_default();
        let id = match self.versioning {
            Versioning::Enabled => crate::random::hex::<16>(),
            Versioning::Off | Versioning::Suspended => {
                versions.retain(|version| version.id != NULL_VERSION);
                NULL_VERSION.to_owned()
            }
        };
        versions.push(Version { id: id.clone(), object });
        (self.versioning != Versioning::Off).then_some(id)
    }

    /// The newest version of a key, when it is no delete marker.
    pub fn current(&self, key: &str) -> Option<Arc<Object>> {
        self.objects.get(key)?.last()?.object.clone()
    }

    /// The version id to report, `None` while versioning was never turned on.
    pub fn reported_id(&self, version: &Version) -> Option<String> {
        (self.versioning != Versioning::Off).then(|| version.id.clone())
    }
}

/// All buckets of a server, and the key under which SSE-S3 wraps.
pub struct Store {
    buckets: Mutex<BTreeMap<String, Bucket>>,
    root: Key256,
}

impl Default for Store {
    fn default() -> Self {
        Self { buckets: Mutex::default(), root: Key256::generate() }
    }
}

impl Store {
    /// All buckets, locked. Hold it briefly and never across an await or a seal.
    pub fn buckets(&self) -> MutexGuard<'_, BTreeMap<String, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `f` on one bucket. Errors: 404 `NoSuchBucket`.
    pub fn with<T>(&self, bucket: &str, f: impl FnOnce(&mut Bucket) -> S3Result<T>) -> S3Result<T> {
        f(self
            .buckets()
            .get_mut(bucket)
            .ok_or_else(|| s3_error(404, "NoSuchBucket", "The specified bucket does not exist"))?)
    }

    /// Makes data keys for a new object and wraps them under what `protection` says.
    ///
    /// Errors: `KMS.*`. `customer` must be there for SSE-C.
    pub fn seal_envelope(
        &self,
        kms: &Kms,
        protection: Protection,
        customer: Option<&CustomerKey>,
        bucket: &str,
        key: &str,
    ) -> S3Result<(Envelope, Layers)> {
        let binding = protection.binding(bucket, key);
        let mut plain = Vec::new();
        let mut wrapped = Vec::new();
        match &protection {
            Protection::Kms(p) => {
                for _ in 0..if p.dual { 2 } else { 1 } {
                    let (data_key, sealed) = kms.generate_data_key(&p.key_arn, &binding)?;
                    plain.push(data_key);
                    wrapped.push(sealed);
                }
            }
            Protection::S3 | Protection::Customer { .. } => {
                let master = customer.map_or(&self.root, |customer| &customer.key);
                let data_key = Key256::generate();
                wrapped.push(data_key.wrap(master, &binding));
                plain.push(data_key);
            }
        }
        Ok((Envelope { protection, wrapped, binding }, Layers(plain)))
    }

    /// Unwraps the data keys of an object.
    ///
    /// Errors: those of [`Protection::check_customer`], and `KMS.*` when the key may no longer be used.
    pub fn open_envelope(&self, kms: &Kms, envelope: &Envelope, customer: Option<&CustomerKey>) -> S3Result<Layers> {
        envelope.protection.check_customer(customer)?;
        let unwrap_one = |wrapped: &Bytes| match &envelope.protection {
            Protection::Kms(p) => Ok(kms.decrypt(&p.key_arn, &envelope.binding, wrapped)?),
            Protection::S3 | Protection::Customer { .. } => {
                let master = customer.map_or(&self.root, |customer| &customer.key);
                Key256::unwrap_from(master, &envelope.binding, wrapped)
                    .map_err(|OpenError| s3_error(403, "AccessDenied", "The key does not open the object."))
            }
        };
        envelope.wrapped.iter().map(unwrap_one).collect::<S3Result<_>>().map(Layers)
    }
}

impl Envelope {
    /// Seals bytes under this envelope's keys.
    pub fn seal(&self, layers: &Layers, plain: &[u8]) -> Sealed {
        Sealed::new(layers, &self.binding, plain)
    }

    /// Opens everything.
    pub fn open_all(&self, layers: &Layers, sealed: &Sealed) -> S3Result<Bytes> {
        sealed.open_all(layers, &self.binding).map_err(|OpenError| damaged())
    }

    /// Opens a range lazily.
    pub fn open(
        &self,
        layers: Layers,
        sealed: &Sealed,
        range: std::ops::Range<u64>,
    ) -> impl Iterator<Item = Result<Bytes, OpenError>> + Send + Sync + 'static {
        sealed.open(layers, self.binding.clone(), range)
    }
}

fn damaged() -> s3s::S3Error {
    s3_error(500, "InternalError", "The stored bytes do not open.")
}

/// Now, in whole seconds: HTTP dates carry no more, and conditions compare with them.
pub fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kms::KeyState;
    use crate::sse::KmsProtection;

    fn kms_protection(kms: &Kms, dual: bool) -> (Protection, String) {
        let key_arn = kms.create_key("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", KeyState::Enabled);
        let context = BTreeMap::from([("project".to_owned(), "x".to_owned())]);
        let protection =
            KmsProtection { dual, key_arn: key_arn.clone(), context, context_base64: None, bucket_key: false };
        (Protection::Kms(protection), key_arn)
    }

    #[test]
    fn objects_open_only_while_their_key_may_be_used() {
        let (store, kms) = (Store::default(), Kms::new("us-east-1"));
        for dual in [false, true] {
            let (protection, arn) = kms_protection(&kms, dual);
            let (envelope, layers) = store.seal_envelope(&kms, protection, None, "b", "k").unwrap();
            assert_eq!(layers.0.len(), if dual { 2 } else { 1 });
            let sealed = envelope.seal(&layers, b"hello");
            let opened = store.open_envelope(&kms, &envelope, None).unwrap();
            assert_eq!(envelope.open_all(&opened, &sealed).unwrap(), "hello");
            kms.set_state(&arn, KeyState::Disabled).unwrap();
            let error = store.open_envelope(&kms, &envelope, None).unwrap_err();
            assert_eq!(error.code().as_str(), "KMS.DisabledException");
        }
    }

    #[test]
    fn versions_and_markers() {
        let (store, kms) = (Store::default(), Kms::new("us-east-1"));
        let object = || {
            let (envelope, layers) = store.seal_envelope(&kms, Protection::S3, None, "b", "k").unwrap();
            Object {
                meta: Meta::default(),
                sealed: envelope.seal(&layers, b"x"),
                envelope,
                etag: String::new(),
                checksums: Checksum::default(),
                checksum_type: None,
                part_sizes: Vec::new(),
                storage_class: String::new(),
                tags: BTreeMap::new(),
                modified: now(),
            }
        };
        let mut bucket = Bucket::default();
        assert_eq!(bucket.insert("k", object()), None);
        bucket.versioning = Versioning::Enabled;
        let second = bucket.insert("k", object()).unwrap();
        let marker = bucket.delete("k").unwrap();
        assert!(bucket.current("k").is_none());
        assert!(bucket.delete_version("k", &marker));
        assert!(bucket.current("k").is_some());
        assert!(!bucket.delete_version("k", &second));
        assert_eq!(bucket.objects["k"][0].id, NULL_VERSION);
        bucket.versioning = Versioning::Suspended;
        assert_eq!(bucket.delete("k").as_deref(), Some(NULL_VERSION));
        assert_eq!(bucket.objects["k"].len(), 1);
    }
}
