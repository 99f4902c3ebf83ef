//! The Lambda function `check_bulk_load_status`.

fn main() -> Result<(), lambda_runtime::Error> {
    handlers::run(handlers::check::handle)
}
