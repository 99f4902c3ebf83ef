//! Turns a fault as a user writes it into rules.

use std::sync::Arc;
use std::time::Duration;

use neptune_text::nearest;

use crate::effect::{Effect, PortFaults};
use crate::error::{FaultError, duration};
use crate::fault::{Fault, Numbers, Target};
use crate::name::{NAME_BYTES, Name, is_name, part_name, word};
use crate::ready::ready_faults;
use crate::rule::{Rule, Selector, Span, Turns};

/// Everything in a fault that is impossible or contradicts the rest. If there is nothing, a cluster would take the fault.
pub fn fault_errors(fault: &Fault) -> Vec<FaultError> {
    let mut found = Vec::new();
    found.extend(check_name(fault.name.as_deref()).err());
    match &fault.ready {
        None => found.extend(rule_errors(fault)),
        Some(ready) => found.extend(ready_errors(fault, ready)),
    }
    found
}

/// What is wrong with a fault that names a ready-made one.
fn ready_errors(fault: &Fault, ready: &str) -> Vec<FaultError> {
    let mut found = Vec::new();
    if fault.does.is_some() {
        found.push(FaultError::new(&["does"], "`use` and `does` exclude each other").with_help("leave out one of the two"));
    }
    let Some(entry) = ready_faults().iter().find(|entry| entry.name == *ready) else {
        found.push(unknown_ready(ready));
        return found;
    };
    found.extend(duration(&["from"], fault.from.as_deref()).err());
    found.extend(narrowing_errors(fault, entry.faults.len()));
    for error in entry.faults.iter().flat_map(|part| rule_errors(&narrowed(part, fault))) {
        // Parts of a sequence share what the user says.
        if !found.iter().any(|known| known.keys() == error.keys()) {
            found.push(error);
        }
    }
    found
}

/// What is wrong with one rule.
fn rule_errors(fault: &Fault) -> Vec<FaultError> {
    let mut found = Vec::new();
    if fault.does.is_none() {
        found.push(FaultError::new(&[], "the fault does nothing").with_help("say what it `does`, or `use` a ready-made one"));
    }
    found.extend(window_errors(fault));
    found.extend(count_errors(fault));
    for (key, text) in [("for", &fault.lasts), ("after", &fault.after)] {
        found.extend(duration(&[key], text.as_deref()).err());
    }
    found.extend(fault.does.iter().flat_map(|does| effect_errors(fault, does)));
    let on = &fault.on;
    for (key, numbers) in [("request", &on.request), ("call", &on.call), ("attempt", &on.attempt)] {
        found.extend(span(key, numbers.as_ref()).err());
    }
    found
}

/// What a fault with all its parts does to the port; nothing if it is impossible.
pub fn port_faults(fault: &Fault) -> PortFaults {
    let rules = rules(fault, Duration::ZERO).unwrap_or_default();
    rules.iter().filter_map(|rule| rule.effect.port()).fold(PortFaults::default(), PortFaults::and)
}

/// The effect of a fault, or of its first such part, that a port forwarder does not pass on, in words.
pub fn beyond_forwarders(fault: &Fault) -> Option<String> {
    let rules = rules(fault, Duration::ZERO).unwrap_or_default();
    rules.iter().find_map(|rule| Some(format!("the fault `{}` {}", rule.name, rule.effect.beyond_forwarders()?)))
}

/// The rules of a fault: one, or several if it is ready-made. Its times count from `since`.
///
/// # Errors
/// [`FaultError`] if something in it is impossible or contradicts the rest.
pub(crate) fn rules(fault: &Fault, since: Duration) -> Result<Vec<Rule>, FaultError> {
    if let Some(first) = fault_errors(fault).into_iter().next() {
        return Err(first);
    }
    let Some(ready) = &fault.ready else {
        let base = fault.name.clone().or_else(|| fault.does.as_ref().map(word));
        return Ok(vec![rule(fault, Name { base: base.unwrap_or_default(), part: None }, since)?]);
    };
    let found = ready_faults().iter().find(|entry| entry.name == *ready).ok_or_else(|| unknown_ready(ready))?;
    // Its own times begin where the user's `from` has it begin.
    let begin = since.saturating_add(duration(&["from"], fault.from.as_deref())?.unwrap_or_default());
    let base = fault.name.as_deref().unwrap_or(&found.name);
    found.faults.iter().map(|entry| rule(&narrowed(entry, fault), part_name(base, entry), begin)).collect()
}

