//! Looks at what the guards want to know, and only reads. It can look at nothing before the guard in front of it has let the run past.

use std::marker::PhantomData;
use std::sync::Arc;

use anyhow::{Context, Result};
use neptune_live::guard::{
    Candidate, Choice, Consent, Consented, Description, Extent, Health, Healthy, Identified, Identity, Measured, Refusal,
    Selected, Step, Tag,
};
use neptune_live::{IdPrefix, Profile, RunGraph, RunId, Statement, Via};
use neptune_server::scenario::Request;
use serde_json::Value;

use super::aws::{Aws, Described};
use super::connection::{Connection, succeeded};
use super::progress::is_transient;
use super::{AwsEndpoints, Credentials};

/// How many of the newest loads that do not wait are looked at: one can run, and it is the newest that has begun.
const LOOKED_AT: usize = 3;
/// What may be done about a cluster that does not answer.
const NO_WAY: &str = "run this inside the cluster's network, or open a tunnel and use `--via tunnel`";
/// What may be done about AWS that does not answer.
const NO_AWS: &str = "sign in with credentials that may ask this, and look at the network";

/// What runs of ours have left behind, and a sweep is about to remove. For a new run there is none of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    /// The ids of loads.
    pub(super) loads: Vec<String>,
    /// The sources of all loads, also of those whose start was never answered.
    pub(super) sources: Vec<String>,
    /// The runs whose data may still be there.
    pub(super) runs: Vec<RunId>,
}

/// The read-only look at a cluster before a run.
#[derive(Debug)]
pub(super) struct Preflight<O> {
    pub(super) connection: Connection,
    pub(super) aws: Arc<Aws>,
    profile: Profile,
    mode: PhantomData<O>,
}

impl<O> Preflight<O> {
    /// A preflight for a run that has passed the first guard. Nothing is asked yet.
    ///
    /// # Errors
    /// There is no way to the cluster.
    fn new(
        endpoints: &AwsEndpoints<O>,
        candidate: &Candidate<O, Selected>,
        via: Via,
        credentials: &Credentials,
    ) -> Result<Self> {
        let profile = candidate.profile().clone();
        let connection = Connection::new(endpoints, &profile, via, credentials)?;
        let aws = Arc::new(Aws::new(&profile, credentials, endpoints.services())?);
        Ok(Self { connection, aws, profile, mode: PhantomData })
    }

