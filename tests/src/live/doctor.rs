//! Looks whether a live run would be let past the guards, and makes nothing.

use anyhow::Result;
use jiff::Timestamp;
use neptune_live::guard::{Candidate, Choice, Refusal};
use neptune_live::{Profile, RunId, Via};

use super::run::{passed, random};
use super::scout::{Own, Scout, past_the_guards};
use super::{Credentials, Occasion, Surroundings};

/// Takes a run as far as the fourth guard. `tell` gets a line for each that lets it past.
///
/// # Errors
/// There is no way to the cluster.
pub async fn doctor<O: Occasion>(
    surroundings: &Surroundings<O>,
    profile: Profile,
    via: Via,
    credentials: &Credentials,
    mut tell: impl FnMut(&str),
) -> Result<Result<(), Refusal>> {
    let choice = Choice { target: Some("neptune".to_owned()), profile: Some(profile) };
    let candidate = match Candidate::<O, _>::select(choice, RunId::new(Timestamp::now(), random())) {
        Ok(candidate) => candidate,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let scout = Scout::new(surroundings, &candidate, via, credentials)?;
    let seen = past_the_guards(&scout, candidate, &Own::default(), |step, seen| tell(&passed(step, &seen))).await;
    Ok(seen.map(drop))
}
