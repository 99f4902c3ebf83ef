//! What the page shows is what the API says, whatever happens.

use std::time::Duration;

use neptune_browser::Look;
use neptune_control::{Availability, NewLoad, NewStart, Snapshot};
use neptune_server::{ClockKind, ClusterSpec};
use serde_json::{Value, json};

use crate::Page;

const EMPTY: &str = "name: empty\nabout: Nothing yet\n";
/// One begins while things happen, and one never does.
const LATER: &str = "\
name: later
about: Loads that begin later
given:
  loads:
    soon: {begins: 20s, lifecycle: [LOAD_IN_PROGRESS 9s, LOAD_FAILED]}
    never: {begins: 36500d, lifecycle: [LOAD_FAILED]}
";
/// How many things happen.
const ACTS: u64 = 60;
const SEED: u64 = 17;

/// What the page shows of a snapshot, in the words that `SEEN` reads from it.
fn expected(snapshot: &Snapshot) -> Value {
    let loads: Vec<[&str; 2]> = snapshot.loads.iter().map(|load| [load.id.as_str(), load.status.as_str()]).collect();
    let mut told: Vec<[String; 2]> = snapshot
        .requests
        .requests
        .iter()
        .map(|request| [request.number.to_string(), request.load_status.clone().unwrap_or_default()])
        .collect();
    told.reverse();
    // The table's first page.
    told.truncate(25);
    let faults = fault_lanes(snapshot);
    let announced: Vec<&str> = snapshot.announced.iter().map(|load| load.id.as_str()).collect();
    json!({"loads": loads, "announced": announced, "told": told, "faults": faults, "outages": snapshot.outages.iter().map(|outage| outage.word.as_str()).collect::<Vec<_>>(), "queue": snapshot.running.iter().chain(&snapshot.queue).collect::<Vec<_>>()})
}

