//! Requests of a scenario's own on a live cluster: they read, cancel the scenario's own loads, or are refused.

use super::cluster::LiveCluster;
use crate::document::{KeyPath, Problem};
use crate::test_file::step::{Body, Request};

impl LiveCluster<'_> {
    /// Complains of a request that might do more than that.
    pub(super) fn request(&self, path: &KeyPath, request: &Request) -> Result<(), Problem> {
        let id = request.path.strip_prefix("/loader/").filter(|id| !id.is_empty());
        let in_query = request.query.iter().find(|(name, _)| name == "loadId").map(|(_, id)| id.as_str());
        for id in id.into_iter().chain(in_query) {
            self.must_be_named(&path.key("path"), id)?;
        }
        let is_of_loader = ["/loader", "/loader/"].contains(&request.path.as_str()) || id.is_some_and(|id| !id.contains('/'));
        let is_harmless = match request.method.as_str() {
            "GET" => is_of_loader || request.path == "/status",
            "DELETE" => is_of_loader && (id.is_some() || in_query.is_some()),
            "POST" => is_of_loader && id.is_none() && !names_source(request),
            _ => false,
        };
        if is_harmless {
            return Ok(());
        }
        let help = "there it may read `/loader` and `/status`, cancel a load by its name, and send starts without a `source`; \
                    whatever can become a load is a step `start`";
        Err(self.findings.wrong(path, "it is not known what this request would do to a live cluster", Some(help.into())))
    }
}

/// Whether Neptune might make a load of it: without a source it never can.
fn names_source(request: &Request) -> bool {
    let body = match &request.body {
        Body::Empty => String::new(),
        Body::Json(json) => json.to_string(),
        Body::Text(text) => text.clone(),
    };
    // Escapes could hide the word.
    let hides = |text: &str| text.to_lowercase().contains("source") || text.contains(['\\', '%']);
    hides(&body) || request.query.iter().any(|(name, _)| hides(name))
}
