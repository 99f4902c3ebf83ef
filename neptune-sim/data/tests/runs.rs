//! Files that are checked apart have the same edges without a vertex as in one check of all.

use std::collections::BTreeSet;
use std::num::NonZero;

use neptune_data::runs::{BadRun, Entries, Ids, Run, RunReader, Vertices};
use neptune_data::table::{Dialect, File, Kind, Options};
use neptune_data::{Code, Found, Graph, Problem, What};
use proptest::prelude::*;

/// The dialects, with the headers of vertices and of edges.
const DIALECTS: [(Dialect, &str, &str); 2] = [
    (Dialect::Gremlin, "~id,~label", "~id,~from,~to"),
    (Dialect::OpenCypher { edge_ids: true }, ":ID(s),:LABEL", ":ID,:START_ID(s),:END_ID(s)"),
];

/// The file and the record of each edge without a vertex.
type Missing = BTreeSet<(String, u64)>;

fn open(text: &str, dialect: Dialect) -> File<&[u8]> {
    File::open(text.as_bytes(), dialect).expect("bytes can be read")
}

/// As one check of all files reports them.
fn of_all(files: &[String], dialect: Dialect) -> Missing {
    let (mut graph, mut missing) = (Graph::default(), Missing::new());
    for kind in [Kind::Vertices, Kind::Edges] {
        for (number, text) in files.iter().enumerate() {
            let file = open(text, dialect);
            if file.kind() == Some(kind) {
                let sink = &mut |found: neptune_data::Found<'_>| {
                    if matches!(found.what(), What::Error(problem) if problem.code() == Code::MissingVertex) {
                        missing.insert((number.to_string(), found.record()));
                    }
                };
                file.load(Options::default(), &mut graph, sink).expect("bytes can be read");
            }
        }
    }
    missing
}

/// Each file is read apart, and each range is merged apart.
fn of_runs(files: &[String], dialect: Dialect, room: usize, ranges: NonZero<u16>) -> Missing {
    let mut split = vec![Vec::new(); usize::from(ranges.get())];
    for (number, text) in files.iter().enumerate() {
        let take = |run: Run| {
            run.split(ranges, &number.to_string()).into_iter().for_each(|(range, bytes)| split[usize::from(range)].push(bytes));
            Ok(())
        };
        let mut ids = Ids::new(room, take);
        let file = open(text, dialect);
        let mut sink = |found: Found<'_>| {
            let is_missing = matches!(found.what(), What::Error(Problem::MissingVertex { .. }));
            assert!(!is_missing, "an edge is refused whose vertices may be in other files");
        };
        file.load_apart(Options::default(), &mut Graph::default(), &mut ids, &mut sink).expect("bytes can be read");
        ids.finish().expect("it is taken");
    }
    split.iter().flat_map(|runs| merge(runs)).collect()
}

fn merge(runs: &[Vec<u8>]) -> Missing {
    let (mut vertices, mut missing) = (Vertices::with_room_for(1000), Missing::new());
    for run in runs {
        if let Entries::Vertices(ids) = RunReader::open(&run[..]).expect("it is as it was written").entries {
            ids.for_each(|id| vertices.add(id.expect("it is as it was written")).expect("it is as it was written"));
        }
    }
    for run in runs {
        let RunReader { name, entries } = RunReader::open(&run[..]).expect("it is as it was written");
        if let Entries::Ends(ends) = entries {
            vertices.missing(ends, |end| _ = missing.insert((name.clone(), end.record))).expect("it is as it was written");
        }
    }
    missing
}

fn files(vertices: &[Vec<u8>], edges: &[Vec<(u8, u8)>], headers: (&str, &str)) -> Vec<String> {
    let rows = |ids: &[u8]| ids.iter().map(|id| format!("v{id},x\n")).collect::<Vec<_>>().concat();
    let of_edges = |file: usize, edges: &[(u8, u8)]| {
        let row = |(row, (from, to)): (usize, &(u8, u8))| format!("e{file}-{row}, \"v{from}\" ,v{to}\n");
        edges.iter().enumerate().map(row).collect::<Vec<_>>().concat()
    };
    let vertices = vertices.iter().map(|ids| format!("{}\n{}", headers.0, rows(ids)));
    let edges = edges.iter().enumerate().map(|(file, edges)| format!("{}\n{}", headers.1, of_edges(file, edges)));
    edges.chain(vertices).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn files_apart_have_the_same_edges_without_a_vertex_as_all_together(
        vertices in prop::collection::vec(prop::collection::vec(0..40_u8, 0..20), 0..5),
        edges in prop::collection::vec(prop::collection::vec((0..40_u8, 0..40_u8), 0..30), 0..5),
        room in 24..500_usize,
        ranges in 1..9_u16,
    ) {
        for (dialect, of_vertices, of_edges) in DIALECTS {
            let files = files(&vertices, &edges, (of_vertices, of_edges));
            let ranges = NonZero::new(ranges).expect("it is as it was written");
            prop_assert_eq!(of_runs(&files, dialect, room, ranges), of_all(&files, dialect));
        }
    }

    #[test]
    fn no_bytes_are_a_run_that_hangs_or_panics(bytes in prop::collection::vec(any::<u8>(), 0..100), letter in any::<bool>()) {
        let head = if letter { &b"NEPTRUN1V\0\0\0\0"[..] } else { b"NEPTRUN1E\0\0\0\x01a" };
        for run in [&bytes[..], &[head, &bytes].concat()] {
            match RunReader::open(run).map(|run| run.entries) {
                Ok(Entries::Vertices(ids)) => _ = ids.take_while(Result::is_ok).count(),
                Ok(Entries::Ends(ends)) => _ = Vertices::with_room_for(1).missing(ends, |_| {}),
                Err(_) => {}
            }
        }
    }
}

#[test]
fn a_run_that_is_cut_off_or_not_sorted_is_refused() {
    let run = Run::Vertices(["a", "b"].map(|id| neptune_data::runs::IdHash::of("", id.as_bytes())).to_vec());
    let ranges = NonZero::new(1).expect("it is as it was written");
    let bytes = run.split(ranges, "x").remove(0).1;
    let read = |bytes: &[u8]| match RunReader::open(bytes)?.entries {
        Entries::Vertices(ids) => ids.collect::<Result<Vec<_>, _>>(),
        Entries::Ends(_) => unreachable!("they are vertices"),
    };
    // Which of the two is first, their hashes decide.
    let backwards = [&bytes[..14], &bytes[30..], &bytes[14..30]].concat();
    assert_eq!([&bytes, &backwards].iter().filter(|bytes| matches!(read(bytes), Err(BadRun::Damaged))).count(), 1);
    for length in [0, 5, 13, 20, bytes.len() - 1] {
        assert!(matches!(read(&bytes[..length]), Err(BadRun::Damaged)), "{length}");
    }
    assert!(matches!(read(b"~id,~label\nv1,person\n"), Err(BadRun::NoRun)));
}
