//! Dialling: TCP, directly or by way of a proxy, and TLS over it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tower_service::Service;

use crate::endpoint::Origin;
use crate::error::{Error, ErrorKind};
use crate::generated::ClientConfig;
use crate::settings::is_loopback;
use crate::socket::Socket;
use crate::transport::failure;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A connection's bytes, in TLS or not.
pub(crate) type Stream = hyper_rustls::MaybeHttpsStream<Socket>;

/// Makes the connections of one client.
pub(crate) struct Connector {
    inner: HttpsConnector<Dialer>,
    proxy: Option<Arc<Proxy>>,
    timeout: Option<Duration>,
}

impl Connector {
    pub(crate) fn new(
        config: &ClientConfig,
        tls: Arc<rustls::ClientConfig>,
        timeout: Option<Duration>,
    ) -> Result<Self, Error> {
        let proxy = Proxy::new(config)?.map(Arc::new);
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_keepalive(Some(Duration::from_secs(60)));
        let dialer = Dialer { http, proxy: proxy.clone() };
        Ok(Self { inner: HttpsConnector::from((dialer, tls)), proxy, timeout })
    }

    /// Connects to the server of that URL, the TLS handshake included.
    pub(crate) async fn connect(&self, origin: &Uri) -> Result<Stream, Error> {
        let dialing = self.inner.clone().call(origin.clone());
        let dialled = match self.timeout {
            None => dialing.await,
            Some(limit) => tokio::time::timeout(limit, dialing).await.map_err(|_| {
                Error::new(ErrorKind::Timeout, format!("no connection to the server within {} ms", limit.as_millis()))
            })?,
        };
        dialled.map_err(|error| failure(&*error))
    }

    /// The proxy that reads the requests to this server, if one does: they must then name the whole URL.
    pub(crate) fn reader(&self, origin: &Origin) -> Option<Intercept> {
        let proxy = self.proxy.as_ref().filter(|_| !origin.is_tls)?;
        // Asked for every request: what is known of its host need not be found out anew.
        if proxy.ambient && origin.is_private { None } else { proxy.matcher.intercept(&origin.uri) }
    }
}

/// Dials, directly or by way of a proxy.
#[derive(Clone)]
struct Dialer {
    http: HttpConnector,
    proxy: Option<Arc<Proxy>>,
}

impl Service<Uri> for Dialer {
    type Response = Socket;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.http.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let mut http = self.http.clone();
        let intercept = self.proxy.as_ref().and_then(|proxy| proxy.intercept(&uri));
        Box::pin(async move {
            let Some(intercept) = intercept else {
                return Ok(Socket::new(http.call(uri).await?));
            };
            if uri.scheme_str() == Some("https") {
                let mut tunnel = Tunnel::new(intercept.uri().clone(), http);
                if let Some(authorization) = intercept.basic_auth() {
                    tunnel = tunnel.with_auth(authorization.clone());
                }
                return Ok(Socket::new(tunnel.call(uri).await?));
            }
            Ok(Socket::new(http.call(intercept.uri().clone()).await?))
        })
    }
}

/// Which requests go through a proxy.
struct Proxy {
    matcher: Matcher,
    /// From the environment: then it is not meant for this machine's own servers.
    ambient: bool,
}

impl Proxy {
    fn new(config: &ClientConfig) -> Result<Option<Self>, Error> {
        let Some(url) = config.proxy.as_deref() else {
            return Ok(Some(Self { matcher: Matcher::from_env(), ambient: true }));
        };
        if url.is_empty() {
            return Ok(None);
        }
        let bad = || {
            Error::invalid("proxy", "proxy must be a URL such as http://proxy.example.com:3128")
                .hint("Only HTTP proxies are supported; the user and password have fields of their own")
        };
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http")).ok_or_else(bad)?;
        let user = config.proxy_username.as_deref().map_or_else(String::new, |name| {
            let mut user = String::new();
            crate::signer::encode_into(name, false, &mut user);
            user.push(':');
            crate::signer::encode_into(config.proxy_password.as_deref().unwrap_or_default(), false, &mut user);
            user + "@"
        });
        let matcher = Matcher::builder()
            .all(format!("http://{user}{authority}"))
            .no(config.no_proxy.clone().unwrap_or_default())
            .build();
        Ok(Some(Self { matcher, ambient: false }))
    }

    fn intercept(&self, uri: &Uri) -> Option<Intercept> {
        if self.ambient && is_loopback(uri.host().unwrap_or_default()) {
            return None;
        }
        self.matcher.intercept(uri)
    }
}
