//! `neptune-sim view`: a recording as a page.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use neptune_report::open_in_browser;
use neptune_server::record::Recording;

use super::draft::read;
use super::exit::{EXIT_BAD_SCENARIO, EXIT_CANNOT_RECORD};
use crate::view::page;

#[derive(Debug, Args)]
pub(crate) struct ViewArguments {
    /// A recording of `neptune-sim proxy --record`; `-` for stdin
    file: PathBuf,
    /// Where to write the page [default: the recording's name with .html]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Open the page in a browser
    #[arg(long)]
    open: bool,
}

impl ViewArguments {
    /// Writes the page, and returns what to print.
    ///
    /// # Errors
    /// The exit code, and what to print.
    pub(crate) fn run(&self) -> Result<String, (u8, String)> {
        let shown = self.file.display();
        let text = read(&self.file).map_err(|error| (EXIT_BAD_SCENARIO, format!("error: cannot read {shown}: {error}")))?;
        let recording = Recording::parse(&text).map_err(|error| (EXIT_BAD_SCENARIO, format!("error: {shown}: {error}")))?;
        let output = self.output.clone().unwrap_or_else(|| beside(&self.file));
        if is_same(&self.file, &output) {
            let hint = "name another file with --output";
            return Err((EXIT_CANNOT_RECORD, format!("error: {} is the recording itself: {hint}", output.display())));
        }
        let name = self.file.file_stem().unwrap_or_default().to_string_lossy();
        let failed = |error| (EXIT_CANNOT_RECORD, format!("error: cannot write {}: {error}", output.display()));
        fs::write(&output, page(&name, &recording)).map_err(failed)?;
        Ok(if self.open { open_in_browser(&output) } else { output.display().to_string() })
    }
}

/// The page of a recording: beside it, or here if it comes from stdin.
fn beside(file: &Path) -> PathBuf {
    if file == Path::new("-") { PathBuf::from("recording.html") } else { file.with_extension("html") }
}

/// Whether two paths lead to one file that is there.
fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_never_takes_the_place_of_its_recording() {
        // Cargo runs the tests of a package in its folder.
        let here = Path::new(".");
        assert!(is_same(&here.join("Cargo.toml"), &here.join("src/../Cargo.toml")));
        assert!(!is_same(&here.join("Cargo.toml"), &here.join("README.md")));
        assert!(!is_same(&here.join("none"), &here.join("none")), "there is nothing to lose");
    }
}
