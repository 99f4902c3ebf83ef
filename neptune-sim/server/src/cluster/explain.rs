//! Why a load is as it is, in sentences: for someone who sees its status and wonders.

use std::fmt::{self, Write as _};

use neptune_control::Availability;
use neptune_loader::{FeedError, Load, LoadFormat, LoadId, LoadStatus, Origin, SimTime};
use neptune_text::{clock_text, count, list};

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
    let last = load.history().last().map_or(SimTime::START, |change| change.at);
    if let Some(place) = engine.waiting().position(|id| id == load.id()) {
        return waiting(engine, load, place);
    }
    if load.is_ended() {
        return ended(engine, load, last);
    }
    let since = clock(last);
    let by = if load.origin() == Origin::Scripted { ", as its script says" } else { "" };
    match load.ahead().next() {
        Some(next) => format!("It has been {status} since {since} and will be {} at {}{by}.", next.status, clock(next.at)),
        None if is_being_read(engine, load) => {
            format!("It has been {status} since {since}: the simulator is reading its source.")
        }
        None => format!("It has been {status} since {since} and stays so for ever: nothing that is due ends it."),
    }
}

/// A moment as the page writes it.
fn clock(at: SimTime) -> String {
    clock_text(at.since_start())
}

/// Whether the simulator is reading the load's source, which decides how the load goes on.
fn is_being_read(engine: &UpToDate<'_>, load: &Load) -> bool {
    engine.unread().is_some_and(|(id, _)| id == load.id())
}

fn ended(engine: &UpToDate<'_>, load: &Load, since: SimTime) -> String {
    let because = match load.status() {
        LoadStatus::DependencyNotSatisfied => format!(", because it depends on {}", unsatisfied(engine, load)),
        _ if was_restarted(engine, load, since) => {
            ", because the instance was restarted: the quirk `restart_running` decides what becomes of a load that runs then"
                .to_owned()
        }
        _ => String::new(),
    };
    let errors = match load.logged_errors() {
        0 => String::new(),
        1 => " Its error log has 1 entry.".to_owned(),
        count => format!(" Its error log has {count} entries."),
    };
    let found = load.first_error_of_files().map(|error| of_files(&error, load)).unwrap_or_default();
    format!("It ended at {} as {}{because}.{errors}{found}", clock(since), load.status())
}

/// The first error that was found in files. What helps is known to `check-data`, which reads the line again.
fn of_files(error: &FeedError, load: &Load) -> String {
    let FeedError { code, message, file, record, .. } = error;
    let format = load.format().map_or("csv", LoadFormat::as_str);
    let place = if *record == 0 { String::new() } else { format!(", record {record}") };
    format!(
        " The first that is kept is {} in `{file}`{place}: {message}. `neptune-sim check-data --format {format}` on the same files shows its \
         line, the cause and what helps.",
        code.as_str()
    )
}

/// Whether a restart of the instance has ended the load.
fn was_restarted(engine: &UpToDate<'_>, load: &Load, ended: SimTime) -> bool {
    matches!(load.status(), LoadStatus::Failed | LoadStatus::UnexpectedError)
        && load.was_cut_short()
        && (engine.restarts().any(|at| at == ended) || engine.faults().restarts_at(ended.since_start()))
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
        status => match meaning(status) {
            Some(meaning) => format!("A poller is told {status} and has to stop without success: {meaning}."),
            None => format!(
                "A poller is told {status}, which Neptune's documentation does not name: it must neither wait on nor take it for a success."
            ),
        },
    }
}

