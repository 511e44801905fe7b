//! A bare HTTP/1.1 client whose bytes the tests control, and a signer that is not the server's.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use s3kms_test_server::TestServer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A request before it is signed. Header names are lower case.
#[derive(Clone)]
pub struct Call {
    pub method: &'static str,
    /// Encoded path and query.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// How a request is signed.
pub struct Signing {
    pub access_key: String,
    pub secret_key: String,
    pub token: Option<String>,
    pub region: String,
    pub service: &'static str,
    pub time: SystemTime,
    /// Overrides the payload hash that is signed.
    pub payload: Option<&'static str>,
    /// Presign with this life.
    pub presign: Option<Duration>,
}

/// An answer. `complete` is false when the body ended early.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub complete: bool,
}

impl Call {
    pub fn new(method: &'static str, target: impl Into<String>) -> Self {
        Self { method, target: target.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn headers(mut self, pairs: &[(&str, &str)]) -> Self {
        self.headers.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Signs with the server's own credentials.
    pub fn signed(self, server: &TestServer) -> Self {
        self.signed_with(server, &Signing::of(server)).0
    }

    /// Presigns for `life`; the headers set so far become signed headers.
    pub fn presigned(self, server: &TestServer, life: Duration) -> Self {
        self.signed_with(server, &Signing { presign: Some(life), ..Signing::of(server) }).0
    }

    /// Signs as told; also gives the signature, from which chunk signatures go on.
    pub fn signed_with(mut self, server: &TestServer, how: &Signing) -> (Self, String) {
        let identity = Credentials::new(&how.access_key, &how.secret_key, how.token.clone(), None, "test").into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        if let Some(life) = how.presign {
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = Some(life);
            settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        }
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&how.region)
            .name(how.service)
            .time(how.time)
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let uri = format!("{}{}", server.endpoint(), self.target);
        let body = match (how.presign, how.payload) {
            (Some(_), _) => SignableBody::UnsignedPayload,
            (None, Some(payload)) => SignableBody::Precomputed(payload.to_owned()),
            (None, None) => SignableBody::Bytes(&self.body),
        };
        let pairs = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let request = SignableRequest::new(self.method, &uri, pairs, body).unwrap();
        let (instructions, signature) = sign(request, &params).unwrap().into_parts();
        let mut carrier = http::Request::builder().uri(&uri).body(()).unwrap();
        instructions.apply_to_request_http1x(&mut carrier);
        self.target = carrier.uri().path_and_query().unwrap().to_string();
        for (name, value) in carrier.headers() {
            self.headers.push((name.to_string(), value.to_str().unwrap().to_owned()));
        }
        (self, signature)
    }

    pub async fn send(&self, server: &TestServer) -> Answer {
        self.try_send(server).await.expect("the server answers")
    }

    pub async fn try_send(&self, server: &TestServer) -> std::io::Result<Answer> {
        let address = server.endpoint().rsplit('/').next().unwrap();
        self.send_over(TcpStream::connect(address).await?, address).await
    }

    pub async fn send_over(&self, mut io: impl AsyncRead + AsyncWrite + Unpin, host: &str) -> std::io::Result<Answer> {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if !self.headers.iter().any(|(name, _)| name == "content-length")
            && self.method != "GET"
            && self.method != "HEAD"
        {
            let _ = write!(head, "content-length: {}\r\n", self.body.len());
        }
        head.push_str("\r\n");
        io.write_all(head.as_bytes()).await?;
        io.write_all(&self.body).await?;
        io.flush().await?;
        let mut raw = Vec::new();
        // A cut connection is an error or an early end; both show in what was read.
        let ended = io.read_to_end(&mut raw).await;
        if raw.is_empty() {
            return Err(ended.err().unwrap_or_else(|| std::io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(parse(&raw, self.method == "HEAD"))
    }
}

impl Signing {
    pub fn of(server: &TestServer) -> Self {
        Self {
            access_key: server.access_key().to_owned(),
            secret_key: server.secret_key().to_owned(),
            token: None,
            region: server.region().to_owned(),
            service: "s3",
            time: SystemTime::now(),
            payload: None,
            presign: None,
        }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The text of an element of an error document.
    pub fn element(&self, name: &str) -> Option<String> {
        let text = self.text();
        let start = text.find(&format!("<{name}>"))? + name.len() + 2;
        let end = text[start..].find(&format!("</{name}>"))?;
        Some(text[start..start + end].to_owned())
    }

    /// Status and code, the form in which most tests expect an answer.
    pub fn verdict(&self) -> (u16, String) {
        (self.status, self.element("Code").unwrap_or_default())
    }
}

fn parse(raw: &[u8], head_only: bool) -> Answer {
    let split = raw.windows(4).position(|w| w == b"\r\n\r\n").expect("a complete head");
    let head = std::str::from_utf8(&raw[..split]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    if status == 100 {
        return parse(&raw[split + 4..], head_only);
    }
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_lowercase(), v.to_owned())).collect();
    let rest = &raw[split + 4..];
    let find = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let (body, complete) = match (find("content-length"), find("transfer-encoding")) {
        _ if head_only => (Vec::new(), rest.is_empty()),
        (_, Some(_)) => dechunk(rest),
        (Some(length), None) => (rest.to_vec(), rest.len() == length.parse::<usize>().unwrap()),
        (None, None) => (rest.to_vec(), true),
    };
    Answer { status, headers, body, complete }
}

fn dechunk(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(line) = rest.windows(2).position(|w| w == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        rest = &rest[line + 2..];
        if size == 0 {
            return (body, true);
        }
        let Some(data) = rest.get(..size) else { break };
        body.extend_from_slice(data);
        rest = rest.get(size + 2..).unwrap_or_default();
    }
    (body, false)
}

pub async fn server() -> TestServer {
    TestServer::builder().start().await.expect("the server starts")
}

pub const SSE: &str = "x-amz-server-side-encryption";
pub const KEY_ID: &str = "x-amz-server-side-encryption-aws-kms-key-id";
pub const CONTEXT: &str = "x-amz-server-side-encryption-context";
pub const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";
