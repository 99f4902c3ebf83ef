//! Why a load is as it is, in sentences: for someone who sees its status and wonders.

use std::fmt::{self, Write as _};

use neptune_control::Availability;
use neptune_loader::{Load, LoadId, LoadStatus, Origin, SimTime};

use super::handle::Cluster;
use super::request_log::AskedSinceEnd;
use super::timed::UpToDate;

/// How often a load may be asked about after its end before that is odd: more than one program may poll.
const ODD_REQUESTS: u64 = 3;
/// How many of the loads before it in the queue are named.
const NAMED_LOADS: usize = 3;
/// How many faults are named.
const NAMED_FAULTS: usize = 3;

impl Cluster {
    /// Why a load is as it is, what a poller is told, and what the log says of those who ask. `None` if there is no such load.
    pub(crate) fn explain(&self, id: &LoadId) -> Option<String> {
        let engine = self.engine();
        let load = engine.load(id)?;
        let mut text = state(&engine, load);
        text.push(' ');
        text += &advice(&engine, load);
        text += &instead(&engine, id);
        if let Some(asked) =
            load.is_ended().then(|| engine.log().asked_since_end(id)).filter(|asked| asked.count >= ODD_REQUESTS)
        {
            text.push(' ');
            text += &odd_poller(load, &asked, engine.log().is_whole());
        }
        Some(text)
    }
}

/// How the load stands, and why.
fn state(engine: &UpToDate<'_>, load: &Load) -> String {
    let status = load.status();
    let since = load.history().last().map_or(SimTime::START, |change| change.at);
    if let Some(place) = engine.waiting().position(|id| id == load.id()) {
        return waiting(engine, load, place);
    }
    if load.is_ended() {
        return ended(engine, load, since);
    }
    let by = if load.origin() == Origin::Scripted { ", as its script says" } else { "" };
    match load.ahead().next() {
        Some(next) => format!("It has been {status} since {since} and will be {} at {}{by}.", next.status, next.at),
        None if is_being_read(engine, load) => {
            format!("It has been {status} since {since}: the simulator is reading its source.")
        }
        None => format!("It has been {status} since {since} and stays so for ever: nothing that is due ends it."),
    }
}

/// Whether the simulator is reading the load's source, which decides how the load goes on.
fn is_being_read(engine: &UpToDate<'_>, load: &Load) -> bool {
    engine.unread().is_some_and(|(id, _)| id == load.id())
}

fn ended(engine: &UpToDate<'_>, load: &Load, since: SimTime) -> String {
    let because = match load.status() {
        LoadStatus::DependencyNotSatisfied => format!(", because it depends on {}", unsatisfied(engine, load)),
        _ => String::new(),
    };
    let errors = match load.logged_errors() {
        0 => String::new(),
        1 => " Its error log has 1 entry.".to_owned(),
        count => format!(" Its error log has {count} entries."),
    };
    format!("It ended at {since} as {}{because}.{errors}", load.status())
}

/// The loads on which a load depends and that are not complete.
fn unsatisfied(engine: &UpToDate<'_>, load: &Load) -> String {
    let others = load.dependencies().iter().filter_map(|id| match engine.load(id) {
        None => Some(format!("`{id}`, which is not there")),
        Some(other) if *other.status() == LoadStatus::Completed => None,
        Some(other) => Some(format!("`{id}`, which is {}", other.status())),
    });
    list(others.collect())
}

/// Why a load in the queue has to wait.
fn waiting(engine: &UpToDate<'_>, load: &Load, place: usize) -> String {
    let mut text = format!("It is in the queue: {} to run", nth(place + 1));
    let before: Vec<&LoadId> = engine.running().into_iter().chain(engine.waiting().take(place)).collect();
    if !before.is_empty() {
        let mut named = quoted(before.iter().take(NAMED_LOADS));
        if before.len() > NAMED_LOADS {
            named.push(format!("{} more", before.len() - NAMED_LOADS));
        }
        let _ = write!(text, ", behind {}", list(named));
    }
    let open = |id: &&LoadId| engine.load(id).is_some_and(|other| !other.is_ended());
    let open = list(quoted(load.dependencies().iter().filter(open)));
    if !open.is_empty() {
        let _ = write!(text, ". It also waits for the end of {open}, on which its start makes it depend");
    }
    let unknown = list(quoted(load.dependencies().iter().filter(|id| engine.load(id).is_none())));
    if !unknown.is_empty() {
        let _ = write!(text, ". It depends on {unknown}, which is not there: it will fail when its turn comes");
    }
    text.push('.');
    text
}

