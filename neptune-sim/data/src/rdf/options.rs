//! How a load was started, as far as its RDF depends on it.

use crate::log::Stop;

/// The parameters of a load that change what its statements are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `parserConfiguration.baseUri`: what relative IRIs of Turtle and RDF/XML are resolved with.
    pub base_uri: String,
    /// `parserConfiguration.namedGraphUri`: the graph of statements that name none.
    pub named_graph_uri: String,
    /// Whether an IRI is refused for `{}`, `|`, a `%` without two hexadecimal digits, and the like, as RDF4J since 3.0 does with
    /// `VERIFY_URI_SYNTAX`. Older readers take them, and so does Neptune, by all that is known: then they are warned about.
    pub verify_uri_syntax: bool,
    /// Where the reading of the file stops.
    pub stop: Stop,
}

/// What the loader resolves relative IRIs with if no base is named (user guide, "Load data parameters", `baseUri`).
const OWN_BASE: &str = "http://aws.amazon.com/neptune/default";

impl Options {
    /// Whether an IRI that was relative has become one of the loader's own, for want of a base.
    pub(super) fn is_of_own_base(&self, resolved: &str) -> bool {
        let folder = OWN_BASE.trim_end_matches("default");
        self.base_uri == OWN_BASE && resolved.starts_with(folder)
    }
}

/// What a load without parameters has.
impl Default for Options {
    fn default() -> Self {
        Self {
            base_uri: OWN_BASE.to_owned(),
            named_graph_uri: "http://aws.amazon.com/neptune/vocab/v01/DefaultNamedGraph".to_owned(),
            verify_uri_syntax: false,
            stop: Stop::default(),
        }
    }
}
