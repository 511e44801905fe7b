//! HeadObject.

use crate::client::{Client, add_headers};
use crate::encryption::CUSTOMER;
use crate::error::Error;
use crate::exchange::Call;
use crate::generated::{HeadObjectRequest, HeadObjectResult};
use crate::operation::{HeadObject, with_ids};
use crate::ops::result;
use crate::verify::{self, reported};

impl Client {
    /// Reads an object's metadata.
    ///
    /// # Errors
    /// `EncryptionMismatch` when the object is not encrypted as expected; else as [`Error`] says. The answer to a
    /// HEAD has no body, so the code of a service error comes from its status.
    pub async fn head_object(&self, mut request: HeadObjectRequest) -> Result<HeadObjectResult, Error> {
        request.check()?;
        self.refuse_in_clear(&request.bucket, request.customer_key.is_some(), "sse_customer_key").await?;
        let customer = request.customer_key.take();
        let expected = request.expected_encryption.take();
        let credentials = request.credentials.take();
        let headers = std::mem::take(&mut request.headers);
        let limit = request.request_timeout_ms;
        let bucket = request.bucket.clone();
        let input = request.into_sdk().build().map_err(|error| Error::internal(error.to_string()))?;
        let mut call = Call::<HeadObject>::new(&bucket, input, credentials.as_ref())?;
        if let Some(key) = &customer {
            key.write_headers(&CUSTOMER, &mut call.request.headers);
        }
        add_headers(&mut call.request.headers, &headers)?;
        let reply = self.within(limit, Box::pin(call.run(&self.0))).await?;
        let reported = reported!(reply.output);
        verify::read(expected.as_ref(), customer.as_ref(), reported)
            .map_err(|error| with_ids(error, reply.status, &reply.headers))?;
        Ok(result!(HeadObjectResult, reply))
    }
}
