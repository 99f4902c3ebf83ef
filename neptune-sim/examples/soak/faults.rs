//! Faults at random, one after the other.

use std::sync::Arc;
use std::time::Duration;

use neptune_control::{ClusterClient, Fault};
use neptune_server::{ReadyFault, ready_faults};

use crate::shared::Shared;

/// How long one set of faults stays.
const EACH: Duration = Duration::from_millis(200);

/// Adds and removes faults until the run is over. Returns how many requests they fired for in all.
pub(crate) async fn keep_coming(shared: Arc<Shared>, cluster: ClusterClient, seed: u64) -> u64 {
    // TLS is not spoken here.
    let ready: Vec<&ReadyFault> = ready_faults().iter().filter(|ready| !ready.name.starts_with("tls-")).collect();
    let mut chance = xorshift(seed);
    let mut firings = 0;
    while shared.goes_on() {
        for _ in 0..2 {
            let ready = ready[usize::try_from(chance() % ready.len() as u64).unwrap()];
            let fault = Fault { ready: Some(ready.name.clone()), chance: likelihood(ready), ..Fault::default() };
            cluster.add_fault(&fault).await.unwrap();
        }
        tokio::time::sleep(EACH).await;
        firings += cluster.faults().await.unwrap().iter().map(|report| report.fired).sum::<u64>();
        cluster.clear_faults().await.unwrap();
    }
    firings
}

/// Half of all requests, so that the others go on; a fault of the port knows no chance.
fn likelihood(ready: &ReadyFault) -> Option<f64> {
    use neptune_control::Effect::{Refuse, Restart, Unreachable};
    let is_of_port = |fault: &Fault| matches!(fault.does, Some(Refuse | Restart | Unreachable));
    (!ready.faults.iter().any(is_of_port)).then_some(0.5)
}

/// A stream of numbers that are random enough to choose with.
pub(crate) fn xorshift(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}
