//! What a request does, in the words of IAM policies, and which of it a key may do.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The prefix of all actions of Neptune's data API (documented).
const PREFIX: &str = "neptune-db:";

/// What a request does (documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `POST /loader`
    StartLoaderJob,
    /// `GET /loader/{id}`, `GET /loader?loadId=`
    GetLoaderJobStatus,
    /// `GET /loader`
    ListLoaderJobs,
    /// `DELETE /loader`
    CancelLoaderJob,
    /// `GET /status`
    GetEngineStatus,
}

impl Action {
    /// The name without its prefix.
    pub fn name(self) -> &'static str {
        match self {
            Self::StartLoaderJob => "StartLoaderJob",
            Self::GetLoaderJobStatus => "GetLoaderJobStatus",
            Self::ListLoaderJobs => "ListLoaderJobs",
            Self::CancelLoaderJob => "CancelLoaderJob",
            Self::GetEngineStatus => "GetEngineStatus",
        }
    }
}

impl fmt::Display for Action {
    /// `neptune-db:GetEngineStatus`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.name())
    }
}

/// Actions that a key may do: one, `neptune-db:StartLoaderJob`, or all that begin alike, `neptune-db:Get*`.
///
/// As in IAM policies upper and lower case are the same. An action that no request of the simulator does is fine, and allows nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct ActionPattern(String);

impl ActionPattern {
    /// Every action: `neptune-db:*`.
    pub fn everything() -> Self {
        Self(format!("{PREFIX}*"))
    }

    /// Whether an action is meant.
    pub fn covers(&self, action: Action) -> bool {
        let name = &self.0[PREFIX.len()..];
        match name.strip_suffix('*') {
            Some(beginning) => action.name().get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning)),
            None => action.name().eq_ignore_ascii_case(name),
        }
    }
}

impl From<ActionPattern> for String {
    fn from(pattern: ActionPattern) -> Self {
        pattern.0
    }
}

/// A text names no actions of Neptune's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no action of Neptune's: write `neptune-db:GetLoaderJobStatus`, or `neptune-db:Get*` for all that begin so")]
pub struct ActionPatternError(String);

impl TryFrom<String> for ActionPattern {
    type Error = ActionPatternError;

    fn try_from(text: String) -> Result<Self, ActionPatternError> {
        let name = text.strip_prefix(PREFIX).unwrap_or_default();
        let word = name.strip_suffix('*').unwrap_or(name);
        let is_action = !name.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_action { Ok(Self(text)) } else { Err(ActionPatternError(text)) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn pattern(text: &str) -> ActionPattern {
        ActionPattern::try_from(text.to_owned()).unwrap()
    }

    #[rstest]
    #[case::itself("neptune-db:GetLoaderJobStatus", true)]
    #[case::all("neptune-db:*", true)]
    #[case::its_beginning("neptune-db:Get*", true)]
    #[case::its_whole_name_and_a_star("neptune-db:GetLoaderJobStatus*", true)]
    #[case::another_case("neptune-db:getloader*", true)]
    #[case::another_action("neptune-db:GetEngineStatus", false)]
    #[case::another_beginning("neptune-db:List*", false)]
    #[case::a_beginning_without_a_star("neptune-db:GetLoaderJob", false)]
    #[case::a_longer_name("neptune-db:GetLoaderJobStatuses", false)]
    #[case::a_longer_beginning("neptune-db:GetLoaderJobStatuses*", false)]
    #[case::the_old_action("neptune-db:connect", false)]
    #[case::an_action_that_is_not_simulated("neptune-db:ReadDataViaQuery", false)]
    fn a_pattern_covers_what_it_names(#[case] allowed: &str, #[case] covered: bool) {
        assert_eq!(pattern(allowed).covers(Action::GetLoaderJobStatus), covered);
    }

    #[rstest]
    #[case::empty("")]
    #[case::a_star("*")]
    #[case::no_name("neptune-db:")]
    #[case::no_prefix("StartLoaderJob")]
    #[case::another_service("s3:GetObject")]
    #[case::the_management_api("neptune:Get*")]
    #[case::an_inner_star("neptune-db:*Job")]
    #[case::a_space("neptune-db: StartLoaderJob")]
    fn other_texts_are_refused(#[case] text: &str) {
        let message = format!(
            "`{text}` is no action of Neptune's: write `neptune-db:GetLoaderJobStatus`, or `neptune-db:Get*` for all that begin so"
        );
        assert_eq!(ActionPattern::try_from(text.to_owned()).unwrap_err().to_string(), message);
    }

    #[rstest]
    #[case::start(Action::StartLoaderJob, "neptune-db:StartLoaderJob")]
    #[case::status(Action::GetLoaderJobStatus, "neptune-db:GetLoaderJobStatus")]
    #[case::list(Action::ListLoaderJobs, "neptune-db:ListLoaderJobs")]
    #[case::cancel(Action::CancelLoaderJob, "neptune-db:CancelLoaderJob")]
    #[case::engine(Action::GetEngineStatus, "neptune-db:GetEngineStatus")]
    fn actions_are_called_as_in_policies(#[case] action: Action, #[case] name: &str) {
        assert_eq!(action.to_string(), name);
        assert!(pattern(name).covers(action));
    }

    #[test]
    fn everything_is_a_pattern_like_others() {
        assert_eq!(pattern("neptune-db:*"), ActionPattern::everything());
    }
}
