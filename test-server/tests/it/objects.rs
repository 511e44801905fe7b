//! Objects and buckets: conditions, ranges, copies, multipart, versions, lists.

use s3kms_test_server::TestServer;

use crate::client::{Answer, Call, SSE, server};

async fn send(server: &TestServer, call: Call) -> Answer {
    call.signed(server).send(server).await
}

async fn put(server: &TestServer, key: &str, body: &str) -> Answer {
    send(server, Call::new("PUT", format!("/demo/{key}")).body(body)).await
}

#[tokio::test]
async fn metadata_comes_back() {
    let server = server().await;
    let headers = [
        ("content-type", "text/plain"),
        ("cache-control", "no-store"),
        ("content-disposition", "inline"),
        ("content-encoding", "br"),
        ("content-language", "de"),
        ("expires", "Wed, 21 Oct 2065 07:28:00 GMT"),
        ("x-amz-meta-a", "1"),
        ("x-amz-storage-class", "STANDARD_IA"),
    ];
    let call = Call::new("PUT", "/demo/k").headers(&headers).header("x-amz-tagging", "a=1&b=x%20y").body("x");
    assert_eq!(send(&server, call).await.status, 200);
    for method in ["GET", "HEAD"] {
        let answer = send(&server, Call::new(method, "/demo/k")).await;
        for (name, value) in headers {
            assert_eq!(answer.header(name), Some(value), "{method} {name}");
        }
        assert_eq!(answer.header("content-length"), Some("1"));
    }
    let tags = send(&server, Call::new("GET", "/demo/k?tagging")).await.text();
    assert!(tags.contains("<Value>x y</Value>"), "{tags}");
    assert_eq!(put(&server, "plain", "x").await.status, 200);
    let plain = send(&server, Call::new("HEAD", "/demo/plain")).await;
    assert_eq!(plain.header("content-type"), Some("binary/octet-stream"));
}

#[tokio::test]
async fn response_headers_can_be_overridden() {
    let server = server().await;
    put(&server, "k", "x").await;
    let answer = send(
        &server,
        Call::new(
            "GET",
            "/demo/k?response-content-type=text%2Fcsv&response-content-disposition=attachment&response-cache-control=x",
        ),
    )
    .await;
    assert_eq!(answer.header("content-type"), Some("text/csv"));
    assert_eq!(answer.header("content-disposition"), Some("attachment"));
    assert_eq!(answer.header("cache-control"), Some("x"));
}

#[tokio::test]
async fn ranges() {
    let server = server().await;
    put(&server, "k", "0123456789").await;
    let table = [
        ("bytes=0-3", 206, "0123", Some("bytes 0-3/10")),
        ("bytes=8-", 206, "89", Some("bytes 8-9/10")),
        ("bytes=-3", 206, "789", Some("bytes 7-9/10")),
        ("bytes=8-99", 206, "89", Some("bytes 8-9/10")),
    ];
    for (range, status, body, content_range) in table {
        let answer = send(&server, Call::new("GET", "/demo/k").header("range", range)).await;
        assert_eq!(
            (answer.status, answer.text().as_str(), answer.header("content-range")),
            (status, body, content_range),
            "{range}"
        );
    }
    let answer = send(&server, Call::new("GET", "/demo/k").header("range", "bytes=10-")).await;
    assert_eq!((answer.verdict(), answer.header("content-range")), ((416, "InvalidRange".into()), Some("bytes */10")));
}

#[tokio::test]
async fn conditions_of_reads() {
    let server = server().await;
    let etag = put(&server, "k", "x").await.header("etag").unwrap().to_owned();
    let (past, future) = ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2065 07:28:00 GMT");
    let table = [
        ("if-match", etag.as_str(), 200),
        ("if-match", "\"other\"", 412),
        ("if-none-match", &etag, 304),
        ("if-none-match", "\"other\"", 200),
        ("if-modified-since", past, 200),
        ("if-modified-since", future, 304),
        ("if-unmodified-since", past, 412),
        ("if-unmodified-since", future, 200),
    ];
    for (name, value, status) in table {
        for method in ["GET", "HEAD"] {
            let answer = send(&server, Call::new(method, "/demo/k").header(name, value)).await;
            assert_eq!(answer.status, status, "{method} {name}: {value}");
            if status == 304 {
                assert_eq!((answer.body.len(), answer.header("etag")), (0, Some(etag.as_str())));
            }
        }
    }
}

