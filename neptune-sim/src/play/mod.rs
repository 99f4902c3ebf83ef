//! Plays the steps of a scenario on the cluster that the program serves. What the scenario invokes is the user's own function or poller,
//! and the user runs it.

mod asked;
mod served;
mod words;

use std::sync::Arc;

use neptune_harness::local_client::LocalClient;
use neptune_harness::play::play;
use neptune_server::scenario::Scenario;
use neptune_server::{Cluster, Observer};
use tokio::sync::watch;

use crate::stdin::Lines;
use asked::Asked;
use served::ServedCluster;

/// The steps of a scenario, to be played on its cluster.
#[derive(Debug)]
pub(crate) struct Steps {
    scenario: Scenario,
    asked: Arc<Asked>,
    /// Each line goes on from an invocation; `None`: requests alone do.
    lines: Option<Lines>,
}

impl Steps {
    /// The steps of a scenario; `None` if it has none.
    pub(crate) fn of(scenario: Scenario, lines: Option<Lines>) -> Option<Self> {
        let has_steps = !(scenario.setup().is_empty() && scenario.action().is_empty() && scenario.cleanup().is_empty());
        has_steps.then(|| Self { scenario, asked: Arc::default(), lines })
    }

    /// What the cluster has to be started with.
    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        Arc::clone(&self.asked) as Arc<dyn Observer>
    }

    /// Plays all of them, and says for each what it does or waits for. Once `ended` is true it waits for nothing more, and plays the clean-up.
    ///
    /// # Errors
    /// Why a step could not be played, for people.
    pub(crate) async fn play(self, cluster: &Cluster, ended: watch::Receiver<bool>, say: &dyn Fn(&str)) -> Result<(), String> {
        let own_address = cluster.address().ip();
        let client = LocalClient::new(cluster.ca_pem(), Some(own_address)).map_err(|error| format!("{error:#}"))?;
        let served = ServedCluster::new(&self.scenario, cluster, client, &self.asked, self.lines, ended, say);
        say(&format!("\nThe steps of {}:\n", self.scenario.name()));
        let played = play(&self.scenario, &served).await.map_err(|error| format!("{error:#}"))?;
        served.finish();
        match played.trouble {
            Some(trouble) if !served.was_ended_early() => Err(trouble),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
