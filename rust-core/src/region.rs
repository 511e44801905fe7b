//! The client's region: the caller's, the environment's, the profile's, and for AWS the instance's.

use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::sync::OnceCell;

use crate::error::Error;
use crate::generated::ClientConfig;

/// Settled at the first request, or at once where it is given.
pub(crate) struct Region {
    settled: OnceCell<String>,
    profile: Option<String>,
    /// Servers of one's own have one region, and no instance metadata is asked for it.
    own_server: bool,
    http: SharedHttpClient,
}

impl Region {
    pub(crate) fn new(config: &ClientConfig, http: SharedHttpClient) -> Result<Self, Error> {
        let from_environment = || {
            ["AWS_REGION", "AWS_DEFAULT_REGION"]
                .iter()
                .find_map(|name| std::env::var(name).ok().filter(|text| !text.is_empty()))
        };
        let given = config.region.clone().filter(|text| !text.is_empty());
        if given.as_deref().is_some_and(|text| !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')) {
            return Err(Error::invalid("region", "region must be a name such as eu-central-1"));
        }
        let given = given.or_else(|| if config.profile.is_none() { from_environment() } else { None });
        Ok(Self {
            settled: OnceCell::new_with(given),
            profile: config.profile.clone(),
            own_server: config.endpoint.is_some(),
            http,
        })
    }

    pub(crate) async fn get(&self) -> Result<&str, Error> {
        self.settled.get_or_try_init(|| self.find()).await.map(String::as_str)
    }

    async fn find(&self) -> Result<String, Error> {
        let mut profile = ProfileFileRegionProvider::builder();
        if let Some(name) = &self.profile {
            profile = profile.profile_name(name);
        }
        let mut found = profile.build().region().await;
        if let (None, None, false) = (&found, &self.profile, self.own_server) {
            let config = ProviderConfig::default().with_http_client(self.http.clone());
            found = ImdsRegionProvider::builder().configure(&config).build().region().await;
        }
        match found {
            Some(region) => Ok(region.to_string()),
            None if self.own_server => Ok("us-east-1".to_owned()),
            None => Err(Error::invalid("region", "no region was given, and none is in the environment or the profile")
                .hint("Set the client's region, or AWS_REGION")),
        }
    }
}
