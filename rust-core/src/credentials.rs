//! Who signs: static credentials, those of a request, or the default chain of `aws-config`, refreshed ahead of
//! their expiry.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use aws_config::BehaviorVersion;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};
use crate::generated::ClientConfig;
use crate::lane;
use crate::region::Region;

/// Access key id, secret access key and, where temporary, session token. Cheap to clone; secrets are zeroised
/// when the last clone goes and never printed.
#[derive(Clone)]
pub struct Credentials(Arc<Secrets>);

struct Secrets {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    session_token: Option<Zeroizing<String>>,
}

impl Credentials {
    /// Credentials; the token only where they are temporary.
    #[must_use]
    pub fn new(
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
        session_token: Option<String>,
    ) -> Self {
        Self(Arc::new(Secrets {
            access_key_id: access_key_id.into(),
            secret_access_key: Zeroizing::new(secret_access_key.into()),
            session_token: session_token.filter(|token| !token.is_empty()).map(Zeroizing::new),
        }))
    }

    pub(crate) fn from_flat(
        access_key_id: Option<&str>,
        secret_access_key: Option<&str>,
        session_token: Option<&str>,
    ) -> Result<Option<Self>, Error> {
        let missing = |field| Err(Error::invalid(field, format!("{field} must not be null or empty")));
        match (access_key_id, secret_access_key) {
            (None, None) if session_token.is_none() => Ok(None),
            (None | Some(""), _) => missing("access_key_id"),
            (_, None | Some("")) => missing("secret_access_key"),
            (Some(id), Some(secret)) => Ok(Some(Self::new(id, secret, session_token.map(str::to_owned)))),
        }
    }

    pub(crate) fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    pub(crate) fn secret_access_key(&self) -> &str {
        &self.0.secret_access_key
    }

    pub(crate) fn session_token(&self) -> Option<&str> {
        self.0.session_token.as_ref().map(|token| token.as_str())
    }

    /// Whether both derive the same signing key.
    pub(crate) fn same_key(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.access_key_id == other.0.access_key_id && self.0.secret_access_key == other.0.secret_access_key)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({}, ** redacted **)", self.0.access_key_id)
    }
}

/// Where a client's credentials come from.
pub(crate) enum Source {
    /// Nothing is signed.
    Anonymous,
    /// Always these.
    Static(Credentials),
    /// Each request brings its own.
    PerRequest,
    /// The default chain, or a profile.
    Chain(Arc<Chain>),
}

/// The identity of a request: `None` where it is anonymous.
pub(crate) type Identity = Option<Credentials>;

impl Source {
    pub(crate) fn new(config: &ClientConfig, region: &Arc<Region>, http: &SharedHttpClient) -> Self {
        if config.anonymous == Some(true) {
            Self::Anonymous
        } else if let Some(credentials) = &config.credentials {
            Self::Static(credentials.clone())
        } else if config.credentials_per_request == Some(true) {
            Self::PerRequest
        } else {
            Self::Chain(Arc::new(Chain {
                http: http.clone(),
                region: region.clone(),
                profile: config.profile.clone(),
                profile_file: config.profile_file.clone(),
                provider: tokio::sync::Mutex::new(None),
                cached: RwLock::new(None),
                renewing: AtomicBool::new(false),
            }))
        }
    }

    /// The identity, if it is at hand.
    pub(crate) fn now(&self, request: Option<&Credentials>) -> Result<Option<Identity>, Error> {
        match (request, self) {
            (Some(credentials), _) => Ok(Some(Some(credentials.clone()))),
            (None, Self::Anonymous) => Ok(Some(None)),
            (None, Self::Static(credentials)) => Ok(Some(Some(credentials.clone()))),
            (None, Self::PerRequest) => Err(Error::new(
                ErrorKind::Credentials,
                "the client was built for credentials per request, and this request has none",
            )),
            (None, Self::Chain(chain)) => Ok(chain.at_hand().map(Some)),
        }
    }

    /// The identity, fetched where it must be.
    pub(crate) async fn get(&self, request: Option<&Credentials>) -> Result<Identity, Error> {
        if let Some(identity) = self.now(request)? {
            return Ok(identity);
        }
        let Self::Chain(chain) = self else { return Ok(None) };
        let Some(runtime) = lane::lasting() else { return Err(Error::internal("no runtime")) };
        // The providers keep connections of their own, which outlive the call.
        let chain = chain.clone();
        let loaded = runtime.spawn(async move { chain.load().await }).await;
        loaded.map_err(|_| Error::internal("the loading of credentials panicked"))?.map(Some)
    }
}

/// `aws-config`'s chain with a cache: one load at a time, renewed ahead of expiry.
pub(crate) struct Chain {
    http: SharedHttpClient,
    /// Where roles are assumed.
    region: Arc<Region>,
    profile: Option<String>,
    profile_file: Option<String>,
    /// Held while loading, so that many requests cause one load.
    provider: tokio::sync::Mutex<Option<SharedCredentialsProvider>>,
    cached: RwLock<Option<Cached>>,
    /// A renewal ahead of expiry is under way, or has just failed.
    renewing: AtomicBool,
}

