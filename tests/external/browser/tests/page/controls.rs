//! Every button and every form of the page does what it says.

use std::time::Duration;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;
use neptune_browser::Look;
use neptune_control::{Availability, NewLoad, RequestFilter};
use neptune_server::ClockKind;
use neptune_server::scenario::Scenario;
use serde_json::{Value, json};

use crate::Page;

/// Notes which buttons are pressed, by their names.
const NOTE_BUTTONS: &str = "
    window.nameOf = (button) => button.getAttribute('aria-label') ?? button.textContent.trim();
    window.pressed = new Set();
    addEventListener('click', (event) => { const button = event.target.closest('button'); if (button) pressed.add(nameOf(button)); }, true);";

/// Those that were never pressed. What is named after a load or a request leads to details, which other tests open.
const NEVER_PRESSED: &str = "
    const named = [...document.querySelectorAll('button:not(.link):not(.lane-label)')].map(nameOf);
    return [...new Set(named)].filter((name) => name && !pressed.has(name));";

impl Page {
    async fn now(&self) -> f64 {
        self.cluster.clock().await.unwrap().now
    }

    async fn status(&self, load: &str) -> String {
        self.cluster.load(load).await.unwrap().status
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_control_does_what_it_says() {
    let Some(page) = Page::demo(Look { height: 1600, ..Look::default() }).await else { return };
    page.browser.run(NOTE_BUTTONS).await.unwrap();
    clock(&page).await;
    instance_and_availability(&page).await;
    loads(&page).await;
    faults(&page).await;
    requests(&page).await;
    timeline(&page).await;
    let never = page.browser.run(NEVER_PRESSED).await.unwrap();
    assert_eq!(never, json!([]), "no test presses these");
    page.browser.close().await.unwrap();
}

async fn clock(page: &Page) {
    for (button, reads) in [("+1s", 61.0), ("+10s", 71.0), ("+1m", 131.0), ("Advance", 136.0)] {
        page.press_within(".clock", button).await;
        page.is_up_to_date_at(reads).await;
    }
    page.choose(".clock", "Run until", "at").await;
    page.write(".clock", "Load or moment", "150s").await;
    page.press_within(".clock", "Run").await;
    page.is_up_to_date_at(150.0).await;
    page.choose(".clock", "Run until", "all").await;
    page.press_within(".clock", "Run").await;
    page.shows("will never be finished").await;
    page.write(".clock", "Speed", "scaled:0").await;
    page.press_within(".clock", "Set").await;
    page.shows("write `real`, `scaled:60` or `manual`").await;
    page.write(".clock", "Speed", "scaled:60").await;
    page.press_within(".clock", "Set").await;
    page.shows("60 times as fast as real time").await;
    page.write(".clock", "Speed", "manual").await;
    page.press_within(".clock", "Set").await;
    page.shows("Manual: time stands still until it is moved.").await;
}

impl Page {
    async fn is_up_to_date_at(&self, reads: f64) {
        let minutes = (reads / 60.0).floor();
        let reading = format!("{minutes}:{:04.1}", reads - 60.0 * minutes);
        self.browser.until(&format!("return document.querySelector('.reading').textContent === '{reading}'")).await.unwrap();
        assert!((self.now().await - reads).abs() < 0.001, "{} instead of {reads}", self.now().await);
    }
}

async fn instance_and_availability(page: &Page) {
    page.press("Make it a reader").await;
    page.shows("Instance: reader").await;
    page.press("Make it the writer").await;
    page.shows("Instance: writer").await;
    let before = page.cluster.instance().await.unwrap().up_since;
    page.press("Restart").await;
    page.browser
        .until("return document.body.innerText.includes('up since') && !document.body.innerText.includes('up since 0:00.0')")
        .await
        .unwrap();
    assert!(page.cluster.instance().await.unwrap().up_since > before);
    page.choose(".cluster", "Availability", "silent").await;
    page.browser.until("return document.querySelector('.lane[data-kind=outages]')").await.unwrap();
    page.choose(".cluster", "Availability", "refused").await;
    page.shows("cannot shut its port").await;
    // The selection reads so at once: what the cluster has made of it comes with a newer revision.
    let silent = page.browser.run("return document.querySelector('main').dataset.revision").await.unwrap();
    page.choose(".cluster", "Availability", "available").await;
    let is_newer = format!("return Number(document.querySelector('main').dataset.revision) > Number({silent})");
    page.browser.until(&is_newer).await.unwrap();
    assert_eq!(page.cluster.availability().await.unwrap(), Availability::Available);
}

async fn loads(page: &Page) {
    let script = "form[aria-label='Start a load from a lifecycle']";
    page.write(script, "Id", "mine").await;
    page.write(script, "Lifecycle", "LOAD_IN_PROGRESS 20s, LOAD_PAUSED 10s, LOAD_COMPLETED").await;
    page.press_within(script, "Start").await;
    page.browser.until("return document.querySelector('.side h2')?.textContent === 'mine'").await.unwrap();
    page.unfold("Change its outcome").await;
    let outcome = "form[aria-label='Change the outcome']";
    page.write(outcome, "Statuses from now on", "LOAD_IN_PROGRESS 5s, LOAD_FAILED").await;
    page.press_within(outcome, "Change").await;
    page.shows("and will be LOAD_FAILED at").await;
    page.press("Run until it ends").await;
    page.shows("has to stop without success: the load has failed").await;
    assert_eq!(page.status("mine").await, "LOAD_FAILED");
    page.unfold("As a client does: POST /loader").await;
    let client = "form[aria-label='Start a load as a client does']";
    page.write(client, "Source", "s3://bucket/one/").await;
    page.press_within(client, "Start").await;
    page.browser
        .until("return document.querySelectorAll('[aria-labelledby=queue-title] li button').length === 1")
        .await
        .unwrap();
    let snapshot = page.cluster.snapshot().await.unwrap();
    let id = snapshot.running.unwrap();
    page.browser.until(&format!("return document.querySelector('.side h2')?.textContent === '{id}'")).await.unwrap();
    page.press("Cancel it").await;
    page.shows("It ended at").await;
    assert_eq!(page.status(&id).await, "LOAD_CANCELLED_BY_USER");
    page.press("Close the details").await;
    page.browser.until("return document.querySelector('.side').hidden").await.unwrap();
    // The log of a load with errors, a page at a time.
    page.find("//button[contains(@class, 'lane-label')][span[.='failed-load']]").await.click().await.unwrap();
    page.shows("A value is missing").await;
    for (button, record) in [("Next ›", "17"), ("‹ Previous", "12")] {
        page.press(button).await;
        let rows = "[...document.querySelectorAll('.side tbody tr, .side li')]";
        let script = format!("return {rows}.some((row) => row.textContent.includes('{record}'))");
        page.browser.until(&script).await.unwrap();
    }
    page.press("Show its requests").await;
    let only =
        "return [...document.querySelectorAll('.requests tbody tr')].every((row) => row.textContent.includes('failed-load'))";
    page.browser.until(only).await.unwrap();
}

async fn faults(page: &Page) {
    page.unfold("Add a ready-made fault").await;
    let ready = "form[aria-label='Add a ready-made fault']";
    page.choose(ready, "Fault", "throttle-429").await;
    page.press_within(ready, "Add").await;
    page.shows("fault: throttle-429").await;
    page.unfold("Add a fault of your own").await;
    let own = "form[aria-label='Add a fault of your own']";
    page.choose(own, "To", "list").await;
    page.write(own, "From (after now)", "soon").await;
    page.press_within(own, "Add").await;
    page.shows("`soon` is not a duration").await;
    page.write(own, "From (after now)", "5s").await;
    page.press_within(own, "Add").await;
    page.browser.until("return document.querySelectorAll('.lane[data-kind=fault]').length === 3").await.unwrap();
    page.press("Remove the fault hang-up").await;
    page.shows("taken away; over at 45 s").await;
    let names: Vec<String> = page.cluster.faults().await.unwrap().into_iter().map(|report| report.name).collect();
    for name in &names {
        // Each has a button of its own, which removing all of them takes away.
        page.find(&format!("//button[@aria-label='Remove the fault {name}']")).await;
    }
    page.press("Remove all").await;
    page.shows("No fault is in place.").await;
    assert_eq!(page.cluster.faults().await.unwrap(), []);
    many_faults(page).await;
}

/// Of many faults, most are on one lane, which opens and closes by keys, too.
async fn many_faults(page: &Page) {
    for _ in 0..5 {
        page.cluster.add_fault(&serde_json::from_value(json!({"does": "reset", "from": "5s"})).unwrap()).await.unwrap();
    }
    let lanes = |count: usize| format!("return document.querySelectorAll('.lane[data-kind=fault]').length === {count}");
    page.is_up_to_date().await;
    page.browser.until(&lanes(3)).await.unwrap();
    // Five, and the one that was taken away.
    for (name, expanded, count) in [("3 more faults", "false", 6), ("fewer faults", "true", 3)] {
        let label = page.find(&format!("//button[contains(@class, 'lane-label')][span[.='{name}']]")).await;
        assert_eq!(label.attr("aria-expanded").await.unwrap().as_deref(), Some(expanded));
        label.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
        page.browser.until(&lanes(count)).await.unwrap();
    }
    page.cluster.clear_faults().await.unwrap();
    page.browser.until(&lanes(1)).await.unwrap();
}

async fn requests(page: &Page) {
    page.write(".requests", "Load", "domain-load").await;
    page.find("//section[contains(@class, 'requests')]//tbody//button").await.click().await.unwrap();
    page.shows("GET /loader/domain-load").await;
    page.press("Copy as curl").await;
    page.browser.until("return document.querySelector('.side .copied:not([hidden])')?.textContent.startsWith(\"curl -i 'http://127.0.0.1:\")").await.unwrap();
    page.press("Copy as boto3").await;
    page.shows("neptune.get_loader_job_status(loadId=\"domain-load\")").await;
    let title = "return document.querySelector('.side .details').textContent";
    let newest = page.browser.run(title).await.unwrap();
    page.press("‹ Before").await;
    page.browser.until(&format!("return document.querySelector('.side .details').textContent !== {newest}")).await.unwrap();
    page.press("After ›").await;
    page.shows("LOAD_COMPLETED").await;
    page.write(".requests", "Load", "").await;
    page.press("Older ›").await;
    page.browser.until("return document.querySelector('.requests tbody tr')?.cells[0].textContent === '10'").await.unwrap();
    page.press("‹ Newer").await;
    page.browser.until("return document.querySelector('.requests tbody tr')?.cells[0].textContent === '35'").await.unwrap();
    page.press("Clear the log of requests").await;
    page.browser.until("return document.querySelectorAll('.requests tbody button').length === 0").await.unwrap();
    assert_eq!(page.cluster.requests(&RequestFilter::default()).await.unwrap().requests, []);
}

async fn timeline(page: &Page) {
    let axis = "[...document.querySelectorAll('.tl-axis *')].map((tick) => tick.style.transform + tick.style.left + tick.textContent).join()";
    for name in [
        "Zoom in (+)",
        "Later (right arrow)",
        "Fit: show everything (0)",
        "Zoom in (+)",
        "Earlier (left arrow)",
        "Zoom out (-)",
    ] {
        let before = page.browser.run(&format!("return {axis}")).await.unwrap();
        page.press(name).await;
        if let Err(error) = page.browser.until(&format!("return {axis} !== {before}")).await {
            panic!("{name} moves nothing: {error}");
        }
    }
    // There is something to follow when the clock runs, and something to search when there is more than a glance takes in.
    page.cluster.set_clock("real").await.unwrap();
    page.shows("Real time").await;
    page.press("Follow the present (f)").await;
    let follows = "return document.querySelector('[aria-label^=Follow]').getAttribute('aria-pressed') === 'true'";
    page.browser.until(follows).await.unwrap();
    page.cluster.set_clock("manual").await.unwrap();
    for n in 0..4 {
        let lifecycle = vec!["LOAD_COMPLETED".to_owned()];
        page.cluster.script(&NewLoad { id: format!("more-{n}"), lifecycle, ..NewLoad::default() }).await.unwrap();
    }
    page.browser.until("return !document.querySelector('.tl-search').hidden").await.unwrap();
    page.write(".timeline", "Find a load by its id or status", "cancelled").await;
    page.browser
        .until("return [...document.querySelectorAll('.lane[data-kind=load]:not([hidden])')].length === 2")
        .await
        .unwrap();
    page.write(".timeline", "Find a load by its id or status", "").await;
    page.press("Marked: show only loads with a warning").await;
    page.browser.until("return [...document.querySelectorAll('.lane[data-kind=load]:not([hidden])')].every((lane) => lane.matches('.is-warning'))").await.unwrap();
    page.press("Copy as scenario").await;
    // The instance was restarted, which no scenario can say.
    page.browser
        .until("return document.querySelector('.copied:not([hidden])')?.textContent.includes('\\nname: page')")
        .await
        .unwrap();
    page.press_within("header", "Hide the copied text").await;
    page.browser.until("return !document.querySelector('header .copied:not([hidden])')").await.unwrap();
}

/// The two faults on a timeline that shows everything, and from where to where the bar of each goes.
async fn fault_bars(page: &Page) -> Value {
    page.browser.until("return document.querySelectorAll('.lane[data-kind=fault]').length === 2").await.unwrap();
    for (button, is_fitted) in [("Zoom in (+)", "false"), ("Fit: show everything (0)", "true")] {
        page.press(button).await;
        let is_drawn =
            format!("return document.querySelector('[aria-label^=Fit]').getAttribute('aria-pressed') === '{is_fitted}'");
        page.browser.until(&is_drawn).await.unwrap();
    }
    let bars = "
        const bars = (lane) => [...lane.querySelectorAll('.bar')].filter((bar) => bar.checkVisibility()).map((bar) => bar.getBoundingClientRect());
        return [...document.querySelectorAll('.lane[data-kind=fault]')].map((lane) =>
          [lane.querySelector('.lane-name').textContent, bars(lane).map(({left, right}) => [Math.round(left), Math.round(right)])]).sort();";
    page.browser.run(bars).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copied_scenario_plays_back_the_same_timeline() {
    let Some(page) = Page::demo(Look::default()).await else { return };
    page.cluster.add_fault(&serde_json::from_value(json!({"does": "reset", "fail": 2})).unwrap()).await.unwrap();
    page.cluster.advance(Duration::from_secs(3)).await.unwrap();
    page.press("Remove all").await;
    page.shows("No fault is in place.").await;
    page.press("Copy as scenario").await;
    let shown = "return document.querySelector('.scenario .copied:not([hidden])')?.textContent";
    let text = page.browser.until(shown).await.unwrap();
    let copy = Scenario::parse("copied.yaml", text.as_str().unwrap()).unwrap().cluster_spec(ClockKind::Manual);
    let again = page.sim.add_cluster(neptune_server::ClusterSpec { name: "copy".into(), ..copy }).await.unwrap();
    page.cluster.advance(Duration::from_secs(1000)).await.unwrap();
    again.advance(Duration::from_secs(1063)).unwrap();
    let lines =
        |value: &Value| value.as_array().unwrap().iter().map(|load| json!([load["id"], load["history"]])).collect::<Vec<_>>();
    let original = serde_json::to_value(page.cluster.loads().await.unwrap()).unwrap();
    let client = neptune_control::ControlClient::new(&page.sim.endpoint()).unwrap();
    let copied = serde_json::to_value(client.cluster("copy").loads().await.unwrap()).unwrap();
    let sorted = |mut all: Vec<Value>| {
        all.sort_by_key(ToString::to_string);
        all
    };
    assert_eq!(sorted(lines(&copied)), sorted(lines(&original)));
    // What the API says of the loads, the page shows of the faults: both were taken away, and stand where they stood.
    page.browser.until("return document.querySelector('.reading').textContent === '17:43.0'").await.unwrap();
    let faults = fault_bars(&page).await;
    // The page learns of the cluster when it is opened again.
    page.browser.visit(&format!("{}/_sim/ui#copy", page.sim.endpoint())).await.unwrap();
    page.browser.client.refresh().await.unwrap();
    page.browser.until("return document.title.startsWith('copy')").await.unwrap();
    assert_eq!(fault_bars(&page).await, faults);
    page.browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_click_is_not_lost_while_requests_and_loads_come_in() {
    let Some(page) = Page::demo(Look { height: 1600, ..Look::default() }).await else { return };
    let address = format!("{}/loader/domain-load", page.sim.endpoint());
    let cluster = page.cluster.clone();
    let client = tokio::spawn(async move {
        for n in 0.. {
            let _ = reqwest::get(&address).await;
            // A hundred are more lanes than the timeline shows at once: from then on, it grows no longer.
            if n % 5 == 0 && n < 500 {
                let lifecycle = vec!["LOAD_COMPLETED".to_owned()];
                let _ = cluster.script(&NewLoad { id: format!("more-{n}"), lifecycle, ..NewLoad::default() }).await;
            }
        }
    });
    // The row of a request moves on while it is pressed, and all of them move down with each lane.
    let row = page.find("//section[contains(@class, 'requests')]//tbody//button").await;
    let press = MouseActions::new("mouse".to_owned())
        .then(PointerAction::MoveToElement { element: row, duration: None, x: 0.0, y: 0.0 })
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(PointerAction::Pause { duration: Duration::from_millis(300) })
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    page.browser.client.perform_actions(press).await.unwrap();
    page.browser.until("return document.querySelector('.side h2')?.textContent.startsWith('GET /loader/')").await.unwrap();
    client.abort();
    page.browser.close().await.unwrap();
}
