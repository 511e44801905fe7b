//! The schema as the templates see it: messages with their fields resolved, enums, errors.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::names;

/// All of `schema/`, resolved.
#[derive(Debug, Serialize)]
pub struct Schema {
    pub messages: Vec<Message>,
    pub enums: Vec<Enum>,
    pub errors: Vec<ErrorKind>,
    /// `java.toml` and `dotnet.toml`, as they stand: read by those languages' templates only.
    pub java: toml::Value,
    pub dotnet: toml::Value,
    /// 64 bits over the text of every schema file, in hexadecimal: both sides of the boundary compare it.
    pub hash: String,
}

/// One request and its result.
#[derive(Debug, Deserialize, Serialize)]
pub struct Message {
    pub name: String,
    #[serde(default = "operation")]
    pub kind: String,
    #[serde(default)]
    pub number: u32,
    pub sdk: Option<String>,
    pub body: Option<String>,
    pub doc: String,
    pub page: Option<String>,
    #[serde(skip_deserializing)]
    pub request: Vec<Field>,
    #[serde(skip_deserializing)]
    pub result: Vec<Field>,
    /// The groups among the request's fields, in their order.
    #[serde(skip_deserializing)]
    pub groups: Vec<String>,
}

fn operation() -> String {
    "operation".to_owned()
}

/// One field of one message.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    pub name: String,
    /// `string`, `bool`, `int`, `timestamp`, `map` or `enum`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The enum's name, where `type` is `enum`.
    pub enumeration: Option<String>,
    pub doc: String,
    pub required: bool,
    pub sensitive: bool,
    pub group: Option<String>,
    pub java: String,
    pub dotnet: String,
    /// Whether the field maps to a field of the SDK's input or output of the same name.
    pub sdk: bool,
    pub sdk_int: Option<u32>,
    pub sdk_enum: bool,
    /// The header that it is; of a map, what the name of each entry's begins with.
    pub header: Option<String>,
    /// The parameter of the query that it is.
    pub parameter: Option<String>,
    /// Number in the message's frames, from 1: position among the message's fields.
    pub id: usize,
}

/// An enumeration: an open set of texts.
#[derive(Debug, Deserialize, Serialize)]
pub struct Enum {
    pub name: String,
    pub sdk: String,
    pub java: String,
    pub dotnet: String,
    pub doc: String,
    pub values: Vec<EnumValue>,
}

/// One value of an enumeration.
#[derive(Debug, Deserialize, Serialize)]
pub struct EnumValue {
    pub name: String,
    #[serde(default)]
    pub java: String,
    #[serde(default)]
    pub dotnet: String,
    pub wire: String,
    pub doc: String,
}

/// A kind of error.
#[derive(Debug, Deserialize, Serialize)]
pub struct ErrorKind {
    pub name: String,
    pub number: u32,
    pub doc: String,
}

/// A line of `fields.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldLine {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    request: Vec<String>,
    #[serde(default)]
    result: Vec<String>,
    doc: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    sensitive: bool,
    group: Option<String>,
    java: Option<String>,
    dotnet: Option<String>,
    sdk: Option<bool>,
    sdk_int: Option<u32>,
    #[serde(default)]
    sdk_enum: bool,
    wire: Option<String>,
    wire_in: Option<Vec<String>>,
    wire_out: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Messages {
    message: Vec<Message>,
}

#[derive(Deserialize)]
struct Fields {
    fields: Vec<FieldLine>,
}

#[derive(Deserialize)]
struct Enums {
    #[serde(rename = "enum")]
    enums: Vec<Enum>,
}

#[derive(Deserialize)]
struct Errors {
    error: Vec<ErrorKind>,
}