struct Cached {
    credentials: Credentials,
    expires: Option<SystemTime>,
}

/// Credentials are renewed when they have less than this to live.
const RENEW_AHEAD: Duration = Duration::from_mins(5);
/// Between two renewals ahead of expiry, whatever came of the first.
const RENEW_PAUSE: Duration = Duration::from_secs(10);

impl Chain {
    /// What is valid serves, and is renewed in the background when it has not long to live: no request waits for that.
    fn at_hand(self: &Arc<Self>) -> Option<Credentials> {
        let credentials = self.living(Duration::ZERO)?;
        if self.living(RENEW_AHEAD).is_none()
            && let Some(runtime) = lane::lasting()
            && !self.renewing.swap(true, Ordering::Relaxed)
        {
            let chain = self.clone();
            runtime.spawn(async move {
                if let Err(error) = chain.load().await {
                    tracing::warn!(error = %error, "credentials could not be renewed ahead of their expiry");
                }
                tokio::time::sleep(RENEW_PAUSE).await;
                chain.renewing.store(false, Ordering::Relaxed);
            });
        }
        Some(credentials)
    }

    /// The credentials that were loaded, if they live for longer than that.
    fn living(&self, longer: Duration) -> Option<Credentials> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        let cached = cached.as_ref()?;
        let then = SystemTime::now() + longer;
        cached.expires.is_none_or(|expires| expires > then).then(|| cached.credentials.clone())
    }

    async fn load(&self) -> Result<Credentials, Error> {
        let mut provider = self.provider.lock().await;
        if let Some(credentials) = self.living(RENEW_AHEAD) {
            return Ok(credentials); // another request has loaded them meanwhile
        }
        if provider.is_none() {
            *provider = Some(self.provider().await?);
        }
        let loaded = match provider.as_ref() {
            Some(provider) => provider.provide_credentials().await,
            None => return Err(Error::internal("the credentials provider is missing")),
        };
        match loaded {
            Ok(loaded) => {
                let credentials = Credentials::new(
                    loaded.access_key_id(),
                    loaded.secret_access_key(),
                    loaded.session_token().map(str::to_owned),
                );
                let cached = Cached { credentials: credentials.clone(), expires: loaded.expiry() };
                *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(cached);
                Ok(credentials)
            }
            // What is still valid serves until it is not, whatever ails the provider.
            Err(error) => self.living(Duration::ZERO).ok_or_else(|| no_credentials(&error)),
        }
    }

    async fn provider(&self) -> Result<SharedCredentialsProvider, Error> {
        let region = aws_types::region::Region::new(self.region.get().await?.to_owned());
        if self.profile.is_some() || self.profile_file.is_some() {
            // A profile was named: the environment must not win over it, as it would in the default chain.
            let config = ProviderConfig::default().with_region(Some(region)).with_http_client(self.http.clone());
            let mut builder = aws_config::profile::ProfileFileCredentialsProvider::builder().configure(&config);
            if let Some(profile) = &self.profile {
                builder = builder.profile_name(profile);
            }
            if let Some(file) = &self.profile_file {
                let files = EnvConfigFiles::builder().with_file(EnvConfigFileKind::Credentials, file);
                builder = builder.profile_files(files.include_default_config_file(true).build());
            }
            return Ok(SharedCredentialsProvider::new(builder.build()));
        }
        let config = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .region(region)
            .http_client(self.http.clone())
            .load()
            .await;
        config
            .credentials_provider()
            .ok_or_else(|| Error::new(ErrorKind::Credentials, "the default chain has no provider"))
    }
}

fn no_credentials(error: &aws_credential_types::provider::error::CredentialsError) -> Error {
    let mut message = format!("no credentials could be loaded: {error}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    Error::new(ErrorKind::Credentials, message)
        .hint("Give credentials to the client, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_credentials_are_whole_or_absent() {
        assert!(Credentials::from_flat(None, None, None).unwrap().is_none());
        assert!(Credentials::from_flat(Some("id"), Some("secret"), None).unwrap().is_some());
        for (id, secret, token, field) in [
            (Some("id"), None, None, "secret_access_key"),
            (None, Some("secret"), None, "access_key_id"),
            (Some(""), Some("secret"), None, "access_key_id"),
            (None, None, Some("token"), "access_key_id"),
        ] {
            assert_eq!(Credentials::from_flat(id, secret, token).unwrap_err().details().field, Some(field));
        }
    }

    #[test]
    fn debug_prints_no_secret() {
        let text = format!("{:?}", Credentials::new("AKID", "top-secret", Some("top-token".to_owned())));
        assert_eq!(text, "Credentials(AKID, ** redacted **)");
    }
}
