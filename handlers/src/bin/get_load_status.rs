//! The Lambda function `get_load_status`.

fn main() -> Result<(), lambda_runtime::Error> {
    handlers::run(handlers::status::handle)
}
