//! A run can be killed anywhere, and its journal says what may still be there.

use std::fs;

use rstest::rstest;
use tempfile::TempDir;

use super::*;
use crate::guard::tests::permit;
use crate::guard::{Live, Rehearsal};
use crate::profile::tests::profile;
use crate::{Dataset, Folder, IdPrefix, ObjectKey, RunGraph};

const RUN: &str = "20261122-073000-ab12cd";

/// A place for one journal.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("journal.ndjson")
    }

    fn create(&self) -> Journal {
        Journal::create(&self.path(), &permit::<Live>()).unwrap()
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn holds(text: &str) -> Self {
        let place = Self::new();
        fs::write(place.path(), text).unwrap();
        place
    }

    fn left(&self) -> Vec<Entry> {
        Journal::resume(&self.path(), &profile()).unwrap().map_or_else(Vec::new, |(_, entries)| entries)
    }

    fn refused(&self) -> String {
        let error = Journal::resume(&self.path(), &profile()).unwrap_err().to_string();
        error.replace(&self.path().display().to_string(), "journal")
    }
}

fn folder(run: &str) -> Folder {
    RunPrefix::of(&run.parse().unwrap(), &profile().prefix).folder("test_a", "load", Dataset::Valid).unwrap()
}

fn graph(run: &str) -> Resource {
    Resource::Graph(RunGraph::of(&run.parse().unwrap()))
}

fn key() -> ObjectKey {
    folder(RUN).key("people.csv").unwrap()
}

/// A journal of everything there is: an object and a graph are still there, a load is gone, and one was never answered.
fn eventful() -> String {
    let place = Place::new();
    let mut journal = place.create();
    let mut object = journal.making(Resource::Object(key())).unwrap();
    journal.created(&mut object, None).unwrap();
    let mut load = journal.making(Resource::Load(folder(RUN))).unwrap();
    journal.created(&mut load, Some("load-1".into())).unwrap();
    journal.making(graph(RUN)).unwrap();
    journal.removed(load).unwrap();
    journal.making(Resource::Load(folder(RUN))).unwrap();
    place.text()
}

