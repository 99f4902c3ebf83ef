//! A Lambda function that does what its event says, well or badly. The tests of the Lambda harness run it.

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process;

use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::{Value, json};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    println!("starting");
    match env::var("PROBE_INIT").as_deref() {
        Ok("exit") => process::exit(4),
        Ok("error") => {
            let report = json!({"errorType": "ProbeInit", "errorMessage": "not today"});
            post("/runtime/init/error", report.to_string().as_bytes())?;
            process::exit(1)
        }
        _ => lambda_runtime::run(service_fn(obey)).await,
    }
}

async fn obey(event: LambdaEvent<Value>) -> Result<Value, Diagnostic> {
    let LambdaEvent { payload, context } = event;
    match payload["do"].as_str().unwrap_or_default() {
        "echo" => Ok(payload),
        "raise" => Err(Diagnostic { error_type: "ProbeRaised".to_owned(), error_message: "as asked".to_owned() }),
        "panic" => panic!("as asked"),
        "exit" => process::exit(3),
        "stall" => std::future::pending().await,
        "log" => Ok(log(payload["lines"].as_u64().unwrap_or(1))),
        "environment" => Ok(env::vars().map(|(name, _)| name).collect()),
        "process" => Ok(json!({"pid": process::id(), "request_id": context.request_id, "trace_id": context.xray_trace_id})),
        "arn" => Ok(context.invoked_function_arn.into()),
        "deadline" => Ok(context.deadline.into()),
        "large" => Ok("x".repeat(7_000_000).into()),
        "meddle" => Ok(meddle()),
        "answer with" => Ok(answer(&context.request_id, &payload)),
        other => Err(Diagnostic { error_type: "ProbeUnknown".to_owned(), error_message: other.to_owned() }),
    }
}

fn log(lines: u64) -> Value {
    for number in 0..lines {
        println!("out {number}");
    }
    eprintln!("err");
    print!("unfinished");
    // Like most writers to a terminal, `print` keeps an unfinished line to itself.
    std::io::stdout().flush().is_ok().into()
}

/// Uses the Runtime API in ways that are not allowed; the answer is what it said.
fn meddle() -> Value {
    let paths = ["/runtime/invocation/someone-elses/response", "/runtime/init/error", "/runtime/no/such/path"];
    paths.map(|path| post(path, b"{}").unwrap_or_else(|error| error.to_string())).to_vec().into()
}

/// Answers behind the back of the runtime, which then answers again, unless the process is to exit before.
fn answer(request_id: &str, payload: &Value) -> Value {
    let text = payload["text"].as_str().unwrap_or_default();
    let said = post(&format!("/runtime/invocation/{request_id}/response"), text.as_bytes()).unwrap_or_default();
    println!("after the answer");
    if payload["then"] == "exit" {
        process::exit(0);
    }
    said.into()
}

/// Posts to the Runtime API and returns the status line of what it says.
fn post(path: &str, body: &[u8]) -> Result<String, lambda_runtime::Error> {
    let address = env::var("AWS_LAMBDA_RUNTIME_API")?;
    let mut connection = TcpStream::connect(&address)?;
    let length = body.len();
    write!(
        connection,
        "POST /2018-06-01{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    )?;
    connection.write_all(body)?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}
