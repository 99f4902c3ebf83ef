//! The whole command line, and nothing else. The doc comments here are the help texts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::exit;

/// Project tasks: run the planned tests, review snapshots, check everything. `--help` also lists the exit codes
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", after_long_help = exit::help())]
pub(crate) struct Flags {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Run the scenarios and report on each
    ///
    /// Builds the tests, runs the planned scenarios and those of the known failures, and prints one row for each, in a table for the plan and one
    /// for the failures. A planned test without a result fails the run.
    ///
    /// The results are also written to target/it: junit.xml for CI servers, report.html and report.md for people, results.json for programs, and the output of the
    /// harness itself as results.ndjson and harness.log. With --filter they are in target/it/filtered. A run that does not end leaves reports
    /// that say so, and none of an earlier run.
    #[command(after_long_help = exit::help())]
    It(It),

    /// Check, read-only, whether the guards would admit a live run
    ///
    /// Prints account, cluster, consent, health and size, and the first problem with its fix. `cargo xtask live doctor --help` lists the flags.
    #[command(after_long_help = exit::help())]
    Doctor(Live),

    /// Remove what an interrupted live run has left behind
    ///
    /// Removes what the journals in target/it list, and nothing else. `cargo xtask live sweep --help` lists the flags.
    #[command(after_long_help = exit::help())]
    Sweep(Live),

    /// List which planned tests were validated on a live cluster
    ///
    /// For each: when, on which engine, and how the cluster was reached.
    #[command(after_long_help = exit::help())]
    Parity(Live),

    /// Exercise the whole live workflow against a local fake of AWS
    ///
    /// Starts the simulator with TLS, IAM and strict mode, an S3 server and the other services that a run calls, and then does what a first user
    /// would, through the same code: every guard refuses once, the scenarios run in their live forms, and a run is killed and swept.
    /// `cargo xtask live rehearse --help` lists the flags.
    #[command(after_long_help = exit::help())]
    Rehearse(Live),

    /// Run on a live cluster: run, doctor, sweep, parity, rehearse
    ///
    /// Builds the program for live runs, which needs the AWS SDKs, and passes every argument on to it.
    #[command(after_long_help = exit::help())]
    Live(Live),

    /// Make the simulator's container image
    ///
    /// Builds the simulator as one static program, lays out target/docker (the program, the scenarios, a Dockerfile without a base image) and
    /// makes `neptune-sim:latest` of it, and the same under the version. Where there is no Docker, it says what can be done.
    #[command(after_long_help = exit::help())]
    Image(Image),

    /// Make what is deployed and installed: the Lambda functions, a wheel and an npm package
    ///
    /// Builds the functions for Lambda, packs each into target/package/NAME.zip, and says how large it is and which glibc it needs. Builds the
    /// simulator as one static program, as for the image, and packs it beside them: with the Python package and its pytest plugin as a wheel, with
    /// the Node package as a .tgz. Both are for the processor of this machine, and for any Linux on it.
    #[command(after_long_help = exit::help())]
    Package(Package),

    /// Remove the project's images and containers from Docker
    ///
    /// Containers and networks of test runs, also of one that is still going on, and the images that were made here.
    #[command(after_long_help = exit::help())]
    Clean(Clean),

    /// Compare the plan, the scenario files and the tests that run
    ///
    /// The three must agree: scenarios/PLAN.md, scenarios/*/*.yaml, and the list of the harness. Every difference comes with its remedy.
    #[command(after_long_help = exit::help())]
    Plan,

    /// Review snapshots that changed
    ///
    /// Shows each pending snapshot (tests/snapshots/**/*.snap.new) as a diff against the accepted one and asks what to do. Without a
    /// terminal and without --accept or --reject it only lists them. Snapshots that belong to no scenario are reported as orphans.
    #[command(after_long_help = exit::help())]
    Snapshots(Snapshots),

    /// Rewrite the schema of scenario files, OpenAPI and generated pages
    ///
    /// All of them are made from the types of the simulator.
    #[command(after_long_help = exit::help())]
    Schema {
        /// Only check that the file is up to date
        #[arg(long)]
        check: bool,
    },

    /// Judge public pollers with check-poller, and write the page about them
    ///
    /// Writes neptune-sim/check-poller/POLLERS.md. It takes Python with tests/pollers/requirements.txt in target/ci-pollers, Node, and AWS's SDK for
    /// JavaScript in target/ci-node; it says how to install what is missing.
    #[command(after_long_help = exit::help())]
    Pollers {
        /// Only check that the page is up to date, as far as the pollers are installed
        #[arg(long)]
        check: bool,
    },

    /// Derive the conformance cases from AWS's service model
    ///
    /// Writes neptune-sim/server/tests/conformance/cases.json: what the model says of each parameter, answer and error of the loader.
    #[command(after_long_help = exit::help())]
    Conformance(Conformance),

