//! What a browser gets: the live page of a simulator, and the page of a report.
//!
//! `web/` holds the pages as plain files. This crate joins them, when it is first asked, into one document without content from elsewhere. The policy of
//! a document allows exactly its own script and its own style, by their hashes.
//!
//! A script is a list of JavaScript modules, which Node can import one by one for tests. In a document they stand one after the other in one
//! module: see `joined`.

mod document;
mod files;
mod joined;

use std::sync::LazyLock;

use serde_json::Value;

use document::{Document, policy};

/// The live page, which shows the clusters of the simulator that serves it.
static LIVE: LazyLock<Document> = LazyLock::new(|| {
    Document::new(files::LIVE_HTML, files::LIVE_STYLES, files::SHARED_SCRIPTS.iter().chain(files::LIVE_SCRIPTS))
});

/// The header `Content-Security-Policy` of [`live()`].
static LIVE_POLICY: LazyLock<String> = LazyLock::new(|| {
    // A header can also say who may frame the page; a `meta` cannot.
    policy(&LIVE, &["connect-src 'self'", "frame-ancestors 'none'"])
});

/// The page of a report, without its data.
static REPORT: LazyLock<Document> = LazyLock::new(|| {
    Document::new(files::REPORT_HTML, files::REPORT_STYLES, files::SHARED_SCRIPTS.iter().chain(files::REPORT_SCRIPTS))
});

/// The live page of a simulator: HTML, at most 120 KiB.
///
/// It reads `/_sim` of the server that serves it, and shows whatever that says. Serve it with [`live_policy()`].
pub fn live() -> &'static str {
    &LIVE.html
}

/// The value of the header `Content-Security-Policy` with which [`live()`] is to be served.
///
/// It allows the script and the style of that document, requests to the server that serves it, and nothing else.
pub fn live_policy() -> &'static str {
    &LIVE_POLICY
}

/// The page of a report with this data: HTML that needs no server.
///
/// The data stands in the document as JSON. No text in it can end the element that it stands in.
pub fn report(data: &Value) -> String {
    REPORT.html.replace("{{policy}}", &policy(&REPORT, &[])).replace("{{data}}", &document::json(data))
}

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
