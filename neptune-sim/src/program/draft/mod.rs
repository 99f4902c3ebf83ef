//! Scenarios made of a recording, or of one status that Neptune answered.
//!
//! What is made is a beginning, to be read and changed: a scenario says less than the cluster knew. What could not be taken over stands
//! in comments at its top.

mod asked;
mod faults;
mod loads;
mod outcome;
mod status;
mod steps;
mod work;
mod yaml;

use std::collections::BTreeSet;
use std::time::Duration;

use neptune_loader::LoadStatus;
use neptune_sim::record::{Recording, RecordingError};
use neptune_sim::scenario::Scenario;
use serde_json::{Map, Value, json};

use asked::Asked;

/// How many remarks a scenario has at most.
const REMARKS: usize = 40;
/// How wide the lines of comments are.
const COMMENT_COLUMNS: usize = 120;

/// Why no scenario can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DraftError {
    /// It looks like a recording, and is none.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// It is neither a recording nor a status.
    #[error(
        "this is neither a recording nor the status of a load: give the file of `neptune-sim proxy --record`, or the JSON of one \
         answer, with `overallStatus` in it"
    )]
    Nothing,
    /// The simulator would not take what was made of it.
    #[error("what it says cannot be said in a scenario: {0}")]
    Refused(String),
}

/// Makes a scenario of this name of a recording, or of the JSON of one answer about a load.
///
/// # Errors
/// [`DraftError`] if there is neither, or if the simulator would refuse the scenario.
pub(crate) fn scenario(name: &str, text: &str) -> Result<String, DraftError> {
    let made =
        if Recording::is_one(text) { of_recording(name, &Recording::parse(text)?) } else { status::scenario(name, text)? };
    match Scenario::parse("scenario", &made) {
        Ok(_) => Ok(made),
        Err(error) => Err(DraftError::Refused(error.to_string())),
    }
}

/// What could not be taken over, in the order in which it was noticed and without repetitions.
#[derive(Debug, Default)]
struct Remarks {
    list: Vec<String>,
    known: BTreeSet<String>,
}

impl Remarks {
    fn add(&mut self, remark: impl Into<String>) {
        let remark = remark.into();
        if self.known.insert(remark.clone()) {
            self.list.push(remark);
        }
    }
}

/// A scenario that replays a recording on a manual clock.
fn of_recording(name: &str, recording: &Recording) -> String {
    let mut remarks = Remarks::default();
    note_gaps(recording, &mut remarks);
    let asked: Vec<Asked<'_>> = recording.exchanges.iter().filter_map(|exchange| Asked::of(exchange, &mut remarks)).collect();
    let loads = loads::RecordedLoads::of(&asked, &mut remarks);
    let faults = faults::faults(&asked, &loads, &mut remarks);
    let steps = steps::steps(&asked, &loads, &mut remarks);
    let mut given = Map::new();
    if asked.iter().any(Asked::tells_of_a_reader) {
        given.insert("instance".into(), "reader".into());
    }
    loads.write(&mut given);
    insert_list(&mut given, "undocumented_statuses", undocumented(&asked));
    insert_list(&mut given, "faults", faults);
    let lasted = asked.last().map(|last| last.at).unwrap_or_default();
    let about = format!(
        "{} requests in {}, as a proxy recorded them on {}",
        recording.exchanges.len(),
        duration_text(lasted),
        recording.title.time.split('T').next().unwrap_or_default(),
    );
    let mut scenario = json!({"name": name, "about": about, "given": given});
    if !steps.is_empty() {
        scenario["action"] = steps.into();
    }
    let source = format!("from what {} recorded of {}", recording.title.by, recording.title.upstream);
    written(&source, &remarks, &scenario)
}

fn note_gaps(recording: &Recording, remarks: &mut Remarks) {
    if recording.earlier > 0 {
        remarks.add(format!("the file has {} earlier recordings: this is the last one", recording.earlier));
    }
    if recording.unreadable > 0 {
        remarks.add(format!("{} lines of the recording could not be read", recording.unreadable));
    }
    let missing: u64 = recording.exchanges.windows(2).map(|two| (two[1].number - two[0].number).saturating_sub(1)).sum();
    if missing > 0 {
        remarks.add(format!("{missing} exchanges are missing in the recording"));
    }
}

/// The status words that Neptune does not document, which a scenario must declare.
fn undocumented(asked: &[Asked<'_>]) -> Vec<Value> {
    let words = asked.iter().filter_map(|asked| asked.seen_status().map(|seen| seen.status));
    let odd: BTreeSet<&str> = words.filter(|word| !LoadStatus::from(*word).is_documented()).collect();
    odd.into_iter().map(Value::from).collect()
}

fn insert_list(given: &mut Map<String, Value>, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        given.insert(key.to_owned(), list.into());
    }
}

/// The text of a scenario: where it comes from, what is not in it, and then itself.
fn written(source: &str, remarks: &Remarks, scenario: &Value) -> String {
    let mut text = comment("", &format!("Made by `neptune-sim scenario` {source}. Read it, and change what you like."));
    if !remarks.list.is_empty() {
        text += "#\n# Not taken over:\n";
        for remark in remarks.list.iter().take(REMARKS) {
            text += &comment("- ", remark);
        }
        if remarks.list.len() > REMARKS {
            text += &comment("- ", &format!("and {} more of the kind", remarks.list.len() - REMARKS));
        }
    }
    text + &yaml::document(scenario)
}

/// A comment in lines that can be read.
fn comment(bullet: &str, text: &str) -> String {
    let (mut lines, mut line) = (String::new(), format!("# {bullet}"));
    // A line break in a recording cannot end the comment.
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() > COMMENT_COLUMNS && !line.ends_with("# ") {
            lines += line.trim_end();
            lines.push('\n');
            line = format!("# {}", " ".repeat(bullet.len()));
        }
        line += word;
        line.push(' ');
    }
    lines + line.trim_end() + "\n"
}

/// A duration as scenarios write it.
fn duration_text(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis.is_multiple_of(1000) { format!("{}s", millis / 1000) } else { format!("{millis}ms") }
}
