//! Scenarios made of a recording, or of one status that Neptune answered.
//!
//! What is made is a beginning, to be read and changed: a scenario says less than the cluster knew. What could not be taken over stands
//! in comments at its top.

mod asked;
mod error;
mod faults;
mod loads;
mod outcome;
mod remarks;
mod status;
mod steps;
mod text;
mod work;

use std::collections::BTreeSet;

use neptune_loader::LoadStatus;
use neptune_report::count;
use neptune_server::record::Recording;
use neptune_server::scenario::Scenario;
use neptune_text::duration_text;
use serde_json::{Map, Value, json};

pub(crate) use asked::Asked;
pub(crate) use error::DraftError;
pub(crate) use remarks::Remarks;
use text::{insert_list, written};

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
        "{} in {}, as a proxy recorded them on {}",
        count(recording.exchanges.len() as u64, "request"),
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
