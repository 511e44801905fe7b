//! The client's region: the caller's, the environment's, the profile's, and for AWS the instance's.

use aws_config::default_provider::region::DefaultRegionChain;
use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::ProfileFileRegionProvider;
use tokio::sync::OnceCell;

use crate::error::Error;
use crate::generated::ClientConfig;

/// Settled at the first request, or at once where it is given.
pub(crate) struct Region {
    settled: OnceCell<String>,
    profile: Option<String>,
    /// Servers of one's own have one region, and no instance metadata is asked for it.
    own_server: bool,
}

impl Region {
    pub(crate) fn new(config: &ClientConfig) -> Result<Self, Error> {
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
        })
    }

    pub(crate) async fn get(&self) -> Result<&str, Error> {
        self.settled.get_or_try_init(|| self.find()).await.map(String::as_str)
    }

    async fn find(&self) -> Result<String, Error> {
        let found = if let (None, false) = (&self.profile, self.own_server) {
            DefaultRegionChain::builder().build().region().await
        } else {
            let mut provider = ProfileFileRegionProvider::builder();
            if let Some(profile) = &self.profile {
                provider = provider.profile_name(profile);
            }
            provider.build().region().await
        };
        match found {
            Some(region) => Ok(region.to_string()),
            None if self.own_server => Ok("us-east-1".to_owned()),
            None => Err(Error::invalid("region", "no region was given, and none is in the environment or the profile")
                .hint("Set the client's region, or AWS_REGION")),
        }
    }
}
