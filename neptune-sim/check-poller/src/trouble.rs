//! What went wrong in a state machine: with the function that it called last, or in its last Choice. It says more of the end of an execution than the load does.

use std::time::Duration;

use neptune_state_machine::{Ended, LastCall, Reply, ReplyKind, Status};
use neptune_text::cut;

/// How much of the name and of the message of an error is told, in bytes.
const TOLD: usize = 200;

/// What went wrong in a state machine, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineTrouble {
    /// What happened, as a clause with the function or the state in it.
    pub what: String,
    /// What to change. `None` if that is only how it came to its end, and what helps depends on the load.
    pub change: Option<String>,
}

impl MachineTrouble {
    /// That of an execution that ended so, whose last call of a function was this.
    pub(crate) fn of_end(ended: &Ended, call: Option<LastCall>) -> Option<Self> {
        if ended.error.as_deref() == Some("States.NoChoiceMatched") {
            let state = told(ended.entered.last().map_or("", String::as_str));
            return Some(Self {
                what: format!("no rule of the Choice `{state}` fitted, and it has no Default"),
                change: Some(format!("give the Choice `{state}` a rule for what it was given, or a Default")),
            });
        }
        call.clone().and_then(|call| Self::of(call, Some(ended.status))).or_else(|| Self::route(ended, call))
    }

    /// How an execution came to its end in which nothing has failed.
    fn route(ended: &Ended, call: Option<LastCall>) -> Option<Self> {
        let state = told(ended.entered.last()?);
        let answered = match call {
            Some(LastCall::Ended { function, reply: Reply { kind: ReplyKind::Answer(answer), .. } }) => {
                format!(", and the last that the function `{}` answered is {}", told(&function), told(&answer.to_string()))
            }
            _ => String::new(),
        };
        Some(Self { what: format!("its last state is `{state}`{answered}"), change: None })
    }

    /// That of the last call of an execution that ended so; `None` of one that still runs.
    pub(crate) fn of(call: LastCall, ended: Option<Status>) -> Option<Self> {
        match (call, ended) {
            (LastCall::Open { function, runs }, None) => Some(Self::hangs(&function, runs)),
            (LastCall::Ended { function, reply }, Some(Status::Failed | Status::TimedOut) | None) => {
                Self::failed(&function, &reply.kind)
            }
            (LastCall::Ended { function, reply }, Some(Status::Succeeded)) => {
                let change = "let a Catch lead to a Fail, or to what asks again";
                Self::failed(&function, &reply.kind).map(|trouble| Self { change: Some(change.to_owned()), ..trouble })
            }
            (LastCall::Open { .. }, Some(_)) => None,
        }
    }

    fn hangs(function: &str, runs: Duration) -> Self {
        let (function, seconds) = (told(function), runs.as_secs());
        Self {
            what: format!("the function `{function}` had not answered its call for {seconds} s"),
            change: Some(format!(
                "let the function `{function}` end: find what it waits for, and give that a time limit. A `TimeoutSeconds` of its Task lets the machine go on; \
                 on AWS, the time limit of the function ends it. If it only takes long, a longer --patience gives it more time"
            )),
        }
    }

    fn failed(function: &str, reply: &ReplyKind) -> Option<Self> {
        let function = told(function);
        let (what, change) = match reply {
            ReplyKind::Answer(_) => return None,
            ReplyKind::Error { error_type, error_message } => {
                let (name, message) = (told(error_type), told(error_message));
                let matches = format!("or let a Retry or Catch of its Task match {name}");
                match error_type.as_str() {
                    "Runtime.ExitError" => (
                        format!("the process of the function `{function}` ended in the middle of a call ({message})"),
                        format!(
                            "correct the function `{function}`, whose process ends without an answer: its log may say where; {matches}"
                        ),
                    ),
                    "Sandbox.Timedout" => (
                        format!("the function `{function}` did not answer in time ({message})"),
                        format!(
                            "let the function `{function}` answer within the time limit of its Task: give what it waits for a time limit; {matches} and States.Timeout"
                        ),
                    ),
                    "Lambda.Unknown" => (
                        format!("the function `{function}` answered no JSON ({message})"),
                        format!("let the function `{function}` answer a value that is JSON"),
                    ),
                    _ => (
                        format!("the function `{function}` raised {name} ({message})"),
                        format!("correct the function `{function}`, which raised {name}, {matches}"),
                    ),
                }
            }
            ReplyKind::Refusal { code, message, .. } => (
                format!("the call of the function `{function}` was refused with Lambda.{code} ({})", told(message)),
                format!(
                    "give the function that is meant the command that runs it: --function '{function}=COMMAND'; or correct the name that the Task works out"
                ),
            ),
        };
        Some(Self { what, change: Some(change) })
    }
}

