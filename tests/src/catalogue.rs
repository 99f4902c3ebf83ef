//! Every scenario file of the project, found when the tests run: a new file is a new test at once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folders with scenarios: one for each plan, and one for what goes beyond the plans.
pub const FOLDERS: [&str; 3] = ["check_bulk_load_status", "get_load_status", "beyond"];

/// A scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioFile {
    /// The folder it lies in.
    pub folder: &'static str,
    /// Where it lies.
    pub path: PathBuf,
}

impl ScenarioFile {
    /// The path from the project's root, as people write it.
    pub fn label(&self) -> String {
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        format!("scenarios/{}/{file}", self.folder)
    }
}

/// The scenario files of a project, in the order of their names.
///
/// # Errors
/// A folder cannot be read.
pub fn scenario_files(root: &Path) -> io::Result<Vec<ScenarioFile>> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(root.join("scenarios").join(folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                files.push(ScenarioFile { folder, path });
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}
