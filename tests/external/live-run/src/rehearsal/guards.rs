//! Every guard refuses once, and says why. Nothing is made then.

use anyhow::Result;

use super::act::{Act, Scene};
use super::has;

/// The cluster's resource id, in full.
pub(super) const YES: [&str; 2] = ["--yes", "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

pub(super) const ACTS: &[Act] = &[
    Act {
        name: "a profile that is not there names its file and the sample",
        script: |scene| {
            Box::pin(async move {
                // Without a stand-in, a name; it is looked for among the profiles, and nothing is asked of anybody.
                let said = scene.program.bare(&["doctor", "--profile", "nobodys"]).await?.ended_with(1)?;
                has(&said, "tests/external/live/profiles/nobodys.toml: cannot be read")?;
                has(&said, "copy tests/external/live/profile.sample.toml there")
            })
        },
    },
    Act {
        name: "guard 1 refuses another account",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().set_account("210987654321");
                refused(scene, "guard 1 (identity): found account `210987654321`").await
            })
        },
    },
    Act {
        name: "guard 1 refuses a bucket in another region",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().set_bucket_region("us-east-1");
                refused(scene, "guard 1 (identity): found region of the bucket `us-east-1`").await
            })
        },
    },
    Act {
        name: "guard 1 refuses a cluster that has taken the place of another",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().set_resource_id("cluster-ZZZ");
                refused(scene, "guard 1 (identity): found resource id `cluster-ZZZ`").await
            })
        },
    },
    Act {
        name: "guard 1 refuses credentials that have expired",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().set_credentials_expired(true);
                refused(scene, "the credentials have expired").await
            })
        },
    },
    Act {
        name: "guard 2 refuses a cluster without the tag",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().set_tag(None);
                refused(scene, "guard 2 (consent): found no tag `neptune-harness`").await
            })
        },
    },
    Act {
        name: "guard 2 refuses where tags may not be read and there is no graph",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().set_tags_denied(true);
                refused(scene, "guard 2 (consent): found tags that cannot be read").await
            })
        },
    },
    Act {
        name: "guard 2 lets a run past by the graph where tags may not be read",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().set_description_denied(true);
                scene.stand_in.world().set_consent_graph(true);
                let said = scene.program.run(&["doctor"]).await?.ended_with(0)?;
                has(&said, "the named graph `urn:neptune-harness:consent`")
            })
        },
    },
    Act {
        name: "guard 3 refuses a read replica",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().set_reader(true).await?;
                refused(scene, "guard 3 (health): found the role `reader`").await
            })
        },
    },
    Act {
        name: "guard 3 refuses a cluster in recovery",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().set_recovering(true).await?;
                refused(scene, "guard 3 (health): found the status `recovery`").await
            })
        },
    },
    Act {
        name: "guard 3 refuses while somebody else loads",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().begin_foreign_load("somebody-elses").await?;
                refused(scene, "guard 3 (health): found loads that run or wait (somebody-elses)").await
            })
        },
    },
    Act {
        name: "guard 4 refuses a cluster that holds somebody's data",
        script: |scene| {
            Box::pin(async move {
                scene.stand_in.world().set_foreign_vertices(100_001);
                refused(scene, "guard 4 (extent): found at least 100001 vertices").await
            })
        },
    },
    Act {
        name: "guard 5 refuses a plan beyond the budget",
        script: |scene| {
            Box::pin(async move {
                let said = scene.program.run(&["run", "--tier", "faults", "--budget", "1min", YES[0], YES[1]]).await?;
                has(&said.ended_with(4)?, "guard 5 (plan): found a plan of ")
            })
        },
    },
    Act {
        name: "guard 5 refuses if nobody agrees, or not in full",
        script: |scene| {
            Box::pin(async move {
                let silent = scene.program.run(&["run", "--tier", "probe"]).await?.ended_with(4)?;
                has(&silent, "guard 5 (plan): found no confirmation")?;
                let partly = scene.program.run(&["run", "--tier", "probe", "--yes", "cluster-ABC"]).await?.ended_with(4)?;
                has(&partly, "guard 5 (plan): found `cluster-ABC`")
            })
        },
    },
];

/// Neither a look nor a run is let past, and a run makes nothing.
async fn refused(scene: &Scene, because: &str) -> Result<()> {
    let before = scene.program.runs();
    has(&scene.program.run(&["doctor"]).await?.ended_with(4)?, because)?;
    has(&scene.program.run(&["run", "--tier", "probe", YES[0], YES[1]]).await?.ended_with(4)?, because)?;
    anyhow::ensure!(scene.program.runs() == before, "a run that was refused has left files");
    Ok(())
}
