//! `neptune-sim scenario`: a scenario from a recording or from one status.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use super::exit::{EXIT_BAD_SCENARIO, EXIT_CANNOT_RECORD};
use crate::draft;

/// The scenario made of a file, or `-` for stdin: its text, or `None` if it was written to a file.
///
/// # Errors
/// The exit code, and what to print.
pub(crate) fn draft(file: &Path, output: Option<&Path>) -> Result<Option<String>, (u8, String)> {
    let shown = file.display();
    let text = read(file).map_err(|error| (EXIT_BAD_SCENARIO, format!("error: cannot read {shown}: {error}")))?;
    let scenario = draft::scenario(&name(output.unwrap_or(file)), &text);
    let scenario = scenario.map_err(|error| (EXIT_BAD_SCENARIO, format!("error: {shown}: {error}")))?;
    let Some(output) = output else { return Ok(Some(scenario)) };
    let failed = |error| (EXIT_CANNOT_RECORD, format!("error: cannot write {}: {error}", output.display()));
    // A user may have worked on an existing file.
    fs::File::create_new(output).and_then(|mut file| io::Write::write_all(&mut file, scenario.as_bytes())).map_err(failed)?;
    Ok(None)
}

pub(super) fn read(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        bytes = fs::read(file)?;
    }
    // Logs may hold anything.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A name made from a file's: each character that a name cannot contain becomes `_`.
fn name(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let name: String =
        stem.chars().take(100).map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' }).collect();
    if name.contains(|c: char| c.is_ascii_alphanumeric()) { name } else { "recorded".to_owned() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_recording("/tmp/my session 1.ndjson", "my_session_1")]
    #[case::stdin("-", "recorded")]
    #[case::nothing_that_could_stand_in_a_name("\u{e4}.json", "recorded")]
    fn a_scenario_is_called_like_its_file(#[case] file: &str, #[case] called: &str) {
        assert_eq!(name(Path::new(file)), called);
    }
}
