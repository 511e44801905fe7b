//! The signer against `aws-sigv4`, the SDK's own, on inputs that proptest invents.

use std::time::Duration;

use aws_credential_types::Credentials as SdkCredentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use proptest::prelude::*;

use super::*;

const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// Signs with the SDK; returns the headers and query parameters that it adds.
fn oracle(
    uri: &str,
    method: &str,
    headers: &[(String, String)],
    body: SignableBody<'_>,
    time: SystemTime,
    token: Option<&str>,
    presign: Option<Duration>,
) -> Vec<(String, String)> {
    let identity = SdkCredentials::new(ACCESS_KEY, SECRET_KEY, token.map(str::to_owned), None, "test").into();
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    settings.session_token_mode = SessionTokenMode::Include;
    if let Some(expires_in) = presign {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(expires_in);
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        // By default the SDK leaves user-agent and such out of a presigned URL; ours never sees them.
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-central-1")
        .name("s3")
        .time(time)
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let request = SignableRequest::new(method, uri, headers, body).unwrap();
    let (instructions, _) = sign(request, &params).unwrap().into_parts();
    let (new_headers, new_query) = instructions.into_parts();
    new_headers
        .into_iter()
        .map(|header| (header.name().to_owned(), header.value().to_owned()))
        .chain(new_query.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned())))
        .collect()
}

fn found<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
}

fn map(headers: &[(String, String)]) -> HeaderMap {
    headers
        .iter()
        .map(|(name, value)| (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap()))
        .collect()
}

fn credentials(token: Option<&str>) -> Credentials {
    Credentials::new(ACCESS_KEY, SECRET_KEY, token.map(str::to_owned))
}

prop_compose! {
    fn headers()(pairs in prop::collection::btree_map("x-amz-[a-z]{1,12}", "[!-~]( {0,3}[!-~]{1,8}){0,3}", 0..6))
        -> Vec<(String, String)> { pairs.into_iter().collect() }
}

proptest! {
    #[test]
    fn a_signed_request_is_what_the_sdk_signs(
        key in "[ -~é日]{1,40}",
        query in prop::collection::vec(("[a-zA-Z-]{1,10}", "[ -~ü]{0,10}"), 0..5),
        headers in headers(),
        body in prop::collection::vec(any::<u8>(), 0..100),
        seconds in 0_u64..4_102_444_800,
        token in prop::option::of("[A-Za-z0-9/+=]{1,40}"),
        unsigned in any::<bool>(),
    ) {
        let mut path = String::from("/");
        encode_into(&key, true, &mut path);
        let mut encoded = String::new();
        for (name, value) in &query {
            if !encoded.is_empty() { encoded.push('&'); }
            encode_into(name, false, &mut encoded);
            encoded.push('=');
            encode_into(value, false, &mut encoded);
        }
        let uri = format!("https://bucket.example.com{path}{}{encoded}", if encoded.is_empty() { "" } else { "?" });
        let time = UNIX_EPOCH + Duration::from_secs(seconds);
        let signable = if unsigned { SignableBody::UnsignedPayload } else { SignableBody::Bytes(&body) };
        let expected = oracle(&uri, "PUT", &headers, signable, time, token.as_deref(), None);

        let mut ours = map(&headers);
        let payload = if unsigned { HeaderValue::from_static(UNSIGNED_PAYLOAD) } else { payload_hash(&body) };
        let credentials = credentials(token.as_deref());
        let scope = Scope { credentials: &credentials, region: "eu-central-1", service: "s3", time };
        let what = Signable { method: "PUT", host: "bucket.example.com", path: &path, query: &encoded };
        Signer::default().sign(&scope, &what, &payload, &mut ours).unwrap();
        prop_assert_eq!(ours["authorization"].to_str().unwrap(), found(&expected, "authorization"));
        prop_assert_eq!(ours["x-amz-date"].to_str().unwrap(), found(&expected, "x-amz-date"));
    }

    #[test]
    fn a_presigned_url_is_what_the_sdk_presigns(
        key in "[ -~é日]{1,40}",
        headers in headers(),
        seconds in 0_u64..4_102_444_800,
        expires in 1_u64..604_800,
        token in prop::option::of("[A-Za-z0-9/+=]{1,40}"),
        // Sorting before, between and after the signature's own parameters.
        query in prop::collection::vec(("([A-Wa-z]|X-Amz-[A-Z])[a-z.-]{0,6}", "[ -~ü]{0,10}"), 0..4),
    ) {
        let mut path = String::from("/");
        encode_into(&key, true, &mut path);
        let mut encoded = String::new();
        for (name, value) in &query {
            if !encoded.is_empty() { encoded.push('&'); }
            encode_into(name, false, &mut encoded);
            encoded.push('=');
            encode_into(value, false, &mut encoded);
        }
        let uri = format!("https://bucket.example.com{path}{}{encoded}", if encoded.is_empty() { "" } else { "?" });
        let time = UNIX_EPOCH + Duration::from_secs(seconds);
        let expected = oracle(&uri, "PUT", &headers, SignableBody::UnsignedPayload, time, token.as_deref(),
            Some(Duration::from_secs(expires)));
        let credentials = credentials(token.as_deref());
        let scope = Scope { credentials: &credentials, region: "eu-central-1", service: "s3", time };
        let what = Signable { method: "PUT", host: "bucket.example.com", path: "", query: &encoded };
        let mut url = format!("https://bucket.example.com{path}");
        let path_start = url.len() - path.len();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        Signer::default().presign(&scope, &what, headers, i64::try_from(expires).unwrap(), &mut url, path_start);
        prop_assert!(encoded.is_empty() || url.contains("&X-Amz-SignedHeaders="));
        let ours = url.rsplit_once("X-Amz-Signature=").unwrap().1;
        prop_assert_eq!(ours, found(&expected, "X-Amz-Signature"));
    }
}

