//! The simulator as a program.

mod builtin;
mod cli;
mod draft;
mod end;
mod fault_list;
mod files;
mod play;
mod quirk_list;
mod stdin;
mod view;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use neptune_server::record::Recorded;
use neptune_server::scenario::{Scenario, json_schema};
use neptune_server::{ClockKind, Cluster, ClusterSetup, Limits, Sim, SimOptions, StartError};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use cli::{
    Cli, ClusterOptions, Command, EXIT_BAD_SCENARIO, EXIT_BAD_TLS, EXIT_CANNOT_LISTEN, EXIT_STEP_FAILED, EXIT_UNHEALTHY,
    HealthArguments, Places, PlayArguments, ProxyArguments, Serve, TestArguments, TlsFiles,
};

use play::Steps;
use stdin::Lines;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::read();
    match cli.command {
        Some(Command::Health(arguments)) => health(&arguments).await,
        Some(Command::Schema) => print_schema(),
        Some(Command::Check { files }) => check(&files),
        Some(Command::Quirks { names }) => print_list(quirk_list::text(&names, cli::columns())),
        Some(Command::Faults { names }) => print_list(fault_list::text(&names, cli::columns())),
        Some(Command::CheckPoller(arguments)) => check_poller(&arguments).await,
        Some(Command::CheckData(arguments)) => check_data(&arguments),
        Some(Command::Test(arguments)) => test(*arguments).await,
        Some(Command::Play(arguments)) => play(&arguments).await,
        Some(Command::Proxy(arguments)) => proxy(&arguments).await,
        Some(Command::Scenario { file, output }) => print_scenario(&file, output.as_deref()),
        Some(Command::View(arguments)) => view(&arguments),
        None => serve(&cli.serve).await,
    }
}

async fn health(arguments: &HealthArguments) -> ExitCode {
    match arguments.probe().await {
        Ok(text) => {
            say(&format!("healthy: {text}\n"));
            ExitCode::SUCCESS
        }
        Err(text) => fail(EXIT_UNHEALTHY, &format!("unhealthy: {text}")),
    }
}

fn print_schema() -> ExitCode {
    say(&format!("{:#}\n", json_schema()));
    ExitCode::SUCCESS
}

fn check(files: &[PathBuf]) -> ExitCode {
    let checked = cli::check(files);
    if checked.is_right() {
        say(&format!("{}\n", checked.summary));
        return ExitCode::SUCCESS;
    }
    fail(EXIT_BAD_SCENARIO, &format!("{}\n\n{}", checked.mistakes, checked.summary))
}

/// Runs scenarios in threads of their own, each with a runtime of its own.
async fn test(arguments: TestArguments) -> ExitCode {
    let ran = tokio::task::spawn_blocking(move || arguments.run(&mut anstream::stdout())).await;
    match ran {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err((code, message))) => fail(code, &message),
        Err(error) => fail(1, &format!("error: {error}")),
    }
}

async fn check_poller(arguments: &neptune_check_poller::Arguments) -> ExitCode {
    match neptune_check_poller::run(arguments, &mut anstream::stdout()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => fail(error.exit_code(), &format!("error: {error}")),
    }
}

fn check_data(arguments: &neptune_check_data::Arguments) -> ExitCode {
    match neptune_check_data::run(arguments, &mut anstream::stdout()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => fail(error.exit_code(), &format!("error: {error}")),
    }
}

/// Prints a list, or fails as after a wrong command line.
fn print_list(text: Result<String, String>) -> ExitCode {
    match text {
        Ok(text) => {
            say(&text);
            ExitCode::SUCCESS
        }
        Err(error) => fail(2, &error),
    }
}

fn print_scenario(file: &Path, output: Option<&Path>) -> ExitCode {
    match cli::draft(file, output) {
        Ok(text) => {
            say(&text.unwrap_or_default());
            ExitCode::SUCCESS
        }
        Err((code, message)) => fail(code, &message),
    }
}

