//! Scripted loads: those that say themselves how they go, and those that read their source.

use neptune_loader::{Lifecycle, LoadStatus, Script, StartRequest};
use serde_json::{Map, Value};

use super::known::default_source;
use super::loads::LoadEntry;
use super::work::{Work, WorkCheck, duration};
use crate::document::{KeyPath, one_of};

/// Parameters of the start that say nothing here: a simulator reads any bucket that it has.
const UNUSED: [(&str, &str); 2] = [("iamRoleArn", "arn:aws:iam::123456789012:role/NeptuneLoadFromS3"), ("region", "us-east-1")];
/// The parameters that change how files are read, or what an error does.
const USED: [&str; 7] = [
    "format",
    "failOnError",
    "parserConfiguration",
    "updateSingleCardinalityProperties",
    "userProvidedEdgeIds",
    "edgeOnlyLoad",
    "parallelism",
];

/// A scripted load, with the statuses that it reaches. They are `None` if they cannot be known, and both are if its lifecycle is
/// impossible.
pub(super) fn script(
    check: &WorkCheck<'_>,
    path: &KeyPath,
    id: &str,
    load: &LoadEntry,
) -> (Option<Script>, Option<Vec<LoadStatus>>) {
    let source = load.source.clone().unwrap_or_else(|| default_source(id));
    let begins = load.begins.as_deref().map(|text| duration(check.findings, &path.key("begins"), text));
    let begins = begins.and_then(|begins| check.findings.keep(begins)).unwrap_or_default();
    if let Some(parameters) = &load.reads {
        return (reading(check, path, source, load, parameters).map(|script| Script { begins, ..script }), None);
    }
    let Some(lifecycle) = &load.lifecycle else {
        let help = "say how it goes, `lifecycle: [LOAD_IN_PROGRESS 5s, LOAD_COMPLETED]`, or `reads: {format: csv}`";
        check.findings.add_at(path, "a load needs a `lifecycle`, or `reads`", Some(help));
        return (None, None);
    };
    let lifecycle = check.lifecycle(&path.key("lifecycle"), lifecycle);
    let LoadEntry { files, records, duplicates, retries, ref errors, .. } = *load;
    let workload = check.workload(path, &Work { files, records, duplicates, retries, errors });
    match lifecycle {
        Some((lifecycle, reaches)) => (Some(Script { source, lifecycle, workload, reads: None, begins }), Some(reaches)),
        None => (None, None),
    }
}

/// A load that reads. `None` if something about it is wrong.
fn reading(
    check: &WorkCheck<'_>,
    path: &KeyPath,
    source: String,
    load: &LoadEntry,
    parameters: &Map<String, Value>,
) -> Option<Script> {
    for (key, is_given) in [
        ("files", load.files.is_some()),
        ("records", load.records.is_some()),
        ("duplicates", load.duplicates > 0),
        ("retries", load.retries > 0),
        ("errors", !load.errors.is_empty()),
    ] {
        if is_given {
            check.findings.add_at(
                &path.key(key),
                "it follows from what the load reads",
                Some("leave it out, or leave out `reads`"),
            );
        }
    }
    let lifecycle = match &load.lifecycle {
        None => Lifecycle::new(vec![(LoadStatus::InProgress, None)]).ok(),
        Some(entries) => lifecycle(check, &path.key("lifecycle"), entries),
    };
    let reads = request(check, &path.key("reads"), &source, parameters);
    Some(Script { reads: Some(reads?.into()), ..Script::new(source, lifecycle?) })
}

fn lifecycle(check: &WorkCheck<'_>, path: &KeyPath, entries: &[String]) -> Option<Lifecycle> {
    let (lifecycle, reaches) = check.lifecycle(path, entries)?;
    if reaches.last() != Some(&LoadStatus::InProgress) {
        let message = "a load that reads its source goes on from LOAD_IN_PROGRESS as the files have it";
        check.findings.add_at(path, message, Some("end with `LOAD_IN_PROGRESS`"));
    }
    Some(lifecycle)
}

fn request(check: &WorkCheck<'_>, path: &KeyPath, source: &str, parameters: &Map<String, Value>) -> Option<StartRequest> {
    for key in parameters.keys().filter(|key| !USED.contains(&key.as_str())) {
        check.findings.add_at(
            &path.key(key),
            format!("`{key}` changes nothing about what a load reads"),
            one_of(key, &USED, "parameters").as_deref(),
        );
    }
    let mut all = parameters.clone();
    all.insert("source".to_owned(), source.into());
    all.entry("format").or_insert_with(|| "csv".into());
    all.extend(UNUSED.map(|(key, value)| (key.to_owned(), value.into())));
    StartRequest::from_parameters(&all).map_err(|error| check.findings.add_at(path, error.message, None)).ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use crate::Scenario;

    fn parse(load: &str, data: &str) -> Result<Scenario, String> {
        let text = format!("name: x\nabout: X\ngiven:\n  data: {data}\n  loads:\n    x: {load}\n");
        Scenario::parse("x.yaml", &text).map_err(|error| error.to_string())
    }

    const DATA: &str = "{b: {in/people.csv: \"~id\\nv1\"}}";

    #[rstest]
    #[case::the_shortest("{reads: {}, source: 's3://b/in/'}")]
    #[case::with_parameters("{reads: {format: nquads, failOnError: false}, source: 's3://b/in/'}")]
    #[case::after_a_queue("{reads: {}, source: 's3://b/in/', lifecycle: [LOAD_IN_QUEUE 2s, LOAD_IN_PROGRESS]}")]
    fn a_load_that_reads(#[case] load: &str) {
        let scenario = parse(load, DATA).unwrap_or_else(|error| panic!("{error}"));
        assert!(scenario.cluster_spec(crate::ClockKind::Manual).scripts[0].1.reads.is_some());
    }

    #[test]
    fn a_load_may_begin_later() {
        let scenario = parse("{begins: 1500ms, lifecycle: [LOAD_FAILED]}", DATA).unwrap();
        assert_eq!(scenario.cluster_spec(crate::ClockKind::Manual).scripts[0].1.begins, std::time::Duration::from_millis(1500));
        let error = parse("{begins: 30, lifecycle: [LOAD_FAILED]}", DATA).unwrap_err();
        assert!(error.contains("begins"), "{error}");
    }

    #[rstest]
    #[case::nothing_to_read("{reads: {}}", "{}", "there is no data for it to read")]
    #[case::an_end(
        "{reads: {}, lifecycle: [LOAD_IN_PROGRESS 2s, LOAD_FAILED]}",
        DATA,
        "goes on from LOAD_IN_PROGRESS as the files have it"
    )]
    #[case::numbers("{reads: {}, records: 7}", DATA, "it follows from what the load reads")]
    #[case::an_unknown_format("{reads: {format: cvs}}", DATA, "Invalid value for parameter 'format': cvs")]
    #[case::a_slip("{reads: {failOnErrors: false}}", DATA, "did you mean `failOnError`?")]
    #[case::a_source("{reads: {source: 's3://b/'}}", DATA, "`source` changes nothing about what a load reads")]
    #[case::no_source("{reads: {}, source: 'b/in'}", DATA, "Invalid value for parameter 'source': b/in")]
    fn what_is_wrong_with_it_is_reported(#[case] load: &str, #[case] data: &str, #[case] expected: &str) {
        let error = parse(load, data).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}
