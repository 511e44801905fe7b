//! The client: one method per operation, each over the one request path of `exchange`.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::credentials::{Credentials, Identity, Source as CredentialsSource};
use crate::endpoint::{Endpoint, Endpoints};
use crate::error::{Error, ErrorKind};
use crate::exchange::Engine;
use crate::fetch;
use crate::generated::ClientConfig;
use crate::region::Region;
use crate::retry::Tokens;
use crate::settings::Settings;
use crate::signer::Signer;
use crate::transport::Transport;

/// A client of S3. Cheap to clone; clones share connections, credentials and retry tokens.
///
/// Its methods must be called within a tokio runtime.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Engine>);

impl Client {
    /// A client; nothing is sent yet.
    ///
    /// # Errors
    /// `InvalidArgument` with the field that is wrong.
    pub fn new(config: ClientConfig) -> Result<Self, Error> {
        let settings = Settings::new(&config)?;
        let http = fetch::http_client(&config);
        let region = Arc::new(Region::new(&config, http.clone())?);
        Ok(Self(Arc::new(Engine {
            credentials: CredentialsSource::new(&config, &region, &http),
            endpoints: Endpoints::new(&config, &settings),
            region,
            signer: Signer::default(),
            transport: Transport::new(&config, &settings)?,
            tokens: Tokens::default(),
            skew: AtomicI64::new(0),
            expect: AtomicBool::new(settings.expect_continue),
            settings,
        })))
    }

    /// Runs a call within the time that it may take with all its retries. By reference: a call is thousands of bytes long,
    /// and would be copied into here.
    pub(crate) async fn within<T>(
        &self,
        own_limit_ms: Option<i64>,
        call: Pin<&mut (dyn Future<Output = Result<T, Error>> + Send)>,
    ) -> Result<T, Error> {
        let own = match own_limit_ms {
            None | Some(0) => None,
            Some(millis) => Some(std::time::Duration::from_millis(
                u64::try_from(millis)
                    .map_err(|_| Error::invalid("request_timeout_ms", "request_timeout_ms must not be negative"))?,
            )),
        };
        match own.or(self.0.settings.request_timeout) {
            None => call.await,
            Some(limit) => tokio::time::timeout(limit, call).await.unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::Timeout, format!("the call took longer than {} ms", limit.as_millis())))
            }),
        }
    }

    /// What a request needs to be signed, unless something must be fetched first.
    pub(crate) fn at_hand(
        &self,
        bucket: &str,
        credentials: Option<&Credentials>,
    ) -> Result<Option<(Arc<Endpoint>, Identity)>, Error> {
        let Some(endpoint) = self.0.endpoints.now(bucket) else { return Ok(None) };
        let identity = self.0.credentials.now(credentials)?;
        Ok(identity.map(|identity| (endpoint, identity)))
    }

    /// Refuses to send keys, or what is to be kept secret, in clear.
    pub(crate) async fn refuse_in_clear(&self, bucket: &str, secret: bool, field: &'static str) -> Result<(), Error> {
        if secret && !self.0.settings.allow_kms_over_http && !self.0.endpoint(bucket).await?.origin.is_private {
            return Err(refused_in_clear(field));
        }
        Ok(())
    }
}

pub(crate) fn refused_in_clear(field: &'static str) -> Error {
    Error::invalid(field, format!("{field}: SSE-KMS and SSE-C need TLS, and the client's endpoint is plain http"))
        .hint("Use an https endpoint, or build the client with allow_kms_over_http where the network is trusted")
}

/// Adds the caller's own headers; they are sent and signed as they are.
pub(crate) fn add_headers<'a>(
    headers: &mut HeaderMap,
    own: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> Result<(), Error> {
    for (name, value) in own {
        let (name, value) = own_header(name, value)?;
        headers.insert(name, value);
    }
    Ok(())
}

/// A header of the caller's own, if it may be sent.
pub(crate) fn own_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let bad = |what: &str| Error::invalid("headers", format!("headers: {} {what}", name.escape_debug()));
    let name = HeaderName::try_from(name).map_err(|_| bad("is no name of a header"))?;
    if matches!(name.as_str(), "host" | "authorization" | "content-length" | "transfer-encoding" | "connection") {
        return Err(bad("is written by the client"));
    }
    let value = HeaderValue::try_from(value).map_err(|_| bad("has a value that cannot stand in a header"))?;
    Ok((name, value))
}

/// User metadata must survive HTTP and S3 unchanged.
pub(crate) fn check_metadata(metadata: &std::collections::BTreeMap<String, String>) -> Result<(), Error> {
    for (name, value) in metadata {
        if name.is_empty() || HeaderName::try_from(format!("x-amz-meta-{name}")).is_err() {
            return Err(Error::invalid(
                "metadata",
                format!("metadata: {:?} is no name of a header", name.escape_debug()),
            ));
        }
        if !value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            return Err(Error::invalid(
                "metadata",
                format!("metadata: the value of {name:?} must be printable US-ASCII"),
            )
            .hint("Encode other text, for example with base64 or percent encoding"));
        }
    }
    Ok(())
}
