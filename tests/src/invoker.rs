//! A function that can be invoked, wherever it runs.

use serde_json::Value;

use crate::lambda::{Deadline, Invocation, Lambda};
use crate::live::Deployed;

/// A function.
#[derive(Debug)]
pub(crate) enum Invoker {
    /// Its binary, run here as Lambda does.
    Here(Lambda),
    /// As it is deployed.
    Deployed(Deployed),
}

impl Invoker {
    /// Invokes it, and waits for the outcome.
    pub(crate) async fn invoke(&self, event: &Value) -> Invocation {
        match self {
            Self::Here(lambda) => lambda.invoke(event, Deadline::default()).await,
            Self::Deployed(function) => function.invoke(event).await,
        }
    }
}
