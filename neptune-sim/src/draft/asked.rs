//! What a recorded request asked for, and what was answered.

use std::time::Duration;

use neptune_fault::{FaultOperation, Reach};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::Remarks;
use neptune_server::record::{Body, Exchange};

/// A request to the loader, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(super) exchange: &'a Exchange,
    /// When, since the recording began.
    pub(super) at: Duration,
    pub(super) operation: FaultOperation,
    /// The load that it names.
    pub(crate) load: Option<String>,
    /// The path, decoded.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
}

/// The status of a load in an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeenStatus<'a> {
    pub(crate) status: &'a str,
    pub(super) payload: &'a Value,
}

impl<'a> Asked<'a> {
    /// Takes a request apart; `None` if it is not about the loader.
    pub(crate) fn of(exchange: &'a Exchange, remarks: &mut Remarks) -> Option<Self> {
        let (path, query) = exchange.target.split_once('?').unwrap_or((&exchange.target, ""));
        let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let in_path = path.strip_prefix("/loader/").map(|id| id.trim_end_matches('/')).filter(|id| !id.is_empty());
        let in_query = query.iter().find(|(key, value)| key == "loadId" && !value.is_empty()).map(|(_, id)| id.as_str());
        let is_loader = path.trim_end_matches('/') == "/loader" || in_path.is_some();
        let load = in_path.or(in_query.filter(|_| is_loader)).map(str::to_owned);
        let operation = match exchange.method.as_str() {
            "GET" if is_loader && load.is_some() => FaultOperation::Status,
            "GET" if is_loader => FaultOperation::List,
            "DELETE" if is_loader => FaultOperation::Cancel,
            "POST" if is_loader && in_path.is_none() => FaultOperation::Start,
            "GET" if path.trim_end_matches('/') == "/status" => FaultOperation::EngineStatus,
            _ => {
                remarks.add(format!("{} {path}: it is not one of the loader's requests", exchange.method));
                return None;
            }
        };
        let at = Duration::try_from_secs_f64(exchange.at).unwrap_or_default();
        // Written with three decimals, read as a fraction of two: back to what it was.
        let at = Duration::from_millis(u64::try_from((at + Duration::from_micros(500)).as_millis()).unwrap_or(u64::MAX));
        Some(Self { exchange, at, operation, load, path, query })
    }

    /// The answer's body, if the upstream gave one and it is JSON. A fault may have kept it from the client.
    pub(super) fn reply(&self) -> Option<(u16, &'a Value)> {
        let answer = self.exchange.answer.as_ref().filter(|_| self.reached_upstream())?;
        Some((answer.http, answer.body.as_ref()?.json()?))
    }

    /// Whether the recorded answer is the upstream's, and not a fault's or the proxy's own.
    pub(super) fn reached_upstream(&self) -> bool {
        let is_answered = self.exchange.fault.as_ref().is_none_or(|fault| match fault.does.traits().reach {
            Reach::Answer => true,
            // What it refuses does not reach the upstream, and is no success.
            Reach::Replica => self.exchange.answer.as_ref().is_some_and(|answer| answer.http == 200),
            Reach::InsteadOfRequest | Reach::Port(_) => false,
        });
        is_answered && !self.is_the_proxys_own()
    }

    /// Whether the proxy itself answered, because the upstream did not.
    pub(super) fn is_the_proxys_own(&self) -> bool {
        self.exchange.answer.as_ref().is_some_and(|answer| answer.headers.contains_key("x-neptune-sim"))
    }

    /// Whether the upstream gave the answer that the loader gives if all is well, even if a fault kept it from the client.
    pub(super) fn is_well_answered(&self) -> bool {
        let Some((200, body)) = self.reply() else {
            // A cancel may be answered without a body.
            let is_done = self.exchange.answer.as_ref().is_some_and(|answer| answer.http == 200 && answer.body.is_none());
            return self.operation == FaultOperation::Cancel && self.reached_upstream() && is_done;
        };
        match self.operation {
            FaultOperation::Status => self.seen_status().is_some(),
            FaultOperation::List => self.listed().is_some(),
            FaultOperation::Start => self.started().is_some(),
            FaultOperation::Cancel | FaultOperation::EngineStatus => body.is_object(),
        }
    }

    /// What the upstream said of the load.
    pub(crate) fn seen_status(&self) -> Option<SeenStatus<'a>> {
        let (http, body) = self.reply().filter(|_| self.operation == FaultOperation::Status)?;
        let payload = body.get("payload").filter(|_| http == 200)?;
        let status = payload.pointer("/overallStatus/status")?.as_str()?;
        Some(SeenStatus { status, payload })
    }

    /// The load that it started.
    pub(crate) fn started(&self) -> Option<&'a str> {
        let (http, body) = self.reply().filter(|_| self.operation == FaultOperation::Start)?;
        body.pointer("/payload/loadId").filter(|_| http == 200)?.as_str()
    }

    /// The loads that it listed.
    pub(super) fn listed(&self) -> Option<Vec<&'a str>> {
        let (http, body) = self.reply().filter(|_| self.operation == FaultOperation::List)?;
        let ids = body.pointer("/payload/loadIds").filter(|_| http == 200)?.as_array()?;
        Some(ids.iter().filter_map(Value::as_str).collect())
    }

    /// Whether it cancelled its load.
    pub(super) fn is_cancelled(&self) -> bool {
        self.operation == FaultOperation::Cancel && self.is_well_answered()
    }

    /// Whether Neptune does not know the load, as it answers for ids that were never loads.
    pub(super) fn is_unknown(&self) -> bool {
        let code = self.reply().and_then(|(http, body)| Some((http, body.get("code")?.as_str()?)));
        code == Some((404, "BulkLoadIdNotFoundException"))
    }

    pub(super) fn tells_of_a_reader(&self) -> bool {
        let is_reader = |(_, body): (u16, &Value)| body.get("role").is_some_and(|role| role == "reader");
        self.operation == FaultOperation::EngineStatus && self.reply().is_some_and(is_reader)
    }

    /// The parameters of a start, wherever they stood.
    pub(super) fn parameters(&self) -> Map<String, Value> {
        let mut parameters: Map<String, Value> =
            self.query.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect();
        match &self.exchange.body {
            Some(Body::Json(Value::Object(fields))) => parameters.extend(fields.clone()),
            Some(Body::Text(text)) => {
                let pairs = form_urlencoded::parse(text.as_bytes()).into_owned();
                parameters.extend(pairs.map(|(key, value)| (key, value.into())));
            }
            _ => {}
        }
        parameters
    }
}
