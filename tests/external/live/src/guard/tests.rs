//! Each guard refuses, in their order, and says why.

use std::time::Duration;

use rstest::rstest;

use super::*;
use crate::profile::tests::profile;

const RESOURCE_ID: &str = "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Everything that the guards are shown.
#[derive(Clone, Debug)]
struct World {
    choice: Choice,
    identity: Identity,
    consent: Consent,
    health: Health,
    extent: Extent,
    takes: Duration,
    typed: Confirmation,
}

impl World {
    /// As it should be.
    fn good() -> Self {
        let description = Description {
            name: "graph-sandbox".into(),
            resource_id: RESOURCE_ID.into(),
            host: "graph-sandbox.cluster-c0ffee12345.eu-west-1.neptune.amazonaws.com".into(),
        };
        Self {
            choice: Choice { target: Some("neptune".into()), profile: Some(profile()) },
            identity: Identity {
                account: "123456789012".into(),
                bucket_region: "eu-west-1".into(),
                cluster: Some(description),
            },
            consent: Consent { tag: Tag::Value("allow".into()), graph: false },
            health: Health {
                status: "healthy".into(),
                role: "writer".into(),
                engine_version: "1.4.5.0".into(),
                busy_with: vec![],
            },
            extent: Extent { statements: 100_000, nodes: 100_000 },
            takes: Duration::from_mins(30),
            typed: Confirmation(Some(RESOURCE_ID.into())),
        }
    }

    fn ask<Mode>(&self) -> Result<RunPermit<Mode>, Refusal> {
        Candidate::select(self.choice.clone(), "20261122-073000-ab12cd".parse().unwrap())?
            .is_who_it_says(&self.identity)?
            .is_welcome(&self.consent)?
            .is_well(&self.health)?
            .is_small(self.extent)?
            .is_agreed(self.takes, &self.typed)
    }
}

/// A permit for the run `20261122-073000-ab12cd` on the cluster of the sample.
pub(crate) fn permit<Mode>() -> RunPermit<Mode> {
    World::good().ask().unwrap()
}

#[test]
fn passing_all_guards_gives_a_permit_for_that_cluster_and_run() {
    let permit = permit::<Live>();
    assert_eq!(permit.profile(), &profile());
    assert_eq!(permit.run().as_str(), "20261122-073000-ab12cd");
    assert_eq!(permit.engine_version(), "1.4.5.0");
}

#[rstest]
#[case::unreadable_description(|world: &mut World| world.identity.cluster = None)]
#[case::consent_by_graph(|world: &mut World| world.consent = Consent { tag: Tag::Unreadable, graph: true })]
#[case::empty_cluster(|world: &mut World| world.extent = Extent { statements: 0, nodes: 0 })]
fn what_is_right_in_another_way_passes(#[case] change: fn(&mut World)) {
    let mut world = World::good();
    change(&mut world);
    world.ask::<Live>().unwrap();
}

