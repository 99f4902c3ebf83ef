//! `check_bulk_load_status` with a fault: it panics in the middle of its work when its event says `"panic": true`. It runs in the same loop as
//! the real one.

use std::collections::HashMap;

use handlers::{Client, Config, Invocation, StatusError, check};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

fn main() -> Result<(), lambda_runtime::Error> {
    handlers::run(async |mut invocation: Invocation| {
        if invocation.event["panic"] == true {
            invocation.client = with_fault();
        }
        check::handle(invocation).await
    })
}

/// A client that asks a clock, in order to sign a request, which panics.
fn with_fault() -> Result<Client, StatusError> {
    let variables = [
        ("NEPTUNE_ENDPOINT", "http://127.0.0.1:9"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
    ];
    let variables: HashMap<_, _> = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut config = Config::from_variables(&variables)?;
    config.clock = || panic!("the event asked for it");
    Client::new(config)
}
