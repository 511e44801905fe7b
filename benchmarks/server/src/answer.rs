//! What a request asks for, and the answer to it.

use std::io::Write as _;

use md5::{Digest as _, Md5};

/// The key that the benchmark encrypts under.
const KMS_KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const IDS: &str =
    "x-amz-request-id: 4442587FB7D0A2F9\r\nx-amz-id-2: vlR7PnpV2Ce81l0PRw6jlUpck7Jo5ZsQjryTjKlc5aLWGVHPZLj5Ne\r\n";

/// The parts of a request's head that matter here.
#[derive(Debug, Default)]
pub struct Head<'a> {
    method: &'a str,
    /// The last segment of the path: the key, in path style as in virtual-host style.
    key: &'a str,
    query: &'a str,
    pub content_length: u64,
    pub chunked: bool,
    pub expects_continue: bool,
    pub closes: bool,
    /// The length without aws-chunked encoding.
    decoded_length: Option<u64>,
    range: Option<&'a str>,
    encryption: Option<&'a str>,
    kms_key: Option<&'a str>,
}

impl<'a> Head<'a> {
    /// Takes what it finds: this server refuses nothing.
    pub fn parse(text: &'a str) -> Self {
        let mut lines = text.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let method = words.next().unwrap_or_default();
        let (path, query) = words.next().map_or(("", ""), |target| target.split_once('?').unwrap_or((target, "")));
        let mut head = Self { method, key: path.rsplit('/').next().unwrap_or_default(), query, ..Self::default() };
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            // The length tells most names apart, and is cheaper than their letters.
            match name.len() {
                5 if is("range") => head.range = Some(value),
                6 if is("expect") => head.expects_continue = true,
                10 if is("connection") => head.closes = value.eq_ignore_ascii_case("close"),
                14 if is("content-length") => head.content_length = value.parse().unwrap_or(0),
                17 if is("transfer-encoding") => head.chunked = value.to_ascii_lowercase().contains("chunked"),
                28 if is("x-amz-server-side-encryption") => head.encryption = Some(value),
                28 if is("x-amz-decoded-content-length") => head.decoded_length = value.parse().ok(),
                43 if is("x-amz-server-side-encryption-aws-kms-key-id") => head.kms_key = Some(value),
                _ => {}
            }
        }
        head
    }

    fn asks_for(&self, parameter: &str) -> bool {
        self.query.split('&').any(|pair| pair.split('=').next() == Some(parameter))
    }
}

/// The contents and their tags, made once.
pub struct Answers {
    small: Content,
    large: Content,
}

struct Content {
    bytes: Vec<u8>,
    md5: String,
}

impl Content {
    fn new(length: usize) -> Self {
        let bytes: Vec<u8> = (0..length).map(|i| u8::try_from(i * 31 % 251).unwrap_or_default()).collect();
        let md5 = Md5::digest(&bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        Self { bytes, md5 }
    }
}

impl Answers {
    pub fn new() -> Self {
        Self { small: Content::new(1024), large: Content::new(8 * 1024 * 1024) }
    }

    /// Appends the head of the answer to `out`, and where it is short its body; returns a body that is to follow.
    pub fn write(&self, head: &Head<'_>, received: u64, out: &mut Vec<u8>) -> &[u8] {
        match head.method {
            "GET" if head.asks_for("location") => xml(out, "200 OK", "LocationConstraint", ""),
            // The bucket: Minio asks first whether there is one.
            "HEAD" if matches!(head.key, "" | "bench") => {
                push(out, &["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", IDS, "\r\n"]);
            }
            "GET" | "HEAD" => return self.object(head, out),
            "PUT" => {
                let md5 = match head.decoded_length.unwrap_or(received) {
                    1024 => &self.small.md5,
                    8_388_608 => &self.large.md5,
                    _ => "00000000000000000000000000000000",
                };
                push(out, &["HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: \"", md5, "\"\r\n", IDS]);
                encryption(head, out);
                push(out, &["\r\n"]);
            }
            // Clients that upload large objects in parts do so here as well.
            "POST" if head.asks_for("uploads") => xml(
                out,
                "200 OK",
                "InitiateMultipartUploadResult",
                "<Bucket>bench</Bucket><Key>8m</Key><UploadId>benchmark</UploadId>",
            ),
            "POST" if head.asks_for("uploadId") => xml(
                out,
                "200 OK",
                "CompleteMultipartUploadResult",
                "<Bucket>bench</Bucket><Key>8m</Key><ETag>\"00000000000000000000000000000000-1\"</ETag>",
            ),
            "DELETE" => push(out, &["HTTP/1.1 204 No Content\r\n", IDS, "\r\n"]),
            _ => xml(out, "501 Not Implemented", "Error", "<Code>NotImplemented</Code><Message>null server</Message>"),
        }
        &[]
    }

