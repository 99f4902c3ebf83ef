//! The Lambda function `start_bulk_load`.

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

fn main() -> Result<(), lambda_runtime::Error> {
    handlers::run(handlers::start::handle)
}
