//! Looks whether a live run would be let past the guards, and makes nothing.

use anyhow::Result;
use neptune_live::guard::Refusal;
use neptune_live::{Profile, Via};

use super::preflight::{Own, look};
use super::run::new_id;
use super::{AwsEndpoints, Credentials, RunMode};

/// Takes a run as far as the fourth guard. The closure `tell` gets a line for each guard that the run passes.
///
/// # Errors
/// There is no way to the cluster.
pub async fn doctor<O: RunMode>(
    endpoints: &AwsEndpoints<O>,
    profile: Profile,
    via: Via,
    credentials: &Credentials,
    tell: impl FnMut(&str),
) -> Result<Result<(), Refusal>> {
    let seen = look(endpoints, profile, new_id(), (via, credentials), &Own::default(), tell).await?;
    Ok(seen.map(drop))
}
