//! Checksums that the client computes and the server verifies.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use s3kms::types::ChecksumAlgorithm;
use s3kms::{Body, Client, ClientConfig, ErrorKind, PutObjectRequest, PutObjectResult};

use super::{fetch, get, put, put_kms};
use crate::common::content::{content, pushed};
use crate::common::server::{client, config, strict};
use crate::common::temp::TempDir;

const NAMES: [&str; 5] = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

/// The check values of the algorithms' own specifications, for `123456789`.
fn check_values() -> [(&'static str, String); 5] {
    [
        ("CRC32", BASE64.encode(0xCBF4_3926_u32.to_be_bytes())),
        ("CRC32C", BASE64.encode(0xE306_9283_u32.to_be_bytes())),
        ("CRC64NVME", BASE64.encode(0xAE8B_1486_0A79_9888_u64.to_be_bytes())),
        ("SHA1", "98O8HYCOBHMq32eZZczDTKeuNEE=".to_owned()),
        ("SHA256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=".to_owned()),
    ]
}

/// The checksums of an answer, by algorithm.
fn reported(result: PutObjectResult) -> Vec<(&'static str, String)> {
    let values = [
        result.checksum_crc32,
        result.checksum_crc32_c,
        result.checksum_crc64_nvme,
        result.checksum_sha1,
        result.checksum_sha256,
    ];
    NAMES.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?))).collect()
}

fn with(request: PutObjectRequest, algorithm: &str) -> PutObjectRequest {
    PutObjectRequest { checksum_algorithm: Some(ChecksumAlgorithm::from(algorithm)), ..request }
}

#[tokio::test]
async fn every_checksum_is_computed_for_every_body() {
    let server = strict().await;
    let folder = TempDir::new();
    let text = b"123456789".to_vec();
    let path = folder.file("content", &text);
    for disable_chunked_encoding in [None, Some(false)] {
        let client = Client::new(ClientConfig { disable_chunked_encoding, ..config(&server) }).unwrap();
        for (algorithm, value) in check_values() {
            let bodies = [
                ("bytes", Body::Bytes(text.clone().into())),
                ("file", Body::File { path: path.clone(), offset: 0, length: None }),
                ("known stream", pushed(text.clone(), true)),
                ("unknown stream", pushed(text.clone(), false)),
            ];
            for (kind, body) in bodies {
                let stored = client.put_object(with(put_kms(kind, "alias/first"), algorithm), body).await;
                let stored = stored.unwrap_or_else(|error| panic!("{algorithm} {kind}: {error}"));
                assert_eq!(reported(stored), [(algorithm, value.clone())], "{kind}");
                assert_eq!(fetch(&client, get(kind)).await.unwrap(), text, "{algorithm} {kind}");
            }
        }
    }
}

#[tokio::test]
async fn long_bodies_have_their_checksum_behind_them() {
    let server = strict().await;
    let client = client(&server);
    let folder = TempDir::new();
    let bytes = content((2 << 20) + 3);
    let path = folder.file("content", &bytes);
    for algorithm in NAMES {
        let of_bytes = client.put_object(with(put("k"), algorithm), Body::Bytes(bytes.clone().into())).await.unwrap();
        let expected = reported(of_bytes);
        assert_eq!(expected.len(), 1, "{algorithm}");
        let bodies = [
            ("file", Body::File { path: path.clone(), offset: 0, length: None }),
            ("known stream", pushed(bytes.clone(), true)),
        ];
        for (kind, body) in bodies {
            let stored = client.put_object(with(put("k"), algorithm), body).await;
            let stored = stored.unwrap_or_else(|error| panic!("{algorithm} {kind}: {error}"));
            assert_eq!(reported(stored), expected, "{kind}");
            assert!(fetch(&client, get("k")).await.unwrap() == bytes, "{algorithm} {kind}: other content");
        }
    }
}

#[tokio::test]
async fn parts_have_their_checksums_too() {
    let server = strict().await;
    let client = client(&server);
    let bytes = content((8 << 20) + 17);
    for algorithm in NAMES {
        let stored = client.put_object(with(put("k"), algorithm), pushed(bytes.clone(), false)).await;
        let stored = reported(stored.unwrap_or_else(|error| panic!("{algorithm}: {error}")));
        assert_eq!(stored.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [algorithm]);
        assert!(fetch(&client, get("k")).await.unwrap() == bytes, "{algorithm}: other content");
    }
}

#[tokio::test]
async fn a_checksum_of_the_callers_is_verified() {
    let server = strict().await;
    let client = client(&server);
    let of = |algorithm: &str, value: String| {
        let mut request = put("k");
        match algorithm {
            "CRC32" => request.checksum_crc32 = Some(value),
            "CRC32C" => request.checksum_crc32_c = Some(value),
            "CRC64NVME" => request.checksum_crc64_nvme = Some(value),
            "SHA1" => request.checksum_sha1 = Some(value),
            _ => request.checksum_sha256 = Some(value),
        }
        request
    };
    for (algorithm, value) in check_values() {
        let text = || Body::Bytes("123456789".into());
        let stored = client.put_object(of(algorithm, value.clone()), text()).await.unwrap();
        assert_eq!(reported(stored), [(algorithm, value.clone())]);
        let error = client.put_object(of(algorithm, value), Body::Bytes("12345678X".into())).await.unwrap_err();
        assert_eq!((error.kind(), error.details().http_status), (ErrorKind::Service, 400), "{algorithm}: {error:?}");
    }
    let error = client.put_object(with(put("k"), "MD4"), Body::Bytes("x".into())).await.unwrap_err();
    assert_eq!(error.details().field, Some("checksum_algorithm"), "{error:?}");
}
