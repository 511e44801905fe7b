//! Our reading of answers against the SDK's, on headers that proptest invents. Requests are held against the SDK's in
//! `tests/oracle.rs`.

use aws_smithy_types::date_time::{DateTime, Format};
use http::HeaderName;
use proptest::prelude::*;

use super::*;

/// Every header that a result has a field for, and some that none has.
fn headers() -> impl Strategy<Value = HeaderMap> {
    let text = "[!-~]([ -~]{0,20}[!-~])?";
    let choice = prop_oneof![
        (
            prop::sample::select(vec![
                "etag",
                "x-amz-version-id",
                "x-amz-expiration",
                "x-amz-restore",
                "accept-ranges",
                "content-range",
                "content-type",
                "content-encoding",
                "content-language",
                "content-disposition",
                "cache-control",
                "x-amz-server-side-encryption",
                "x-amz-server-side-encryption-aws-kms-key-id",
                "x-amz-server-side-encryption-context",
                "x-amz-server-side-encryption-customer-algorithm",
                "x-amz-server-side-encryption-customer-key-md5",
                "x-amz-checksum-crc32",
                "x-amz-checksum-crc32c",
                "x-amz-checksum-crc64nvme",
                "x-amz-checksum-sha1",
                "x-amz-checksum-sha256",
                "x-amz-storage-class",
                "x-amz-replication-status",
                "x-amz-request-charged",
                "x-amz-object-lock-mode",
                "x-amz-object-lock-legal-hold",
                "x-amz-website-redirect-location",
                "x-unknown",
                "server",
            ]),
            text.prop_map(String::from),
        ),
        ("x-amz-meta-[a-z]{1,5}".prop_map(|name| &*name.leak()), text.prop_map(String::from)),
        (
            prop::sample::select(vec![
                "content-length",
                "x-amz-mp-parts-count",
                "x-amz-tagging-count",
                "x-amz-missing-meta"
            ]),
            (0..i32::MAX).prop_map(|number| number.to_string()),
        ),
        (
            prop::sample::select(vec!["x-amz-delete-marker", "x-amz-server-side-encryption-bucket-key-enabled"]),
            any::<bool>().prop_map(|flag| flag.to_string()),
        ),
        (Just("last-modified"), (0_i64..4_102_444_800).prop_map(|secs| time(secs, Format::HttpDate))),
        (
            Just("x-amz-object-lock-retain-until-date"),
            (0_i64..4_102_444_800).prop_map(|secs| time(secs, Format::DateTime)),
        ),
    ];
    prop::collection::vec(choice, 0..16).prop_map(|pairs| {
        pairs
            .into_iter()
            .map(|(name, value)| (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap()))
            .collect::<std::collections::HashMap<_, _>>()
            .into_iter()
            .collect()
    })
}

fn time(seconds: i64, format: Format) -> String {
    DateTime::from_secs(seconds).fmt(format).unwrap()
}

macro_rules! same {
    ($headers:expr, $($name:ident, $output:ty, $result:ident;)*) => {$(
        let ours = $result::read(StatusCode::OK, $headers).unwrap();
        let sdk = deserialize::<$name, $output>(StatusCode::OK, $headers, Bytes::new()).unwrap();
        let sdk = $result { http_status: Some(200), ..sdk.into() };
        // Debug text leaves out what is sensitive: compared by itself.
        prop_assert_eq!(format!("{ours:?}"), format!("{sdk:?}"));
    )*};
}

proptest! {
    #[test]
    fn an_answer_is_read_as_the_sdk_reads_it(headers in headers()) {
        use aws_sdk_s3::operation::{delete_object::DeleteObjectOutput, head_object::HeadObjectOutput,
            put_object::PutObjectOutput};

        same!(&headers, PutObject, PutObjectOutput, PutObjectResult;
            HeadObject, HeadObjectOutput, HeadObjectResult;
            DeleteObject, DeleteObjectOutput, DeleteObjectResult;);
        let context = headers.get("x-amz-server-side-encryption-context").map(|value| value.to_str().unwrap());
        let ours = PutObjectResult::read(StatusCode::OK, &headers).unwrap();
        prop_assert_eq!(ours.ssekms_encryption_context.as_deref(), context);

        // The answer to a GET is streamed; the SDK then reads its headers in another way.
        let ours = GetObjectResult::read(StatusCode::OK, &headers).unwrap();
        let codec = GetObject::codec().layer.load::<SharedResponseDeserializer>().unwrap();
        let mut answer = response(StatusCode::OK, &headers, Bytes::new()).unwrap();
        let sdk = codec.deserialize_streaming_with_config(&mut answer, &ConfigBag::base()).unwrap().unwrap();
        let sdk = sdk.downcast::<aws_sdk_s3::operation::get_object::GetObjectOutput>().unwrap();
        let sdk = GetObjectResult { http_status: Some(200), ..sdk.into() };
        prop_assert_eq!(format!("{ours:?}"), format!("{sdk:?}"));
    }
}

#[test]
fn an_answer_that_cannot_be_read_is_an_error_that_names_the_header() {
    for (name, value) in [
        ("content-length", "x"),
        ("last-modified", "yesterday"),
        ("x-amz-server-side-encryption-bucket-key-enabled", "yes"),
        ("x-amz-object-lock-retain-until-date", "2026"),
    ] {
        let headers = HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))]);
        let error = GetObjectResult::read(StatusCode::OK, &headers).unwrap_err();
        assert!(error.kind() == ErrorKind::Internal && error.to_string().contains(name), "{error}");
    }
    // What the uploader wrote is not S3's to be right: it is kept as text.
    let headers = HeaderMap::from_iter([(http::header::EXPIRES, HeaderValue::from_static("never"))]);
    assert_eq!(GetObjectResult::read(StatusCode::OK, &headers).unwrap().expires_string.as_deref(), Some("never"));
}
