//! What goes wrong in the middle of a run, and how nothing is left all the same.

use anyhow::ensure;
use rustix::process::Signal;

use super::case::{Case, has};
use super::guards::YES;
use super::program::Program;
use super::runs::results;

/// A scenario with a load that takes its time, so that something can happen meanwhile.
const SLOW: [&str; 5] = ["run", "--filter", "test_status_transition_sequence", YES[0], YES[1]];

pub(super) const CASES: &[Case] = &[
    Case {
        name: "Ctrl-C in the middle of a run: it cleans up and says so",
        script: |fixture| {
            Box::pin(async move {
                let before = fixture.program.runs();
                let run = fixture.program.start(&["run", YES[0], YES[1]])?;
                fixture.program.loading(before).await?;
                Program::signal(&run, Signal::INT)?;
                let said = fixture.program.ended(run).await?.ended_with(3)?;
                has(&said, "cleaning up")?;
                let results = results(fixture)?;
                ensure!(results.iter().any(|result| result["reason"] == "the run was ended before"), "{said}");
                Ok(())
            })
        },
    },
    Case {
        name: "a run that is killed leaves a journal, and a sweep removes what it names",
        script: |fixture| {
            Box::pin(async move {
                let before = fixture.program.runs();
                let run = fixture.program.start(&SLOW)?;
                fixture.program.loading(before).await?;
                Program::signal(&run, Signal::KILL)?;
                fixture.program.ended(run).await?.ended_with(-1)?;
                let left = fixture.fake_aws.left().await?;
                ensure!(!left.objects.is_empty(), "nothing is left, so that nothing is shown: {left:?}");
                let reported = fixture.program.run(&["sweep", "--plan"]).await?.ended_with(0)?;
                has(&reported, "the object team/loads/neptune-harness/")?;
                has(&fixture.program.run(&["sweep"]).await?.ended_with(4)?, "guard 5 (plan): found no confirmation")?;
                let swept = fixture.program.run(&["sweep", YES[0], YES[1]]).await?.ended_with(0)?;
                has(&swept, "things are gone")?;
                has(&fixture.program.run(&["sweep", YES[0], YES[1]]).await?.ended_with(0)?, "nothing is left")
            })
        },
    },
    Case {
        name: "credentials that expire in the middle leave things behind, and a sweep with new ones removes them",
        script: |fixture| {
            Box::pin(async move {
                let before = fixture.program.runs();
                let run = fixture.program.start(&SLOW)?;
                fixture.program.loading(before).await?;
                fixture.fake_aws.world().set_credentials_expired(true);
                let said = fixture.program.ended(run).await?.ended_with(5)?;
                has(&said, "cargo xtask sweep")?;
                fixture.fake_aws.world().set_credentials_expired(false);
                has(&fixture.program.run(&["sweep", YES[0], YES[1]]).await?.ended_with(0)?, "things are gone")
            })
        },
    },
    Case {
        name: "another load starts during a run: the rest is inconclusive, and that load goes on",
        script: |fixture| {
            Box::pin(async move {
                let before = fixture.program.runs();
                let run = fixture.program.start(&["run", "--filter", "get_load_status", YES[0], YES[1]])?;
                fixture.program.loading(before).await?;
                fixture.fake_aws.world().begin_foreign_load("somebody-elses").await?;
                let said = fixture.program.ended(run).await?.ended_with(3)?;
                has(&said, "another load started")?;
                ensure!(fixture.fake_aws.world().foreign_load_runs("somebody-elses").await?, "their load was touched");
                Ok(())
            })
        },
    },
];