#[tokio::test]
async fn conditions_of_writes() {
    let server = server().await;
    let put_if = |name: &'static str, value: &str| Call::new("PUT", "/demo/k").header(name, value).body("y");
    assert_eq!(send(&server, put_if("if-match", "\"x\"")).await.status, 404);
    assert_eq!(send(&server, put_if("if-none-match", "*")).await.status, 200);
    assert_eq!(send(&server, put_if("if-none-match", "*")).await.status, 412);
    assert_eq!(send(&server, put_if("if-match", "\"x\"")).await.status, 412);
}

#[tokio::test]
async fn missing_things() {
    let server = server().await;
    let table = [
        (Call::new("GET", "/demo/none"), 404, "NoSuchKey"),
        (Call::new("GET", "/nowhere/none"), 404, "NoSuchBucket"),
        (Call::new("PUT", "/nowhere/none").body("x"), 404, "NoSuchBucket"),
        (Call::new("GET", "/demo/none?versionId=x"), 404, "NoSuchVersion"),
        (Call::new("PUT", "/demo/k?partNumber=1&uploadId=x").body("x"), 404, "NoSuchUpload"),
        (Call::new("PUT", "/demo/k").header("x-amz-storage-class", "FAST").body("x"), 400, "InvalidStorageClass"),
        (Call::new("PUT", "/demo/k").header("x-amz-tagging", "a=1&a=2").body("x"), 400, "InvalidTag"),
    ];
    for (call, status, code) in table {
        assert_eq!(send(&server, call).await.verdict(), (status, code.to_owned()));
    }
    let head = send(&server, Call::new("HEAD", "/demo/none")).await;
    assert_eq!((head.status, head.complete), (404, true));
    assert_eq!(send(&server, Call::new("DELETE", "/demo/none")).await.status, 204);
}

#[tokio::test]
async fn copies() {
    let server = server().await;
    let call = Call::new("PUT", "/demo/a%20b").header("x-amz-meta-m", "1").header("x-amz-tagging", "t=1").body("data");
    let etag = send(&server, call).await.header("etag").unwrap().to_owned();
    let copy = || Call::new("PUT", "/demo/to").header("x-amz-copy-source", "demo/a%20b");
    let head = || send(&server, Call::new("HEAD", "/demo/to"));

    let answer = send(&server, copy()).await;
    assert!(answer.text().contains("CopyObjectResult"), "{}", answer.text());
    assert_eq!(head().await.header("x-amz-meta-m"), Some("1"));
    assert!(send(&server, Call::new("GET", "/demo/to?tagging")).await.text().contains("<Key>t</Key>"));

    send(&server, copy().header("x-amz-metadata-directive", "REPLACE").header("x-amz-meta-n", "2")).await;
    let replaced = head().await;
    assert_eq!((replaced.header("x-amz-meta-m"), replaced.header("x-amz-meta-n")), (None, Some("2")));
    assert_eq!(send(&server, copy().header("x-amz-metadata-directive", "MERGE")).await.status, 400);

    for (name, value, status) in [
        ("x-amz-copy-source-if-match", etag.as_str(), 200),
        ("x-amz-copy-source-if-match", "\"other\"", 412),
        ("x-amz-copy-source-if-none-match", &etag, 412),
        ("x-amz-copy-source-if-modified-since", "Wed, 21 Oct 2065 07:28:00 GMT", 412),
        ("x-amz-copy-source-if-unmodified-since", "Wed, 21 Oct 2015 07:28:00 GMT", 412),
    ] {
        assert_eq!(send(&server, copy().header(name, value)).await.status, status, "{name}");
    }
    let missing = Call::new("PUT", "/demo/to").header("x-amz-copy-source", "demo/none");
    assert_eq!(send(&server, missing).await.verdict(), (404, "NoSuchKey".to_owned()));
}

#[tokio::test]
async fn a_copy_onto_itself_must_change_something() {
    let server = server().await;
    put(&server, "k", "x").await;
    let itself = || Call::new("PUT", "/demo/k").header("x-amz-copy-source", "/demo/k");
    assert_eq!(send(&server, itself()).await.verdict(), (400, "InvalidRequest".to_owned()));
    assert_eq!(send(&server, itself().header("x-amz-metadata-directive", "REPLACE")).await.status, 200);
    assert_eq!(send(&server, itself().header("x-amz-storage-class", "STANDARD_IA")).await.status, 200);
    assert_eq!(send(&server, itself().header(SSE, "aws:kms")).await.header(SSE), Some("aws:kms"));
}

