//! The functions under test: this project's own two, or those that the options name, behind their map.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use neptune_server::scenario::{Matcher, Pace, Scenario, Step, Subject, ValueMatcher};
use neptune_text::nearest;
use serde_json::Value;

use crate::binaries::handler_binary;
use crate::field_map::FieldMap;
use crate::lambda::{Caller, CommandLine, Deadline, Function, Invocation, Lambda, Outcome, Program};
use crate::options::Options;
use crate::verdict::is_verdict;

/// How the reason begins for which a scenario is not run whose functions are not given. Their names follow.
const NO_COMMAND: &str = "no command was given for ";

/// How many lines of a function that does not start an error shows.
const QUOTED_LINES: usize = 12;

/// The functions under test, and how strictly they are judged.
#[derive(Debug, Default)]
pub struct UnderTest {
    /// `None`: this project's own.
    given: Option<Given>,
    verdicts_only: bool,
    snapshots: Option<PathBuf>,
}

#[derive(Debug)]
struct Given {
    commands: BTreeMap<String, CommandLine>,
    map: Arc<FieldMap>,
}

/// A function that is ready to be invoked, behind its map.
#[derive(Debug)]
pub struct Deployed {
    name: String,
    lambda: Lambda,
    map: Arc<FieldMap>,
    may_raise: bool,
}

impl UnderTest {
    /// This project's own two functions, judged in every respect.
    pub const OURS: &Self = &Self { given: None, verdicts_only: false, snapshots: None };

    /// What the options name. The caller is where the commands get their variables from.
    ///
    /// # Errors
    /// A command cannot be split, or the map is wrong.
    pub fn of(options: &Options, caller: Caller) -> Result<Self> {
        let caller = caller.in_folder(&options.folder);
        let command = |(name, text): (&String, &String)| {
            let command = CommandLine::parse(text, &caller).with_context(|| format!("the function `{name}`"))?;
            Ok((name.clone(), command))
        };
        let commands = options.functions.iter().map(command).collect::<Result<BTreeMap<_, _>>>()?;
        let map = Arc::new(options.map.as_deref().map(FieldMap::read).transpose()?.unwrap_or_default());
        let given = (!commands.is_empty()).then_some(Given { commands, map });
        Ok(Self { given, verdicts_only: options.verdicts_only, snapshots: options.snapshots.clone() })
    }

    /// Whether the functions are not this project's own.
    pub fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// Whether only the verdicts are judged.
    pub fn verdicts_only(&self) -> bool {
        self.verdicts_only
    }

    /// The folder of the snapshots of functions that are given; `None` if there are none to compare with.
    pub fn snapshots(&self) -> Option<&std::path::Path> {
        self.snapshots.as_deref()
    }

    /// Whether there is a function of this name.
    pub fn has(&self, function: &str) -> bool {
        self.given.as_ref().is_none_or(|given| given.commands.contains_key(function))
    }

    /// Why a scenario shows nothing of these functions; `None` if it does.
    pub fn cannot_run(&self, scenario: &Scenario) -> Option<String> {
        self.given.as_ref()?;
        if let Some(reason) = scenario.only_ours().filter(|_| self.verdicts_only) {
            return Some(reason.to_owned());
        }
        let invoked = invoked(scenario);
        if invoked.iter().any(|function| self.has(function)) {
            return None;
        }
        Some(match &invoked.into_iter().collect::<Vec<_>>()[..] {
            [] => "it invokes no function".to_owned(),
            names => format!("{NO_COMMAND}{}", names.join(" and ")),
        })
    }

    /// What to do about a scenario that was not run for this reason of [`UnderTest::cannot_run`].
    pub(crate) fn remedy(reason: &str) -> String {
        match reason.strip_prefix(NO_COMMAND) {
            Some(names) => format!("give it with `--function {}=COMMAND`", names.split(' ').next().unwrap_or(names)),
            None => "nothing is to be done, because it shows nothing of the functions that are given".to_owned(),
        }
    }

    /// Checks the names of functions and the names in the map against the scenarios of the run.
    ///
    /// # Errors
    /// A name that no scenario uses, with the nearest one.
    pub fn check<'a>(&self, scenarios: impl Iterator<Item = &'a Scenario> + Clone) -> Result<()> {
        let Some(Given { commands, map }) = &self.given else { return Ok(()) };
        let functions: BTreeSet<&str> = scenarios.clone().flat_map(invoked).collect();
        if functions.is_empty() {
            // Nothing invokes anything, for example because no file can be read: then that is reported.
            return Ok(());
        }
        if let Some(name) = commands.keys().find(|name| !functions.contains(name.as_str())) {
            let hint = match nearest(name, functions.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("they invoke {}", functions.into_iter().collect::<Vec<_>>().join(", ")),
            };
            bail!("no scenario invokes a function `{name}`: {hint}");
        }
        map.check(&event_keys(scenarios.clone()), &answer_fields(scenarios.clone()), &verdicts(scenarios))
    }

    /// The function of this name, with these variables, for a scenario: it decides on the function's request ids, and whether an error that the
    /// function raises is one, or what the map says of it.
    ///
    /// # Errors
    /// It was not built, or not given.
    pub fn deploy(&self, name: &str, environment: BTreeMap<String, String>, scenario: &Scenario) -> Result<Deployed> {
        let deployed = self.deployed(name, environment, scenario.seed())?;
        Ok(Deployed { may_raise: expects_errors(name, scenario), ..deployed })
    }

    fn deployed(&self, name: &str, environment: BTreeMap<String, String>, seed: u64) -> Result<Deployed> {
        let (program, map): (Program, _) = match &self.given {
            None => (handler_binary(name)?.into(), Arc::default()),
            Some(given) => {
                let command = given.commands.get(name).with_context(|| format!("{NO_COMMAND}{name}"))?;
                (Program::Command(command.clone()), Arc::clone(&given.map))
            }
        };
        let lambda = Lambda::new(Function { name: name.to_owned(), program, environment }, seed);
        Ok(Deployed { name: name.to_owned(), lambda, map, may_raise: true })
    }

    /// Starts each function that is given once, with these variables.
    ///
    /// # Errors
    /// One does not start: its command, why, and the last lines that it wrote.
    pub async fn check_starts(&self, environment: &BTreeMap<String, String>) -> Result<()> {
        for (name, command) in self.given.iter().flat_map(|given| &given.commands) {
            let deployed = self.deployed(name, environment.clone(), 0)?;
            if let Err(failed) = deployed.lambda.warm_up().await {
                bail!("the function `{name}` does not start: {}{}", reason(&failed, command), quoted(&failed.log));
            }
        }
        Ok(())
    }
}

