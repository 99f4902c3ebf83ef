//! A rehearsal: a first user's whole way to a live run and back, against a stand-in on this machine and through the same programs.
//!
//! Each act is something that somebody does, or that happens to them, with what has to come of it. Whatever is left behind is looked for on
//! the stand-in itself, which keeps count.

mod act;
mod guards;
mod program;
mod runs;
mod trouble;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use neptune_live::Verdict;

use self::act::Scene;

/// Plays the acts, or those whose name contains the filter, prints a line for each, and gives the exit code: 0 if everything has come as it
/// has to.
///
/// # Errors
/// The stand-in cannot be started, or no act has such a name.
pub async fn rehearse(root: &Path, filter: Option<&str>) -> Result<u8> {
    let begun = Instant::now();
    println!("A rehearsal: nothing in it is a fact about Neptune.\n");
    let scene = Scene::set(root).await.context("the stand-in does not start")?;
    let mut acts = [guards::ACTS, runs::ACTS, trouble::ACTS].concat();
    acts.retain(|act| filter.is_none_or(|filter| act.name.contains(filter)));
    ensure!(!acts.is_empty(), "no act of the rehearsal contains `{}`", filter.unwrap_or_default());
    let mut failed = 0;
    for act in &acts {
        let started = Instant::now();
        let outcome = act.play(&scene).await;
        let took = started.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => println!("{took:6.1} s  fine    {}", act.name),
            Err(error) => {
                failed += 1;
                println!("{took:6.1} s  FAILED  {}\n{error:#}", act.name);
            }
        }
    }
    let passed = acts.len() - failed;
    println!(
        "\nrehearsal: {passed} passed, {failed} failed in {:.0} s; the files of its runs are in target/rehearsal",
        begun.elapsed().as_secs_f64()
    );
    Ok(if failed == 0 { 0 } else { Verdict::Failed.exit_code() })
}

/// That a text has a part, or the whole text.
fn has(text: &str, part: &str) -> Result<()> {
    ensure!(text.contains(part), "there is no `{part}` in:\n{text}");
    Ok(())
}
