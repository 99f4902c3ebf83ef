//! The faults of a scenario that replays a recording: which fault fired for which of its requests.

use neptune_control::{Effect, Fault, Numbers, Target};
use serde_json::Value;

use super::Remarks;
use super::asked::Asked;
use super::loads::RecordedLoads;
use super::outcome::fault_effect;
use neptune_fault::FAULT_LIMIT;

/// Requests in a row with the same outcome.
struct Run {
    on: Target,
    first: u64,
    last: u64,
    does: Effect,
}

/// The faults, in the order in which they first fire.
pub(super) fn faults(asked: &[Asked<'_>], loads: &RecordedLoads, remarks: &mut Remarks) -> Vec<Value> {
    let mut runs: Vec<Run> = Vec::new();
    let mut counted: Vec<(Target, u64)> = Vec::new();
    for asked in asked {
        let on = target(asked, loads);
        let nth = count(&mut counted, &on);
        let Some(does) = fault_effect(asked, loads, remarks) else { continue };
        match runs.iter_mut().find(|run| run.on == on && run.last + 1 == nth && run.does == does) {
            Some(run) => run.last = nth,
            None => runs.push(Run { on, first: nth, last: nth, does }),
        }
    }
    if runs.len() > FAULT_LIMIT {
        remarks.add(format!("{} faults after the first {FAULT_LIMIT}: a cluster has no more", runs.len() - FAULT_LIMIT));
        runs.truncate(FAULT_LIMIT);
    }
    runs.into_iter().map(Run::written).collect()
}

/// Which requests a request is counted among. The id of a load that is started is another one each time, so that it cannot be named.
fn target(asked: &Asked<'_>, loads: &RecordedLoads) -> Target {
    let load = asked.load.clone().filter(|id| loads.is_scripted(id) || loads.is_unknown(id));
    Target { operation: Some(asked.operation), load, ..Target::default() }
}

/// Counts a request, and returns its number among its kind, from 1.
///
/// A rule without a load counts every request of its operation, also those about a load that others name.
fn count(counted: &mut Vec<(Target, u64)>, on: &Target) -> u64 {
    let anybodys = Target { load: None, ..on.clone() };
    for kind in [Some(&anybodys), on.load.is_some().then_some(on)].into_iter().flatten() {
        match counted.iter_mut().find(|(known, _)| known == kind) {
            Some((_, count)) => *count += 1,
            None => counted.push((kind.clone(), 1)),
        }
    }
    counted.iter().find(|(known, _)| known == on).map_or(1, |(_, count)| *count)
}

impl Run {
    fn written(self) -> Value {
        let Self { on, first, last, does } = self;
        let request = if first == last { Numbers::One(first) } else { Numbers::Range(format!("{first}..{last}")) };
        let fault = Fault { on: Target { request: Some(request), ..on }, does: Some(does), ..Fault::default() };
        serde_json::to_value(fault).expect("a fault is plain data")
    }
}
