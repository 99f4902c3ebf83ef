//! What reading load files costs: everything on (types, ids, duplicates), beside readers that only split or parse.
//!
//! `cargo bench --workspace --bench read` takes seconds. Both read the same bytes by turns, so that the ratio holds on a busy machine, too.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use neptune_data::Graph;
use neptune_data::rdf::{self, Format};
use neptune_data::table::{Dialect, File, Options};

/// How often each reads.
const ROUNDS: usize = 9;
/// How many rows or statements are read.
const ROWS: u32 = 400_000;

fn main() {
    println!("what                                        ns a row   against     ratio     bound");
    let csv = vertices();
    row("Gremlin CSV, beside the crate csv", &csv, load_csv, split_csv, 4.0);
    let faulty = csv.replace(",true,", ",true,x");
    row("the same with a fault in every row", &faulty, load_csv, |_| load_csv(&csv), 1.5);
    let quads = statements();
    row("N-Quads, beside oxttl", &quads, load_quads, parse_quads, 1.5);
}

fn vertices() -> String {
    let mut text = "~id,~label,name:String,age:Int,score:Double,active:Bool,tags:String[]\n".to_owned();
    for row in 0..ROWS {
        let _ = writeln!(text, "person-{row},person,\"Name, {row}\",{},{}.5,true,{};b", row % 90, row % 1000, row % 7);
    }
    text
}

fn statements() -> String {
    let mut text = String::new();
    for row in 0..ROWS {
        let (subject, value) = (row / 4, row % 4);
        let _ = match value {
            0 => writeln!(
                text,
                "<http://example.com/people/{subject}> <http://xmlns.com/foaf/0.1/name> \"Name {row}\"@en <http://example.com/g> ."
            ),
            1 => writeln!(
                text,
                "<http://example.com/people/{subject}> <http://example.com/age> \"{row}\"^^<http://www.w3.org/2001/XMLSchema#integer> <http://example.com/g> ."
            ),
            _ => writeln!(
                text,
                "<http://example.com/people/{subject}> <http://xmlns.com/foaf/0.1/knows> <http://example.com/people/{row}> <http://example.com/g> ."
            ),
        };
    }
    text
}

fn load_csv(text: &str) -> u64 {
    let file = File::open(text.as_bytes(), Dialect::Gremlin).expect("bytes can be read");
    file.load(Options::default(), &mut Graph::default(), &mut |_| {}).expect("bytes can be read").records
}

fn split_csv(text: &str) -> u64 {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let (mut record, mut count) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record).expect("CSV") {
        count += record.len() as u64;
    }
    count
}

fn load_quads(text: &str) -> u64 {
    let mut graph = Graph::default();
    rdf::load(text.as_bytes(), Format::NQuads, &rdf::Options::default(), &mut graph, &mut |_| {})
        .expect("bytes can be read")
        .records
}

fn parse_quads(text: &str) -> u64 {
    oxttl::NQuadsParser::new().for_slice(text).map(|quad| u64::from(quad.is_ok())).sum()
}

/// Both by turns, and the median of the ratios.
fn row(what: &str, text: &str, ours: impl Fn(&str) -> u64, theirs: impl Fn(&str) -> u64, bound: f64) {
    let mut rounds: Vec<(f64, Duration, Duration)> = Vec::new();
    for _ in 0..ROUNDS {
        let (ours, theirs) = (time(|| ours(text)), time(|| theirs(text)));
        rounds.push((ours.as_secs_f64() / theirs.as_secs_f64(), ours, theirs));
    }
    rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (ratio, ours, theirs) = rounds[ROUNDS / 2];
    let each = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(ROWS);
    println!("{what:<42} {:>9.0} {:>9.0} {ratio:>9.2} {bound:>9.2}", each(ours), each(theirs));
}

fn time(work: impl Fn() -> u64) -> Duration {
    let started = Instant::now();
    assert!(black_box(work()) > 0);
    started.elapsed()
}
