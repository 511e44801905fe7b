//! What a call does when the first answer is not the last word: another region, another clock, a server that is
//! silent, parts that fail. The recording server answers as S3 would, so that every request can be looked at.

mod common;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use common::content::{content, pushed};
use common::server::{RawServer, client, config, config_of, strict};
use common::temp::TempDir;
use s3kms::{
    Body, Client, ClientConfig, CopyObjectRequest, CustomerKey, Error, ErrorKind, GetObjectRequest, HeadObjectRequest,
    PutObjectRequest, ServerSideEncryption, Target,
};
use s3kms_test_server::RecordingServer;
use s3kms_test_server::recording::{Answer, Recorded};

const ARN: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd";
const PART: usize = 8 << 20;

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Answer { status, headers, body: body.to_owned(), body_base64: None }
}

fn error(code: &str, more: &str) -> String {
    format!("<Error><Code>{code}</Code><Message>A message.</Message>{more}</Error>")
}

fn header<'a>(request: &'a Recorded, name: &str) -> &'a str {
    request.headers.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
}

fn names_of_encryption(request: &Recorded) -> Vec<&str> {
    let names = request.headers.iter().map(|(name, _)| name.as_str());
    names.filter(|name| name.contains("server-side-encryption")).collect()
}

/// Runs one operation by its method; only whether it succeeds is of interest.
async fn call(client: &Client, method: &str) -> Result<(), Error> {
    match method {
        "PUT" => client.put_object(PutObjectRequest::new("b", "k"), Body::Bytes("hello".into())).await.map(drop),
        "GET" => client.get_object(GetObjectRequest::new("b", "k"), Target::Stream).await.map(drop),
        _ => client.head_object(HeadObjectRequest::new("b", "k")).await.map(drop),
    }
}

#[tokio::test]
async fn a_bucket_in_another_region_is_found_and_remembered() {
    let bucket_region = ("x-amz-bucket-region", "eu-west-1");
    let table = [
        ("PUT", answer(400, &[], &error("AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>"))),
        ("PUT", answer(301, &[bucket_region], &error("PermanentRedirect", ""))),
        ("GET", answer(307, &[bucket_region], &error("TemporaryRedirect", ""))),
        ("HEAD", answer(400, &[bucket_region], "")),
        ("HEAD", answer(301, &[bucket_region], "")),
    ];
    let server = RecordingServer::start().await.unwrap();
    for (method, refusal) in table {
        let status = refusal.status;
        // A correction is no retry: it is made even where retries are off.
        let client = Client::new(ClientConfig { max_attempts: Some(1), ..config_of(server.endpoint()) }).unwrap();
        server.expect(vec![refusal]);
        call(&client, method).await.unwrap_or_else(|error| panic!("{method} {status}: {error}"));
        call(&client, method).await.unwrap();
        let regions: Vec<String> = server
            .recorded()
            .iter()
            .map(|request| header(request, "authorization").split('/').nth(2).unwrap().to_owned())
            .collect();
        assert_eq!(regions, ["us-east-1", "eu-west-1", "eu-west-1"], "{method} {status}");
        let bodies: Vec<String> = server.recorded().iter().map(|request| request.body_base64.clone()).collect();
        assert_eq!(bodies[0], bodies[1], "{method} {status}");
    }
}

#[tokio::test]
async fn redirects_that_lead_nowhere_end_with_the_servers_error() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    let refusal = answer(301, &[("x-amz-bucket-region", "us-east-1")], &error("PermanentRedirect", ""));
    server.expect(vec![refusal; 10]);
    let error = call(&client, "PUT").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("PermanentRedirect")));
    assert!(error.details().hint.as_deref().unwrap().contains("region"));
    assert!(server.recorded().len() <= 2, "{} requests", server.recorded().len());
}

