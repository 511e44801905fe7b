//! Presigned URLs: local, no request is sent.
//!
//! Everything that the uploader must send is a signed header and returned: S3 ignores encryption headers in the
//! query, and refuses `x-amz-*` headers that were not signed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use http::HeaderValue;

use crate::client::{Client, check_metadata, own_header, refused_in_clear};
use crate::credentials::Identity;
use crate::encryption::Carries;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::generated::{PresignRequest, PresignResult};
use crate::ops::put::field;
use crate::signer::{Scope, Signable, encode_into};
use crate::wire;

const DEFAULT_EXPIRY: i64 = 900;
const LONGEST_EXPIRY: i64 = 604_800;

impl Client {
    /// Signs a URL. Waits only where the region or credentials must be fetched first.
    ///
    /// # Errors
    /// `InvalidArgument`, `Credentials`.
    pub async fn presign(&self, request: PresignRequest) -> Result<PresignResult, Error> {
        request.check()?;
        let endpoint = self.0.endpoint(&request.bucket).await?;
        let identity = self.0.credentials.get(request.credentials.as_ref()).await?;
        self.presign_with(&request, &endpoint, &identity)
    }

    /// Signs a URL if all it needs is at hand; `None` if something must be fetched first.
    pub(crate) fn presign_now(&self, request: &PresignRequest) -> Result<Option<PresignResult>, Error> {
        request.check()?;
        let Some((endpoint, identity)) = self.at_hand(&request.bucket, request.credentials.as_ref())? else {
            return Ok(None);
        };
        self.presign_with(request, &endpoint, &identity).map(Some)
    }

    /// As [`Client::presign_now`], the URL alone.
    pub(crate) fn presign_url_now(&self, request: &PresignRequest) -> Result<Option<String>, Error> {
        request.check()?;
        let Some((endpoint, identity)) = self.at_hand(&request.bucket, request.credentials.as_ref())? else {
            return Ok(None);
        };
        Plan::new(self, request, &endpoint, &identity).map(|plan| Some(plan.url(self, &request.key)))
    }

    /// As [`Client::presign`] for many keys: `request` is the template, its `key` is not used.
    ///
    /// # Errors
    /// As [`Client::presign`]; for `keys` if there is an empty one. Then none is signed.
    pub async fn presign_batch(&self, request: PresignRequest, keys: &[String]) -> Result<PresignBatchResult, Error> {
        let request = template(request, keys)?;
        let endpoint = self.0.endpoint(&request.bucket).await?;
        let identity = self.0.credentials.get(request.credentials.as_ref()).await?;
        self.presign_batch_with(&request, keys, &endpoint, &identity)
    }

    /// As [`Client::presign_now`] for many keys.
    pub(crate) fn presign_batch_now(
        &self,
        request: &PresignRequest,
        keys: &[String],
    ) -> Result<Option<PresignBatchResult>, Error> {
        let request = template(request.clone(), keys)?;
        let Some((endpoint, identity)) = self.at_hand(&request.bucket, request.credentials.as_ref())? else {
            return Ok(None);
        };
        self.presign_batch_with(&request, keys, &endpoint, &identity).map(Some)
    }

    fn presign_batch_with(
        &self,
        request: &PresignRequest,
        keys: &[String],
        endpoint: &Endpoint,
        identity: &Identity,
    ) -> Result<PresignBatchResult, Error> {
        let plan = Plan::new(self, request, endpoint, identity)?;
        Ok(PresignBatchResult {
            urls: keys.iter().map(|key| plan.url(self, key)).collect(),
            signed_headers: plan.signed_headers(),
            expires_at: Some(plan.expires_at()),
        })
    }

    fn presign_with(
        &self,
        request: &PresignRequest,
        endpoint: &Endpoint,
        identity: &Identity,
    ) -> Result<PresignResult, Error> {
        let plan = Plan::new(self, request, endpoint, identity)?;
        Ok(PresignResult {
            url: Some(plan.url(self, &request.key)),
            method: Some(plan.method.to_owned()),
            signed_headers: plan.signed_headers(),
            expires_at: Some(plan.expires_at()),
        })
    }
}

/// All that is the same for every key.
struct Plan<'a> {
    endpoint: &'a Endpoint,
    scope: Scope<'a>,
    method: &'static str,
    query: String,
    expires_in: i64,
    headers: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Plan<'a> {
    fn new(
        client: &Client,
        request: &'a PresignRequest,
        endpoint: &'a Endpoint,
        identity: &'a Identity,
    ) -> Result<Self, Error> {
        let Some(credentials) = identity else {
            return Err(Error::new(ErrorKind::Credentials, "an anonymous client cannot presign"));
        };
        let method = method(request.method.as_deref())?;
        let expires_in = request.expires_in_seconds.unwrap_or(DEFAULT_EXPIRY);
        if !(1..=LONGEST_EXPIRY).contains(&expires_in) {
            return Err(Error::invalid(
                "expires_in_seconds",
                format!("expires_in_seconds must lie between 1 and {LONGEST_EXPIRY} (seven days), not {expires_in}"),
            ));
        }
        if request.encryption.needs_tls() && !client.0.settings.allow_kms_over_http && !endpoint.origin.is_private {
            return Err(refused_in_clear(field(&request.encryption)));
        }
        let scope = Scope { credentials, region: &endpoint.region, service: &endpoint.service, time: client.0.time() };
        let headers = headers(request, method)?;
        Ok(Self { endpoint, scope, method, query: query(request)?, expires_in, headers })
    }

    fn url(&self, client: &Client, key: &str) -> String {
        // Room for the signature's parameters, so that the buffer need not grow.
        let token = self.scope.credentials.session_token().map_or(0, str::len);
        let room = self.endpoint.base.len() + key.len() + self.query.len() + 512 + token * 2;
        let mut url = String::with_capacity(room);
        url.push_str(&self.endpoint.base);
        url.push('/');
        encode_into(key, true, &mut url);
        let what =
            Signable { method: self.method, host: self.endpoint.authority.as_str(), path: "", query: &self.query };
        let mut headers = Vec::with_capacity(self.headers.len() + 1);
        headers.extend(self.headers.iter().map(|(name, value)| (&**name, value.as_bytes())));
        let path_start = self.endpoint.base.len() - self.endpoint.prefix.len();
        client.0.signer.presign(&self.scope, &what, headers, self.expires_in, &mut url, path_start);
        url
    }

    fn signed_headers(&self) -> BTreeMap<String, String> {
        self.headers.iter().map(|(name, value)| ((**name).to_owned(), (*value).to_owned())).collect()
    }

    /// The signature's date has no fractions.
    fn expires_at(&self) -> SystemTime {
        let since = self.scope.time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs() + self.expires_in.unsigned_abs())
    }
}

