//! Runs on a live cluster, and rehearsals of them. `cargo xtask it --target neptune`, `doctor`, `sweep`, `parity` and `rehearse` call it.

mod flags;

use std::io::{IsTerminal, Write, stderr, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use neptune_harness::checkout::root;
use neptune_live::guard::{Confirmation, Refusal};
use neptune_live::{Profile, Verdict};
use neptune_live_run::rehearsal::rehearse;
use neptune_live_run::{
    AwsEndpoints, Credentials, Ended, Interrupt, PAGE, RunMode, RunOptions, SweepOptions, Swept, doctor, parity, run, sweep,
};

use neptune_report::open_in_browser;

use crate::flags::{Flags, OnCluster, Place, Run, Sweep, Task};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

/// Between two looks at a load of a real cluster.
const PACE: Duration = Duration::from_secs(2);
/// The same where time passes quickly.
const REHEARSED_PACE: Duration = Duration::from_millis(50);
/// It could not work at all: something cannot be read, written or started.
const BROKEN: u8 = 1;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    match ended(&Flags::parse().task).await {
        Ok(code) => code.into(),
        Err(error) => {
            eprintln!("error: {error:#}");
            BROKEN.into()
        }
    }
}

async fn ended(task: &Task) -> Result<u8> {
    match task {
        Task::Parity => {
            print!("{}", parity(&root()?)?);
            Ok(0)
        }
        Task::Rehearse { filter } => rehearse(&root()?, filter.as_deref()).await,
        Task::OnCluster(task) => match &task.place().fake_aws {
            None => done(&AwsEndpoints::aws(), task).await,
            Some(file) => done(&AwsEndpoints::fake_aws(file)?, task).await,
        },
    }
}

async fn done<O: RunMode>(endpoints: &AwsEndpoints<O>, task: &OnCluster) -> Result<u8> {
    match task {
        OnCluster::Run(choice) => played(endpoints, choice).await,
        OnCluster::Doctor(place) => looked(endpoints, place).await,
        OnCluster::Sweep(choice) => swept(endpoints, choice).await,
    }
}

/// Where runs leave their files. Those of rehearsals are apart, so that `sweep` ignores them.
fn out(place: &Place) -> Result<PathBuf> {
    Ok(root()?.join("target").join(if place.fake_aws.is_some() { "rehearsal" } else { "it" }))
}

async fn played<O: RunMode>(endpoints: &AwsEndpoints<O>, choice: &Run) -> Result<u8> {
    let Run { place, tier, filter, plan, budget, yes, open } = choice;
    let mut profile = profile(place)?;
    if let Some(budget) = *budget {
        profile = profile.with_budget(budget).map_err(anyhow::Error::msg)?;
    }
    let folder = out(place)?;
    let options = RunOptions {
        root: root()?,
        out: folder.clone(),
        name: place.profile.clone(),
        profile,
        via: place.via.into(),
        tier: (*tier).into(),
        filter: filter.clone(),
        pace: pace(place),
        credentials: credentials()?,
    };
    let agree = |text: &str| {
        println!("\n{text}");
        (!plan).then(|| confirmation(yes.as_ref()))
    };
    Ok(match run(endpoints, options, Interrupt::listen(), |line| println!("{line}"), agree).await? {
        Ended::Refused(refusal) => refused(&refusal),
        Ended::Planned => 0,
        Ended::Finished(report) => {
            anstream::println!("\n{}", report.run().text(neptune_report::terminal::width()));
            if *open {
                println!("{}", open_in_browser(&folder.join(report.run.as_str()).join(PAGE)));
            }
            report.verdict().exit_code()
        }
    })
}

async fn looked<O: RunMode>(endpoints: &AwsEndpoints<O>, place: &Place) -> Result<u8> {
    let seen = doctor(endpoints, profile(place)?, place.via.into(), &credentials()?, |line| println!("{line}")).await?;
    Ok(match seen {
        Ok(()) => {
            println!("all is well: `--plan` shows what a run would do");
            0
        }
        Err(refusal) => refused(&refusal),
    })
}

async fn swept<O: RunMode>(endpoints: &AwsEndpoints<O>, choice: &Sweep) -> Result<u8> {
    let Sweep { place, plan, yes } = choice;
    let profile = profile(place)?;
    let options =
        SweepOptions { out: out(place)?, profile, via: place.via.into(), pace: pace(place), credentials: credentials()? };
    let agree = || (!plan).then(|| confirmation(yes.as_ref()));
    Ok(match sweep(endpoints, options, |line| println!("{line}"), agree).await? {
        Swept::Nothing => {
            println!("nothing is left of any run of this cluster's");
            0
        }
        Swept::Listed => 0,
        Swept::Refused(refusal) => refused(&refusal),
        Swept::Gone { removed, left } => {
            println!("{removed} things are gone");
            for thing in &left {
                println!("still there: {thing}");
            }
            if left.is_empty() { 0 } else { Verdict::LeftOvers.exit_code() }
        }
    })
}

fn refused(refusal: &Refusal) -> u8 {
    println!("{refusal}");
    Verdict::Refused.exit_code()
}

/// A rehearsal names a file, so that the profiles of users are not touched.
fn profile(place: &Place) -> Result<Profile> {
    if place.fake_aws.is_some() {
        return Ok(Profile::read(Path::new(&place.profile))?);
    }
    let is_name = !place.profile.is_empty() && !place.profile.contains(['/', '\\', '.']);
    anyhow::ensure!(
        is_name,
        "`{}` is no name of a profile: write NAME for tests/external/live/profiles/NAME.toml",
        place.profile
    );
    let file = root()?.join("tests/external/live/profiles").join(format!("{}.toml", place.profile));
    Ok(Profile::read(&file)?)
}

fn pace(place: &Place) -> Duration {
    if place.fake_aws.is_some() { REHEARSED_PACE } else { PACE }
}

fn credentials() -> Result<Credentials> {
    Credentials::find(|name| std::env::var(name).ok()).context("nothing can be signed")
}

/// What `--yes` said, or what the user types now.
fn confirmation(yes: Option<&String>) -> Confirmation {
    if yes.is_some() || !stdin().is_terminal() {
        return Confirmation(yes.cloned());
    }
    eprint!("to agree, type the cluster's resource id, as the plan shows it: ");
    let _ = stderr().flush();
    let mut typed = String::new();
    let _ = stdin().read_line(&mut typed);
    Confirmation(Some(typed.trim().to_owned()))
}