#[tokio::test]
async fn the_strict_server_takes_a_client_of_another_region() {
    let server = strict().await;
    let client = Client::new(ClientConfig { region: Some("eu-west-1".into()), ..config(&server) }).unwrap();
    let request = PutObjectRequest {
        encryption: ServerSideEncryption::kms(&server.keys().first).unwrap(),
        ..PutObjectRequest::new("demo", "k")
    };
    let result = client.put_object(request, Body::Bytes("hello".into())).await.unwrap();
    assert_eq!(result.ssekms_key_id.as_deref(), Some(server.keys().first.as_str()));
}

/// Seconds since midnight, and the day, of `20261124T052300Z`: enough to compare two times of a test.
fn seconds(request: &Recorded) -> i64 {
    let date = header(request, "x-amz-date");
    let digits = |from: usize, to: usize| date[from..to].parse::<i64>().unwrap();
    digits(6, 8) * 86_400 + digits(9, 11) * 3600 + digits(11, 13) * 60 + digits(13, 15)
}

#[tokio::test]
async fn the_servers_clock_is_taken_for_the_signature() {
    let server = RecordingServer::start().await.unwrap();
    for (method, code, hours) in
        [("PUT", "RequestTimeTooSkewed", 2_i64), ("PUT", "RequestTimeTooSkewed", -2), ("HEAD", "", 3)]
    {
        let client = Client::new(ClientConfig { max_attempts: Some(1), ..config_of(server.endpoint()) }).unwrap();
        let now = std::time::SystemTime::now();
        let distance = Duration::from_secs(hours.unsigned_abs() * 3600);
        let theirs = httpdate::fmt_http_date(if hours > 0 { now + distance } else { now - distance });
        let body = if code.is_empty() { String::new() } else { error(code, "") };
        server.expect(vec![answer(403, &[("Date", &theirs)], &body)]);
        call(&client, method).await.unwrap();
        call(&client, method).await.unwrap();
        let times: Vec<i64> = server.recorded().iter().map(seconds).collect();
        assert_eq!(times.len(), 3, "{method} {hours}");
        for corrected in &times[1..] {
            // Days of a month only: at its end the difference is off by a month.
            let ahead = (corrected - times[0]).rem_euclid(86_400) - if hours < 0 { 86_400 } else { 0 };
            assert!((ahead - hours * 3600).abs() < 120, "{method} {hours}: {ahead} s");
        }
    }
}

#[tokio::test]
async fn a_refusal_by_a_server_whose_clock_agrees_is_not_repeated() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    server.expect(vec![answer(403, &[], &error("SignatureDoesNotMatch", "")); 3]);
    let error = call(&client, "PUT").await.unwrap_err();
    assert_eq!(error.code(), Some("SignatureDoesNotMatch"));
    assert!(error.details().hint.is_some());
    assert_eq!(server.recorded().len(), 1);
}

#[tokio::test]
async fn a_silent_server_runs_into_the_limit_that_is_set() {
    let server = RawServer::silent().await;
    let base = || config_of(&server.endpoint);
    let table = [
        (ClientConfig { read_timeout_ms: Some(50), max_attempts: Some(1), ..base() }, 1, "50 ms"),
        (ClientConfig { attempt_timeout_ms: Some(50), max_attempts: Some(2), ..base() }, 2, "50 ms"),
        (ClientConfig { request_timeout_ms: Some(60), read_timeout_ms: Some(0), ..base() }, 1, "60 ms"),
    ];
    for (config, connections, limit) in table {
        let before = server.connections();
        let client = Client::new(config).unwrap();
        for method in ["PUT", "GET", "HEAD"] {
            let error = call(&client, method).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
            assert!(error.to_string().contains(limit), "{error}");
        }
        assert_eq!(server.connections() - before, 3 * connections, "{limit}");
    }
    let client = Client::new(base()).unwrap();
    let request = HeadObjectRequest { request_timeout_ms: Some(40), ..HeadObjectRequest::new("b", "k") };
    let error = client.head_object(request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("40 ms"), "{error}");
}

