//! CopyObject.

use http::HeaderValue;

use crate::client::{Client, add_headers, check_metadata};
use crate::encryption::{COPY_SOURCE_CUSTOMER, Carries};
use crate::error::Error;
use crate::exchange::Call;
use crate::generated::{CopyObjectRequest, CopyObjectResult};
use crate::operation::{CopyObject, with_ids};
use crate::ops::put::field;
use crate::ops::result;
use crate::signer::encode_into;
use crate::verify::{self, reported};

impl Client {
    /// Copies an object of up to 5 GiB on the server side. The encryption of the copy is what the request says,
    /// else the default of the destination bucket; never the source's.
    ///
    /// # Errors
    /// `EncryptionMismatch` when the server does not report the encryption that was asked for; else as [`Error`] says.
    pub async fn copy_object(&self, mut request: CopyObjectRequest) -> Result<CopyObjectResult, Error> {
        request.check()?;
        check_metadata(&request.metadata)?;
        self.refuse_in_clear(&request.bucket, request.encryption.needs_tls(), field(&request.encryption)).await?;
        let has_source_key = request.copy_source_customer_key.is_some();
        self.refuse_in_clear(&request.bucket, has_source_key, "copy_source_sse_customer_key").await?;
        let encryption = std::mem::take(&mut request.encryption);
        let source_key = request.copy_source_customer_key.take();
        let credentials = request.credentials.take();
        let headers = std::mem::take(&mut request.headers);
        let limit = request.request_timeout_ms;
        let bucket = request.bucket.clone();
        let source = copy_source(&request)?;
        let input =
            request.into_sdk().copy_source(source).build().map_err(|error| Error::internal(error.to_string()))?;
        let mut call = Call::<CopyObject>::new(&bucket, input, credentials.as_ref())?;
        encryption.write_headers(Carries::Everything, &mut call.request.headers);
        if let Some(key) = &source_key {
            key.write_headers(&COPY_SOURCE_CUSTOMER, &mut call.request.headers);
        }
        add_headers(&mut call.request.headers, &headers)?;
        call.kms = encryption.needs_tls();
        let reply = self.within(limit, Box::pin(call.run(&self.0))).await?;
        let reported = reported!(reply.output);
        verify::written(&encryption, reported).map_err(|error| with_ids(error, reply.status, &reply.headers))?;
        let mut reply = reply;
        let copied = reply.output.copy_object_result.take();
        let mut result = result!(CopyObjectResult, reply);
        if let Some(copied) = copied {
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

/// `bucket/key?versionId=…`, encoded: the serialiser takes it as it is. An access point's ARN stands in the
/// bucket's place with `/object` behind it.
fn copy_source(request: &CopyObjectRequest) -> Result<String, Error> {
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
    HeaderValue::try_from(source.as_str())
        .map_err(|_| Error::invalid("source_bucket", "source_bucket cannot stand in a header"))?;
    Ok(source)
}
