//! The verdict on a poller in one case. A poller that is right is never accused: where several outcomes can be defended, the case has them all.

use std::time::Duration;

use neptune_report::count;

use crate::case::{Case, Outcome};
use crate::ending::{Ending, Kind};
use crate::play::Observation;
use crate::remedy;
use crate::trouble::MachineTrouble;
use crate::verdict::Verdict;
use crate::watch::{Enough, Notes, Reported};

/// So many pauses in a row that are none make a poller one that hammers, while its load is pending. Pauses that double from one
/// millisecond on are fewer.
const HURRIES_IN_PROGRESS: u64 = 6;
/// And so many after trouble: SDKs wait a random time from zero on before they try again.
const HURRIES_IN_TROUBLE: u64 = 20;

/// A pause may be so many times as long as the ones before: back-offs double, and some have a jitter.
const LONGER: u32 = 4;

/// The verdict with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What the poller did in the end: `success (exit code 0)`.
    pub observed: String,
    /// Why that is right or not.
    pub why: String,
    /// What to change in the poller. Empty if it is right.
    pub change: String,
}

/// Judges what was seen of a poller in a case. `patience` is the one of the case.
pub(crate) fn judge(case: &Case, seen: &Observation, patience: Duration) -> Judgement {
    let (verdict, why) = verdict(case, seen, patience);
    let change = remedy::of(verdict, case, seen, patience);
    Judgement { verdict, observed: observed(seen), why, change }
}

/// Whether a poller that was waited for in vain after a pending answer may be in a pause. A poller that has asked again is known by its pauses: the next one
/// is four times as long at most.
fn may_pause(seen: &Observation, patience: Duration) -> bool {
    let known = seen.notes.exchanges.iter().filter_map(|exchange| exchange.pause).max();
    seen.kind != Kind::StateMachine
        && matches!(seen.notes.last, Reported::Pending(_))
        && known.is_none_or(|pause| pause.saturating_mul(LONGER) >= patience)
}

fn verdict(case: &Case, seen: &Observation, patience: Duration) -> (Verdict, String) {
    let notes = &seen.notes;
    match &seen.ending {
        Ending::Crashed(instead) => (Verdict::Crashed, format!("it ended with {instead}")),
        Ending::Faulty { error, state, cause } => {
            let (name, state) = (error.name, state.escape_debug());
            let because = if cause.is_empty() { String::new() } else { format!(": {cause}") };
            (
                Verdict::Crashed,
                format!("its execution failed with {name} in the state `{state}`, which says nothing of the load{because}"),
            )
        }
        Ending::Ended { said: None, how } => {
            (Verdict::Crashed, format!("it ended with {how}, and what it said is neither success nor failure"))
        }
        Ending::OutOfPatience if !notes.asked && notes.requests == 0 => (Verdict::NeverAsked, sent_nothing(patience)),
        _ if !notes.asked => (Verdict::NeverAsked, never_asked(notes)),
        Ending::AskedOn | Ending::OutOfPatience | Ending::Cut { .. } if hammers_in_trouble(seen) => {
            (Verdict::Hammers, format!("it tried {} times in a row without a pause", notes.hurried_in_trouble))
        }
        Ending::Cut { why, .. } => (Verdict::WaitsForever, with_trouble(why.clone(), seen)),
        Ending::AskedOn => (Verdict::WaitsForever, asked_on(seen)),
        Ending::OutOfPatience if may_pause(seen, patience) => (Verdict::Undecided, may_be_pausing(seen, patience)),
        Ending::OutOfPatience if let Some(MachineTrouble { what, .. }) = &seen.trouble => {
            (Verdict::WaitsForever, format!("it did not end: {what}, and to that function {}", last_answer(&notes.last)))
        }
        Ending::OutOfPatience => (Verdict::WaitsForever, out_of_patience(seen, patience)),
        Ending::Ended { said: Some(outcome), .. } => of_outcome(case, seen, *outcome),
    }
}

