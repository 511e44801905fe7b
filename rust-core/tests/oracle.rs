//! Property tests against aws-sdk-s3, which nobody here wrote: for the same request both must put the same method,
//! path, query, headers and body on the wire, and for the same instant the same presigned signature.
//!
//! The SDK's requests are taken from a connector that sends nothing; ours go to a recording server.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_sdk_s3::config::{BehaviorVersion, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use common::cases::comparable;
use proptest::prelude::*;
use s3kms::{
    Body, Client, ClientConfig, CopyObjectRequest, Credentials, CustomerKey, DeleteObjectRequest, EncryptionContext,
    GetObjectRequest, HeadObjectRequest, KeyId, KmsEncryption, PresignRequest, PutObjectRequest, ServerSideEncryption,
    Target, types,
};
use s3kms_test_server::RecordingServer;

const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const KEY: [u8; 32] = [7; 32];

/// What is compared of a request.
#[derive(Debug, PartialEq)]
struct Wire {
    method: String,
    path: String,
    query: BTreeSet<String>,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Wire {
    fn new(method: &str, target: &str, headers: &[(String, String)], body: Vec<u8>) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = comparable(headers);
        // Ours is hashed over http, so is the SDK's; a body that the SDK streams has another mark. Not S3's business.
        headers.remove("x-amz-content-sha256");
        // The SDK's own telemetry.
        headers.remove("x-amz-user-agent");
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            // `x-id` names the operation for the SDK's logs; the order of parameters has no meaning.
            query: query
                .split('&')
                .filter(|pair| !pair.is_empty() && !pair.starts_with("x-id="))
                .map(str::to_owned)
                .collect(),
            headers,
            body,
        }
    }
}

/// Keeps what the SDK would send.
#[derive(Clone, Debug, Default)]
struct Capture(Arc<Mutex<Option<Wire>>>);

impl HttpConnector for Capture {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let uri: http::Uri = request.uri().parse().unwrap();
        let headers: Vec<(String, String)> =
            request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let body = request.body().bytes().unwrap_or_default().to_vec();
        let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let wire = Wire::new(request.method(), target, &headers, body);
        *self.0.lock().unwrap() = Some(wire);
        HttpConnectorFuture::ready(Ok(HttpResponse::new(
            http::StatusCode::OK.into(),
            SdkBody::from("<CopyObjectResult/>"),
        )))
    }
}

struct Pair {
    runtime: tokio::runtime::Runtime,
    server: RecordingServer,
    ours: Client,
    sdk: aws_sdk_s3::Client,
    captured: Capture,
}

impl Pair {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let server = runtime.block_on(RecordingServer::start()).unwrap();
        let captured = Capture::default();
        let connector = captured.clone();
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(aws_sdk_s3::config::Region::new("eu-central-1"))
            .credentials_provider(aws_sdk_s3::config::Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "test"))
            .endpoint_url(server.endpoint())
            .force_path_style(true)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .http_client(http_client_fn(move |_, _| SharedHttpConnector::new(connector.clone())))
            .build();
        let ours = Client::new(ClientConfig {
            region: Some("eu-central-1".into()),
            endpoint: Some(server.endpoint().into()),
            credentials: Some(Credentials::new(ACCESS_KEY, SECRET_KEY, None)),
            proxy: Some(String::new()),
            ..ClientConfig::default()
        })
        .unwrap();
        Self { runtime, server, ours, sdk: aws_sdk_s3::Client::from_conf(config), captured }
    }

    /// Runs both and compares what was sent. Neither answer is of interest: ours says nothing of encryption, and is
    /// then refused, after the request was recorded.
    fn compare<A, B: Debug>(
        &self,
        ours: impl Future<Output = A>,
        sdk: impl Future<Output = B>,
    ) -> Result<(), TestCaseError> {
        self.server.expect(Vec::new());
        self.runtime.block_on(ours);
        let answered = self.runtime.block_on(sdk);
        let recorded = self.server.recorded();
        prop_assert_eq!(recorded.len(), 1);
        let recorded = &recorded[0];
        let body = BASE64.decode(&recorded.body_base64).unwrap();
        let ours = Wire::new(&recorded.method, &recorded.target, &recorded.headers, body);
        let sdk = self.captured.0.lock().unwrap().take();
        let Some(mut sdk) = sdk else {
            return Err(TestCaseError::fail(format!("the SDK sent nothing: {answered:?}")));
        };
        // hyper writes it for the SDK; here no hyper did.
        if let Some(length) = ours.headers.get("content-length") {
            sdk.headers.entry("content-length".to_owned()).or_insert_with(|| length.clone());
        }
        prop_assert_eq!(ours, sdk);
        Ok(())
    }
}