#[rstest]
#[case::no_target(
    |world: &mut World| world.choice.target = None,
    "0 (select): found no `--target`, expected `--target neptune`: say so on the command line; no variable and no default can"
)]
#[case::another_target(
    |world: &mut World| world.choice.target = Some("sim".into()),
    "0 (select): found `--target sim`, expected `--target neptune`: say so on the command line; no variable and no default can"
)]
#[case::no_profile(
    |world: &mut World| world.choice.profile = None,
    "0 (select): found no profile, expected `--profile NAME`: \
     copy tests/external/live/profile.sample.toml to tests/external/live/profiles/NAME.toml, fill it in, and name it"
)]
#[case::another_account(
    |world: &mut World| world.identity.account = "210987654321".into(),
    "1 (identity): found account `210987654321`, expected `123456789012`, as in the profile: \
     sign in to the account of the profile, or choose the profile of this one"
)]
#[case::bucket_elsewhere(
    |world: &mut World| world.identity.bucket_region = "us-east-1".into(),
    "1 (identity): found region of the bucket `us-east-1`, expected `eu-west-1`, as in the profile: \
     name a bucket in the cluster's region"
)]
#[case::another_name(
    |world: &mut World| world.identity.cluster.as_mut().unwrap().name = "other".into(),
    "1 (identity): found name of the cluster `other`, expected `graph-sandbox`, as in the profile: \
     correct `cluster.name` and `endpoint`"
)]
#[case::production(
    |world: &mut World| world.identity.cluster.as_mut().unwrap().name = "graph-prod".into(),
    "1 (identity): found the cluster `graph-prod`, expected a name without the word `prod`: \
     choose a cluster that is there for tests"
)]
#[case::another_endpoint(
    |world: &mut World| world.identity.cluster.as_mut().unwrap().host = "graph-sandbox.cluster-0ther.eu-west-1.neptune.amazonaws.com".into(),
    "1 (identity): found endpoint `graph-sandbox.cluster-0ther.eu-west-1.neptune.amazonaws.com`, \
     expected `graph-sandbox.cluster-c0ffee12345.eu-west-1.neptune.amazonaws.com`, as in the profile: \
     correct `endpoint`: the console shows it"
)]
#[case::another_cluster(
    |world: &mut World| world.identity.cluster.as_mut().unwrap().resource_id = "cluster-Z".into(),
    "1 (identity): found resource id `cluster-Z`, expected `cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ`, as in the profile: \
     look which cluster this is: one with the same name may have taken its place"
)]
#[case::no_tag(
    |world: &mut World| world.consent = Consent { tag: Tag::Absent, graph: true },
    "2 (consent): found no tag `neptune-harness`, expected the tag `neptune-harness = allow`: \
     if it is there for tests, its owner can tag it, or put that graph into it where tags cannot be read"
)]
#[case::tag_says_no(
    |world: &mut World| world.consent = Consent { tag: Tag::Value("Allow".into()), graph: true },
    "2 (consent): found the tag `neptune-harness = Allow`, expected the tag `neptune-harness = allow`: \
     if it is there for tests, its owner can tag it, or put that graph into it where tags cannot be read"
)]
#[case::neither_tag_nor_graph(
    |world: &mut World| world.consent = Consent { tag: Tag::Unreadable, graph: false },
    "2 (consent): found tags that cannot be read, and no graph `urn:neptune-harness:consent`, \
     expected the tag `neptune-harness = allow`: \
     if it is there for tests, its owner can tag it, or put that graph into it where tags cannot be read"
)]
#[case::not_well(
    |world: &mut World| world.health.status = "recovery".into(),
    "3 (health): found the status `recovery`, expected `healthy`: wait until the cluster is well"
)]
#[case::reader(
    |world: &mut World| world.health.role = "reader".into(),
    "3 (health): found the role `reader`, expected `writer`: name the cluster's own endpoint, or wait for the failover"
)]
#[case::a_load_runs(
    |world: &mut World| world.health.busy_with = vec!["one".into(), "two".into()],
    "3 (health): found loads that run or wait (one, two), expected none: \
     wait until they have ended; if a run of ours has left them behind, `cargo xtask sweep` cancels them"
)]
#[case::many_statements(
    |world: &mut World| world.extent.statements = 100_001,
    "4 (extent): found at least 100001 statements, expected 100000 at most: \
     that may be data in use: choose another cluster, or raise `max_existing` if you know whose it is"
)]
#[case::many_vertices(
    |world: &mut World| world.extent.nodes = 100_001,
    "4 (extent): found at least 100001 vertices, expected 100000 at most: \
     that may be data in use: choose another cluster, or raise `max_existing` if you know whose it is"
)]
#[case::beyond_the_budget(
    |world: &mut World| world.takes = Duration::from_mins(30) + Duration::from_millis(1),
    "5 (plan): found a plan of about 31 minutes, expected 30 minutes at most: \
     choose fewer scenarios with `--filter`, or raise `budget_minutes`"
)]
#[case::no_consent(
    |world: &mut World| world.typed = Confirmation(None),
    "5 (plan): found no confirmation, expected `--yes cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ`: \
     read the plan (`--plan`), then type the resource id of the cluster in full"
)]
#[case::not_in_full(
    |world: &mut World| world.typed = Confirmation(Some("cluster-ABC".into())),
    "5 (plan): found `cluster-ABC`, expected `--yes cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ`: \
     read the plan (`--plan`), then type the resource id of the cluster in full"
)]
fn a_guard_refuses(#[case] change: fn(&mut World), #[case] text: &str) {
    let mut world = World::good();
    change(&mut world);
    let refusal = world.ask::<Live>().unwrap_err();
    assert_eq!(refusal.to_string(), format!("refused by guard {text}"));
    let row = format!("| found {}, expected {} |", refusal.found, refusal.expected);
    assert!(
        include_str!("../../README.md").contains(&row),
        "tests/external/live/README.md explains refusals, and has no row with {row}"
    );
}

#[test]
fn the_first_guard_that_refuses_speaks() {
    let spoil: [fn(&mut World); 6] = [
        |world| world.typed = Confirmation(None),
        |world| world.extent.nodes = 100_001,
        |world| world.health.role = "reader".into(),
        |world| world.consent.tag = Tag::Absent,
        |world| world.identity.account = "210987654321".into(),
        |world| world.choice.target = None,
    ];
    let mut world = World::good();
    let steps = spoil.map(|spoil| {
        spoil(&mut world);
        world.ask::<Live>().unwrap_err().step
    });
    assert_eq!(steps, [Step::Plan, Step::Extent, Step::Health, Step::Consent, Step::Identity, Step::Select]);
}
