//! What happened in a scenario and when, as the page of a report draws it.
//!
//! That is the snapshot of the cluster at the end, as its control API gives it, with what only the harness knows: the invocations. Of a cluster that shows nothing, there are the invocations alone.

use neptune_report::page::Style;
use serde_json::{Map, Value, json};

use crate::aliases::Aliases;
use crate::judge::Ending;

/// How many requests are kept from the beginning, and as many from the end.
const REQUESTS: usize = 100;
/// How many loads and invocations are kept.
const ENTRIES: usize = 200;
/// What the page shows of a request.
const OF_A_REQUEST: [&str; 9] = ["number", "at", "method", "target", "status", "load_id", "load_status", "ended_ago", "fault"];
/// What the page shows of a load.
const OF_A_LOAD: [&str; 9] = ["id", "origin", "source", "status", "ended", "history", "ahead", "depends_on", "records"];
/// What it does not show of a cluster.
const OF_NO_USE: [&str; 7] = ["revision", "endpoint", "upstream", "waits_for_request", "seed", "epoch", "signing_region"];

/// What is known of a scenario beside the snapshot of its cluster.
#[derive(Clone, Debug, Default)]
pub struct Course {
    invoked: Vec<Invoked>,
}

/// Invocations of a function: from when until when, and what came out. Those that began and ended at the same moments are one entry.
#[derive(Clone, Debug)]
struct Invoked {
    function: String,
    from: f64,
    until: f64,
    came_out: Vec<(String, Style)>,
}

impl Invoked {
    /// `{function, from, until, label, style, count}`: the label is `PENDING`, or `2× PENDING, LOAD_FAILED`.
    fn drawn(&self) -> Value {
        let Self { function, from, until, came_out } = self;
        let mut counted: Vec<(&str, usize)> = Vec::new();
        for (word, _) in came_out {
            match counted.iter_mut().find(|(known, _)| known == word) {
                Some((_, count)) => *count += 1,
                None => counted.push((word, 1)),
            }
        }
        let labels =
            counted.iter().map(|(word, count)| if *count > 1 { format!("{count}× {word}") } else { (*word).to_owned() });
        let label = labels.collect::<Vec<_>>().join(", ");
        let gravest = [Style::Bad, Style::Open].into_iter().find(|style| came_out.iter().any(|(_, other)| other == style));
        let style = gravest.unwrap_or(Style::Good);
        json!({"function": function, "from": from, "until": until, "label": label, "style": style, "count": came_out.len()})
    }
}

impl Course {
    /// Notes an invocation of a function. Times are seconds since the cluster began, by its clock.
    pub fn invoked(&mut self, function: &str, from: f64, until: f64, ending: &Ending) {
        let came_out = in_a_word(function, ending);
        let is_same = |other: &&mut Invoked| other.function == function && (other.from, other.until) == (from, until);
        match self.invoked.iter_mut().rev().find(is_same) {
            Some(same) => same.came_out.push(came_out),
            None => self.invoked.push(Invoked { function: function.to_owned(), from, until, came_out: vec![came_out] }),
        }
    }

    /// What the page draws: the snapshot of the cluster, if there is one, with names instead of ids, and what is noted here. `now` is the time at
    /// the end.
    pub fn timeline(&self, snapshot: Option<Value>, now: f64, aliases: &Aliases) -> Value {
        let snapshot = snapshot.map(|snapshot| aliases.to_names(&snapshot));
        let mut drawn = snapshot.map(small).unwrap_or_default();
        drawn.insert("now".to_owned(), json!(now));
        drawn.insert("invocations".to_owned(), self.invoked.iter().take(ENTRIES).map(Invoked::drawn).collect());
        Value::Object(drawn)
    }
}

/// What came out of an invocation, in a word, and how that is shown.
fn in_a_word(function: &str, ending: &Ending) -> (String, Style) {
    let answer = match ending {
        Ending::Answered(answer) => answer,
        Ending::Raised(error) => return (error["errorType"].as_str().unwrap_or("an error").to_owned(), Style::Bad),
        Ending::Broken(_) => return ("no answer".to_owned(), Style::Bad),
    };
    let field = if function == "get_load_status" { "/payload/overallStatus/status" } else { "/status" };
    let Some(word) = answer.pointer(field).and_then(Value::as_str) else { return ("an answer".to_owned(), Style::Open) };
    let style = match word {
        "SUCCESS" | "LOAD_COMPLETED" => Style::Good,
        "PENDING" | "LOAD_IN_QUEUE" | "LOAD_NOT_STARTED" | "LOAD_IN_PROGRESS" => Style::Open,
        _ => Style::Bad,
    };
    (word.to_owned(), style)
}

