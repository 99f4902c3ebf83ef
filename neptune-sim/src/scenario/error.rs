//! Why a scenario is not usable.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::document::{MOST_MISTAKES, Problem};
use neptune_text::redact;

/// A scenario that cannot be used. Its text shows, for each mistake, file, line, column and key, the line itself, and the remedy; of more
/// than 20 mistakes it shows the first ones.
#[derive(Debug)]
pub struct ScenarioError {
    file: String,
    place: Option<(u64, u64)>,
    mistakes: usize,
    first: Box<Mistake>,
    rendered: String,
}

/// What is wrong, in parts.
#[derive(Debug)]
struct Mistake {
    path: String,
    message: String,
    help: Option<String>,
}

impl ScenarioError {
    /// The file could not be read at all.
    pub(super) fn unreadable(what: &str, file: &str, error: &std::io::Error) -> Self {
        let message = format!("cannot read the {what} `{file}`: {error}");
        let (path, rendered) = (String::new(), format!("error: {message}"));
        let first = Box::new(Mistake { path, message, help: None });
        Self { file: file.to_owned(), place: None, mistakes: 1, first, rendered }
    }

    /// This is wrong in the file, in the order of the file.
    pub(super) fn new(file: &str, text: &str, problems: &[Problem]) -> Self {
        let first = problems.first();
        let place = first.map(|problem| (problem.span.line, problem.span.column));
        let path = first.map(|problem| problem.path.to_string()).unwrap_or_default();
        let message = first.map(|problem| problem.message.clone()).unwrap_or_default();
        let help = first.and_then(|problem| problem.help.clone());
        let shown = redact::scenario(text);
        let mut blocks: Vec<String> =
            problems.iter().take(MOST_MISTAKES).map(|problem| render(file, &shown, problem)).collect();
        match problems.len().checked_sub(MOST_MISTAKES) {
            Some(0) => blocks.push(format!("error: there may be more mistakes in {file}: mend these first")),
            Some(more) => blocks.push(format!("error: {more} more mistakes in {file}: mend these first")),
            None => {}
        }
        let (file, mistakes, first) = (file.to_owned(), problems.len(), Box::new(Mistake { path, message, help }));
        Self { file, place, mistakes, first, rendered: blocks.join("\n\n") }
    }

    /// The file, as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The way to the first mistake, `given.loads.people.lifecycle[0]`. Empty if all of it is.
    pub(crate) fn path(&self) -> &str {
        &self.first.path
    }

    /// The first mistake, in a line.
    pub(crate) fn message(&self) -> &str {
        &self.first.message
    }

    /// What to do about that, if there is something.
    pub(crate) fn help(&self) -> Option<&str> {
        self.first.help.as_deref()
    }

    /// Line and column of the first mistake, from 1; `None` if the file could not be read.
    pub fn place(&self) -> Option<(u64, u64)> {
        self.place
    }

    /// How many mistakes there are, at least 1.
    pub fn mistakes(&self) -> usize {
        self.mistakes
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}

impl std::error::Error for ScenarioError {}

/// A complaint with the lines that it is about. `shown` is the text without its secrets, as long as the true one.
fn render(file: &str, shown: &str, problem: &Problem) -> String {
    let path = problem.path.to_string();
    let label = if path.is_empty() { String::new() } else { format!("at `{path}`") };
    // Only the lines in question: of a whole file each would be looked at.
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