    fn object(&self, head: &Head<'_>, out: &mut Vec<u8>) -> &[u8] {
        let content = match head.key {
            "1k" => &self.small,
            "8m" => &self.large,
            _ => {
                if head.method == "HEAD" {
                    push(out, &["HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n", IDS, "\r\n"]);
                } else {
                    xml(out, "404 Not Found", "Error", "<Code>NoSuchKey</Code><Message>only 1k and 8m</Message>");
                }
                return &[];
            }
        };
        let length = content.bytes.len();
        let range = head.range.and_then(|range| bytes_of(range, length));
        let (first, end) = range.unwrap_or((0, length));
        push(out, &[if range.is_some() { "HTTP/1.1 206 Partial Content\r\n" } else { "HTTP/1.1 200 OK\r\n" }, IDS]);
        if range.is_some() {
            let _ = write!(out, "Content-Range: bytes {first}-{}/{length}\r\n", end - 1); // a Vec takes all
        }
        let _ = write!(out, "Content-Length: {}\r\n", end - first);
        push(out, &["Accept-Ranges: bytes\r\nContent-Type: application/octet-stream\r\nETag: \"", &content.md5]);
        push(out, &["\"\r\nLast-Modified: Wed, 01 Jan 2025 00:00:00 GMT\r\nx-amz-server-side-encryption: aws:kms\r\n"]);
        push(out, &["x-amz-server-side-encryption-aws-kms-key-id: ", KMS_KEY, "\r\n\r\n"]);
        if head.method == "HEAD" { &[] } else { &content.bytes[first..end] }
    }
}

/// `bytes=FIRST-LAST` and `bytes=FIRST-`, as first and end.
fn bytes_of(range: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let first = first.parse().ok()?;
    let end = if last.is_empty() { length } else { last.parse::<usize>().ok()?.saturating_add(1).min(length) };
    (first < end).then_some((first, end))
}

/// What S3 reports is what was asked for.
fn encryption(head: &Head<'_>, out: &mut Vec<u8>) {
    if let Some(algorithm) = head.encryption {
        push(out, &["x-amz-server-side-encryption: ", algorithm, "\r\n"]);
    }
    if let Some(key) = head.kms_key {
        push(out, &["x-amz-server-side-encryption-aws-kms-key-id: ", key, "\r\n"]);
    }
}

fn push(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

fn xml(out: &mut Vec<u8>, status: &str, root: &str, content: &str) {
    let namespace = if root == "Error" { "" } else { " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"" };
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root}{namespace}>{content}</{root}>");
    let length = body.len().to_string();
    push(out, &["HTTP/1.1 ", status, "\r\nContent-Type: application/xml\r\n", IDS]);
    push(out, &["Content-Length: ", &length, "\r\n\r\n", &body]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(request: &str, received: u64) -> (String, usize) {
        let answers = Answers::new();
        let mut out = Vec::new();
        let length = answers.write(&Head::parse(request), received, &mut out).len();
        (String::from_utf8(out).unwrap(), length)
    }

    #[test]
    fn a_put_is_answered_with_the_encryption_it_asked_for_and_the_tag_of_its_decoded_length() {
        let (plain, _) = answer("PUT /bench/1k HTTP/1.1\r\nX-Amz-Server-Side-Encryption: aws:kms\r\n\r\n", 1024);
        let (chunked, _) = answer("PUT /1k HTTP/1.1\r\nx-amz-decoded-content-length: 1024\r\n\r\n", 1200);
        assert!(plain.contains("x-amz-server-side-encryption: aws:kms\r\n"), "{plain}");
        let tag = |text: &str| text.lines().find(|line| line.starts_with("ETag")).map(str::to_owned);
        assert_eq!(tag(&plain), tag(&chunked));
    }

    #[test]
    fn objects_are_found_in_both_styles_whole_and_by_range() {
        for (request, status, length) in [
            ("GET /bench/1k HTTP/1.1\r\n\r\n", "200", 1024),
            ("GET /8m?x-id=GetObject HTTP/1.1\r\nHost: bench.localhost\r\n\r\n", "200", 8 << 20),
            ("GET /8m HTTP/1.1\r\nRange: bytes=1048576-2097151\r\n\r\n", "206", 1 << 20),
            ("GET /1k HTTP/1.1\r\nRange: bytes=1000-99999\r\n\r\n", "206", 24),
            ("HEAD /1k HTTP/1.1\r\n\r\n", "200", 0),
            ("HEAD /bench HTTP/1.1\r\n\r\n", "200", 0),
            ("HEAD /bench/ HTTP/1.1\r\n\r\n", "200", 0),
            ("GET /other HTTP/1.1\r\n\r\n", "404", 0),
            ("PATCH /1k HTTP/1.1\r\n\r\n", "501", 0),
        ] {
            let (head, body) = answer(request, 0);
            assert_eq!((&head[9..12], body), (status, length), "{request}");
        }
    }
}
