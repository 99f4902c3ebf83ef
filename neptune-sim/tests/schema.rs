//! The checked-in JSON Schema of scenario files is the one that the types give.
//!
//! `cargo xtask schema` writes it anew.

use std::fs;
use std::path::Path;

#[test]
fn the_checked_in_schema_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/scenario.schema.json");
    let current = format!("{:#}\n", neptune_sim::scenario::json_schema());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&file, &current).unwrap();
    }
    let checked_in = fs::read_to_string(&file).unwrap_or_default();
    assert!(checked_in == current, "scenarios/scenario.schema.json is out of date: run `cargo xtask schema`");
}
