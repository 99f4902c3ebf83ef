//! What AWS refuses when a state machine is made, found before an engine runs it: engines take much of it, and refuse the rest in words of
//! their own.
//!
//! Each rule stands in AWS's developer guide, in the specification of the States language, or in the list of what the API `ValidateStateMachineDefinition`
//! reports. What neither says, such as how `MaxDelaySeconds` and `IntervalSeconds` may relate, is not refused.
//!
//! | module | content |
//! |---|---|
//! | `machine` | names of states, and where they lead |
//! | `state` | one state: its type, and what belongs to that |
//! | `fields` | which fields there are, and what their values may be |
//! | `errors` | Retry and Catch |
//! | `choice` | the rules of a Choice |
//! | `path` | JSONPath and intrinsic functions |
//! | `task` | what stands behind the tasks |

mod choice;
mod errors;
mod fields;
mod machine;
mod path;
mod state;
mod task;

use serde_json::Value;

use crate::definition::DefinitionProblem;

/// How much of what is wrong is said, in bytes.
const SAID: usize = 1000;

/// Checks a definition whose tasks may call functions with these names.
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check(definition: &Value, functions: &[&str]) -> Result<(), Finding> {
    machine::check(definition, functions)
}

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Finding {
    /// Keys and numbers of elements, from the outermost.
    pub(crate) place: Vec<String>,
    pub(crate) problem: DefinitionProblem,
}

/// A place in a definition.
#[derive(Clone, Debug, Default)]
struct Place(Vec<String>);

impl Place {
    /// A key or the number of an element in it.
    fn at(&self, key: &(impl ToString + ?Sized)) -> Self {
        let mut inside = self.clone();
        inside.0.push(key.to_string());
        inside
    }

    /// AWS refuses what stands here.
    fn refused(&self, why: impl Into<String>) -> Finding {
        // It quotes names and values, of any length, which a terminal might obey.
        let printable: String = why.into().chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect();
        self.found(DefinitionProblem::Refused(neptune_text::cut(&printable, SAID)))
    }

    fn found(&self, problem: DefinitionProblem) -> Finding {
        Finding { place: self.0.clone(), problem }
    }
}

/// `: did you mean …?`, or nothing.
fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    neptune_text::nearest(name, known).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default()
}
