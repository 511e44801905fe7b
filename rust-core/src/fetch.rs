//! HTTP for the providers of credentials and of the region: STS, SSO, the metadata of instances and containers.
//!
//! It goes the way of the client's own requests: by its proxy, trusting its CA. Rare, so that each request has a connection of its own.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderValue, Response, Uri, header};

use crate::endpoint::Origin;
use crate::error::{Error, ErrorKind};
use crate::exchange::collect;
use crate::generated::ClientConfig;
use crate::settings::{Settings, is_loopback};
use crate::transport::Transport;
use crate::upload::{Source, UploadBody};

/// What the providers of this client send their requests with.
pub(crate) fn http_client(config: &ClientConfig) -> SharedHttpClient {
    let config = Arc::new(ClientConfig { credentials: None, ..config.clone() });
    http_client_fn(move |limits, _| {
        let (config, connect_timeout, read_timeout) = (config.clone(), limits.connect_timeout(), limits.read_timeout());
        SharedHttpConnector::new(Fetcher { config, connect_timeout, read_timeout })
    })
}

#[derive(Clone)]
struct Fetcher {
    config: Arc<ClientConfig>,
    connect_timeout: Option<Duration>,
    read_timeout: Option<Duration>,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetcher") // not the configuration: it has a proxy's password
    }
}

impl HttpConnector for Fetcher {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let fetcher = self.clone();
        HttpConnectorFuture::new(async move {
            fetcher.fetch(request).await.map_err(|error| match error.kind() {
                ErrorKind::Timeout => ConnectorError::timeout(error.into()),
                _ => ConnectorError::io(error.into()),
            })
        })
    }
}

impl Fetcher {
    async fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let unusable = |error| Error::internal(format!("a provider's request: {error}"));
        let request = request.try_into_http1x().map_err(|error| unusable(error.to_string()))?;
        let (mut head, body) = request.into_parts();
        let body = body.bytes().ok_or_else(|| unusable("its content is a stream".to_owned()))?;
        let authority = head.uri.authority().ok_or_else(|| unusable("its URL has no host".to_owned()))?.clone();
        let host = HeaderValue::from_str(authority.as_str()).map_err(|error| unusable(error.to_string()))?;
        head.headers.entry(header::HOST).or_insert(host);
        head.headers.entry(header::CONTENT_LENGTH).or_insert_with(|| body.len().into());
        let scheme = head.uri.scheme().ok_or_else(|| unusable("its URL has no scheme".to_owned()))?.clone();
        let origin = Origin::new(scheme, authority)?;
        head.uri = Uri::from(head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/")));
        let body = UploadBody::plain(Source::Bytes(Bytes::copy_from_slice(body)));
        let request = http::Request::from_parts(head, body);
        let answer = self.transport(&origin)?.send(&origin, request).await.map_err(|unsent| unsent.error)?;
        let content = collect(answer.body).await?;
        HttpResponse::try_from(Response::from_parts(answer.head, SdkBody::from(content)))
            .map_err(|error| Error::internal(format!("a provider's answer: {error}")))
    }

    fn transport(&self, origin: &Origin) -> Result<Transport, Error> {
        let direct = is_beside(origin.uri.host().unwrap_or_default()).then(String::new);
        let config = ClientConfig { proxy: direct.or_else(|| self.config.proxy.clone()), ..(*self.config).clone() };
        let settings = Settings {
            endpoint: Some(origin.uri.clone()),
            connect_timeout: self.connect_timeout,
            read_timeout: self.read_timeout,
            max_connections: 1,
            max_idle: Duration::ZERO,
            ..Settings::new(&config)?
        };
        Transport::new(&config, &settings)
    }
}

/// Whether a host is this machine, or what only this machine can reach: where the metadata of instances and containers is.
fn is_beside(host: &str) -> bool {
    is_loopback(host)
        || match host.trim_start_matches('[').trim_end_matches(']').parse() {
            Ok(IpAddr::V4(address)) => address.is_link_local(),
            Ok(IpAddr::V6(address)) => address.is_unicast_link_local() || address.segments()[..2] == [0xfd00, 0x0ec2],
            Err(_) => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_beside_us_and_sts_is_not() {
        for host in [
            "169.254.169.254",
            "169.254.170.2",
            "[fd00:ec2::254]",
            "fd00:ec2::23",
            "[fe80::1]",
            "localhost",
            "127.0.0.1",
        ] {
            assert!(is_beside(host), "{host}");
        }
        for host in
            ["sts.eu-central-1.amazonaws.com", "10.0.0.1", "[fd00:ec3::1]", "[2001:db8::1]", "169.254.1.1.example.com"]
        {
            assert!(!is_beside(host), "{host}");
        }
    }
}
