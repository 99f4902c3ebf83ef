//! What a call of a function costs, beside the least that does the same job in Rust and beside boto3: cold start, CPU and memory.
//!
//! `cargo bench --workspace --bench functions` builds the functions as they are deployed, which takes minutes the first time, and measures for two; with
//! `-- --quick` behind it for some seconds. All compared take turns against one server on this machine, and what counts is the median of the ratios of
//! all rounds. `python3` has to have boto3 and awslambdaric; without them that part is left out. It needs Linux.

mod neptune;
mod process;
mod programs;

use std::time::{Duration, Instant};

use futures::future::join_all;
use neptune_harness::lambda::{Deadline, Function, Lambda, ManagedInstance, Outcome};
use serde_json::{Value, json};

/// How much is measured.
#[derive(Clone, Copy)]
struct Effort {
    cold_starts: usize,
    /// Rounds of warm calls, and how many each function has in a round.
    rounds: usize,
    calls: u32,
}

const FULL: Effort = Effort { cold_starts: 31, rounds: 40, calls: 50 };
const QUICK: Effort = Effort { cold_starts: 5, rounds: 5, calls: 40 };
/// Calls before anything is measured, after which a process grows no more.
const FIRST_CALLS: u32 = 100;

/// The bounds of ratios: ours to the others'.
struct Bounds {
    cold: f64,
    cpu: f64,
    memory: f64,
}

const TO_MINIMAL: Bounds = Bounds { cold: 1.05, cpu: 1.1, memory: 1.1 };
const TO_BOTO3: Bounds = Bounds { cold: 1.0 / 60.0, cpu: 1.0 / 8.0, memory: 1.0 / 9.0 };

// One thread serves the functions, so that a core is left for them.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let effort = if std::env::args().any(|argument| argument == "--quick") { QUICK } else { FULL };
    let endpoint = neptune::start().await;
    let minimal = programs::deployed("--example", "minimal_handler");
    let check = json!({"domain_load_id": "0a237328-afd5-4574-a0bc-c29ce5f54802", "prov_load_id": "ef478d76-d9da-4d94-8ff1-08d9d4863aa5", "run_id": "run-789"});
    let get = json!({"load_job_id": "0a237328-afd5-4574-a0bc-c29ce5f54802"});
    println!("{:<56} {:>9} {:>9} {:>7} {:>7}", "what", "measured", "against", "ratio", "bound");
    let ours = |name| programs::executable(name, programs::deployed("--bin", name), &endpoint);
    for (name, event) in [("check_bulk_load_status", check), ("get_load_status", get)] {
        let mut all = vec![ours(name), programs::executable(name, minimal.clone(), &endpoint)];
        let boto3 = programs::with_boto3(name, &endpoint);
        all.extend(boto3.as_ref().ok().cloned());
        compare(name, &all, &event, effort).await;
        if let Err(missing) = boto3 {
            println!("{name}, beside boto3: not measured, because {missing}");
        }
    }
    println!();
    at_once(&ours("get_load_status")).await;
}

/// Prints the rows about one job: the first function beside each of the others.
async fn compare(name: &str, functions: &[Function], event: &Value, effort: Effort) {
    let mut cold = vec![Vec::new(); functions.len()];
    for _ in 0..effort.cold_starts {
        for (function, figures) in functions.iter().zip(&mut cold) {
            figures.push(cold_start(function, event).await.as_secs_f64() * 1e3);
        }
    }
    let mut warm = Vec::new();
    for function in functions {
        let mut process = Warm::start(function.clone()).await;
        process.cpu_of_a_call(event, FIRST_CALLS).await;
        warm.push(process);
    }
    let mut cpu = vec![Vec::new(); functions.len()];
    for _ in 0..effort.rounds {
        for (process, figures) in warm.iter_mut().zip(&mut cpu) {
            figures.push(process.cpu_of_a_call(event, effort.calls).await);
        }
    }
    let memory: Vec<_> = warm.iter().map(|process| vec![process::peak_mebibytes(process.number)]).collect();
    let others = [("a minimal handler", TO_MINIMAL), ("boto3", TO_BOTO3)];
    for (place, (other, bounds)) in others.into_iter().enumerate().take(functions.len() - 1) {
        for (what, figures, bound) in [
            ("cold start, ms", &cold, bounds.cold),
            ("CPU of a call, us", &cpu, bounds.cpu),
            ("peak memory, MiB", &memory, bounds.memory),
        ] {
            row(&format!("{name}, {what}: {other}"), &figures[0], &figures[place + 1], bound);
        }
    }
}

/// From the start of a process to its answer to the first event.
async fn cold_start(function: &Function, event: &Value) -> Duration {
    let lambda = Lambda::new(function.clone(), 1);
    let begun = Instant::now();
    lambda.warm_up().await.expect("the process asks for an event");
    let ready = begun.elapsed();
    let invocation = lambda.invoke(event, Deadline::default()).await;
    expect_success(&invocation.outcome);
    ready + invocation.took
}

/// A process that gets one event after the other.
struct Warm {
    lambda: Lambda,
    number: u32,
}

impl Warm {
    async fn start(function: Function) -> Self {
        let others = process::children();
        let lambda = Lambda::new(function, 1);
        lambda.warm_up().await.expect("the process asks for an event");
        let number = process::children().difference(&others).next().copied().expect("Linux names the processes of this one");
        Self { lambda, number }
    }

    /// In microseconds, of the process alone.
    async fn cpu_of_a_call(&mut self, event: &Value, calls: u32) -> f64 {
        let before = process::cpu_us(self.number);
        for _ in 0..calls {
            let invocation = self.lambda.invoke(event, Deadline::default()).await;
            assert!(!invocation.cold_start, "the process has ended");
            expect_success(&invocation.outcome);
        }
        (process::cpu_us(self.number) - before) / f64::from(calls)
    }
}

fn expect_success(outcome: &Outcome) {
    let status = outcome.answer().map(|answer| &answer["status"]);
    assert!(status.is_some_and(|status| status == "SUCCESS" || status == "200 OK"), "{outcome:?}");
}

/// How long eight calls take, each of which waits for half a second, in a process that may have some of them at once.
async fn at_once(function: &Function) {
    const CALLS: u32 = 8;
    let event = json!({"load_job_id": neptune::SLOW});
    for slots in [1, 4] {
        let process = ManagedInstance::start(function, slots, 1).await.expect("the process starts");
        let begun = Instant::now();
        let calls = (0..CALLS).map(|_| process.invoke(&event, Deadline::default()));
        join_all(calls).await.iter().for_each(|(_, outcome)| expect_success(outcome));
        let (took, least) = (begun.elapsed().as_secs_f64(), neptune::THOUGHT * (CALLS / slots));
        println!(
            "{CALLS} calls of {} s, {slots} at once: {took:.2} s (least: {:.1} s)",
            neptune::THOUGHT.as_secs_f64(),
            least.as_secs_f64()
        );
    }
}

/// One line: the medians, and the median of the ratios.
fn row(what: &str, ours: &[f64], theirs: &[f64], bound: f64) {
    let ratio = median(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect());
    let (ours, theirs) = (median(ours.to_vec()), median(theirs.to_vec()));
    let verdict = if ratio <= bound { "ok" } else { "OVER" };
    println!("{what:<56} {ours:>9.2} {theirs:>9.2} {ratio:>7.3} {bound:>7.3}  {verdict}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
