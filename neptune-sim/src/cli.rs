//! The command line: options and commands, and what is printed at the start.

mod addresses;
mod check;
mod cluster_options;
mod columns;
mod data;
mod draft;
mod exit;
mod greeting;
mod health;
mod loads;
mod named;
mod play;
mod proxy;
mod test;
mod tls_files;
mod view;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use neptune_server::scenario::Scenario;
use neptune_server::{ClockKind, ControlPlace};

pub(crate) use addresses::Places;
pub(crate) use check::check;
pub(crate) use cluster_options::ClusterOptions;
pub(crate) use columns::{columns, message, wrapped};
pub(crate) use draft::draft;
pub(crate) use exit::{EXIT_BAD_SCENARIO, EXIT_BAD_TLS, EXIT_CANNOT_LISTEN, EXIT_STEP_FAILED, EXIT_UNHEALTHY};
pub(crate) use greeting::greeting;
pub(crate) use health::HealthArguments;
use neptune_text::nearest;
use play::PLAY_HELP;
pub(crate) use play::PlayArguments;
pub(crate) use proxy::ProxyArguments;
use test::TEST_HELP;
pub(crate) use test::TestArguments;
pub(crate) use tls_files::TlsFiles;
pub(crate) use view::ViewArguments;

const MORE: &str = "`neptune-sim --help` has all options, examples and exit codes.";

// 80 columns: clap wraps prose, and would wrap commands in the middle.
const EXAMPLES: &str = "\
Examples:
  A healthy cluster on 127.0.0.1:8182. Loads run for 5 s and complete:
    neptune-sim
  Loads take two minutes, which pass in two seconds:
    neptune-sim --load-duration 2m --clock scaled:60
  A load that a user cancels after half a minute; its id is `load`:
    neptune-sim --load 'LOAD_IN_PROGRESS 30s, LOAD_CANCELLED_BY_USER'
  The cluster of a scenario; what happens in it is played in real time:
    neptune-sim my-scenario.yaml
  A load that is cancelled while your poller waits for it:
    neptune-sim play F22
  On any free port:
    neptune-sim --listen 127.0.0.1:0
  For other machines too; the control API stays on this one:
    neptune-sim --listen 0.0.0.0:8182
  In a container, with the control API on port 8183:
    docker run -p 127.0.0.1:8182:8182 -p 127.0.0.1:8183:8183 neptune-sim
  Over HTTPS, for clients that trust ca.pem:
    neptune-sim --tls-ca-file ca.pem
  A poller of your own against every status and every kind of trouble:
    neptune-sim check-poller -- python3 poller.py
  Faults in front of a live cluster, and a recording without names:
    neptune-sim proxy --upstream https://my-cluster.neptune.example:8182 \\
      --faults faults.yaml --record session.ndjson
  A scenario that replays a recording, and a page that shows it:
    neptune-sim scenario session.ndjson
    neptune-sim view session.ndjson --open
  All mistakes in scenario files, without starting anything:
    neptune-sim check my-scenario.yaml scenarios/
  The schema of scenario files, for editors:
    neptune-sim schema > scenario.schema.json
  What a ready-made fault expands to, and what is known of a quirk:
    neptune-sim faults failover
    neptune-sim quirks unknown_id

In a container, say where to listen with NEPTUNE_SIM_LISTEN and
NEPTUNE_SIM_CONTROL, which the health check reads as well. Clusters that the
control API adds are reached from outside if NEPTUNE_SIM_CLUSTER_PORTS keeps
them to ports that the container publishes.

Exit codes:
  0    ended by SIGINT or SIGTERM
  1    `health`: no simulator answers; `test`: a scenario failed; otherwise: a
       step of the scenario could not be played
  2    the command line is wrong
  102  cannot listen on the address
  103  the scenario, the recording, or the file with keys or faults is wrong;
       what is wrong with it is on stderr
  104  a file for TLS is absent, wrong or cannot be written
  105  a recording, a scenario or a page cannot be written";

const CHECK_CODES: &str = "\
Exit codes:
  0    every file is right
  2    the command line is wrong
  103  there are mistakes, or a file cannot be read; they are on stderr";

/// A simulator of Amazon Neptune's bulk loader.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = MORE,
    after_long_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    disable_version_flag = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: Serve,
    /// Print version
    #[arg(long, short = 'V', action = ArgAction::Version, hide_short_help = true)]
    version: Option<bool>,
}