/// An encryption as each side is told of it.
#[derive(Clone, Debug)]
enum Sse {
    None,
    BucketKey(bool),
    S3,
    Kms { key: Option<String>, context: BTreeMap<String, String>, bucket_key: Option<bool> },
    Dsse { key: Option<String> },
    Customer,
}

impl Sse {
    fn ours(&self) -> ServerSideEncryption {
        let key = |key: &Option<String>| key.as_deref().map(|text| KeyId::parse(text, "ssekms_key_id").unwrap());
        match self {
            Self::None => ServerSideEncryption::default(),
            Self::BucketKey(enabled) => ServerSideEncryption::BucketDefault { bucket_key: Some(*enabled) },
            Self::S3 => ServerSideEncryption::S3,
            Self::Kms { key: id, context, bucket_key } => ServerSideEncryption::Kms(KmsEncryption {
                key: key(id),
                context: (!context.is_empty()).then(|| EncryptionContext::new(context.clone())),
                bucket_key: *bucket_key,
            }),
            Self::Dsse { key: id } => ServerSideEncryption::Dsse { key: key(id), context: None },
            Self::Customer => ServerSideEncryption::CustomerKey(CustomerKey::new(&KEY)),
        }
    }

    fn algorithm(&self) -> Option<aws_sdk_s3::types::ServerSideEncryption> {
        use aws_sdk_s3::types::ServerSideEncryption as Sdk;
        match self {
            Self::S3 => Some(Sdk::Aes256),
            Self::Kms { .. } => Some(Sdk::AwsKms),
            Self::Dsse { .. } => Some(Sdk::AwsKmsDsse),
            _ => None,
        }
    }

    fn key(&self) -> Option<String> {
        match self {
            Self::Kms { key, .. } | Self::Dsse { key } => key.clone(),
            _ => None,
        }
    }

    fn context(&self) -> Option<String> {
        match self {
            Self::Kms { context, .. } if !context.is_empty() => {
                Some(BASE64.encode(serde_json::to_string(context).unwrap()))
            }
            _ => None,
        }
    }

    fn bucket_key(&self) -> Option<bool> {
        match self {
            Self::BucketKey(enabled) => Some(*enabled),
            Self::Kms { bucket_key, .. } => *bucket_key,
            _ => None,
        }
    }

    fn customer(&self) -> Option<[String; 3]> {
        use md5::{Digest as _, Md5};
        matches!(self, Self::Customer)
            .then(|| ["AES256".to_owned(), BASE64.encode(KEY), BASE64.encode(Md5::digest(KEY))])
    }
}

fn sse() -> impl Strategy<Value = Sse> {
    let key = || {
        proptest::option::of(prop_oneof![
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}",
            "arn:aws:kms:us-east-1:[0-9]{12}:key/[0-9a-f-]{8,36}",
            "alias/[a-zA-Z0-9/_-]{1,20}",
            "arn:aws:kms:us-east-1:[0-9]{12}:alias/[a-z-]{1,12}",
        ])
    };
    let context = proptest::collection::btree_map("[^\\p{Cc}]{1,8}", "[^\\p{Cc}]{0,12}", 0..4);
    prop_oneof![
        Just(Sse::None),
        any::<bool>().prop_map(Sse::BucketKey),
        Just(Sse::S3),
        (key(), context, any::<Option<bool>>()).prop_map(|(key, context, bucket_key)| Sse::Kms {
            key,
            context,
            bucket_key
        }),
        key().prop_map(|key| Sse::Dsse { key }),
        Just(Sse::Customer),
    ]
}

/// Any key that XML and HTTP can carry, and often one that needs encoding.
fn key() -> impl Strategy<Value = String> {
    // The SDK takes a key of spaces alone for a missing one; ours sends it.
    prop_oneof!["[ -~]{1,40}", "[^\\p{Cc}]{1,20}", "[a/.~+ %?#&=;:@ü]{1,12}"]
        .prop_filter("more than spaces", |key: &String| !key.trim().is_empty())
}

fn bucket() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9-]{1,20}[a-z0-9]"
}

fn text() -> impl Strategy<Value = String> {
    // What a header carries unchanged: no space at its ends.
    "[!-~]([ -~]{0,20}[!-~])?"
}

fn metadata() -> impl Strategy<Value = BTreeMap<String, String>> {
    proptest::collection::btree_map("[a-z][a-z0-9-]{0,8}", text(), 0..3)
}

