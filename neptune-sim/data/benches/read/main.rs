//! What reading load files costs with everything on (types, ids, duplicates, missing vertices), beside readers that only split or parse, and
//! beside itself on one core and on two.
//!
//! `cargo bench --workspace --bench read` takes a minute. Two that are compared read the same bytes by turns, and what counts is the CPU that each
//! takes, so that the ratios hold on a busy machine, too; only the wall time needs a quiet one. Programs that are not installed are named.

mod cost;
mod inputs;
mod peers;

use std::num::NonZero;

use cost::{Cost, measure};
use inputs::ROWS;
use neptune_data::rdf::{self, Format};
use neptune_data::table::{Dialect, File, Options};
use neptune_data::{Finding, Found, Graph};

/// How often each reads.
const ROUNDS: usize = 7;
const OPENCYPHER: Dialect = Dialect::OpenCypher { edge_ids: true };

fn main() {
    println!("what                                          ns a row   against  CPU ratio  wall ratio  asked");
    let csv = [inputs::vertices(), inputs::edges()];
    let csv: Vec<&str> = csv.iter().map(String::as_str).collect();
    row("Gremlin CSV, beside the crate csv", &|| load(&csv[..1], 1), &|| split(&csv[..1]), "CPU 4.0");
    row("vertices and edges, beside the crate csv", &|| load(&csv, 1), &|| split(&csv), "");
    let nodes = inputs::nodes();
    row("openCypher, beside the crate csv", &|| load_as(OPENCYPHER, &[&nodes], 1), &|| split(&[&nodes]), "CPU 4.0");
    let faulty = inputs::faulty_vertices();
    row("a fault in every row, beside none", &|| load(&[&faulty], 1), &|| load(&csv[..1], 1), "CPU 1.5");
    row("Gremlin CSV on two cores, beside one", &|| load(&csv, 2), &|| load(&csv, 1), "wall 0.6");
    let [quads, triples] = [Format::NQuads, Format::NTriples].map(inputs::statements);
    row("N-Quads, beside oxttl", &|| load_rdf(&quads, Format::NQuads), &|| parse_quads(&quads), "");
    row("N-Triples, beside oxttl", &|| load_rdf(&triples, Format::NTriples), &|| parse_triples(&triples), "");
    for (format, name, text) in [(Format::NQuads, "nquads", &quads), (Format::NTriples, "ntriples", &triples)] {
        peers::compare(name, text, &measure(&|| load_rdf(text, format)));
    }
    println!("csv-gremlin: not measured, because it has no release that can be pinned (asked: 1/60 of its CPU for each row)");
}

fn load(files: &[&str], cores: usize) -> u64 {
    load_as(Dialect::Gremlin, files, cores)
}

/// Loads files into one graph, as a load does that is asked for its first ten errors.
fn load_as(dialect: Dialect, files: &[&str], cores: usize) -> u64 {
    let (mut graph, mut first) = (Graph::default(), Vec::<Finding>::new());
    let options = Options { cores: NonZero::new(cores), ..Options::default() };
    let mut sink = |found: Found<'_>| {
        if first.len() < 10 {
            first.push(found.finding());
        }
    };
    let mut load = |text: &&str| {
        let file = File::open(text.as_bytes(), dialect).expect("bytes can be read");
        file.load(options, &mut graph, &mut sink).expect("bytes can be read").records
    };
    files.iter().map(&mut load).sum()
}

fn split(files: &[&str]) -> u64 {
    let (mut record, mut count) = (csv::ByteRecord::new(), 0);
    for text in files {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        while reader.read_byte_record(&mut record).expect("CSV") {
            count += record.len() as u64;
        }
    }
    count
}

fn load_rdf(text: &str, format: Format) -> u64 {
    let (mut graph, options) = (Graph::default(), rdf::Options::default());
    rdf::load(text.as_bytes(), format, &options, &mut graph, &mut |_| {}).expect("bytes can be read").records
}

fn parse_quads(text: &str) -> u64 {
    oxttl::NQuadsParser::new().for_slice(text).map(|quad| u64::from(quad.is_ok())).sum()
}

fn parse_triples(text: &str) -> u64 {
    oxttl::NTriplesParser::new().for_slice(text).map(|triple| u64::from(triple.is_ok())).sum()
}

/// Both by turns, and the medians of the ratios.
fn row(what: &str, ours: &dyn Fn() -> u64, theirs: &dyn Fn() -> u64, asked: &str) {
    let rounds: Vec<(Cost, Cost)> = (0..ROUNDS).map(|_| (measure(ours), measure(theirs))).collect();
    let median = |of: &dyn Fn(&(Cost, Cost)) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[ROUNDS / 2]
    };
    let each = |cost: Cost| cost.cpu.as_secs_f64() * 1e9 / f64::from(ROWS);
    let (ours, theirs) = (median(&|(ours, _)| each(*ours)), median(&|(_, theirs)| each(*theirs)));
    let cpu = median(&|(ours, theirs)| ours.cpu.as_secs_f64() / theirs.cpu.as_secs_f64());
    let wall = median(&|(ours, theirs)| ours.wall.as_secs_f64() / theirs.wall.as_secs_f64());
    println!("{what:<44} {ours:>9.0} {theirs:>9.0} {cpu:>10.2} {wall:>11.2}  {asked}");
}
