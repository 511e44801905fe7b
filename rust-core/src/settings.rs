//! A client's configuration, checked once: what is absent has its default, what is wrong is refused by field.

use std::time::Duration;

use http::Uri;

use crate::error::Error;
use crate::generated::ClientConfig;

/// [`ClientConfig`] with its defaults.
pub(crate) struct Settings {
    /// URL of the caller's own server, where it is not AWS; without a trailing slash.
    pub endpoint: Option<Uri>,
    pub force_path_style: bool,
    pub connect_timeout: Option<Duration>,
    pub read_timeout: Option<Duration>,
    pub attempt_timeout: Option<Duration>,
    pub request_timeout: Option<Duration>,
    pub max_attempts: u32,
    pub max_connections: usize,
    pub max_idle: Duration,
    pub allow_kms_over_http: bool,
    pub sign_payload: bool,
    pub disable_chunked_encoding: bool,
    pub expect_continue: bool,
    pub user_agent: http::HeaderValue,
}

impl Settings {
    pub(crate) fn new(config: &ClientConfig) -> Result<Self, Error> {
        let endpoint = config.endpoint.as_deref().map(parse_endpoint).transpose()?;
        // Virtual hosts need DNS names for buckets, which AWS has and most servers of one's own do not.
        let own_server = endpoint.as_ref().is_some_and(|uri| !is_aws(uri.host().unwrap_or_default()));
        let agent = format!("s3kms/{} rust{}", env!("CARGO_PKG_VERSION"), suffix(config.user_agent.as_deref()));
        Ok(Self {
            force_path_style: config.force_path_style.unwrap_or(own_server),
            endpoint,
            connect_timeout: millis(config.connect_timeout_ms, 10_000, "connect_timeout_ms")?,
            read_timeout: millis(config.read_timeout_ms, 50_000, "read_timeout_ms")?,
            attempt_timeout: millis(config.attempt_timeout_ms, 0, "attempt_timeout_ms")?,
            request_timeout: millis(config.request_timeout_ms, 0, "request_timeout_ms")?,
            max_attempts: count(config.max_attempts, 4, "max_attempts")?,
            max_connections: count(config.max_connections, 50, "max_connections")? as usize,
            max_idle: millis(config.max_idle_ms, 60_000, "max_idle_ms")?.unwrap_or(Duration::ZERO),
            allow_kms_over_http: config.allow_kms_over_http == Some(true),
            sign_payload: config.sign_payload == Some(true),
            expect_continue: config.expect_continue != Some(false),
            disable_chunked_encoding: config.disable_chunked_encoding == Some(true),
            user_agent: http::HeaderValue::try_from(agent).map_err(|_| {
                Error::invalid("user_agent", "user_agent holds characters that cannot stand in an HTTP header")
            })?,
        })
    }
}

fn suffix(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).map_or_else(String::new, |text| format!(" {text}"))
}

fn parse_endpoint(text: &str) -> Result<Uri, Error> {
    let hint = "Give a URL such as http://127.0.0.1:9000 or https://s3.example.com";
    let bad = |what: &str| Error::invalid("endpoint", format!("endpoint {what}")).hint(hint);
    let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| bad("is not a URL"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
        return Err(bad("must begin with http:// or https:// and a host"));
    }
    if uri.query().is_some() || uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(bad("must hold neither a query nor a user"));
    }
    Ok(uri)
}

fn is_aws(host: &str) -> bool {
    host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn") || host.ends_with(".api.aws")
}

fn millis(value: Option<i64>, default: u64, field: &'static str) -> Result<Option<Duration>, Error> {
    let millis = match value {
        None => default,
        Some(value) => {
            u64::try_from(value).map_err(|_| Error::invalid(field, format!("{field} must not be negative")))?
        }
    };
    Ok((millis > 0).then(|| Duration::from_millis(millis)))
}

fn count(value: Option<i64>, default: u32, field: &'static str) -> Result<u32, Error> {
    match value {
        None => Ok(default),
        Some(value) => u32::try_from(value)
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| Error::invalid(field, format!("{field} must be 1 or more"))),
    }
}

/// Whether plain http to this host stays on this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(config: &ClientConfig) -> Result<Settings, Error> {
        Settings::new(config)
    }

    #[test]
    fn what_is_wrong_is_refused_by_field() {
        let base = ClientConfig::default;
        let table = [
            (ClientConfig { endpoint: Some("not a url".into()), ..base() }, "endpoint"),
            (ClientConfig { endpoint: Some("ftp://host".into()), ..base() }, "endpoint"),
            (ClientConfig { endpoint: Some("http://user@host".into()), ..base() }, "endpoint"),
            (ClientConfig { endpoint: Some("http://host?x=1".into()), ..base() }, "endpoint"),
            (ClientConfig { max_attempts: Some(0), ..base() }, "max_attempts"),
            (ClientConfig { read_timeout_ms: Some(-1), ..base() }, "read_timeout_ms"),
            (ClientConfig { user_agent: Some("a\nb".into()), ..base() }, "user_agent"),
        ];
        for (config, field) in table {
            assert_eq!(settings(&config).err().and_then(|error| error.details().field), Some(field), "{config:?}");
        }
    }

    #[test]
    fn buckets_stand_in_the_path_for_a_server_of_ones_own() {
        let path_style = |endpoint: &str| {
            settings(&ClientConfig { endpoint: Some(endpoint.into()), ..ClientConfig::default() })
                .unwrap()
                .force_path_style
        };
        assert!(path_style("http://localhost:9000"));
        assert!(path_style("https://s3.example.com"));
        assert!(!path_style("https://s3.eu-central-1.amazonaws.com"));
    }

    #[test]
    fn loopback_is_this_machine_only() {
        for host in ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["example.com", "localhost.example.com", "10.0.0.1", "[2001:db8::1]", "127.0.0.1.example.com"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
