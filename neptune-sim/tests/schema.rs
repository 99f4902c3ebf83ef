//! The checked-in descriptions for other programs are those that the types give: the JSON Schema of scenario files and the OpenAPI
//! document of the control API.
//!
//! `cargo xtask schema` writes them anew.

use std::fs;
use std::path::Path;

use serde_json::Value;

#[test]
fn the_checked_in_schema_is_current() {
    compare("scenarios/scenario.schema.json", &neptune_sim::scenario::json_schema());
}

#[test]
fn the_checked_in_openapi_document_is_current() {
    compare("neptune-sim/control/openapi.json", &neptune_control::openapi());
}

/// Compares with the file, which is named from the workspace's root; rewrites it if `UPDATE_SCHEMA` is set.
fn compare(file: &str, current: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let current = format!("{current:#}\n");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, &current).expect("the file can be written");
    }
    let checked_in = fs::read_to_string(&path).unwrap_or_default();
    assert!(checked_in == current, "{file} is out of date: run `cargo xtask schema`");
}
