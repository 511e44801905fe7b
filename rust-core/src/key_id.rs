//! Names of KMS keys, and what two of them say about each other.
//!
//! A key may be named by its id, its ARN, an alias or an alias ARN; S3 answers with the key ARN whatever form was
//! sent ([AWS documentation](https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id)).

use std::fmt;

use crate::error::Error;

/// The name of a KMS key, kept as it was written.
#[derive(Clone, Eq, PartialEq)]
pub struct KeyId {
    text: String,
    form: Form,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Form {
    Id,
    Arn,
    Alias,
    AliasArn,
}

/// What a comparison of two key names can say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyMatch {
    /// They name the same key.
    Same,
    /// They name different keys.
    Different,
    /// An alias against a key: only KMS knows.
    Unknown,
}

impl KeyId {
    /// Parses a key id, key ARN, alias name (`alias/…`) or alias ARN.
    ///
    /// # Errors
    /// `InvalidArgument` on `field` for a text that is empty, is not printable ASCII, or is an ARN of something else.
    pub fn parse(text: &str, field: &'static str) -> Result<Self, Error> {
        let hint =
            "Give a key id, a key ARN (arn:aws:kms:REGION:ACCOUNT:key/ID), an alias (alias/NAME) or an alias ARN";
        if text.is_empty() {
            return Err(Error::invalid(field, format!("{field} must not be empty")).hint(hint));
        }
        if text.len() > 2048 || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::invalid(field, format!("{field} must be printable ASCII without spaces")).hint(hint));
        }
        let form = if text.starts_with("arn:") {
            let mut parts = text.splitn(6, ':').skip(2);
            match (parts.next(), parts.nth(2)) {
                (Some("kms"), Some(resource)) if has_name(resource, "key/") => Form::Arn,
                (Some("kms"), Some(resource)) if has_name(resource, "alias/") => Form::AliasArn,
                _ => return Err(Error::invalid(field, format!("{field} is an ARN, but not of a KMS key")).hint(hint)),
            }
        } else if has_name(text, "alias/") {
            Form::Alias
        } else if text.contains('/') {
            return Err(Error::invalid(field, format!("{field} is no name of a KMS key")).hint(hint));
        } else {
            Form::Id
        };
        Ok(Self { text: text.to_owned(), form })
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Compares with the key that S3 reports.
    #[must_use]
    pub fn compare(&self, reported: &str) -> KeyMatch {
        if self.text == reported {
            return KeyMatch::Same;
        }
        let Ok(other) = Self::parse(reported, "reported key") else {
            return KeyMatch::Different;
        };
        let same = match (&self.form, &other.form) {
            (Form::Id, Form::Arn)
            | (Form::Arn, Form::Id)
            | (Form::Alias, Form::AliasArn)
            | (Form::AliasArn, Form::Alias) => self.name() == other.name(),
            (Form::Id | Form::Arn, Form::Id | Form::Arn)
            | (Form::Alias | Form::AliasArn, Form::Alias | Form::AliasArn) => false,
            _ => return KeyMatch::Unknown,
        };
        if same { KeyMatch::Same } else { KeyMatch::Different }
    }

    /// What stands behind account and kind: the id, or the alias with its prefix.
    fn name(&self) -> &str {
        let resource = self.text.rsplit(':').next().unwrap_or_default();
        resource.strip_prefix("key/").unwrap_or(resource)
    }
}

fn has_name(resource: &str, prefix: &str) -> bool {
    resource.strip_prefix(prefix).is_some_and(|name| !name.is_empty())
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
    const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const ALIAS_ARN: &str = "arn:aws:kms:eu-central-1:111122223333:alias/orders";

    #[test]
    fn names_are_compared_by_what_can_be_known() {
        let other = ARN.replace("1234abcd", "ffffffff");
        let table = [
            (ID, ID, KeyMatch::Same),
            (ID, ARN, KeyMatch::Same),
            (ARN, ARN, KeyMatch::Same),
            (ARN, ID, KeyMatch::Same),
            (ID, other.as_str(), KeyMatch::Different),
            (ARN, other.as_str(), KeyMatch::Different),
            ("alias/orders", ARN, KeyMatch::Unknown),
            (ALIAS_ARN, ARN, KeyMatch::Unknown),
            ("alias/orders", ALIAS_ARN, KeyMatch::Same),
            ("alias/other", ALIAS_ARN, KeyMatch::Different),
            (ID, "", KeyMatch::Different),
            (ID, "no key\n", KeyMatch::Different),
        ];
        for (asked, reported, expected) in table {
            assert_eq!(KeyId::parse(asked, "key").unwrap().compare(reported), expected, "{asked} against {reported}");
        }
    }

    #[test]
    fn the_same_id_in_another_region_or_account_is_another_key() {
        let elsewhere = ARN.replace("eu-central-1", "us-east-1");
        assert_eq!(KeyId::parse(ARN, "key").unwrap().compare(&elsewhere), KeyMatch::Different);
    }

    #[test]
    fn what_is_no_key_name_is_refused_by_name() {
        for text in ["", " ", "a b", "a\nb", "ключ", "arn:aws:s3:::bucket", "arn:aws:kms:r:a:key/", "alias/", "key/x"]
        {
            let error = KeyId::parse(text, "ssekms_key_id").unwrap_err();
            assert_eq!(error.details().field, Some("ssekms_key_id"), "{text:?}");
        }
    }
}
