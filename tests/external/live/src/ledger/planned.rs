//! The planned scenarios, as far as the ledger has to know them: what they are called, and what they are today.
//!
//! A scan of top-level lines, no YAML. The harness is the judge of the rest.

use std::fs;
use std::io;
use std::path::Path;

use super::hash::scenario_hash;

/// The folders of the plans.
const PLANS: [&str; 2] = ["check_bulk_load_status", "get_load_status"];

/// A scenario that a plan asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedScenario {
    /// Its place in the plan: `check_bulk_load_status/12`.
    pub plan: String,
    /// Its name: `test_domain_complete_prov_pending`. No other has it, in whichever folder.
    pub name: String,
    /// What it is today, see [`scenario_hash`].
    pub hash: String,
}

/// The planned scenarios of the project that lies there, in the order of the plans.
///
/// # Errors
/// A folder or file cannot be read, or does not say which scenario it is.
pub fn planned_scenarios(root: &Path) -> io::Result<Vec<PlannedScenario>> {
    let mut scenarios = Vec::new();
    for folder in PLANS {
        let files = fs::read_dir(root.join("scenarios").join(folder))?;
        let mut paths = files.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        // Numbers have two digits, so this is their order, too.
        paths.sort();
        for path in paths {
            scenarios.push(read(root, folder, &path)?);
        }
    }
    Ok(scenarios)
}

fn read(root: &Path, folder: &str, path: &Path) -> io::Result<PlannedScenario> {
    let file = fs::read_to_string(path)?;
    let value = |key: &str| {
        let line = file.lines().find_map(|line| line.strip_prefix(key));
        let missing = || io::Error::other(format!("{} has no line `{key} ...`", path.display()));
        line.map(|value| value.trim().to_owned()).ok_or_else(missing)
    };
    let (plan, name) = (value("plan:")?, value("name:")?);
    let accepted = match fs::read(root.join("tests/snapshots").join(folder).join(format!("{name}.snap"))) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        accepted => accepted?,
    };
    Ok(PlannedScenario { plan, name, hash: scenario_hash(file.as_bytes(), &accepted) })
}
