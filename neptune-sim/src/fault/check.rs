//! From a fault as people write it to the rules that it comes to.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use neptune_control::{Effect as Written, ErrorAnswer, Fault, FaultAnswer, GatewayAnswer, GatewayBody, Numbers, Target};
use neptune_engine::SimTime;
use neptune_wire::{ApiError, ErrorCode, Evidence};

use super::name::{NAME_BYTES, is_name, part_name, word};
use super::ready::ready_faults;
use super::{Action, Damage, Effect, Instead, PortTrouble, Rule, Selector, Span, Strike, Turns};
use crate::nearest::nearest;
use crate::parse_duration;
use crate::request_log::cut;

/// How much can be padded.
const MOST_PADDING: u64 = 1024 * 1024 * 1024;
/// Headers that say where an answer ends, and how the connection goes on. The server writes them itself.
const FRAMING: [&str; 6] = ["connection", "content-length", "keep-alive", "te", "transfer-encoding", "upgrade"];

/// Why a fault cannot be put in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", if .keys.is_empty() { String::new() } else { format!("`{}`: ", .keys.join(".")) })]
pub struct FaultError {
    /// The keys that lead to what is wrong: `does`, `error`.
    pub(crate) keys: Vec<&'static str>,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do about it, if that is not clear.
    pub(crate) remedy: Option<String>,
}

