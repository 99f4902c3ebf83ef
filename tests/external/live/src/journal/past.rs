//! What a journal says after its run has ended.

use std::collections::BTreeMap;
use std::path::Path;

use super::line::{Line, Opening};
use super::{Entry, JournalError};
use crate::{Profile, RunId, RunPrefix};

/// As far as it was written.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) prefix: RunPrefix,
    /// What is not marked as removed, by number.
    pub(super) open: BTreeMap<u32, Entry>,
    pub(super) next: u32,
}

impl Past {
    /// Reads whole lines; `None` if the run was closed, or killed before it could have made anything.
    pub(super) fn read(path: &Path, bytes: &[u8], profile: &Profile) -> Result<Option<Self>, JournalError> {
        let at = |line: usize| move |complaint| JournalError::Line { path: path.to_owned(), line, complaint };
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').enumerate().map(|(index, line)| (index + 1, parse(line)));
        let Some((_, first)) = lines.next() else { return Ok(None) };
        let Line::Opened(opening) = first.map_err(at(1))? else { return Err(at(1)("it has to begin with `opened`".into())) };
        let run: RunId = opening.run.parse().map_err(|error: crate::RunIdError| at(1)(error.to_string()))?;
        let expected = Opening::of(&run, profile);
        if opening != expected {
            return Err(JournalError::Elsewhere { path: path.into(), found: opening.place(), expected: expected.place() });
        }
        let mut past = Self { prefix: RunPrefix::of(&run, &profile.prefix), open: BTreeMap::new(), next: 1 };
        let mut closed = false;
        for (number, line) in lines {
            let line = line.map_err(at(number))?;
            if closed {
                return Err(at(number)("nothing comes after `closed`".into()));
            }
            closed = line == Line::Closed;
            past.take(line).map_err(at(number))?;
        }
        Ok((!closed).then_some(past))
    }

    fn take(&mut self, line: Line) -> Result<(), String> {
        match line {
            Line::Opened(_) => return Err("it begins only once".into()),
            Line::Making { number, resource } => {
                let resource = resource.recognise(&self.prefix).map_err(|name| format!("`{name}` is not of its run"))?;
                if number != self.next {
                    return Err(format!("number {number} where {} comes next", self.next));
                }
                self.open.insert(number, Entry { number, resource, load_id: None });
                self.next += 1;
            }
            Line::Created { number, load_id } => self.open.get_mut(&number).ok_or_else(|| not_open(number))?.load_id = load_id,
            Line::Removed { number } => drop(self.open.remove(&number).ok_or_else(|| not_open(number))?),
            Line::Closed if self.open.is_empty() => {}
            Line::Closed => return Err(format!("it is closed, and {} things are not removed", self.open.len())),
        }
        Ok(())
    }
}

fn parse(line: &[u8]) -> Result<Line, String> {
    serde_json::from_slice(line).map_err(|error| format!("no line of a journal: {error}"))
}

fn not_open(number: u32) -> String {
    format!("number {number} is not open")
}
