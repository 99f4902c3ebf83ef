//! What to change in a poller, by its verdict and by what was seen of it.

use std::time::Duration;

use crate::case::{Case, Outcome};
use crate::ending::{Ending, How, Kind};
use crate::play::Observation;
use crate::trouble::MachineTrouble;
use crate::verdict::Verdict;
use crate::watch::Reported;

/// What to change. Empty if it is right. `patience` is the one of the case.
pub(crate) fn of(verdict: Verdict, case: &Case, seen: &Observation, patience: Duration) -> String {
    match verdict {
        Verdict::Wrong | Verdict::GaveUp | Verdict::WaitsForever | Verdict::NeverAsked
            if let Some(change) = machine_remedy(case, seen) =>
        {
            change
        }
        Verdict::Right => String::new(),
        Verdict::Hammers => "pause between two requests, for seconds rather than milliseconds".to_owned(),
        Verdict::NeverAsked if seen.notes.requests > 0 => asked_otherwise_remedy(seen.kind),
        Verdict::NeverAsked => never_asked_remedy(seen.kind),
        Verdict::Crashed if let Ending::Faulty { error, .. } = &seen.ending => error.change.to_owned(),
        Verdict::Crashed if seen.kind != Kind::Command => {
            "let it answer in a way that the expressions know, or raise an error".to_owned()
        }
        Verdict::Crashed => {
            "let it end with exit code 0 or another one, or with an output that the expressions know".to_owned()
        }
        Verdict::Wrong | Verdict::GaveUp if let Reported::Pending(word) = &seen.notes.last => ended_early_remedy(seen, word),
        Verdict::Undecided => pausing_remedy(patience),
        Verdict::Wrong | Verdict::GaveUp if is_refused(seen) => {
            "let it sign its requests, with the key and for the region that the refusal names".to_owned()
        }
        Verdict::Wrong | Verdict::WaitsForever | Verdict::GaveUp => case.change.clone(),
    }
}

/// What helps a state machine in which a function or a Choice has failed. One that met the trouble of the case needs what helps against that.
fn machine_remedy(case: &Case, seen: &Observation) -> Option<String> {
    let MachineTrouble { what, change } = seen.trouble.as_ref()?;
    let change = change.as_ref()?;
    Some(if seen.notes.met_trouble { format!("{}; here, {what}", case.change) } else { change.clone() })
}

/// What helps a poller that said how the load ended when it had not.
fn ended_early_remedy(seen: &Observation, word: &str) -> String {
    let ask_on = format!("let it ask on while the load is {word}, which is no end");
    match &seen.ending {
        Ending::Ended { said: Some(Outcome::Success), .. } if seen.kind == Kind::Command => ask_on,
        Ending::Ended { how: How::Error(_), .. } => {
            format!("{ask_on}; if it stops after a time of its own, let that be longer than a load takes")
        }
        _ => format!(
            "{ask_on}; if it stops after a time of its own, let that be longer than a load takes; if it is to look once and to say that the load \
             is pending, say with --pending how"
        ),
    }
}

/// What helps a poller that has not asked again after a pending answer.
fn pausing_remedy(patience: Duration) -> String {
    let seconds = patience.as_secs();
    format!(
        "if it pauses for {seconds} s or longer between two requests, give it a longer --patience; if it does not, let it ask again"
    )
}

/// Whether the last request was refused because of its signature. No fault did that.
fn is_refused(seen: &Observation) -> bool {
    seen.notes.last == Reported::Trouble
        && seen.notes.exchanges.last().is_some_and(|exchange| exchange.http_status == Some(403) && exchange.fault.is_none())
}