async fn begin(server: &TestServer, key: &str, headers: &[(&str, &str)]) -> String {
    let answer = send(server, Call::new("POST", format!("/demo/{key}?uploads")).headers(headers)).await;
    answer.element("UploadId").expect("an upload id")
}

async fn part(server: &TestServer, id: &str, number: u32, body: Vec<u8>) -> Answer {
    send(server, Call::new("PUT", format!("/demo/big?partNumber={number}&uploadId={id}")).body(body)).await
}

async fn complete(server: &TestServer, id: &str, parts: &[(u32, &str)]) -> Answer {
    let parts = parts.iter().fold(String::new(), |all, (number, etag)| {
        format!("{all}<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")
    });
    let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    send(server, Call::new("POST", format!("/demo/big?uploadId={id}")).body(body)).await
}

#[tokio::test]
async fn multipart_with_kms() {
    let server = server().await;
    let key = server.keys().second.clone();
    let key_header = "x-amz-server-side-encryption-aws-kms-key-id";
    let context_header = "x-amz-server-side-encryption-context";
    let id = begin(
        &server,
        "big",
        &[(SSE, "aws:kms"), (key_header, &key), (context_header, "eyJhIjoiMSJ9"), ("x-amz-meta-a", "1")],
    )
    .await;
    let first = part(&server, &id, 1, vec![1; 5 << 20]).await;
    let second = part(&server, &id, 7, vec![2; 3]).await;
    for answer in [&first, &second] {
        assert_eq!(
            (answer.status, answer.header(SSE), answer.header(key_header)),
            (200, Some("aws:kms"), Some(key.as_str()))
        );
    }
    let listed = send(&server, Call::new("GET", format!("/demo/big?uploadId={id}"))).await.text();
    assert!(listed.contains("<PartNumber>7</PartNumber>"), "{listed}");
    let (one, two) = (first.header("etag").unwrap(), second.header("etag").unwrap());
    let refusals: [(&[(u32, &str)], &str); 4] = [
        (&[], "MalformedXML"),
        (&[(7, two), (1, one)], "InvalidPartOrder"),
        (&[(1, two)], "InvalidPart"),
        (&[(2, one)], "InvalidPart"),
    ];
    for (parts, code) in refusals {
        assert_eq!(complete(&server, &id, parts).await.verdict(), (400, code.to_owned()));
    }
    let done = complete(&server, &id, &[(1, one), (7, two)]).await;
    assert_eq!((done.status, done.header(SSE), done.header(key_header)), (200, Some("aws:kms"), Some(key.as_str())));
    assert_eq!(done.header(context_header), None);
    assert!(done.element("ETag").unwrap().contains("-2"));
    let whole = send(&server, Call::new("GET", "/demo/big")).await;
    assert_eq!((whole.body.len(), &whole.body[whole.body.len() - 3..]), ((5 << 20) + 3, &[2u8, 2, 2][..]));
    assert_eq!(whole.header("x-amz-meta-a"), Some("1"));
    let tail = send(&server, Call::new("GET", "/demo/big?partNumber=2")).await;
    assert_eq!(
        (tail.status, tail.body.as_slice(), tail.header("x-amz-mp-parts-count")),
        (206, &[2u8, 2, 2][..], Some("2"))
    );
    assert_eq!(complete(&server, &id, &[(1, one)]).await.verdict(), (404, "NoSuchUpload".to_owned()));
}

#[tokio::test]
async fn small_parts_and_wrong_numbers_are_refused() {
    let server = server().await;
    let id = begin(&server, "big", &[]).await;
    let small = part(&server, &id, 1, vec![1; 10]).await;
    let last = part(&server, &id, 2, vec![2; 10]).await;
    let parts = [(1, small.header("etag").unwrap()), (2, last.header("etag").unwrap())];
    assert_eq!(complete(&server, &id, &parts).await.verdict(), (400, "EntityTooSmall".to_owned()));
    for number in [0, 10_001] {
        assert_eq!(part(&server, &id, number, vec![1]).await.verdict(), (400, "InvalidArgument".to_owned()));
    }
    assert_eq!(send(&server, Call::new("DELETE", format!("/demo/big?uploadId={id}"))).await.status, 204);
    assert_eq!(part(&server, &id, 1, vec![1]).await.verdict(), (404, "NoSuchUpload".to_owned()));
}