fn quoted(names: impl Iterator<Item = impl fmt::Display>) -> Vec<String> {
    names.map(|name| format!("`{name}`")).collect()
}

/// `a`, `a and b`, `a, b and c`
fn list(mut names: Vec<String>) -> String {
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}

/// What a poller is told of the load now, and what is right to do about it.
fn advice(engine: &UpToDate<'_>, load: &Load) -> String {
    match load.status() {
        status
            if load.is_waiting()
                && let Some(running) = blocked_by(engine) =>
        {
            format!(
                "A poller is told {status} each time: only a time limit of its own ends its wait, because nothing that is due ends `{}`.",
                running.id()
            )
        }
        status if !load.is_ended() => {
            if load.is_waiting() || goes_on(engine, load) {
                format!("A poller is told {status} and has to go on asking.")
            } else {
                format!("A poller is told {status} each time: only a time limit of its own ends its wait.")
            }
        }
        status @ LoadStatus::Completed => {
            format!("A poller is told {status}: the load is done, and it has to stop with success.")
        }
        status if status.is_documented() => {
            format!("A poller is told {status} and has to stop: the load has failed and will not go on.")
        }
        status => format!(
            "A poller is told {status}, which Neptune's documentation does not name: it must neither wait on nor take it for a success."
        ),
    }
}

/// Whether something is due that changes the load.
fn goes_on(engine: &UpToDate<'_>, load: &Load) -> bool {
    load.ahead().next().is_some() || is_being_read(engine, load)
}

/// The running load, if it keeps the queue waiting for ever.
fn blocked_by<'e>(engine: &'e UpToDate<'_>) -> Option<&'e Load> {
    engine.running().and_then(|id| engine.load(id)).filter(|load| !load.is_ended() && !goes_on(engine, load))
}

/// Why a client may be told something else at the moment.
fn instead(engine: &UpToDate<'_>, id: &LoadId) -> String {
    let but = match engine.availability() {
        Availability::Available => None,
        Availability::Refused => Some("the cluster refuses connections".to_owned()),
        Availability::Unreachable => Some("the cluster is unreachable".to_owned()),
        Availability::Silent => Some("the cluster is silent".to_owned()),
        Availability::Answers(canned) => Some(format!("the cluster answers every request with HTTP {}", canned.http_status)),
    };
    if let Some(but) = but {
        return format!(" But no client is told so at the moment: {but}.");
    }
    let due = engine.faults().reports_of_due(engine.now().since_start());
    let faults = due.filter(|report| report.fault.on.load.as_ref().is_none_or(|load| load == id.as_str()));
    match list(quoted(faults.map(|report| report.name).take(NAMED_FAULTS))) {
        names if names.is_empty() => String::new(),
        names => format!(" Faults are in place: {names}. They may tell a client something else."),
    }
}

/// What the log says of those who still ask about a load that has ended. A log that is not whole may have forgotten some.
fn odd_poller(load: &Load, asked: &AskedSinceEnd, log_is_whole: bool) -> String {
    let AskedSinceEnd { count, last } = asked;
    let at_least = if log_is_whole { "" } else { "at least " };
    format!(
        "Since its end it has been asked about {at_least}{count} times, last at {last}: whoever asks does not take {} for an end.",
        load.status()
    )
}

/// `1st`, `2nd`, `11th`.
fn nth(number: usize) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_endings() {
        let all: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 112].into_iter().map(nth).collect();
        assert_eq!(all, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]);
    }
}