/// What an end without success means, and what helps, as Neptune's user guide has it ("Loader error and feed messages").
fn meaning(end: &LoadStatus) -> Option<&'static str> {
    Some(match end {
        LoadStatus::CancelledByUser => "somebody has cancelled the load, and it will not go on",
        LoadStatus::CancelledDueToErrors => "Neptune has stopped the load because of errors, and it will not go on",
        LoadStatus::UnexpectedError => "an unexpected error has ended the load, and it will not go on",
        LoadStatus::Failed => "the load has failed and will not go on",
        LoadStatus::S3ReadError => "a file could not be read from S3 for a while. Starting the load again helps",
        LoadStatus::S3AccessDeniedError => "S3 has denied access. The role of the load has to be allowed to read the bucket",
        LoadStatus::CommittedWithWriteConflicts => {
            "the load is committed, but some of its data is missing because of write conflicts. Starting it again with the mode \
             RESUME usually helps"
        }
        LoadStatus::DataDeadlock => "a deadlock has rolled the load back. Starting it again with a lower `parallelism` helps",
        LoadStatus::FeedModifiedOrDeleted => {
            "a file was changed or deleted while it was loaded. Starting the load again helps, if its files stay as they are"
        }
        LoadStatus::DependencyNotSatisfied => "a load that it depends on has not completed, so it was never run",
        LoadStatus::InvalidRequest => {
            "the load could not be executed. Check its source, its format and the region of the bucket"
        }
        LoadStatus::Completed
        | LoadStatus::InQueue
        | LoadStatus::NotStarted
        | LoadStatus::InProgress
        | LoadStatus::Other(_) => {
            return None;
        }
    })
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
    let AskedSinceEnd { count: times, last } = asked;
    let at_least = if log_is_whole { "" } else { "at least " };
    format!(
        "Since its end it has been asked about {at_least}{}, last at {}: whoever asks does not take {} for an end.",
        count(*times, "time"),
        clock(*last),
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
    use std::time::Duration;

    use neptune_loader::{Lifecycle, Script};
    use serde_json::json;

    use super::super::acts::{Act, act_all, cluster};
    use super::*;

    fn of_first(cluster: &Cluster) -> String {
        let id = cluster.timeline()[0].id.clone();
        cluster.explain(&id).unwrap()
    }

    #[test]
    fn every_end_has_a_meaning_of_its_own() {
        let mut meanings = Vec::new();
        for end in LoadStatus::ENDED.iter().filter(|end| **end != LoadStatus::Completed) {
            let cluster = cluster();
            cluster.script(&"x".into(), Script::new("", Lifecycle::new(vec![(end.clone(), None)]).unwrap())).unwrap();
            let text = of_first(&cluster);
            let told = format!("A poller is told {end} and has to stop without success: ");
            meanings.push(text.split_once(&told).unwrap_or_else(|| panic!("{text}")).1.to_owned());
        }
        let conflicts = "the load is committed, but some of its data is missing because of write conflicts. Starting it again with the mode \
                         RESUME usually helps.";
        assert!(meanings.iter().any(|meaning| meaning == conflicts), "{meanings:?}");
        let count = meanings.len();
        meanings.sort_unstable();
        meanings.dedup();
        assert_eq!(meanings.len(), count, "{meanings:?}");
    }

    #[test]
    fn a_restart_that_ended_a_load_is_named() {
        let by_command = cluster();
        act_all(&by_command, &[Act::Start, Act::Advance(3), Act::Restart, Act::Advance(5)]);
        let by_fault = cluster();
        by_fault.add_fault(&serde_json::from_value(json!({"does": "restart", "from": "3s"})).unwrap()).unwrap();
        act_all(&by_fault, &[Act::Start, Act::Advance(8)]);
        let expected = "It ended at 0:03.0 as LOAD_FAILED, because the instance was restarted: the quirk `restart_running` decides what \
                        becomes of a load that runs then.";
        for cluster in [by_command, by_fault] {
            let text = of_first(&cluster);
            assert!(text.starts_with(expected), "{text}");
        }
        let without = cluster();
        act_all(&without, &[Act::Script(3), Act::Advance(3), Act::Restart]);
        assert!(of_first(&without).starts_with("It ended at 0:03.0 as LOAD_FAILED. "), "{}", of_first(&without));
    }

    #[test]
    fn moments_read_as_on_the_page() {
        let cluster = cluster();
        cluster.advance(Duration::from_hours(48)).unwrap();
        act_all(&cluster, &[Act::Script(90)]);
        let text = of_first(&cluster);
        assert!(
            text.starts_with("It has been LOAD_IN_PROGRESS since 2 d 0:00:00.0 and will be LOAD_FAILED at 2 d 0:01:30.0,"),
            "{text}"
        );
    }

    #[test]
    fn numbers_have_their_endings() {
        let all: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 112].into_iter().map(nth).collect();
        assert_eq!(all, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]);
    }
}
