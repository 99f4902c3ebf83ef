//! The file of cases, which `cargo xtask conformance` derives from AWS's service model.

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const FILE: &str = include_str!("cases.json");

/// What the model says: all cases, and what is needed to run them.
#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    digest: String,
    pub(crate) operations: Vec<Operation>,
    pub(crate) cases: Vec<Case>,
    pub(crate) errors: Vec<Raised>,
}

/// How a call goes over the wire.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    #[serde(rename = "operation")]
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) http: u16,
}

/// One thing that must hold.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) operation: String,
    #[serde(flatten)]
    pub(crate) check: Check,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "check", rename_all = "lowercase")]
pub(crate) enum Check {
    /// The member may be sent, with this value or, if there is none, with any of the type.
    Takes { member: String, at: Place, value: Option<Value> },
    /// The member may not be sent with this value.
    Refuses { member: String, at: Place, value: Value, code: String },
    /// The member must be sent.
    Requires { member: String, at: Place, code: String },
    /// The answer has the member.
    Answers { member: String, r#type: String },
    /// The operation may end with the exception.
    Raises(Raised),
}

/// Where a member travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    Body,
    Query,
    Path,
}

/// An exception.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Raised {
    pub(crate) code: String,
    pub(crate) http: u16,
    pub(crate) retryable: bool,
    /// The members that its body always has.
    pub(crate) members: Vec<String>,
}

impl Model {
    pub(crate) fn read() -> Self {
        serde_json::from_str(FILE).expect("`cargo xtask conformance` writes the file")
    }

    /// Whether the file is as it was written: no case lost, none bent to what the simulator does.
    pub(crate) fn are_complete(&self) -> Result<(), String> {
        let file: Value = serde_json::from_str(FILE).map_err(|error| error.to_string())?;
        let derived = json!({"operations": file["operations"], "cases": file["cases"], "errors": file["errors"]});
        let digest: Vec<_> = Sha256::digest(derived.to_string()).iter().map(|byte| format!("{byte:02x}")).collect();
        if digest.concat() == self.digest {
            return Ok(());
        }
        let count = self.cases.len();
        Err(format!("cases.json with its {count} cases is not as it was derived: write it with `cargo xtask conformance`"))
    }

    pub(crate) fn operation(&self, name: &str) -> &Operation {
        self.operations.iter().find(|operation| operation.name == name).expect("each case is of an operation of the file")
    }

    /// The members that a call cannot go without.
    pub(crate) fn required(&self, operation: &str) -> impl Iterator<Item = (&str, Place)> {
        self.cases.iter().filter(move |case| case.operation == operation).filter_map(|case| match &case.check {
            Check::Requires { member, at, .. } => Some((member.as_str(), *at)),
            _ => None,
        })
    }

    /// The HTTP status of an exception.
    pub(crate) fn http_of(&self, code: &str) -> Option<u16> {
        self.errors.iter().find(|error| error.code == code).map(|error| error.http)
    }
}

impl Case {
    /// What the test is called.
    pub(crate) fn name(&self) -> String {
        let what = match &self.check {
            Check::Takes { member, value: Some(value), .. } => format!("{member} takes {value}"),
            Check::Takes { member, .. } => format!("{member} is taken"),
            Check::Refuses { member, value, .. } => format!("{member} refuses {value}"),
            Check::Requires { member, .. } => format!("{member} is required"),
            Check::Answers { member, r#type } => format!("answers {member} as {type}"),
            Check::Raises(error) => format!("raises {}", error.code),
        };
        format!("{}::{}", self.operation, what.replace(' ', "_"))
    }
}
