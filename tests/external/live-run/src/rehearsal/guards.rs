//! Every guard refuses once, and says why. Nothing is made then.

use anyhow::Result;

use super::case::{Case, Fixture, has};

/// The cluster's resource id, in full.
pub(super) const YES: [&str; 2] = ["--yes", "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a profile that is not there names its file and the sample",
        script: |fixture| {
            Box::pin(async move {
                // Without a fake AWS, a name; it is looked for among the profiles, and no request is sent.
                let said = fixture.program.bare(&["doctor", "--profile", "nobodys"]).await?.ended_with(1)?;
                has(&said, "tests/external/live/profiles/nobodys.toml: cannot be read")?;
                has(&said, "copy tests/external/live/profile.sample.toml there")
            })
        },
    },
    Case {
        name: "guard 1 refuses another account",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_account("210987654321");
                refused(fixture, "guard 1 (identity): found account `210987654321`").await
            })
        },
    },
    Case {
        name: "guard 1 refuses a bucket in another region",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_bucket_region("us-east-1");
                refused(fixture, "guard 1 (identity): found region of the bucket `us-east-1`").await
            })
        },
    },
    Case {
        name: "guard 1 refuses a cluster that has taken the place of another",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_resource_id("cluster-ZZZ");
                refused(fixture, "guard 1 (identity): found resource id `cluster-ZZZ`").await
            })
        },
    },
    Case {
        name: "guard 1 refuses credentials that have expired",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_credentials_expired(true);
                refused(fixture, "the credentials have expired").await
            })
        },
    },
    Case {
        name: "guard 2 refuses a cluster without the tag",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_tag(None);
                refused(fixture, "guard 2 (consent): found no tag `neptune-harness`").await
            })
        },
    },
    Case {
        name: "guard 2 refuses where tags may not be read and there is no graph",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_tags_denied(true);
                refused(fixture, "guard 2 (consent): found tags that cannot be read").await
            })
        },
    },
    Case {
        name: "guard 2 lets a run past by the graph where tags may not be read",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_description_denied(true);
                fixture.fake_aws.world().set_consent_graph(true);
                let said = fixture.program.run(&["doctor"]).await?.ended_with(0)?;
                has(&said, "the named graph `urn:neptune-harness:consent`")
            })
        },
    },
    Case {
        name: "guard 3 refuses a read replica",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_reader(true).await?;
                refused(fixture, "guard 3 (health): found the role `reader`").await
            })
        },
    },
    Case {
        name: "guard 3 refuses a cluster in recovery",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_recovering(true).await?;
                refused(fixture, "guard 3 (health): found the status `recovery`").await
            })
        },
    },
    Case {
        name: "guard 3 refuses while other loads run",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().begin_foreign_load("somebody-elses").await?;
                refused(fixture, "guard 3 (health): found loads that run or wait (somebody-elses)").await
            })
        },
    },
    Case {
        name: "guard 4 refuses a cluster that holds other data",
        script: |fixture| {
            Box::pin(async move {
                fixture.fake_aws.world().set_foreign_vertices(100_001);
                refused(fixture, "guard 4 (extent): found at least 100001 vertices").await
            })
        },
    },
    Case {
        name: "guard 5 refuses a plan beyond the budget",
        script: |fixture| {
            Box::pin(async move {
                let said = fixture.program.run(&["run", "--tier", "faults", "--budget", "1min", YES[0], YES[1]]).await?;
                has(&said.ended_with(4)?, "guard 5 (plan): found a plan of ")
            })
        },
    },
    Case {
        name: "guard 5 refuses without the full confirmation",
        script: |fixture| {
            Box::pin(async move {
                let silent = fixture.program.run(&["run", "--tier", "probe"]).await?.ended_with(4)?;
                has(&silent, "guard 5 (plan): found no confirmation")?;
                let partly = fixture.program.run(&["run", "--tier", "probe", "--yes", "cluster-ABC"]).await?.ended_with(4)?;
                has(&partly, "guard 5 (plan): found `cluster-ABC`")
            })
        },
    },
];

/// The guards refuse the doctor and the run, and the run makes nothing.
async fn refused(fixture: &Fixture, because: &str) -> Result<()> {
    let before = fixture.program.runs();
    has(&fixture.program.run(&["doctor"]).await?.ended_with(4)?, because)?;
    has(&fixture.program.run(&["run", "--tier", "probe", YES[0], YES[1]]).await?.ended_with(4)?, because)?;
    anyhow::ensure!(fixture.program.runs() == before, "a run that was refused has left files");
    Ok(())
}
