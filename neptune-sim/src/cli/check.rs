//! `neptune-sim check`: whether scenario files are right, without anything being started.

use std::path::{Path, PathBuf};

use neptune_server::scenario::{Scenario, files_in};

/// What was found in the files.
pub(crate) struct Checked {
    /// Every mistake, in the order of files and lines. Empty if there is none.
    pub(crate) mistakes: String,
    /// One line about all of them.
    pub(crate) summary: String,
}

impl Checked {
    /// Whether there is no mistake.
    pub(crate) fn is_right(&self) -> bool {
        self.mistakes.is_empty()
    }
}

/// Checks these files, and of folders every `.yaml` and `.yml` file in them.
pub(crate) fn check(paths: &[PathBuf]) -> Checked {
    let (mut blocks, mut mistakes, mut wrong_files, mut files) = (Vec::new(), 0, 0, 0);
    for path in paths {
        let found = files_of(path).unwrap_or_else(|problem| {
            blocks.push(problem);
            mistakes += 1;
            wrong_files += 1;
            files += 1;
            Vec::new()
        });
        for file in found {
            files += 1;
            if let Err(error) = Scenario::read(&file) {
                blocks.push(error.to_string());
                mistakes += error.mistakes();
                wrong_files += 1;
            }
        }
    }
    let summary = match (mistakes, files) {
        (0, 1) => "1 scenario file is right".to_owned(),
        (0, files) => format!("{files} scenario files are right"),
        (1, _) => format!("1 mistake in {wrong_files} of {files} scenario files"),
        _ => format!("{mistakes} mistakes in {wrong_files} of {files} scenario files"),
    };
    Checked { mistakes: blocks.join("\n\n"), summary }
}

/// The file itself, or the scenario files in a folder, ordered by name. Links to folders are not followed.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let files = files_in(path).map_err(|error| format!("error: cannot read the folder `{}`: {error}", path.display()))?;
    if files.is_empty() {
        return Err(format!("error: there is no .yaml or .yml file in the folder `{}`", path.display()));
    }
    Ok(files)
}