fn unknown_ready(name: &str) -> FaultError {
    let names = ready_faults().iter().map(|entry| entry.name.as_str());
    let help = nearest(name, names).map(|near| format!("did you mean `{near}`? `neptune-sim faults` lists them all"));
    let help = help.unwrap_or_else(|| "`neptune-sim faults` lists those there are".to_owned());
    FaultError::new(&["use"], format!("there is no ready-made fault `{name}`")).with_help(help)
}

fn check_name(name: Option<&str>) -> Result<(), FaultError> {
    if name.is_none_or(is_name) {
        return Ok(());
    }
    let help = format!(
        "use 1 to {NAME_BYTES} bytes without line breaks and the like, and without `/`, which sets parts of sequences apart"
    );
    Err(FaultError::new(&["name"], "this cannot name a fault").with_help(help))
}

/// A key that each part of a sequence has for itself cannot be set for all parts at once.
fn narrowing_errors(fault: &Fault, count: usize) -> impl Iterator<Item = FaultError> {
    let own = [
        ("until", fault.until.is_some()),
        ("for", fault.lasts.is_some()),
        ("fail", fault.fail.is_some()),
        ("pass", fault.pass.is_some()),
        ("after", fault.after.is_some()),
    ];
    own.into_iter().filter(move |(_, is_given)| *is_given && count > 1).map(|(key, _)| {
        FaultError::new(&[key], "this ready-made fault is a sequence with times of its own")
            .with_help("`neptune-sim faults NAME` prints its parts, to copy and to change")
    })
}

/// A part of a ready-made fault, with what the user says beside `use`.
fn narrowed(entry: &Fault, user: &Fault) -> Fault {
    let on = Target {
        operation: user.on.operation.or(entry.on.operation),
        load: user.on.load.clone().or_else(|| entry.on.load.clone()),
        request: user.on.request.clone().or_else(|| entry.on.request.clone()),
        call: user.on.call.clone().or_else(|| entry.on.call.clone()),
        attempt: user.on.attempt.clone().or_else(|| entry.on.attempt.clone()),
        invocation: user.on.invocation.clone().or_else(|| entry.on.invocation.clone()),
    };
    Fault {
        name: user.name.clone(),
        ready: None,
        on,
        from: entry.from.clone(),
        until: user.until.clone().or_else(|| entry.until.clone()),
        lasts: user.lasts.clone().or_else(|| entry.lasts.clone()),
        fail: user.fail.or(entry.fail),
        pass: user.pass.or(entry.pass),
        chance: user.chance.or(entry.chance),
        after: user.after.clone().or_else(|| entry.after.clone()),
        clock: user.clock.or(entry.clock),
        does: entry.does.clone(),
        optional: user.optional || entry.optional,
    }
}

/// The rule of a fault that was checked.
fn rule(fault: &Fault, name: Name, since: Duration) -> Result<Rule, FaultError> {
    let effect = fault.does.clone().ok_or_else(|| FaultError::new(&[], "the fault does nothing"))?;
    let (from, until) = (duration(&["from"], fault.from.as_deref())?, duration(&["until"], fault.until.as_deref())?);
    Ok(Rule {
        name,
        on: selector(&fault.on)?,
        from: since.saturating_add(from.unwrap_or_default()),
        until: until.map(|until| since.saturating_add(until)),
        lasts: duration(&["for"], fault.lasts.as_deref())?,
        turns: Turns { fail: fault.fail, pass: fault.pass },
        chance: fault.chance.unwrap_or(1.0),
        after: duration(&["after"], fault.after.as_deref())?.unwrap_or_default(),
        effect,
        fault: Arc::new(fault.clone()),
        since,
    })
}