fn view(arguments: &cli::ViewArguments) -> ExitCode {
    match arguments.run() {
        Ok(text) => {
            say(&format!("{text}\n"));
            ExitCode::SUCCESS
        }
        Err((code, message)) => fail(code, &message),
    }
}

async fn serve(arguments: &Serve) -> ExitCode {
    follow(arguments.options.verbose);
    match arguments.scenario() {
        // Programs start it so, and may have other uses for their standard input.
        Ok(scenario) => serve_cluster(scenario, arguments.clock, &arguments.options, false).await,
        Err(error) => fail(EXIT_BAD_SCENARIO, &error),
    }
}

async fn play(arguments: &PlayArguments) -> ExitCode {
    if arguments.list {
        say(&cli::PlayArguments::names());
        return ExitCode::SUCCESS;
    }
    follow(arguments.options.verbose);
    match arguments.scenario() {
        Ok(scenario) => serve_cluster(Some(scenario), arguments.clock, &arguments.options, true).await,
        Err((code, error)) => fail(code, &error),
    }
}

/// Serves a cluster, and plays the steps of its scenario. With `takes_lines`, a line of standard input goes on from a step that waits for the
/// user.
async fn serve_cluster(scenario: Option<Scenario>, clock: ClockKind, options: &ClusterOptions, takes_lines: bool) -> ExitCode {
    let mut spec = match options.cluster_spec(scenario.as_ref(), clock) {
        Ok(spec) => spec,
        Err(error) => return fail(2, &error),
    };
    match options.authentication() {
        Ok(authentication) => spec.authentication = authentication.unwrap_or(spec.authentication),
        Err(error) => return fail(EXIT_BAD_SCENARIO, &format!("error: {error}")),
    }
    match options.s3() {
        Ok(s3) => spec.s3 = s3.or(spec.s3),
        Err(error) => return fail(EXIT_BAD_SCENARIO, &format!("error: {error}")),
    }
    let places = options.places(&spec, scenario.as_ref());
    let warnings = places.exposure_warnings("the cluster", "start and cancel loads");
    let stdin = (takes_lines || options.end_with_stdin).then(stdin::lines);
    let steps = scenario.and_then(|scenario| Steps::of(scenario, stdin.clone().filter(|_| takes_lines)));
    let setup = ClusterSetup { observer: steps.as_ref().map(Steps::observer), ..spec.into() };
    let stdin = stdin.filter(|_| options.end_with_stdin);
    run(setup, places, &options.tls, &warnings, stdin, steps, cli::greeting).await
}

async fn proxy(arguments: &ProxyArguments) -> ExitCode {
    follow(arguments.verbose);
    let setup = match arguments.cluster_setup() {
        Ok(setup) => setup,
        Err((code, message)) => return fail(code, &message),
    };
    let places = arguments.places(&setup.spec);
    let warnings = arguments.exposure_warnings(&places);
    let recorder = setup.proxy.as_ref().and_then(|proxy| proxy.recorder.clone());
    let greeting = |sim: &Sim, ca_file: Option<&Path>| arguments.greeting(sim, ca_file);
    let code = run(setup, places, &arguments.tls, &warnings, None, None, greeting).await;
    // The simulator has waited for what could be written.
    let Recorded { written, lost } = recorder.map(|recorder| recorder.finish(Duration::ZERO)).unwrap_or_default();
    if lost > 0 {
        warn(&format!("warning: the recording lacks {lost} of {} exchanges: they could not be written", written + lost));
    }
    code
}

