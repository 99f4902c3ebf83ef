//! From what a fault does, as people write it, to what happens to requests or to the port.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use neptune_control::{Effect as Written, ErrorAnswer, Fault, FaultAnswer, GatewayAnswer, GatewayBody};
use neptune_loader::{ApiError, ErrorCode, Evidence};
use serde_json::Value;

use super::error::{FaultError, duration};
use super::name::NAME_BYTES;
use super::{Action, Damage, Effect, Instead, PortTrouble, Strike};
use neptune_text::cut;
use neptune_text::nearest;

/// How much can be padded.
pub(crate) const MOST_PADDING: u64 = 1024 * 1024 * 1024;
/// Headers that say where an answer ends, and how the connection goes on. The server writes them itself.
const FRAMING: [&str; 6] = ["connection", "content-length", "keep-alive", "te", "transfer-encoding", "upgrade"];

/// What a fault comes to that does this.
pub(super) fn effect(fault: &Fault, does: &Written) -> Result<Effect, FaultError> {
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
    FaultError::new(&["does", "error"], format!("`{}` is not an error of Neptune's", cut(code, NAME_BYTES))).with_help(help)
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
    // Clients that write `null` for whatever is not set do so for `json`, too.
    let (body, kind) = match (&answer.json, &answer.text) {
        (Some(Value::Null) | None, Some(text)) => (text.clone(), Some("text/plain")),
        (Some(_), Some(_)) => {
            return Err(FaultError::new(&["does", "answer", "text"], "`json` and `text` exclude each other"));
        }
        (Some(json), None) => (json.to_string(), Some("application/json")),
        (None, None) => (String::new(), None),
    };
    if !body.is_empty() && matches!(answer.http, 204 | 304) {
        let message = format!("an answer with HTTP {} has no body", answer.http);
        return Err(FaultError::new(&["does", "answer", "http"], message));
    }
    let mut headers = HeaderMap::new();
    headers.extend(kind.map(|kind| (CONTENT_TYPE, HeaderValue::from_static(kind))));
    for (name, value) in &answer.headers {
        let wrong = || FaultError::new(&["does", "answer", "headers"], format!("`{name}: {value}` is not a header"));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        if FRAMING.contains(&name.as_str()) {
            let message = format!("the server writes `{name}` itself");
            return Err(FaultError::new(&["does", "answer", "headers"], message)
                .with_help("for an answer that breaks off, use `cut_body`, `reset_body` or `not_http`"));
        }
        headers.insert(name, HeaderValue::from_str(value).map_err(|_| wrong())?);
    }
    Ok(Instead::Answer { http_status: answer.http, headers, body: body.into() })
}

fn check_http(keys: &[&'static str], http_status: u16, least: u16) -> Result<(), FaultError> {
    if (least..=599).contains(&http_status) {
        return Ok(());
    }
    Err(FaultError::new(keys, format!("{http_status} is out of range: {least} to 599")))
}
