//! The command line of `neptune-sim check-poller`.

use std::collections::HashSet;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use neptune_harness::lambda::{Caller, CommandLine};
use neptune_state_machine::EngineKind;
use neptune_text::parse_duration;

use crate::event::{Event, USUAL_EVENT};
use crate::expression::{Expression, Expressions};
use crate::invoke::Url;
use crate::machine::Machine;
use crate::machine_error::MachineError;
use crate::poller::Subject;

/// What options of a state machine are refused with: clap drops what they require if it cannot be given.
const NOT_A_MACHINE: [&str; 3] = ["lambda", "invoke", "command"];

/// Judge a poller: run it against every status of a load and every kind of trouble
///
/// Each case is a simulated cluster of its own. The load of a case moves on whenever the poller was answered its status, so the poller may
/// pause as it likes. The poller finds its load in `AWS_ENDPOINT_URL_NEPTUNEDATA` (a URL), `NEPTUNE_ENDPOINT` (a host), `NEPTUNE_PORT` and
/// `NEPTUNE_LOAD_ID`, with `AWS_REGION` and throw-away access keys. In its arguments, `{load_id}`, `{endpoint}`, `{host}` and `{port}` are
/// replaced: `-- env NeptuneEndpoint={endpoint} python poll.py {load_id}`. It may also start a load itself. A Lambda function is named by
/// `--lambda` instead, or by `--invoke` if it runs already; a state machine by
/// `--state-machine`.
///
/// Exit codes: 0 right in every case, 1 not right, 2 bad usage, 106 the poller cannot be run, or sends no request for its load, 107 a report
/// cannot be written, 108 the simulator cannot start, 130 interrupted.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Arguments {
    /// Play only this case, status or group. May be repeated
    ///
    /// A name of `--list`, a status such as `LOAD_FAILED`, or a group.
    #[arg(long = "case", value_name = "NAME")]
    pub(crate) cases: Vec<String>,
    /// Leave out this case, status or group. May be repeated
    ///
    /// `--skip passing` is for a poller whose caller tries again after trouble.
    #[arg(long, value_name = "NAME")]
    pub(crate) skip: Vec<String>,
    /// List the cases, and what is right in each
    #[arg(long)]
    pub(crate) list: bool,
    /// Success is what the poller's output says: `$.status == "SUCCESS"`. Default: exit code 0
    ///
    /// A comparison in JSONPath over the last line of the output that is a JSON object. With --success and --failure, an output that says
    /// neither counts as a crash.
    #[arg(long, value_name = "EXPR")]
    success: Option<Expression>,
    /// Failure is what the poller's output says: `$.status == "FAILED"`. Default: any other exit code
    #[arg(long, value_name = "EXPR")]
    failure: Option<Expression>,
    /// The load is pending when the poller's output says so: then it is run again, as a state machine does
    #[arg(long, value_name = "EXPR", hide_short_help = true)]
    pending: Option<Expression>,
    /// Judge the Lambda function that this command runs
    ///
    /// The command has the runtime client in it: `python3 -m awslambdaric app.handler`, `npx aws-lambda-ric app.handler`, or an executable that
    /// asks for events by itself. It is split into words as a shell does it, and started for each case with the variables above and those of
    /// Lambda. What the function answers is its output: any answer is a success unless an expression says otherwise. A function error is a
    /// failure; if --pending holds for its `{"errorType", "errorMessage"}`, the function is invoked again, twice in a row at most.
    #[arg(long, value_name = "COMMAND", value_parser = read_command, conflicts_with_all = ["invoke", "command"])]
    lambda: Option<CommandLine>,
    /// Judge the function that an emulator runs at this URL
    ///
    /// Such as `http://127.0.0.1:9000/2015-03-31/functions/function/invocations`. One case after the other: emulators run one invocation at a time; --jobs says otherwise. The function learns the address of a case by
    /// its event (`{endpoint}`, or `{host}` and `{port}`), or has a fixed one: see --listen.
    #[arg(long, value_name = "URL", conflicts_with = "command")]
    invoke: Option<Url>,
    /// Judge the state machine with this definition in Amazon States Language
    ///
    /// JSON or YAML, or a template of SAM or CloudFormation: `template.yaml#Watch`, if it has several state machines. Its tasks call the functions that --function gives,
    /// and no time passes while it waits. The input of its executions is --event.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["lambda", "invoke", "command", "success", "failure", "pending"])]
    state_machine: Option<PathBuf>,
    /// A function that the state machine calls, and the command that runs it. May be repeated
    ///
    /// The command is one for --lambda. The definition may name the function by its name, in an ARN, or as a substitution such as
    /// `${CheckLoadStatusArn}` for `check_load_status`; a template by its logical id.
    #[arg(long = "function", value_name = "NAME=COMMAND", value_parser = read_function, requires = "state_machine", conflicts_with_all = NOT_A_MACHINE)]
    functions: Vec<(String, CommandLine)>,
    /// What runs the state machine: `moto` (Python), or `node` (aws-local-stepfunctions)
    #[arg(long, value_name = "ENGINE", default_value = "moto", value_parser = read_engine, requires = "state_machine", conflicts_with_all = NOT_A_MACHINE, hide_short_help = true)]
    engine: EngineKind,
    /// The function's event, or @FILE [default: `{"load_id": "{load_id}"}`]
    ///
    /// A JSON document, in whose texts `{load_id}`, `{endpoint}`, `{host}` and `{port}` are replaced.
    #[arg(long, value_name = "JSON", default_value = USUAL_EVENT, hide_default_value = true, conflicts_with = "command")]
    event: Event,
    /// Where the clusters listen. With a port, the cases take turns there: for a poller whose environment is fixed
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", hide_short_help = true)]
    pub(crate) listen: SocketAddr,
    /// How long to wait for a poller whose load has ended or does not move
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = read_patience, hide_short_help = true)]
    pub(crate) patience: Duration,
    /// How many cases to play side by side. Default: 16 for each core, and 1 with --invoke
    #[arg(long, value_name = "COUNT", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Speak TLS. Clients find the CA in `SSL_CERT_FILE` and the like
    ///
    /// `AWS_CA_BUNDLE`, `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `NODE_EXTRA_CA_CERTS` and `NEPTUNE_CA_FILE`.
    #[arg(long)]
    pub(crate) tls: bool,
    /// Answer only requests that are signed with the access keys in the poller's environment
    #[arg(long, hide_short_help = true)]
    pub(crate) iam: bool,
    /// Write the verdicts as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write the verdicts as JUnit XML
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) junit: Option<PathBuf>,
    /// Write the verdicts as Markdown
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) markdown: Option<PathBuf>,
    /// Write the verdicts as a page for a browser, with a timeline of each case
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Open that page in a browser
    #[arg(long, requires = "html")]
    pub(crate) open: bool,
    /// The poller, with its arguments
    #[arg(last = true, required_unless_present_any = ["list", "lambda", "invoke", "state_machine"], value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

