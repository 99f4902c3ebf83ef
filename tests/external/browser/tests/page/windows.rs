//! Many windows of one browser show the page at once. A browser opens six connections to one server, for all its windows.

use std::time::Duration;

use fantoccini::wd::WindowHandle;
use neptune_browser::Look;
use neptune_server::{ClockKind, ClusterSpec};

use crate::Page;

const EMPTY: &str = "name: empty\nabout: Nothing yet\n";
/// Whether the page is up to date, with a stream of events or without.
const IS_LIVE: &str = "return document.querySelector('.state')?.textContent.startsWith('live')";
/// More than the connections of a browser.
const WINDOWS: usize = 8;

impl Page {
    /// Opens the page once more, in a window or a tab of its own, and goes there.
    async fn open_another(&self, as_tab: bool) -> WindowHandle {
        let window = self.browser.client.new_window(as_tab).await.unwrap().handle;
        self.browser.client.switch_to_window(window.clone()).await.unwrap();
        self.browser.visit(&format!("{}/_sim", self.sim.endpoint())).await.unwrap();
        self.browser.until(IS_LIVE).await.unwrap();
        window
    }

    async fn go_to(&self, window: &WindowHandle) {
        self.browser.client.switch_to_window(window.clone()).await.unwrap();
    }

    async fn reads(&self, reading: &str) {
        let is_there = format!("return document.querySelector('.reading').textContent === '{reading}'");
        self.browser.until(&is_there).await.unwrap();
    }

    async fn state(&self) -> String {
        let state = self.browser.run("return document.querySelector('.state').textContent").await.unwrap();
        state.as_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_tabs_show_the_page_as_somebody_opens() {
    let Some(page) = Page::open(EMPTY, Look::default()).await else { return };
    let first = page.browser.client.window().await.unwrap();
    for _ in 1..WINDOWS {
        page.open_another(true).await;
    }
    page.go_to(&first).await;
    page.cluster.advance(Duration::from_secs(5)).await.unwrap();
    page.reads("0:05.0").await;
    page.browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_windows_in_sight_are_all_live_and_their_buttons_work() {
    let Some(page) = Page::open(EMPTY, Look::default()).await else { return };
    let mut windows = vec![page.browser.client.window().await.unwrap()];
    for _ in 1..WINDOWS {
        windows.push(page.open_another(false).await);
    }
    for (before, window) in windows.iter().enumerate() {
        page.go_to(window).await;
        page.reads(&format!("0:{before:02}.0")).await;
        page.press_within(".clock", "+1s").await;
        page.reads(&format!("0:{:02}.0", before + 1)).await;
    }
    let mut states = Vec::new();
    for window in &windows {
        page.go_to(window).await;
        page.reads("0:08.0").await;
        assert_eq!(page.browser.run("return document.hidden").await.unwrap(), false, "all are in sight");
        states.push(page.state().await);
    }
    let is_live = |state: &&String| *state == "live";
    assert_eq!(states.iter().filter(is_live).count(), 4, "{states:?}");
    assert!(states.iter().all(|state| ["live", "live, once a second"].contains(&state.as_str())), "{states:?}");
    // Windows that are closed give their streams to the others.
    let (live, polling): (Vec<_>, Vec<_>) = windows.iter().zip(&states).partition(|(_, state)| is_live(state));
    for (window, _) in live {
        page.go_to(window).await;
        page.browser.client.close_window().await.unwrap();
    }
    for (window, _) in polling {
        page.go_to(window).await;
        page.browser.until("return document.querySelector('.state').textContent === 'live'").await.unwrap();
    }
    page.browser.close().await.unwrap();
}

/// Plain HTTP from another machine is no secure context, and has no locks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_without_locks_reads_the_cluster_once_a_second() {
    let Some(page) = Page::open(EMPTY, Look::default()).await else { return };
    let other = page.sim.add_cluster(ClusterSpec::new("other", ClockKind::Manual)).await.unwrap();
    page.browser.run("Object.defineProperty(navigator, 'locks', {value: undefined}); location.hash = 'other'").await.unwrap();
    page.browser.until("return document.title.startsWith('other')").await.unwrap();
    page.browser.until("return document.querySelector('.state').textContent === 'live, once a second'").await.unwrap();
    other.advance(Duration::from_secs(7)).unwrap();
    page.reads("0:07.0").await;
    page.press_within(".clock", "+1s").await;
    page.reads("0:08.0").await;
    page.browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_stream_is_refused_reads_the_cluster_once_a_second() {
    let Some(page) = Page::open(EMPTY, Look::default()).await else { return };
    page.browser.visit("about:blank").await.unwrap();
    let address = format!("{}/_sim/clusters/page/events", page.sim.endpoint());
    let mut streams = Vec::new();
    while let Ok(stream) = reqwest::get(&address).await.unwrap().error_for_status() {
        streams.push(stream);
    }
    page.browser.visit(&format!("{}/_sim", page.sim.endpoint())).await.unwrap();
    page.browser.until("return document.querySelector('.state')?.textContent === 'live, once a second'").await.unwrap();
    drop(streams);
    page.browser.until("return document.querySelector('.state').textContent === 'live'").await.unwrap();
    page.browser.close().await.unwrap();
}