    /// Fuzz everything that reads what clients send
    ///
    /// Runs the targets of tests/fuzz under libFuzzer, one after the other, and prints what each did. It takes a C++ compiler. What it
    /// learns stays in target/fuzz/corpus, so that the next run goes on from there; an input that breaks something is in
    /// target/fuzz/artefacts.
    #[command(after_long_help = exit::help())]
    Fuzz(Fuzz),

    /// Poll the simulator under random faults, and look for leaks
    ///
    /// Runs the program as its users have it, with fifty pollers, and prints its memory, open files and tasks as it goes on. What is left of
    /// them at the end fails the run.
    #[command(after_long_help = exit::help())]
    Soak(Soak),

    /// Check sources and licences of dependencies
    ///
    /// Also lists crates of which the build has several versions.
    #[command(after_long_help = exit::help())]
    Dependencies,

    /// Run every check
    ///
    /// Format, dependencies, clippy, the image, the packages, tests, docs, scenarios here and in a container, a rehearsal of live runs, plan, snapshots,
    /// conformance, a short soak and fuzzing.
    ///
    /// Later steps run even when an earlier one failed, unless the build did; the exit code is that of the first failure.
    #[command(after_long_help = exit::help())]
    Ci,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct It {
    /// Where the scenarios run
    #[arg(long, value_enum, default_value_t)]
    pub(crate) target: Target,

    /// Run only scenarios whose name contains TEXT, such as `cancelled`, `F13` or `get_load_status::`, or the one whose number it is: `check 6`
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,

    /// List what would run, and run nothing
    #[arg(long)]
    pub(crate) list: bool,

    /// Run our own scenarios (`beyond::...`) and the questions (`live-questions::...`) too, not only the planned ones and the known failures
    #[arg(long)]
    pub(crate) all: bool,

    /// Open report.html in a browser at the end
    #[arg(long, conflicts_with = "list")]
    pub(crate) open: bool,

    #[command(flatten)]
    pub(crate) tested: Tested,
}

/// What is tested, if not this project's own functions.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Tested {
    /// Test your own function, in any language, in place of ours: its name in the scenarios, and the command that runs it with its runtime client
    ///
    /// `--function check_bulk_load_status='python -m awslambdaric mine.check'`. The command is split into words as a shell does it; nothing is
    /// expanded. It gets Lambda's variables, `NEPTUNE_ENDPOINT`, and PATH, HOME and the like from here. Scenarios of functions without a command are
    /// not run. The reports are in target/it/functions.
    #[arg(long = "function", value_name = "NAME=COMMAND", value_parser = named_command)]
    pub(crate) functions: Vec<(String, String)>,

    /// Judge only pending, success and failure, and whether an error is raised: no texts, logs, error names or snapshots
    #[arg(long, requires = "functions")]
    pub(crate) verdicts_only: bool,

    /// Keep snapshots of your functions' answers in this folder; without it, answers are compared with none
    #[arg(long, value_name = "DIR", requires = "functions", conflicts_with = "verdicts_only")]
    pub(crate) snapshots: Option<PathBuf>,

    /// Other names for fields of events and answers: a YAML file, described in tests/README.md
    #[arg(long, value_name = "FILE", requires = "functions")]
    pub(crate) map: Option<PathBuf>,

    /// Run the scenarios in this folder, too
    #[arg(long, value_name = "DIR")]
    pub(crate) scenarios: Option<PathBuf>,
}

impl Tested {
    /// Whether anything is tested but this project's functions in its own scenarios.
    pub(crate) fn is_other(&self) -> bool {
        !self.functions.is_empty() || self.scenarios.is_some()
    }

    /// The options of a run as the harness reads them from `NEPTUNE_IT_OPTIONS`: `neptune_harness::options`. Paths begin in this folder.
    pub(crate) fn options(&self, folder: &Path) -> serde_json::Value {
        let absolute = |path: &Option<PathBuf>| path.as_ref().map(|path| folder.join(path));
        serde_json::json!({
            "functions": self.functions.iter().cloned().collect::<BTreeMap<_, _>>(),
            "verdicts_only": self.verdicts_only,
            "snapshots": absolute(&self.snapshots),
            "map": absolute(&self.map),
            "scenarios": absolute(&self.scenarios),
            "folder": folder,
        })
    }
}

/// Reads `NAME=COMMAND`.
fn named_command(text: &str) -> Result<(String, String), String> {
    let named = text.split_once('=').map(|(name, command)| (name.trim(), command.trim()));
    let (name, command) = named
        .filter(|(name, command)| !name.is_empty() && !command.is_empty())
        .ok_or_else(|| "write NAME=COMMAND, such as check_bulk_load_status='python -m awslambdaric mine.check'".to_owned())?;
    Ok((name.to_owned(), command.to_owned()))
}