impl Arguments {
    /// How the output is read.
    pub(crate) fn expressions(&self) -> Expressions {
        Expressions { success: self.success.clone(), failure: self.failure.clone(), pending: self.pending.clone() }
    }

    /// What is judged.
    ///
    /// # Errors
    /// The state machine cannot be run.
    pub(crate) async fn subject(&self) -> Result<Subject, MachineError> {
        let event = self.event.clone();
        Ok(match (&self.state_machine, &self.lambda, &self.invoke) {
            (Some(file), ..) => {
                let machine = Machine::load(file, self.functions.clone(), self.engine, event).await?;
                Subject::StateMachine(Arc::new(machine))
            }
            (None, Some(command), _) => Subject::Lambda(command.clone(), event),
            (None, None, Some(url)) => Subject::Running(url.clone(), event),
            (None, None, None) => Subject::Command(self.command.clone()),
        })
    }

    /// The name of a function that has two commands.
    pub(crate) fn function_given_twice(&self) -> Option<&str> {
        let mut names = HashSet::new();
        self.functions.iter().map(|(name, _)| name.as_str()).find(|name| !names.insert(*name))
    }

    /// How many cases run side by side, because pollers mostly sleep. `None` if several are wanted and there is one port for all.
    pub(crate) fn jobs(&self) -> Option<usize> {
        let one_at_a_time = self.invoke.is_some() || self.listen.port() != 0;
        let usual = if one_at_a_time { 1 } else { 16 * cores() };
        let jobs = self.jobs.map_or(usual, usize::from);
        (jobs == 1 || self.listen.port() == 0).then_some(jobs)
    }
}

/// How many processors there are.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn read_command(text: &str) -> Result<CommandLine, String> {
    let caller = Caller::of_this_process().map_err(|error| format!("the working folder is gone: {error}"))?;
    CommandLine::parse(text, &caller).map_err(|error| error.to_string())
}

fn read_function(text: &str) -> Result<(String, CommandLine), String> {
    let named = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, command) =
        named.ok_or("write a name and a command, such as `check_load_status=target/debug/check_load_status`")?;
    Ok((name.to_owned(), read_command(command)?))
}

fn read_engine(text: &str) -> Result<EngineKind, String> {
    let engines = [EngineKind::Moto, EngineKind::Node];
    engines.into_iter().find(|engine| engine.to_string() == text).ok_or_else(|| "write `moto` or `node`".to_owned())
}

fn read_patience(text: &str) -> Result<Duration, String> {
    match parse_duration(text) {
        Ok(patience) if !patience.is_zero() => Ok(patience),
        Ok(_) => Err("no poller ends in no time: write for example `2m`".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use rstest::rstest;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        _arguments: Arguments,
    }

    #[rstest]
    #[case::a_function_of_a_command(&["--function", "f=true", "--", "true"], "'--function <NAME=COMMAND>' cannot be used with '[COMMAND]...'")]
    #[case::an_engine_of_a_command(&["--engine", "node", "--", "true"], "'--engine <ENGINE>' cannot be used with '[COMMAND]...'")]
    #[case::a_function_of_a_function(&["--function", "f=true", "--lambda", "true"], "'--function <NAME=COMMAND>' cannot be used with '--lambda <COMMAND>'")]
    #[case::an_engine_of_a_function(&["--engine", "moto", "--invoke", "http://127.0.0.1:9/x"], "'--engine <ENGINE>' cannot be used with '--invoke <URL>'")]
    #[case::a_function_alone(&["--function", "f=true", "--list"], "--state-machine <FILE>")]
    fn what_is_for_a_state_machine_is_refused_without_one(#[case] arguments: &[&str], #[case] said: &str) {
        let error = Cli::try_parse_from(std::iter::once(&"check-poller").chain(arguments)).unwrap_err();
        assert!(error.exit_code() == 2 && error.to_string().contains(said), "{error}");
    }

    #[test]
    fn the_usual_engine_is_no_option_that_was_given() {
        assert!(Cli::try_parse_from(["check-poller", "--", "true"]).is_ok());
        assert!(
            Cli::try_parse_from(["check-poller", "--state-machine", "x", "--engine", "node", "--function", "f=true"]).is_ok()
        );
    }
}
