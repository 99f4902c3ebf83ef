//! What is tested, and how strictly: the options of a run, in one place for every program that runs scenarios.
//!
//! `neptune-sim test` fills in an [`Options`] from its command line. `cargo xtask it`, which imports nothing of the harness, writes the same
//! fields as JSON into the environment variable [`VARIABLE`].

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;

/// The environment variable with [`Options`] as JSON, for the test program.
pub const VARIABLE: &str = "NEPTUNE_IT_OPTIONS";

/// The options of a run. By default it tests this project's own two functions, in every respect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// The functions under test: by name, the command that runs each with its runtime client. Empty: the two of this project, as they were
    /// built here.
    pub functions: BTreeMap<String, String>,
    /// Judge only what [`verdict`](mod@crate::verdict) calls the verdict.
    pub verdicts_only: bool,
    /// The folder of snapshots for the functions given. `None`: their answers are compared with no snapshots.
    pub snapshots: Option<PathBuf>,
    /// The YAML file of a [`FieldMap`](crate::field_map::FieldMap).
    pub map: Option<PathBuf>,
    /// A folder of scenarios beside, or in place of, those of this project.
    pub scenarios: Option<PathBuf>,
    /// Where the commands were typed: the folder that they are started in.
    pub folder: PathBuf,
}

impl Options {
    /// Reads the value of [`VARIABLE`]. An empty one has the default options.
    ///
    /// # Errors
    /// It holds something else.
    pub fn parse(json: &str) -> Result<Self> {
        if json.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(json).with_context(|| format!("{VARIABLE} has no options of a run"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test of xtask makes the same text of a command line.
    #[test]
    fn what_xtask_writes_is_read() {
        let json = r#"{"functions":{"check":"python -m 'a b'"},"verdicts_only":true,"snapshots":null,"map":"/here/m.yaml","scenarios":"/s","folder":"/here"}"#;
        let options = Options {
            functions: [("check".to_owned(), "python -m 'a b'".to_owned())].into(),
            verdicts_only: true,
            snapshots: None,
            map: Some("/here/m.yaml".into()),
            scenarios: Some("/s".into()),
            folder: "/here".into(),
        };
        assert_eq!(Options::parse(json).unwrap(), options);
        assert_eq!(Options::parse("").unwrap(), Options::default());
        assert!(Options::parse(r#"{"function": {}}"#).is_err());
    }
}
