//! Memory does not grow with a file whose ids are known, however many faults it has. A process of its own, because its peak is measured.

use std::io::{self, Read};

use neptune_data::rdf::{self, Format};
use neptune_data::table::{Dialect, File, Options};
use neptune_data::{Found, Graph};

mod process;

use process::memory;

const MIB: u64 = 1024 * 1024;
/// What a load may take apart from its ids.
const MOST: u64 = 64 * MIB;

/// A file of so many bytes that is nowhere: its header, and then rows again and again.
struct Made {
    left: u64,
    header: &'static [u8],
    rows: &'static [u8],
    at: usize,
}

impl Made {
    fn new(header: &'static [u8], rows: &'static [u8], bytes: u64) -> Self {
        Self { left: bytes, header, rows, at: 0 }
    }
}

impl Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        if self.at == self.rows.len() {
            self.at = 0;
        }
        let rest = if self.header.is_empty() { &self.rows[self.at..] } else { self.header };
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        if self.header.is_empty() {
            self.at += count;
        } else {
            self.header = &self.header[count..];
        }
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}

/// Loads a file with a fault in every row and with one in none, and statements of which every second one is none, as `--max-errors 10` asks for it.
fn load_all(bytes: u64) {
    let mut findings = Vec::new();
    let mut sink = |found: Found<'_>| {
        if findings.len() < 10 {
            findings.push(found.finding());
        }
    };
    let header = b"~id,~label,name:String,age:Int,seen:Date\n";
    for rows in [&b"v1,person,Ada,x,2024-02-30\nv2,person,\"Ada\",True,\n,\n"[..], b"v1,person,Ada,36,2024-02-29\n"] {
        let file = File::open(Made::new(header, rows, bytes), Dialect::Gremlin).expect("it can be read");
        file.load(Options::default(), &mut Graph::default(), &mut sink).expect("it can be read");
    }
    let lines = b"<http://e/a> |http://e/p> \"x\" .\n_:b <http://e/{p}> \"x\"@en .\n";
    let input = Made::new(b"", lines, bytes);
    rdf::load(input, Format::NTriples, &rdf::Options::default(), &mut Graph::default(), &mut sink).expect("it can be read");
    assert_eq!(findings.len(), 10);
}

/// Each file has 8 MiB, or as many as `NEPTUNE_TEST_MIB` says: `NEPTUNE_TEST_MIB=1024 cargo test --release` takes minutes.
#[test]
fn files_of_any_length_take_bounded_memory() {
    let mebibytes = std::env::var("NEPTUNE_TEST_MIB").map_or(8, |text| text.parse().expect("NEPTUNE_TEST_MIB is a number"));
    load_all(mebibytes * MIB);
    let Some(peak) = memory("VmHWM:") else {
        return println!("skipped: this system does not say how much memory a process has had");
    };
    println!("{mebibytes} MiB of each: at most {} MiB of memory", peak / MIB);
    assert!(peak < MOST, "{peak}");
}
