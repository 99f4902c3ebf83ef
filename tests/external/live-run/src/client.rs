//! What does something on a cluster. It takes a permit, and everything that it makes or removes is an entry of a journal.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use neptune_live::guard::RunPermit;
use neptune_live::{Entry, Folder, ObjectKey, Resource, RunPrefix, Statement};
use neptune_server::scenario::{Body, Request};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::aws::Aws;
use super::connection::{Connection, succeeded};
use super::preflight::{LoadSeen, Preflight, busy, list, status};

/// How long a cancelled load may take to end.
const ENDED_WITHIN: Duration = Duration::from_mins(3);
/// How often is looked for a load of ours that the cluster does not know.
const LOOKS: usize = 3;
/// How many batches of vertices are removed before one gives up: ten million vertices.
const MOST_BATCHES: usize = 1000;

/// A connection that may make and remove things, in one run on one cluster.
#[derive(Debug)]
pub(super) struct LiveClient<O> {
    pub(super) connection: Connection,
    pub(super) aws: Arc<Aws>,
    pub(super) permit: RunPermit<O>,
    /// How long to wait between two looks at a load.
    pub(super) pace: Duration,
    endpoint: String,
}

impl<O> LiveClient<O> {
    /// What the preflight read, for the holder of the permit.
    pub(super) fn new(preflight: Preflight<O>, permit: RunPermit<O>, pace: Duration) -> Self {
        let Preflight { connection, aws, .. } = preflight;
        Self { endpoint: permit.profile().endpoint.to_string(), connection, aws, permit, pace }
    }

    /// Where the cluster is.
    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The source that a load reads.
    pub(super) fn source(&self, folder: &Folder) -> String {
        folder.uri(&self.permit.profile().bucket)
    }

    /// That the cluster answers.
    pub(super) async fn is_there(&self) -> Result<()> {
        succeeded(&self.connection.exchange(&Request::to("GET", "/status")).await?)
    }

    /// What is seen of a load; `None` if the cluster knows no such load.
    pub(super) async fn load(&self, id: &str) -> Result<Option<LoadSeen>> {
        status(&self.connection, id).await
    }

    /// The ids of loads that run or wait.
    pub(super) async fn busy(&self) -> Result<Vec<String>> {
        busy(&self.connection).await
    }

    /// Puts an object that is written down.
    pub(super) async fn put(&self, entry: &Entry, bytes: Vec<u8>) -> Result<()> {
        let Resource::Object(key) = entry.resource() else { bail!("only an object can be put: {entry:?}") };
        let profile = self.permit.profile();
        let put = self.aws.put(&profile.bucket, key, self.permit.run(), bytes).await;
        put.with_context(|| format!("cannot put s3://{}/{key}", profile.bucket.as_str()))
    }

    /// Sends the start of a load that is written down, and gives the reply.
    pub(super) async fn start(&self, entry: &Entry, start: &Request) -> Result<Value> {
        let Resource::Load(_) = entry.resource() else { bail!("only a load can be started: {entry:?}") };
        let profile = self.permit.profile();
        let own = format!("s3://{}/{}", profile.bucket.as_str(), RunPrefix::of(self.permit.run(), &profile.prefix).as_str());
        let strange = strange_source(start, &own);
        ensure!(strange.is_none(), "a live run loads its own data only, and {} is not", strange.unwrap_or_default());
        self.connection.exchange(start).await
    }

    /// Removes something that is written down, and looks whether it is gone.
    pub(super) async fn remove(&self, entry: &Entry) -> Result<()> {
        match entry.resource() {
            Resource::Object(key) => self.delete(key).await,
            Resource::Load(folder) => self.end(folder, entry.load_id()).await,
            Resource::Graph(graph) => {
                self.connection.say(&Statement::DropGraph(graph.clone())).await?;
                let left = self.connection.count(&Statement::CountGraph(graph.clone())).await?;
                ensure!(left == 0, "{left} statements are still in the graph {graph}");
                Ok(())
            }
            Resource::Ids(ids) => {
                let count = Statement::CountRunNodes(ids.clone());
                for _ in 0..MOST_BATCHES {
                    if self.connection.count(&count).await? == 0 {
                        return Ok(());
                    }
                    self.connection.say(&Statement::DeleteNodes(ids.clone())).await?;
                }
                bail!("vertices that begin with {ids} are still there")
            }
        }
    }

