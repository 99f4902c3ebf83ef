//! The cases, as data: what a poller is answered, which outcomes are right, and why.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use neptune_fault::{Effect, Fault, FaultOperation, Numbers, Target};
use neptune_loader::{Course, FeedError, FeedErrorCode, Lifecycle, LoadStatus, Plan, Workload};
use neptune_text::parse_duration;
use serde::Deserialize;

/// How often a poller may send the same request again after it was answered an end, unless the case says otherwise.
const LOOKS_AFTER_END: u64 = 3;

/// What a poller says in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The load has succeeded.
    Success,
    /// The load has failed, or cannot be followed.
    Failure,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Success { "success" } else { "failure" })
    }
}

/// One case: what a poller is answered, and what it should make of that.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name, in small letters with hyphens.
    pub name: String,
    /// The group that `--case` and `--skip` take: `words`, `at-once`, `pending`, `passing` or `lasting`.
    pub group: &'static str,
    /// The status of the load, or the trouble, that the case is about.
    pub status: String,
    /// What happens, in a sentence.
    pub about: String,
    /// The statuses that the load goes through.
    pub lifecycle: Lifecycle,
    /// How many of its records have failed when it has ended.
    pub errors: u64,
    /// What goes wrong with requests.
    pub faults: Vec<Fault>,
    /// Whether the trouble never ends, so that the load is never seen to end.
    pub lasts: bool,
    /// Whether the load also moves on by the time between two answers, so that it ends soon for a poller with long pauses.
    pub moves_with_time: bool,
    /// How often a poller may send the same request again after it was answered an end.
    pub looks_after_end: u64,
    /// How many times the usual patience it takes to judge this.
    pub patience: u32,
    /// Every outcome that can be defended.
    pub right: Vec<Outcome>,
    /// Why they are right.
    pub why: String,
    /// Where that is known from.
    pub source: String,
    /// What to change in a poller that is wrong here.
    pub change: String,
}

impl Case {
    /// The outcomes that are right, in words: `success or failure`.
    pub fn expected(&self) -> String {
        self.right.iter().map(Outcome::to_string).collect::<Vec<_>>().join(" or ")
    }

    /// How its loads go, those that the poller starts included.
    pub(crate) fn plan(&self) -> Plan {
        Plan { course: Course::Lifecycle(self.lifecycle.clone()), workload: Arc::new(self.workload()) }
    }

    /// The data of its loads.
    pub(crate) fn workload(&self) -> Workload {
        let error = FeedError {
            code: FeedErrorCode::from("PARSING_ERROR"),
            counter: None,
            message: "Expected '<', found: |".to_owned(),
            file: "part-1.nq".to_owned(),
            record: 1,
            times: self.errors,
            feed_status: None,
        };
        let errors: Vec<FeedError> = (self.errors > 0).then_some(error).into_iter().collect();
        Workload { records: self.errors.max(10), errors: errors.into(), ..Workload::default() }
    }
}

/// Every case, in the order of the reports. The first one is plain.
pub fn cases() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
        let table: Table = serde_saphyr::from_str(include_str!("cases.yaml")).expect("a test reads the table");
        table.cases()
    });
    &CASES
}

/// The file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    ends: Vec<End>,
    cases: Vec<Entry>,
    trouble: Vec<Trouble>,
}

/// A status of a load that has ended.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    name: String,
    word: String,
    #[serde(default)]
    errors: u64,
    right: Vec<Outcome>,
    why: String,
    source: String,
    change: String,
}

/// A case that stands alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    group: Group,
    status: String,
    about: String,
    #[serde(default)]
    lifecycle: Vec<String>,
    #[serde(default)]
    errors: u64,
    #[serde(default)]
    faults: Vec<Fault>,
    /// What happens from the second request on.
    does: Option<Effect>,
    #[serde(default)]
    lasts: bool,
    #[serde(default)]
    moves_with_time: bool,
    #[serde(default = "three")]
    looks_after_end: u64,
    right: Vec<Outcome>,
    why: String,
    source: String,
    change: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Group {
    Words,
    Pending,
    Lasting,
}

