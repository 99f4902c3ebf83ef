//! How soon the page of a cluster with 1,024 loads shows something, and how soon it shows the loads. Asked: 300 ms after the document at most.
//!
//! `cargo bench -p neptune-browser` in `tests/external` opens a browser, visits the page once to warm it up, and then ten times.

use std::time::Duration;

use neptune_browser::{Browser, Look, missing};
use neptune_control::{ClusterClient, ControlClient, NewLoad};
use neptune_server::{ClockKind, ClusterSpec, Sim};

const LOADS: usize = 1024;
const VISITS: usize = 10;
/// Since the last byte of the document has come, in milliseconds: when something was painted first, and when the first lane was there.
const MOMENTS: &str = "
    const [document] = performance.getEntriesByType('navigation'), [paint] = performance.getEntriesByName('first-contentful-paint');
    return paint && window.lanesAt && [paint.startTime - document.responseEnd, window.lanesAt - document.responseEnd];";
/// Notes when the first lane is there.
const NOTE_LANES: &str = "
    const look = () => { if (document.querySelector('.lane')) window.lanesAt = performance.now(); else requestAnimationFrame(look); }; look();";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    if let Some(why) = missing() {
        println!("not measured: {why}");
        return Ok(());
    }
    let sim = Sim::start(ClusterSpec::new("page", ClockKind::Manual), ([127, 0, 0, 1], 0).into()).await?;
    script_loads(&ControlClient::new(&sim.endpoint())?.cluster("page")).await?;
    let browser = Browser::open(Look::default()).await?;
    let address = format!("{}/_sim/ui", sim.endpoint());
    let (mut paints, mut lanes) = (Vec::new(), Vec::new());
    for visit in 0..=VISITS {
        browser.visit(&address).await?;
        browser.run(NOTE_LANES).await?;
        let moments = browser.until(MOMENTS).await?;
        // The first visit warms up.
        if visit > 0 {
            paints.push(moments[0].as_f64().unwrap_or(f64::NAN));
            lanes.push(moments[1].as_f64().unwrap_or(f64::NAN));
        }
    }
    println!("first paint     {:>6.0} ms after the document (median of {VISITS}; asked: 300)", median(&mut paints));
    println!("the first loads {:>6.0} ms after the document", median(&mut lanes));
    browser.close().await
}

/// Loads that have had two statuses. Only so many may be open at once.
async fn script_loads(cluster: &ClusterClient) -> anyhow::Result<()> {
    for number in 0..LOADS {
        let lifecycle = ["LOAD_IN_PROGRESS 1s", "LOAD_COMPLETED"].map(str::to_owned).to_vec();
        cluster.script(&NewLoad { id: format!("load-{number}"), lifecycle, ..NewLoad::default() }).await?;
        if number % 100 == 99 {
            cluster.advance(Duration::from_secs(1)).await?;
        }
    }
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
