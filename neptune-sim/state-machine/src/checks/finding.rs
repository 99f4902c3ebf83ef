//! What is wrong with a definition, and where.

use std::collections::HashSet;

use crate::names;
use crate::problem::DefinitionProblem;

/// How much of what is wrong is said, in bytes.
const SAID: usize = 1000;

/// How many findings are kept. Those behind are counted.
const KEPT: usize = 100;

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Finding {
    /// Keys and numbers of elements, from the outermost.
    pub(crate) place: Vec<String>,
    pub(crate) problem: DefinitionProblem,
    /// What is the same for all findings that one correction takes away.
    cause: Vec<String>,
}

impl Finding {
    /// The same, with another cause than its place.
    pub(super) fn because_of(self, cause: &Place) -> Self {
        Self { cause: cause.0.clone(), ..self }
    }
}

/// All that is wrong with a definition. Of one cause, the first finding is kept.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) kept: Vec<Finding>,
    /// How many there are beside.
    pub(crate) more: usize,
    /// To which names states lead in vain.
    pub(super) in_vain: HashSet<String>,
}

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        if self.kept.iter().any(|kept| kept.cause == finding.cause) {
            return;
        }
        if self.is_full() {
            self.more += 1;
        } else {
            self.kept.push(finding);
        }
    }

    /// Whether no finding is kept any more, so that nobody reads what would help.
    pub(super) fn is_full(&self) -> bool {
        self.kept.len() == KEPT
    }
}

/// A place in a definition.
#[derive(Clone, Debug, Default)]
pub(super) struct Place(Vec<String>);

impl Place {
    /// A key or the number of an element in it.
    pub(super) fn at(&self, key: &(impl ToString + ?Sized)) -> Self {
        let mut inside = self.clone();
        inside.0.push(key.to_string());
        inside
    }

    /// AWS refuses what stands here.
    pub(super) fn refused(&self, why: impl Into<String>) -> Finding {
        // It quotes names and values, of any length, which a terminal might obey.
        let printable: String = why.into().chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect();
        self.found(DefinitionProblem::Refused(neptune_text::cut(&printable, SAID)))
    }

    pub(super) fn found(&self, problem: DefinitionProblem) -> Finding {
        Finding { place: self.0.clone(), problem, cause: self.0.clone() }
    }
}

/// `: did you mean …?`, or nothing.
pub(super) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    names::did_you_mean(name, known).map(|question| format!(": {question}")).unwrap_or_default()
}