/// Trouble that passes in one case, and lasts in another.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trouble {
    name: String,
    status: String,
    what: String,
    does: Effect,
    #[serde(default = "one")]
    patience: u32,
    /// What requests from the fourth on meet where the trouble lasts. Default: the same.
    then: Option<Effect>,
    /// Why failing at trouble that passes can be defended, too.
    or_failure: Option<String>,
    /// What to change before a poller can ask again or give up.
    first: Option<String>,
    /// Which client does not ask again by itself, and why.
    unaided: Option<String>,
    source: String,
}

fn one() -> u32 {
    1
}

fn three() -> u64 {
    LOOKS_AFTER_END
}

impl Table {
    fn cases(self) -> Vec<Case> {
        let ends = self.ends.iter().flat_map(|end| [end.after_a_while(), end.at_once()]);
        let trouble = self.trouble.iter().map(Trouble::passing);
        let lasting = self.trouble.iter().map(Trouble::lasting);
        let (entries, ends): (Vec<Case>, Vec<Case>) = (self.cases.into_iter().map(Entry::case).collect(), ends.collect());
        ends.into_iter().chain(entries).chain(trouble).chain(lasting).collect()
    }
}

impl End {
    fn after_a_while(&self) -> Case {
        let lifecycle = lifecycle(&["LOAD_IN_PROGRESS 1s", &self.word]);
        let about = "the load is in progress, then it ends with this status".to_owned();
        Case { lifecycle, ..self.case(self.name.clone(), "words", about) }
    }

    fn at_once(&self) -> Case {
        let about = "the first answer has this status".to_owned();
        Case { lifecycle: lifecycle(&[&self.word]), ..self.case(format!("{}-at-once", self.name), "at-once", about) }
    }

    fn case(&self, name: String, group: &'static str, about: String) -> Case {
        Case {
            name,
            group,
            status: self.word.clone(),
            about,
            lifecycle: completing(),
            errors: self.errors,
            faults: Vec::new(),
            lasts: false,
            moves_with_time: false,
            looks_after_end: LOOKS_AFTER_END,
            patience: 1,
            right: self.right.clone(),
            why: self.why.clone(),
            source: self.source.clone(),
            change: self.change.clone(),
        }
    }
}

impl Entry {
    fn case(self) -> Case {
        let Self { name, group, status, about, errors, mut faults, lasts, moves_with_time, looks_after_end, right, .. } = self;
        let group = match group {
            Group::Words => "words",
            Group::Pending => "pending",
            Group::Lasting => "lasting",
        };
        faults.extend(self.does.map(|does| fault_at(Numbers::Range("2..".to_owned()), does)));
        let stages: Vec<&str> = self.lifecycle.iter().map(String::as_str).collect();
        let lifecycle = if stages.is_empty() { completing() } else { lifecycle(&stages) };
        Case {
            name,
            group,
            status,
            about,
            lifecycle,
            errors,
            faults,
            lasts,
            moves_with_time,
            looks_after_end,
            patience: 1,
            right,
            why: self.why,
            source: self.source,
            change: self.change,
        }
    }
}

impl Trouble {
    fn passing(&self) -> Case {
        let unaided = self.unaided.as_ref().map(|why| format!("; {why}")).unwrap_or_default();
        let or_failure = self.or_failure.as_ref().map(|why| format!(". {why}")).unwrap_or_default();
        Case {
            name: format!("{}-once", self.name),
            group: "passing",
            about: format!("the second request {}, and then all is well", self.what),
            faults: vec![fault_at(Numbers::One(2), self.does.clone())],
            right: std::iter::once(Outcome::Success).chain(self.or_failure.as_ref().map(|_| Outcome::Failure)).collect(),
            why: format!("the trouble passes while the load goes on, and the load completes{or_failure}"),
            change: self
                .change(&format!("ask again when a request {}, a bounded number of times and with pauses{unaided}", self.what)),
            ..self.case()
        }
    }

    fn change(&self, change: &str) -> String {
        self.first.as_ref().map_or_else(|| change.to_owned(), |first| format!("{first}; then {change}"))
    }

