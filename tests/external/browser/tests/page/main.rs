//! The simulator's page in a real browser, used as people use it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod agreement;
mod controls;
mod looks;
mod report;
mod story;
mod windows;

use std::net::{Ipv4Addr, SocketAddr};

use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::key::Key;
use neptune_browser::{Browser, Look, missing};
use neptune_control::{ClusterClient, ControlClient};
use neptune_harness::optional;
use neptune_server::scenario::Scenario;
use neptune_server::{ClockKind, Sim};

/// A simulator with one cluster, and a browser that shows it.
struct Page {
    sim: Sim,
    browser: Browser,
    /// The control API of the cluster.
    cluster: ClusterClient,
}

/// Loads in all kinds of states: see `demo.yaml`.
const DEMO: &str = include_str!("demo.yaml");

/// How new the cluster is that the page shows, as the API says.
const REVISION: &str = "
    const cluster = document.title.split(' · ')[0];
    return fetch(`/_sim/clusters/${encodeURIComponent(cluster)}/snapshot`).then((answer) => answer.json()).then(({revision}) => revision);";

impl Page {
    /// Opens the page of a cluster on the manual clock. `None` without a browser, which is reported.
    async fn open(scenario: &str, look: Look) -> Option<Self> {
        if let Some(why) = missing() {
            optional::skipped("the page in a browser", &why);
            return None;
        }
        let sim = start(scenario).await;
        let cluster = ControlClient::new(&sim.endpoint()).unwrap().cluster("page");
        let browser = Browser::open(look).await.unwrap();
        browser.visit(&format!("{}/_sim", sim.endpoint())).await.unwrap();
        browser.until("return document.querySelector('.state')?.textContent === 'live'").await.unwrap();
        Some(Self { sim, browser, cluster })
    }

    /// The same with the loads of `demo.yaml` at a minute, polled every five seconds.
    async fn demo(look: Look) -> Option<Self> {
        let page = Self::open(DEMO, look).await?;
        for _ in 0..12 {
            for load in ["domain-load", "cancelled-load", "failed-load"] {
                page.poll(load).await;
            }
            page.cluster.advance(std::time::Duration::from_secs(5)).await.unwrap();
        }
        page.browser.until("return document.querySelector('.reading').textContent === '1:00.0'").await.unwrap();
        Some(page)
    }

    /// A client asks about a load; whether it gets an answer does not matter.
    async fn poll(&self, load: &str) {
        let _ = reqwest::get(format!("{}/loader/{load}", self.sim.endpoint())).await;
    }

    /// Waits until the page shows all that the API knows of its cluster by now: what is pressed before may be moved away by what comes.
    async fn is_up_to_date(&self) {
        let revision = self.browser.run(REVISION).await.unwrap();
        self.browser
            .until(&format!("return Number(document.querySelector('main').dataset.revision) >= {revision}"))
            .await
            .unwrap();
    }

    /// The first element that is found. One that is not there yet has some seconds to come.
    async fn find(&self, xpath: &str) -> Element {
        self.is_up_to_date().await;
        self.browser.client.find(Locator::XPath(xpath)).await.unwrap_or_else(|error| panic!("{xpath}: {error}"))
    }

    /// Presses the button with this text, or with this label for screen readers.
    async fn press(&self, name: &str) {
        self.press_within("body", name).await;
    }

    /// The same within the first element that a CSS selector finds.
    async fn press_within(&self, place: &str, name: &str) {
        let within = self.browser.client.find(Locator::Css(place)).await.unwrap_or_else(|error| panic!("{place}: {error}"));
        let xpath = format!(".//button[not(@hidden)][normalize-space()={0} or @aria-label={0}]", quoted(name));
        self.is_up_to_date().await;
        let button = within.find(Locator::XPath(&xpath)).await.unwrap_or_else(|error| panic!("{place} {name}: {error}"));
        button.click().await.unwrap_or_else(|error| panic!("{place} {name}: {error}"));
    }

    /// Opens what folds away under this summary.
    async fn unfold(&self, summary: &str) {
        self.find(&format!("//summary[normalize-space()={}]", quoted(summary))).await.click().await.unwrap();
    }

    /// Writes into the field with this label, within the first element that a CSS selector finds, in place of what stands there.
    async fn write(&self, place: &str, label: &str, text: &str) {
        let within = self.browser.client.find(Locator::Css(place)).await.unwrap_or_else(|error| panic!("{place}: {error}"));
        let xpath = format!(".//input[@aria-label={0}] | .//label[span[normalize-space()={0}]]/input", quoted(label));
        let field = within.find(Locator::XPath(&xpath)).await.unwrap_or_else(|error| panic!("{place} {label}: {error}"));
        field.clear().await.unwrap();
        // Emptying a field this way is no input of a user's: typing and deleting a letter is.
        let backspace = char::from(Key::Backspace);
        let typed = if text.is_empty() { format!("x{backspace}") } else { text.to_owned() };
        field.send_keys(&typed).await.unwrap();
    }

    /// Chooses an option by its value in the selection with this label.
    async fn choose(&self, place: &str, label: &str, value: &str) {
        let within = self.browser.client.find(Locator::Css(place)).await.unwrap_or_else(|error| panic!("{place}: {error}"));
        let xpath = format!(".//select[@aria-label={0}] | .//label[span[normalize-space()={0}]]/select", quoted(label));
        let field = within.find(Locator::XPath(&xpath)).await.unwrap_or_else(|error| panic!("{place} {label}: {error}"));
        field.select_by_value(value).await.unwrap_or_else(|error| panic!("{place} {label} {value}: {error}"));
    }

    /// Shows the usual port, for a picture: it is another one each time.
    async fn hide_port(&self) {
        self.is_up_to_date().await;
        self.browser.run("document.querySelector('.endpoint').textContent = 'http://127.0.0.1:8182'").await.unwrap();
    }

    /// Waits until the page has this text somewhere.
    async fn shows(&self, text: &str) {
        let text = serde_json::to_string(text).unwrap();
        self.browser.until(&format!("return document.body.innerText.includes({text})")).await.unwrap();
    }
}

async fn start(scenario: &str) -> Sim {
    // An error means that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut spec = Scenario::parse("demo.yaml", scenario).unwrap().cluster_spec(ClockKind::Manual);
    "page".clone_into(&mut spec.name);
    Sim::start(spec, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap()
}

/// A text in an expression of `XPath`. None of ours has both kinds of quotes.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
