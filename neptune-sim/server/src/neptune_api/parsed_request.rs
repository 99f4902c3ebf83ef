//! A request's head, parsed once: its route, the load that it names, and its action.

use std::borrow::Cow;

use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use neptune_fault::{FaultOperation, RequestFacts};
use neptune_loader::{LoadId, StatusQuery};
use neptune_text::{cut, redact};

use neptune_scenario::Action;

/// How long an id may be. No load has a longer one.
pub(super) const ID_BYTES: usize = 1024;

/// The facts about a request, worked out once.
#[derive(Debug)]
pub(super) struct ParsedRequest<'a> {
    pub(super) head: &'a Parts,
    pub(super) route: Route<'a>,
    /// The load that it names.
    pub(super) load: Option<LoadId>,
}

impl<'a> ParsedRequest<'a> {
    pub(super) fn new(head: &'a Parts) -> Self {
        let route = Route::of(head.uri.path());
        let load = named_load(&route, head);
        Self { head, route, load }
    }

    /// The facts by which a fault selects requests.
    pub(super) fn facts(&self, number: u64) -> RequestFacts<'_> {
        let operation = self.action().map(|action| match action {
            Action::StartLoaderJob => FaultOperation::Start,
            Action::GetLoaderJobStatus => FaultOperation::Status,
            Action::ListLoaderJobs => FaultOperation::List,
            Action::CancelLoaderJob => FaultOperation::Cancel,
            Action::GetEngineStatus => FaultOperation::EngineStatus,
        });
        RequestFacts { number, operation, load: self.load.as_ref().map(LoadId::as_str), headers: &self.head.headers }
    }

    /// Path and query, without secrets.
    pub(super) fn target(&self) -> Cow<'a, str> {
        redact::target(self.head.uri.path_and_query().map_or("/", PathAndQuery::as_str))
    }

    /// Whether it asks for failed files or errors, of which a load may have thousands.
    pub(super) fn wants_report(&self) -> bool {
        let wants = |query: StatusQuery| query.details || query.errors;
        self.load.is_some() && self.head.uri.query().is_some() && StatusQuery::from_pairs(&query(self.head)).is_ok_and(wants)
    }

    /// What it does to loader and engine, if it does anything.
    pub(super) fn action(&self) -> Option<Action> {
        match (&self.route, &self.head.method) {
            (Route::Loads | Route::Load(_), &Method::GET) if self.load.is_some() => Some(Action::GetLoaderJobStatus),
            (Route::Loads, &Method::GET) => Some(Action::ListLoaderJobs),
            (Route::Loads | Route::Load(_), &Method::DELETE) => Some(Action::CancelLoaderJob),
            (Route::Loads, &Method::POST) => Some(Action::StartLoaderJob),
            (Route::Status, &Method::GET) => Some(Action::GetEngineStatus),
            _ => None,
        }
    }
}

/// What a path means. Slashes at its end mean nothing: boto3 sends `/loader/` for an empty id.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// `/loader`
    Loads,
    /// `/loader/{id}`, with the id as it stands in the path.
    Load(&'a str),
    /// `/status`
    Status,
    Elsewhere,
}

impl<'a> Route<'a> {
    fn of(path: &'a str) -> Self {
        match path.trim_end_matches('/') {
            "/loader" => Self::Loads,
            "/status" => Self::Status,
            path => match path.strip_prefix("/loader/") {
                // boto3 writes a slash within an id as `%2F`, so a bare one is not part of an id.
                Some(id) if !id.is_empty() && !id.contains('/') => Self::Load(id),
                _ => Self::Elsewhere,
            },
        }
    }
}

/// An id as it stands in a path. One that is not UTF-8 or too long becomes one that no load has.
fn load_id(encoded: &str) -> LoadId {
    let id = percent_encoding::percent_decode_str(encoded).decode_utf8_lossy();
    LoadId::new(cut(&id, ID_BYTES))
}

/// The load that a request names: in its path, as the SDKs do, or as `loadId`, as graph-notebook does. The path wins.
fn named_load(route: &Route<'_>, head: &Parts) -> Option<LoadId> {
    match route {
        Route::Load(encoded) => Some(load_id(encoded)),
        Route::Loads => {
            let (_, id) = query(head).into_iter().find(|(key, _)| key == "loadId")?;
            // Empty is as good as absent: boto3 sends a path without an id in this case.
            (!id.is_empty()).then(|| LoadId::new(cut(&id, ID_BYTES)))
        }
        Route::Status | Route::Elsewhere => None,
    }
}

/// The content type without its parameters. `None` if there is none, or an empty one.
pub(super) fn media_type(head: &Parts) -> Option<&str> {
    let content_type = head.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    content_type.split(';').next().map(str::trim).filter(|media_type| !media_type.is_empty())
}

pub(super) fn query(head: &Parts) -> Vec<(String, String)> {
    pairs(head.uri.query().unwrap_or_default().as_bytes())
}

pub(super) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::loads("/loader", Route::Loads)]
    #[case::an_empty_id("/loader/", Route::Loads)]
    #[case::one_load("/loader/x", Route::Load("x"))]
    #[case::one_load_and_a_slash("/loader/x/", Route::Load("x"))]
    #[case::an_encoded_slash("/loader/a%2Fb", Route::Load("a%2Fb"))]
    #[case::a_bare_slash("/loader/a/b", Route::Elsewhere)]
    #[case::status("/status", Route::Status)]
    #[case::status_and_a_slash("/status/", Route::Status)]
    #[case::the_root("/", Route::Elsewhere)]
    #[case::a_longer_word("/loaders", Route::Elsewhere)]
    fn a_path_has_one_route(#[case] path: &str, #[case] route: Route<'_>) {
        assert_eq!(Route::of(path), route);
    }

    #[test]
    fn a_very_long_id_is_cut() {
        assert_eq!(load_id(&"x".repeat(5000)).as_str().len(), ID_BYTES + "…".len());
    }

    fn head(target: &str) -> Parts {
        Request::get(target).body(()).unwrap().into_parts().0
    }

    #[rstest]
    #[case::sdk("/loader/x", Some("x"))]
    #[case::an_encoded_slash("/loader/a%2Fb", Some("a/b"))]
    #[case::not_utf_8("/loader/%ff", Some("\u{fffd}"))]
    #[case::graph_notebook("/loader?loadId=x&details=True", Some("x"))]
    #[case::both("/loader/x?loadId=y", Some("x"))]
    #[case::encoded("/loader?loadId=a%2Fb+c", Some("a/b c"))]
    #[case::empty("/loader?loadId=", None)]
    #[case::none("/loader", None)]
    #[case::elsewhere("/status?loadId=x", None)]
    fn a_load_is_named_in_the_path_or_in_the_query(#[case] target: &str, #[case] id: Option<&str>) {
        assert_eq!(ParsedRequest::new(&head(target)).load, id.map(LoadId::from));
    }
}
