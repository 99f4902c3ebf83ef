//! The list of ready-made faults, as `neptune-sim faults` prints it.

use std::fmt::Write as _;

use neptune_server::{ReadyFault, ready_faults};

use crate::cli::wrapped;
use neptune_text::nearest;

/// How wide the column of names is.
const NAME_COLUMNS: usize = 26;

/// All ready-made faults, their names and then what each is, or those of these names with what they expand to. Lines have at most
/// `columns` columns, except for what is to be copied.
///
/// # Errors
/// The message to print if there is none of a name.
pub(crate) fn text(names: &[String], columns: usize) -> Result<String, String> {
    let mut text = String::new();
    if names.is_empty() {
        let all: Vec<&str> = ready_faults().iter().map(|ready| ready.name.as_str()).collect();
        text += &wrapped("", &all.join(", "), columns);
        text.push('\n');
        for ready in ready_faults() {
            text += &wrapped(&format!("{:<NAME_COLUMNS$}", ready.name), &ready.about, columns);
        }
        text.push('\n');
        text += &wrapped("", "`neptune-sim faults NAME` shows what a fault expands to, to copy and to change.", columns);
    }
    for name in names {
        let ready = ready_faults().iter().find(|ready| ready.name == *name).ok_or_else(|| unknown(name))?;
        text += &entry(ready, columns);
    }
    let example = names.first().map_or("failover", String::as_str);
    let scenario = format!("A scenario has it with `given: {{faults: [{{use: {example}}}]}}`,");
    text += &wrapped("", &format!("{scenario} a running simulator with POST /_sim/clusters/<name>/faults."), columns);
    Ok(text)
}

fn unknown(name: &str) -> String {
    let hint = match nearest(name, ready_faults().iter().map(|ready| ready.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`neptune-sim faults` lists them all".to_owned(),
    };
    format!("error: there is no ready-made fault `{name}`\nhint: {hint}")
}

fn entry(ready: &ReadyFault, columns: usize) -> String {
    let mut text = format!("{}\n", ready.name) + &wrapped("  ", &format!("{} ({})", ready.about, ready.evidence), columns);
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
    fn every_fault_is_reported_behind_the_names_and_no_line_is_too_long() {
        let text = text(&[], 80).unwrap();
        let (names, list) = text.split_once("\n\n").unwrap();
        assert_eq!(names.split_whitespace().count(), ready_faults().len());
        for ready in ready_faults() {
            assert!(list.contains(&format!("{:<NAME_COLUMNS$}", ready.name)), "{}", ready.name);
            assert!(ready.name.len() < NAME_COLUMNS, "{}", ready.name);
        }
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(long.is_empty(), "{long:#?}");
    }

    #[test]
    fn one_fault_shows_what_it_expands_to() {
        let text = text(&["blip-500".to_owned()], 100).unwrap();
        assert!(text.contains(r#"  - {"fail":1,"does":{"error":"InternalFailureException"}}"#), "{text}");
        assert!(text.contains("faults: [{use: blip-500}]"), "{text}");
    }

    #[test]
    fn an_unknown_name_is_an_error_with_the_nearest_one() {
        let near = text(&["blip500".to_owned()], 80).unwrap_err();
        assert_eq!(near, "error: there is no ready-made fault `blip500`\nhint: did you mean `blip-500`?");
    }
}