/// What the program for live runs takes.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Live {
    /// Passed on as they are
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// The simulator, in the harness's own process: no network, no Docker
    #[default]
    Sim,
    /// The simulator's image, made anew, in one container: it needs Docker
    Container,
    /// A live Neptune cluster: it needs --profile NAME, and takes the flags of `cargo xtask live run --help`
    Neptune,
}

impl Flags {
    /// Reads a command line, from the name of the program on.
    pub(crate) fn read(arguments: impl IntoIterator<Item = String>) -> Self {
        Self::parse_from(as_live_run(arguments.into_iter().collect()))
    }
}

/// `it --target neptune` with further flags is `live run` with these flags: the program for live runs reads them.
fn as_live_run(arguments: Vec<String>) -> Vec<String> {
    let [program, task, flags @ ..] = &arguments[..] else { return arguments };
    let spaced = flags.windows(2).position(|pair| pair == ["--target", "neptune"]);
    let joined = flags.iter().position(|flag| flag == "--target=neptune");
    let (at, length) = match (spaced, joined) {
        (Some(at), _) => (at, 2),
        (None, Some(at)) => (at, 1),
        (None, None) => return arguments,
    };
    if task != "it" {
        return arguments;
    }
    let rest = [&flags[..at], &flags[at + length..]].concat();
    [vec![program.clone(), "live".to_owned(), "run".to_owned()], rest].concat()
}

impl Target {
    /// The name as it is typed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sim => "sim",
            Self::Container => "container",
            Self::Neptune => "neptune",
        }
    }
}

#[derive(Args, Debug, Default)]
pub(crate) struct Image {
    /// Only lay out target/docker, for `docker build` elsewhere
    #[arg(long)]
    pub(crate) stage: bool,

    /// Measure how soon a container answers, beside a bare server in the same run
    #[arg(long, conflicts_with = "stage")]
    pub(crate) measure: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Package {
    /// Make the zip files of the Lambda functions; without --functions, --wheel and --npm, all are made
    #[arg(long)]
    pub(crate) functions: bool,

    /// Build the functions for this target, such as aarch64-unknown-linux-gnu [default: this machine's]
    #[arg(long, value_name = "TARGET", requires = "functions")]
    pub(crate) target: Option<String>,

    /// Make the wheel. It needs python3 with hatchling
    #[arg(long)]
    pub(crate) wheel: bool,

    /// Make the npm package. It needs npm
    #[arg(long)]
    pub(crate) npm: bool,

    /// Pack this program, and build none
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,

    /// Where the packages are put
    #[arg(long, value_name = "FOLDER", default_value = PACKAGES)]
    pub(crate) to: PathBuf,
}

/// Where packages are put unless the command line says otherwise, from the root.
const PACKAGES: &str = "target/package";

impl Default for Package {
    fn default() -> Self {
        Self { functions: false, target: None, wheel: false, npm: false, program: None, to: PACKAGES.into() }
    }
}

impl Package {
    /// Whether none was chosen, and so all are made.
    pub(crate) fn is_all(&self) -> bool {
        !self.functions && !self.wheel && !self.npm
    }
}

#[derive(Args, Debug, Default)]
pub(crate) struct Clean {
    /// Only what one run has left: the value of the label `neptune-it.run`
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,

    /// Wait for the end of the standard input first
    #[arg(long, requires = "run", hide = true)]
    pub(crate) behind: bool,
}

#[derive(Args, Debug, Default)]
pub(crate) struct Snapshots {
    /// Accept every pending snapshot
    #[arg(long, conflicts_with = "reject")]
    pub(crate) accept: bool,

    /// Reject every pending snapshot: the accepted one stays
    #[arg(long)]
    pub(crate) reject: bool,

    /// Review the snapshots in this folder: those of `cargo xtask it --snapshots DIR`
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,

    /// Review only snapshots whose path contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
}

#[derive(Args, Debug, Default)]
pub(crate) struct Fuzz {
    /// Which target; without it, all. A folder of tests/fuzz/corpus is named after each
    pub(crate) target: Option<String>,

    /// How long each target runs, such as `30s` or `10m` [default: 30s, unless --runs is given]
    #[arg(long = "for", value_name = "TIME", value_parser = seconds)]
    pub(crate) seconds: Option<u64>,

    /// How many inputs each target tries at most
    #[arg(long, value_name = "N")]
    pub(crate) runs: Option<u64>,

    /// Where the mutations come from; another number goes another way
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u32,

