//! Which cases are played, and the list of them.

use neptune_report::Table;
use neptune_text::nearest;

use crate::case::{Case, cases};

/// A word on the command line is no case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no case, status or group `{word}`: {hint}")]
pub struct UnknownCase {
    word: String,
    hint: String,
}

/// The cases that `only` names, or all without any, except for those that `skip` names. Names, statuses and groups name cases.
///
/// # Errors
/// [`UnknownCase`] if a word names none.
pub(crate) fn select(only: &[String], skip: &[String]) -> Result<Vec<&'static Case>, UnknownCase> {
    for word in only.iter().chain(skip) {
        check(word)?;
    }
    let is_named = |case: &Case, words: &[String]| words.iter().any(|word| names(word, case));
    let chosen = cases().iter().filter(|case| only.is_empty() || is_named(case, only));
    Ok(chosen.filter(|case| !is_named(case, skip)).collect())
}

fn names(word: &str, case: &Case) -> bool {
    word == case.name || word == case.status || word == case.group
}

fn check(word: &str) -> Result<(), UnknownCase> {
    if cases().iter().any(|case| names(word, case)) {
        return Ok(());
    }
    let known = cases().iter().flat_map(|case| [case.name.as_str(), &case.status, case.group]);
    let hint = match nearest(word, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`neptune-sim check-poller --list` shows them all".to_owned(),
    };
    Err(UnknownCase { word: word.to_owned(), hint })
}

/// The cases as a table, `width` columns wide.
pub(crate) fn list(cases: &[&Case], width: usize) -> String {
    let mut table = Table::new(["case", "group", "right", "what happens"], 4);
    for case in cases {
        let about = format!("{}: {}", case.status, case.about);
        table.row([case.name.clone(), case.group.to_owned(), case.expected(), about]);
    }
    table.render(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str], skip: &[&str]) -> Vec<&'static str> {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        select(&owned(only), &owned(skip)).unwrap().into_iter().map(|case| case.name.as_str()).collect()
    }

    #[test]
    fn names_statuses_and_groups_name_cases() {
        assert_eq!(names(&["reset-once"], &[]), ["reset-once"]);
        assert_eq!(names(&["LOAD_DATA_DEADLOCK"], &[]), ["deadlock", "deadlock-at-once"]);
        assert_eq!(names(&["LOAD_DATA_DEADLOCK"], &["at-once"]), ["deadlock"]);
        assert_eq!(names(&[], &["lasting"]).len(), cases().iter().filter(|case| case.group != "lasting").count());
    }

    #[test]
    fn a_slip_gets_the_nearest_name() {
        let error = select(&["deadlok".to_owned()], &[]).unwrap_err().to_string();
        assert_eq!(error, "there is no case, status or group `deadlok`: did you mean `deadlock`?");
    }

    #[test]
    fn the_list_names_every_case() {
        let all: Vec<&Case> = cases().iter().collect();
        let text = list(&all, 80);
        for case in cases() {
            assert!(text.contains(&format!(" {}  ", case.name)), "{}", case.name);
        }
    }
}
