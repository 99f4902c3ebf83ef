//! Other programs, as tests need them.

use std::process::{Command, Output};

/// Whether a program is there and does this.
pub(crate) fn works(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

/// Whether there is a Python.
pub(crate) fn python() -> bool {
    works("python3", &["--version"])
}

/// What a program has written, standard output first.
pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
