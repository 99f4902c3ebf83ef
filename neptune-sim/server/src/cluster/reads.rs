//! Sources are read when the turn of their load has come: on a thread of its own, without the lock of the cluster.
//!
//! On a manual clock no time passes meanwhile, so that what a poll sees does not depend on how fast that thread is. On the others a load does not end
//! before it is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use neptune_loader::{LoadId, Reading, StartFailure, Workload};

use super::handle::Cluster;

/// Stops a thread that reads, when this is dropped.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Cluster {
    /// Reads the source of each load whose turn has come. Never returns.
    pub(crate) async fn read_sources(self) {
        if self.sources().is_empty() {
            return std::future::pending().await;
        }
        let mut changed = self.0.changed.subscribe();
        loop {
            let (unread, next) = {
                let engine = self.engine();
                (engine.unread().map(|(id, reading)| (id.clone(), reading.clone())), engine.next_change())
            };
            if let Some((id, reading)) = unread {
                self.read_source(id, reading).await;
                continue;
            }
            tokio::select! {
                // The sender lives as long as this cluster.
                _ = changed.changed() => {}
                () = self.reach(next) => {}
            }
        }
    }

    /// Reads the source of a load, unless that ends meanwhile.
    async fn read_source(&self, id: LoadId, reading: Reading) {
        let mut changed = self.0.changed.subscribe();
        let stop = StopOnDrop(Arc::default());
        let mut read = std::pin::pin!(self.read_on_a_thread(reading, Arc::clone(&stop.0)));
        let read = loop {
            tokio::select! {
                read = &mut read => break read,
                _ = changed.changed() => {
                    if self.engine().unread().is_none_or(|(unread, _)| *unread != id) {
                        return;
                    }
                }
            }
        };
        self.engine().finish_reading(&id, read);
        self.tell_change();
    }

    async fn read_on_a_thread(&self, reading: Reading, is_stopped: Arc<AtomicBool>) -> Result<Workload, StartFailure> {
        let (sources, loaded) = (self.sources().clone(), self.loaded());
        let read = move || sources.read(&reading, &mut loaded.graph(), &is_stopped);
        tokio::task::spawn_blocking(read).await.unwrap_or(Err(StartFailure::S3Unknown))
    }

    /// Returns when no source is being read.
    pub(super) async fn sources_are_read(&self) {
        let mut changed = self.0.changed.subscribe();
        while self.engine().holds_for_reading() {
            // The sender lives as long as this cluster.
            let _ = changed.changed().await;
        }
    }
}