#[tokio::test]
async fn parts_can_be_copied() {
    let server = server().await;
    put(&server, "src", "0123456789").await;
    let id = begin(&server, "big", &[(SSE, "aws:kms")]).await;
    let copy = |range: &str| {
        Call::new("PUT", format!("/demo/big?partNumber=1&uploadId={id}"))
            .header("x-amz-copy-source", "demo/src")
            .header("x-amz-copy-source-range", range)
    };
    for range in ["bytes=0-10", "bytes=5-", "0-3"] {
        assert_eq!(send(&server, copy(range)).await.verdict(), (400, "InvalidArgument".to_owned()), "{range}");
    }
    let copied = send(&server, copy("bytes=2-4")).await;
    assert_eq!(copied.header(SSE), Some("aws:kms"));
    let etag = copied.element("ETag").unwrap().replace("&quot;", "\"");
    assert_eq!(complete(&server, &id, &[(1, &etag)]).await.status, 200);
    assert_eq!(send(&server, Call::new("GET", "/demo/big")).await.text(), "234");
}

#[tokio::test]
async fn versions() {
    use base64::Engine as _;
    use s3s::crypto::Checksum as _;
    let server = server().await;
    put(&server, "k", "old").await;
    let body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    let md5 = base64::engine::general_purpose::STANDARD.encode(s3s::crypto::Md5::checksum(body.as_bytes()));
    let call = Call::new("PUT", "/demo?versioning").header("content-md5", md5).body(body);
    assert_eq!(send(&server, call).await.status, 200);
    assert!(send(&server, Call::new("GET", "/demo?versioning")).await.text().contains("<Status>Enabled</Status>"));
    let version = put(&server, "k", "new").await.header("x-amz-version-id").unwrap().to_owned();
    let get = |query: String| send(&server, Call::new("GET", format!("/demo/k{query}")));
    assert_eq!(get(String::new()).await.text(), "new");
    assert_eq!(get("?versionId=null".into()).await.text(), "old");

    let deleted = send(&server, Call::new("DELETE", "/demo/k")).await;
    assert_eq!((deleted.status, deleted.header("x-amz-delete-marker")), (204, Some("true")));
    let marker = deleted.header("x-amz-version-id").unwrap();
    let gone = get(String::new()).await;
    assert_eq!((gone.verdict(), gone.header("x-amz-delete-marker")), ((404, "NoSuchKey".into()), Some("true")));
    assert_eq!(get(format!("?versionId={marker}")).await.verdict(), (405, "MethodNotAllowed".to_owned()));
    assert_eq!(get(format!("?versionId={version}")).await.text(), "new");
    send(&server, Call::new("DELETE", format!("/demo/k?versionId={marker}"))).await;
    assert_eq!(get(String::new()).await.text(), "new");
    let copy = Call::new("PUT", "/demo/c").header("x-amz-copy-source", "demo/k?versionId=null");
    assert_eq!(send(&server, copy).await.header("x-amz-copy-source-version-id"), Some("null"));
}

#[tokio::test]
async fn buckets_and_lists() {
    let server = server().await;
    assert_eq!(send(&server, Call::new("PUT", "/second")).await.status, 200);
    assert_eq!(send(&server, Call::new("PUT", "/second")).await.verdict(), (409, "BucketAlreadyOwnedByYou".to_owned()));
    let head = send(&server, Call::new("HEAD", "/second")).await;
    assert_eq!((head.status, head.header("x-amz-bucket-region")), (200, Some("us-east-1")));
    assert_eq!(send(&server, Call::new("DELETE", "/second")).await.status, 204);
    assert_eq!(send(&server, Call::new("HEAD", "/second")).await.status, 404);
    for key in ["a/1", "a/2", "b", "c"] {
        put(&server, key, "x").await;
    }
    assert_eq!(send(&server, Call::new("DELETE", "/demo")).await.verdict(), (409, "BucketNotEmpty".to_owned()));
    let list = |query: String| send(&server, Call::new("GET", format!("/demo?list-type=2{query}")));
    let all = list("&delimiter=%2F".into()).await;
    assert!(
        all.text().contains("<Prefix>a/</Prefix>") && all.text().contains("<KeyCount>3</KeyCount>"),
        "{}",
        all.text()
    );
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let page = list(format!("&max-keys=1&delimiter=%2F{token}")).await;
        seen.push(
            page.text()
                .split("<Key>")
                .nth(1)
                .map_or_else(|| "a/".to_owned(), |t| t.split('<').next().unwrap().to_owned()),
        );
        let Some(next) = page.element("NextContinuationToken") else {
            break;
        };
        token = format!("&continuation-token={next}");
    }
    assert_eq!(seen, ["a/", "b", "c"]);
    assert!(list("&prefix=a%2F".into()).await.text().contains("<KeyCount>2</KeyCount>"));
}