fn instant() -> impl Strategy<Value = SystemTime> {
    // The years 1970 to 2100.
    (0_u64..4_102_444_800).prop_map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

fn options<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    proptest::option::of(strategy)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_put_is_the_sdks(
        (bucket, key, sse, metadata) in (bucket(), key(), sse(), metadata()),
        body in proptest::collection::vec(any::<u8>(), 0..2000),
        (kind, encoding, disposition, tags) in (options(text()), options(text()), options(text()), options("[a-z]=[a-z0-9%]{0,8}")),
        (expires, until, class, owner) in (options(instant()), options(instant()), options("[A-Z_]{3,12}"), options("[0-9]{12}")),
        (if_match, if_none_match, sum, payer) in (options("\"[0-9a-f]{32}\""), options(Just("*".to_owned())), options("[A-Za-z0-9+/]{6}=="), any::<bool>()),
    ) {
        PAIR.with(|pair| {
            let ours = PutObjectRequest {
                encryption: sse.ours(),
                metadata: metadata.clone(),
                content_type: kind.clone(),
                content_encoding: encoding.clone(),
                content_disposition: disposition.clone(),
                tagging: tags.clone(),
                expires,
                object_lock_retain_until_date: until,
                storage_class: class.as_deref().map(types::StorageClass::from),
                expected_bucket_owner: owner.clone(),
                if_match: if_match.clone(),
                if_none_match: if_none_match.clone(),
                checksum_crc32: sum.clone(),
                request_payer: payer.then_some(types::RequestPayer::Requester),
                ..PutObjectRequest::new(&bucket, &key)
            };
            let customer = sse.customer();
            let sdk = pair.sdk.put_object()
                .bucket(&bucket).key(&key)
                .body(ByteStream::from(body.clone()))
                .set_server_side_encryption(sse.algorithm())
                .set_ssekms_key_id(sse.key())
                .set_ssekms_encryption_context(sse.context())
                .set_bucket_key_enabled(sse.bucket_key())
                .set_sse_customer_algorithm(customer.as_ref().map(|c| c[0].clone()))
                .set_sse_customer_key(customer.as_ref().map(|c| c[1].clone()))
                .set_sse_customer_key_md5(customer.as_ref().map(|c| c[2].clone()))
                .set_metadata((!metadata.is_empty()).then(|| metadata.into_iter().collect()))
                .set_content_type(kind)
                .set_content_encoding(encoding)
                .set_content_disposition(disposition)
                .set_tagging(tags)
                .set_expires(expires.map(Into::into))
                .set_object_lock_retain_until_date(until.map(Into::into))
                .set_storage_class(class.as_deref().map(Into::into))
                .set_expected_bucket_owner(owner)
                .set_if_match(if_match)
                .set_if_none_match(if_none_match)
                .set_checksum_crc32(sum)
                .set_request_payer(payer.then_some(aws_sdk_s3::types::RequestPayer::Requester));
            pair.compare(pair.ours.put_object(ours, Body::Bytes(body.into())), sdk.send())
        })?;
    }

    #[test]
    fn a_computed_checksum_is_the_sdks(
        (bucket, key, body) in (bucket(), key(), proptest::collection::vec(any::<u8>(), 0..5000)),
        algorithm in prop_oneof![Just("CRC32"), Just("CRC32C"), Just("CRC64NVME"), Just("SHA1"), Just("SHA256")],
    ) {
        PAIR.with(|pair| {
            let ours = PutObjectRequest {
                checksum_algorithm: Some(algorithm.into()),
                ..PutObjectRequest::new(&bucket, &key)
            };
            let sdk = pair.sdk.put_object().bucket(&bucket).key(&key).body(ByteStream::from(body.clone()))
                .checksum_algorithm(algorithm.into());
            // With `when_required` the SDK names the algorithm and sends no value; ours computes what was asked for.
            let sdk = sdk.customize().config_override(
                aws_sdk_s3::Config::builder().request_checksum_calculation(RequestChecksumCalculation::WhenSupported),
            );
            pair.compare(pair.ours.put_object(ours, Body::Bytes(body.into())), sdk.send())
        })?;
    }

    #[test]
    fn a_copy_is_the_sdks(
        (bucket, key, source, source_key) in (bucket(), key(), bucket(), key()),
        (sse, metadata, replace, version) in (sse(), metadata(), any::<bool>(), options("[A-Za-z0-9._]{1,32}")),
        (source_is_sse_c, modified, if_match, owner) in (any::<bool>(), options(instant()), options("\"[0-9a-f]{32}\""), options("[0-9]{12}")),
    ) {
        PAIR.with(|pair| {
            let own = Sse::Customer.customer().filter(|_| source_is_sse_c);
            let ours = CopyObjectRequest {
                encryption: sse.ours(),
                metadata: metadata.clone(),
                metadata_directive: replace.then_some(types::MetadataDirective::Replace),
                source_version_id: version.clone(),
                copy_source_customer_key: source_is_sse_c.then(|| CustomerKey::new(&KEY)),
                copy_source_if_modified_since: modified,
                copy_source_if_match: if_match.clone(),
                expected_source_bucket_owner: owner.clone(),
                ..CopyObjectRequest::new(&bucket, &key, &source, &source_key)
            };
            // The SDK wants the source encoded already.
            let mut copy_source = format!("{source}/{}", encoded(&source_key));
            if let Some(version) = &version {
                copy_source = format!("{copy_source}?versionId={version}");
            }
            let customer = sse.customer();
            let sdk = pair.sdk.copy_object()
                .bucket(&bucket).key(&key)
                .copy_source(copy_source)
                .set_server_side_encryption(sse.algorithm())
                .set_ssekms_key_id(sse.key())
                .set_ssekms_encryption_context(sse.context())
                .set_bucket_key_enabled(sse.bucket_key())
                .set_sse_customer_algorithm(customer.as_ref().map(|c| c[0].clone()))
                .set_sse_customer_key(customer.as_ref().map(|c| c[1].clone()))
                .set_sse_customer_key_md5(customer.as_ref().map(|c| c[2].clone()))
                .set_copy_source_sse_customer_algorithm(own.as_ref().map(|c| c[0].clone()))
                .set_copy_source_sse_customer_key(own.as_ref().map(|c| c[1].clone()))
                .set_copy_source_sse_customer_key_md5(own.as_ref().map(|c| c[2].clone()))
                .set_metadata((!metadata.is_empty()).then(|| metadata.into_iter().collect()))
                .set_metadata_directive(replace.then_some(aws_sdk_s3::types::MetadataDirective::Replace))
                .set_copy_source_if_modified_since(modified.map(Into::into))
                .set_copy_source_if_match(if_match)
                .set_expected_source_bucket_owner(owner);
            pair.compare(pair.ours.copy_object(ours), sdk.send())
        })?;
    }

    #[test]
    fn reads_and_deletes_are_the_sdks(
        (bucket, key, version, range) in (bucket(), key(), options("[A-Za-z0-9._=+/ ]{1,20}"), options("bytes=[0-9]{1,4}-")),
        (if_match, since, part, own, kind) in (options("\"[0-9a-f]{32}\""), options(instant()), options(1_i64..=10_000), any::<bool>(), options(text())),
    ) {
        PAIR.with(|pair| {
            let customer = Sse::Customer.customer().filter(|_| own);
            let ours = GetObjectRequest {
                version_id: version.clone(),
                range: range.clone(),
                if_match: if_match.clone(),
                if_modified_since: since,
                part_number: part,
                customer_key: own.then(|| CustomerKey::new(&KEY)),
                response_content_type: kind.clone(),
                response_expires: since,
                ..GetObjectRequest::new(&bucket, &key)
            };
            let sdk = pair.sdk.get_object().bucket(&bucket).key(&key)
                .set_version_id(version.clone()).set_range(range.clone()).set_if_match(if_match.clone())
                .set_if_modified_since(since.map(Into::into))
                .set_part_number(part.map(|part| i32::try_from(part).unwrap()))
                .set_sse_customer_algorithm(customer.as_ref().map(|c| c[0].clone()))
                .set_sse_customer_key(customer.as_ref().map(|c| c[1].clone()))
                .set_sse_customer_key_md5(customer.as_ref().map(|c| c[2].clone()))
                .set_response_content_type(kind)
                .set_response_expires(since.map(Into::into));
            pair.compare(pair.ours.get_object(ours, Target::Stream), sdk.send())?;

            let ours = HeadObjectRequest {
                version_id: version.clone(),
                range: range.clone(),
                if_match: if_match.clone(),
                if_modified_since: since,
                part_number: part,
                customer_key: own.then(|| CustomerKey::new(&KEY)),
                ..HeadObjectRequest::new(&bucket, &key)
            };
            let sdk = pair.sdk.head_object().bucket(&bucket).key(&key)
                .set_version_id(version.clone()).set_range(range).set_if_match(if_match)
                .set_if_modified_since(since.map(Into::into))
                .set_part_number(part.map(|part| i32::try_from(part).unwrap()))
                .set_sse_customer_algorithm(customer.as_ref().map(|c| c[0].clone()))
                .set_sse_customer_key(customer.as_ref().map(|c| c[1].clone()))
                .set_sse_customer_key_md5(customer.as_ref().map(|c| c[2].clone()));
            pair.compare(pair.ours.head_object(ours), sdk.send())?;

            let ours = DeleteObjectRequest { version_id: version.clone(), ..DeleteObjectRequest::new(&bucket, &key) };
            let sdk = pair.sdk.delete_object().bucket(&bucket).key(&key).set_version_id(version);
            pair.compare(pair.ours.delete_object(ours), sdk.send())
        })?;
    }

    #[test]
    fn a_presigned_put_has_the_sdks_signature(
        (bucket, key, sse, metadata) in (bucket(), key(), sse(), metadata()),
        (kind, expires) in (options(text()), 1_u64..=604_800),
    ) {
        PAIR.with(|pair| {
            let ours = PresignRequest {
                method: Some("PUT".into()),
                encryption: sse.ours(),
                metadata: metadata.clone(),
                content_type: kind.clone(),
                expires_in_seconds: Some(i64::try_from(expires).unwrap()),
                // The SDK puts it into every URL; without it the signatures could not be the same.
                query: BTreeMap::from([("x-id".to_owned(), "PutObject".to_owned())]),
                ..PresignRequest::new(&bucket, &key)
            };
            let ours = pair.runtime.block_on(pair.ours.presign(ours)).unwrap();
            let customer = sse.customer();
            let sdk = pair.sdk.put_object().bucket(&bucket).key(&key)
                .set_server_side_encryption(sse.algorithm())
                .set_ssekms_key_id(sse.key())
                .set_ssekms_encryption_context(sse.context())
                .set_bucket_key_enabled(sse.bucket_key())
                .set_sse_customer_algorithm(customer.as_ref().map(|c| c[0].clone()))
                .set_sse_customer_key(customer.as_ref().map(|c| c[1].clone()))
                .set_sse_customer_key_md5(customer.as_ref().map(|c| c[2].clone()))
                .set_metadata((!metadata.is_empty()).then(|| metadata.into_iter().collect()))
                .set_content_type(kind)
                .presigned(at(&ours, expires));
            let sdk = pair.runtime.block_on(sdk).unwrap();
            let headers = sdk.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            same_url(&ours, sdk.uri(), &headers)
        })?;
    }

    #[test]
    fn a_presigned_get_has_the_sdks_signature(
        (bucket, key, version, kind) in (bucket(), key(), options("[A-Za-z0-9._=+/ ]{1,20}"), options(text())),
        (own, expires) in (any::<bool>(), 1_u64..=604_800),
    ) {
        PAIR.with(|pair| {
            let ours = PresignRequest {
                version_id: version.clone(),
                response_content_type: kind.clone(),
                encryption: if own { Sse::Customer.ours() } else { ServerSideEncryption::default() },
                expires_in_seconds: Some(i64::try_from(expires).unwrap()),
                query: BTreeMap::from([("x-id".to_owned(), "GetObject".to_owned())]),
                ..PresignRequest::new(&bucket, &key)
            };
            let ours = pair.runtime.block_on(pair.ours.presign(ours)).unwrap();
            let customer = Sse::Customer.customer().filter(|_| own);
            let sdk = pair.sdk.get_object().bucket(&bucket).key(&key)
                .set_version_id(version)
                .set_response_content_type(kind)
                .set_sse_customer_algorithm(customer.as_ref().map(|c| c[0].clone()))
                .set_sse_customer_key(customer.as_ref().map(|c| c[1].clone()))
                .set_sse_customer_key_md5(customer.as_ref().map(|c| c[2].clone()))
                .presigned(at(&ours, expires));
            let sdk = pair.runtime.block_on(sdk).unwrap();
            let headers = sdk.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            same_url(&ours, sdk.uri(), &headers)
        })?;
    }
}

thread_local! {
    static PAIR: Pair = Pair::new();
}

/// The SDK's configuration for the instant at which ours was signed.
fn at(ours: &s3kms::PresignResult, expires: u64) -> PresigningConfig {
    let expires = Duration::from_secs(expires);
    PresigningConfig::builder().start_time(ours.expires_at.unwrap() - expires).expires_in(expires).build().unwrap()
}

fn same_url(ours: &s3kms::PresignResult, sdk: &str, headers: &BTreeMap<String, String>) -> Result<(), TestCaseError> {
    let split = |url: &str| -> (String, BTreeSet<String>) {
        let (path, query) = url.split_once('?').unwrap();
        (path.to_owned(), query.split('&').map(str::to_owned).collect())
    };
    prop_assert_eq!(split(ours.url.as_deref().unwrap()), split(sdk));
    prop_assert_eq!(&ours.signed_headers, headers);
    Ok(())
}

/// RFC 3986, slashes kept.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
