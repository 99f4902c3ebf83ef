//! A function that panics when its event says `"panic": true`, in the same run loop as the real ones: the next event must be served.

use handlers::Invocation;
use serde_json::{Value, json};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

fn main() -> Result<(), lambda_runtime::Error> {
    handlers::run(async |invocation: Invocation| {
        assert!(invocation.event.get("panic") != Some(&Value::Bool(true)), "the event asked for it");
        Ok(json!({"fine": true}))
    })
}
