//! Where a bucket is: the SDK's endpoint rules, asked once per bucket and region.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use aws_sdk_s3::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_smithy_types::Document;
use http::uri::{Authority, Scheme};
use http::{HeaderValue, Uri};

use crate::error::Error;
use crate::generated::ClientConfig;
use crate::settings::{Settings, is_loopback};

/// Where requests for one bucket go, and how they are signed.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Host and, where it is not the scheme's own, port.
    pub authority: Authority,
    /// What stands before the object's path: empty, or `/bucket`.
    pub prefix: String,
    /// Scheme, authority and prefix, as a URL begins.
    pub base: String,
    pub origin: Origin,
    /// The authority, as a header.
    pub host: HeaderValue,
    pub region: String,
    pub service: String,
}

/// A server.
#[derive(Debug)]
pub(crate) struct Origin {
    /// Scheme and authority.
    pub uri: Uri,
    pub is_tls: bool,
    /// What is sent stays secret: TLS, or this machine's loopback interface.
    pub is_private: bool,
}

impl Origin {
    pub(crate) fn new(scheme: Scheme, authority: Authority) -> Result<Self, Error> {
        let is_tls = scheme == Scheme::HTTPS;
        let is_private = is_tls || is_loopback(authority.host());
        let uri = Uri::builder().scheme(scheme).authority(authority).path_and_query("/").build();
        let uri = uri.map_err(|error| Error::internal(format!("a server's URL: {error}")))?;
        Ok(Self { uri, is_tls, is_private })
    }
}

/// Resolves endpoints and remembers them, and the region that a redirect has taught.
pub(crate) struct Endpoints {
    resolver: DefaultResolver,
    config: Config,
    known: RwLock<HashMap<String, Arc<Endpoint>>>,
    regions: RwLock<HashMap<String, String>>,
}

struct Config {
    /// Scheme, host and port of the caller's own server.
    endpoint: Option<String>,
    /// What stands before the bucket there; the rules do not handle it.
    base_path: String,
    force_path_style: bool,
    use_dual_stack: bool,
    use_accelerate: bool,
    use_fips: bool,
}

/// Beyond this many buckets the memory starts afresh.
const BUCKETS_KEPT: usize = 1000;

impl Endpoints {
    pub(crate) fn new(config: &ClientConfig, settings: &Settings) -> Self {
        Self {
            resolver: DefaultResolver::new(),
            config: Config {
                endpoint: settings.endpoint.as_ref().map(origin),
                base_path: settings
                    .endpoint
                    .as_ref()
                    .map_or_else(String::new, |uri| uri.path().trim_end_matches('/').to_owned()),
                force_path_style: settings.force_path_style,
                use_dual_stack: config.use_dual_stack == Some(true),
                use_accelerate: config.use_accelerate == Some(true),
                use_fips: config.use_fips == Some(true),
            },
            known: RwLock::default(),
            regions: RwLock::default(),
        }
    }

    /// The endpoint of a bucket; `region` is the client's, unless the bucket is known to be elsewhere.
    pub(crate) async fn get(&self, bucket: &str, region: &str) -> Result<Arc<Endpoint>, Error> {
        if let Some(endpoint) = self.now(bucket) {
            return Ok(endpoint);
        }
        let learned = self.regions.read().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned();
        let region = learned.as_deref().unwrap_or(region);
        let endpoint = Arc::new(self.resolve(bucket, region).await?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= BUCKETS_KEPT {
            known.clear();
        }
        known.insert(bucket.to_owned(), endpoint.clone());
        Ok(endpoint)
    }

    /// The endpoint of a bucket that was resolved before.
    pub(crate) fn now(&self, bucket: &str) -> Option<Arc<Endpoint>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned()
    }

    /// A redirect said where the bucket is. Returns whether that is news.
    pub(crate) fn learn(&self, bucket: &str, region: &str) -> bool {
        let mut regions = self.regions.write().unwrap_or_else(PoisonError::into_inner);
        if regions.len() >= BUCKETS_KEPT {
            regions.clear();
        }
        let news = regions.insert(bucket.to_owned(), region.to_owned()).as_deref() != Some(region);
        drop(regions);
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(bucket);
        news
    }

