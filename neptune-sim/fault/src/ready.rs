//! The ready-made faults, from their table in YAML.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::fault::Fault;

/// A fault under a name, for `use`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadyFault {
    /// What `use` calls it.
    pub name: String,
    /// What it is, in a sentence or two.
    pub about: String,
    /// How good the evidence is that clients of Neptune see it: `documented`, `model`, `observed` or `inferred`.
    pub evidence: String,
    /// What it expands to: one fault, or a sequence.
    pub faults: Vec<Fault>,
}

static TABLE: LazyLock<Vec<ReadyFault>> =
    LazyLock::new(|| serde_saphyr::from_str(include_str!("ready.yaml")).expect("a test reads the table"));

/// Every ready-made fault: errors first, then connections, answers, TLS and sequences.
pub fn ready_faults() -> &'static [ReadyFault] {
    &TABLE
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use std::time::Duration;

    use super::*;
    use crate::check::rules;

    #[test]
    fn every_ready_made_fault_is_possible_and_explained() {
        for ready in ready_faults() {
            let fault = Fault { ready: Some(ready.name.clone()), ..Fault::default() };
            let parts = rules(&fault, Duration::ZERO).unwrap_or_else(|error| panic!("{}: {error}", ready.name));
            assert_eq!(parts.len(), ready.faults.len());
            assert!(ready.about.ends_with('.'), "{}: {}", ready.name, ready.about);
            let marks = ["documented", "model", "observed", "inferred"];
            assert!(marks.contains(&ready.evidence.as_str()), "{}: {}", ready.name, ready.evidence);
        }
    }

    #[test]
    fn no_two_have_one_name() {
        let names: BTreeSet<&str> = ready_faults().iter().map(|ready| ready.name.as_str()).collect();
        assert_eq!(names.len(), ready_faults().len());
    }

    #[test]
    fn the_parts_of_a_sequence_have_names() {
        for ready in ready_faults().iter().filter(|ready| ready.faults.len() > 1) {
            assert!(ready.faults.iter().all(|part| part.name.is_some()), "{}", ready.name);
        }
    }
}
