//! The query strings of every request to the loader.

use neptune_server::FuzzCluster;

use crate::ask::{Question, lasting, loads};

/// The bytes are a query, as it stands behind the `?`.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(query) = str::from_utf8(bytes) else { return };
    let cluster = FuzzCluster::new(loads());
    for path in ["/loader", "/loader/failed", "/loader/odd%2Fid%20%C3%BC", "/status"] {
        let target = format!("{path}?{query}");
        let Some(first) = Question::get(&target).to(&cluster) else { return };
        let again = Question::get(&target).to(&cluster);
        assert_eq!(again.as_ref().map(lasting), Some(lasting(&first)), "reading moved something");
    }
    for (method, path) in [("DELETE", "/loader"), ("DELETE", "/loader/people"), ("POST", "/loader"), ("PUT", "/loader")] {
        let target = format!("{path}?{query}");
        Question { method, ..Question::get(&target) }.to(&FuzzCluster::new(loads()));
    }
}
