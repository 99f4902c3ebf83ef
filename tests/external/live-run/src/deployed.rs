//! A function as it is deployed, invoked through AWS.

use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use super::aws::{Answered, Aws};
use neptune_harness::backend::Invoke;
use neptune_harness::lambda::{Invocation, Lambda, Outcome};

/// A function that has a live cluster as its Neptune.
#[derive(Debug)]
pub(super) enum LiveFunction {
    /// Its binary, run here as Lambda does.
    Here(Lambda),
    /// As it is deployed.
    Deployed(Deployed),
}

impl Invoke for LiveFunction {
    async fn invoke(&self, event: &Value) -> Invocation {
        match self {
            Self::Here(lambda) => Invoke::invoke(lambda, event).await,
            Self::Deployed(function) => function.invoke(event).await,
        }
    }
}

/// A deployed function. Its logs and its environment are not available.
#[derive(Debug)]
pub(super) struct Deployed {
    aws: Arc<Aws>,
    name: String,
}

impl Deployed {
    /// The function of this name. Nothing is asked yet.
    pub(super) fn new(aws: Arc<Aws>, name: String) -> Self {
        Self { aws, name }
    }

    /// Invokes it, and waits for the outcome.
    async fn invoke(&self, event: &Value) -> Invocation {
        let begun = Instant::now();
        let answered = self.aws.invoke(&self.name, event.to_string().into_bytes()).await;
        Invocation {
            request_id: String::new(),
            outcome: answered.map_or_else(|error| unreachable(&self.name, &error), |answered| outcome(&answered)),
            took: begun.elapsed(),
            log: Vec::new(),
            log_dropped: 0,
            environment: 0,
            cold_start: false,
        }
    }
}

fn outcome(answered: &Answered) -> Outcome {
    let Ok(payload) = serde_json::from_slice::<Value>(&answered.payload) else {
        return Outcome::NotJson { problem: String::from_utf8_lossy(&answered.payload).into_owned() };
    };
    if answered.has_failed {
        let text = |key: &str| payload[key].as_str().unwrap_or_default().to_owned();
        return Outcome::Raised { error_type: text("errorType"), error_message: text("errorMessage") };
    }
    Outcome::Answered(payload)
}

fn unreachable(name: &str, error: &anyhow::Error) -> Outcome {
    Outcome::InitFailed {
        error_type: "Invoke".to_owned(),
        error_message: format!("the function `{name}` cannot be invoked: {error:#}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_and_an_error_are_distinguished() {
        let of = |has_failed, payload: &str| outcome(&Answered { has_failed, payload: payload.into() });
        assert_eq!(of(false, r#"{"status": "PENDING"}"#), Outcome::Answered(json!({"status": "PENDING"})));
        let raised = Outcome::Raised { error_type: "LoadNotFound".into(), error_message: "no".into() };
        assert_eq!(of(true, r#"{"errorType": "LoadNotFound", "errorMessage": "no"}"#), raised);
        assert_eq!(of(false, "<html>"), Outcome::NotJson { problem: "<html>".into() });
    }
}
