//! The mistakes that a check has found so far. A check goes on behind a mistake, so that one run shows all of them.

use std::cell::RefCell;

use super::path::KeyPath;
use super::problem::Problem;
use super::tree::Document;

/// Collects mistakes in a document.
pub(crate) struct Findings<'a> {
    document: &'a Document,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Findings<'a> {
    /// No mistakes yet.
    pub(crate) fn new(document: &'a Document) -> Self {
        Self { document, problems: RefCell::default() }
    }

    /// None yet, of the same document: for a check whose mistakes may not count.
    pub(crate) fn afresh(&self) -> Self {
        Self::new(self.document)
    }

    /// The value, or `None` for a mistake, which is added.
    pub(crate) fn keep<T>(&self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.add(problem)).ok()
    }

    /// Adds a mistake.
    pub(crate) fn add(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Adds several.
    pub(crate) fn extend(&self, problems: Vec<Problem>) {
        self.problems.borrow_mut().extend(problems);
    }

    /// Adds a mistake in the value at a path.
    pub(crate) fn add_at(&self, path: &KeyPath, message: impl Into<String>, help: Option<&str>) {
        self.add(self.wrong(path, message, help.map(str::to_owned)));
    }

    /// A mistake in the value at a path, not added yet.
    pub(crate) fn wrong(&self, path: &KeyPath, message: impl Into<String>, help: Option<String>) -> Problem {
        self.document.problem(path, message, help)
    }

    /// A mistake in the key at the end of a path, not added yet.
    pub(crate) fn wrong_key(&self, path: &KeyPath, message: impl Into<String>, help: Option<String>) -> Problem {
        self.document.problem_of_key(path, message, help)
    }

    /// The line of the key at the end of a path, from 1.
    pub(crate) fn line(&self, path: &KeyPath) -> u64 {
        self.document.line(path)
    }

    /// How many mistakes there are so far.
    pub(crate) fn count(&self) -> usize {
        self.problems.borrow().len()
    }

    /// Those that are about the document as it is written: what was read otherwise there says nothing about the file.
    pub(crate) fn take_beside(&self, amended: &[KeyPath]) -> Vec<Problem> {
        let is_beside = |problem: &Problem| !amended.iter().any(|path| path.overlaps(&problem.path));
        self.take().into_iter().filter(is_beside).collect()
    }

    /// All of them, in the order in which they were found.
    pub(crate) fn take(&self) -> Vec<Problem> {
        self.problems.take()
    }
}