/// Many presigned URLs of one kind.
#[derive(Clone, Debug, Default)]
pub struct PresignBatchResult {
    /// The URLs, in the order of the keys. Treat them as secrets until they expire.
    pub urls: Vec<String>,
    /// Headers that whoever uses one of the URLs must send exactly so.
    pub signed_headers: BTreeMap<String, String>,
    /// When the URLs expire.
    pub expires_at: Option<SystemTime>,
}

fn template(mut request: PresignRequest, keys: &[String]) -> Result<PresignRequest, Error> {
    if let Some(index) = keys.iter().position(String::is_empty) {
        return Err(Error::invalid("keys", format!("keys: number {index} (from 0) is empty")));
    }
    "any".clone_into(&mut request.key);
    request.check()?;
    Ok(request)
}

fn method(name: Option<&str>) -> Result<&'static str, Error> {
    match name.unwrap_or("GET") {
        "GET" => Ok("GET"),
        "PUT" => Ok("PUT"),
        "HEAD" => Ok("HEAD"),
        "DELETE" => Ok("DELETE"),
        other => Err(Error::invalid(
            "method",
            format!("method must be GET, PUT, HEAD or DELETE, not {}", other.escape_debug()),
        )),
    }
}

/// The headers that whoever uses the URL must send; names in lower case.
fn headers<'a>(request: &'a PresignRequest, method: &str) -> Result<Vec<(Cow<'a, str>, &'a str)>, Error> {
    check_metadata(&request.metadata)?;
    let mut headers: Vec<(Cow<'a, str>, &'a str)> = Vec::with_capacity(8);
    let is_part = request.part_number.is_some() || request.upload_id.is_some();
    let carries = match method {
        "PUT" if !is_part => Carries::Everything,
        "PUT" | "GET" | "HEAD" => Carries::CustomerKey,
        _ => Carries::Nothing,
    };
    if carries != Carries::Everything && request.encryption.algorithm().is_some() {
        let field = "server_side_encryption";
        return Err(Error::invalid(
            field,
            format!(
                "{field} belongs to a presigned PUT of a whole object, not to {method}{}",
                if is_part { " of a part" } else { "" }
            ),
        )
        .hint("S3 refuses it here: an object is decrypted without, and a part is encrypted as its upload began"));
    }
    request.encryption.each_header(carries, &mut |name, value, _| headers.push((name.as_str().into(), value)));
    for (name, field, value) in
        [("content-type", "content_type", &request.content_type), ("content-md5", "content_md5", &request.content_md5)]
    {
        if let Some(value) = value {
            HeaderValue::from_str(value)
                .map_err(|_| Error::invalid(field, format!("{field} cannot stand in a header")))?;
            headers.push((name.into(), value));
        }
    }
    for (name, value) in &request.metadata {
        headers.push((format!("x-amz-meta-{}", name.to_ascii_lowercase()).into(), value));
    }
    for (name, value) in &request.headers {
        let (name, _) = own_header(name, value)?;
        headers.retain(|(known, _)| *known != name.as_str());
        headers.push((name.as_str().to_owned().into(), value));
    }
    Ok(headers)
}

fn query(request: &PresignRequest) -> Result<String, Error> {
    if let Some(number) = request.part_number.filter(|number| !(1..=10_000).contains(number)) {
        return Err(Error::invalid("part_number", format!("part_number must lie between 1 and 10000, not {number}")));
    }
    let mut query = String::new();
    request.write_query(&mut query);
    for (name, value) in &request.query {
        let lower = name.to_ascii_lowercase();
        if lower.starts_with("x-amz-server-side-encryption") {
            return Err(Error::invalid("query", format!("query: S3 ignores {name} in a URL"))
                .hint("Set the encryption of the request: it becomes signed headers that the uploader must send"));
        }
        if lower.starts_with("x-amz-")
            && matches!(
                &lower[6..],
                "algorithm" | "credential" | "date" | "expires" | "signedheaders" | "signature" | "security-token"
            )
        {
            return Err(Error::invalid("query", format!("query: {name} is written by the signature")));
        }
        wire::parameter(&mut query, name, Some(value));
    }
    Ok(query)
}
