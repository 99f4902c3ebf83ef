//! What goes wrong in the middle of a run, and how nothing is left all the same.

use anyhow::ensure;
use rustix::process::Signal;

use super::act::Act;
use super::guards::YES;
use super::has;
use super::program::Program;
use super::runs::results;

/// A scenario with a load that takes its time, so that something can happen meanwhile.
const SLOW: [&str; 5] = ["run", "--filter", "test_status_transition_sequence", YES[0], YES[1]];

pub(super) const ACTS: &[Act] = &[
    Act {
        name: "Ctrl-C in the middle of a run: it cleans up and says so",
        script: |scene| {
            Box::pin(async move {
                let before = scene.program.runs();
                let run = scene.program.start(&["run", YES[0], YES[1]])?;
                scene.program.loading(before).await?;
                Program::signal(&run, Signal::INT)?;
                let said = scene.program.ended(run).await?.ended_with(3)?;
                has(&said, "cleaning up")?;
                let results = results(scene)?;
                ensure!(results.iter().any(|result| result["reason"] == "the run was ended before"), "{said}");
                Ok(())
            })
        },
    },
    Act {
        name: "a run that is killed leaves a journal, and a sweep removes what it names",
        script: |scene| {
            Box::pin(async move {
                let before = scene.program.runs();
                let run = scene.program.start(&SLOW)?;
                scene.program.loading(before).await?;
                Program::signal(&run, Signal::KILL)?;
                scene.program.ended(run).await?.ended_with(-1)?;
                let left = scene.stand_in.left().await?;
                ensure!(!left.objects.is_empty(), "nothing is left, so that nothing is shown: {left:?}");
                let told = scene.program.run(&["sweep", "--plan"]).await?.ended_with(0)?;
                has(&told, "the object team/loads/neptune-harness/")?;
                has(&scene.program.run(&["sweep"]).await?.ended_with(4)?, "guard 5 (plan): found no confirmation")?;
                let swept = scene.program.run(&["sweep", YES[0], YES[1]]).await?.ended_with(0)?;
                has(&swept, "things are gone")?;
                has(&scene.program.run(&["sweep", YES[0], YES[1]]).await?.ended_with(0)?, "nothing is left")
            })
        },
    },
    Act {
        name: "credentials that expire in the middle leave things behind, and a sweep with new ones removes them",
        script: |scene| {
            Box::pin(async move {
                let before = scene.program.runs();
                let run = scene.program.start(&SLOW)?;
                scene.program.loading(before).await?;
                scene.stand_in.world().set_credentials_expired(true);
                let said = scene.program.ended(run).await?.ended_with(5)?;
                has(&said, "cargo xtask sweep")?;
                scene.stand_in.world().set_credentials_expired(false);
                has(&scene.program.run(&["sweep", YES[0], YES[1]]).await?.ended_with(0)?, "things are gone")
            })
        },
    },
    Act {
        name: "somebody begins to load in the middle: what is left is inconclusive, and their load goes on",
        script: |scene| {
            Box::pin(async move {
                let before = scene.program.runs();
                let run = scene.program.start(&["run", "--filter", "get_load_status", YES[0], YES[1]])?;
                scene.program.loading(before).await?;
                scene.stand_in.world().begin_foreign_load("somebody-elses").await?;
                let said = scene.program.ended(run).await?.ended_with(3)?;
                has(&said, "somebody else")?;
                ensure!(scene.stand_in.world().foreign_load_runs("somebody-elses").await?, "their load was touched");
                Ok(())
            })
        },
    },
];
