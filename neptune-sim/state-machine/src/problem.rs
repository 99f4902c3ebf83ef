//! Why a file is no definition that can be run.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use crate::names::did_you_mean;
use crate::tree::{Fault, Faults};

/// AWS's limit for a definition, and for a template: 1 MB.
pub(crate) const DEFINITION_BYTES: usize = 1024 * 1024;

/// How many faults of a definition are said.
const MOST_FAULTS: usize = 20;

/// A file is no definition that can be run.
#[derive(Debug, thiserror::Error)]
pub struct DefinitionError {
    /// The file: of a machine in a template, the one that its definition is in. Nothing, of a text that stands in no file.
    pub file: PathBuf,
    /// What is wrong, in the order of its lines: 20 faults at most.
    pub faults: Vec<DefinitionFault>,
    /// How many faults there are beside. Of names and substitutions of a template, only some hundred are looked for.
    pub more: usize,
}

impl DefinitionError {
    /// The first of these faults, in the order of their lines, and how many there are beside.
    pub(crate) fn of(mut faults: Vec<DefinitionFault>, more: usize) -> Self {
        faults.sort_by_key(|fault| fault.line);
        let more = more + faults.len().saturating_sub(MOST_FAULTS);
        faults.truncate(MOST_FAULTS);
        Self { file: PathBuf::new(), faults, more }
    }

    /// The same, in this file.
    pub(crate) fn in_file(self, file: &Path) -> Self {
        Self { file: file.to_owned(), ..self }
    }

    /// The same, on other lines of the file.
    pub(crate) fn on_lines(mut self, line: impl Fn(usize) -> usize) -> Self {
        for fault in &mut self.faults {
            fault.line = fault.line.map(&line);
        }
        self
    }

    /// The same, in a text that begins on this line, and whose own lines are not known if it has several.
    pub(crate) fn in_text(mut self, begins: usize, has_several: bool) -> Self {
        for fault in &mut self.faults {
            (fault.line, fault.line_of_text) = (Some(begins), fault.line.filter(|_| has_several));
        }
        self
    }
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let several = self.faults.len() > 1;
        if several {
            write!(f, "the state machine has {} faults", self.faults.len() + self.more)?;
        }
        for DefinitionFault { line, line_of_text, problem } in &self.faults {
            f.write_str(if several { "\n\n" } else { "" })?;
            match (self.file.as_os_str().is_empty(), line) {
                (true, None) => {}
                (true, Some(line)) => write!(f, "line {line}: ")?,
                (false, None) => write!(f, "{}: ", self.file.display())?,
                (false, Some(line)) => write!(f, "{}:{line}: ", self.file.display())?,
            }
            if let Some(line) = line_of_text {
                write!(f, "in the text that begins here, line {line}: ")?;
            }
            write!(f, "{problem}")?;
        }
        if self.more > 0 { write!(f, "\n\n{} more: correct these first", self.more) } else { Ok(()) }
    }
}

impl From<DefinitionProblem> for DefinitionError {
    fn from(problem: DefinitionProblem) -> Self {
        Self::of(vec![DefinitionFault { line: None, line_of_text: None, problem }], 0)
    }
}

impl From<Fault> for DefinitionError {
    fn from(fault: Fault) -> Self {
        Faults::from(fault).into()
    }
}

impl From<Faults> for DefinitionError {
    fn from(faults: Faults) -> Self {
        let fault = |Fault { line, message, .. }| DefinitionFault {
            line: Some(line).filter(|line| *line > 0),
            line_of_text: None,
            problem: DefinitionProblem::Unreadable(message),
        };
        Self::of(faults.0.into_iter().map(fault).collect(), 0)
    }
}

/// One thing that is wrong with a definition.
#[derive(Debug)]
pub struct DefinitionFault {
    /// The line in the file, from 1, where one is known.
    pub line: Option<usize>,
    /// Of a definition that is a text of a template whose lines are not known there: the line in that text, from 1. It begins on `line`.
    pub line_of_text: Option<usize>,
    /// What is wrong.
    pub problem: DefinitionProblem,
}

/// What is wrong with a definition.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionProblem {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    File(#[from] io::Error),
    /// It is larger than AWS allows.
    #[error("it is larger than {DEFINITION_BYTES} bytes, which is AWS's limit")]
    TooLarge,
    /// Something in it cannot be read, or be worked out as CloudFormation does it. This says what, and what helps.
    #[error("{0}")]
    Unreadable(String),
    /// It is no state machine.
    #[error("it is no definition of a state machine: it needs a StartAt that names one of its States")]
    NoStart,
    /// AWS refuses it when the state machine is made. This says what it is, with the state, and what helps.
    #[error("{0}")]
    Refused(String),
    /// A state calls a function that is not there.
    #[error("the state `{state}` calls the function `{function}`, {}", none_of(.given, .function))]
    UnknownFunction {
        /// The state.
        state: String,
        /// How it names the function.
        function: String,
        /// The functions that are there.
        given: Vec<String>,
    },
    /// A state calls what nothing stands for: a Task may have the resource `arn:aws:states:::lambda:invoke` or
    /// `arn:aws:states:::events:putEvents`, or the ARN of a function.
    #[error("the state `{state}` calls `{resource}`, which nothing stands for here")]
    UnknownResource {
        /// The state.
        state: String,
        /// Its resource.
        resource: String,
    },
}

fn none_of(given: &[String], function: &str) -> String {
    if given.is_empty() {
        return "and no function is given".to_owned();
    }
    let near = did_you_mean(function, given.iter().map(String::as_str));
    let near = near.map(|question| format!("; {question}")).unwrap_or_default();
    format!("which is not one of those that are given: {}{near}", given.join(", "))
}
