//! DeleteObject.

use crate::client::{Client, add_headers};
use crate::error::Error;
use crate::exchange::Call;
use crate::generated::{DeleteObjectRequest, DeleteObjectResult};
use crate::operation::DeleteObject;
use crate::ops::result;

impl Client {
    /// Deletes an object, or one version of it. An object that does not exist is no error.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn delete_object(&self, mut request: DeleteObjectRequest) -> Result<DeleteObjectResult, Error> {
        request.check()?;
        let credentials = request.credentials.take();
        let headers = std::mem::take(&mut request.headers);
        let limit = request.request_timeout_ms;
        let bucket = request.bucket.clone();
        let input = request.into_sdk().build().map_err(|error| Error::internal(error.to_string()))?;
        let mut call = Call::<DeleteObject>::new(&bucket, input, credentials.as_ref())?;
        add_headers(&mut call.request.headers, &headers)?;
        let reply = self.within(limit, Box::pin(call.run(&self.0))).await?;
        Ok(result!(DeleteObjectResult, reply))
    }
}