/// A text of a function, in one line.
fn told(text: &str) -> String {
    cut(&text.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\""), TOLD)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn ended(reply: Reply, status: Option<Status>) -> Option<MachineTrouble> {
        MachineTrouble::of(LastCall::Ended { function: "look".into(), reply }, status)
    }

    #[rstest]
    #[case::killed(
        Reply::killed(),
        "the process of the function `look` ended in the middle of a call (Error: Runtime exited with error: signal: killed)",
        "correct the function `look`, whose process ends without an answer: its log may say where; or let a Retry or Catch of its Task match Runtime.ExitError"
    )]
    #[case::too_late(
        Reply::timed_out(Duration::from_secs(5)),
        "the function `look` did not answer in time (Error: Task timed out after 5.00 seconds)",
        "let the function `look` answer within the time limit of its Task"
    )]
    #[case::raised(
        Reply::error("KeyError", "'load_id'"),
        "the function `look` raised KeyError ('load_id')",
        "correct the function `look`, which raised KeyError, or let a Retry or Catch of its Task match KeyError"
    )]
    #[case::no_json(
        Reply::error("Lambda.Unknown", "it is no JSON"),
        "the function `look` answered no JSON (it is no JSON)",
        "let the function `look` answer a value that is JSON"
    )]
    #[case::refused(
        Reply::refusal(404, "ResourceNotFoundException", "Function not found: look"),
        "the call of the function `look` was refused with Lambda.ResourceNotFoundException (Function not found: look)",
        "--function 'look=COMMAND'"
    )]
    fn a_call_that_failed_names_the_function_and_what_helps(#[case] reply: Reply, #[case] what: &str, #[case] change: &str) {
        let trouble = ended(reply.clone(), Some(Status::Failed)).unwrap();
        assert_eq!(trouble.what, what);
        let seen = trouble.change.unwrap();
        assert!(seen.contains(change), "{seen}");
        let caught = ended(reply, Some(Status::Succeeded)).unwrap();
        assert_eq!(caught.change.as_deref(), Some("let a Catch lead to a Fail, or to what asks again"));
    }

    #[test]
    fn a_call_that_is_open_is_trouble_only_while_the_execution_runs() {
        let open = || LastCall::Open { function: "look".into(), runs: Duration::from_secs(6) };
        let trouble = MachineTrouble::of(open(), None).unwrap();
        assert_eq!(trouble.what, "the function `look` had not answered its call for 6 s");
        let change = trouble.change.unwrap();
        assert!(change.contains("TimeoutSeconds") && change.contains("--patience"), "{change}");
        assert_eq!(MachineTrouble::of(open(), Some(Status::Failed)), None);
    }

    #[test]
    fn a_choice_that_nothing_fits_is_named() {
        let ended = Ended {
            status: Status::Failed,
            output: None,
            error: Some("States.NoChoiceMatched".into()),
            cause: None,
            entered: vec!["Look".into(), "Done?".into()],
            passed: Duration::ZERO,
            events: 9,
            history_is_full: false,
            seed: 0,
        };
        let trouble = MachineTrouble::of_end(&ended, None).unwrap();
        assert_eq!(trouble.what, "no rule of the Choice `Done?` fitted, and it has no Default");
        assert_eq!(trouble.change.as_deref(), Some("give the Choice `Done?` a rule for what it was given, or a Default"));
        let ended = Ended { error: None, ..ended };
        let call = LastCall::Ended { function: "look".into(), reply: Reply::answer(json!({"state": "DONE"})) };
        let route = MachineTrouble::of_end(&ended, Some(call)).unwrap();
        let what = "its last state is `Done?`, and the last that the function `look` answered is {\"state\":\"DONE\"}";
        assert_eq!((route.what.as_str(), route.change), (what, None));
        assert_eq!(MachineTrouble::of_end(&ended, None).unwrap().what, "its last state is `Done?`");
    }

    #[test]
    fn an_answer_is_no_trouble_and_a_long_message_is_cut_and_stays_in_its_line() {
        assert_eq!(ended(Reply::answer(json!({})), Some(Status::Failed)), None);
        let trouble = ended(Reply::error("E", &format!("a\nb\u{1b}[0m{}", "x".repeat(5000))), Some(Status::Failed)).unwrap();
        assert!(trouble.what.len() < 300 && !trouble.what.contains(['\n', '\u{1b}']), "{}", trouble.what);
    }
}
