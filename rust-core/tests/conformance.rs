//! The conformance cases of `tests/conformance`, run by Rust: the wire of this library is what every language's
//! runner compares itself with.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use common::cases::{self, Case, comparable, decode_chunked, strings};
use common::flat::{self, AsFields as _};
use common::temp::TempDir;
use s3kms::{Body, Client, Error, GetBody, Target};
use s3kms_test_server::RecordingServer;
use s3kms_test_server::recording::{Answer, Recorded};
use serde_json::{Value, json};

/// Cases that Rust cannot express: none.
const LEFT_OUT: [&str; 0] = [];

/// Fields of the schema that no case can use, because they need a file or a server of their own; tested in
/// `strict_server.rs`, `endings.rs` and in the core's unit tests.
const NOT_IN_CASES: [&str; 6] =
    ["expect_continue", "no_proxy", "profile", "profile_file", "proxy_password", "proxy_username"];

#[tokio::test]
async fn every_case_is_on_the_wire_as_it_says() {
    let cases = cases::all();
    let names: BTreeSet<&str> = cases.iter().map(Case::name).collect();
    for name in LEFT_OUT {
        assert!(names.contains(name), "{name} is left out and does not exist");
    }
    let server = RecordingServer::start().await.unwrap();
    let mut failures = Vec::new();
    for case in cases.iter().filter(|case| !LEFT_OUT.contains(&case.name())) {
        let outcome = run(case, &server).await;
        if let Err(difference) = compare(case, &server, outcome) {
            failures.push(format!("{}: {difference}", case.name()));
        }
    }
    assert!(failures.is_empty(), "{} of {} cases:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// What a call gave: the result by the schema's names, and a get's content.
type Outcome = Result<(Value, Option<Vec<u8>>), Error>;

async fn run(case: &Case, server: &RecordingServer) -> Outcome {
    let answers: Vec<Answer> = match case.0.get("responses") {
        Some(responses) => serde_json::from_value(responses.clone()).unwrap(),
        None => Vec::new(),
    };
    server.expect(answers);
    let mut config = json!({
        "endpoint": server.endpoint(),
        "region": "us-east-1",
        "access_key_id": "AKIDEXAMPLE",
        "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    });
    config.as_object_mut().unwrap().extend(case.object("client"));
    let client = Client::new(flat::client_config(config.as_object().unwrap())?)?;
    let fields = case.object("request");
    let folder = TempDir::new();
    Ok(match case.operation() {
        "put_object" => {
            let request = flat::put_object(&fields)?;
            let result = client.put_object(request, body(case, &folder)).await?;
            (result.as_fields(), None)
        }
        "copy_object" => (client.copy_object(flat::copy_object(&fields)?).await?.as_fields(), None),
        "get_object" => {
            let request = flat::get_object(&fields)?;
            let (result, content) = client.get_object(request, Target::Stream).await?;
            (result.as_fields(), Some(read(content).await?))
        }
        "head_object" => (client.head_object(flat::head_object(&fields)?).await?.as_fields(), None),
        "delete_object" => (client.delete_object(flat::delete_object(&fields)?).await?.as_fields(), None),
        "presign" => (client.presign(flat::presign(&fields)?).await?.as_fields(), None),
        other => panic!("{other} is no operation"),
    })
}

fn body(case: &Case, folder: &TempDir) -> Body {
    let text = |name: &str| case.0["body"].get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(text) = text("text") {
        return Body::Bytes(text.into());
    }
    if let Some(text) = text("file_text") {
        let path = folder.file("content", text.as_bytes());
        return Body::File { path, offset: 0, length: None };
    }
    let Some(text) = text("stream_text") else {
        return Body::Bytes(bytes::Bytes::new());
    };
    let known = case.0["body"]["length_known"].as_bool().expect("length_known");
    let (writer, body) = Body::stream(known.then_some(text.len() as u64));
    tokio::spawn(async move {
        // In two chunks, so that there is something to put together. A refused request has no reader.
        let (first, second) = text.as_bytes().split_at(text.len() / 2);
        let _ = writer.write(first.to_vec().into()).await;
        let _ = writer.write(second.to_vec().into()).await;
        let _ = writer.finish().await;
    });
    body
}

async fn read(content: GetBody) -> Result<Vec<u8>, Error> {
    Ok(match content {
        GetBody::Delivered { .. } => panic!("nothing was to be delivered"),
        GetBody::Inline(bytes) => bytes.to_vec(),
        GetBody::Stream(mut stream) => {
            let mut all = Vec::new();
            while let Some(chunk) = stream.next(1000).await? {
                all.extend_from_slice(&chunk);
            }
            all
        }
    })
}

fn compare(case: &Case, server: &RecordingServer, outcome: Outcome) -> Result<(), String> {
    match (outcome, case.expect("error")) {
        (Ok((result, content)), None) => {
            if let Some(expected) = case.expect("content") {
                let content = String::from_utf8(content.unwrap_or_default()).map_err(|error| error.to_string())?;
                same("content", &json!(content), expected)?;
            }
            for (name, expected) in case.expect("result").and_then(Value::as_object).into_iter().flatten() {
                let actual = result.get(name).ok_or_else(|| format!("{name} is no field of the result"))?;
                same(&format!("result.{name}"), actual, expected)?;
            }
            if let Some(url) = case.expect("url") {
                compare_url(url, &result, server.endpoint())?;
            }
        }
        (Err(error), Some(expected)) => compare_error(&error, expected)?,
        (Ok((result, _)), Some(expected)) => return Err(format!("succeeded with {result}, expected {expected}")),
        (Err(error), None) => return Err(format!("failed: {error:?}")),
    }
    let recorded = server.recorded();
    let Some(expected) = case.expect("requests") else {
        return if recorded.is_empty() { Ok(()) } else { Err(format!("{} requests were sent", recorded.len())) };
    };
    let expected = expected.as_array().expect("requests is a list");
    if recorded.len() != expected.len() {
        return Err(format!("{} requests were sent, expected {}", recorded.len(), expected.len()));
    }
    for (actual, expected) in recorded.iter().zip(expected) {
        compare_request(actual, expected)?;
    }
    Ok(())
}

fn compare_request(actual: &Recorded, expected: &Value) -> Result<(), String> {
    same("method", &json!(actual.method), &expected["method"])?;
    same("target", &json!(actual.target), &expected["target"])?;
    let headers = comparable(&actual.headers);
    same("headers", &json!(headers), &expected["headers"])?;
    for (member, header) in [("authorization_contains", "authorization"), ("user_agent_contains", "user-agent")] {
        if let Some(part) = expected.get(member).and_then(Value::as_str) {
            let value = actual.headers.iter().find(|(name, _)| name == header);
            if !value.is_some_and(|(_, value)| value.contains(part)) {
                return Err(format!("{header} does not contain {part:?}: {value:?}"));
            }
        }
    }
    let body = BASE64.decode(&actual.body_base64).map_err(|error| error.to_string())?;
    if let Some(length) = headers.get("content-length") {
        same("the body's length", &json!(body.len().to_string()), &json!(length))?;
    }
    let (body, mut trailers) = match headers.get("content-encoding") {
        Some(encoding) if encoding.starts_with("aws-chunked") => decode_chunked(&body),
        _ => (body, BTreeMap::new()),
    };
    if let Some(length) = headers.get("x-amz-decoded-content-length") {
        same("the decoded length", &json!(body.len().to_string()), &json!(length))?;
    }
    trailers.remove("x-amz-trailer-signature");
    same("trailers", &json!(trailers), &json!(strings(expected.get("trailers"))))?;
    let text = String::from_utf8(body).map_err(|error| error.to_string())?;
    same("body", &json!(text), expected.get("body_text").unwrap_or(&json!("")))
}

fn compare_error(error: &Error, expected: &Value) -> Result<(), String> {
    let details = error.details();
    let actual = json!({
        "kind": details.kind.name(),
        "code": details.code,
        "http_status": details.http_status,
        "request_id": details.request_id,
        "extended_request_id": details.extended_request_id,
        "field": details.field,
    });
    for (name, expected) in expected.as_object().expect("an error is an object") {
        if name == "message_contains" {
            let part = expected.as_str().expect("a text");
            if !details.message.contains(part) {
                return Err(format!("the message does not contain {part:?}: {}", details.message));
            }
        } else {
            same(&format!("error.{name} of {error:?}"), &actual[name], expected)?;
        }
    }
    Ok(())
}

fn compare_url(expected: &Value, result: &Value, endpoint: &str) -> Result<(), String> {
    same("url.method", &result["method"], &expected["method"])?;
    let url = result["url"].as_str().ok_or("there is no URL")?;
    let (scheme, rest) = url.split_once("://").ok_or("no scheme")?;
    let (host, rest) = rest.split_at(rest.find('/').ok_or("no path")?);
    let (path, query) = rest.split_once('?').ok_or("no query")?;
    let (own_scheme, own_host) = endpoint.split_once("://").unwrap();
    same("url.scheme", &json!(scheme), expected.get("scheme").unwrap_or(&json!(own_scheme)))?;
    same("url.host", &json!(host), expected.get("host").unwrap_or(&json!(own_host)))?;
    same("url.path", &json!(path), &expected["path"])?;
    let mut parameters = BTreeMap::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').ok_or_else(|| format!("{pair} has no value"))?;
        if parameters.insert(decode(name), decode(value)).is_some() {
            return Err(format!("{name} stands twice"));
        }
    }
    let expires_in: i64 = parameters["X-Amz-Expires"].parse().map_err(|_| "X-Amz-Expires")?;
    let begins = seconds(&parameters["X-Amz-Date"]);
    same("expires_at", &result["expires_at"], &json!((begins + expires_in) * 1000))?;
    for name in expected["query_present"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a text");
        let value = parameters.remove(name);
        if value.is_none_or(|value| value.is_empty()) {
            return Err(format!("there is no parameter {name}"));
        }
    }
    same("url.query", &json!(parameters), &expected["query"])?;
    let signed: BTreeMap<String, String> = strings(result.get("signed_headers"))
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    same("signed_headers", &json!(signed), &json!(strings(expected.get("signed_headers"))))
}

fn same(what: &str, actual: &Value, expected: &Value) -> Result<(), String> {
    if actual == expected {
        return Ok(());
    }
    Err(format!("{what} is\n    {actual}\n  expected\n    {expected}"))
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let hex = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Seconds since 1970 of `20261124T052300Z`.
fn seconds(text: &str) -> i64 {
    let iso =
        format!("{}-{}-{}T{}:{}:{}Z", &text[..4], &text[4..6], &text[6..8], &text[9..11], &text[11..13], &text[13..15]);
    aws_sdk_s3::primitives::DateTime::from_str(&iso, aws_sdk_s3::primitives::DateTimeFormat::DateTime).unwrap().secs()
}

/// A field that is added to the schema gets a case.
#[test]
fn every_field_of_the_schema_stands_in_a_case() {
    let text = std::fs::read_to_string(cases::repository("schema/fields.toml")).unwrap();
    let schema: toml::Table = text.parse().unwrap();
    let mut used: BTreeSet<(String, String)> = BTreeSet::new();
    for case in cases::all() {
        let mut take = |message: &str, fields: Option<&Value>| {
            for (name, value) in fields.and_then(Value::as_object).into_iter().flatten() {
                if !value.is_null() {
                    used.insert((message.to_owned(), name.clone()));
                }
            }
        };
        take(&format!("request {}", case.operation()), case.0.get("request"));
        take("request client_config", case.0.get("client"));
        take(&format!("result {}", case.operation()), case.expect("result"));
    }
    // What the runner itself sets and compares.
    for name in ["region", "endpoint", "access_key_id", "secret_access_key"] {
        used.insert(("request client_config".to_owned(), name.to_owned()));
    }
    for name in ["method", "url", "signed_headers", "expires_at"] {
        used.insert(("result presign".to_owned(), name.to_owned()));
    }
    let mut missing = Vec::new();
    for field in schema["fields"].as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        for side in ["request", "result"] {
            for message in field.get(side).and_then(toml::Value::as_array).into_iter().flatten() {
                let message = format!("{side} {}", message.as_str().unwrap());
                let listed = message == "request client_config" && NOT_IN_CASES.contains(&name);
                if used.contains(&(message.clone(), name.to_owned())) == listed {
                    missing.push(format!("{message}.{name}{}", if listed { " (listed as not in cases)" } else { "" }));
                }
            }
        }
    }
    assert!(missing.is_empty(), "fields without a case:\n{}", missing.join("\n"));
}