/// Whether what it does is possible, also together with its other keys.
fn effect_errors(fault: &Fault, does: &Effect) -> Vec<FaultError> {
    let mut found = does.errors();
    if *does == Effect::Delay && fault.after.is_none() {
        found.push(FaultError::new(&["does"], "`delay` needs `after`: how long does the client wait?"));
    }
    if does.port().is_some() {
        found.extend(port_errors(fault));
    }
    found
}

/// From when on and until when, counted from the moment at which the fault is added.
fn window_errors(fault: &Fault) -> Vec<FaultError> {
    match (duration(&["from"], fault.from.as_deref()), duration(&["until"], fault.until.as_deref())) {
        (Ok(from), Ok(Some(until))) if until <= from.unwrap_or_default() => {
            let help = "`until` and `from` count from the same moment";
            vec![FaultError::new(&["until"], "it ends before it begins").with_help(help)]
        }
        (from, until) => from.err().into_iter().chain(until.err()).collect(),
    }
}

/// How likely it fires, and at how many requests in turn.
fn count_errors(fault: &Fault) -> Vec<FaultError> {
    let mut found = Vec::new();
    if let Some(chance) = fault.chance.filter(|chance| !(0.0..=1.0).contains(chance)) {
        found.push(FaultError::new(&["chance"], format!("{chance} is out of range: 0 to 1")));
    }
    for (key, count) in [("fail", fault.fail), ("pass", fault.pass)] {
        if count == Some(0) {
            found.push(FaultError::new(&[key], "0 requests are none").with_help("leave it out, or say 1 or more"));
        }
    }
    if fault.pass.is_some_and(|count| count > 0) && fault.fail.is_none() {
        let message = "`pass` needs `fail`: at how many requests does it fire before it lets some pass?";
        found.push(FaultError::new(&["pass"], message));
    }
    found
}

fn selector(on: &Target) -> Result<Selector, FaultError> {
    Ok(Selector {
        operation: on.operation,
        load: on.load.clone(),
        invocation: on.invocation.clone(),
        request: span("request", on.request.as_ref())?,
        call: span("call", on.call.as_ref())?,
        attempt: span("attempt", on.attempt.as_ref())?,
    })
}

fn span(key: &'static str, numbers: Option<&Numbers>) -> Result<Span, FaultError> {
    let span = match numbers {
        None => Some(Span::default()),
        Some(Numbers::One(number)) => Some(Span { first: *number, last: *number }),
        Some(Numbers::Range(text)) => range(text),
    };
    span.filter(|span| span.first >= 1 && span.last >= span.first).ok_or_else(|| {
        let message = "this is neither a number from 1 on nor a range of them";
        FaultError::new(&["on", key], message).with_help("write `3`, `\"2..4\"` or `\"2..\"`: both ends are included")
    })
}

fn range(text: &str) -> Option<Span> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let last = match last.trim() {
        "" => u64::MAX,
        last => last.parse().ok()?,
    };
    Some(Span { first: first.trim().parse().ok()?, last })
}

/// A port knows no requests: only the time says when it is in trouble.
fn port_errors(fault: &Fault) -> impl Iterator<Item = FaultError> {
    let of_requests = [
        ("on", !fault.on.is_everything()),
        ("for", fault.lasts.is_some()),
        ("fail", fault.fail.is_some()),
        ("pass", fault.pass.is_some()),
        ("chance", fault.chance.is_some()),
        ("after", fault.after.is_some()),
    ];
    of_requests.into_iter().filter(|(_, is_given)| *is_given).map(|(key, _)| {
        let message = match key {
            "for" => "this fault is one of the whole port, and `for` counts from a request that it meets",
            _ => "this fault is one of the whole port and cannot choose requests",
        };
        FaultError::new(&[key], message)
            .with_help("say when with `from` and `until`; to choose requests, use `reset`, `hang_up` or `black_hole`")
    })
}