    fn lasting_faults(&self) -> Vec<Fault> {
        let at = |range: &str, does: &Effect| fault_at(Numbers::Range(range.to_owned()), does.clone());
        match &self.then {
            Some(then) => vec![at("2..3", &self.does), at("4..", then)],
            None => vec![at("2..", &self.does)],
        }
    }

    fn lasting(&self) -> Case {
        let then = if self.then.is_some() { "; from the fourth on, each gets another error" } else { "" };
        Case {
            name: format!("{}-lasting", self.name),
            group: "lasting",
            about: format!("every request from the second on {}{then}", self.what),
            faults: self.lasting_faults(),
            lasts: true,
            right: vec![Outcome::Failure],
            why: "trouble that does not pass has to be reported at some time; failing at once is right, too".to_owned(),
            change: self.change("give up after a bounded number of attempts or a bounded time, and fail"),
            ..self.case()
        }
    }

    fn case(&self) -> Case {
        Case {
            name: String::new(),
            group: "",
            status: self.status.clone(),
            about: String::new(),
            lifecycle: completing(),
            errors: 0,
            faults: Vec::new(),
            lasts: false,
            moves_with_time: false,
            looks_after_end: LOOKS_AFTER_END,
            patience: self.patience,
            right: Vec::new(),
            why: String::new(),
            source: self.source.clone(),
            change: String::new(),
        }
    }
}

/// A fault at these requests for the status of a load, counted from 1.
fn fault_at(request: Numbers, does: Effect) -> Fault {
    let on = Target { operation: Some(FaultOperation::Status), request: Some(request), ..Target::default() };
    Fault { on, does: Some(does), ..Fault::default() }
}

fn completing() -> Lifecycle {
    lifecycle(&["LOAD_IN_PROGRESS 1s", "LOAD_COMPLETED"])
}

/// Statuses with their durations. A load moves on by a second with each answer.
fn lifecycle(stages: &[&str]) -> Lifecycle {
    let stage = |text: &&str| match text.split_once(' ') {
        Some((word, lasts)) => (word.into(), Some(duration(lasts))),
        None => (LoadStatus::from(*text), None),
    };
    Lifecycle::new(stages.iter().map(stage).collect()).expect("a test reads the table")
}

fn duration(text: &str) -> Duration {
    parse_duration(text).expect("a test reads the table")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_case_has_a_name_of_its_own_and_says_what_is_right_and_why() {
        let names: BTreeSet<&str> = cases().iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names.len(), cases().len());
        for case in cases() {
            assert!(case.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", case.name);
            assert!(!case.right.is_empty(), "{}", case.name);
            for text in [&case.status, &case.about, &case.why, &case.source, &case.change] {
                assert!(!text.is_empty(), "{}", case.name);
            }
            for fault in &case.faults {
                assert_eq!(neptune_fault::fault_errors(fault).len(), 0, "{}", case.name);
            }
        }
    }

    #[test]
    fn every_documented_word_has_a_case() {
        for status in LoadStatus::DOCUMENTED {
            assert!(cases().iter().any(|case| case.status == status.as_str()), "{status}");
        }
        for status in LoadStatus::ENDED {
            let groups: BTreeSet<&str> =
                cases().iter().filter(|case| case.status == status.as_str()).map(|case| case.group).collect();
            assert!(groups.is_superset(&BTreeSet::from(["words", "at-once"])), "{status}");
        }
    }

    #[test]
    fn only_a_completed_load_is_a_success() {
        for case in cases().iter().filter(|case| case.right.contains(&Outcome::Success)) {
            let end = serde_json::to_value(&case.lifecycle).unwrap();
            assert_eq!(end.as_array().unwrap().last().unwrap()[0], "LOAD_COMPLETED", "{}", case.name);
            assert!(!case.lasts, "{}", case.name);
        }
    }

    #[test]
    fn the_first_case_is_plain() {
        let first = &cases()[0];
        assert_eq!((first.name.as_str(), first.faults.len(), first.lasts), ("completed", 0, false));
    }
}
