//! The longest execution fits: its events into the 25,000 of a history, its time into the machine's time-out. Past either, Step Functions
//! ends it, and no Catch sees that, so that no event would say why.

use rstest::rstest;
use serde_json::Value;

use super::form::followers;
use super::{MACHINES, list, machine};

/// How often the loads are asked about.
pub(super) const CHECKS: u64 = 570;

/// The longest pause between two checks, in seconds.
pub(super) const LONGEST_WAIT: u64 = 300;

/// What a state, a turn or an execution takes at most.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    events: u64,
    seconds: u64,
}

impl Cost {
    fn sum(costs: impl IntoIterator<Item = Self>) -> Self {
        costs
            .into_iter()
            .fold(Self::default(), |sum, cost| Self { events: sum.events + cost.events, seconds: sum.seconds + cost.seconds })
    }

    fn of(state: &Value) -> Self {
        match state["Type"].as_str().unwrap() {
            "Task" => Self::of_task(state),
            "Wait" => Self { events: 2, seconds: state["Seconds"].as_u64().unwrap_or(LONGEST_WAIT) },
            // Entered, started, succeeded, left.
            "Parallel" => {
                let branches = list(state, "Branches").map(Self::of_all);
                Self::sum(branches.chain([Self { events: 4, seconds: 0 }]))
            }
            _ => Self { events: 2, seconds: 0 },
        }
    }

    /// Entered and left; for each attempt scheduled, started and ended.
    fn of_task(task: &Value) -> Self {
        let attempts = 1 + list(task, "Retry").map(|rule| rule["MaxAttempts"].as_u64().unwrap()).sum::<u64>();
        let pauses: u64 = list(task, "Retry").map(pauses).sum();
        Self { events: 2 + 3 * attempts, seconds: attempts * task["TimeoutSeconds"].as_u64().unwrap() + pauses }
    }

    /// All states of a machine or branch, once each.
    fn of_all(scope: &Value) -> Self {
        Self::sum(scope["States"].as_object().unwrap().values().map(Self::of))
    }
}

/// The seconds between all attempts of a rule; jitter only shortens them.
fn pauses(rule: &Value) -> u64 {
    let [first, most, attempts] = ["IntervalSeconds", "MaxDelaySeconds", "MaxAttempts"].map(|key| rule[key].as_u64().unwrap());
    assert_eq!(rule["BackoffRate"], 2.0);
    (0..attempts).map(|attempt| most.min(first << attempt.min(20))).sum()
}

/// The dearest way from a state back to `home`, without passing a state twice; `None` if there is none.
fn dearest_turn(states: &Value, at: &str, home: &str, passed: &[&str]) -> Option<Cost> {
    let own = Cost::of(&states[at]);
    let ways = followers(&states[at]).into_iter().filter(|next| !passed.contains(next)).filter_map(|next| {
        if next == home {
            return Some(own);
        }
        let rest = dearest_turn(states, next, home, &[passed, &[next]].concat())?;
        Some(Cost::sum([own, rest]))
    });
    ways.max()
}

/// The Task that each turn passes.
fn asking(name: &str) -> &'static str {
    if name.starts_with("bulk") { "CheckBulkLoadStatus" } else { "GetLoadStatus" }
}

/// Each turn with all of its retries, and every other state once.
fn longest_execution(machine: &Value, home: &str) -> Cost {
    let turn = dearest_turn(&machine["States"], home, home, &[]).unwrap();
    let started_and_ended = Cost { events: 2, seconds: 0 };
    Cost::sum((0..CHECKS).map(|_| turn).chain([Cost::of_all(machine), started_and_ended]))
}

#[rstest]
fn the_longest_execution_fits(#[values(0, 1, 2, 3)] which: usize) {
    let machine = machine(MACHINES[which]);
    let longest = longest_execution(&machine, asking(MACHINES[which]));
    let time_out = machine["TimeoutSeconds"].as_u64().unwrap();
    assert!(longest.events < 25_000, "{} events", longest.events);
    assert!(longest.seconds < time_out, "{} s of {time_out} s", longest.seconds);
}

/// Otherwise the number of checks would bound nothing.
#[rstest]
fn every_turn_asks(#[values(0, 1, 2, 3)] which: usize) {
    let states = machine(MACHINES[which])["States"].take();
    let home = asking(MACHINES[which]);
    for name in states.as_object().unwrap().keys().filter(|name| *name != home) {
        assert!(dearest_turn(&states, name, name, &[home]).is_none(), "{name} comes back without asking");
    }
}
