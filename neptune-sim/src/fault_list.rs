//! The list of ready-made faults, as `neptune-sim faults` prints it.

use std::fmt::Write as _;

use neptune_sim::{ReadyFault, ready_faults};

/// How wide the column of names is.
const NAME_COLUMNS: usize = 26;

/// All ready-made faults, a line each, or those of these names with what they come to.
///
/// # Errors
/// The name of which there is none.
pub(crate) fn text(names: &[String]) -> Result<String, String> {
    let mut text = String::new();
    if names.is_empty() {
        for ready in ready_faults() {
            let _ = writeln!(text, "{:<NAME_COLUMNS$}{}", ready.name, ready.about);
        }
        text += "\n`neptune-sim faults NAME` shows what a fault comes to, to copy and to change.\n";
    }
    for name in names {
        text += &entry(ready_faults().iter().find(|ready| ready.name == *name).ok_or(name)?);
    }
    let example = names.first().map_or("failover", String::as_str);
    let _ = writeln!(
        text,
        "A scenario has it with `given: {{faults: [{{use: {example}}}]}}`, a running simulator with POST /_sim/clusters/<name>/faults."
    );
    Ok(text)
}

fn entry(ready: &ReadyFault) -> String {
    let mut text = format!("{}\n  {} ({})\n", ready.name, ready.about, ready.evidence);
    for fault in &ready.faults {
        // JSON is YAML.
        let _ = writeln!(text, "  - {}", serde_json::to_string(fault).expect("a fault is plain data"));
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_line_and_fits_its_column() {
        let text = text(&[]).unwrap();
        for ready in ready_faults() {
            assert!(text.contains(&format!("{:<NAME_COLUMNS$}{}\n", ready.name, ready.about)), "{}", ready.name);
            assert!(ready.name.len() < NAME_COLUMNS, "{}", ready.name);
        }
    }

    #[test]
    fn one_fault_shows_what_it_comes_to() {
        let text = text(&["blip-500".to_owned()]).unwrap();
        assert!(text.contains(r#"  - {"fail":1,"does":{"error":"InternalFailureException"}}"#), "{text}");
        assert!(text.contains("faults: [{use: blip-500}]"), "{text}");
    }
}
