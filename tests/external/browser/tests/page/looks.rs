//! The page can be seen and used by everybody: by machines that check it, and by eyes that compare pictures.

use std::path::PathBuf;

use neptune_browser::{Browser, Look};
use neptune_harness::{optional, project};
use rstest::rstest;
use serde_json::Value;

use crate::Page;

/// How far apart two values of a colour may be to count as the same: letters are smoothed a little differently by each version of a library.
const SAME: u8 = 40;
/// How many of a thousand pixels may differ.
const DIFFERENT: usize = 20;

/// axe-core, which looks for what some people cannot use.
pub(crate) fn axe() -> Option<String> {
    let path = project::root().join("target/ci-node/node_modules/axe-core/axe.min.js");
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            let why = format!("{}: {error}; install it with npm", path.display());
            optional::skipped("axe-core on the page", &why);
            None
        }
    }
}

/// What axe-core finds on the page as it is.
pub(crate) async fn violations(browser: &Browser, axe: &str) -> Value {
    browser.run(axe).await.unwrap();
    let run = "const [done] = arguments;
        axe.run().then(({violations}) => done(violations.map(({id, help, nodes}) => ({id, help, nodes: nodes.map(({html}) => html)}))),
                       (error) => done([String(error)]));";
    browser.client.execute_async(run, Vec::new()).await.unwrap()
}

#[rstest]
#[case::light(Look::default())]
#[case::dark(Look { dark: true, ..Look::default() })]
#[case::narrow(Look { width: 500, height: 900, dark: false })]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_on_the_page_shuts_anybody_out(#[case] look: Look) {
    let Some(page) = Page::demo(look).await else { return };
    let Some(axe) = axe() else { return };
    // Everything that can be opened is open.
    page.browser.run("document.querySelectorAll('details').forEach((part) => (part.open = true))").await.unwrap();
    page.find("//button[contains(@class, 'lane-label')][span[.='failed-load']]").await.click().await.unwrap();
    page.shows("A value is missing").await;
    let found = violations(&page.browser, &axe).await;
    assert_eq!(found, Value::Array(Vec::new()), "{found:#}");
    page.browser.close().await.unwrap();
}

#[rstest]
#[case::narrow("narrow", Look { width: 500, height: 1400, dark: false })]
#[case::usual("usual", Look { width: 1280, height: 1000, dark: false })]
#[case::wide_and_dark("wide", Look { width: 2560, height: 1100, dark: true })]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_looks_as_it_did(#[case] name: &str, #[case] look: Look) {
    let Some(page) = Page::demo(look).await else { return };
    page.hide_port().await;
    page.browser.until("return document.querySelectorAll('.lane').length >= 6").await.unwrap();
    compare(name, &page.browser.picture().await.unwrap());
    page.browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_wider_than_a_small_phone() {
    let Some(page) = Page::demo(Look { width: 500, height: 900, dark: false }).await else { return };
    // Chromium's window cannot be narrower than 500 pixels: a frame can.
    let frame = "const [done] = arguments; document.body.style.width = '360px';
        requestAnimationFrame(() => done([...document.querySelectorAll('body *')]
            .filter((part) => part.checkVisibility() && !part.closest('.tl-scroll, .tl-axis, table, pre, .sr') && part.getBoundingClientRect().right > 361)
            .map((part) => part.outerHTML.slice(0, 120))));";
    let wide = page.browser.client.execute_async(frame, Vec::new()).await.unwrap();
    assert_eq!(wide, Value::Array(Vec::new()), "{wide:#}");
    page.browser.close().await.unwrap();
}

/// Compares a picture with the accepted one. `UPDATE_PICTURES=1` accepts it.
pub(crate) fn compare(name: &str, png: &[u8]) {
    let accepted = project::root().join(format!("tests/external/browser/tests/page/pictures/{name}.png"));
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::create_dir_all(accepted.parent().unwrap()).unwrap();
        return std::fs::write(&accepted, png).unwrap();
    }
    let ours: PathBuf = project::root().join(format!("target/pictures/{name}.png"));
    std::fs::create_dir_all(ours.parent().unwrap()).unwrap();
    std::fs::write(&ours, png).unwrap();
    let (expected, seen) = (pixels(&std::fs::read(&accepted).unwrap()), pixels(png));
    assert_eq!((expected.0, expected.1), (seen.0, seen.1), "the size of {name}");
    let differ = |one: &[u8], other: &[u8]| one.iter().zip(other).any(|(one, other)| one.abs_diff(*other) > SAME);
    let different = expected.2.chunks(4).zip(seen.2.chunks(4)).filter(|(one, other)| differ(one, other)).count();
    let share = different * 1000 / (expected.2.len() / 4);
    let (ours, accepted) = (ours.display(), accepted.display());
    assert!(share <= DIFFERENT, "{share} of 1000 pixels differ: compare {ours} with {accepted}; UPDATE_PICTURES=1 accepts it");
}

/// Width, height, and four bytes for each pixel.
fn pixels(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height, pixels)
}
