//! The `docker` command: what anybody would type, and nothing that a library adds.

use std::process::{Command, Stdio};

/// Runs the command and gives what it prints, without the end of the last line.
///
/// # Errors
/// It is not there, or it fails; then what it says of that.
pub(super) fn docker(arguments: &[&str]) -> Result<String, String> {
    printed(Command::new("docker").args(arguments))
}

/// The same for any command.
pub(super) fn printed(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("cannot run `{name}`: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(format!("{}{}", text(&output.stdout), text(&output.stderr)))
    }
}
