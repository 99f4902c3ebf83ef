//! A rehearsal: a first user's whole way to a live run and back, against a fake AWS on this machine and through the same programs.
//!
//! Each case is something that a user does, or that goes wrong, with the result that is expected. What a case leaves behind is looked for on
//! the fake AWS itself, which keeps count.

mod case;
mod guards;
mod program;
mod runs;
mod trouble;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use neptune_live::Verdict;

use self::case::Fixture;

/// Runs the cases, or those whose name contains the filter, prints a line for each, and gives the exit code: 0 if everything has come as it
/// has to.
///
/// # Errors
/// The fake AWS cannot be started, or no case has such a name.
pub async fn rehearse(root: &Path, filter: Option<&str>) -> Result<u8> {
    let begun = Instant::now();
    println!("A rehearsal: nothing in it is a fact about Neptune.\n");
    let fixture = Fixture::set(root).await.context("the fake AWS does not start")?;
    let mut cases = [guards::CASES, runs::CASES, trouble::CASES].concat();
    cases.retain(|case| filter.is_none_or(|filter| case.name.contains(filter)));
    ensure!(!cases.is_empty(), "no case of the rehearsal contains `{}`", filter.unwrap_or_default());
    let mut failed = 0;
    for case in &cases {
        let started = Instant::now();
        let outcome = case.play(&fixture).await;
        let took = started.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => println!("{took:6.1} s  fine    {}", case.name),
            Err(error) => {
                failed += 1;
                println!("{took:6.1} s  FAILED  {}\n{error:#}", case.name);
            }
        }
    }
    let passed = cases.len() - failed;
    println!(
        "\nrehearsal: {passed} passed, {failed} failed in {:.0} s; the files of its runs are in target/rehearsal",
        begun.elapsed().as_secs_f64()
    );
    Ok(if failed == 0 { 0 } else { Verdict::Failed.exit_code() })
}
