//! HeadObject.

use std::pin::pin;

use http::{HeaderMap, Method};

use crate::client::{Client, add_headers};
use crate::encryption::CUSTOMER;
use crate::error::Error;
use crate::exchange::Call;
use crate::generated::{HeadObjectRequest, HeadObjectResult};
use crate::operation::{HeadObject, with_ids};
use crate::verify::{self, reported};

impl Client {
    /// Reads an object's metadata.
    ///
    /// # Errors
    /// `EncryptionMismatch` when the object is not encrypted as expected; else as [`Error`] says. The answer to a
    /// HEAD has no body, so the code of a service error comes from its status.
    pub async fn head_object(&self, request: HeadObjectRequest) -> Result<HeadObjectResult, Error> {
        request.check()?;
        self.refuse_in_clear(&request.bucket, request.customer_key.is_some(), "sse_customer_key").await?;
        let write = |headers: &mut HeaderMap| {
            request.write_headers(headers)?;
            if let Some(key) = &request.customer_key {
                key.write_headers(&CUSTOMER, headers);
            }
            add_headers(headers, &request.headers)
        };
        let mut call = Call::<HeadObject>::on_object(Method::HEAD, &request.bucket, &request.key, &write);
        request.write_query(&mut call.query);
        call.credentials = request.credentials.as_ref();
        let reply = self.within(request.request_timeout_ms, pin!(call.run(&self.0))).await?;
        verify::read(request.expected_encryption.as_ref(), request.customer_key.as_ref(), reported!(reply.output))
            .map_err(|error| with_ids(error, reply.status, &reply.headers))?;
        Ok(reply.output)
    }
}
