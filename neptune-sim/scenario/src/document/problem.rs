//! A mistake in a file: where it is, what it is, and how to correct it.

use super::path::KeyPath;
use super::span::SourceSpan;
use neptune_text::nearest;

/// How many mistakes of one file are shown.
pub(crate) const MOST_MISTAKES: usize = 20;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The part of the text that it is about.
    pub(crate) span: SourceSpan,
    /// The keys that lead there. Empty for the file as a whole.
    pub(crate) path: KeyPath,
    /// What is wrong.
    pub(crate) message: String,
    /// How to correct it, if the program knows.
    pub(crate) help: Option<String>,
}

impl Problem {
    /// A mistake of the file as a whole.
    pub(super) fn of_file(message: &str, help: Option<String>) -> Self {
        Self { span: SourceSpan::START, path: KeyPath::default(), message: message.to_owned(), help }
    }

    /// The mistake as one sentence, for readers that do not see the file.
    pub(crate) fn in_words(&self) -> String {
        let help = self.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("`{}`: {}{help}", self.path, self.message)
    }
}

/// Mistakes in the order of the text, each once.
pub(crate) fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| problem.span.range.start);
    problems.dedup();
    problems
}

/// A hint with the nearest name, or with all names if none comes close. `what` says in the plural what they name.
pub(crate) fn one_of(given: &str, known: &[&str], what: &str) -> Option<String> {
    match nearest(given, known.iter().copied()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => None,
        None => Some(format!("the {what} here are: {}", known.join(", "))),
    }
}
