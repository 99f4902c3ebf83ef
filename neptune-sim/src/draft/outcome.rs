//! The outcome for a client that did not get the loader's answer, as a fault.

use indexmap::IndexMap;
use neptune_control::{Effect, ErrorAnswer, FaultAnswer, FullError, FullGateway, GatewayAnswer, GatewayBody};

use super::Remarks;
use super::asked::Asked;
use super::loads::RecordedLoads;
use neptune_server::record::{Answer, Body};
use neptune_text::duration_text;

/// The headers of an answer that a fault repeats.
const REPEATED_HEADERS: [&str; 3] = ["content-type", "location", "retry-after"];

/// The fault that gives the scenario's client the outcome that the recording's client had; `None` if it needs none.
pub(super) fn fault_effect(asked: &Asked<'_>, loads: &RecordedLoads, remarks: &mut Remarks) -> Option<Effect> {
    let number = asked.exchange.number;
    match &asked.exchange.fault {
        Some(fault) if matches!(fault.does, Effect::Delay | Effect::SlowBody(_)) => {
            remarks.add(format!("request {number}: the fault {} kept it waiting; time stands still here", fault.name));
            return natural(asked, loads, remarks);
        }
        Some(fault) => return Some(fault.does.clone()),
        None => {}
    }
    natural(asked, loads, remarks)
}

/// What the upstream made of a request.
fn natural(asked: &Asked<'_>, loads: &RecordedLoads, remarks: &mut Remarks) -> Option<Effect> {
    let (number, at) = (asked.exchange.number, duration_text(asked.at));
    let Some(answer) = &asked.exchange.answer else {
        remarks.add(format!(
            "request {number} at {at}: why it had no answer (the client may have left); here the connection is closed"
        ));
        return Some(Effect::HangUp);
    };
    if asked.is_the_proxys_own() {
        remarks.add(format!("request {number} at {at}: the proxy did not reach its upstream; here the connection is closed"));
        return Some(Effect::HangUp);
    }
    let is_unknown_load = asked.is_unknown() && asked.load.as_ref().is_some_and(|id| loads.is_unknown(id));
    if asked.is_well_answered() || is_unknown_load {
        return None;
    }
    Some(as_effect(answer, number, remarks))
}

fn as_effect(answer: &Answer, number: u64, remarks: &mut Remarks) -> Effect {
    let json = answer.body.as_ref().and_then(Body::json);
    let text_of = |key: &str| json.and_then(|body| body.get(key)).and_then(|text| text.as_str());
    if let (Some(code), true) = (text_of("code"), answer.http != 200) {
        let message = text_of("message").or_else(|| text_of("detailedMessage")).map(str::to_owned);
        return Effect::Error(ErrorAnswer::Full(FullError { code: code.to_owned(), message, http: Some(answer.http) }));
    }
    let is_page = answer.headers.get("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    if (500..600).contains(&answer.http) && (is_page || answer.body.is_none()) {
        let body = if answer.body.is_none() { GatewayBody::Empty } else { GatewayBody::Html };
        return Effect::Gateway(GatewayAnswer::Full(FullGateway { http: answer.http, body }));
    }
    let (json, text) = match &answer.body {
        None => (None, None),
        Some(Body::Json(value)) => (Some(value.clone()), None),
        Some(Body::Text(text)) => (None, Some(text.clone())),
        Some(Body::Cut { begins, .. }) => {
            remarks.add(format!("request {number}: the rest of a long body"));
            (None, Some(begins.clone()))
        }
        Some(Body::LeftOut { .. }) => {
            remarks.add(format!("request {number}: its body"));
            (None, None)
        }
    };
    let repeated = REPEATED_HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), answer.headers.get(*name)?.clone())));
    // What the body is says itself.
    let headers: IndexMap<String, String> =
        repeated.filter(|(name, value)| !(name == "content-type" && json.is_some() && value == "application/json")).collect();
    Effect::Answer(FaultAnswer { http: answer.http.clamp(200, 599), headers, json, text })
}
