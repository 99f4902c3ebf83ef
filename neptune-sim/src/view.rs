//! A recording as a page: what was asked and told when, with a timeline. It needs no simulator.

use indexmap::IndexMap;
use neptune_control::Effect;
use neptune_fault::Arrives;
use neptune_report::page::{END_ROWS, Item, Page, Remark, Section, Style, ends, link, with_own_links};
use neptune_server::record::{Exchange, Recording};
use serde_json::{Value, json};

use crate::draft::{Asked, Remarks};

/// How many requests all timelines of a page have from the beginnings of what they show, and as many from the ends. A page is at most 1 MiB
/// large, a request takes some 150 bytes of it, and a timeline that does not fit is left out whole.
const MARKS: usize = 2_500;

/// The page of a recording of this name.
pub(crate) fn page(name: &str, recording: &Recording) -> String {
    let told: Vec<Told<'_>> = recording.exchanges.iter().map(Told::of).collect();
    let loads = by_load(&told);
    let marks = marks_each(loads.len() + 1);
    let mut items: Vec<Item> = loads.iter().map(|(id, own)| item(id, own, marks)).collect();
    with_own_links(&mut items);
    let title = &recording.title;
    let page = Page {
        title: format!("Recording {name}"),
        subtitle: format!("{} on {}, of {}", title.by, title.time, title.upstream),
        remarks: remarks(recording),
        items,
        sections: sections(told.iter().collect::<Vec<_>>().as_slice(), marks),
        ..Page::default()
    };
    page.counted().html()
}

/// A request, and what it was told.
struct Told<'a> {
    exchange: &'a Exchange,
    /// The load that it named or started.
    load: Option<String>,
    /// The status of a load in an answer that arrived.
    status: Option<String>,
    /// The HTTP status that arrived.
    http: Option<u16>,
    /// What a fault let through.
    arrives: Arrives,
}

impl<'a> Told<'a> {
    fn of(exchange: &'a Exchange) -> Self {
        // What is none of the loader's is shown as it is.
        let asked = Asked::of(exchange, &mut Remarks::default());
        let load = asked.as_ref().and_then(|asked| asked.load.clone().or(asked.started().map(str::to_owned)));
        let arrives = exchange.fault.as_ref().map_or(Arrives::Right, |fault| fault.does.traits().arrives);
        let status = asked.filter(|_| arrives == Arrives::Right).and_then(|asked| Some(asked.seen_status()?.status.to_owned()));
        let http = match arrives {
            Arrives::Right | Arrives::Changed => exchange.answer.as_ref().map(|answer| answer.http),
            Arrives::Other => exchange.fault.as_ref().and_then(|fault| http_of(&fault.does)),
            Arrives::Nothing => None,
        };
        Self { exchange, load, status, http, arrives }
    }

    /// The code of the error answer that arrived.
    fn code(&self) -> Option<String> {
        let Exchange { fault, answer, .. } = self.exchange;
        match self.arrives {
            Arrives::Right => code(answer.as_ref()?.body.as_ref()?.json()?),
            Arrives::Other => match &fault.as_ref()?.does {
                Effect::Error(error) => Some(error.code().to_string()),
                Effect::Answer(answer) => code(answer.json.as_ref()?),
                _ => None,
            },
            Arrives::Changed | Arrives::Nothing => None,
        }
    }

    /// As the page draws it.
    fn mark(&self) -> Value {
        let Exchange { number, at, method, target, fault, .. } = self.exchange;
        let fault = fault.as_ref().map(|fault| &fault.name);
        json!({
            "number": number, "at": at, "method": method, "target": target, "status": self.http, "load_id": self.load,
            "load_status": self.status, "fault": fault,
        })
    }

    fn row(&self) -> [String; 5] {
        let Exchange { at, took, method, target, fault, .. } = self.exchange;
        let fault = fault.as_ref().map(|fault| fault.name.clone()).unwrap_or_default();
        let told = match (&self.status, self.http) {
            (Some(status), _) => status.clone(),
            (None, Some(http)) if self.arrives == Arrives::Changed => format!("HTTP {http}, changed by the fault"),
            (None, Some(http)) => format!("HTTP {http} {}", self.code().unwrap_or_default()),
            (None, None) => "no answer".to_owned(),
        };
        [format!("{at:.3} s"), format!("{method} {target}"), told.trim_end().to_owned(), format!("{took:.3} s"), fault]
    }
}