/// A snapshot of a size that a report can hold for each of many tests: of many loads the first 200, of many requests the first 100 and the last
/// 100. `left_out` says how many requests are missing.
pub fn small(snapshot: Value) -> Map<String, Value> {
    let Value::Object(mut snapshot) = snapshot else { return Map::new() };
    for key in OF_NO_USE {
        snapshot.shift_remove(key);
    }
    if let Some(Value::Array(loads)) = snapshot.get_mut("loads") {
        loads.truncate(ENTRIES);
        for load in loads {
            keep(load, &OF_A_LOAD);
        }
    }
    if let Some(Value::Array(requests)) = snapshot.get_mut("requests").and_then(|log| log.get_mut("requests")) {
        let left_out = requests.len().saturating_sub(2 * REQUESTS);
        let first = REQUESTS.min(requests.len());
        requests.drain(first..first + left_out);
        for request in requests {
            keep(request, &OF_A_REQUEST);
        }
        snapshot.insert("left_out".to_owned(), json!(left_out));
    }
    snapshot
}

/// Keeps these fields of an object, but for those that are `null`.
fn keep(value: &mut Value, fields: &[&str]) {
    if let Value::Object(object) = value {
        object.retain(|key, value| fields.contains(&key.as_str()) && !value.is_null());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: &str) -> Ending {
        Ending::Answered(json!({"status": status}))
    }

    /// Four loads, and 500 requests with all that a snapshot has of them.
    fn snapshot() -> Value {
        let load = |id: usize| json!({"id": format!("id-{id}"), "status": "LOAD_IN_PROGRESS", "ahead": [], "format": "csv"});
        let request =
            |number: usize| json!({"number": number, "at": 1.0, "load_id": "id-1", "status": 200, "fault": null, "more": "x"});
        json!({
            "revision": 9, "name": "c", "endpoint": "http://127.0.0.1:1", "faults": [{"name": "standing"}], "queue": ["id-1"],
            "loads": (0..4).map(load).collect::<Vec<_>>(),
            "requests": {"dropped": 0, "requests": (0..500).map(request).collect::<Vec<_>>()},
        })
    }

    #[test]
    fn a_page_gets_what_it_draws_and_no_more() {
        let mut aliases = Aliases::default();
        aliases.bind("people", "id-1");
        let drawn = Course::default().timeline(Some(snapshot()), 7.5, &aliases);
        assert_eq!(
            drawn.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["name", "faults", "queue", "loads", "requests", "left_out", "now", "invocations"]
        );
        assert_eq!(drawn["loads"][1], json!({"id": "people", "status": "LOAD_IN_PROGRESS", "ahead": []}));
        let requests = drawn["requests"]["requests"].as_array().unwrap();
        assert_eq!(requests[0], json!({"number": 0, "at": 1.0, "load_id": "people", "status": 200}));
        let numbers: Vec<u64> = requests.iter().map(|request| request["number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (0..100).chain(400..500).collect::<Vec<_>>());
        assert_eq!((&drawn["left_out"], &drawn["now"], &drawn["queue"]), (&json!(300), &json!(7.5), &json!(["people"])));
    }

    #[test]
    fn invocations_of_the_same_moments_are_one_entry() {
        let mut course = Course::default();
        for ending in [answered("PENDING"), answered("FAILED"), answered("PENDING")] {
            course.invoked("check", 2.0, 2.0, &ending);
        }
        course.invoked(
            "get_load_status",
            2.0,
            2.0,
            &Ending::Answered(json!({"payload": {"overallStatus": {"status": "LOAD_COMPLETED"}}})),
        );
        course.invoked("check", 3.0, 3.5, &Ending::Raised(json!({"errorType": "LoadNotFound"})));
        course.invoked("check", 4.0, 4.0, &Ending::Broken("timed out".into()));
        let drawn = course.timeline(None, 4.0, &Aliases::default());
        let expected = json!([
            {"function": "check", "from": 2.0, "until": 2.0, "label": "2× PENDING, FAILED", "style": "bad", "count": 3},
            {"function": "get_load_status", "from": 2.0, "until": 2.0, "label": "LOAD_COMPLETED", "style": "good", "count": 1},
            {"function": "check", "from": 3.0, "until": 3.5, "label": "LoadNotFound", "style": "bad", "count": 1},
            {"function": "check", "from": 4.0, "until": 4.0, "label": "no answer", "style": "bad", "count": 1},
        ]);
        assert_eq!(drawn["invocations"], expected);
        assert_eq!(drawn.get("loads"), None, "a cluster that shows nothing has no loads to draw");
    }
}
