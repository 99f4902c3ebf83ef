//! Why a scenario is not usable.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::problem::{MOST_MISTAKES, Problem};
use neptune_text::redact;

/// A scenario that cannot be used. Its text shows, for each mistake, file, line, column and key, the line itself, and the remedy; of more
/// than 20 mistakes it shows the first ones.
#[derive(Debug)]
pub struct ScenarioError {
    file: String,
    mistakes: usize,
    shown: Vec<Mistake>,
    rendered: String,
}

/// One mistake, in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The keys that lead to it, `given.loads.people.lifecycle[0]`. Empty for the file as a whole.
    pub path: String,
    /// Its line and column, from 1; `None` if the file could not be read.
    pub place: Option<(u64, u64)>,
    /// What is wrong, in a line.
    pub message: String,
    /// How to correct it, if the program knows.
    pub help: Option<String>,
}

impl ScenarioError {
    /// The file could not be read at all.
    pub(crate) fn unreadable(what: &str, file: &str, error: &std::io::Error) -> Self {
        let message = format!("cannot read the {what} `{file}`: {error}");
        let rendered = format!("error: {message}");
        let mistake = Mistake { path: String::new(), place: None, message, help: None };
        Self { file: file.to_owned(), mistakes: 1, shown: vec![mistake], rendered }
    }

    /// This is wrong in the file, in the order of the file. There must be at least one problem.
    pub(crate) fn new(file: &str, text: &str, problems: &[Problem]) -> Self {
        let first = &problems[..problems.len().min(MOST_MISTAKES)];
        let redacted = redact::scenario(text);
        let mut blocks: Vec<String> = first.iter().map(|problem| render(file, &redacted, problem)).collect();
        match problems.len().checked_sub(MOST_MISTAKES) {
            Some(0) => blocks.push(format!("error: there may be more mistakes in {file}: correct these first")),
            Some(more) => blocks.push(format!("error: {more} more mistakes in {file}: correct these first")),
            None => {}
        }
        let shown = first.iter().map(Mistake::from).collect();
        Self { file: file.to_owned(), mistakes: problems.len(), shown, rendered: blocks.join("\n\n") }
    }

    /// The file, as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The first mistake.
    pub fn first(&self) -> &Mistake {
        &self.shown[0]
    }

    /// The first 20 mistakes, in the order of the file.
    pub fn shown(&self) -> &[Mistake] {
        &self.shown
    }

    /// Line and column of the first mistake, from 1; `None` if the file could not be read.
    pub fn place(&self) -> Option<(u64, u64)> {
        self.first().place
    }

    /// How many mistakes there are, at least 1.
    pub fn mistakes(&self) -> usize {
        self.mistakes
    }
}

impl From<&Problem> for Mistake {
    fn from(problem: &Problem) -> Self {
        let place = Some((problem.span.line, problem.span.column));
        Self { path: problem.path.to_string(), place, message: problem.message.clone(), help: problem.help.clone() }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}

impl std::error::Error for ScenarioError {}

/// A mistake with the lines that it is about. `shown` is the text without its secrets, as long as the true one.
fn render(file: &str, shown: &str, problem: &Problem) -> String {
    let path = problem.path.to_string();
    let label = if path.is_empty() { String::new() } else { format!("at `{path}`") };
    // Only the lines in question: a whole file would be searched line by line.
    let range = &problem.span.range;
    let begin = shown[..range.start].rfind('\n').map_or(0, |place| place + 1);
    let end = shown[range.end..].find('\n').map_or(shown.len(), |place| range.end + place);
    let line = shown[..begin].matches('\n').count() + 1;
    let annotation = AnnotationKind::Primary.span(range.start - begin..range.end - begin).label(label);
    let snippet = Snippet::source(&shown[begin..end]).line_start(line).path(file).annotation(annotation);
    let mut report = vec![Level::ERROR.primary_title(problem.message.as_str()).element(snippet)];
    if let Some(help) = &problem.help {
        report.push(Group::with_title(Level::HELP.secondary_title(help.as_str())));
    }
    Renderer::plain().render(&report)
}
