//! The registry of KMS keys: who exists, in which state, and the data keys they guard.
//!
//! It follows the rules of *Specifying server-side encryption with AWS KMS*: S3 takes symmetric,
//! enabled keys of the bucket's region, by key id, key ARN, alias name or alias ARN. It has no key
//! policies, grants or other accounts.

use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;

use crate::crypto::Key256;
use crate::error::KmsError;
use crate::random;

/// The account that owns every key of this server.
pub const ACCOUNT: &str = "111122223333";
/// The alias of the AWS managed key that S3 uses when a request names none.
pub const MANAGED_ALIAS: &str = "alias/aws/s3";

/// Whether a key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Usable.
    Enabled,
    /// Refused with `DisabledException`.
    Disabled,
    /// Refused with `KMSInvalidStateException`.
    PendingDeletion,
}

impl KeyState {
    /// The text of the KMS API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::PendingDeletion => "PendingDeletion",
        }
    }
}

/// What describes a key; the material stays in the registry.
#[derive(Debug, Clone)]
pub struct KeyInfo {
    /// `arn:aws:kms:REGION:ACCOUNT:key/ID`.
    pub arn: String,
    /// The UUID at the end of the ARN.
    pub id: String,
    /// For example `SYMMETRIC_DEFAULT`, `RSA_2048`.
    pub spec: String,
    /// For example `ENCRYPT_DECRYPT`, `SIGN_VERIFY`.
    pub usage: String,
    /// Whether it may be used.
    pub state: KeyState,
    /// True for the AWS managed key `aws/s3`.
    pub aws_managed: bool,
    /// Seconds since 1970.
    pub created: u64,
}

struct Entry {
    info: KeyInfo,
    material: Key256,
}

#[derive(Default)]
struct Keys {
    by_arn: HashMap<String, Entry>,
    /// Alias name (`alias/…`) to key ARN.
    aliases: HashMap<String, String>,
}

/// The keys of one region, shared by S3 and the KMS API.
pub struct Kms {
    region: String,
    keys: RwLock<Keys>,
}

impl Kms {
    /// An empty registry of `region` with the AWS managed key in it.
    pub fn new(region: &str) -> Self {
        let kms = Self { region: region.to_owned(), keys: RwLock::default() };
        let managed = kms.insert("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", KeyState::Enabled, true);
        kms.write().aliases.insert(MANAGED_ALIAS.to_owned(), managed);
        kms
    }

    /// Makes a customer managed key and returns its ARN.
    pub fn create_key(&self, spec: &str, usage: &str, state: KeyState) -> String {
        self.insert(spec, usage, state, false)
    }

    /// Points `alias` (with its prefix `alias/`) to a key, named in any form.
    ///
    /// Errors: `ValidationException` for a name that is no alias or belongs to AWS,
    /// `AlreadyExistsException`, `NotFoundException` for the key.
    pub fn create_alias(&self, alias: &str, key: &str) -> Result<(), KmsError> {
        let name = alias.strip_prefix("alias/").unwrap_or_default();
        if name.is_empty() || name.starts_with("aws/") {
            return Err(KmsError::new(
                "ValidationException",
                "AliasName must begin with alias/, name something, and not begin with alias/aws/",
            ));
        }
        let arn = self.describe(key)?.arn;
        let mut keys = self.write();
        if keys.aliases.contains_key(alias) {
            return Err(KmsError::new(
                "AlreadyExistsException",
                format!("An alias with the name {alias} already exists"),
            ));
        }
        keys.aliases.insert(alias.to_owned(), arn);
        Ok(())
    }

    /// Changes the state of a key, named in any form.
    pub fn set_state(&self, key: &str, state: KeyState) -> Result<(), KmsError> {
        let arn = self.describe(key)?.arn;
        if let Some(entry) = self.write().by_arn.get_mut(&arn) {
            entry.info.state = state;
        }
        Ok(())
    }

