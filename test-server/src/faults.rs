//! Fault injection: rules that make chosen requests fail in chosen ways.
//!
//! The rules come from [`Faults::add`] or as JSON from `POST /_s3kms/faults`:
//!
//! ```json
//! [{"match": {"method": "PUT", "keyPrefix": "a/", "times": 2}, "action": {"status": 503, "code": "SlowDown"}}]
//! ```
//!
//! The first rule that matches a request acts on it and uses up one of its `times`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// Which requests a rule is about. A field that is absent matches everything.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Match {
    /// HTTP method, upper case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Beginning of the object key (decoded).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_prefix: Option<String>,
    /// How many requests the rule acts on; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
}

/// What happens to a request. Several fields may stand together.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Action {
    /// Waits this many milliseconds before anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// Closes the TCP connection with a reset instead of answering; the request has no effect.
    #[serde(default)]
    pub reset: bool,
    /// Answers with this status; the request has no effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The `<Code>` that goes with `status`; absent: `SlowDown` for 503, else `InternalError`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Ends a GET's body after this many bytes and closes the connection, with `Content-Length` unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate_body: Option<usize>,
    /// Flips the bits of the byte at this offset of a GET's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrupt_byte: Option<usize>,
    /// Makes the response lie about encryption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sse_headers: Option<SseLie>,
}

/// A lie about encryption in the response's headers.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SseLie {
    /// Removes every SSE header first.
    #[serde(default)]
    pub drop: bool,
    /// `x-amz-server-side-encryption` is set to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// `x-amz-server-side-encryption-aws-kms-key-id` is set to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
}

/// A rule.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Which requests.
    #[serde(default, rename = "match")]
    pub matching: Match,
    /// What happens.
    pub action: Action,
}

/// The JSON that the control API takes: a list of rules, or one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Wrapped { rules: Vec<Rule> },
    List(Vec<Rule>),
    One(Rule),
}

/// The rules in force.
#[derive(Default)]
pub struct Faults(Mutex<Vec<Rule>>);

impl Faults {
    /// Adds a rule behind those that are there.
    pub fn add(&self, rule: Rule) {
        self.lock().push(rule);
    }

    /// Adds rules from JSON. Errors: says that the document is none of the accepted forms.
    pub fn add_json(&self, json: &[u8]) -> Result<usize, String> {
        let rules = match serde_json::from_slice(json) {
            Ok(Document::Wrapped { rules } | Document::List(rules)) => rules,
            Ok(Document::One(rule)) => vec![rule],
            Err(error) => {
                return Err(format!(
                    "expected a rule {{match, action}}, a list of rules, or {{\"rules\": [...]}}: {error}"
                ));
            }
        };
        for rule in &rules {
            if rule.action.status.is_some_and(|status| !(200..=599).contains(&status)) {
                return Err("action.status must be an HTTP status from 200 to 599".to_owned());
            }
        }
        let count = rules.len();
        self.lock().extend(rules);
        Ok(count)
    }

    /// Removes every rule.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// The action for a request, which uses up one of the rule's times.
    pub fn take(&self, method: &str, key: &str) -> Option<Action> {
        let mut rules = self.lock();
        let at = rules.iter().position(|rule| {
            rule.matching.times != Some(0)
                && rule.matching.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && rule.matching.key_prefix.as_deref().is_none_or(|prefix| key.starts_with(prefix))
        })?;
        let rule = &mut rules[at];
        if let Some(times) = &mut rule.matching.times {
            *times -= 1;
        }
        Some(rule.action.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_matching_rule_acts_and_is_used_up() {
        let faults = Faults::default();
        let json = br#"[{"match":{"method":"PUT","keyPrefix":"a/","times":1},"action":{"status":503}},
                        {"match":{"method":"PUT"},"action":{"delayMs":1}}]"#;
        assert_eq!(faults.add_json(json), Ok(2));
        assert!(faults.take("GET", "a/1").is_none());
        assert_eq!(faults.take("PUT", "b").unwrap().delay_ms, Some(1));
        assert_eq!(faults.take("PUT", "a/1").unwrap().status, Some(503));
        assert_eq!(faults.take("PUT", "a/1").unwrap().status, None);
        faults.clear();
        assert!(faults.take("PUT", "a/1").is_none());
    }

    #[test]
    fn unknown_fields_and_statuses_are_refused() {
        let faults = Faults::default();
        for json in [&br#"[{"match":{"metod":"PUT"},"action":{}}]"#[..], br#"{"action":{"status":99}}"#, b"nonsense"] {
            assert!(faults.add_json(json).is_err());
        }
    }
}
