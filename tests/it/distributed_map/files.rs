//! The files of a load: vertices and edges in many objects, some with faults, and what one check of all says of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use neptune_harness::binaries::simulator_binary;
use serde_json::Value;

/// Keys of objects, and their bytes.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// How many vertices a file has, and how many edges.
const ROWS: usize = 20;

/// So many files of vertices, and twice as many of edges, below `in/`.
pub(super) fn files(count: usize) -> Files {
    let mut files = Files::new();
    for file in 0..count {
        let rows: Vec<String> = (0..ROWS).map(|row| format!("v{},person,{}", file * ROWS + row, row)).collect();
        files.insert(format!("in/vertices-{file:03}.csv"), text("~id,~label,age:Int", &rows));
    }
    for file in 0..2 * count {
        let end = |number: usize| format!("v{}", number * 7 % (count * ROWS));
        let rows: Vec<String> =
            (0..ROWS).map(|row| format!("e{file}-{row},{},{},knows", end(file * ROWS + row), end(file + row * 3))).collect();
        files.insert(format!("in/edges-{file:03}.csv"), text("~id,~from,~to,~label", &rows));
    }
    add_odd_ones(&mut files);
    files
}

fn add_odd_ones(files: &mut Files) {
    let bad_edges = ["b1,v1,nowhere,x", "b2,nowhere,nothing,x", "b3,v1,v2,x", "b4,v3,nowhere,x"].map(str::to_owned);
    files.insert("in/edges with+odd name.csv".to_owned(), text("~id,~from,~to,~label", &bad_edges));
    let bad_values = ["w1,person,41.0", "w2,person,41", "w3,person,,,"].map(str::to_owned);
    files.insert("in/bad values.csv".to_owned(), text("~id,~label,age:Int", &bad_values));
    files.insert("in/turtle.csv".to_owned(), b"@prefix e: <http://e/> .\n".to_vec());
    files.insert("in/packed.csv.gz".to_owned(), packed(&text("~id,~from,~to", &["p1,v1,v2", "p2,v1,lost"].map(str::to_owned))));
}

fn text(header: &str, rows: &[String]) -> Vec<u8> {
    let mut text = format!("{header}\n");
    for row in rows {
        writeln!(text, "{row}").unwrap();
    }
    text.into_bytes()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// What one check of all files says: its report, and the file and the record of each edge without a vertex.
pub(super) fn checked_at_once(files: &Files) -> (Value, BTreeSet<(String, u64)>) {
    let folder = tempfile::tempdir().unwrap();
    for (key, bytes) in files {
        let path = folder.path().join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let report = folder.path().join("report.json");
    let mut check = Command::new(simulator_binary().unwrap());
    check.args(["check-data", "--max-errors", "1000", "--json"]).arg(&report).arg("in").current_dir(folder.path());
    assert_eq!(check.output().unwrap().status.code(), Some(1));
    let report: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    let errors = report["errors"].as_array().unwrap().iter();
    let missing = errors.filter(|error| error["code"] == "FROM_OR_TO_VERTEX_ARE_MISSING");
    let missing =
        missing.map(|error| (error["file"].as_str().unwrap().to_owned(), error["record"].as_u64().unwrap())).collect();
    (report, missing)
}