/// The names of the lanes of faults: those in place, then those that were taken away. Of more than four, three and how many more there are.
fn fault_lanes(snapshot: &Snapshot) -> Vec<String> {
    let past = snapshot.past_faults.iter().rev().map(|fault| &fault.name);
    let mut names: Vec<String> = Vec::new();
    for name in snapshot.faults.iter().map(|report| &report.name).chain(past) {
        let name = format!("fault: {name}");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() > 4 {
        let more = names.split_off(3).len();
        names.push(format!("{more} more faults"));
    }
    names
}

/// Reads the page, in a form that can be compared.
const SEEN: &str = "
    const all = (css, from = document) => [...from.querySelectorAll(css)];
    const name = (lane) => lane.querySelector('.lane-name').textContent;
    // Of the bar that the present lies in, the part that is ahead is cut there.
    const isNow = (bar) => !bar.hidden && (!bar.matches('.is-ahead') || bar.matches('.is-cut'));
    const status = (lane) => all('.bar', lane).filter(isNow).map((bar) => bar.textContent.split(' · ')[0]).filter(Boolean).at(-1) ?? '';
    const lanes = (kind) => all(`.lane[data-kind=${kind}]:not([hidden])`);
    const word = (text) => /^LOAD_[A-Z_]+/.exec(text)?.[0] ?? '';
    const seen = {
      loads: lanes('load').map((lane) => [name(lane), status(lane)]),
      announced: lanes('announced').map(name),
      told: all('.requests tbody tr').map((row) => [row.cells[0].textContent, word(row.cells[2].textContent.trim())]),
      faults: all('.lane[data-kind^=fault]').map(name),
      outages: all('.lane[data-kind=outages] .bar').filter((bar) => bar.checkVisibility()).map((bar) => bar.textContent),
      queue: all('[aria-labelledby=queue-title] li button').map((button) => button.textContent),
    };";

/// A small generator of numbers, the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

async fn act(page: &Page, numbers: &mut Numbers, n: u64) {
    let cluster = &page.cluster;
    let loads = cluster.loads().await.unwrap();
    let any = |number: u64| loads.get(usize::try_from(number).unwrap() % loads.len().max(1)).map(|load| load.id.clone());
    match numbers.below(10) {
        0 | 1 => drop(cluster.advance(Duration::from_secs(numbers.below(6))).await.unwrap()),
        2 => {
            let lifecycle = vec![format!("LOAD_IN_PROGRESS {}s", 1 + numbers.below(9)), "LOAD_FAILED".to_owned()];
            cluster.script(&NewLoad { id: format!("load-{n}"), lifecycle, ..NewLoad::default() }).await.unwrap();
        }
        3 => drop(cluster.start(&NewStart { source: format!("s3://b/{n}/"), ..NewStart::default() }).await),
        4 => drop(cluster.add_fault(&serde_json::from_value(json!({"use": "blip-500", "from": "2s"})).unwrap()).await.unwrap()),
        5 => drop(cluster.clear_faults().await.unwrap()),
        6 => {
            if let Some(id) = any(numbers.below(100)) {
                let _ = cluster.cancel(&id).await;
            }
        }
        7 => {
            let answers = json!({"answers": {"http": 503, "body": {}}});
            let is_there = cluster.availability().await.unwrap() == Availability::Available;
            let next = if is_there { serde_json::from_value(answers).unwrap() } else { Availability::Available };
            cluster.set_availability(&next).await.unwrap();
        }
        _ => {
            let id = any(numbers.below(100)).unwrap_or_else(|| "nothing".to_owned());
            page.poll(&id).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_agrees_with_the_api_after_whatever_happens() {
    let Some(page) = Page::open(LATER, Look { height: 3000, ..Look::default() }).await else { return };
    let mut numbers = Numbers(SEED);
    for n in 0..ACTS {
        act(&page, &mut numbers, n).await;
        let wanted = expected(&page.cluster.snapshot().await.unwrap());
        let same = format!("{SEEN} return JSON.stringify(seen) === JSON.stringify({wanted})");
        if let Err(error) = page.browser.until(&same).await {
            let seen = page.browser.run(&format!("{SEEN} return seen")).await.unwrap();
            panic!("seed {SEED}, act {n}: the page shows {seen:#}, and the API says {wanted:#}\n{error}");
        }
        if n == ACTS - 1 {
            // A page that is opened now knows as much as one that has seen it all.
            page.browser.client.refresh().await.unwrap();
            page.browser.until(&same).await.unwrap();
        }
    }
    page.browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_connection_is_lost_says_so() {
    let Some(page) = Page::open(EMPTY, Look::default()).await else { return };
    let Page { sim, browser, cluster } = page;
    cluster.set_availability(&Availability::Silent).await.unwrap();
    browser.until("return document.body.innerText.includes('silent')").await.unwrap();
    drop(sim);
    browser.until("return document.querySelector('.state').textContent === 'connection lost, trying again'").await.unwrap();
    browser.close().await.unwrap();
}

/// How a page begins whose stream says nothing.
const BEGIN_DEAF: &str = "window.EventSource = class extends EventTarget { close() {} }; location.hash = 'other'";
/// What is seen of it.
const BEGINNING: &str = "
    const buttons = [...document.querySelectorAll('button')].filter((button) => button.checkVisibility());
    return {
      state: document.querySelector('.state').textContent,
      dot: getComputedStyle(document.querySelector('.state'), '::before').backgroundColor,
      buttons: buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent),
      has_main: document.querySelector('main').checkVisibility(),
    };";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_knows_nothing_yet_shows_nothing_else() {
    let Some(page) = Page::open(EMPTY, Look::default()).await else { return };
    page.sim.add_cluster(ClusterSpec::new("other", ClockKind::Manual)).await.unwrap();
    page.browser.run(BEGIN_DEAF).await.unwrap();
    page.browser.until("return document.title.startsWith('other')").await.unwrap();
    let expected =
        json!({"state": "connecting", "dot": "rgba(0, 0, 0, 0)", "buttons": ["Copy as scenario"], "has_main": false});
    assert_eq!(page.browser.run(BEGINNING).await.unwrap(), expected);
    page.browser.close().await.unwrap();
}
