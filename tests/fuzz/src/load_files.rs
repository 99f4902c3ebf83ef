//! Load files: what is found in them does not depend on how their bytes come.

use std::io::{self, Read};

use neptune_data::rdf::{self, Format};
use neptune_data::table::{Dialect, File, Options};
use neptune_data::{Excerpt, Finding, Found, Graph, Totals};

/// The first byte says how the file is loaded, and the rest is a file of CSV.
pub(crate) fn csv(bytes: &[u8]) {
    let Some((how, file)) = bytes.split_first() else { return };
    let (dialect, is_lenient) = match how {
        b'g' => (Dialect::Gremlin, false),
        b'u' => (Dialect::Gremlin, true),
        b'o' => (Dialect::OpenCypher { edge_ids: true }, false),
        _ => (Dialect::OpenCypher { edge_ids: false }, true),
    };
    let options = Options { allow_empty_strings: is_lenient, update_single_cardinality: is_lenient, ..Options::default() };
    // Twice, so that there are vertices for edges, and facts that come again.
    either_way(file, |input, graph, sink| {
        File::open(input, dialect).and_then(|file| file.load(options, graph, sink)).expect("bytes can be read")
    });
}

/// The first byte says in which format the rest is.
pub(crate) fn rdf(bytes: &[u8]) {
    let Some((format, file)) = bytes.split_first() else { return };
    let format = match format {
        b'3' => Format::NTriples,
        b'4' => Format::NQuads,
        b't' => Format::Turtle,
        _ => Format::RdfXml,
    };
    let has_lines = matches!(format, Format::NTriples | Format::NQuads);
    either_way(file, |input, graph, sink| {
        let mut sink = |found: Found<'_>| {
            let mut finding = found.finding();
            if !has_lines {
                // Of a document, an excerpt shows what was read so far.
                finding.excerpt = Excerpt::default();
            }
            sink(finding.into());
        };
        rdf::load(input, format, &rdf::Options::default(), graph, &mut sink).expect("bytes can be read")
    });
}

type Sink<'a> = &'a mut (dyn FnMut(Found<'_>) + Send);

/// Loads a file twice into one graph, from bytes that come at once, and from bytes that come in odd pieces.
fn either_way(file: &[u8], load: impl Fn(Box<dyn Read + Send + '_>, &mut Graph, Sink<'_>) -> Totals) {
    let all = |is_uneven: bool| -> Vec<(Totals, Vec<Finding>)> {
        let mut graph = Graph::default();
        let mut once = |_| {
            let input: Box<dyn Read + Send> = if is_uneven { Box::new(Uneven(file)) } else { Box::new(file) };
            let mut findings = Vec::new();
            let totals = load(input, &mut graph, &mut |found| findings.push(found.finding()));
            (totals, findings)
        };
        (0..2).map(&mut once).collect()
    };
    let (at_once, in_pieces) = (all(false), all(true));
    assert!(at_once == in_pieces, "what is found depends on how the bytes come:\n{at_once:?}\n{in_pieces:?}");
}

/// Gives few bytes at a time, and not always as many.
struct Uneven<'a>(&'a [u8]);

impl Read for Uneven<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let next = usize::from(self.0.first().copied().unwrap_or_default());
        let count = (1 + next % 7).min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}
