//! The `docker` command: what a user would type, and nothing that a library adds.

use std::io::{Seek, Write};
use std::process::{Command, Stdio};

/// Runs the command and gives what it prints, without the end of the last line.
///
/// # Errors
/// It is not there, or it fails; then what it says of that.
pub(super) fn docker(arguments: &[&str]) -> Result<String, String> {
    printed(Command::new("docker").args(arguments))
}

/// The same with an input, in place of a file.
pub(super) fn fed(arguments: &[&str], input: &str) -> Result<String, String> {
    let mut file = tempfile::tempfile().map_err(|error| error.to_string())?;
    file.write_all(input.as_bytes()).and_then(|()| file.rewind()).map_err(|error| error.to_string())?;
    finished(Command::new("docker").args(arguments).stdin(file))
}

/// The same for any command.
pub(super) fn printed(command: &mut Command) -> Result<String, String> {
    finished(command.stdin(Stdio::null()))
}

fn finished(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("cannot run `{name}`: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(format!("{}{}", text(&output.stdout), text(&output.stderr)))
    }
}
