//! Somebody who has never seen the project finds out from the page alone why a poller hangs.

use std::time::Duration;

use neptune_browser::Look;

use crate::Page;
use crate::looks::compare;

const CANCELLED: &str = "\
name: cancelled
about: A user cancels a load while a poller waits for it
given:
  loads:
    people: {lifecycle: [LOAD_IN_PROGRESS 30s, LOAD_CANCELLED_BY_USER]}
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_why_a_poller_hangs_that_does_not_know_a_status() {
    let Some(page) = Page::open(CANCELLED, Look { height: 890, ..Look::default() }).await else { return };
    // It takes LOAD_CANCELLED_BY_USER for one more status on the way, and asks again after five seconds.
    for _ in 0..14 {
        page.poll("people").await;
        page.cluster.advance(Duration::from_secs(5)).await.unwrap();
    }
    page.shows("Look here first").await;
    page.shows("ended at 30 s; asked 8 times since; last told LOAD_CANCELLED_BY_USER").await;
    page.shows("Any other status is an end, and a client has to stop there.").await;
    page.hide_port().await;
    compare("story", &page.browser.picture().await.unwrap());
    page.press_within(".findings", "people").await;
    page.shows("whoever asks does not take LOAD_CANCELLED_BY_USER for an end").await;
    page.browser.close().await.unwrap();
}
