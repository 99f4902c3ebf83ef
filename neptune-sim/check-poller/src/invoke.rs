//! A function that runs already, behind the address of an emulator.

use std::str::FromStr;
use std::time::Duration;

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::ending::{End, Ending, PlayError, Run};

/// The largest answer that is read: Lambda's own limit, and a little for the envelope.
const ANSWER_BYTES: usize = 6_291_556;
/// The header by which a function error is known.
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// What an invocation needs.
const EMULATOR: &str = "start the function before, behind AWS's emulator, `sam local start-lambda` or `cargo lambda watch`, and take the URL that it names";

/// The address at which a function is invoked, over plain HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url(reqwest::Url);

/// A text is no such address.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "it is no URL of a function that runs here: write for example \
     `http://127.0.0.1:9000/2015-03-31/functions/function/invocations`"
)]
pub(crate) struct UrlError;

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let url = reqwest::Url::parse(text).ok().filter(|url| url.scheme() == "http" && url.has_host());
        url.map(Self).ok_or(UrlError)
    }
}

/// A function that gets one event again and again.
#[derive(Debug)]
pub(crate) struct Invoked {
    url: Url,
    event: Value,
    /// An invocation that has not ended.
    open: Option<JoinHandle<Result<Run, PlayError>>>,
}

impl Invoked {
    pub(crate) fn new(url: Url, event: Value) -> Self {
        Self { url, event, open: None }
    }

    /// Invokes it, until it answers or `stop` returns. Then the invocation goes on: [`Invoked::end`] waits for it.
    ///
    /// # Errors
    /// No function answers at the address.
    pub(crate) async fn run(&mut self, stop: impl Future<Output = Ending>) -> Result<Run, PlayError> {
        let invocation = tokio::spawn(invoke(self.url.clone(), self.event.to_string()));
        let invocation = self.open.insert(invocation);
        let run = tokio::select! {
            biased;
            run = &mut *invocation => run,
            ending = stop => return Ok(Run::new(End::Stopped(ending), "", "")),
        };
        self.open = None;
        run.map_err(|error| PlayError::Spawn(error.into()))?
    }

    /// Waits until its last invocation has ended.
    ///
    /// # Errors
    /// It has not ended after this time.
    pub(crate) async fn end(mut self, patience: Duration) -> Result<(), PlayError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let ended = tokio::time::timeout(patience, open).await;
        ended.map(|_| ()).map_err(|_| PlayError::StillRuns { url: self.url.0.to_string(), seconds: patience.as_secs() })
    }
}

impl Drop for Invoked {
    fn drop(&mut self) {
        if let Some(open) = &self.open {
            open.abort();
        }
    }
}

async fn invoke(url: Url, event: String) -> Result<Run, PlayError> {
    // reqwest asks for a TLS provider even if it only ever speaks HTTP. An error means that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let no_function = |error: reqwest::Error| {
        let problem = format!("nothing answers at {}: {}", url.0, root_cause(&error));
        PlayError::NoFunction { problem, log: String::new(), hint: EMULATOR }
    };
    let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).tls_certs_only([]).build();
    let request = client.map_err(no_function)?.post(url.0.clone()).header("content-type", "application/json").body(event);
    match request.send().await {
        Ok(response) if response.status() == StatusCode::NOT_FOUND => {
            let Run { stdout, .. } = read(response).await;
            Err(PlayError::NoFunction { problem: format!("{} is not found", url.0), log: stdout, hint: EMULATOR })
        }
        Ok(response) => Ok(read(response).await),
        Err(error) if error.is_connect() => Err(no_function(error)),
        Err(error) => Ok(crashed("no answer", &root_cause(&error))),
    }
}

async fn read(mut response: Response) -> Run {
    let status = response.status();
    let error = response.headers().get(FUNCTION_ERROR).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER_BYTES => body.extend_from_slice(&chunk),
            Ok(Some(_)) => return crashed("too large an answer", &format!("it is larger than {ANSWER_BYTES} bytes")),
            Ok(None) => return run_of(status, error, &body),
            Err(error) => return crashed("half an answer", &root_cause(&error)),
        }
    }
}

fn run_of(status: StatusCode, error: Option<String>, body: &[u8]) -> Run {
    let stdout = String::from_utf8_lossy(body).into_owned();
    let document = serde_json::from_slice::<Value>(body).ok();
    let end = match (document, error) {
        (Some(document), error) if error.is_some() || is_error(&document) => raised(document, error),
        (None, Some(error)) => raised(json!(stdout), Some(error)),
        (Some(answer), None) if status.is_success() => End::Answered(answer),
        (None, None) if status.is_success() => End::Crashed("no JSON".to_owned()),
        _ => End::Crashed(format!("HTTP {}", status.as_u16())),
    };
    Run::new(end, &stdout, "")
}

/// Whether it is what Lambda's emulators answer when a function has raised an error.
fn is_error(document: &Value) -> bool {
    ["errorType", "errorMessage"].iter().all(|key| document[key].is_string())
}

fn raised(document: Value, error: Option<String>) -> End {
    if is_error(&document) {
        return End::Raised(document);
    }
    End::Raised(json!({"errorType": error.unwrap_or_default(), "errorMessage": document}))
}

fn crashed(end: &str, problem: &str) -> Run {
    Run::new(End::Crashed(end.to_owned()), problem, "")
}

/// What the system says, without what the libraries on the way add.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
