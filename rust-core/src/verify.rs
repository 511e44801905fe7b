//! Holds the encryption that S3 reports against the encryption that was asked for, before the caller can believe
//! that its data is encrypted.

use crate::encryption::{AES256, CustomerKey, DSSE, ExpectedEncryption, KMS, ServerSideEncryption};
use crate::error::{Error, ErrorKind};
use crate::key_id::{KeyId, KeyMatch};

/// What an answer says about the object's encryption.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reported<'a> {
    pub algorithm: Option<&'a str>,
    pub key: Option<&'a str>,
    pub customer_algorithm: Option<&'a str>,
    pub customer_key_md5: Option<&'a str>,
}

/// What a result, or an output of the SDK, says about the object's encryption.
macro_rules! reported {
    ($output:expr) => {
        crate::verify::Reported {
            algorithm: $output.server_side_encryption.as_ref().map(|algorithm| algorithm.as_str()),
            key: $output.ssekms_key_id.as_deref(),
            customer_algorithm: $output.sse_customer_algorithm.as_deref(),
            customer_key_md5: $output.sse_customer_key_md5.as_deref(),
        }
    };
}
pub(crate) use reported;

/// After a write: the object must be encrypted as was asked.
pub(crate) fn written(asked: &ServerSideEncryption, reported: Reported<'_>) -> Result<(), Error> {
    let outcome = match asked {
        ServerSideEncryption::BucketDefault { .. } => Ok(()),
        ServerSideEncryption::CustomerKey(key) => customer_key(key, reported),
        _ => algorithm(&[asked.algorithm().unwrap_or(AES256)], reported).and_then(|()| key(asked.key(), reported)),
    };
    outcome.map_err(|error| {
        error.hint("The object was stored, but not encrypted as asked: do not rely on it. Check that the server supports this encryption")
    })
}

/// Before content is delivered: the object must be encrypted as the caller expects, and under its own key for SSE-C.
pub(crate) fn read(
    expected: Option<&ExpectedEncryption>,
    customer: Option<&CustomerKey>,
    reported: Reported<'_>,
) -> Result<(), Error> {
    if let Some(customer) = customer {
        customer_key(customer, reported)?;
    }
    let Some(expected) = expected else { return Ok(()) };
    match &expected.algorithm {
        Some(name) => algorithm(&[name.as_str()], reported)?,
        None => algorithm(&[KMS, DSSE], reported)?, // a key was named, so a KMS algorithm is meant
    }
    key(expected.key.as_ref(), reported)
}

fn algorithm(asked: &[&str], reported: Reported<'_>) -> Result<(), Error> {
    match reported.algorithm {
        Some(name) if asked.contains(&name) => Ok(()),
        other => Err(mismatch(format!(
            "the server reports {} where encryption {} was asked for",
            other.map_or("no encryption".to_owned(), |name| format!("encryption {}", name.escape_debug())),
            asked.join(" or "),
        ))),
    }
}

fn key(asked: Option<&KeyId>, reported: Reported<'_>) -> Result<(), Error> {
    let Some(asked) = asked else { return Ok(()) }; // the AWS managed key: its id differs by account
    match reported.key {
        None => Err(mismatch(format!("the server reports no KMS key where {asked} was asked for"))),
        Some(key) if asked.compare(key) == KeyMatch::Different => {
            Err(mismatch(format!("the server reports KMS key {} where {asked} was asked for", key.escape_debug())))
        }
        Some(_) => Ok(()),
    }
}

fn customer_key(asked: &CustomerKey, reported: Reported<'_>) -> Result<(), Error> {
    if reported.customer_algorithm == Some(AES256) && reported.customer_key_md5 == Some(asked.md5()) {
        return Ok(());
    }
    Err(mismatch("the server does not report the customer key (SSE-C) that was sent".to_owned()))
}

fn mismatch(message: String) -> Error {
    Error::new(ErrorKind::EncryptionMismatch, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:us-east-1:111122223333:key/k1";

    fn kms<'a>(algorithm: &'a str, key: Option<&'a str>) -> Reported<'a> {
        Reported { algorithm: Some(algorithm), key, ..Reported::default() }
    }

    #[test]
    fn a_write_is_held_against_what_was_asked() {
        let nothing = Reported::default();
        let table = [
            (ServerSideEncryption::default(), nothing, true),
            (ServerSideEncryption::default(), kms(KMS, Some(ARN)), true),
            (ServerSideEncryption::S3, kms(AES256, None), true),
            (ServerSideEncryption::S3, kms(KMS, Some(ARN)), false),
            (ServerSideEncryption::kms_managed(), kms(KMS, Some(ARN)), true),
            (ServerSideEncryption::kms_managed(), kms(AES256, None), false),
            (ServerSideEncryption::kms_managed(), nothing, false),
            (ServerSideEncryption::kms("k1").unwrap(), kms(KMS, Some(ARN)), true),
            (ServerSideEncryption::kms("k2").unwrap(), kms(KMS, Some(ARN)), false),
            (ServerSideEncryption::kms("k1").unwrap(), kms(DSSE, Some(ARN)), false),
            (ServerSideEncryption::kms("k1").unwrap(), kms(KMS, None), false),
            (ServerSideEncryption::kms("alias/a").unwrap(), kms(KMS, Some(ARN)), true),
        ];
        for (asked, reported, holds) in table {
            let outcome = written(&asked, reported);
            assert_eq!(outcome.is_ok(), holds, "{asked:?} against {reported:?}");
            if let Err(error) = outcome {
                assert_eq!(error.kind(), ErrorKind::EncryptionMismatch);
            }
        }
    }

    #[test]
    fn a_customer_key_must_come_back() {
        let key = CustomerKey::new(&[7; 32]);
        let asked = ServerSideEncryption::CustomerKey(key.clone());
        let good =
            Reported { customer_algorithm: Some(AES256), customer_key_md5: Some(key.md5()), ..Reported::default() };
        assert!(written(&asked, good).is_ok());
        assert!(read(None, Some(&key), good).is_ok());
        assert!(written(&asked, Reported::default()).is_err());
        assert!(read(None, Some(&key), Reported { customer_key_md5: Some("other"), ..good }).is_err());
    }

    #[test]
    fn a_read_is_held_against_what_is_expected() {
        let expected = ExpectedEncryption::kms("k1").unwrap();
        assert!(read(Some(&expected), None, kms(KMS, Some(ARN))).is_ok());
        assert!(read(Some(&expected), None, kms(AES256, None)).is_err());
        assert!(read(Some(&expected), None, kms(KMS, Some("k2"))).is_err());
        assert!(read(None, None, Reported::default()).is_ok());
        let by_key = ExpectedEncryption::from_flat(None, Some("k1")).unwrap().unwrap();
        assert!(read(Some(&by_key), None, kms(DSSE, Some(ARN))).is_ok());
    }
}
