//! Open questions about Neptune that a scenario asks. The reply shows which answer is the right one.

use super::claim::Check;

/// An open question about Neptune.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Its name: that of a quirk, or one of the scenario's own.
    pub name: String,
    /// The answer that the scenario's simulated cluster gives: the value of its quirk, or the one reading that the simulator takes. `None`
    /// if the simulator's answer is written down nowhere.
    pub simulated: Option<String>,
    /// Whether a quirk can be set to another answer.
    pub is_quirk: bool,
    /// The answers that there could be, each with the checks that show it: they look at the replies of the last step of the action that
    /// expects something. For a quirk these are its choices; of a number, each stands for itself and for what lies behind it.
    pub answers: Vec<(String, Vec<Check>)>,
}
