//! What each step does or waits for, in words.

use std::fmt::Display;

use neptune_harness::aliases::Aliases;
use neptune_server::scenario::{Invoke, Pace, Request, Start, Step};
use serde::Serialize;
use serde_json::Value;

/// How much of a reply's text is shown.
const REPLY_BYTES: usize = 300;

/// What a step does: `cancel: DELETE /loader/people`.
pub(super) fn step(step: &Step, aliases: &Aliases) -> String {
    let what = match step {
        Step::Wait { load, until } if until == "finished" => format!("until {} has ended", load_with_id(load, aliases)),
        Step::Wait { load, until } => format!("until {} is {until}", load_with_id(load, aliases)),
        Step::Advance(by) => format!("{} s pass", by.as_secs_f64()),
        Step::Start(start) => start_request(start),
        Step::Cancel(load) => format!("DELETE /loader/{}", aliases.id(load)),
        Step::Neptune(availability) => compact(availability),
        Step::Fault(fault) => compact(fault),
        Step::ClearFault(name) => name.clone().unwrap_or_else(|| "all".to_owned()),
        Step::Request(request) => self::request(request, aliases),
        Step::Invoke(invoke) => format!("{}: now run your own function or poller", invoke.function),
    };
    format!("{}: {what}", step.word())
}

/// The event of an invocation, with ids, and what ends the wait for the user's function.
pub(super) fn invocation(invoke: &Invoke, moves_clock: bool, takes_lines: bool, aliases: &Aliases) -> String {
    let enter = if takes_lines { ", or Enter" } else { "" };
    let (events, awaited) = match &invoke.pace {
        Pace::Poll { event, every, .. } => {
            let moves = if moves_clock {
                format!("; the clock moves {} s from poll to poll", every.as_secs_f64())
            } else {
                String::new()
            };
            (std::slice::from_ref(event), format!("{}{enter}{moves}", ends(invoke)))
        }
        Pace::InTurn(events) | Pace::AtOnce(events) => (events.as_slice(), format!("{}{enter}", requests(invoke))),
    };
    let mut lines: Vec<String> = events.iter().map(|event| format!("    event: {}\n", aliases.to_ids(event))).collect();
    lines.dedup();
    format!("{}    waiting for: {awaited}\n", lines.concat())
}

/// The answers that end a poll: `an answer that people has ended (your poller asks for it)`.
fn ends(invoke: &Invoke) -> String {
    let loads: Vec<&str> = invoke.loads().into_keys().collect();
    match loads.as_slice() {
        [only] => format!("an answer that {only} has ended (your poller asks for it)"),
        several => format!("answers that {} have ended (your poller asks for them)", several.join(" and ")),
    }
}

/// The requests of the user's function: `a request for people (your function sends it)`.
fn requests(invoke: &Invoke) -> String {
    let named = |(name, wanted): (&str, usize)| match wanted {
        1 => format!("a request for {name}"),
        wanted => format!("{wanted} requests for {name}"),
    };
    let loads: Vec<String> = invoke.loads().into_iter().map(named).collect();
    match loads.as_slice() {
        [] => "any request, because the event names no load".to_owned(),
        [only] => format!("{only} (your function sends it)"),
        several => format!("{}, or one more for either (your function sends them)", several.join(" and ")),
    }
}

/// What came of a request.
pub(super) fn reply(reply: &Value) -> String {
    let text = reply["text"].as_str().unwrap_or_default();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match (reply["http"].as_u64(), reply["error"].as_str()) {
        (Some(http), _) => format!("    answered {http} {}\n", neptune_text::cut(&line, REPLY_BYTES)),
        (None, Some(error)) => format!("    not answered: {error}\n"),
        (None, None) => String::new(),
    }
}

/// What the clean-up waits for.
pub(super) fn before_cleanup(takes_lines: bool) -> &'static str {
    if takes_lines {
        "The steps before `cleanup` are over.\n    waiting for: Enter, which plays `cleanup`, or Ctrl-C, which plays it and ends\n"
    } else {
        "The steps before `cleanup` are over. It is played at the end (Ctrl-C).\n"
    }
}

/// `the load people`, or if Neptune gave the id `the load people (id 5f1c…)`.
fn load_with_id(name: &str, aliases: &Aliases) -> String {
    match aliases.id(name) {
        id if id == name => format!("the load {name}"),
        id => format!("the load {name} (id {id})"),
    }
}

fn start_request(start: &Start) -> String {
    let (times, named) =
        (repeated(start.times), start.load.as_ref().map_or_else(String::new, |load| format!(" the load {load},")));
    format!("POST /loader{times},{named} {} from {}", start.format, start.source)
}

fn request(request: &Request, aliases: &Aliases) -> String {
    let path: Vec<&str> = request.path.split('/').map(|segment| aliases.id(segment)).collect();
    let query: Vec<String> = request.query.iter().map(|(name, value)| format!("{name}={}", aliases.id(value))).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    format!("{} {}{query}{}", request.method, path.join("/"), repeated(request.times))
}

fn repeated(times: usize) -> impl Display {
    if times == 1 { String::new() } else { format!(", {times} times") }
}

/// As a scenario may write it on one line; a word without its quotes.
fn compact(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(value) => value.to_string(),
        Err(error) => error.to_string(),
    }
}
