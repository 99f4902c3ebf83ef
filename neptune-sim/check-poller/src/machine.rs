//! A state machine whose functions are run here, in an engine with a virtual clock.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use neptune_harness::lambda::CommandLine;
use neptune_report::count;
use neptune_state_machine::{Definition, Ended, Engine, EngineKind, Progress, Status, Tasks, Tools};
use neptune_text::cut as cut_text;
use serde_json::{Value, json};

use crate::address::Address;
use crate::ending::{End, Ending, NAME_BYTES, PlayError, Run};
use crate::event::Event;
use crate::function::{LONGEST, deploy};
use crate::machine_error::MachineError;
use crate::shorten::cut_middle;
use crate::states_error::StatesError;
use crate::trouble::MachineTrouble;
use crate::watch::Watch;

/// The jitter of retries is the same in each run.
const SEED: u32 = 0;
/// How long AWS lets an execution run.
const YEAR: Duration = Duration::from_hours(365 * 24);
/// What bounds every execution.
const HISTORY: &str = "with 25,000 events in its history";
/// How much of a cause is shown, and how much of it in a sentence.
const CAUSE_BYTES: usize = 1000;
const REASON_BYTES: usize = 400;
/// How many calls that hang may each take the patience of a case: the first attempt of a task and a few retries, twice.
const HANGING_CALLS: u32 = 8;

/// A state machine, and the engine that runs its executions.
pub(crate) struct Machine {
    engine: Engine,
    definition: Definition,
    functions: Vec<(String, CommandLine)>,
    event: Event,
}

impl Machine {
    /// Reads the definition, and starts the engine.
    ///
    /// # Errors
    /// [`MachineError`]
    pub(crate) async fn load(
        file: &Path,
        functions: Vec<(String, CommandLine)>,
        engine: EngineKind,
        event: Event,
    ) -> Result<Self, MachineError> {
        let names: Vec<_> = functions.iter().map(|(name, _)| name.as_str()).collect();
        let definition = Definition::read(file, &names)?;
        let engine = Engine::start(engine, &Tools::default()).await?;
        Ok(Self { engine, definition, functions, event })
    }

    /// What no case shows, and surprises on AWS.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.definition.warnings()
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("engine", &self.engine).field("functions", &self.functions).finish_non_exhaustive()
    }
}

/// The execution of one case, whose functions have the address of the cluster in their environment.
#[derive(Debug)]
pub(crate) struct Execution {
    machine: Arc<Machine>,
    tasks: Tasks,
    input: Value,
    watch: Arc<Watch>,
}

impl Execution {
    /// Starts a process of each function, and waits until it asks for an event.
    ///
    /// # Errors
    /// One never asks for an event.
    pub(crate) async fn at(machine: &Arc<Machine>, address: &Address, watch: &Arc<Watch>) -> Result<Self, PlayError> {
        let clock = Arc::clone(watch);
        let mut tasks = Tasks::default().in_real_time().on_time(move |passed| {
            clock.skip(passed);
            async {}
        });
        for (name, command) in &machine.functions {
            let lambda = deploy(name, command.clone(), address).await?;
            tasks = tasks.lambda(name, Arc::new(lambda), LONGEST);
        }
        let (machine, input) = (Arc::clone(machine), machine.event.at(address));
        Ok(Self { machine, tasks, input, watch: Arc::clone(watch) })
    }

    /// Runs it to its end, unless `stop` returns before. When the patience is over while a call hangs, the time limit of its task ends the
    /// call, and the execution goes on.
    ///
    /// # Errors
    /// The engine fails.
    pub(crate) async fn run(&self, stop: impl AsyncFn() -> Ending) -> Result<Run, PlayError> {
        let Machine { engine, definition, .. } = &*self.machine;
        let ended = tokio::select! {
            biased;
            ended = engine.run(definition, &self.input, SEED, &self.tasks) => ended?,
            ending = self.stopped(stop) => {
                let trouble = self.tasks.last_call().and_then(|call| MachineTrouble::of(call, None));
                return Ok(Run { trouble, ..Run::new(End::Stopped(self.explained(ending)), "", &self.log()) });
            }
        };
        let said = json!({
            "status": ended.status, "error": ended.error,
            "cause": ended.cause.as_deref().map(|cause| cut_middle(cause, CAUSE_BYTES)),
            "lastState": ended.entered.last(), "events": ended.events, "output": ended.output,
        });
        // A line for each, so that a long one hides no other.
        let said = serde_json::to_string_pretty(&said).unwrap_or_default();
        let trouble = MachineTrouble::of_end(&ended, self.tasks.last_end());
        Ok(Run { trouble, ..Run::new(end_of(&ended, definition), &said, &self.log()) })
    }

    async fn stopped(&self, stop: impl AsyncFn() -> Ending) -> Ending {
        for _ in 0..HANGING_CALLS {
            let ending = stop().await;
            if ending != Ending::OutOfPatience || !self.tasks.end_hanging_calls() {
                return ending;
            }
            self.watch.begin();
        }
        stop().await
    }

