//! What a run has put where. Each thing is in the journal before it is made, and out of it once it is gone.

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use neptune_live::report::Made;
use neptune_live::{Entry, Folder, IdPrefix, Journal, ObjectKey, Resource, RunGraph};
use neptune_server::scenario::Request;
use serde_json::Value;

use super::client::LiveClient;

/// The things of one run, and the only way to make or remove one.
#[derive(Debug)]
pub(super) struct RunResources<O> {
    pub(super) client: LiveClient<O>,
    journal: Mutex<Journal>,
    open: Mutex<Vec<Entry>>,
    made: Mutex<Made>,
}

impl<O> RunResources<O> {
    /// Those of a journal: none yet, or what a run has left behind.
    pub(super) fn new(client: LiveClient<O>, journal: Journal, open: Vec<Entry>) -> Self {
        Self { client, journal: Mutex::new(journal), open: Mutex::new(open), made: Mutex::default() }
    }

    /// Puts a file where a load can read it.
    ///
    /// # Errors
    /// It cannot be written down, or put. Then it may be there all the same, and stays in the journal.
    pub(super) async fn upload(&self, key: ObjectKey, bytes: Vec<u8>) -> Result<()> {
        let (kept, size) = (Kept::new(self, self.making(Resource::Object(key))?), bytes.len() as u64);
        let put = self.client.put(kept.entry(), bytes).await;
        kept.record_outcome(put.is_ok(), None)?;
        put?;
        let mut made = held(&self.made);
        made.objects += 1;
        made.bytes += size;
        Ok(())
    }

    /// Sends the start of a load, and gives the reply. What a load brings is written down as well.
    ///
    /// # Errors
    /// It cannot be written down, or no such request can be sent.
    pub(super) async fn start(&self, folder: Folder, start: &Request) -> Result<Value> {
        let run = self.client.permit.run();
        for brought in [Resource::Graph(RunGraph::of(run)), Resource::Ids(IdPrefix::of(run))] {
            if !held(&self.open).iter().any(|entry| *entry.resource() == brought) {
                let entry = self.making(brought)?;
                self.keep(entry, true, None)?;
            }
        }
        let entry = self.making(Resource::Load(folder))?;
        // Recorded before the answer comes: if this is interrupted, the load is found by its source.
        let kept = Kept::new(self, entry);
        let reply = self.client.start(kept.entry(), start).await?;
        let id = reply.pointer("/body/payload/loadId").and_then(Value::as_str).map(str::to_owned);
        match (id, reply["http"].as_u64()) {
            (Some(id), _) => {
                held(&self.made).loads += 1;
                kept.record_outcome(true, Some(id))?;
            }
            // Refused, so that there is nothing.
            (None, Some(400..=499)) => held(&self.journal).removed(kept.take())?,
            _ => kept.record_outcome(false, None)?,
        }
        Ok(reply)
    }

    /// Whether a load is one of this run's.
    pub(super) fn has_load(&self, id: &str) -> bool {
        held(&self.open).iter().any(|entry| entry.load_id() == Some(id))
    }

    /// How much was made so far.
    pub(super) fn made(&self) -> Made {
        *held(&self.made)
    }

    /// Removes everything that is in the journal, and says in words what resists. Loads end before what they have brought goes, and files
    /// go last, because a load may still read them.
    pub(super) async fn clean(&self) -> Vec<String> {
        let mut due = std::mem::take(&mut *held(&self.open));
        due.sort_by_key(|entry| match entry.resource() {
            Resource::Load(_) => 0,
            Resource::Graph(_) | Resource::Ids(_) => 1,
            Resource::Object(_) => 2,
        });
        let mut left = Vec::new();
        for entry in due {
            let kept = Kept::new(self, entry);
            match self.client.remove(kept.entry()).await {
                Ok(()) => {
                    if let Err(error) = held(&self.journal).removed(kept.take()) {
                        left.push(format!("{error:#}"));
                    }
                }
                Err(error) => left.push(format!("{}: {error:#}", named(kept.entry().resource()))),
            }
        }
        left
    }

    /// Ends the journal if nothing is left; otherwise it stays open for a sweep.
    ///
    /// # Errors
    /// Something is not removed, or the file cannot be written.
    pub(super) fn end(self, left: &[String]) -> Result<LiveClient<O>> {
        let journal = self.journal.into_inner().unwrap_or_else(PoisonError::into_inner);
        if left.is_empty() {
            journal.close()?;
        }
        Ok(self.client)
    }

    fn making(&self, resource: Resource) -> Result<Entry> {
        held(&self.journal).making(resource).context("nothing is made that is not written down")
    }

    /// Records the outcome. An entry whose outcome is not certain stays.
    fn keep(&self, mut entry: Entry, is_there: bool, load_id: Option<String>) -> Result<()> {
        let noted = if is_there { held(&self.journal).created(&mut entry, load_id) } else { Ok(()) };
        held(&self.open).push(entry);
        Ok(noted?)
    }
}

/// An entry that returns to the others unless it is taken, also when the future that holds it is dropped.
struct Kept<'a, O> {
    resources: &'a RunResources<O>,
    entry: Option<Entry>,
}

impl<'a, O> Kept<'a, O> {
    fn new(resources: &'a RunResources<O>, entry: Entry) -> Self {
        Self { resources, entry: Some(entry) }
    }

    fn entry(&self) -> &Entry {
        self.entry.as_ref().expect("it is taken only at the end")
    }

    fn take(mut self) -> Entry {
        self.entry.take().expect("it is taken only once")
    }

    fn record_outcome(mut self, is_there: bool, load_id: Option<String>) -> Result<()> {
        let entry = self.entry.take().expect("it is taken only once");
        self.resources.keep(entry, is_there, load_id)
    }
}

impl<O> Drop for Kept<'_, O> {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            held(&self.resources.open).push(entry);
        }
    }
}

/// What something is called in a report.
pub(super) fn named(resource: &Resource) -> String {
    match resource {
        Resource::Object(key) => format!("the object {key}"),
        Resource::Load(folder) => format!("the load of {}", folder.as_str()),
        Resource::Graph(graph) => format!("the graph {graph}"),
        Resource::Ids(ids) => format!("vertices that begin with {ids}"),
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
