//! Reads all files, and writes the reports.

use std::io::Write;
use std::time::{Instant, SystemTime};

use neptune_data::Format;
use neptune_report::{open_in_browser, terminal, write_report};

use crate::arguments::Arguments;
use crate::error::CheckError;
use crate::inputs::{Beside, Inputs};
use crate::load::Load;
use crate::open::Opener;
use crate::rejects::{Bad, Rejects};
use crate::report::Report;

/// How many files that are not read are named, of each kind.
const NAMED: usize = 5;

/// Does what the command line asks for, and returns what the program ends with. The report goes to `out`, in colour.
///
/// # Errors
/// [`CheckError`] if nothing can be said of the files.
pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<u8, CheckError> {
    let (started_at, began) = (SystemTime::now(), Instant::now());
    let report = check(arguments)?;
    // A reader that has gone is no reason to fail.
    let _ = out.write_all(report.text(terminal::width()).as_bytes()).and_then(|()| out.flush());
    write_report(arguments.json.as_deref(), || Ok(report.json()))?;
    let root = std::env::current_dir().unwrap_or_default();
    write_report(arguments.sarif.as_deref(), || Ok(report.sarif(&root)))?;
    let took = began.elapsed();
    write_report(arguments.junit.as_deref(), || report.junit(arguments.strict, started_at, took))?;
    write_report(arguments.html.as_deref(), || Ok(report.html(arguments.strict, started_at, took)))?;
    if let Some(page) = arguments.html.as_ref().filter(|_| arguments.open) {
        let _ = writeln!(out, "{}", open_in_browser(page));
    }
    Ok(match () {
        () if report.has_unreadable() => 110,
        () if report.has_errors() => 1,
        () if report.has_warnings() && arguments.strict => 109,
        () => 0,
    })
}

/// Reads the files as one load does.
///
/// # Errors
/// [`CheckError`] if a file cannot be read.
pub fn check(arguments: &Arguments) -> Result<Report, CheckError> {
    let inputs = Inputs::find(&arguments.paths)?;
    if inputs.all.is_empty() {
        return Err(CheckError::NoFile(arguments.paths.clone()));
    }
    // A folder that cannot be listed is no reason not to read a file in it.
    let beside = inputs.beside().unwrap_or_default();
    let (mut opener, left_out, inputs) = (Opener::new(&inputs.all), inputs.left_out, inputs.all);
    let mut rejects = match &arguments.rejects {
        Some(folder) => Some(Rejects::new(folder, &inputs, arguments.format.unit())?),
        None => None,
    };
    if let Some(folder) = &arguments.rejects {
        opener.keep(&inputs, folder)?;
    }
    let mut report = Report::new(&inputs, arguments.format.unit(), arguments.max_errors);
    report.bad = rejects.as_ref().map(|_| vec![Bad::default(); inputs.len()]);
    let load = Load::new(arguments, &inputs, &opener, &mut report);
    let format = arguments.read_as();
    match format {
        Format::Table(dialect) => load.tables(dialect),
        Format::Rdf(format) => load.statements(format),
    }
    report.remarks.extend(first_of(&left_out, "not read, for the same reason", |path| {
        format!("{} is not read: it is a link to a folder, or no file", path.display())
    }));
    report.remarks.extend(first_of(&beside, "of such names", |Beside { path, source }| {
        let (path, source) = (path.display(), source.display());
        format!("{path} is not read here, and a load whose source is {source} reads it, too: its name begins so")
    }));
    if let Some(rejects) = &mut rejects {
        rejects.split(format, &inputs, &opener, &report.bad())?;
        report.remarks.push(rejects.summary());
        report.remarks.extend(rejects.is_inside(&arguments.paths));
    }
    Ok(report)
}

/// A remark on each of the first, and one that says how many more there are of that kind.
fn first_of<T>(all: &[T], kind: &str, remark: impl Fn(&T) -> String) -> Vec<String> {
    let (first, more) = all.split_at(all.len().min(NAMED));
    let more = (!more.is_empty()).then(|| format!("{} more are {kind}", more.len()));
    first.iter().map(remark).chain(more).collect()
}