/// Reads and resolves `schema/`.
///
/// # Errors
/// A text that names the file and what is wrong in it.
pub fn load(folder: &Path) -> Result<Schema, String> {
    let mut hash = Fnv::default();
    let mut read = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).map_err(|e| format!("schema/{name}: {e}"))?;
        hash.update(text.as_bytes());
        Ok::<_, String>(text)
    };
    let mut messages: Messages = parse("messages.toml", &read("messages.toml")?)?;
    let fields: Fields = parse("fields.toml", &read("fields.toml")?)?;
    let mut enums: Enums = parse("enums.toml", &read("enums.toml")?)?;
    let errors: Errors = parse("errors.toml", &read("errors.toml")?)?;
    let java = parse("java.toml", &read("java.toml")?)?;
    let dotnet = parse("dotnet.toml", &read("dotnet.toml")?)?;

    for line in &fields.fields {
        check(line, &messages.message, &enums.enums)?;
    }
    for message in &mut messages.message {
        message.request = resolve(&fields.fields, &message.name, Side::Request, message.sdk.is_some());
        message.result = resolve(&fields.fields, &message.name, Side::Result, message.sdk.is_some());
        for field in &message.request {
            if let Some(group) = &field.group
                && !message.groups.contains(group)
            {
                message.groups.push(group.clone());
            }
        }
    }
    for value in enums.enums.iter_mut().flat_map(|e| &mut e.values) {
        if value.java.is_empty() {
            value.java.clone_from(&value.name);
        }
        if value.dotnet.is_empty() {
            value.dotnet.clone_from(&value.name);
        }
    }
    Ok(Schema {
        messages: messages.message,
        enums: enums.enums,
        errors: errors.error,
        java,
        dotnet,
        hash: format!("{:016x}", hash.0),
    })
}

fn parse<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|e| format!("schema/{name}: {e}"))
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Request,
    Result,
}

fn resolve(lines: &[FieldLine], message: &str, side: Side, has_sdk: bool) -> Vec<Field> {
    let carried = lines.iter().filter(|line| {
        let messages = if side == Side::Request { &line.request } else { &line.result };
        messages.iter().any(|m| m == message)
    });
    carried
        .enumerate()
        .map(|(index, line)| {
            let (kind, enumeration) = match line.kind.strip_prefix("enum:") {
                Some(name) => ("enum".to_owned(), Some(name.to_owned())),
                None => (line.kind.clone(), None),
            };
            let only = if side == Side::Request { &line.wire_in } else { &line.wire_out };
            let wire = line.wire.as_deref();
            let wire = wire.filter(|_| only.as_ref().is_none_or(|messages| messages.iter().any(|m| m == message)));
            Field {
                sdk: has_sdk && wire.is_some() && line.sdk.unwrap_or(true),
                header: wire.filter(|wire| !wire.starts_with('?')).map(|wire| wire.trim_end_matches('*').to_owned()),
                parameter: wire.and_then(|wire| wire.strip_prefix('?')).map(str::to_owned),
                java: line.java.clone().unwrap_or_else(|| names::camel(&line.name)),
                dotnet: line.dotnet.clone().unwrap_or_else(|| names::pascal(&line.name)),
                name: line.name.clone(),
                kind,
                enumeration,
                doc: line.doc.clone(),
                required: line.required,
                sensitive: line.sensitive,
                group: line.group.clone(),
                sdk_int: line.sdk_int,
                sdk_enum: line.sdk_enum,
                id: index + 1,
            }
        })
        .collect()
}

fn check(line: &FieldLine, messages: &[Message], enums: &[Enum]) -> Result<(), String> {
    let fail = |what: String| Err(format!("schema/fields.toml: field `{}`: {what}", line.name));
    for name in line.request.iter().chain(&line.result) {
        if !messages.iter().any(|m| m.name == *name) {
            return fail(format!("no message is called `{name}`"));
        }
    }
    match line.kind.as_str() {
        "string" | "bool" | "int" | "timestamp" | "map" => Ok(()),
        kind => match kind.strip_prefix("enum:") {
            Some(name) if enums.iter().any(|e| e.name == name) => Ok(()),
            _ => fail(format!("`{kind}` is no type")),
        },
    }
}

/// FNV-1a, 64 bits: tells schemas apart, nothing more.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