    async fn resolve(&self, bucket: &str, region: &str) -> Result<Endpoint, Error> {
        let config = &self.config;
        let params = Params::builder()
            .bucket(bucket)
            .region(region)
            .set_endpoint(config.endpoint.clone())
            .force_path_style(config.force_path_style)
            .use_dual_stack(config.use_dual_stack)
            .accelerate(config.use_accelerate)
            .use_fips(config.use_fips)
            .build()
            .map_err(|error| Error::internal(format!("endpoint parameters: {error}")))?;
        let resolved = self.resolver.resolve_endpoint(&params).await.map_err(|error| {
            // The rules' own words: "Invalid region: region was not a valid DNS name.", "S3 Accelerate cannot be used …"
            Error::invalid("bucket", format!("no endpoint for bucket {}: {}", bucket.escape_debug(), chain(&*error)))
        })?;
        let uri: Uri = resolved
            .url()
            .parse()
            .map_err(|_| Error::invalid("bucket", format!("bucket {} gives no valid URL", bucket.escape_debug())))?;
        let scheme = uri.scheme().cloned().unwrap_or(Scheme::HTTPS);
        let authority = uri.authority().ok_or_else(|| Error::internal("an endpoint without a host"))?;
        let express = resolved.properties().get("backend").and_then(Document::as_string) == Some("S3Express");
        // Outposts offer SigV4a and SigV4: the second is ours.
        let schemes = resolved.auth_schemes();
        let auth = schemes.iter().find(|scheme| scheme.name() == "sigv4");
        if express || (auth.is_none() && !schemes.is_empty()) {
            let needs = if express { "S3 Express sessions" } else { "SigV4a" };
            return Err(Error::invalid(
                "bucket",
                format!("bucket {} needs {needs}, which this version cannot sign", bucket.escape_debug()),
            )
            .hint("Multi-region access points and S3 Express directory buckets are not supported; name a bucket or an access point of one region"));
        }
        let text = |name: &str| auth?.get(name)?.as_string().map(str::to_owned);
        let authority = without_default_port(&scheme, authority);
        let prefix = format!("{}{}", config.base_path, uri.path().trim_end_matches('/'));
        let host = HeaderValue::try_from(authority.as_str());
        Ok(Endpoint {
            host: host.map_err(|_| Error::internal("an endpoint's host"))?,
            base: format!("{scheme}://{authority}{prefix}"),
            origin: Origin::new(scheme, authority.clone())?,
            authority,
            prefix,
            region: text("signingRegion").unwrap_or_else(|| region.to_owned()),
            service: text("signingName").unwrap_or_else(|| "s3".to_owned()),
        })
    }
}

fn origin(uri: &Uri) -> String {
    format!("{}://{}", uri.scheme_str().unwrap_or("https"), uri.authority().map_or("", Authority::as_str))
}

/// The Host header, which is signed, must not name a default port: some servers compare it without.
fn without_default_port(scheme: &Scheme, authority: &Authority) -> Authority {
    let default = if *scheme == Scheme::HTTPS { 443 } else { 80 };
    if authority.port_u16() == Some(default) {
        return authority.host().parse().unwrap_or_else(|_| authority.clone());
    }
    authority.clone()
}

pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolve(config: ClientConfig, bucket: &str) -> Result<Endpoint, Error> {
        let settings = Settings::new(&config)?;
        Endpoints::new(&config, &settings).resolve(bucket, "eu-central-1").await
    }

    #[tokio::test]
    async fn buckets_resolve_as_the_rules_say() {
        let own = |endpoint: &str| ClientConfig { endpoint: Some(endpoint.into()), ..ClientConfig::default() };
        let table = [
            (ClientConfig::default(), "my-bucket", "https://my-bucket.s3.eu-central-1.amazonaws.com"),
            (ClientConfig::default(), "my.bucket", "https://s3.eu-central-1.amazonaws.com/my.bucket"),
            (
                ClientConfig { use_dual_stack: Some(true), ..ClientConfig::default() },
                "my-bucket",
                "https://my-bucket.s3.dualstack.eu-central-1.amazonaws.com",
            ),
            (own("http://127.0.0.1:9000"), "my-bucket", "http://127.0.0.1:9000/my-bucket"),
            (own("http://localhost:9000/"), "my-bucket", "http://localhost:9000/my-bucket"),
            (own("https://s3.example.com:443"), "b-1", "https://s3.example.com/b-1"),
            (own("https://example.com/base"), "b-1", "https://example.com/base/b-1"),
        ];
        for (config, bucket, expected) in table {
            let endpoint = resolve(config, bucket).await.unwrap();
            assert_eq!(endpoint.base, expected);
            assert_eq!(endpoint.region, "eu-central-1");
        }
    }

    #[tokio::test]
    async fn what_we_cannot_sign_is_refused_with_a_reason() {
        let error = resolve(ClientConfig::default(), "my--use1-az4--x-s3").await.unwrap_err();
        assert_eq!(error.details().field, Some("bucket"), "{error}");
        let error = resolve(ClientConfig::default(), "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap").await;
        assert_eq!(error.unwrap_err().details().field, Some("bucket"));
    }
}
