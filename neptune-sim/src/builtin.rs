//! The scenarios that the program carries: those of the planned tests and of the known failures, as they were when it was built.

/// A scenario of this project.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Builtin {
    /// Its folder: `failures`.
    pub(crate) folder: &'static str,
    /// Its path in the project: `scenarios/failures/F22_cancelled_by_user.yaml`.
    pub(crate) label: &'static str,
    /// Its text.
    pub(crate) text: &'static str,
}

/// Folder, path and text of each, ordered by folder and path: see `build.rs`.
const SCENARIOS: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));

/// All of them: the planned tests of each function, then the known failures.
pub(crate) fn scenarios() -> impl Iterator<Item = Builtin> {
    SCENARIOS.iter().map(|&(folder, label, text)| Builtin { folder, label, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_planned_tests_and_known_failures_are_there() {
        let count = |wanted: &str| scenarios().filter(|scenario| scenario.folder == wanted).count();
        assert_eq!((count("check_bulk_load_status"), count("get_load_status")), (20, 20));
        assert!(count("failures") >= 44);
        let cancelled = scenarios().find(|scenario| scenario.label == "scenarios/failures/F22_cancelled_by_user.yaml");
        assert!(cancelled.unwrap().text.contains("name: F22_cancelled_by_user"));
    }
}