#[test]
fn a_signing_key_is_kept_per_day_region_and_credentials() {
    let signer = Signer::default();
    let first = credentials(None);
    let second = Credentials::new(ACCESS_KEY, "another secret", None);
    let time = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let key = |credentials: &Credentials, region: &str, time: SystemTime| {
        signer.key(&Scope { credentials, region, service: "s3", time }, &timestamp(time))
    };
    let base = key(&first, "r", time);
    assert!(Arc::ptr_eq(&base, &key(&first, "r", time)));
    assert!(!Arc::ptr_eq(&base, &key(&first, "other", time)));
    assert!(!Arc::ptr_eq(&base, &key(&second, "r", time)));
    assert!(!Arc::ptr_eq(&base, &key(&first, "r", time + Duration::from_secs(86_400))));
    for n in 0..20 {
        key(&first, &format!("region-{n}"), time);
    }
    assert_eq!(signer.keys.read().unwrap().len(), KEYS_KEPT);
}

#[test]
fn dates_of_leap_years_and_centuries() {
    for (seconds, text) in [
        (0, "19700101T000000Z"),
        (951_782_400, "20000229T000000Z"),
        (4_107_542_399, "21000228T235959Z"),
        (4_107_542_400, "21000301T000000Z"),
    ] {
        assert_eq!(timestamp(UNIX_EPOCH + Duration::from_secs(seconds)), *text.as_bytes());
    }
}

/// The worked example of the AWS documentation for a chunked upload.
#[test]
fn chunks_are_signed_as_the_documentation_shows() {
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None);
    let time = UNIX_EPOCH + Duration::from_secs(1_369_353_600); // 20130524T000000Z
    let scope = Scope { credentials: &credentials, region: "us-east-1", service: "s3", time };
    let what = Signable { method: "PUT", host: "s3.amazonaws.com", path: "/examplebucket/chunkObject.txt", query: "" };
    let mut headers = map(&[
        ("x-amz-storage-class".into(), "REDUCED_REDUNDANCY".into()),
        ("content-encoding".into(), "aws-chunked".into()),
        ("x-amz-decoded-content-length".into(), "66560".into()),
        ("content-length".into(), "66824".into()),
    ]);
    let mut seed = Signer::default()
        .sign(&scope, &what, &HeaderValue::from_static("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), &mut headers)
        .unwrap();
    assert_eq!(text(&seed.previous), "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
    assert_eq!(
        seed.chunk(&sha256_hex(&vec![b'a'; 65536])),
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"
    );
    assert_eq!(
        seed.chunk(&sha256_hex(&[b'a'; 1024])),
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"
    );
    assert_eq!(seed.chunk(EMPTY_SHA256), "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
}