#[test]
fn a_journal_is_readable_without_this_program() {
    let prefix = format!("team/loads/neptune-harness/{RUN}/test_a/load/valid/");
    let lines = [
        format!(
            r#"{{"event":"opened","run":"{RUN}","cluster":"cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ","bucket":"team-sandbox-data","prefix":"team/loads"}}"#
        ),
        format!(r#"{{"event":"making","number":1,"resource":{{"object":"{prefix}people.csv"}}}}"#),
        r#"{"event":"created","number":1,"load_id":null}"#.to_owned(),
        format!(r#"{{"event":"making","number":2,"resource":{{"load":"{prefix}"}}}}"#),
        r#"{"event":"created","number":2,"load_id":"load-1"}"#.to_owned(),
        format!(r#"{{"event":"making","number":3,"resource":{{"graph":"urn:neptune-harness:{RUN}"}}}}"#),
        r#"{"event":"removed","number":2}"#.to_owned(),
        format!(r#"{{"event":"making","number":4,"resource":{{"load":"{prefix}"}}}}"#),
    ];
    assert_eq!(eventful().lines().collect::<Vec<_>>(), lines);
}

#[test]
fn what_is_not_crossed_off_is_left() {
    let entry = |number, resource| Entry { number, resource, load_id: None };
    let expected = [entry(1, Resource::Object(key())), entry(3, graph(RUN)), entry(4, Resource::Load(folder(RUN)))];
    assert_eq!(Place::holds(&eventful()).left(), expected);
}

#[test]
fn a_load_that_runs_is_left_with_its_id() {
    let text: Vec<_> = eventful().split_inclusive('\n').take(5).map(str::to_owned).collect();
    let left = Place::holds(&text.concat()).left();
    assert_eq!(left.iter().map(Entry::load_id).collect::<Vec<_>>(), [None, Some("load-1")]);
}

#[test]
fn a_run_may_be_killed_at_any_byte() {
    let text = eventful();
    for end in 0..text.len() {
        let whole_lines = text[..end].rfind('\n').map_or(0, |last| last + 1);
        assert_eq!(Place::holds(&text[..end]).left(), Place::holds(&text[..whole_lines]).left(), "killed after byte {end}");
    }
}

#[test]
fn what_was_left_can_be_removed_and_the_journal_closed() {
    let text = eventful();
    let place = Place::holds(&text[..text.len() - 5]);
    let (mut journal, left) = Journal::resume(&place.path(), &profile()).unwrap().unwrap();
    let more = journal.making(Resource::Ids(IdPrefix::of(&RUN.parse().unwrap()))).unwrap();
    for entry in left.into_iter().chain([more]) {
        journal.removed(entry).unwrap();
    }
    journal.close().unwrap();
    assert!(place.text().ends_with("{\"event\":\"removed\",\"number\":4}\n{\"event\":\"closed\"}\n"), "{}", place.text());
    assert!(Journal::resume(&place.path(), &profile()).unwrap().is_none());
}

#[test]
fn a_journal_is_not_closed_while_something_is_left() {
    let place = Place::new();
    let mut journal = place.create();
    journal.making(graph(RUN)).unwrap();
    assert_eq!(journal.close().unwrap_err().to_string(), "1 things are not removed: a journal is closed when nothing is left");
    assert!(!place.text().contains("closed"));
}

#[test]
fn nothing_of_another_run_is_written_down() {
    let place = Place::new();
    let mut journal = place.create();
    let before = place.text();
    let other = "20261122-073001-ab12cd";
    for resource in [Resource::Load(folder(other)), graph(other)] {
        let error = journal.making(resource).unwrap_err();
        assert!(matches!(error, JournalError::Foreign(_)), "{error}");
    }
    assert_eq!(place.text(), before);
}

#[test]
fn an_entry_of_another_journal_is_not_crossed_off_here() {
    let other = "20261122-073001-ab12cd";
    let place = Place::new();
    let mut journal = place.create();
    let mut foreign = Place::holds(&eventful().replace(RUN, other)).left().pop().unwrap();
    assert!(matches!(journal.created(&mut foreign, None), Err(JournalError::Foreign(_))));
    assert!(matches!(journal.removed(foreign), Err(JournalError::Foreign(_))));
}

#[test]
fn the_journal_of_a_run_that_goes_on_is_left_alone() {
    let place = Place::new();
    let journal = place.create();
    assert_eq!(place.refused(), "journal: another process writes it: wait until that has ended");
    drop(journal);
    assert!(place.left().is_empty());
}

#[test]
fn a_journal_is_never_begun_twice() {
    let place = Place::holds("");
    let error = Journal::create(&place.path(), &permit::<Rehearsal>()).unwrap_err();
    assert!(matches!(error, JournalError::Io { .. }), "{error}");
}

#[rstest]
#[case::cluster("cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "cluster-B")]
#[case::bucket("team-sandbox-data", "other")]
#[case::prefix("\"team/loads\"", "\"other/loads\"")]
fn a_journal_of_another_place_is_refused(#[case] ours: &str, #[case] other: &str) {
    let error = Place::holds(&eventful().replacen(ours, other, 1)).refused();
    assert!(error.starts_with("journal: it is about "), "{error}");
    assert!(error.ends_with(": choose the profile that the run had"), "{error}");
}

#[rstest]
#[case::foreign_key(
    "valid/people.csv",
    "other/people.csv",
    "2: `team/loads/neptune-harness/20261122-073000-ab12cd/test_a/load/other/people.csv` is not of its run"
)]
#[case::foreign_folder(
    "{\"load\":\"team/",
    "{\"load\":\"",
    "4: `loads/neptune-harness/20261122-073000-ab12cd/test_a/load/valid/` is not of its run"
)]
#[case::foreign_graph(
    "urn:neptune-harness:20261122",
    "urn:neptune-harness:20261121",
    "6: `urn:neptune-harness:20261121-073000-ab12cd` is not of its run"
)]
#[case::no_run(
    "ab12cd\"",
    "AB12CD\"",
    "1: `20261122-073000-AB12CD` is not the id of a run: write it as the run printed it, like `20261122-073000-ab12cd`"
)]
#[case::headless("{\"event\":\"opened\",\"run\"", "{\"event\":\"closed\"}\n{\"a\"", "1: it has to begin with `opened`")]
#[case::number_left_out("\"number\":1", "\"number\":2", "2: number 2 where 1 comes next")]
#[case::unknown_number("\"removed\",\"number\":2", "\"removed\",\"number\":9", "7: number 9 is not open")]
#[case::never_made("{\"event\":\"created\",\"number\":1", "{\"event\":\"created\",\"number\":7", "3: number 7 is not open")]
#[case::closed_too_early(
    "{\"event\":\"removed\",\"number\":2}",
    "{\"event\":\"closed\"}",
    "7: it is closed, and 3 things are not removed"
)]
fn a_journal_that_was_changed_by_hand_removes_nothing(#[case] from: &str, #[case] to: &str, #[case] complaint: &str) {
    let text = eventful();
    assert!(text.contains(from));
    let remedy = "nothing is removed by a journal that was changed; remove by hand what it names";
    assert_eq!(Place::holds(&text.replacen(from, to, 1)).refused(), format!("journal:{complaint}: {remedy}"));
}

#[rstest]
#[case::half_a_line_in_the_middle("{\"event\":\"mak\n")]
#[case::unknown_event("{\"event\":\"erased\",\"number\":1}\n")]
#[case::unknown_key("{\"event\":\"removed\",\"number\":1,\"force\":true}\n")]
#[case::no_json("\u{fffd}\n")]
fn a_line_of_no_journal_is_refused(#[case] line: &str) {
    let error = Place::holds(&(eventful() + line)).refused();
    assert!(error.starts_with("journal:9: no line of a journal: "), "{error}");
}

#[test]
fn nothing_comes_after_the_end() {
    let place = Place::new();
    place.create().close().unwrap();
    let text = place.text() + "{\"event\":\"making\",\"number\":1,\"resource\":{\"graph\":\"a\"}}\n";
    let error = Place::holds(&text).refused();
    assert!(error.starts_with("journal:3: nothing comes after `closed`"), "{error}");
}
