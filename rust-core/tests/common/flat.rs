//! Between the schema's names, as the conformance cases use them, and the flat requests and results.

use s3kms::{
    ClientConfig, ClientConfigFlat, CopyObjectFlat, CopyObjectRequest, CopyObjectResult, DeleteObjectFlat,
    DeleteObjectRequest, DeleteObjectResult, Error, GetObjectFlat, GetObjectRequest, GetObjectResult, HeadObjectFlat,
    HeadObjectRequest, HeadObjectResult, PresignFlat, PresignRequest, PresignResult, PutObjectFlat, PutObjectRequest,
    PutObjectResult,
};
use serde_json::{Map, Value, json};

type Fields = Map<String, Value>;

/// A value of a case, as a field takes it.
trait FromCase<'a>: Sized {
    fn from_case(value: &'a Value) -> Self;
}

impl<'a> FromCase<'a> for Option<&'a str> {
    fn from_case(value: &'a Value) -> Self {
        Some(value.as_str().unwrap_or_else(|| panic!("{value} is no text")))
    }
}

impl FromCase<'_> for Option<bool> {
    fn from_case(value: &Value) -> Self {
        Some(value.as_bool().unwrap_or_else(|| panic!("{value} is no truth value")))
    }
}

impl FromCase<'_> for Option<i64> {
    fn from_case(value: &Value) -> Self {
        Some(value.as_i64().unwrap_or_else(|| panic!("{value} is no number")))
    }
}

impl<'a> FromCase<'a> for Vec<(&'a str, &'a str)> {
    fn from_case(value: &'a Value) -> Self {
        let object = value.as_object().unwrap_or_else(|| panic!("{value} is no map"));
        object.iter().map(|(name, value)| (name.as_str(), value.as_str().expect("a text"))).collect()
    }
}

/// Defines a function from a case's fields to a request. A name that is not listed is an error in the case.
macro_rules! reader {
    ($name:ident, $flat:ident, $request:ident: $($field:ident)*) => {
        pub fn $name(fields: &Fields) -> Result<$request, Error> {
            let mut flat = $flat::default();
            for (name, value) in fields {
                if value.is_null() {
                    continue;
                }
                match name.as_str() {
                    $(stringify!($field) => flat.$field = FromCase::from_case(value),)*
                    other => panic!("{other} is no field of {}", stringify!($request)),
                }
            }
            flat.try_into()
        }
    };
}

reader!(client_config, ClientConfigFlat, ClientConfig:
    region endpoint force_path_style use_dual_stack use_accelerate use_fips access_key_id secret_access_key
    session_token profile profile_file anonymous credentials_per_request connect_timeout_ms read_timeout_ms
    attempt_timeout_ms request_timeout_ms max_attempts max_connections max_idle_ms proxy proxy_username proxy_password
    no_proxy ca_file ca_pem allow_kms_over_http sign_payload disable_chunked_encoding user_agent);

reader!(put_object, PutObjectFlat, PutObjectRequest:
    bucket key server_side_encryption ssekms_key_id ssekms_encryption_context bucket_key_enabled
    sse_customer_algorithm sse_customer_key sse_customer_key_md5 content_type content_encoding content_language
    content_disposition cache_control expires content_md5 metadata storage_class tagging acl website_redirect_location
    object_lock_mode object_lock_retain_until_date object_lock_legal_hold_status checksum_algorithm checksum_crc32
    checksum_crc32_c checksum_crc64_nvme checksum_sha1 checksum_sha256 if_match if_none_match request_payer
    expected_bucket_owner headers access_key_id secret_access_key session_token request_timeout_ms);

reader!(copy_object, CopyObjectFlat, CopyObjectRequest:
    bucket key source_bucket source_key source_version_id server_side_encryption ssekms_key_id
    ssekms_encryption_context bucket_key_enabled sse_customer_algorithm sse_customer_key sse_customer_key_md5
    copy_source_sse_customer_algorithm copy_source_sse_customer_key copy_source_sse_customer_key_md5 content_type
    content_encoding content_language content_disposition cache_control expires metadata storage_class tagging acl
    website_redirect_location object_lock_mode object_lock_retain_until_date object_lock_legal_hold_status
    checksum_algorithm copy_source_if_match copy_source_if_none_match copy_source_if_modified_since
    copy_source_if_unmodified_since metadata_directive tagging_directive request_payer expected_bucket_owner
    expected_source_bucket_owner headers access_key_id secret_access_key session_token request_timeout_ms);

reader!(get_object, GetObjectFlat, GetObjectRequest:
    bucket key version_id sse_customer_algorithm sse_customer_key sse_customer_key_md5 expected_server_side_encryption
    expected_ssekms_key_id if_match if_none_match if_modified_since if_unmodified_since range part_number
    response_cache_control response_content_disposition response_content_encoding response_content_language
    response_content_type response_expires request_payer expected_bucket_owner headers access_key_id secret_access_key
    session_token request_timeout_ms);