    async fn delete(&self, key: &ObjectKey) -> Result<()> {
        let bucket = &self.permit.profile().bucket;
        self.aws.delete(bucket, key).await.with_context(|| format!("cannot delete s3://{}/{key}", bucket.as_str()))
    }

    /// Sees to it that a load has ended. One whose start was never answered is found by its source.
    async fn end(&self, folder: &Folder, id: Option<&str>) -> Result<()> {
        let ids = match id {
            Some(id) => vec![id.to_owned()],
            None => self.with_source(&self.source(folder)).await?,
        };
        for id in ids {
            let given_up = Instant::now() + ENDED_WITHIN;
            if self.reported(&id).await?.is_some_and(|load| load.is_pending()) {
                // It may have ended in between, which is answered like an unknown load.
                let reply = self.connection.exchange(&Request::to("DELETE", format!("/loader/{id}"))).await?;
                if !matches!(reply["http"].as_u64(), Some(400 | 404)) {
                    succeeded(&reply).with_context(|| format!("cannot cancel the load {id}"))?;
                }
            }
            while self.load(&id).await?.is_some_and(|load| load.is_pending()) {
                ensure!(
                    Instant::now() < given_up,
                    "the load {id} has not ended {} s after it was cancelled",
                    ENDED_WITHIN.as_secs()
                );
                sleep(self.pace).await;
            }
        }
        Ok(())
    }

    /// The status of a load of ours. Just after its start the cluster may not list it yet.
    async fn reported(&self, id: &str) -> Result<Option<LoadSeen>> {
        for _ in 1..LOOKS {
            if let Some(seen) = self.load(id).await? {
                return Ok(Some(seen));
            }
            sleep(self.pace).await;
        }
        self.load(id).await
    }

    async fn with_source(&self, source: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for id in list(&self.connection, "TRUE").await? {
            if self.load(&id).await?.is_some_and(|load| load.source == source) {
                found.push(id);
            }
        }
        Ok(found)
    }
}

/// A place in S3 that a request names and that does not begin so.
fn strange_source(start: &Request, own: &str) -> Option<String> {
    fn texts(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(list) => list.iter().for_each(|value| texts(value, found)),
            Value::Object(map) => map.values().for_each(|value| texts(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut said: Vec<String> = start.query.iter().map(|(_, value)| value.clone()).collect();
    match &start.body {
        Body::Json(body) => texts(body, &mut said),
        Body::Text(text) => said.push(text.clone()),
        Body::Empty => {}
    }
    let is_place = |text: &str| text.contains("s3://") || text.contains("https://s3");
    said.into_iter().find(|text| is_place(text) && !text.starts_with(own))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const OWN: &str = "s3://bucket/team/neptune-harness/20261122-073000-ab12cd/";

    #[rstest]
    #[case::own(json!({"source": format!("{OWN}a/a/valid/"), "format": "csv"}), None)]
    #[case::another_bucket(json!({"source": "s3://other/team/"}), Some("s3://other/team/"))]
    #[case::above(json!({"source": "s3://bucket/team/"}), Some("s3://bucket/team/"))]
    #[case::one_of_many(json!({"source": [format!("{OWN}a/"), "s3://other/"]}), Some("s3://other/"))]
    #[case::another_spelling(json!({"source": "https://s3.amazonaws.com/other/team"}), Some("https://s3.amazonaws.com/other/team"))]
    fn a_start_names_nothing_but_the_runs_own_data(#[case] body: Value, #[case] strange: Option<&str>) {
        let start = Request { body: Body::Json(body), ..Request::to("POST", "/loader") };
        assert_eq!(strange_source(&start, OWN).as_deref(), strange);
    }

    #[test]
    fn a_query_and_a_text_are_looked_at_as_well() {
        let query = vec![("source".to_owned(), "s3://other/".to_owned())];
        assert!(strange_source(&Request { query, ..Request::to("POST", "/loader") }, OWN).is_some());
        let body = Body::Text(r#"{"source": "s3://other/",}"#.to_owned());
        assert!(strange_source(&Request { body, ..Request::to("POST", "/loader") }, OWN).is_some());
    }
}
