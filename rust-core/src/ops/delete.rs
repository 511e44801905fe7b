//! DeleteObject.

use std::pin::pin;

use http::{HeaderMap, Method};

use crate::client::{Client, add_headers};
use crate::error::Error;
use crate::exchange::Call;
use crate::generated::{DeleteObjectRequest, DeleteObjectResult};
use crate::operation::DeleteObject;

impl Client {
    /// Deletes an object, or one version of it. An object that does not exist is no error.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn delete_object(&self, request: DeleteObjectRequest) -> Result<DeleteObjectResult, Error> {
        request.check()?;
        let write = |headers: &mut HeaderMap| {
            request.write_headers(headers)?;
            add_headers(headers, &request.headers)
        };
        let mut call = Call::<DeleteObject>::on_object(Method::DELETE, &request.bucket, &request.key, &write);
        request.write_query(&mut call.query);
        call.credentials = request.credentials.as_ref();
        Ok(self.within(request.request_timeout_ms, pin!(call.run(&self.0))).await?.output)
    }
}