    /// Finds a key by key id, key ARN, alias name or alias ARN, in whatever state it is.
    ///
    /// Errors: `NotFoundException` for an unknown key, another region or another account.
    pub fn describe(&self, key: &str) -> Result<KeyInfo, KmsError> {
        let keys = self.read();
        let arn = self.locate(&keys, key)?;
        keys.by_arn
            .get(&arn)
            .map(|entry| entry.info.clone())
            .ok_or_else(|| KmsError::new("NotFoundException", format!("Key '{arn}' does not exist")))
    }

    /// Finds a key that S3 can encrypt with: symmetric and enabled.
    ///
    /// Errors: those of [`describe`](Self::describe), `InvalidKeyUsageException` for an asymmetric or
    /// HMAC key, `DisabledException`, `KMSInvalidStateException`.
    pub fn usable(&self, key: &str) -> Result<KeyInfo, KmsError> {
        let info = self.describe(key)?;
        if info.spec != "SYMMETRIC_DEFAULT" || info.usage != "ENCRYPT_DECRYPT" {
            let kind = if info.spec.starts_with("HMAC") { "an HMAC key" } else { "asymmetric" };
            return Err(KmsError::new(
                "InvalidKeyUsageException",
                format!(
                    "{} is {kind} (key spec {}, key usage {}). Amazon S3 supports only symmetric encryption KMS keys \
                     (key spec SYMMETRIC_DEFAULT, key usage ENCRYPT_DECRYPT).",
                    info.arn, info.spec, info.usage
                ),
            ));
        }
        match info.state {
            KeyState::Enabled => Ok(info),
            KeyState::Disabled => Err(KmsError::new("DisabledException", format!("{} is disabled.", info.arn))),
            KeyState::PendingDeletion => {
                Err(KmsError::new("KMSInvalidStateException", format!("{} is pending deletion.", info.arn)))
            }
        }
    }

    /// A fresh data key and the same key wrapped under `arn`, bound to `context`.
    pub fn generate_data_key(&self, arn: &str, context: &[u8]) -> Result<(Key256, Bytes), KmsError> {
        self.usable(arn)?;
        let data_key = Key256::generate();
        let wrapped = data_key.wrap(&self.material(arn)?, context);
        Ok((data_key, wrapped))
    }

    /// Opens a wrapped data key. Errors: those of [`usable`](Self::usable), and
    /// `InvalidCiphertextException` when key or context are not those it was wrapped with.
    pub fn decrypt(&self, arn: &str, context: &[u8], wrapped: &[u8]) -> Result<Key256, KmsError> {
        self.usable(arn)?;
        Key256::unwrap_from(&self.material(arn)?, context, wrapped).map_err(|_| {
            KmsError::new("InvalidCiphertextException", "The ciphertext does not belong to this key and context")
        })
    }

    /// Every alias of the registry with the ARN of its key.
    pub fn aliases(&self) -> BTreeMap<String, String> {
        self.read().aliases.iter().map(|(name, arn)| (name.clone(), arn.clone())).collect()
    }

    fn insert(&self, spec: &str, usage: &str, state: KeyState, aws_managed: bool) -> String {
        let id = random::uuid();
        let arn = format!("arn:aws:kms:{}:{ACCOUNT}:key/{id}", self.region);
        let created = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let info = KeyInfo {
            arn: arn.clone(),
            id,
            spec: spec.to_owned(),
            usage: usage.to_owned(),
            state,
            aws_managed,
            created,
        };
        self.write().by_arn.insert(arn.clone(), Entry { info, material: Key256::generate() });
        arn
    }

    /// The ARN that a name stands for; the key itself may still be missing.
    fn locate(&self, keys: &Keys, key: &str) -> Result<String, KmsError> {
        let resource = if key.starts_with("arn:") {
            let parts: Vec<&str> = key.splitn(6, ':').collect();
            let [_, "aws", "kms", region, account, resource] = parts[..] else {
                return Err(KmsError::new("NotFoundException", format!("Invalid arn '{key}'")));
            };
            if region != self.region {
                return Err(KmsError::new(
                    "NotFoundException",
                    format!("Invalid arn {region}: the key must be in {}", self.region),
                ));
            }
            if account != ACCOUNT {
                return Err(KmsError::new("NotFoundException", format!("Key '{key}' does not exist")));
            }
            resource.to_owned()
        } else if key.starts_with("alias/") {
            key.to_owned()
        } else {
            format!("key/{key}")
        };
        if resource.starts_with("alias/") {
            let missing = || {
                let arn = format!("arn:aws:kms:{}:{ACCOUNT}:{resource}", self.region);
                KmsError::new("NotFoundException", format!("Alias {arn} is not found."))
            };
            return keys.aliases.get(&resource).cloned().ok_or_else(missing);
        }
        Ok(format!("arn:aws:kms:{}:{ACCOUNT}:{resource}", self.region))
    }

