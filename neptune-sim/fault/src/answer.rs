//! Answers that a fault gives instead of Neptune's.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use indexmap::IndexMap;
use neptune_text::{cut, nearest};
use neptune_wire::ErrorCode;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::error::FaultError;

/// How much of an unknown code an error repeats.
const SHOWN_BYTES: usize = 128;
/// Headers that say where an answer ends, and how the connection goes on. The server writes them itself.
const FRAMING: [&str; 6] = ["connection", "content-length", "keep-alive", "te", "transfer-encoding", "upgrade"];

/// An error as Neptune writes it: the code alone, or with text and HTTP status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected an error's code, `InternalFailureException`, or `{code: ..., message: ..., http: ...}`"
)]
pub enum ErrorAnswer {
    /// `InternalFailureException`: with the HTTP status of the code.
    Code(String),
    /// With more to it.
    Full(FullError),
}

/// An error with text or HTTP status of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FullError {
    /// The exception's name, `InternalFailureException`. One that AWS's models do not have needs `http`.
    pub code: String,
    /// The text. Default: one of the simulator's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The HTTP status, 200 to 599. Default: that of the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 200, max = 599))]
    pub http: Option<u16>,
}

/// A gateway's error: `502`, or with a choice of body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected an HTTP status, `502`, or `{http: 502, body: empty}`")]
pub enum GatewayAnswer {
    /// The HTTP status, 500 to 599, with a page of HTML.
    Status(#[schemars(range(min = 500, max = 599))] u16),
    /// With a choice of body.
    Full(FullGateway),
}

/// A gateway's error with a choice of body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FullGateway {
    /// The HTTP status, 500 to 599.
    #[schemars(range(min = 500, max = 599))]
    pub http: u16,
    /// The body. Default `html`.
    #[serde(default)]
    pub body: GatewayBody,
}

/// What a gateway sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GatewayBody {
    /// A page.
    #[default]
    Html,
    /// Nothing.
    Empty,
}

/// A whole answer: `http` with `json`, `text` or neither.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultAnswer {
    /// The HTTP status, 200 to 599.
    #[schemars(range(min = 200, max = 599))]
    pub http: u16,
    /// Further headers, such as `location`. Those that say where the answer ends are the server's.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, String>,
    /// The body as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub json: Option<Value>,
    /// The body as a text. Its content type is `text/plain` unless a header says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Keeps a body that is `null` apart from no body.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl ErrorAnswer {
    /// The exception's name.
    pub fn code(&self) -> ErrorCode {
        ErrorCode::from(match self {
            Self::Code(code) => code.as_str(),
            Self::Full(full) => full.code.as_str(),
        })
    }

    /// The text of the error.
    pub fn message(&self) -> String {
        let own = match self {
            Self::Code(_) => None,
            Self::Full(full) => full.message.clone(),
        };
        own.unwrap_or_else(|| format!("{}, as a fault has it", self.code()))
    }

    /// The HTTP status: the error's own, or that of the code.
    pub fn http_status(&self) -> u16 {
        self.own_http().unwrap_or_else(|| self.code().http_status())
    }

    fn own_http(&self) -> Option<u16> {
        match self {
            Self::Code(_) => None,
            Self::Full(full) => full.http,
        }
    }

    pub(crate) fn check(&self) -> Result<(), FaultError> {
        if let (ErrorCode::Other(unknown), None) = (self.code(), self.own_http()) {
            return Err(unknown_code(&unknown));
        }
        check_http(&["does", "error", "http"], self.http_status(), 200)
    }
}

/// A code that the models do not have needs a status of its own; without one it is taken for a typing error.
fn unknown_code(code: &str) -> FaultError {
    let declare = "give it an `http` status of its own if it is meant: `error: {code: ..., http: 500}`";
    let help = match nearest(code, ErrorCode::MODELLED.iter().map(ErrorCode::as_str)) {
        Some(near) => format!("did you mean `{near}`? Or {declare}"),
        None => declare.to_owned(),
    };
    FaultError::new(&["does", "error"], format!("`{}` is not an error of Neptune's", cut(code, SHOWN_BYTES))).with_help(help)
}

impl GatewayAnswer {
    /// The HTTP status.
    pub fn http_status(&self) -> u16 {
        match self {
            Self::Status(http) => *http,
            Self::Full(full) => full.http,
        }
    }

    /// What its body is.
    pub fn body(&self) -> GatewayBody {
        match self {
            Self::Status(_) => GatewayBody::default(),
            Self::Full(full) => full.body,
        }
    }

    pub(crate) fn check(&self) -> Result<(), FaultError> {
        check_http(&["does", "gateway"], self.http_status(), 500)
    }
}

impl FaultAnswer {
    /// The body: the JSON or the text, or nothing.
    pub fn body(&self) -> String {
        match (&self.json, &self.text) {
            // Clients that write `null` for whatever is not set do so for `json`, too.
            (Some(Value::Null) | None, Some(text)) => text.clone(),
            (Some(json), _) => json.to_string(),
            (None, None) => String::new(),
        }
    }

    /// The headers: the content type of its body, unless it names another, and those that it names.
    pub fn headers(&self) -> HeaderMap {
        let kind = match (&self.json, &self.text) {
            (Some(Value::Null) | None, Some(_)) => Some("text/plain"),
            (Some(_), _) => Some("application/json"),
            (None, None) => None,
        };
        let mut headers = HeaderMap::new();
        headers.extend(kind.map(|kind| (CONTENT_TYPE, HeaderValue::from_static(kind))));
        for (name, value) in self.headers.iter().filter_map(|(name, value)| header(name, value)) {
            headers.insert(name, value);
        }
        headers
    }

    pub(crate) fn errors(&self) -> Vec<FaultError> {
        let mut found = Vec::new();
        found.extend(check_http(&["does", "answer", "http"], self.http, 200).err());
        if self.text.is_some() && self.json.as_ref().is_some_and(|json| !json.is_null()) {
            found.push(FaultError::new(&["does", "answer", "text"], "`json` and `text` exclude each other"));
        }
        if matches!(self.http, 204 | 304) && !self.body().is_empty() {
            let message = format!("an answer with HTTP {} has no body", self.http);
            found.push(FaultError::new(&["does", "answer", "http"], message));
        }
        found.extend(self.headers.iter().filter_map(|(name, value)| check_header(name, value).err()));
        found
    }
}

fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
}

fn check_header(name: &str, value: &str) -> Result<(), FaultError> {
    let wrong = |message: String| FaultError::new(&["does", "answer", "headers"], message);
    match HeaderName::from_bytes(name.as_bytes()) {
        Ok(name) if FRAMING.contains(&name.as_str()) => Err(wrong(format!("the server writes `{name}` itself"))
            .with_help("for an answer that breaks off, use `cut_body`, `reset_body` or `not_http`")),
        Ok(name) if HeaderValue::from_str(value).is_err() => Err(wrong(format!("`{name}: {value}` is not a header"))),
        Ok(_) => Ok(()),
        Err(_) => Err(wrong(format!("`{name}: {value}` is not a header"))),
    }
}

fn check_http(keys: &[&'static str], http_status: u16, least: u16) -> Result<(), FaultError> {
    if (least..=599).contains(&http_status) {
        return Ok(());
    }
    Err(FaultError::new(keys, format!("{http_status} is out of range: {least} to 599")))
}
