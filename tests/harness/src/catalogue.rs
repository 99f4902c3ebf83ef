//! Every scenario file of the project, found when the tests run: a new file is a new test at once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use neptune_server::scenario::Scenario;

/// The folder for failures that users have reported. Each file says which one it shows, and its name begins with that.
pub const FAILURES: &str = "failures";

/// The folder for questions about Neptune that a live cluster would answer.
pub const QUESTIONS: &str = "live-questions";

/// The folders of the plans.
pub const PLANS: [&str; 2] = ["check_bulk_load_status", "get_load_status"];

/// The folders with scenarios: one for each plan, one for [`FAILURES`], one for [`QUESTIONS`], and one for what else goes beyond the plans.
pub const FOLDERS: [&str; 5] = [PLANS[0], PLANS[1], FAILURES, QUESTIONS, "beyond"];

/// A scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioFile {
    /// Its folder.
    pub folder: &'static str,
    /// Its path.
    pub path: PathBuf,
}

impl ScenarioFile {
    /// The path from the project's root, as people write it.
    pub fn label(&self) -> String {
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        format!("scenarios/{}/{file}", self.folder)
    }

    /// The root of its project.
    pub fn root(&self) -> &Path {
        self.path.ancestors().nth(3).unwrap_or(Path::new(""))
    }

    /// What is wrong about the place of this scenario: in [`FAILURES`] each file shows a failure and bears its number and name, in
    /// [`QUESTIONS`] each asks something, and nowhere else does one.
    pub fn misplaced(&self, scenario: &Scenario) -> Option<String> {
        let label = self.label();
        match (self.folder == QUESTIONS, scenario.question()) {
            (true, None) => return Some(format!("{label}: add `question:`, what the scenario asks of Neptune")),
            (false, Some(_)) => return Some(format!("{label}: `question` belongs into scenarios/{QUESTIONS}/")),
            (true, Some(_)) | (false, None) => {}
        }
        match (self.folder == FAILURES, scenario.failure()) {
            (false, None) => None,
            (false, Some(number)) => Some(format!("{label}: `failure: F{number}` belongs into scenarios/{FAILURES}/")),
            (true, None) => Some(format!("{label}: add `failure: F12`, the failure that it shows")),
            (true, Some(number)) => {
                let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
                let bears_number = is_about(&stem, number);
                let is_named_so = stem == scenario.name();
                let wanted =
                    format!("{label}: file and `name` must be the same, and begin with `F{number:02}_` or `F{number:02}b_`");
                (!bears_number || !is_named_so).then_some(wanted)
            }
        }
    }
}

/// Whether a name begins with the number: `F05_name`, or `F05b_name` for another side of the same failure.
fn is_about(name: &str, number: u32) -> bool {
    let rest = name.strip_prefix(&format!("F{number:02}")).unwrap_or_default();
    rest.trim_start_matches(|letter: char| letter.is_ascii_lowercase()).starts_with('_')
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