#[tokio::test]
async fn waiting_for_the_caller_is_no_silence_of_the_server() {
    let server = RecordingServer::start().await.unwrap();
    let client =
        Client::new(ClientConfig { read_timeout_ms: Some(200), max_attempts: Some(1), ..config_of(server.endpoint()) })
            .unwrap();
    let bytes = content(2 << 20);
    let (writer, body) = Body::stream(Some(bytes.len() as u64));
    let chunks: Vec<Vec<u8>> = bytes.chunks(1 << 20).map(<[u8]>::to_vec).collect();
    tokio::spawn(async move {
        for chunk in chunks {
            writer.write(chunk.into()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        writer.finish().await.unwrap();
    });
    client.put_object(PutObjectRequest::new("b", "k"), body).await.unwrap();
    assert_eq!(server.recorded().len(), 1);
}

#[tokio::test]
async fn a_long_stream_is_sent_once_and_the_error_says_so() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    server.expect(vec![answer(500, &[], &error("InternalError", ""))]);
    let body = pushed(content((1 << 20) + 1), true);
    let error = client.put_object(PutObjectRequest::new("b", "k"), body).await.unwrap_err();
    assert_eq!(error.code(), Some("InternalError"));
    assert!(error.details().hint.as_deref().unwrap().contains("stream"));
    assert_eq!(server.recorded().len(), 1);
    // A short one was gathered first, and is sent again.
    server.expect(vec![answer(500, &[], &self::error("InternalError", ""))]);
    client.put_object(PutObjectRequest::new("b", "k"), pushed(content(1 << 20), true)).await.unwrap();
    assert_eq!(server.recorded().len(), 2);
}

#[tokio::test]
async fn a_stream_that_is_not_what_it_declared_is_never_stored() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    for (written, declared) in [(4, 5), (6, 5), (0, 1), (2 << 20, (2 << 20) + 1), ((2 << 20) + 1, 2 << 20)] {
        server.expect(Vec::new());
        let (writer, body) = Body::stream(Some(declared));
        tokio::spawn(async move {
            let _ = writer.write(content(written).into()).await;
            let _ = writer.finish().await;
        });
        let error = client.put_object(PutObjectRequest::new("b", "k"), body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Body, "{written} of {declared}: {error:?}");
        assert!(server.recorded().is_empty(), "{written} of {declared} arrived");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_an_error_before_anything_is_sent() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    let folder = TempDir::new();
    let short = folder.file("short", b"hello");
    for (path, offset, length) in [
        (folder.path().join("missing"), 0, None),
        (folder.path().to_owned(), 0, None),
        (short.clone(), 6, None),
        (short.clone(), 1, Some(5)),
    ] {
        let body = Body::File { path: path.clone(), offset, length };
        let error = client.put_object(PutObjectRequest::new("b", "k"), body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File, "{error:?}");
        assert!(error.to_string().contains(path.file_name().unwrap().to_str().unwrap()), "{error}");
    }
    assert!(server.recorded().is_empty());
    // The whole file from its end on is an empty object.
    let body = Body::File { path: short, offset: 5, length: None };
    client.put_object(PutObjectRequest::new("b", "k"), body).await.unwrap();
    assert_eq!(header(&server.recorded()[0], "x-amz-decoded-content-length"), "0");
}

#[tokio::test]
async fn a_refused_connection_is_a_connection_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::new(ClientConfig { max_attempts: Some(2), ..config_of(&endpoint) }).unwrap();
    for method in ["PUT", "GET", "HEAD"] {
        let error = call(&client, method).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert!(error.to_string().contains("could not be reached"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_s3s_says_what_it_may_be() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    for status in [200, 400, 404] {
        server.expect(vec![answer(status, &[("Content-Type", "text/html")], "<html><p>Welcome</html>")]);
        let error = client.copy_object(CopyObjectRequest::new("b", "k", "sb", "sk")).await.unwrap_err();
        assert_eq!(error.details().http_status, status, "{error:?}");
        assert!(error.details().hint.as_deref().unwrap().contains("endpoint"), "{error:?}");
        assert!(!error.to_string().contains("Welcome"), "{error}");
    }
}

// ---- multipart ------------------------------------------------------------------------------------------------

const CREATED: &str = "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>";
const COMPLETED: &str = "<CompleteMultipartUploadResult><ETag>\"m-2\"</ETag></CompleteMultipartUploadResult>";

fn kms_headers() -> [(&'static str, &'static str); 2] {
    [("x-amz-server-side-encryption", "aws:kms"), ("x-amz-server-side-encryption-aws-kms-key-id", ARN)]
}

fn kms_request() -> PutObjectRequest {
    PutObjectRequest { encryption: ServerSideEncryption::kms(ARN).unwrap(), ..PutObjectRequest::new("b", "k") }
}

fn lines(server: &RecordingServer) -> Vec<String> {
    server.recorded().iter().map(|request| format!("{} {}", request.method, request.target)).collect()
}

const CREATE: &str = "POST /b/k?uploads";
const ABORT: &str = "DELETE /b/k?uploadId=u%2F1";

fn part(number: u32) -> String {
    format!("PUT /b/k?partNumber={number}&uploadId=u%2F1")
}

#[tokio::test]
async fn encryption_goes_with_the_beginning_of_an_upload_and_not_with_its_parts() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    let key = CustomerKey::new(&[7; 32]);
    let customer = [
        ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
        ("x-amz-server-side-encryption-customer-key-MD5", key.md5()),
    ];
    let encryptions = [
        (ServerSideEncryption::kms(ARN).unwrap(), kms_headers().to_vec(), [2, 0, 0]),
        (ServerSideEncryption::CustomerKey(key.clone()), customer.to_vec(), [3, 3, 0]),
        (ServerSideEncryption::default(), Vec::new(), [0, 0, 0]),
    ];
    for (encryption, reported, counts) in encryptions {
        let bytes = content(PART + 1000);
        let request = PutObjectRequest {
            encryption,
            metadata: [("a".to_owned(), "1".to_owned())].into(),
            tagging: Some("t=1".into()),
            content_type: Some("text/plain".into()),
            ..PutObjectRequest::new("b", "k")
        };
        server.expect(vec![
            answer(200, &reported, CREATED),
            answer(200, &[("ETag", "\"p1\"")], ""),
            answer(200, &[("ETag", "\"p2\"")], ""),
            answer(200, &reported, COMPLETED),
        ]);
        let result = client.put_object(request, pushed(bytes.clone(), false)).await.unwrap();
        assert_eq!(result.e_tag.as_deref(), Some("\"m-2\""));
        assert_eq!(lines(&server), [CREATE, &part(1), &part(2), "POST /b/k?uploadId=u%2F1"]);
        let recorded = server.recorded();
        let sent: Vec<usize> = recorded.iter().map(|request| names_of_encryption(request).len()).collect();
        assert_eq!(sent, [counts[0], counts[1], counts[1], counts[2]]);
        for (name, value) in [("x-amz-meta-a", "1"), ("x-amz-tagging", "t=1"), ("content-type", "text/plain")] {
            assert_eq!(header(&recorded[0], name), value);
        }
        let parts: Vec<u8> =
            recorded[1..3].iter().flat_map(|request| BASE64.decode(&request.body_base64).unwrap()).collect();
        assert!(parts == bytes, "the parts are not the content");
        let complete = String::from_utf8(BASE64.decode(&recorded[3].body_base64).unwrap()).unwrap();
        for piece in ["<PartNumber>1</PartNumber>", "<PartNumber>2</PartNumber>", "p1", "p2"] {
            assert!(complete.contains(piece), "{complete}");
        }
    }
}

#[tokio::test]
async fn nothing_is_uploaded_to_where_it_would_not_be_encrypted_as_asked() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    server.expect(vec![answer(200, &[("x-amz-server-side-encryption", "AES256")], CREATED), answer(204, &[], "")]);
    let error = client.put_object(kms_request(), pushed(content(PART), false)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EncryptionMismatch, "{error:?}");
    assert_eq!(lines(&server), [CREATE, ABORT]);
}

#[tokio::test]
async fn an_upload_that_fails_is_aborted() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    let created = || answer(200, &kms_headers(), CREATED);
    let denied = || answer(403, &[], &error("AccessDenied", ""));
    let part_done = || answer(200, &[("ETag", "\"p\"")], "");

    // A part is refused: often for want of kms:Decrypt, which the error must say.
    server.expect(vec![created(), denied()]);
    let error = client.put_object(kms_request(), pushed(content(PART), false)).await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDenied"));
    assert!(error.details().hint.as_deref().unwrap().contains("kms:Decrypt"), "{error}");
    assert_eq!(lines(&server), [CREATE, &part(1), ABORT]);

    // The end is refused.
    server.expect(vec![created(), part_done(), denied()]);
    client.put_object(kms_request(), pushed(content(PART), false)).await.unwrap_err();
    assert_eq!(lines(&server), [CREATE, &part(1), "POST /b/k?uploadId=u%2F1", ABORT]);

    // The end reports another encryption.
    server.expect(vec![created(), part_done(), answer(200, &[("x-amz-server-side-encryption", "AES256")], COMPLETED)]);
    let error = client.put_object(kms_request(), pushed(content(PART), false)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EncryptionMismatch);

    // The caller abandons its stream.
    server.expect(vec![created(), part_done()]);
    let (writer, body) = Body::stream(None);
    tokio::spawn(async move {
        let _ = writer.write(content(PART + 1).into()).await;
    });
    let error = client.put_object(kms_request(), body).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Body, "{error:?}");
    assert_eq!(lines(&server), [CREATE, &part(1), ABORT]);
}

