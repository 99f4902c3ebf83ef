//! Removes what runs have left behind that could not clean up: by their journals, and nothing that is not in one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use neptune_live::guard::{Confirmation, Refusal};
use neptune_live::{Entry, Journal, JournalError, Profile, Resource, RunId, Via};

use super::client::LiveClient;
use super::preflight::{Own, look};
use super::run::new_id;
use super::run_resources::{RunResources, named};
use super::{AwsEndpoints, Credentials, RunMode};

/// What the command line asks of a sweep.
#[derive(Clone, Debug)]
pub struct SweepOptions {
    /// Where runs have left their files.
    pub out: PathBuf,
    /// Which cluster.
    pub profile: Profile,
    /// How it is asked.
    pub via: Via,
    /// How long to wait between two looks at a load.
    pub pace: Duration,
    /// What signs.
    pub credentials: Credentials,
}

/// The result of a sweep.
#[derive(Debug)]
pub enum Swept {
    /// Nothing was left behind.
    Nothing,
    /// A guard refused.
    Refused(Refusal),
    /// Only the list was asked for.
    Listed,
    /// Some things were removed; others could not be.
    Gone {
        /// How many things are gone.
        removed: usize,
        /// What is still there, in words.
        left: Vec<String>,
    },
}

/// Something of a run is still there.
struct Leftover {
    run: RunId,
    journal: Journal,
    open: Vec<Entry>,
}

/// Removes what the journals of runs say. `agree` is shown the list, and returns what the user typed, or nothing if only the
/// list was asked for.
///
/// # Errors
/// A journal cannot be read or written.
pub async fn sweep<O: RunMode>(
    endpoints: &AwsEndpoints<O>,
    options: SweepOptions,
    mut tell: impl FnMut(&str),
    agree: impl FnOnce() -> Option<Confirmation>,
) -> Result<Swept> {
    let SweepOptions { out, profile, via, pace, credentials } = options;
    let found = leftovers(&out, &profile, &mut tell)?;
    if found.is_empty() {
        return Ok(Swept::Nothing);
    }
    for Leftover { run, open, .. } in &found {
        for entry in open {
            tell(&format!("{run}  {}", named(entry.resource())));
        }
    }
    let Some(typed) = agree() else { return Ok(Swept::Listed) };
    let own = own(&found, &profile);
    let (preflight, candidate) = match look(endpoints, profile, new_id(), (via, &credentials), &own, &mut tell).await? {
        Ok(looked) => looked,
        Err(refusal) => return Ok(Swept::Refused(refusal)),
    };
    let permit = match candidate.is_agreed(Duration::ZERO, &typed) {
        Ok(permit) => permit,
        Err(refusal) => return Ok(Swept::Refused(refusal)),
    };
    let mut client = LiveClient::new(preflight, permit, pace);
    let (mut removed, mut left) = (0, Vec::new());
    for Leftover { journal, open, .. } in found {
        let due = open.len();
        let resources = RunResources::new(client, journal, open);
        let resists = resources.clean().await;
        removed += due.saturating_sub(resists.len());
        client = resources.end(&resists)?;
        left.extend(resists);
    }
    Ok(Swept::Gone { removed, left })
}

fn own(found: &[Leftover], profile: &Profile) -> Own {
    let entries = || found.iter().flat_map(|leftover| &leftover.open);
    let folder = |entry: &Entry| match entry.resource() {
        Resource::Load(folder) => Some(folder.uri(&profile.bucket)),
        Resource::Object(_) | Resource::Graph(_) | Resource::Ids(_) => None,
    };
    Own {
        loads: entries().filter_map(Entry::load_id).map(str::to_owned).collect(),
        sources: entries().filter_map(folder).collect(),
        runs: found.iter().map(|leftover| leftover.run.clone()).collect(),
    }
}

/// The journals of this profile's cluster with entries that are not removed yet. Others are listed and left alone.
fn leftovers(folder: &Path, profile: &Profile, tell: &mut impl FnMut(&str)) -> Result<Vec<Leftover>> {
    let mut found = Vec::new();
    let mut runs: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot look into {}", folder.display())),
    };
    runs.sort();
    for path in runs {
        let run = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<RunId>().ok());
        let journal = path.join("journal.ndjson");
        let Some(run) = run.filter(|_| journal.is_file()) else { continue };
        match Journal::resume(&journal, profile) {
            Ok(Some((journal, open))) => found.push(Leftover { run, journal, open }),
            Ok(None) => {}
            Err(error @ (JournalError::Elsewhere { .. } | JournalError::InUse(_))) => tell(&format!("left alone: {error}")),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}
