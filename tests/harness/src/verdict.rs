//! What is judged of a function of another contract: its verdict, and nothing else.
//!
//! A poller has one job, to say whether loads are pending, have succeeded or have failed. Its texts, its log, the names of its errors and the
//! number of its requests are its own business.

use neptune_server::scenario::{Check, Claim, Kind, Matcher, Path, Subject, ValueMatcher};

/// The function that passes on Neptune's own answer, in which the verdict lies deeper.
const PASSES_ON: &str = "get_load_status";

/// What becomes of a check where only verdicts are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It is about the verdict, or about the cluster, which no function can choose.
    Whole,
    /// It names an error: only that one was raised is judged.
    Raising,
    /// It is left out. The reason, for people.
    Not(&'static str),
}

/// What becomes of a check on an invocation of this function.
///
/// | subject | judged | why |
/// |---|---|---|
/// | `answer.status`; of `get_load_status` `answer.payload.overallStatus.status` | yes | it is the verdict |
/// | any other field of an answer, `answers` | no | texts, ids and details belong to the contract of one function |
/// | `raised.…` | that something was raised | a caller goes another way then; names and texts of errors are the function's own |
/// | `log`, `requests`, `request.…`, `environments`, `took` | no | how a function comes to its verdict is its own business |
/// | `reply.…`, `loads` | yes | they are about the cluster, which has to be as the scenario says |
pub fn judged(function: &str, subject: &Subject) -> Judged {
    match subject {
        Subject::Answer(_, path) if is_verdict(function, path) => Judged::Whole,
        Subject::Answer(..) | Subject::Answers => Judged::Not("not the verdict"),
        Subject::Raised(_) => Judged::Raising,
        Subject::Log => Judged::Not("the log"),
        Subject::Requests | Subject::Request(_) | Subject::Environments | Subject::Took => {
            Judged::Not("how it comes to the verdict")
        }
        Subject::Reply(_) | Subject::Loads => Judged::Whole,
    }
}

/// Whether the verdict of a function is at this path of its answers.
pub(crate) fn is_verdict(function: &str, Path(path): &Path) -> bool {
    path.join(".") == field(function)
}

/// Where the verdict of a function is, as a path with dots.
pub(crate) fn field(function: &str) -> &'static str {
    if function == PASSES_ON { "payload.overallStatus.status" } else { "status" }
}

/// The part of the claims on a function that is about its verdict; and what is left out, as `assertion: subject (reason)`.
pub fn about_verdicts(function: &str, claims: &[Claim]) -> (Vec<Claim>, Vec<String>) {
    let mut left_out = Vec::new();
    let mut about = |claim: &Claim| {
        let mut kept = Vec::new();
        for check in &claim.checks {
            match judged(function, &check.subject) {
                Judged::Whole => kept.push(check.clone()),
                Judged::Raising => kept.push(raises(check)),
                Judged::Not(why) => left_out.push(format!("{}: {} ({why})", claim.words, check.spelling)),
            }
        }
        Claim { words: claim.words.clone(), checks: kept }
    };
    (claims.iter().map(&mut about).collect(), left_out)
}

/// The check that something was raised, whatever it is called.
fn raises(check: &Check) -> Check {
    let raised = Matcher::Each(ValueMatcher::Is(Kind::Present));
    Check { spelling: "raised".to_owned(), subject: Subject::Raised(Path::default()), matchers: vec![raised], line: check.line }
}

#[cfg(test)]
mod tests {
    use neptune_server::scenario::{Scenario, Step};

    use super::*;

    fn claims(expect: &str) -> Vec<Claim> {
        let head = "name: test_x\nabout: x\naction:\n  - invoke:\n      function: get_load_status\n      event: {}\n";
        let scenario = Scenario::parse("x.yaml", &format!("{head}      expect: {{it holds: {{{expect}}}}}\n")).unwrap();
        let Step::Invoke(invoke) = &scenario.action()[0] else { panic!("an invocation") };
        invoke.expect.clone()
    }

    #[test]
    fn every_subject_has_its_row() {
        let kept = |function: &str, expect: &str| {
            let (kept, left_out) = about_verdicts(function, &claims(expect));
            (kept[0].checks.iter().map(|check| check.spelling.clone()).collect::<Vec<_>>(), left_out)
        };
        for (function, expect) in [
            ("check_bulk_load_status", "answer.status: FAILED"),
            ("get_load_status", "last.payload.overallStatus.status: LOAD_FAILED"),
            ("any", "loads: {unchanged: true}"),
        ] {
            let (checks, left_out) = kept(function, expect);
            assert!(checks.len() == 1 && left_out.is_empty(), "{function} {expect}: {left_out:?}");
        }
        for expect in [
            "answer.error_type: LoadFailed",
            "answer.error: {contains: x}",
            "answer: {identical: true}",
            "answers: {length: 2}",
            "log: {includes: {a: b}}",
            "requests: 2",
            "request.status: 200",
            "environments: 2",
            "took: {under: 1s}",
        ] {
            let (checks, left_out) = kept("check_bulk_load_status", expect);
            assert!(checks.is_empty() && left_out.len() == 1, "{expect}: {checks:?}");
        }
        let left_out = kept("get_load_status", "answer.status: 200 OK").1;
        assert_eq!(left_out, ["it holds: answer.status (not the verdict)"]);
        assert_eq!(kept("any", "raised.errorType: LoadNotFound").0, ["raised"]);
    }
}
