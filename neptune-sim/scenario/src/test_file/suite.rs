//! What is specific to this project's own tests: the functions under test, their plans, and the failures that users have reported.
//!
//! Nothing else of the format depends on these figures. A file for the simulator alone uses none of them.

/// The functions that a scenario can invoke.
pub(crate) const FUNCTIONS: [&str; 2] = ["check_bulk_load_status", "get_load_status"];
/// The keys of their events that hold load ids.
pub(crate) const ID_KEYS: [&str; 3] = ["domain_load_id", "prov_load_id", "load_job_id"];
/// How many tests the plan of each function has.
pub(crate) const PLANNED_TESTS: u32 = 20;
/// How many failures users have reported.
pub(crate) const FAILURES: u32 = 44;