/// Serves a first cluster until a signal comes, or the end of standard input if that is given. Meanwhile it plays steps, if there are any.
async fn run(
    setup: ClusterSetup,
    places: Places,
    files: &TlsFiles,
    warnings: &[String],
    stdin: Option<Lines>,
    steps: Option<Steps>,
    greeting: impl FnOnce(&Sim, Option<&Path>) -> String,
) -> ExitCode {
    // A connection to a proxy needs a second one, to the upstream.
    let files_each = if setup.proxy.is_some() { 2 } else { 1 };
    let limits = Limits::default();
    let limits = Limits { connections: files::make_room(limits.connections, files_each), ..limits };
    // Before the simulator announces itself, so that an early signal already ends it in order.
    let end = match end::asked_for(stdin) {
        Ok(end) => end,
        Err(error) => return fail(1, &format!("error: cannot listen for signals: {error}")),
    };
    let Places { listen, control, cluster_ports, remote_s3 } = places;
    let tls = match files.tls(listen) {
        Ok(tls) => tls,
        Err(error) => return fail(EXIT_BAD_TLS, &format!("error: {error}")),
    };
    if setup.spec.tls && tls.is_none() {
        let remedy = "say with --tls-ca-file FILE where to write the CA that its clients must trust";
        return fail(EXIT_BAD_TLS, &format!("error: the scenario's cluster speaks TLS\nhint: {remedy}"));
    }
    let options = SimOptions { control, cluster_ports, tls: tls.clone(), remote_s3, limits, ..SimOptions::new(listen) };
    let sim = match Sim::start_with(setup, options).await {
        Ok(sim) => sim,
        Err(StartError::Listen { address, source }) => {
            let hint = cli::listen_remedy(address, control, &source);
            return fail(EXIT_CANNOT_LISTEN, &format!("error: cannot listen on {address}: {source}\nhint: {hint}"));
        }
        Err(error) => return fail(EXIT_BAD_SCENARIO, &format!("error: {error}")),
    };
    for warning in warnings {
        warn(warning);
    }
    // Only now: a second simulator that finds its port taken must not replace the file of the first.
    let ca_file = files.ca_file();
    if let (Some(tls), Some(file)) = (&tls, ca_file)
        && let Err(error) = tls.write_ca(file)
    {
        return fail(EXIT_BAD_TLS, &format!("error: {error}"));
    }
    say(&greeting(&sim, ca_file));
    let played = play_until(end, steps, sim.first()).await;
    warn_of(&sim.first().idle_faults());
    sim.shutdown().await;
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(EXIT_STEP_FAILED, &format!("error: {error}")),
    }
}

/// Plays the steps, and returns when the end has come and they are over.
async fn play_until(end: impl Future<Output = ()>, steps: Option<Steps>, cluster: &Cluster) -> Result<(), String> {
    let (tell_end, ended) = watch::channel(false);
    let play = async {
        match steps {
            // Boxed: few simulators play steps, and all would keep a future as large as this.
            Some(steps) => Box::pin(steps.play(cluster, ended, &say_of_steps)).await,
            None => Ok(()),
        }
    };
    let end = async {
        end.await;
        let _ = tell_end.send(true);
    };
    let (played, ()) = tokio::join!(play, end);
    played
}

/// Tracing goes to stderr: warnings, or every request if asked for, or what `RUST_LOG` says.
fn follow(verbose: bool) {
    let default = if verbose { "warn,neptune_sim=info,neptune_server=info" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false).init();
}

/// Prints to stdout. A reader that has gone is no reason to fail.
fn say(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Says what happens with the steps; on a terminal, lines wrap at words.
fn say_of_steps(text: &str) {
    if io::stdout().is_terminal() { say(&cli::message(text, cli::columns())) } else { say(text) }
}

/// Warns in as many lines as the text has.
fn warn_of(text: &str) {
    for line in text.lines() {
        warn(&format!("warning: {line}"));
    }
}

/// Prints to stderr; on a terminal, lines wrap at words.
fn warn(text: &str) {
    let mut stderr = io::stderr().lock();
    let text = if stderr.is_terminal() { cli::message(text, cli::columns()) } else { format!("{text}\n") };
    let _ = stderr.write_all(text.as_bytes());
}

fn fail(code: u8, text: &str) -> ExitCode {
    warn(text);
    ExitCode::from(code)
}
