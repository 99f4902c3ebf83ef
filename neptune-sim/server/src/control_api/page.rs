//! The page for browsers.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::response::{Html, IntoResponse, Response};

/// Where it always is. `GET /_sim` answers with it if the client is a browser.
pub(super) const PATH: &str = "/_sim/ui";

pub(super) async fn page() -> Response {
    let headers = [
        (CONTENT_SECURITY_POLICY, neptune_page::live_policy()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, Html(neptune_page::live())).into_response()
}

/// Whether a client asks for a page: browsers name HTML, and programs do not.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    accepted.map(|kind| kind.split(';').next().unwrap_or_default().trim()).any(|kind| kind.eq_ignore_ascii_case("text/html"))
}
