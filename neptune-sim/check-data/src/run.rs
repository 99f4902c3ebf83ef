//! Reads all files, and writes the reports.

use std::io::{self, Write};
use std::path::PathBuf;

use neptune_data::Graph;
use neptune_data::gremlin::{File, Kind, Options};
use neptune_report::terminal;

use crate::arguments::Arguments;
use crate::inputs::{Input, Unreadable};
use crate::report::{Checked, Report};

/// Why nothing can be said of the files.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// There is no file.
    #[error("there is no file in {}", .0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" and "))]
    NoFile(Vec<PathBuf>),
    /// A file cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A report cannot be written.
    #[error("cannot write {}: {source}", .path.display())]
    Report {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl CheckError {
    /// What the program ends with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Report { .. } => 107,
            Self::NoFile(_) | Self::Unreadable { .. } => 110,
        }
    }
}

impl From<Unreadable> for CheckError {
    fn from(Unreadable { path, source }: Unreadable) -> Self {
        Self::Unreadable { path, source }
    }
}

/// Does what the command line asks for, and returns what the program ends with. The report goes to `out`, in colour.
///
/// # Errors
/// [`CheckError`] if nothing can be said of the files.
pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<u8, CheckError> {
    let report = check(arguments)?;
    // A reader that has gone is no reason to fail.
    let _ = out.write_all(report.text(terminal::width()).as_bytes()).and_then(|()| out.flush());
    if let Some(path) = &arguments.json {
        std::fs::write(path, report.json()).map_err(|source| CheckError::Report { path: path.clone(), source })?;
    }
    Ok(match () {
        () if report.has_errors() => 1,
        () if report.has_warnings() && arguments.strict => 109,
        () => 0,
    })
}

/// Reads the files as one load does: vertices first, then edges.
///
/// # Errors
/// [`CheckError`] if a file cannot be read.
pub fn check(arguments: &Arguments) -> Result<Report, CheckError> {
    let inputs = Input::all(&arguments.paths)?;
    if inputs.is_empty() {
        return Err(CheckError::NoFile(arguments.paths.clone()));
    }
    let options = Options {
        allow_empty_strings: arguments.allow_empty_strings,
        update_single_cardinality: arguments.update_single_cardinality_properties,
    };
    let (mut graph, mut report, mut edges) = (Graph::default(), Report::new(arguments.max_errors), Vec::new());
    for (place, input) in inputs.iter().enumerate() {
        let file = File::open(input.open()?).map_err(|error| input.unreadable(error))?;
        report.files.push(Checked::new(input.name()));
        match file.kind() {
            // Standard input cannot be opened a second time.
            Some(Kind::Edges) => edges.push((place, (*input == Input::Standard).then_some(file))),
            _ => report.load(place, file, options, &mut graph).map_err(|error| input.unreadable(error))?,
        }
    }
    for (place, file) in edges {
        let input = &inputs[place];
        let file = match file {
            Some(file) => file,
            None => File::open(input.open()?).map_err(|error| input.unreadable(error))?,
        };
        report.load(place, file, options, &mut graph).map_err(|error| input.unreadable(error))?;
    }
    Ok(report)
}
