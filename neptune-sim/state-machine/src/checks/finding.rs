//! What is wrong with a definition, and where.

use crate::problem::DefinitionProblem;

/// How much of what is wrong is said, in bytes.
const SAID: usize = 1000;

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Finding {
    /// Keys and numbers of elements, from the outermost.
    pub(crate) place: Vec<String>,
    pub(crate) problem: DefinitionProblem,
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
        Finding { place: self.0.clone(), problem }
    }
}

/// `: did you mean …?`, or nothing.
pub(super) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    neptune_text::nearest(name, known).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default()
}