    /// Run one input again, and nothing else
    #[arg(long, value_name = "FILE", requires = "target", conflicts_with_all = ["seconds", "runs"])]
    pub(crate) input: Option<PathBuf>,
}

/// Reads `30s`, `10m` or `2h`.
fn seconds(text: &str) -> Result<u64, String> {
    let units = [("s", 1), ("m", 60), ("h", 3600)];
    let read = units.iter().find_map(|(unit, secs)| text.strip_suffix(unit)?.parse::<u64>().ok()?.checked_mul(*secs));
    read.filter(|secs| *secs > 0).ok_or_else(|| "write `30s`, `10m` or `2h`".to_owned())
}

#[derive(Args, Debug, Default)]
pub(crate) struct Conformance {
    /// The model: a service-2.json, or packed as service-2.json.gz. Without it, that of python3's botocore
    #[arg(long, value_name = "PATH")]
    pub(crate) model: Option<PathBuf>,

    /// Only check that the file says what the model says
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Soak {
    /// How long
    #[arg(long = "for", value_name = "DURATION", default_value = "10m")]
    pub(crate) lasts: String,

    /// Stop after this number of requests, if they come first
    #[arg(long, value_name = "N")]
    pub(crate) requests: Option<u64>,

    /// How many clients poll
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) pollers: usize,

    /// Where chance comes from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_command_lists_the_exit_codes() {
        for command in Flags::command().get_subcommands_mut() {
            let help = command.render_long_help().to_string();
            assert!(help.contains(&exit::help()), "`{}` does not list the exit codes:\n{help}", command.get_name());
        }
    }

    #[rstest::rstest]
    #[case::in_the_middle(&["x", "it", "--profile", "p", "--target", "neptune", "--plan"], &["x", "live", "run", "--profile", "p", "--plan"])]
    #[case::joined(&["x", "it", "--target=neptune"], &["x", "live", "run"])]
    #[case::another_target(&["x", "it", "--target", "sim"], &["x", "it", "--target", "sim"])]
    #[case::another_command(&["x", "plan", "--target=neptune"], &["x", "plan", "--target=neptune"])]
    fn the_target_neptune_is_a_live_run_wherever_it_stands(#[case] typed: &[&str], #[case] meant: &[&str]) {
        assert_eq!(as_live_run(typed.iter().map(|&word| word.to_owned()).collect()), meant);
    }

    #[test]
    fn flags_of_live_runs_are_passed_on_whatever_they_are() {
        let flags = Flags::try_parse_from(["xtask", "doctor", "--profile", "x", "--via", "tunnel", "--help"]).unwrap();
        let Task::Doctor(Live { arguments }) = flags.task else { panic!("{flags:?}") };
        assert_eq!(arguments, ["--profile", "x", "--via", "tunnel", "--help"]);
    }

    #[rstest::rstest]
    #[case::no_command(&["--function", "check"], "write NAME=COMMAND")]
    #[case::nothing_to_judge(&["--verdicts-only"], "--function")]
    #[case::nothing_to_compare(&["--function", "a=b", "--verdicts-only", "--snapshots", "x"], "cannot be used with")]
    fn options_about_functions_need_a_function(#[case] arguments: &[&str], #[case] wanted: &str) {
        let error = Flags::try_parse_from([&["xtask", "it"], arguments].concat()).unwrap_err();
        assert!(error.exit_code() == 2 && error.to_string().contains(wanted), "{error}");
    }

    /// `neptune_harness::options` reads the same text in a test of its own.
    #[test]
    fn the_harness_gets_what_is_tested_with_whole_paths() {
        let typed =
            ["xtask", "it", "--function", "check=python -m 'a b'", "--verdicts-only", "--map", "m.yaml", "--scenarios", "/s"];
        let Task::It(it) = Flags::try_parse_from(typed).unwrap().task else { panic!("another task") };
        let options = r#"{"functions":{"check":"python -m 'a b'"},"verdicts_only":true,"snapshots":null,"map":"/here/m.yaml","scenarios":"/s","folder":"/here"}"#;
        assert_eq!(it.tested.options(Path::new("/here")).to_string(), options);
        assert!(it.tested.is_other() && !Tested::default().is_other());
    }

    #[test]
    fn times_carry_their_unit() {
        assert_eq!(["30s", "10m", "2h"].map(|text| seconds(text).unwrap()), [30, 600, 7200]);
        for text in ["30", "0s", "-1s", "s", "1d", "9999999999999999999h"] {
            assert_eq!(seconds(text).unwrap_err(), "write `30s`, `10m` or `2h`");
        }
    }

    #[test]
    fn accepting_and_rejecting_exclude_each_other() {
        let error = Flags::try_parse_from(["xtask", "snapshots", "--accept", "--reject"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn targets_are_named_as_they_are_typed() {
        for target in Target::value_variants() {
            assert_eq!(Target::from_str(target.name(), false).unwrap(), *target);
        }
    }
}