fn of_outcome(case: &Case, seen: &Observation, outcome: Outcome) -> (Verdict, String) {
    let notes = &seen.notes;
    let may_fail_at_trouble = case.group == "passing" && case.right.contains(&Outcome::Failure);
    let is_settled = match outcome {
        _ if case.lasts => notes.met_trouble,
        Outcome::Failure if may_fail_at_trouble => notes.met_trouble || notes.end.is_some(),
        _ => notes.end.is_some(),
    };
    if !is_settled {
        let last = last_answer(&notes.last);
        return match outcome {
            Outcome::Success => (Verdict::Wrong, with_trouble(format!("it said success, and {last}"), seen)),
            Outcome::Failure => (Verdict::GaveUp, with_trouble(format!("it said failure, and {last}"), seen)),
        };
    }
    if !case.right.contains(&outcome) {
        return (Verdict::Wrong, with_trouble(format!("it said {outcome}: {}", case.why), seen));
    }
    if notes.hurried_in_progress >= HURRIES_IN_PROGRESS && seen.runs == 1 {
        let times = count(notes.hurried_in_progress, "time");
        return (Verdict::Hammers, format!("{times} in a row it asked again less than 20 ms after the load was pending"));
    }
    if hammers_in_trouble(seen) {
        return (Verdict::Hammers, format!("it tried {} times in a row without a pause", notes.hurried_in_trouble));
    }
    (Verdict::Right, case.why.clone())
}

/// The reason of a verdict, with what went wrong in a state machine.
fn with_trouble(why: String, seen: &Observation) -> String {
    match &seen.trouble {
        Some(MachineTrouble { what, .. }) => format!("{why}; {what}"),
        None => why,
    }
}

fn hammers_in_trouble(seen: &Observation) -> bool {
    seen.notes.hurried_in_trouble > HURRIES_IN_TROUBLE && seen.runs == 1
}

fn asked_on(seen: &Observation) -> String {
    match (&seen.notes.enough, &seen.notes.end) {
        (Some(Enough::AskedOn), Some(end)) => format!("it was answered {end} and went on sending the same request"),
        (Some(Enough::TriedOn), _) => {
            format!("it sent {} and did not end while the trouble lasted", count(seen.notes.requests, "request"))
        }
        (Some(Enough::TooMany), _) => format!("it sent {} and did not end", count(seen.notes.requests, "request")),
        _ => "it did not end".to_owned(),
    }
}

fn may_be_pausing(seen: &Observation, patience: Duration) -> String {
    let (last, seconds) = (reported(&seen.notes.last), patience.as_secs());
    format!(
        "it was answered {last}, and has neither ended nor asked again within {seconds} s: it may be in a pause that is longer"
    )
}

fn out_of_patience(seen: &Observation, patience: Duration) -> String {
    let (last, seconds) = (reported(&seen.notes.last), patience.as_secs());
    let after = match &seen.notes.last {
        Reported::Nothing => "without an answer".to_owned(),
        Reported::Pending(_) => format!("without a request after it was answered {last}"),
        Reported::Ended(_) => format!("after it was answered {last}"),
        Reported::Trouble => "after trouble had begun".to_owned(),
    };
    format!("it did not end within {seconds} s {after}; a longer --patience gives it more time")
}

fn reported(reported: &Reported) -> String {
    match reported {
        Reported::Nothing => "nothing".to_owned(),
        Reported::Pending(word) | Reported::Ended(word) => word.clone(),
        Reported::Trouble => "without a status".to_owned(),
    }
}

/// How the last request was answered, as a part of a sentence.
fn last_answer(last: &Reported) -> String {
    match last {
        Reported::Nothing => "there was no answer".to_owned(),
        Reported::Pending(word) | Reported::Ended(word) => format!("the last answer was {word}"),
        Reported::Trouble => "the last answer had no status, if there was one".to_owned(),
    }
}

fn observed(seen: &Observation) -> String {
    match &seen.ending {
        Ending::Ended { said: Some(outcome), how } => format!("{outcome} ({how})"),
        Ending::Ended { said: None, how } => format!("neither ({how})"),
        Ending::Crashed(instead) => instead.clone(),
        Ending::Faulty { error, .. } => format!("FAILED {}", error.name),
        Ending::Cut { by, .. } => format!("no end ({by})"),
        Ending::AskedOn | Ending::OutOfPatience => "no end".to_owned(),
    }
}

