//! Bodies of every kind and size, and every place where content can go.

use std::path::Path;

use s3kms::{Body, Client, ClientConfig, CustomerKey, GetBody, GetObjectRequest, ServerSideEncryption, Target};

use super::{count, fetch, get, put, put_kms};
use crate::common::content::{Keep, content, pushed, read};
use crate::common::server::{client, config, strict};
use crate::common::temp::TempDir;

const MIB: usize = 1 << 20;

/// Bodies with the same content, by name.
fn bodies(bytes: &[u8], path: &Path) -> [(&'static str, Body); 5] {
    [
        ("bytes", Body::Bytes(bytes.to_vec().into())),
        ("lent", Body::borrowed(bytes.to_vec())),
        ("file", Body::File { path: path.to_owned(), offset: 0, length: None }),
        ("known stream", pushed(bytes.to_vec(), true)),
        ("unknown stream", pushed(bytes.to_vec(), false)),
    ]
}

#[tokio::test]
async fn bodies_of_every_size_arrive_unchanged() {
    let server = strict().await;
    let client = client(&server);
    let folder = TempDir::new();
    // Around the sizes of a frame, of what is gathered, of a chunk, and of what comes inline.
    for size in [0, 1, 65_535, 65_536, 65_537, MIB - 1, MIB, MIB + 1, 2 * MIB + 77] {
        let bytes = content(size);
        let path = folder.file("content", &bytes);
        for (kind, body) in bodies(&bytes, &path) {
            let stored = client.put_object(put_kms(kind, "alias/first"), body).await;
            stored.unwrap_or_else(|error| panic!("{size} {kind}: {error}"));
            assert!(fetch(&client, get(kind)).await.unwrap() == bytes, "{size} {kind}: other content");
        }
    }
    assert_eq!(count(&server, "POST"), 0, "none of these is uploaded in parts");
}

#[tokio::test]
async fn a_range_of_a_file_is_put() {
    let server = strict().await;
    let client = client(&server);
    let folder = TempDir::new();
    let bytes = content(3 * MIB);
    let path = folder.file("content", &bytes);
    for (offset, length) in [(0, Some(10)), (1_500_000, None), (1_048_577, Some(1_048_577)), (3_145_728, None)] {
        let body = Body::File { path: path.clone(), offset, length };
        client.put_object(put("k"), body).await.unwrap();
        let from = usize::try_from(offset).unwrap();
        let to = length.map_or(bytes.len(), |length| from + usize::try_from(length).unwrap());
        assert!(fetch(&client, get("k")).await.unwrap() == bytes[from..to], "{offset} {length:?}");
    }
}

#[tokio::test]
async fn a_long_stream_of_unknown_length_is_uploaded_in_parts() {
    let server = strict().await;
    let client = client(&server);
    let bytes = content(20 * MIB + 12_345);
    let customer = CustomerKey::new(&[9; 32]);
    let forms = [
        (ServerSideEncryption::kms("alias/first").unwrap(), None),
        (ServerSideEncryption::CustomerKey(customer.clone()), Some(customer)),
    ];
    for (encryption, customer_key) in forms {
        let before = (count(&server, "POST"), count(&server, "PUT"));
        let mut request = put("k");
        request.encryption = encryption;
        let stored = client.put_object(request, pushed(bytes.clone(), false)).await.unwrap();
        assert!(stored.e_tag.unwrap().contains("-3"), "three parts");
        assert_eq!((count(&server, "POST") - before.0, count(&server, "PUT") - before.1), (2, 3));
        if customer_key.is_none() {
            assert_eq!(stored.ssekms_key_id.as_deref(), Some(server.keys().first.as_str()));
        }
        let content = fetch(&client, GetObjectRequest { customer_key, ..get("k") }).await.unwrap();
        assert!(content == bytes, "other content");
    }
}

#[tokio::test]
async fn the_end_of_a_stream_may_fall_on_the_end_of_a_part() {
    let server = strict().await;
    let client = client(&server);
    for (size, parts) in [(8 * MIB, 1), (8 * MIB + 1, 2), (16 * MIB, 2)] {
        let bytes = content(size);
        let stored = client.put_object(put("k"), pushed(bytes.clone(), false)).await.unwrap();
        assert!(stored.e_tag.unwrap().contains(&format!("-{parts}")), "{size}");
        assert!(fetch(&client, get("k")).await.unwrap() == bytes, "{size}: other content");
    }
}

#[tokio::test]
async fn bodies_arrive_unchanged_however_the_payload_is_signed() {
    let server = strict().await;
    let folder = TempDir::new();
    let bytes = content(2 * MIB + 5);
    let path = folder.file("content", &bytes);
    for (sign_payload, disable_chunked_encoding) in [(true, false), (false, true), (true, true)] {
        let client = Client::new(ClientConfig {
            sign_payload: Some(sign_payload),
            disable_chunked_encoding: Some(disable_chunked_encoding),
            ..config(&server)
        })
        .unwrap();
        for (kind, body) in bodies(&bytes, &path) {
            let what = format!("{kind} {sign_payload} {disable_chunked_encoding}");
            let stored = client.put_object(put_kms(kind, "alias/first"), body).await;
            stored.unwrap_or_else(|error| panic!("{what}: {error}"));
            assert!(fetch(&client, get(kind)).await.unwrap() == bytes, "{what}: other content");
        }
    }
}

#[tokio::test]
async fn the_callers_own_content_encoding_is_kept() {
    let server = strict().await;
    let client = client(&server);
    let folder = TempDir::new();
    let path = folder.file("content", b"hello");
    let mut request = put("k");
    request.content_encoding = Some("x-own".into());
    client.put_object(request, Body::File { path, offset: 0, length: None }).await.unwrap();
    let (result, body) = client.get_object(get("k"), Target::Stream).await.unwrap();
    assert_eq!(result.content_encoding.as_deref(), Some("x-own"));
    assert_eq!(read(body).await.unwrap(), b"hello");
}

#[tokio::test]
async fn content_goes_to_where_the_target_says() {
    let server = strict().await;
    let client = client(&server);
    let folder = TempDir::new();
    let path = folder.path().join("target");
    for size in [0, 1, 65_536, 65_537, 3 * MIB + 1] {
        let bytes = content(size);
        client.put_object(put_kms("k", "alias/first"), Body::Bytes(bytes.clone().into())).await.unwrap();

        let (result, body) = client.get_object(get("k"), Target::Stream).await.unwrap();
        assert_eq!(matches!(body, GetBody::Inline(_)), size <= 65_536, "{size}: small content comes with the result");
        assert_eq!(result.content_length, i64::try_from(size).ok());
        assert!(read(body).await.unwrap() == bytes, "{size}: stream");

        let (_, body) = client.get_object(get("k"), Target::File(path.clone())).await.unwrap();
        assert!(matches!(body, GetBody::Delivered { length } if length == size as u64), "{body:?}");
        assert!(std::fs::read(&path).unwrap() == bytes, "{size}: file");
        assert_eq!(folder.names(), ["target"], "{size}: nothing else stands beside the file");

        let sink = Keep::default();
        let (_, body) = client.get_object(get("k"), Target::Sink(Box::new(sink.clone()))).await.unwrap();
        assert!(matches!(body, GetBody::Delivered { length } if length == size as u64), "{body:?}");
        let kept = sink.kept();
        assert!(kept.content == bytes, "{size}: sink");
        assert_eq!((kept.length, kept.restarts), (Some(size as u64), 0), "{size}");
    }
}

#[tokio::test]
async fn a_stream_is_read_in_pieces_of_the_callers_size() {
    let server = strict().await;
    let client = client(&server);
    let bytes = content(300_000);
    client.put_object(put("k"), Body::Bytes(bytes.clone().into())).await.unwrap();
    let (_, body) = client.get_object(get("k"), Target::Stream).await.unwrap();
    let GetBody::Stream(mut stream) = body else { panic!("{body:?}") };
    let mut all = Vec::new();
    while let Some(piece) = stream.next(777).await.unwrap() {
        assert!((1..=777).contains(&piece.len()));
        all.extend_from_slice(&piece);
    }
    assert!(all == bytes, "other content");
    assert!(stream.next(777).await.unwrap().is_none(), "the end stays the end");
}

#[tokio::test]
async fn a_range_is_read() {
    let server = strict().await;
    let client = client(&server);
    let bytes = content(200_000);
    client.put_object(put_kms("k", "alias/first"), Body::Bytes(bytes.clone().into())).await.unwrap();
    for (range, from, to) in
        [("bytes=0-0", 0, 1), ("bytes=65530-131080", 65_530, 131_081), ("bytes=199990-", 199_990, 200_000)]
    {
        let request = GetObjectRequest { range: Some(range.into()), ..get("k") };
        let (result, body) = client.get_object(request, Target::Stream).await.unwrap();
        assert_eq!(result.http_status, Some(206), "{range}");
        assert_eq!(result.content_range, Some(format!("bytes {from}-{}/200000", to - 1)));
        assert!(read(body).await.unwrap() == bytes[from..to], "{range}: other content");
    }
    let request = GetObjectRequest { range: Some("bytes=200000-".into()), ..get("k") };
    assert_eq!(fetch(&client, request).await.unwrap_err().code(), Some("InvalidRange"));
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_a_file_error_and_an_existing_one_is_replaced_only_by_the_whole() {
    let server = strict().await;
    let client = client(&server);
    let folder = TempDir::new();
    client.put_object(put("k"), Body::Bytes("hello".into())).await.unwrap();
    let missing = folder.path().join("no-folder").join("target");
    let error = client.get_object(get("k"), Target::File(missing)).await.unwrap_err();
    assert_eq!(error.kind(), s3kms::ErrorKind::File, "{error:?}");

    let path = folder.file("target", b"before");
    client.get_object(get("missing"), Target::File(path.clone())).await.unwrap_err();
    assert_eq!(std::fs::read(&path).unwrap(), b"before");
    client.get_object(get("k"), Target::File(path.clone())).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"hello");
}
