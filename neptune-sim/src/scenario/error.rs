//! Why a scenario is not usable.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::yaml::Problem;
use crate::redact;

/// A scenario that cannot be used. Its text shows file, line, column and key, the line itself, and the remedy.
#[derive(Debug)]
pub struct ScenarioError {
    file: String,
    place: Option<(u64, u64)>,
    rendered: String,
}

impl ScenarioError {
    /// The file could not be read at all.
    pub(super) fn unreadable(what: &str, file: &str, error: &std::io::Error) -> Self {
        let rendered = format!("error: cannot read the {what} `{file}`: {error}");
        Self { file: file.to_owned(), place: None, rendered }
    }

    /// Something in the file is wrong.
    pub(super) fn new(file: &str, text: &str, problem: &Problem) -> Self {
        let place = Some((problem.place.line, problem.place.column));
        Self { file: file.to_owned(), place, rendered: render(file, text, problem) }
    }

    /// The file, as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Line and column of the complaint, from 1; `None` if the file could not be read.
    pub fn place(&self) -> Option<(u64, u64)> {
        self.place
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}

impl std::error::Error for ScenarioError {}

fn render(file: &str, text: &str, problem: &Problem) -> String {
    let path = problem.path.to_string();
    let label = if path.is_empty() { String::new() } else { format!("at `{path}`") };
    let annotation = AnnotationKind::Primary.span(problem.place.range.clone()).label(label);
    let shown = redact::scenario(text);
    let snippet = Snippet::source(&shown).line_start(1).path(file).annotation(annotation);
    let mut report = vec![Level::ERROR.primary_title(problem.message.as_str()).element(snippet)];
    if let Some(help) = &problem.help {
        report.push(Group::with_title(Level::HELP.secondary_title(help.as_str())));
    }
    Renderer::plain().render(&report)
}