/// The HTTP status with which a fault answers in Neptune's place.
fn http_of(does: &Effect) -> Option<u16> {
    match does {
        Effect::Error(error) => Some(error.http_status()),
        Effect::Gateway(gateway) => Some(gateway.http_status()),
        Effect::Answer(answer) => Some(answer.http),
        _ => None,
    }
}

/// The code of an error answer.
fn code(body: &Value) -> Option<String> {
    Some(body.get("code")?.as_str()?.to_owned())
}

/// The loads that requests were about, in the order in which they first were, each with its requests.
fn by_load<'a, 'b>(told: &'a [Told<'b>]) -> IndexMap<&'a str, Vec<&'a Told<'b>>> {
    let mut loads: IndexMap<&str, Vec<&Told<'_>>> = IndexMap::new();
    for told in told {
        if let Some(id) = &told.load {
            loads.entry(id).or_default().push(told);
        }
    }
    loads
}

/// How many requests each of so many timelines has from its beginning, and as many from its end.
fn marks_each(timelines: usize) -> usize {
    (MARKS / timelines).clamp(END_ROWS, MARKS / 2)
}

/// A load, with its requests, of which a timeline shows so many from either end.
fn item(id: &str, own: &[&Told<'_>], marks: usize) -> Item {
    let last = own.iter().rev().find_map(|told| told.status.clone());
    let (verdict, style) = match last.as_deref() {
        None => ("no status", Style::Open),
        Some("LOAD_COMPLETED") => ("LOAD_COMPLETED", Style::Good),
        Some(word) => (word, if neptune_loader::LoadStatus::from(word).is_pending() { Style::Open } else { Style::Bad }),
    };
    Item {
        id: link(id),
        name: id.to_owned(),
        group: "Loads".to_owned(),
        verdict: verdict.to_owned(),
        style,
        about: Some(neptune_report::count(own.len() as u64, "request")),
        sections: sections(own, marks),
        ..Item::default()
    }
}

/// A timeline of requests, and a table of them.
fn sections(told: &[&Told<'_>], marks: usize) -> Vec<Section> {
    let now = told.iter().map(|told| told.exchange.at).fold(0.0, f64::max);
    let marks: Vec<Value> = ends(told, marks).map(|told| told.mark()).collect();
    let left_out = told.len() - marks.len();
    let snapshot = json!({
        "name": "recording", "clock": "manual", "now": now, "availability": "available", "queue": [], "faults": [], "loads": [],
        // Without loads of its own: the page draws what the requests were told.
        "upstream": "recorded", "left_out": left_out,
        "requests": {"dropped": 0, "first": 0, "next": told.len(), "requests": marks},
    });
    let columns = ["at", "request", "was told", "took", "fault"];
    let table = Section::first_and_last("Requests", columns, told, told.len(), |told| told.row());
    [Some(Section::Timeline { title: "What was asked and told when".to_owned(), snapshot }), table]
        .into_iter()
        .flatten()
        .collect()
}

/// What is to be said of the recording as a whole.
fn remarks(recording: &Recording) -> Vec<Remark> {
    let remark = |text: String, style| Remark { text, style };
    let asked = neptune_report::count(recording.exchanges.len() as u64, "request");
    let mut remarks =
        vec![remark(format!("{asked}. The verdict on a load is the last status in an answer about it."), Style::Open)];
    if recording.unreadable > 0 {
        let lines = neptune_report::count(recording.unreadable, "line");
        remarks.push(remark(format!("{lines} could not be read."), Style::Bad));
    }
    if recording.earlier > 0 {
        let earlier = neptune_report::count(recording.earlier, "earlier recording");
        remarks.push(remark(format!("The file has {earlier}: this is the last one."), Style::Open));
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDING: &str = concat!(
        r#"{"recording":1,"by":"neptune-sim 0.1.0","time":"2026-11-22T10:00:00.000Z","upstream":"https://host-1:8182"}"#,
        "\n",
        r#"{"number":0,"at":1.0,"time":"2026-11-22T10:00:01.000Z","took":0.002,"method":"GET","target":"/loader/load-1","answer":{"http":200,"body":{"json":{"status":"200 OK","payload":{"overallStatus":{"status":"LOAD_IN_PROGRESS"}}}}}}"#,
        "\n",
        r#"{"number":1,"at":6.0,"time":"2026-11-22T10:00:06.000Z","took":0.002,"method":"GET","target":"/loader/load-1","answer":{"http":200,"body":{"json":{"status":"200 OK","payload":{"overallStatus":{"status":"LOAD_FAILED"}}}}}}"#,
        "\n",
        r#"{"number":2,"at":7.0,"time":"2026-11-22T10:00:07.000Z","took":0.002,"method":"GET","target":"/status"}"#,
        "\n",
    );

    fn recording() -> Recording {
        Recording::parse(RECORDING).unwrap()
    }

    #[test]
    fn a_load_has_what_it_was_told_and_the_last_word_is_its_verdict() {
        let recording = recording();
        let told: Vec<Told<'_>> = recording.exchanges.iter().map(Told::of).collect();
        let item = item("load-1", &by_load(&told)["load-1"], 10);
        assert_eq!((item.verdict.as_str(), item.style), ("LOAD_FAILED", Style::Bad));
        let Section::Timeline { snapshot, .. } = &item.sections[0] else { panic!("{:?}", item.sections) };
        let words: Vec<&Value> =
            snapshot["requests"]["requests"].as_array().unwrap().iter().map(|request| &request["load_status"]).collect();
        assert_eq!((words, &snapshot["now"]), (vec![&json!("LOAD_IN_PROGRESS"), &json!("LOAD_FAILED")], &json!(6.0)));
    }

    #[test]
    fn a_request_without_an_answer_says_so() {
        let recording = recording();
        let row = Told::of(&recording.exchanges[2]).row();
        assert_eq!(row, ["7.000 s", "GET /status", "no answer", "0.002 s", ""]);
    }

    #[test]
    fn what_a_fault_answered_is_shown_as_any_answer() {
        let told = |does: Value, answer: Value| {
            let mut line = json!({
                "number": 0, "at": 1.0, "time": "2026-11-22T10:00:01.000Z", "took": 0.002, "method": "GET", "target": "/loader/load-1",
                "fault": {"name": "f", "does": does},
            });
            if !answer.is_null() {
                line["answer"] = answer;
            }
            let (title, _) = RECORDING.split_once('\n').unwrap();
            let recording = Recording::parse(&format!("{title}\n{line}\n")).unwrap();
            let told = Told::of(&recording.exchanges[0]);
            (told.row()[2].clone(), told.mark()["status"].clone())
        };
        let error = json!({"error": {"code": "InternalFailureException", "message": "down", "http": 500}});
        assert_eq!(told(error, Value::Null), ("HTTP 500 InternalFailureException".to_owned(), 500.into()));
        assert_eq!(told(json!({"gateway": 502}), Value::Null), ("HTTP 502".to_owned(), 502.into()));
        let answer = json!({"answer": {"http": 418, "json": {"code": "Teapot"}}});
        assert_eq!(told(answer, Value::Null), ("HTTP 418 Teapot".to_owned(), 418.into()));
        let right = json!({"http": 200, "body": {"json": {"status": "200 OK"}}});
        assert_eq!(told("garbage".into(), right.clone()), ("HTTP 200, changed by the fault".to_owned(), 200.into()));
        assert_eq!(told("cut_body".into(), right), ("no answer".to_owned(), Value::Null));
    }

    #[test]
    fn a_long_recording_keeps_its_timelines() {
        let (title, rest) = RECORDING.split_once('\n').unwrap();
        let line = rest.lines().next().unwrap();
        let long = format!("{title}\n{}", format!("{line}\n").repeat(20_000));
        let page = page("long", &Recording::parse(&long).unwrap());
        assert_eq!(page.matches(r#""kind":"timeline""#).count(), 2, "of the load, and of all requests");
        assert_eq!([1, 2, 10, 1_000].map(marks_each), [1_250, 1_250, 250, END_ROWS]);
    }

    #[test]
    fn the_page_is_whole_and_names_the_recording() {
        let page = page("session", &recording());
        assert!(page.starts_with("<!doctype html>") && page.contains("Recording session") && page.contains("load-1"), "{page}");
    }
}