    /// Says how far an execution has come that still goes round when the patience is over.
    fn explained(&self, ending: Ending) -> Ending {
        let Progress { calls, last_call, events } = self.tasks.progress();
        let (_, _, progress_at) = self.watch.progress();
        let waited = progress_at.elapsed();
        // In the first half of that time, something else has kept it.
        let goes_round = calls > 1 && last_call.is_some_and(|last_call| last_call.elapsed() < waited / 2);
        if ending != Ending::OutOfPatience || !goes_round {
            return ending;
        }
        let bound = match self.machine.definition.time_limit() {
            Some(limit) => format!("after its TimeoutSeconds, {} s, or {HISTORY}", limit.as_secs()),
            None => format!("only {HISTORY}, because it has no TimeoutSeconds"),
        };
        let why = format!(
            "its execution was still going round when the patience was over, after {} s: {}, {} and {} s of its own time so far; AWS ends it {bound}. \
             If it has an end of its own that is farther off, a longer --patience lets it come there",
            waited.as_secs(),
            count(calls, "call"),
            count(events, "event"),
            self.watch.skipped().as_secs(),
        );
        Ending::Cut { by: "still going round", why }
    }

    fn log(&self) -> String {
        self.tasks.last_log().join("\n")
    }
}

/// How AWS and moto begin a cause, before the name of the state.
const CAUSE_BEGINS: &str = "An error occurred while executing the state";

/// The reason in a cause, in one line. AWS and moto begin each with the state, which is told anyway.
fn reason(cause: &str) -> String {
    let reason = match cause.split_once(" (entered at the event id #") {
        Some((before, behind)) if before.starts_with(CAUSE_BEGINS) => {
            behind.split_once("). ").map_or(cause, |(_, reason)| reason)
        }
        _ => cause,
    };
    let line: String = reason.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    cut_middle(&line, REASON_BYTES)
}

/// The state in which an execution failed: a Fail that is entered last may only pass an error on, unless the cause names that state.
fn failed_in<'a>(ended: &'a Ended, definition: &Definition) -> Option<&'a String> {
    let (last, cause) = (ended.entered.last(), ended.cause.as_deref().unwrap_or_default());
    let passes_on = last.is_some_and(|state| {
        definition.type_of(state) == Some("Fail") && !cause.starts_with(&format!("{CAUSE_BEGINS} '{state}' ("))
    });
    let before = ended.entered.iter().rev().find(|state| definition.type_of(state) != Some("Fail"));
    if passes_on { before.or(last) } else { last }
}

fn end_of(ended: &Ended, definition: &Definition) -> End {
    let cut = |by, why| End::Stopped(Ending::Cut { by, why });
    match ended.status {
        Status::Succeeded => End::Succeeded,
        Status::TimedOut => {
            let limit = if ended.passed < YEAR { "its TimeoutSeconds" } else { "a year was over, which is AWS's limit" };
            cut("TIMED_OUT", format!("its execution did not end before {limit}, {} s", ended.passed.as_secs()))
        }
        Status::Failed if ended.history_is_full => {
            let why = format!("its execution did not end before its history was full: AWS allows {} events", ended.events);
            cut("full history", why)
        }
        Status::Failed => {
            let error = ended.error.clone().unwrap_or_default();
            let state = failed_in(ended, definition).cloned().unwrap_or_default();
            StatesError::find(&error).map_or(End::Failed(error), |error| {
                let (state, cause) = (cut_text(&state, NAME_BYTES), reason(ended.cause.as_deref().unwrap_or_default()));
                End::Stopped(Ending::Faulty { error, state, cause })
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::ending::How;

    #[rstest]
    #[case::it_fails_itself(
        "An error occurred while executing the state 'Failed' (entered at the event id #9). no value",
        "Failed"
    )]
    #[case::it_passes_on("An error occurred while executing the state 'Look' (entered at the event id #2). no value", "Look")]
    #[case::no_state_is_named("no value", "Look")]
    fn a_fail_that_is_entered_last_is_told_only_if_it_fails_itself(#[case] cause: &str, #[case] state: &str) {
        let machine =
            r#"{"StartAt": "Look", "States": {"Look": {"Type": "Pass", "Next": "Failed"}, "Failed": {"Type": "Fail"}}}"#;
        let definition = Definition::parse(machine, &[]).unwrap();
        let ended = Ended {
            status: Status::Failed,
            output: None,
            error: Some("States.Runtime".to_owned()),
            cause: Some(cause.to_owned()),
            entered: vec!["Look".to_owned(), "Failed".to_owned()],
            passed: Duration::ZERO,
            events: 9,
            history_is_full: false,
            seed: 0,
        };
        assert_eq!(failed_in(&ended, &definition).map(String::as_str), Some(state));
    }

    #[test]
    fn a_fail_without_an_error_ends_in_no_blank() {
        assert_eq!(How::of_failure("").to_string(), "FAILED");
        assert_eq!(How::of_failure("LoadFailed").to_string(), "FAILED LoadFailed");
    }

    #[test]
    fn the_reason_at_the_end_of_a_long_cause_is_kept() {
        let head = "An error occurred while executing the state 'Done?' (entered at the event id #9). ";
        assert_eq!(
            reason(&format!("{head}The JSONata expression 'x' returned nothing.")),
            "The JSONata expression 'x' returned nothing."
        );
        let long = format!("{head}The JSONata expression '{}' cannot be evaluated: an end is missing\n", "$a & ".repeat(500));
        let reason = reason(&long);
        assert!(reason.starts_with("The JSONata expression '$a &") && reason.ends_with("an end is missing "), "{reason}");
        assert!(reason.len() <= REASON_BYTES + 10, "{reason}");
    }
}