impl FaultError {
    fn new(keys: &[&'static str], message: impl Into<String>) -> Self {
        Self { keys: keys.to_vec(), message: message.into(), remedy: None }
    }

    /// What to do about it, if that is not clear.
    pub fn help(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    /// There are as many as there may be.
    pub(super) fn too_many(limit: usize) -> Self {
        Self::new(&[], format!("there would be more than {limit} faults")).with_help("remove some that are not needed any more")
    }

    fn with_help(self, help: impl Into<String>) -> Self {
        Self { remedy: Some(help.into()), ..self }
    }
}

/// What a fault, or a part of it, does to the whole port.
pub(crate) fn port_troubles(fault: &Fault) -> Vec<PortTrouble> {
    let rules = rules(fault, SimTime::START).unwrap_or_default();
    let trouble = |rule: &Rule| match rule.effect {
        Effect::Port(trouble) => Some(trouble),
        Effect::Request(_) => None,
    };
    rules.iter().filter_map(trouble).collect()
}

/// The rules that a fault comes to: one, or several if it is ready-made. Its times count from `since`.
///
/// # Errors
/// [`FaultError`] if something in it is impossible or contradicts the rest.
pub(crate) fn rules(fault: &Fault, since: SimTime) -> Result<Vec<Rule>, FaultError> {
    check_name(fault.name.as_deref())?;
    let Some(ready) = &fault.ready else { return Ok(vec![rule(fault, since)?]) };
    if fault.does.is_some() {
        return Err(FaultError::new(&["does"], "`use` and `does` exclude each other").with_help("leave out one of the two"));
    }
    let found = ready_faults().iter().find(|entry| entry.name == *ready).ok_or_else(|| {
        let names = ready_faults().iter().map(|entry| entry.name.as_str());
        let help = nearest(ready, names).map(|near| format!("did you mean `{near}`? `neptune-sim faults` lists them all"));
        let help = help.unwrap_or_else(|| "`neptune-sim faults` lists those there are".to_owned());
        FaultError::new(&["use"], format!("there is no ready-made fault `{ready}`")).with_help(help)
    })?;
    check_narrowing(fault, found.faults.len())?;
    // Its own times begin where the user's `from` has it begin.
    let begin = since.plus(duration(&["from"], fault.from.as_deref())?.unwrap_or_default());
    found.faults.iter().map(|entry| rule(&narrowed(entry, fault, &found.name), begin)).collect()
}

fn check_name(name: Option<&str>) -> Result<(), FaultError> {
    if name.is_none_or(is_name) {
        return Ok(());
    }
    let message = "this cannot name a fault";
    Err(FaultError::new(&["name"], message).with_help(format!("use 1 to {NAME_BYTES} bytes without line breaks and the like")))
}

/// What a sequence of faults has of its own cannot be said of all of them at once.
fn check_narrowing(fault: &Fault, count: usize) -> Result<(), FaultError> {
    let own = [
        ("until", fault.until.is_some()),
        ("for", fault.lasts.is_some()),
        ("fail", fault.fail.is_some()),
        ("pass", fault.pass.is_some()),
        ("after", fault.after.is_some()),
    ];
    match own.into_iter().find(|(_, is_given)| *is_given && count > 1) {
        Some((key, _)) => Err(FaultError::new(&[key], "this ready-made fault is a sequence with times of its own")
            .with_help("`neptune-sim faults NAME` prints its parts, to copy and to change")),
        None => Ok(()),
    }
}

/// A part of a ready-made fault, with what the user says beside `use`.
fn narrowed(entry: &Fault, user: &Fault, ready: &str) -> Fault {
    let on = Target {
        operation: user.on.operation.or(entry.on.operation),
        load: user.on.load.clone().or_else(|| entry.on.load.clone()),
        request: user.on.request.clone().or_else(|| entry.on.request.clone()),
        call: user.on.call.clone().or_else(|| entry.on.call.clone()),
        attempt: user.on.attempt.clone().or_else(|| entry.on.attempt.clone()),
        invocation: user.on.invocation.clone().or_else(|| entry.on.invocation.clone()),
    };
    Fault {
        name: Some(part_name(user.name.as_deref().unwrap_or(ready), entry)),
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

fn rule(fault: &Fault, since: SimTime) -> Result<Rule, FaultError> {
    let does = fault.does.as_ref().ok_or_else(|| {
        FaultError::new(&[], "the fault does nothing").with_help("say what it `does`, or `use` a ready-made one")
    })?;
    let from = duration(&["from"], fault.from.as_deref())?.unwrap_or_default();
    let until = duration(&["until"], fault.until.as_deref())?;
    if until.is_some_and(|until| until <= from) {
        return Err(
            FaultError::new(&["until"], "it ends before it begins").with_help("`until` and `from` count from the same moment")
        );
    }
    let chance = fault.chance.unwrap_or(1.0);
    if !(0.0..=1.0).contains(&chance) {
        return Err(FaultError::new(&["chance"], format!("{chance} is out of range: 0 to 1")));
    }
    for (key, count) in [("fail", fault.fail), ("pass", fault.pass)] {
        if count == Some(0) {
            return Err(FaultError::new(&[key], "0 requests are none").with_help("leave it out, or say 1 or more"));
        }
    }
    if fault.pass.is_some() && fault.fail.is_none() {
        return Err(FaultError::new(&["pass"], "`pass` needs `fail`: how many does it strike before it lets some pass?"));
    }
    let effect = effect(fault, does)?;
    if let Effect::Port(_) = effect {
        check_port(fault)?;
    }
    Ok(Rule {
        name: fault.name.clone().unwrap_or_else(|| word(does)),
        on: selector(&fault.on)?,
        from: since.plus(from),
        until: until.map(|until| since.plus(until)),
        lasts: duration(&["for"], fault.lasts.as_deref())?,
        turns: Turns { fail: fault.fail, pass: fault.pass },
        chance,
        effect,
        fault: Arc::new(fault.clone()),
        since,
    })
}

fn selector(on: &Target) -> Result<Selector, FaultError> {
    Ok(Selector {
        operation: on.operation,
        load: on.load.as_deref().map(Into::into),
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
        let message = "this is no number from 1 on and no range of them";
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
fn check_port(fault: &Fault) -> Result<(), FaultError> {
    let choosy = [
        ("on", !fault.on.is_everything()),
        ("for", fault.lasts.is_some()),
        ("fail", fault.fail.is_some()),
        ("pass", fault.pass.is_some()),
        ("chance", fault.chance.is_some()),
        ("after", fault.after.is_some()),
    ];
    match choosy.into_iter().find(|(_, is_given)| *is_given) {
        Some((key, _)) => Err(FaultError::new(&[key], "this fault is one of the whole port and cannot choose requests")
            .with_help("say when with `from` and `until`; to choose requests, use `reset`, `hang_up` or `black_hole`")),
        None => Ok(()),
    }
}

fn duration(keys: &[&'static str], text: Option<&str>) -> Result<Option<Duration>, FaultError> {
    text.map(|text| parse_duration(text).map_err(|error| FaultError::new(keys, error.to_string()))).transpose()
}

fn effect(fault: &Fault, does: &Written) -> Result<Effect, FaultError> {
    let action = match does {
        Written::Refuse => return Ok(Effect::Port(PortTrouble::Refuse)),
        Written::Unreachable => return Ok(Effect::Port(PortTrouble::Unreachable)),
        Written::Restart => return Ok(Effect::Port(PortTrouble::Restart)),
        Written::Tls(trouble) => return Ok(Effect::Port(PortTrouble::Tls(*trouble))),
        Written::Delay if fault.after.is_none() => {
            return Err(FaultError::new(&["does"], "`delay` needs `after`: how long does the client wait?"));
        }
        Written::Delay => Action::Answered(Damage::None),
        Written::Error(error) => Action::Instead(error_answer(error)?),
        Written::Gateway(gateway) => Action::Instead(gateway_answer(gateway)?),
        Written::Answer(answer) => Action::Instead(whole_answer(answer)?),
        Written::HangUp => Action::Instead(Instead::HangUp),
        Written::Reset => Action::Instead(Instead::Reset),
        Written::BlackHole => Action::Instead(Instead::BlackHole),
        Written::NotHttp => Action::Instead(Instead::NotHttp),
        Written::ReadOnly => Action::ReadOnly,
        Written::LostAnswer => Action::Answered(Damage::Lost),
        Written::CutBody => Action::Answered(Damage::Cut),
        Written::ResetBody => Action::Answered(Damage::CutByReset),
        Written::SlowBody(text) => {
            Action::Answered(Damage::Slow(duration(&["does", "slow_body"], Some(text))?.unwrap_or_default()))
        }
        Written::Garbage => Action::Answered(Damage::Garbage),
        Written::ContentType(text) => {
            let value = HeaderValue::from_str(text)
                .map_err(|_| FaultError::new(&["does", "content_type"], "this cannot stand in a header"))?;
            Action::Answered(Damage::ContentType(value))
        }
        Written::Shape(shape) => Action::Answered(Damage::Shape(*shape)),
        Written::Padded(bytes) if *bytes > MOST_PADDING => {
            let message = format!("{bytes} is out of range: 0 to {MOST_PADDING}");
            return Err(FaultError::new(&["does", "padded"], message));
        }
        Written::Padded(bytes) => Action::Answered(Damage::Padded(*bytes)),
    };
    let after = duration(&["after"], fault.after.as_deref())?.unwrap_or_default();
    Ok(Effect::Request(Strike { after, clock: fault.clock.unwrap_or_default(), action }))
}

fn error_answer(error: &ErrorAnswer) -> Result<Instead, FaultError> {
    let (code, message, http) = match error {
        ErrorAnswer::Code(code) => (code, None, None),
        ErrorAnswer::Full(full) => (&full.code, full.message.clone(), full.http),
    };
    let code = ErrorCode::from(code.as_str());
    if let (ErrorCode::Other(unknown), None) = (&code, http) {
        return Err(unknown_code(unknown));
    }
    let http_status = http.unwrap_or_else(|| code.http_status());
    check_http(&["does", "error", "http"], http_status, 200)?;
    let message = message.unwrap_or_else(|| format!("{code}, as a fault has it"));
    Ok(Instead::Error { error: ApiError { code, message, evidence: Evidence::Inferred }, http_status })
}

/// A code that the models do not have needs a status of its own; without one it is taken for a typing error.
fn unknown_code(code: &str) -> FaultError {
    let declare = "give it an `http` status of its own if it is meant: `error: {code: ..., http: 500}`";
    let help = match nearest(code, ErrorCode::MODELLED.iter().map(ErrorCode::as_str)) {
        Some(near) => format!("did you mean `{near}`? Or {declare}"),
        None => declare.to_owned(),
    };
    FaultError::new(&["does", "error"], format!("`{}` is no error of Neptune's", cut(code, NAME_BYTES))).with_help(help)
}

fn gateway_answer(gateway: &GatewayAnswer) -> Result<Instead, FaultError> {
    let (http_status, body) = match gateway {
        GatewayAnswer::Status(http) => (*http, GatewayBody::default()),
        GatewayAnswer::Full(full) => (full.http, full.body),
    };
    check_http(&["does", "gateway"], http_status, 500)?;
    Ok(Instead::Gateway { http_status, body })
}

fn whole_answer(answer: &FaultAnswer) -> Result<Instead, FaultError> {
    check_http(&["does", "answer", "http"], answer.http, 200)?;
    let (body, kind) = match (&answer.json, &answer.text) {
        (Some(_), Some(_)) => {
            return Err(FaultError::new(&["does", "answer", "text"], "`json` and `text` exclude each other"));
        }
        (Some(json), None) => (json.to_string(), Some("application/json")),
        (None, Some(text)) => (text.clone(), Some("text/plain")),
        (None, None) => (String::new(), None),
    };
    if !body.is_empty() && matches!(answer.http, 204 | 304) {
        let message = format!("an answer with HTTP {} has no body", answer.http);
        return Err(FaultError::new(&["does", "answer", "http"], message));
    }
    let mut headers = HeaderMap::new();
    headers.extend(kind.map(|kind| (axum::http::header::CONTENT_TYPE, HeaderValue::from_static(kind))));
    for (name, value) in &answer.headers {
        let wrong = || FaultError::new(&["does", "answer", "headers"], format!("`{name}: {value}` is no header"));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        if FRAMING.contains(&name.as_str()) {
            let message = format!("the server writes `{name}` itself");
            return Err(FaultError::new(&["does", "answer", "headers"], message)
                .with_help("for an answer that breaks off, use `cut_body`, `reset_body` or `not_http`"));
        }
        headers.insert(name, HeaderValue::from_str(value).map_err(|_| wrong())?);
    }
    Ok(Instead::Answer { http_status: answer.http, headers, body })
}

fn check_http(keys: &[&'static str], http_status: u16, least: u16) -> Result<(), FaultError> {
    if (least..=599).contains(&http_status) {
        return Ok(());
    }
    Err(FaultError::new(keys, format!("{http_status} is out of range: {least} to 599")))
}
