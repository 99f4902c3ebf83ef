//! Open questions about Neptune that a scenario asks: what came back tells which answer is the right one.

use super::claim::Check;

/// Something that nobody knows of Neptune.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Its name: that of a quirk, or one of the scenario's own.
    pub name: String,
    /// The answer that the scenario's simulated cluster gives, which is what the quirk is set to. `None` if the question is no quirk:
    /// then it is asked for what a live cluster says.
    pub simulated: Option<String>,
    /// The answers that there could be, each with the checks that show it: they look at the replies of the last step of the action that
    /// expects something. For a quirk these are its choices; of a number, each stands for itself and for what lies behind it.
    pub answers: Vec<(String, Vec<Check>)>,
}
