//! CopyObject.

use std::pin::pin;

use http::{HeaderMap, HeaderValue, Method};

use crate::client::{Client, add_headers, check_metadata};
use crate::encryption::{COPY_SOURCE_CUSTOMER, Carries};
use crate::error::Error;
use crate::exchange::Call;
use crate::generated::{CopyObjectRequest, CopyObjectResult};
use crate::operation::{CopyObject, with_ids};
use crate::ops::put::field;
use crate::signer::encode_into;
use crate::verify::{self, reported};

impl Client {
    /// Copies an object of up to 5 GiB on the server side. The encryption of the copy is what the request says,
    /// else the default of the destination bucket; never the source's.
    ///
    /// # Errors
    /// `EncryptionMismatch` when the server does not report the encryption that was asked for; else as [`Error`] says.
    pub async fn copy_object(&self, request: CopyObjectRequest) -> Result<CopyObjectResult, Error> {
        request.check()?;
        check_metadata(&request.metadata)?;
        self.refuse_in_clear(&request.bucket, request.encryption.needs_tls(), field(&request.encryption)).await?;
        let has_source_key = request.copy_source_customer_key.is_some();
        self.refuse_in_clear(&request.bucket, has_source_key, "copy_source_sse_customer_key").await?;
        let source = copy_source(&request)?;
        let write = |headers: &mut HeaderMap| {
            request.write_headers(headers)?;
            headers.insert("x-amz-copy-source", source.clone());
            request.encryption.write_headers(Carries::Everything, headers);
            if let Some(key) = &request.copy_source_customer_key {
                key.write_headers(&COPY_SOURCE_CUSTOMER, headers);
            }
            add_headers(headers, &request.headers)
        };
        let mut call = Call::<CopyObject>::on_object(Method::PUT, &request.bucket, &request.key, &write);
        call.credentials = request.credentials.as_ref();
        call.kms = request.encryption.needs_tls();
        let reply = self.within(request.request_timeout_ms, pin!(call.run(&self.0))).await?;
        let mut result = CopyObjectResult::read(reply.status, &reply.headers)?;
        verify::written(&request.encryption, reported!(result))
            .map_err(|error| with_ids(error, reply.status, &reply.headers))?;
        if let Some(copied) = reply.output.copy_object_result {
            result.e_tag = copied.e_tag;
            result.last_modified = crate::convert::from_sdk_time(copied.last_modified);
            result.checksum_crc32 = copied.checksum_crc32;
            result.checksum_crc32_c = copied.checksum_crc32_c;
            result.checksum_crc64_nvme = copied.checksum_crc64_nvme;
            result.checksum_sha1 = copied.checksum_sha1;
            result.checksum_sha256 = copied.checksum_sha256;
        }
        Ok(result)
    }
}

/// `bucket/key?versionId=…`, encoded. An access point's ARN stands in the
/// bucket's place with `/object` behind it.
fn copy_source(request: &CopyObjectRequest) -> Result<HeaderValue, Error> {
    let mut source = String::with_capacity(request.source_bucket.len() + request.source_key.len() + 16);
    if request.source_bucket.starts_with("arn:") {
        source.push_str(&request.source_bucket);
        source.push_str("/object/");
    } else {
        encode_into(&request.source_bucket, false, &mut source);
        source.push('/');
    }
    encode_into(&request.source_key, true, &mut source);
    if let Some(version) = &request.source_version_id {
        source.push_str("?versionId=");
        encode_into(version, false, &mut source);
    }
    HeaderValue::try_from(source).map_err(|_| Error::invalid("source_bucket", "source_bucket cannot stand in a header"))
}
