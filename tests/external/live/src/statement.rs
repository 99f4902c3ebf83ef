//! What a run may say to the query endpoints of a cluster: exactly these statements. There is no way to write another.
//!
//! Two of them remove something, and those name a run: its own graph, or ids that begin with its own prefix.

use crate::{IdPrefix, RunGraph};

/// The named graph that consents to runs. The owner of the cluster creates it by hand.
const CONSENT: &str = "urn:neptune-harness:consent";

/// How many vertices one transaction removes.
const NODES_AT_ONCE: u32 = 10_000;

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Removes the run's graph.
    DropGraph(RunGraph),
    /// Counts what the run's graph holds.
    CountGraph(RunGraph),
    /// Asks whether the consenting graph is there.
    AskConsent,
    /// Counts the statements of the whole cluster, as far as one more than this.
    CountStatements {
        /// The profile's `max_existing`.
        max_existing: u32,
    },
    /// Removes 10,000 of the run's vertices with their edges. It is sent until [`Statement::CountRunNodes`] says that there are none: all of
    /// them in one transaction might be more than the cluster's memory holds.
    DeleteNodes(IdPrefix),
    /// Counts the run's vertices.
    CountRunNodes(IdPrefix),
    /// Counts the vertices of the whole cluster, as far as one more than this.
    CountNodes {
        /// The profile's `max_existing`.
        max_existing: u32,
    },
}

impl Statement {
    /// Where it is posted to.
    pub fn path(&self) -> &'static str {
        match self {
            Self::DropGraph(_) | Self::CountGraph(_) | Self::AskConsent | Self::CountStatements { .. } => "/sparql",
            Self::DeleteNodes(_) | Self::CountRunNodes(_) | Self::CountNodes { .. } => "/openCypher",
        }
    }

    /// The one field of the form that is posted, not yet encoded: its name and the statement.
    pub fn form(&self) -> (&'static str, String) {
        let name = if matches!(self, Self::DropGraph(_)) { "update" } else { "query" };
        (name, self.text())
    }

    /// Run ids have neither quotes nor brackets, so nothing needs escaping.
    fn text(&self) -> String {
        match self {
            Self::DropGraph(graph) => format!("DROP SILENT GRAPH <{graph}>"),
            Self::CountGraph(graph) => format!("SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"),
            Self::AskConsent => format!("ASK {{ GRAPH <{CONSENT}> {{ ?s ?p ?o }} }}"),
            Self::CountStatements { max_existing } => {
                format!("SELECT (COUNT(*) AS ?n) WHERE {{ SELECT ?s WHERE {{ ?s ?p ?o }} LIMIT {} }}", one_more(*max_existing))
            }
            Self::DeleteNodes(ids) => {
                format!("MATCH (n) WHERE id(n) STARTS WITH '{ids}' WITH n LIMIT {NODES_AT_ONCE} DETACH DELETE n")
            }
            Self::CountRunNodes(ids) => format!("MATCH (n) WHERE id(n) STARTS WITH '{ids}' RETURN count(n) AS n"),
            Self::CountNodes { max_existing } => {
                format!("MATCH (n) WITH n LIMIT {} RETURN count(n) AS n", one_more(*max_existing))
            }
        }
    }
}

/// Counting stops there: it is enough to see that there are too many.
fn one_more(max_existing: u32) -> u64 {
    u64::from(max_existing) + 1
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::RunId;

    fn run() -> RunId {
        "20261122-073000-ab12cd".parse().unwrap()
    }

    #[rstest]
    #[case::drop_graph(
        Statement::DropGraph(RunGraph::of(&run())),
        ["/sparql", "update", "DROP SILENT GRAPH <urn:neptune-harness:20261122-073000-ab12cd>"]
    )]
    #[case::count_graph(
        Statement::CountGraph(RunGraph::of(&run())),
        ["/sparql", "query", "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <urn:neptune-harness:20261122-073000-ab12cd> { ?s ?p ?o } }"]
    )]
    #[case::ask_consent(Statement::AskConsent, ["/sparql", "query", "ASK { GRAPH <urn:neptune-harness:consent> { ?s ?p ?o } }"])]
    #[case::count_statements(
        Statement::CountStatements { max_existing: 100_000 },
        ["/sparql", "query", "SELECT (COUNT(*) AS ?n) WHERE { SELECT ?s WHERE { ?s ?p ?o } LIMIT 100001 }"]
    )]
    #[case::delete_nodes(
        Statement::DeleteNodes(IdPrefix::of(&run())),
        [
            "/openCypher",
            "query",
            "MATCH (n) WHERE id(n) STARTS WITH 'nh-20261122-073000-ab12cd-' WITH n LIMIT 10000 DETACH DELETE n",
        ]
    )]
    #[case::count_run_nodes(
        Statement::CountRunNodes(IdPrefix::of(&run())),
        ["/openCypher", "query", "MATCH (n) WHERE id(n) STARTS WITH 'nh-20261122-073000-ab12cd-' RETURN count(n) AS n"]
    )]
    #[case::count_nodes(
        Statement::CountNodes { max_existing: 100_000 },
        ["/openCypher", "query", "MATCH (n) WITH n LIMIT 100001 RETURN count(n) AS n"]
    )]
    #[case::largest_limit(
        Statement::CountNodes { max_existing: u32::MAX },
        ["/openCypher", "query", "MATCH (n) WITH n LIMIT 4294967296 RETURN count(n) AS n"]
    )]
    fn a_statement_is_spelt_word_for_word(#[case] statement: Statement, #[case] said: [&str; 3]) {
        let (field, text) = statement.form();
        assert_eq!([statement.path(), field, &text], said);
    }
}