    fn material(&self, arn: &str) -> Result<Key256, KmsError> {
        let keys = self.read();
        let entry = keys.by_arn.get(arn);
        entry
            .map(|entry| entry.material.clone())
            .ok_or_else(|| KmsError::new("NotFoundException", format!("Key '{arn}' does not exist")))
    }

    fn read(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Keys> {
        self.keys.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<KeyInfo, KmsError>) -> &'static str {
        result.map_or_else(|error| error.code, |_| "ok")
    }

    #[test]
    fn every_form_of_a_key_name_finds_the_same_key() {
        let kms = Kms::new("us-east-1");
        let arn = kms.create_key("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", KeyState::Enabled);
        let id = arn.rsplit('/').next().unwrap().to_owned();
        kms.create_alias("alias/app", &id).unwrap();
        let alias_arn = format!("arn:aws:kms:us-east-1:{ACCOUNT}:alias/app");
        for name in [arn.as_str(), &id, "alias/app", &alias_arn] {
            assert_eq!(kms.usable(name).unwrap().arn, arn, "{name}");
        }
    }

    #[test]
    fn keys_that_s3_cannot_use_are_refused_with_the_reason() {
        let kms = Kms::new("us-east-1");
        let rsa = kms.create_key("RSA_2048", "SIGN_VERIFY", KeyState::Enabled);
        let rsa_encrypt = kms.create_key("RSA_2048", "ENCRYPT_DECRYPT", KeyState::Enabled);
        let hmac = kms.create_key("HMAC_256", "GENERATE_VERIFY_MAC", KeyState::Enabled);
        let disabled = kms.create_key("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", KeyState::Disabled);
        let pending = kms.create_key("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", KeyState::PendingDeletion);
        let elsewhere = disabled.replace("us-east-1", "eu-west-1");
        let other_account = disabled.replace(ACCOUNT, "999999999999");
        let table = [
            (rsa.as_str(), "InvalidKeyUsageException"),
            (&rsa_encrypt, "InvalidKeyUsageException"),
            (&hmac, "InvalidKeyUsageException"),
            (&disabled, "DisabledException"),
            (&pending, "KMSInvalidStateException"),
            (&elsewhere, "NotFoundException"),
            (&other_account, "NotFoundException"),
            ("no-such-key", "NotFoundException"),
            ("alias/none", "NotFoundException"),
            ("arn:aws:s3:::bucket", "NotFoundException"),
            ("", "NotFoundException"),
        ];
        for (name, expected) in table {
            assert_eq!(code(kms.usable(name)), expected, "{name}");
        }
        let message = kms.usable(&rsa).unwrap_err().message;
        assert!(
            message.contains("asymmetric") && message.contains("RSA_2048") && message.contains("symmetric encryption")
        );
    }

    #[test]
    fn a_data_key_is_bound_to_key_and_context() {
        let kms = Kms::new("us-east-1");
        let first = kms.create_key("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", KeyState::Enabled);
        let second = kms.create_key("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", KeyState::Enabled);
        let (_, wrapped) = kms.generate_data_key(&first, b"a").unwrap();
        assert!(kms.decrypt(&first, b"a", &wrapped).is_ok());
        assert_eq!(kms.decrypt(&first, b"b", &wrapped).unwrap_err().code, "InvalidCiphertextException");
        assert_eq!(kms.decrypt(&second, b"a", &wrapped).unwrap_err().code, "InvalidCiphertextException");
        kms.set_state(&first, KeyState::PendingDeletion).unwrap();
        assert_eq!(kms.decrypt(&first, b"a", &wrapped).unwrap_err().code, "KMSInvalidStateException");
    }
}
