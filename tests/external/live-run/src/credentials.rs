//! The credentials that a run signs with: those of the environment, or those that the AWS CLI knows.

use std::fmt;
use std::process::Command;

use serde::Deserialize;

/// An access key with its secret, and the token of a session if it is a temporary one.
#[derive(Clone, Deserialize)]
pub struct Credentials {
    /// The id of the key.
    #[serde(rename = "AccessKeyId")]
    pub(super) id: String,
    #[serde(rename = "SecretAccessKey")]
    pub(super) secret: String,
    #[serde(rename = "SessionToken")]
    pub(super) token: Option<String>,
}

/// There are no credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with the AWS CLI ({0})")]
pub struct NoCredentials(String);

impl Credentials {
    /// Those of the variables `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; without them, those that
    /// `aws configure export-credentials` prints.
    ///
    /// # Errors
    /// There are none.
    pub fn find(variable: impl Fn(&str) -> Option<String>) -> Result<Self, NoCredentials> {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        match (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY")) {
            (Some(id), Some(secret)) => Ok(Self { id, secret, token: set("AWS_SESSION_TOKEN") }),
            _ => Self::of_the_cli(),
        }
    }

    fn of_the_cli() -> Result<Self, NoCredentials> {
        let asked = Command::new("aws").args(["configure", "export-credentials", "--format", "process"]).output();
        let output = asked.map_err(|error| NoCredentials(format!("`aws` cannot be run: {error}")))?;
        if !output.status.success() {
            // What it says on its error output names profiles and files, no secrets.
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(NoCredentials(format!("`aws configure export-credentials` says: {said}")));
        }
        let unreadable = |_| NoCredentials("`aws configure export-credentials` printed something else".to_owned());
        serde_json::from_slice(&output.stdout).map_err(unreadable)
    }

    /// What must never be written down.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        [Some(self.id.as_str()), Some(&self.secret), self.token.as_deref()].into_iter().flatten()
    }

    /// The variables by which a function gets them.
    pub(super) fn variables(&self) -> impl Iterator<Item = (String, String)> {
        let all = [
            ("AWS_ACCESS_KEY_ID", Some(&self.id)),
            ("AWS_SECRET_ACCESS_KEY", Some(&self.secret)),
            ("AWS_SESSION_TOKEN", self.token.as_ref()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.clone())))
    }
}

/// Shows nothing: credentials must not appear in logs.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn credentials_come_from_the_environment_and_are_never_shown() {
        let variable = |name: &str| Some(format!("{name}-value"));
        let credentials = Credentials::find(variable).unwrap();
        assert_eq!(credentials.token.as_deref(), Some("AWS_SESSION_TOKEN-value"));
        assert_eq!(format!("{credentials:?}"), "Credentials { .. }");
        let variables: Vec<_> = credentials.variables().map(|(name, _)| name).collect();
        assert_eq!(variables, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]);
    }

    #[test]
    fn what_the_aws_cli_prints_is_read() {
        let printed = r#"{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2026-11-28T12:00:00Z"}"#;
        let Credentials { id, secret, token } = serde_json::from_str(printed).unwrap();
        assert_eq!((id.as_str(), secret.as_str(), token.as_deref()), ("AKID", "s", Some("t")));
    }

    #[rstest]
    #[case::a_permanent_key(None, 2)]
    #[case::a_blank_token(Some(" "), 2)]
    #[case::a_session(Some("token"), 3)]
    fn a_token_is_there_only_for_a_session(#[case] token: Option<&str>, #[case] secrets: usize) {
        let variable = |name: &str| match name {
            "AWS_SESSION_TOKEN" => token.map(str::to_owned),
            name => Some(name.to_owned()),
        };
        assert_eq!(Credentials::find(variable).unwrap().secrets().count(), secrets);
    }
}
