//! The conformance cases as Rust reads them; the format is described in `tests/conformance/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Map, Value};

pub const FILES: [&str; 7] = ["put", "copy", "get", "head", "delete", "presign", "errors"];

/// Headers that say nothing of the operation, or that no case can foresee.
const DROPPED: [&str; 8] = [
    "host",
    "authorization",
    "x-amz-date",
    "user-agent",
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "connection",
    "accept-encoding",
];

pub struct Case(pub Value);

/// A file of the repository, by its path from the root.
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// All cases, in the order of the files.
pub fn all() -> Vec<Case> {
    let mut names = BTreeSet::new();
    let mut cases = Vec::new();
    for file in FILES {
        let path = repository(&format!("tests/conformance/{file}.json"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}.json: {error}"));
        let parsed: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}.json: {error}"));
        for case in parsed {
            let case = Case(case);
            assert!(names.insert(case.name().to_owned()), "{} stands twice", case.name());
            case.check_members();
            cases.push(case);
        }
    }
    cases
}

impl Case {
    pub fn name(&self) -> &str {
        self.0["name"].as_str().expect("a case has a name")
    }

    pub fn operation(&self) -> &str {
        self.0["operation"].as_str().expect("a case has an operation")
    }

    pub fn object(&self, member: &str) -> Map<String, Value> {
        self.0[member].as_object().cloned().unwrap_or_default()
    }

    pub fn expect(&self, member: &str) -> Option<&Value> {
        self.0["expect"].get(member)
    }

    /// A misspelt member would be a test that tests nothing.
    fn check_members(&self) {
        let known = |value: &Value, names: &[&str]| {
            for name in value.as_object().expect("an object").keys() {
                assert!(names.contains(&name.as_str()), "{}: {name} is no member of a case", self.name());
            }
        };
        known(&self.0, &["name", "operation", "why", "client", "request", "body", "responses", "expect"]);
        known(&self.0["expect"], &["requests", "result", "content", "error", "url"]);
        if let Some(error) = self.expect("error") {
            known(
                error,
                &["kind", "code", "http_status", "request_id", "extended_request_id", "field", "message_contains"],
            );
        }
        if let Some(url) = self.expect("url") {
            known(url, &["method", "scheme", "host", "path", "query", "query_present", "signed_headers"]);
        }
        for request in self.expect("requests").and_then(Value::as_array).into_iter().flatten() {
            known(
                request,
                &[
                    "method",
                    "target",
                    "headers",
                    "body_text",
                    "trailers",
                    "authorization_contains",
                    "user_agent_contains",
                ],
            );
        }
        assert!(
            self.expect("error").is_some() != (self.expect("result").is_some() || self.expect("url").is_some()),
            "{}: a result or an error",
            self.name()
        );
    }
}

/// What of a recorded request is compared.
pub fn comparable(headers: &[(String, String)]) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (name, value) in headers {
        if !DROPPED.contains(&name.as_str()) {
            let twice = out.insert(name.clone(), value.clone());
            assert!(twice.is_none(), "{name} was sent twice");
        }
    }
    out
}

/// An object of strings.
pub fn strings(value: Option<&Value>) -> BTreeMap<String, String> {
    let object = value.and_then(Value::as_object).cloned().unwrap_or_default();
    object.into_iter().map(|(name, value)| (name, value.as_str().expect("a text").to_owned())).collect()
}

/// Content and trailers of an `aws-chunked` body.
pub fn decode_chunked(mut encoded: &[u8]) -> (Vec<u8>, BTreeMap<String, String>) {
    let mut content = Vec::new();
    loop {
        let head = line(&mut encoded);
        let size = head.split(';').next().unwrap();
        let size = usize::from_str_radix(size, 16).unwrap_or_else(|_| panic!("{head:?} begins no chunk"));
        if size == 0 {
            break;
        }
        content.extend_from_slice(&encoded[..size]);
        assert_eq!(&encoded[size..size + 2], b"\r\n", "a chunk ends with CR LF");
        encoded = &encoded[size + 2..];
    }
    let mut trailers = BTreeMap::new();
    loop {
        let text = line(&mut encoded);
        if text.is_empty() {
            assert!(encoded.is_empty(), "{} bytes follow the end", encoded.len());
            return (content, trailers);
        }
        let (name, value) = text.split_once(':').expect("a trailer has a colon");
        trailers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
}

fn line(rest: &mut &[u8]) -> String {
    let end = rest.windows(2).position(|pair| pair == b"\r\n").expect("a line ends");
    let text = String::from_utf8(rest[..end].to_vec()).expect("a line is text");
    *rest = &rest[end + 2..];
    text
}
