//! Guard 1: account, regions and cluster are those of the profile.

use super::{Candidate, Refusal, Selected, Step};
use crate::profile::forbidden_word;

/// What was seen of account, bucket and cluster.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The account of the credentials in use.
    pub account: String,
    /// Where S3 says that the profile's bucket is.
    pub bucket_region: String,
    /// What AWS says about the cluster of the endpoint, where that may be read.
    pub cluster: Option<Description>,
}

/// What AWS says about a cluster.
#[derive(Clone, Debug)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// What no other cluster is ever called.
    pub resource_id: String,
    /// The host of its endpoint.
    pub host: String,
}

/// Account, regions and cluster are right.
#[derive(Debug)]
pub struct Identified(());

impl<Mode> Candidate<Mode, Selected> {
    /// The guard after [`Candidate::select`].
    ///
    /// # Errors
    /// Account, region of the bucket, name, endpoint or resource id differ from the profile's, or the name has a word which means that people's
    /// work depends on the cluster.
    pub fn is_who_it_says(self, seen: &Identity) -> Result<Candidate<Mode, Identified>, Refusal> {
        let profile = &self.profile;
        let sign_in = "sign in to the account of the profile, or choose the profile of this one";
        same("account", &seen.account, &profile.account, sign_in)?;
        same("region of the bucket", &seen.bucket_region, &profile.region, "name a bucket in the cluster's region")?;
        if let Some(cluster) = &seen.cluster {
            if let Some(word) = forbidden_word(&cluster.name) {
                let (found, expected) =
                    (format!("the cluster `{}`", cluster.name), format!("a name without the word `{word}`"));
                return Err(Refusal::new(Step::Identity, found, expected, "choose a cluster that is there for tests"));
            }
            same("name of the cluster", &cluster.name, &profile.cluster.name, "correct `cluster.name` and `endpoint`")?;
            let remedy = "look which cluster this is: one with the same name may have taken its place";
            same("endpoint", &cluster.host, profile.endpoint.host(), "correct `endpoint`: the console shows it")?;
            same("resource id", &cluster.resource_id, &profile.cluster.resource_id, remedy)?;
        }
        Ok(self.past(Identified(())))
    }
}

fn same(what: &str, seen: &str, profile: &str, remedy: &str) -> Result<(), Refusal> {
    if seen == profile {
        return Ok(());
    }
    Err(Refusal::new(Step::Identity, format!("{what} `{seen}`"), format!("`{profile}`, as in the profile"), remedy))
}