/// What helps a poller that ended so, without a request.
pub(crate) fn without_request(kind: Kind, ending: &Ending, trouble: Option<&MachineTrouble>) -> String {
    let address = never_asked_remedy(kind);
    match ending {
        Ending::Faulty { error, .. } => error.change.to_owned(),
        _ if let Some(MachineTrouble { what, change: Some(change) }) = trouble => {
            format!(
                "{what}: {change}. If the event is not the one that it expects, give it another --event. If it has sent a request elsewhere, {address}"
            )
        }
        Ending::Crashed(_) => "it ended before it could send a request: its log says why; correct that first".to_owned(),
        Ending::Ended { how: How::Error(_), .. } => {
            format!(
                "the error and the log say why; correct that first, or give it the --event that it expects. If it has sent a request elsewhere, {address}"
            )
        }
        Ending::Ended { how: How::Execution(_), said: Some(Outcome::Failure) } => {
            format!(
                "if the log of the last call shows that a function has crashed or raised an error, correct that first, or give it the --event that it expects. If a function has sent a request elsewhere, {address}"
            )
        }
        _ => address,
    }
}

/// What helps a poller that does not ask the simulator.
fn never_asked_remedy(kind: Kind) -> String {
    let fill_in = match kind {
        Kind::Function | Kind::StateMachine => {
            "{endpoint}, {host}, {port} and {load_id} into its --event, in the fields that it reads"
        }
        Kind::Command => {
            "{endpoint}, {host}, {port} and {load_id} into its arguments, for example behind `env NAME={endpoint}`"
        }
    };
    format!(
        "let it read AWS_ENDPOINT_URL_NEPTUNEDATA, or NEPTUNE_ENDPOINT (a host) and NEPTUNE_PORT, and NEPTUNE_LOAD_ID; or write {fill_in}; \
         if it asks there by https, serve that with --tls, and let it trust the certificate (in Java with -Djavax.net.ssl.trustStore)"
    )
}

/// What helps a poller that asks the simulator, and not for the load of the case.
fn asked_otherwise_remedy(kind: Kind) -> String {
    let place = if kind == Kind::Command { "arguments" } else { "--event" };
    format!(
        "its requests arrive: let it read NEPTUNE_LOAD_ID, or write {{load_id}} into its {place}; if it starts a load itself and that was refused, give it what the refusal asks for"
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn a_function_that_fails_before_its_first_request_is_told_of_first() {
        let ending = Ending::Ended { said: Some(Outcome::Failure), how: How::of_failure("KeyError") };
        let trouble =
            MachineTrouble { what: "the function `look` raised KeyError".to_owned(), change: Some("correct it".to_owned()) };
        let remedy = without_request(Kind::StateMachine, &ending, Some(&trouble));
        assert!(
            remedy.starts_with("the function `look` raised KeyError: correct it") && remedy.contains("AWS_ENDPOINT"),
            "{remedy}"
        );
    }

    #[rstest]
    #[case::a_process_that_ends(Kind::Function, Ending::Crashed("no answer (exit 1)".into()), "its log says why", false)]
    #[case::an_error(
        Kind::Function,
        Ending::Ended { said: Some(Outcome::Failure), how: How::Error("KeyError".into()) },
        "the error and the log say why",
        true
    )]
    #[case::a_failed_execution(
        Kind::StateMachine,
        Ending::Ended { said: Some(Outcome::Failure), how: How::of_failure("Runtime.ExitError") },
        "the log of the last call",
        true
    )]
    #[case::an_answer(Kind::Function, Ending::Ended { said: Some(Outcome::Success), how: How::Answer }, "let it read", true)]
    fn a_function_that_crashes_at_once_is_not_told_of_variables_first(
        #[case] kind: Kind,
        #[case] ending: Ending,
        #[case] first: &str,
        #[case] then: bool,
    ) {
        let remedy = without_request(kind, &ending, None);
        assert!(remedy.contains(first) && remedy.contains("AWS_ENDPOINT_URL_NEPTUNEDATA") == then, "{remedy}");
        assert!(!then || remedy.find(first) < remedy.find("AWS_ENDPOINT"), "{remedy}");
    }
}
