//! Why a load is as it is, in sentences: for someone who sees its status and wonders.

use std::fmt::Write as _;

use neptune_loader::{Load, LoadId, LoadStatus, Origin, SimTime};

use super::handle::Cluster;
use super::request_log::AskedSinceEnd;
use super::timed::UpToDate;

/// How often a load may be asked about after its end before that is odd: more than one program may poll.
const ODD_REQUESTS: u64 = 3;
/// How many of the loads before it in the queue are named.
const NAMED_LOADS: usize = 3;

impl Cluster {
    /// Why a load is as it is, what a poller is told, and what the log says of those who ask. `None` if there is no such load.
    pub(crate) fn explain(&self, id: &LoadId) -> Option<String> {
        let engine = self.engine();
        let load = engine.load(id)?;
        let mut text = state(&engine, load);
        text.push(' ');
        text += &advice(&engine, load);
        if let Some(asked) =
            load.is_ended().then(|| engine.log().asked_since_end(id)).filter(|asked| asked.count >= ODD_REQUESTS)
        {
            text.push(' ');
            text += &odd_poller(load, &asked);
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
        return ended(load, since);
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

fn ended(load: &Load, since: SimTime) -> String {
    let errors = match load.logged_errors() {
        0 => String::new(),
        1 => " Its error log has 1 entry.".to_owned(),
        count => format!(" Its error log has {count} entries."),
    };
    format!("It ended at {since} as {}.{errors}", load.status())
}

/// Why a load in the queue has to wait.
fn waiting(engine: &UpToDate<'_>, load: &Load, place: usize) -> String {
    let mut text = format!("It is in the queue: {} to run", nth(place + 1));
    let before: Vec<&LoadId> = engine.running().into_iter().chain(engine.waiting().take(place)).collect();
    if !before.is_empty() {
        let named: Vec<String> = before.iter().take(NAMED_LOADS).map(|id| format!("`{id}`")).collect();
        let _ = write!(text, ", behind {}", named.join(", "));
        if before.len() > NAMED_LOADS {
            let _ = write!(text, " and {} more", before.len() - NAMED_LOADS);
        }
    }
    let open = |id: &&LoadId| engine.load(id).is_some_and(|other| !other.is_ended());
    let open: Vec<String> = load.dependencies().iter().filter(open).map(|id| format!("`{id}`")).collect();
    if !open.is_empty() {
        let _ = write!(text, ". It also waits for the end of {}, on which its start makes it depend", open.join(", "));
    }
    text.push('.');
    text
}

/// What a poller is told of the load now, and what is right to do about it.
fn advice(engine: &UpToDate<'_>, load: &Load) -> String {
    match load.status() {
        status if !load.is_ended() => {
            let will_change = load.ahead().next().is_some() || load.is_waiting() || is_being_read(engine, load);
            if will_change {
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

/// What the log says of those who still ask about a load that has ended.
fn odd_poller(load: &Load, asked: &AskedSinceEnd) -> String {
    let AskedSinceEnd { count, last } = asked;
    format!(
        "Since its end it has been asked about {count} times, last at {last}: whoever asks does not take {} for an end.",
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
