//! Guard 0: the command line names target and profile. Nothing in the environment ever does.

use super::{Candidate, Refusal, Step};
use crate::{Profile, RunId};

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Choice {
    /// After `--target`.
    pub target: Option<String>,
    /// What `--profile` names.
    pub profile: Option<Profile>,
}

/// Target and profile are named.
#[derive(Debug)]
pub struct Selected(());

impl<Mode> Candidate<Mode, Selected> {
    /// The first guard.
    ///
    /// # Errors
    /// The target is not said to be `neptune`, or there is no profile.
    pub fn select(choice: Choice, run: RunId) -> Result<Self, Refusal> {
        if choice.target.as_deref() != Some("neptune") {
            let found = choice.target.map_or_else(|| "no `--target`".to_owned(), |target| format!("`--target {target}`"));
            let remedy = "say so on the command line; no variable and no default can";
            return Err(Refusal::new(Step::Select, found, "`--target neptune`", remedy));
        }
        let profile = choice.profile.ok_or_else(|| {
            let remedy = "copy tests/external/live/profile.sample.toml to tests/external/live/profiles/NAME.toml, fill it in, and name it";
            Refusal::new(Step::Select, "no profile", "`--profile NAME`", remedy)
        })?;
        Ok(Self::new(profile, run, Selected(())))
    }
}