fn sent_nothing(patience: Duration) -> String {
    format!("it sent no request within {} s; if it starts slowly, a longer --patience gives it more time", patience.as_secs())
}

fn never_asked(notes: &Notes) -> String {
    match &notes.other_load {
        Some(load) => format!("it asked for the load `{}`, which is not the load of the case", load.escape_debug()),
        None => "it never asked for the status of its load".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::Value;

    use super::*;
    use crate::case::cases;
    use crate::ending::How;
    use crate::watch::Exchange;

    const PATIENCE: Duration = Duration::from_mins(2);

    /// A request that was answered 403, by a fault or without one.
    fn refused(fault: Option<&str>) -> Notes {
        let exchange = Exchange { http_status: Some(403), fault: fault.map(str::to_owned), ..Exchange::default() };
        Notes { exchanges: vec![exchange], ..trouble() }
    }

    fn case(name: &str) -> &'static Case {
        cases().iter().find(|case| case.name == name).unwrap()
    }

    fn exited(code: i32, notes: Notes) -> Observation {
        let said = Some(if code == 0 { Outcome::Success } else { Outcome::Failure });
        seen(Ending::Ended { said, how: How::Exit(code) }, notes)
    }

    fn seen(ending: Ending, notes: Notes) -> Observation {
        let (stdout, stderr) = (String::new(), String::new());
        let notes = Notes { asked: true, ..notes };
        Observation {
            notes,
            ending,
            kind: Kind::Command,
            stdout,
            stderr,
            runs: 1,
            took: Duration::ZERO,
            trouble: None,
            timeline: Value::Null,
        }
    }

    fn ended(word: &str) -> Notes {
        Notes { last: Reported::Ended(word.into()), end: Some(word.into()), ..Notes::default() }
    }

    fn pending() -> Notes {
        Notes { last: Reported::Pending("LOAD_IN_PROGRESS".into()), ..Notes::default() }
    }

    /// Two pending answers with so many seconds between them.
    fn paused(seconds: u64) -> Notes {
        let second = Exchange { pause: Some(Duration::from_secs(seconds)), ..Exchange::default() };
        Notes { exchanges: vec![Exchange::default(), second], ..pending() }
    }

    fn trouble() -> Notes {
        Notes { last: Reported::Trouble, met_trouble: true, ..Notes::default() }
    }

    #[rstest]
    #[case::success("completed", exited(0, ended("LOAD_COMPLETED")), Verdict::Right)]
    #[case::a_success_called_failure("completed", exited(1, ended("LOAD_COMPLETED")), Verdict::Wrong)]
    #[case::failure("failed", exited(3, ended("LOAD_FAILED")), Verdict::Right)]
    #[case::a_failure_called_success("failed", exited(0, ended("LOAD_FAILED")), Verdict::Wrong)]
    #[case::success_before_the_end("completed", exited(0, pending()), Verdict::Wrong)]
    #[case::failure_before_the_end("failed", exited(1, pending()), Verdict::GaveUp)]
    #[case::failure_at_passing_trouble("http-500-once", exited(1, trouble()), Verdict::GaveUp)]
    #[case::success_after_passing_trouble("http-500-once", exited(0, ended("LOAD_COMPLETED")), Verdict::Right)]
    #[case::failure_at_a_400_that_passes("retryable-400-once", exited(1, trouble()), Verdict::Right)]
    #[case::success_at_a_400_that_passes("retryable-400-once", exited(0, trouble()), Verdict::Wrong)]
    #[case::failure_at_lasting_trouble("http-500-lasting", exited(1, trouble()), Verdict::Right)]
    #[case::success_at_lasting_trouble("http-500-lasting", exited(0, trouble()), Verdict::Wrong)]
    #[case::failure_before_lasting_trouble("http-500-lasting", exited(1, pending()), Verdict::GaveUp)]
    #[case::either("completed-with-errors", exited(0, ended("LOAD_COMPLETED")), Verdict::Right)]
    #[case::or("completed-with-errors", exited(1, ended("LOAD_COMPLETED")), Verdict::Right)]
    #[case::asked_on("failed", seen(Ending::AskedOn, ended("LOAD_FAILED")), Verdict::WaitsForever)]
    #[case::no_second_request("failed", seen(Ending::OutOfPatience, pending()), Verdict::Undecided)]
    #[case::pauses_that_get_longer("failed", seen(Ending::OutOfPatience, paused(30)), Verdict::Undecided)]
    #[case::short_pauses_before("failed", seen(Ending::OutOfPatience, paused(29)), Verdict::WaitsForever)]
    #[case::the_end_was_there("failed", seen(Ending::OutOfPatience, ended("LOAD_FAILED")), Verdict::WaitsForever)]
    #[case::no_waits_of_its_own(
        "failed",
        Observation { kind: Kind::StateMachine, ..seen(Ending::OutOfPatience, pending()) },
        Verdict::WaitsForever
    )]
    #[case::a_signal("completed", seen(Ending::Crashed("signal 11".into()), ended("LOAD_COMPLETED")), Verdict::Crashed)]
    #[case::neither("completed", seen(Ending::Ended { said: None, how: How::Exit(0) }, ended("LOAD_COMPLETED")), Verdict::Crashed)]
    #[case::hammers("completed", exited(0, Notes { hurried_in_progress: 6, ..ended("LOAD_COMPLETED") }), Verdict::Hammers)]
    #[case::hurries("completed", exited(0, Notes { hurried_in_progress: 5, ..ended("LOAD_COMPLETED") }), Verdict::Right)]
    #[case::an_sdk_retries("reset-lasting", exited(1, Notes { hurried_in_trouble: 20, ..trouble() }), Verdict::Right)]
    #[case::retries_without_end("reset-lasting", exited(1, Notes { hurried_in_trouble: 21, ..trouble() }), Verdict::Hammers)]
    #[case::both("failed", exited(0, Notes { hurried_in_progress: 9, ..ended("LOAD_FAILED") }), Verdict::Wrong)]
    fn a_poller_is_judged(#[case] name: &str, #[case] seen: Observation, #[case] verdict: Verdict) {
        assert_eq!(judge(case(name), &seen, PATIENCE).verdict, verdict);
    }

    #[rstest]
    #[case::success_before_the_end(
        "failed",
        exited(0, pending()),
        "let it ask on while the load is LOAD_IN_PROGRESS, which is no end",
        "--pending"
    )]
    #[case::failure_before_the_end("completed", exited(75, pending()), "say with --pending how", "treat LOAD_COMPLETED")]
    #[case::a_limit_of_its_own("long-in-progress", exited(1, pending()), "longer than a load takes", "milliseconds")]
    #[case::a_long_pause(
        "completed",
        seen(Ending::OutOfPatience, pending()),
        "give it a longer --patience",
        "treat LOAD_COMPLETED"
    )]
    #[case::no_signature("completed", exited(1, refused(None)), "let it sign its requests", "treat LOAD_COMPLETED")]
    #[case::a_refusal_that_is_the_case("completed", exited(1, refused(Some("access-denied"))), "treat LOAD_COMPLETED", "sign")]
    fn what_to_change_fits_what_the_poller_did(
        #[case] name: &str,
        #[case] seen: Observation,
        #[case] expected: &str,
        #[case] other: &str,
    ) {
        let change = judge(case(name), &seen, PATIENCE).change;
        assert!(change.contains(expected) && !change.contains(other), "{change}");
    }

    /// A state machine whose function raised an error or does not answer.
    fn troubled(seen: Observation) -> Observation {
        let trouble = MachineTrouble {
            what: "the function `look` raised E".to_owned(),
            change: Some("correct the function `look`".to_owned()),
        };
        Observation { kind: Kind::StateMachine, trouble: Some(trouble), ..seen }
    }

    #[rstest]
    #[case::it_failed_too_soon(
        "completed",
        exited(1, pending()),
        "correct the function `look`",
        "it said failure, and the last answer was LOAD_IN_PROGRESS; the function `look` raised E"
    )]
    #[case::it_called_a_success_a_failure(
        "completed",
        exited(1, ended("LOAD_COMPLETED")),
        "correct the function `look`",
        "it said failure: "
    )]
    #[case::it_hangs_after_the_end(
        "completed",
        seen(Ending::OutOfPatience, ended("LOAD_COMPLETED")),
        "correct the function `look`",
        "it did not end: the function `look` raised E, and to that function the last answer was LOAD_COMPLETED"
    )]
    #[case::it_goes_round("failed", seen(Ending::Cut { by: "TIMED_OUT", why: "it timed out".into() }, pending()), "correct the function `look`", "it timed out; the function `look` raised E")]
    #[case::the_trouble_of_the_case(
        "http-500-once",
        exited(1, trouble()),
        "; here, the function `look` raised E",
        "it said failure, and the last answer had no status, if there was one; the function `look` raised E"
    )]
    fn a_function_that_fails_is_told_of_and_not_the_load(
        #[case] name: &str,
        #[case] seen: Observation,
        #[case] change: &str,
        #[case] why: &str,
    ) {
        let judgement = judge(case(name), &troubled(seen.clone()), PATIENCE);
        assert!(judgement.change.contains(change) && judgement.why.contains(why), "{judgement:?}");
        assert_eq!(judgement.verdict, judge(case(name), &Observation { kind: Kind::StateMachine, ..seen }, PATIENCE).verdict);
        assert!(name == "http-500-once" || !judgement.change.contains("LOAD_"), "{judgement:?}");
    }

    #[test]
    fn how_a_machine_came_to_its_end_stands_in_why_and_changes_no_advice() {
        let route = MachineTrouble { what: "its last state is `Bad`".to_owned(), change: None };
        let seen = Observation { kind: Kind::StateMachine, trouble: Some(route), ..exited(1, ended("LOAD_COMPLETED")) };
        let judgement = judge(case("completed"), &seen, PATIENCE);
        assert!(judgement.why.ends_with("; its last state is `Bad`"), "{}", judgement.why);
        assert_eq!(judgement.change, case("completed").change);
    }

    #[test]
    fn a_poller_that_asked_for_nothing_gets_a_remedy() {
        let seen = Observation { notes: Notes::default(), ..exited(1, Notes::default()) };
        let judgement = judge(case("completed"), &seen, PATIENCE);
        assert_eq!(judgement.verdict, Verdict::NeverAsked);
        assert!(judgement.change.contains("AWS_ENDPOINT_URL_NEPTUNEDATA"), "{}", judgement.change);
    }

    #[test]
    fn a_poller_that_asked_for_something_else_need_not_look_for_the_address() {
        let seen = Observation { notes: Notes { requests: 2, ..Notes::default() }, ..exited(1, Notes::default()) };
        let judgement = judge(case("completed"), &seen, PATIENCE);
        assert_eq!(judgement.verdict, Verdict::NeverAsked);
        assert!(judgement.change.contains("NEPTUNE_LOAD_ID") && !judgement.change.contains("AWS_"), "{}", judgement.change);
    }

    #[test]
    fn a_poller_that_sent_nothing_in_time_may_only_be_slow() {
        let unseen = Observation { notes: Notes::default(), ..seen(Ending::OutOfPatience, Notes::default()) };
        let judgement = judge(case("completed"), &unseen, PATIENCE);
        let why = "it sent no request within 120 s; if it starts slowly, a longer --patience gives it more time";
        assert_eq!((judgement.verdict, judgement.why.as_str()), (Verdict::NeverAsked, why));
    }

    #[rstest]
    #[case::no_answer("time-out-once", "set a time limit for each request")]
    #[case::no_end("time-out-lasting", "set a time limit for each request")]
    #[case::a_page("http-503-once", "AWS's SDK for JavaScript does not do so by itself")]
    fn what_to_change_is_what_the_author_can_change(#[case] name: &str, #[case] advice: &str) {
        assert!(case(name).change.contains(advice), "{}", case(name).change);
    }

    #[test]
    fn a_poller_that_took_too_long_learns_of_the_option() {
        let judgement = judge(case("http-500-lasting"), &seen(Ending::OutOfPatience, trouble()), PATIENCE);
        let why = "it did not end within 120 s after trouble had begun; a longer --patience gives it more time";
        assert_eq!(judgement.why, why);
    }
}