reader!(head_object, HeadObjectFlat, HeadObjectRequest:
    bucket key version_id sse_customer_algorithm sse_customer_key sse_customer_key_md5 expected_server_side_encryption
    expected_ssekms_key_id if_match if_none_match if_modified_since if_unmodified_since range part_number request_payer
    expected_bucket_owner headers access_key_id secret_access_key session_token request_timeout_ms);

reader!(delete_object, DeleteObjectFlat, DeleteObjectRequest:
    bucket key version_id request_payer expected_bucket_owner mfa bypass_governance_retention headers access_key_id
    secret_access_key session_token request_timeout_ms);

reader!(presign, PresignFlat, PresignRequest:
    bucket key version_id server_side_encryption ssekms_key_id ssekms_encryption_context bucket_key_enabled
    sse_customer_algorithm sse_customer_key sse_customer_key_md5 part_number response_cache_control
    response_content_disposition response_content_encoding response_content_language response_content_type
    response_expires method expires_in_seconds upload_id content_type content_md5 metadata query headers access_key_id
    secret_access_key session_token);

/// A field of a result, as a case writes it.
trait ToCase {
    fn to_case(&self) -> Value;
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl ToCase for $type {
            fn to_case(&self) -> Value {
                json!(self)
            }
        }
    )*};
}
plain!(Option<String>, Option<bool>, Option<i64>, Option<i32>, std::collections::BTreeMap<String, String>);

impl ToCase for Option<std::time::SystemTime> {
    fn to_case(&self) -> Value {
        json!(self.map(s3kms::to_millis))
    }
}

macro_rules! open_enum {
    ($($type:ty),*) => {$(
        impl ToCase for Option<$type> {
            fn to_case(&self) -> Value {
                json!(self.as_ref().map(|value| value.as_str()))
            }
        }
    )*};
}
open_enum!(
    s3kms::types::ServerSideEncryptionMethod,
    s3kms::types::StorageClass,
    s3kms::types::ObjectLockMode,
    s3kms::types::ObjectLockLegalHoldStatus
);

macro_rules! writer {
    ($type:ident: $($field:ident)*) => {
        impl AsFields for $type {
            fn as_fields(&self) -> Value {
                let mut out = Map::new();
                $(out.insert(stringify!($field).to_owned(), self.$field.to_case());)*
                Value::Object(out)
            }
        }
    };
}

/// A result by the schema's names.
pub trait AsFields {
    fn as_fields(&self) -> Value;
}

writer!(PutObjectResult:
    server_side_encryption ssekms_key_id ssekms_encryption_context bucket_key_enabled sse_customer_algorithm
    sse_customer_key_md5 checksum_crc32 checksum_crc32_c checksum_crc64_nvme checksum_sha1 checksum_sha256 e_tag
    version_id expiration request_charged request_id extended_request_id http_status);
writer!(CopyObjectResult:
    server_side_encryption ssekms_key_id ssekms_encryption_context bucket_key_enabled sse_customer_algorithm
    sse_customer_key_md5 checksum_crc32 checksum_crc32_c checksum_crc64_nvme checksum_sha1 checksum_sha256 e_tag
    version_id copy_source_version_id last_modified expiration request_charged request_id extended_request_id
    http_status);
writer!(GetObjectResult:
    server_side_encryption ssekms_key_id bucket_key_enabled sse_customer_algorithm sse_customer_key_md5 content_type
    content_encoding content_language content_disposition cache_control expires_string metadata storage_class
    website_redirect_location object_lock_mode object_lock_retain_until_date object_lock_legal_hold_status
    checksum_crc32 checksum_crc32_c checksum_crc64_nvme checksum_sha1 checksum_sha256 e_tag version_id last_modified
    content_length content_range accept_ranges expiration restore parts_count replication_status tag_count
    delete_marker request_charged missing_meta request_id extended_request_id http_status);
writer!(HeadObjectResult:
    server_side_encryption ssekms_key_id bucket_key_enabled sse_customer_algorithm sse_customer_key_md5 content_type
    content_encoding content_language content_disposition cache_control expires_string metadata storage_class
    website_redirect_location object_lock_mode object_lock_retain_until_date object_lock_legal_hold_status
    checksum_crc32 checksum_crc32_c checksum_crc64_nvme checksum_sha1 checksum_sha256 e_tag version_id last_modified
    content_length content_range accept_ranges expiration restore parts_count replication_status delete_marker
    request_charged missing_meta request_id extended_request_id http_status);
writer!(DeleteObjectResult: version_id delete_marker request_charged request_id extended_request_id http_status);
writer!(PresignResult: method url signed_headers expires_at);