impl Cli {
    /// Reads the command line. Help is as wide as the terminal.
    pub(crate) fn read() -> Self {
        let mut command = <Self as CommandFactory>::command().term_width(columns());
        let matches = command.try_get_matches_from_mut(std::env::args_os()).unwrap_or_else(|error| {
            // With arguments behind it, clap takes a mistyped command for a scenario, and its error is about the arguments.
            let word = std::env::args_os().nth(1).map(PathBuf::from);
            match word.as_deref().filter(|_| error.use_stderr()).and_then(no_such_command) {
                Some(hint) => command.error(ErrorKind::InvalidSubcommand, hint).exit(),
                None => error.exit(),
            }
        });
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge a poller in every status and every kind of trouble
    CheckPoller(Box<neptune_check_poller::Arguments>),
    /// Check load files, and say what a load of them counts
    CheckData(neptune_check_data::Arguments),
    /// Run scenarios against your own Lambda functions, in any language
    #[command(after_long_help = TEST_HELP)]
    Test(Box<TestArguments>),
    /// Serve a scenario and play its steps beside your own poller
    #[command(after_long_help = PLAY_HELP)]
    Play(Box<PlayArguments>),
    /// Pass everything on to another endpoint, with faults on the way
    Proxy(Box<ProxyArguments>),
    /// Make a scenario of a recording, or of one status of a load
    Scenario {
        /// A recording of `neptune-sim proxy --record`, or the JSON of one status, as Neptune answers or the AWS CLI prints it; `-` for
        /// stdin
        file: PathBuf,
        /// Where to write the scenario [default: stdout]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Show a recording as a page with a timeline
    View(ViewArguments),
    /// Check scenario files and show all mistakes
    #[command(after_help = CHECK_CODES)]
    Check {
        /// Scenario files, and folders: of these every .yaml and .yml file
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Check whether a simulator answers here, for containers
    Health(HealthArguments),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
    /// List the ready-made faults, or show what they expand to
    Faults {
        /// Only these
        names: Vec<String>,
    },
    /// List what is unsure about Neptune, and what can be chosen
    Quirks {
        /// Only these
        names: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// A scenario file: what the cluster does, and the steps that are played on it. Without one, started loads run for a while and complete
    #[arg(hide_short_help = true)]
    scenario: Option<PathBuf>,
    /// `real`, `scaled:60` or `manual` [default: real]
    ///
    /// How time passes: as it does, 60 times as fast, or when a step or `POST /_sim/clusters/<name>/clock` moves it.
    #[arg(long, value_name = "CLOCK", default_value_t = ClockKind::Real, hide_default_value = true)]
    pub(crate) clock: ClockKind,
    #[command(flatten)]
    pub(crate) options: ClusterOptions,
}

impl Serve {
    /// The scenario, if there is one.
    ///
    /// # Errors
    /// What to print if it is wrong, or if there is no such file.
    pub(crate) fn scenario(&self) -> Result<Option<Scenario>, String> {
        let Some(path) = &self.scenario else { return Ok(None) };
        let scenario = Scenario::read(path).map_err(|error| match no_such_command(path) {
            Some(hint) => format!("{error}\nhint: {hint}"),
            None => error.to_string(),
        });
        scenario.map(Some)
    }
}

/// The hint if a word that is no file may have been meant as a command.
fn no_such_command(word: &Path) -> Option<String> {
    let text = word.to_str().filter(|text| !text.starts_with('-') && !text.contains(['.', '/', '\\']) && !word.exists())?;
    let command = <Cli as CommandFactory>::command();
    let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    if names.contains(&text) || text == "help" {
        return None;
    }
    Some(match nearest(text, names.iter().copied()) {
        Some(near) => format!("did you mean the command `{near}`?"),
        None => format!("it is neither a file nor a command: the commands are {}", names.join(", ")),
    })
}

/// What to do if the simulator cannot listen on an address.
pub(crate) fn listen_remedy(address: SocketAddr, control: ControlPlace, error: &io::Error) -> String {
    let option = if control == ControlPlace::At(address) { "--control" } else { "--listen" };
    let ip = ip_text(address);
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "another program has the port, perhaps another neptune-sim: end it (Ctrl-C where it runs), or choose another port with {option} \
             {ip}:PORT, or any free one with PORT 0"
        ),
        io::ErrorKind::PermissionDenied => {
            format!("ports below 1024 are for root: choose a higher one with {option} {ip}:PORT, or any free one with PORT 0")
        }
        io::ErrorKind::AddrNotAvailable => {
            format!(
                "this machine has no address {ip}: choose one of its own with {option}, such as 127.0.0.1:{}",
                address.port()
            )
        }
        _ => format!("choose another address with {option} {ip}:PORT, or any free one with PORT 0"),
    }
}

fn ip_text(address: SocketAddr) -> String {
    if address.is_ipv6() { format!("[{}]", address.ip()) } else { address.ip().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn the_remedy_names_the_option_that_gave_the_address() {
        let address = "127.0.0.1:8183".parse().unwrap();
        let taken = io::ErrorKind::AddrInUse.into();
        assert!(listen_remedy(address, ControlPlace::WithFirst, &taken).contains("--listen 127.0.0.1:PORT"));
        assert!(listen_remedy(address, ControlPlace::At(address), &taken).contains("--control 127.0.0.1:PORT"));
    }
}