    /// Whose credentials these are, where the bucket is, and which cluster it is.
    async fn identity(&self, _: &Candidate<O, Selected>) -> Result<(Identity, Option<Described>), Refusal> {
        let unseen = |what: &'static str| {
            move |error: anyhow::Error| Refusal::unseen(Step::Identity, what, &format!("{error:#}"), NO_AWS)
        };
        let account = self.aws.account().await.map_err(unseen("the account of the credentials, from STS"))?;
        let region = self.aws.bucket_region(&self.profile.bucket).await;
        let described = self.aws.described(&self.profile.cluster.name).await;
        let described = described.map_err(unseen("a description of the cluster, or that it may not be read"))?;
        let cluster = described.as_ref().map(|Described { name, resource_id, host, .. }| Description {
            name: name.clone(),
            resource_id: resource_id.clone(),
            host: host.clone(),
        });
        // The account first: with the credentials of another one, it is expected that the bucket cannot be read.
        let bucket_region = if account == self.profile.account {
            region.map_err(unseen("the region of the bucket, from S3"))?
        } else {
            String::new()
        };
        Ok((Identity { account, bucket_region, cluster }, described))
    }

    /// Whether runs are allowed. The graph is read only where tags cannot be read.
    async fn consent(&self, _: &Candidate<O, Identified>, described: Option<&Described>) -> Result<Consent, Refusal> {
        let unseen =
            |error: &anyhow::Error, remedy| Refusal::unseen(Step::Consent, "a sign of consent", &format!("{error:#}"), remedy);
        let tag = match described {
            Some(cluster) => self.aws.tag(&cluster.arn).await.map_err(|error| unseen(&error, NO_AWS))?,
            None => Tag::Unreadable,
        };
        let graph = match tag {
            Tag::Unreadable => {
                let said = self.connection.say(&Statement::AskConsent).await.map_err(|error| unseen(&error, NO_WAY))?;
                said["boolean"] == Value::Bool(true)
            }
            Tag::Absent | Tag::Value(_) => false,
        };
        Ok(Consent { tag, graph })
    }

    /// How the cluster is, and what it is busy with that is not our own.
    async fn health(&self, _: &Candidate<O, Consented>, own: &Own) -> Result<Health, Refusal> {
        let seen = async {
            let status = self.get("/status").await?;
            let text = |key: &str| status[key].as_str().unwrap_or("unknown").to_owned();
            let mut busy_with = Vec::new();
            for id in busy(&self.connection).await? {
                if !self.is_own(&id, own).await? {
                    busy_with.push(id);
                }
            }
            Ok(Health { status: text("status"), role: text("role"), engine_version: text("dbEngineVersion"), busy_with })
        };
        seen.await.map_err(|error: anyhow::Error| {
            Refusal::unseen(Step::Health, "`/status` and the list of loads", &format!("{error:#}"), NO_WAY)
        })
    }

    async fn is_own(&self, id: &String, own: &Own) -> Result<bool> {
        if own.loads.contains(id) {
            return Ok(true);
        }
        // A load whose start was never answered is known by its source.
        Ok(!own.sources.is_empty()
            && status(&self.connection, id).await?.is_some_and(|load| own.sources.contains(&load.source)))
    }

    /// How much the cluster holds that is not left over from our own runs.
    async fn extent(&self, _: &Candidate<O, Healthy>, own: &Own) -> Result<Extent, Refusal> {
        let seen = async {
            let (mut statements, mut nodes) = (0, 0);
            for run in &own.runs {
                statements += self.connection.count(&Statement::CountGraph(RunGraph::of(run))).await?;
                nodes += self.connection.count(&Statement::CountRunNodes(IdPrefix::of(run))).await?;
            }
            let most = |own: u64| self.profile.max_existing.saturating_add(u32::try_from(own).unwrap_or(u32::MAX));
            let all = self.connection.count(&Statement::CountStatements { max_existing: most(statements) }).await?;
            let all_nodes = self.connection.count(&Statement::CountNodes { max_existing: most(nodes) }).await?;
            Ok(Extent { statements: all.saturating_sub(statements), nodes: all_nodes.saturating_sub(nodes) })
        };
        seen.await.map_err(|error: anyhow::Error| {
            let remedy = "give the credentials `neptune-db:ReadDataViaQuery`, so that it can be counted";
            Refusal::unseen(Step::Extent, "how much the cluster holds", &format!("{error:#}"), remedy)
        })
    }

    async fn get(&self, path: &str) -> Result<Value> {
        let reply = self.connection.exchange(&Request::to("GET", path)).await?;
        succeeded(&reply)?;
        Ok(reply["body"].clone())
    }
}

/// The ids of loads that run or wait.
pub(super) async fn busy(connection: &Connection) -> Result<Vec<String>> {
    let all = list(connection, "TRUE").await?;
    let begun = list(connection, "FALSE").await?;
    let mut busy: Vec<String> = all.into_iter().filter(|id| !begun.contains(id)).collect();
    for id in begun.into_iter().take(LOOKED_AT) {
        if status(connection, &id).await?.is_some_and(|load| load.is_pending()) {
            busy.push(id);
        }
    }
    Ok(busy)
}