#[tokio::test]
async fn parts_and_the_end_of_an_upload_are_tried_again() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    server.expect(vec![
        answer(200, &[], CREATED),
        answer(503, &[], &error("SlowDown", "")),
        answer(200, &[("ETag", "\"p\"")], ""),
        // S3 begins to answer before it has put the parts together.
        answer(200, &[], &error("InternalError", "")),
        answer(200, &[], COMPLETED),
    ]);
    let body = pushed(content(PART), false);
    let result = client.put_object(PutObjectRequest::new("b", "k"), body).await.unwrap();
    assert_eq!(result.e_tag.as_deref(), Some("\"m-2\""));
    let end = "POST /b/k?uploadId=u%2F1";
    assert_eq!(lines(&server), [CREATE, &part(1), &part(1), end, end]);
}

#[tokio::test]
async fn a_checksum_of_the_whole_is_refused_for_parts() {
    let server = RecordingServer::start().await.unwrap();
    let client = Client::new(config_of(server.endpoint())).unwrap();
    let request =
        PutObjectRequest { content_md5: Some("XUFAKrxLKna5cZ2REBfFkg==".into()), ..PutObjectRequest::new("b", "k") };
    let error = client.put_object(request, pushed(content(PART), false)).await.unwrap_err();
    assert_eq!(error.details().field, Some("content_md5"));
    assert!(server.recorded().is_empty());
}

#[tokio::test]
async fn a_client_survives_what_it_was_answered() {
    // After all these failures the same client still works: no slot, connection or token was lost.
    let server = strict().await;
    let client = client(&server);
    for _ in 0..60 {
        client.get_object(GetObjectRequest::new("demo", "missing"), Target::Stream).await.unwrap_err();
    }
    client.put_object(PutObjectRequest::new("demo", "k"), Body::Bytes("hello".into())).await.unwrap();
}