impl Deployed {
    /// Passes an event to the function under its own names, and gives its answer under the scenario's. An error that the scenario does not expect
    /// is the answer that the map makes of it.
    pub async fn invoke(&self, event: &Value) -> Invocation {
        let mut invocation = self.lambda.invoke(&self.map.event_out(event), Deadline::default()).await;
        let known = match &invocation.outcome {
            Outcome::Answered(answer) => Some(self.map.answer_in(answer)),
            Outcome::Raised { error_type, error_message } if !self.may_raise => {
                let answer = self.map.raised_in(&self.name, error_type, error_message);
                // A failure shows the answer, which the function has not given.
                invocation.log.extend(answer.as_ref().map(|answer| raised_as(error_type, error_message, answer)));
                answer
            }
            _ => None,
        };
        invocation.outcome = known.map_or(invocation.outcome, Outcome::Answered);
        invocation
    }
}

/// A line of the log for an error that the map has read as an answer. It is no JSON, so that no check of the log sees it.
fn raised_as(error_type: &str, error_message: &str, answer: &Value) -> String {
    format!("(raised {error_type}: {error_message}; the map reads that as {answer})")
}

/// The functions that a scenario invokes.
fn invoked(scenario: &Scenario) -> BTreeSet<&str> {
    invocations(scenario).map(|invoke| invoke.function.as_str()).collect()
}

fn invocations(scenario: &Scenario) -> impl Iterator<Item = &neptune_server::scenario::Invoke> {
    let steps = [scenario.setup(), scenario.action(), scenario.cleanup()];
    steps.into_iter().flatten().filter_map(|step| match step {
        Step::Invoke(invoke) => Some(invoke),
        _ => None,
    })
}

fn event_keys<'a>(scenarios: impl Iterator<Item = &'a Scenario>) -> BTreeSet<String> {
    let events = scenarios.flat_map(invocations).flat_map(|invoke| match &invoke.pace {
        Pace::InTurn(events) | Pace::AtOnce(events) => events.as_slice(),
        Pace::Poll { event, .. } => std::slice::from_ref(event),
    });
    events.filter_map(Value::as_object).flat_map(|event| event.keys().cloned()).collect()
}

/// The fields that checks look at, with all that they lie in.
fn answer_fields<'a>(scenarios: impl Iterator<Item = &'a Scenario>) -> BTreeSet<String> {
    let claims = scenarios.flat_map(invocations).flat_map(|invoke| &invoke.expect);
    let paths = claims.flat_map(|claim| &claim.checks).filter_map(|check| match &check.subject {
        Subject::Answer(_, path) => Some(path),
        _ => None,
    });
    paths.flat_map(|path| (1..=path.0.len()).map(|length| path.0[..length].join("."))).collect()
}

/// Whether a scenario expects errors of this function.
fn expects_errors(function: &str, scenario: &Scenario) -> bool {
    let claims = invocations(scenario).filter(|invoke| invoke.function == function).flat_map(|invoke| &invoke.expect);
    claims.flat_map(|claim| &claim.checks).any(|check| matches!(check.subject, Subject::Raised(_)))
}

/// The words that checks look for where the verdict is.
fn verdicts<'a>(scenarios: impl Iterator<Item = &'a Scenario>) -> BTreeSet<String> {
    let checks = scenarios.flat_map(invocations).flat_map(|invoke| {
        let checks = invoke.expect.iter().flat_map(|claim| &claim.checks);
        checks.filter(|check| matches!(&check.subject, Subject::Answer(_, path) if is_verdict(&invoke.function, path)))
    });
    let words = checks.flat_map(|check| &check.matchers).flat_map(|matcher| match matcher {
        Matcher::Each(ValueMatcher::Equals(word)) => vec![word],
        Matcher::Each(ValueMatcher::OneOf(words)) | Matcher::InOrder(words) => words.iter().collect(),
        _ => Vec::new(),
    });
    words.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn reason(failed: &Invocation, command: &CommandLine) -> String {
    match &failed.outcome {
        Outcome::InitFailed { error_message, .. } if error_message.starts_with(&command.to_string()) => error_message.clone(),
        Outcome::InitFailed { error_message, .. } => format!("`{command}`: {error_message}"),
        other => format!("`{command}`: {other}"),
    }
}

fn quoted(log: &[String]) -> String {
    log.iter().skip(log.len().saturating_sub(QUOTED_LINES)).flat_map(|line| ["\n    ", line.as_str()]).collect()
}