/// The ids of loads, the newest first, with those that wait or without.
pub(super) async fn list(connection: &Connection, with_queued: &str) -> Result<Vec<String>> {
    let query = vec![("includeQueuedLoads".to_owned(), with_queued.to_owned()), ("limit".to_owned(), "100".to_owned())];
    let reply = connection.exchange(&Request { query, ..Request::to("GET", "/loader") }).await?;
    succeeded(&reply).context("the loader does not list its loads")?;
    let ids = reply.pointer("/body/payload/loadIds").and_then(Value::as_array).context("the list has no `payload.loadIds`")?;
    Ok(ids.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// What is seen of a load.
#[derive(Clone, Debug)]
pub(super) struct LoadSeen {
    /// Neptune's word.
    pub(super) status: String,
    /// The source that it was started with.
    pub(super) source: String,
}

impl LoadSeen {
    /// Whether it runs or waits. Any other word is an end.
    pub(super) fn is_pending(&self) -> bool {
        is_transient(&self.status)
    }
}

/// What the cluster says of a load; `None` if it knows no such load.
pub(super) async fn status(connection: &Connection, id: &str) -> Result<Option<LoadSeen>> {
    let reply = connection.exchange(&Request::to("GET", format!("/loader/{id}"))).await?;
    if matches!(reply["http"].as_u64(), Some(400 | 404)) {
        return Ok(None);
    }
    succeeded(&reply).with_context(|| format!("the loader does not tell of the load {id}"))?;
    let text = |key: &str| reply["body"]["payload"]["overallStatus"][key].as_str().unwrap_or_default().to_owned();
    Ok(Some(LoadSeen { status: text("status"), source: text("fullUri") }))
}

/// The findings of the guards: a run that has only the last guard left, and its preflight.
pub(super) type Looked<O> = (Preflight<O>, Candidate<O, Measured>);

/// Takes a run from its profile to the last guard, and reports what was seen for each guard. The outer error: nothing could be read at all.
///
/// # Errors
/// There is no way to the cluster, or inside, the first guard that refuses.
pub(super) async fn look<O>(
    endpoints: &AwsEndpoints<O>,
    profile: Profile,
    run: RunId,
    (via, credentials): (Via, &Credentials),
    own: &Own,
    mut tell: impl FnMut(&str),
) -> Result<Result<Looked<O>, Refusal>> {
    let choice = Choice { target: Some("neptune".to_owned()), profile: Some(profile) };
    let candidate = match Candidate::select(choice, run) {
        Ok(candidate) => candidate,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let preflight = Preflight::new(endpoints, &candidate, via, credentials)?;
    let seen = past_the_guards(&preflight, candidate, own, |step, seen| tell(&passed(step, &seen))).await;
    Ok(seen.map(|candidate| (preflight, candidate)))
}

/// A line for a guard that has let the run past.
pub(super) fn passed(step: Step, seen: &str) -> String {
    format!("guard {} {:<9} {seen}", step as u8, step.as_str())
}

/// Takes a run past the guards 1 to 4, in their order, and reports what each one saw.
///
/// # Errors
/// The first guard that refuses.
async fn past_the_guards<O>(
    preflight: &Preflight<O>,
    candidate: Candidate<O, Selected>,
    own: &Own,
    mut tell: impl FnMut(Step, String),
) -> Result<Candidate<O, Measured>, Refusal> {
    let (identity, described) = preflight.identity(&candidate).await?;
    let candidate = candidate.is_who_it_says(&identity)?;
    let cluster = described.as_ref().map_or_else(
        || "the cluster's description may not be read".to_owned(),
        |cluster| format!("the cluster `{}` ({}), made at {}", cluster.name, cluster.resource_id, cluster.since),
    );
    tell(Step::Identity, format!("account {}, bucket in {}, {cluster}", identity.account, identity.bucket_region));
    if let Some(cluster) = described.as_ref().filter(|cluster| !cluster.roles.contains(&preflight.profile.role)) {
        let roles = if cluster.roles.is_empty() { "none".to_owned() } else { cluster.roles.join(", ") };
        tell(Step::Identity, format!("loads will be refused: `role` is not attached to the cluster (attached: {roles})"));
    }
    let consent = preflight.consent(&candidate, described.as_ref()).await?;
    let candidate = candidate.is_welcome(&consent)?;
    let sign =
        if consent.graph { "the named graph `urn:neptune-harness:consent`" } else { "the tag `neptune-harness = allow`" };
    tell(Step::Consent, sign.to_owned());
    let health = preflight.health(&candidate, own).await?;
    let candidate = candidate.is_well(&health)?;
    tell(Step::Health, format!("a healthy writer, engine {}, no load runs or waits", health.engine_version));
    let extent = preflight.extent(&candidate, own).await?;
    let candidate = candidate.is_small(extent)?;
    tell(Step::Extent, format!("{} statements and {} vertices", extent.statements, extent.nodes));
    Ok(candidate)
}
