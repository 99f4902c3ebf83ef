//! Turns a panic into an error with a name that a state machine can match.

use std::panic::{self, AssertUnwindSafe};

use futures::FutureExt as _;
use tracing::error;

tokio::task_local! {
    /// Lambda's id of the call that runs now, for the line about a panic.
    static REQUEST_ID: String;
}

/// A function panicked. The error that it becomes is called `FunctionPanicked`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panicked;

impl Panicked {
    /// The sentence for people. It quotes nothing: a panic may quote anything.
    pub(crate) const MESSAGE: &str =
        "the function panicked, which is a fault of its own: the line `panicked` in its log, with this request id, says where";
}

/// What `call` comes to; its error if it panics.
pub(crate) async fn caught<T, E: From<Panicked>>(request_id: &str, call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    // Nothing outlives a call but the connections and the keys, which no panic leaves half changed.
    let call = AssertUnwindSafe(REQUEST_ID.scope(request_id.to_owned(), call));
    call.catch_unwind().await.unwrap_or_else(|_| Err(Panicked.into()))
}

/// Makes each panic a line of JSON, with the id of its call.
pub(crate) fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let request_id = REQUEST_ID.try_with(String::clone).ok();
        error!(requestId = request_id, %panic, "panicked");
    }));
}
