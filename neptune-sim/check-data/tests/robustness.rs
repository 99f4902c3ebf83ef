//! Odd files, folders and outputs: no check hangs, and each ends with its exit code.

mod common;

use std::fs;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{arguments, check, fails, flat, folder, report};
use neptune_check_data::run;
use proptest::prelude::*;
use rstest::rstest;

const VERTICES: &str = "~id\nv1\n";

#[rstest]
#[case::fine(VERTICES, &[], 0)]
#[case::errors("~id,a:Int\nv1,x\n", &[], 1)]
#[case::warnings("~id,a:Bool\nv1,1\n", &[], 0)]
#[case::warnings_where_it_is_strict("~id,a:Bool\nv1,1\n", &["--strict"], 109)]
#[case::errors_where_it_is_strict("~id,a:Int\nv1,x\n", &["--strict"], 1)]
fn the_exit_code_is_the_verdict(#[case] text: &str, #[case] options: &[&str], #[case] code: u8) {
    assert_eq!(check(folder(&[("a.csv", text)]).path(), options).0, code);
}

#[rstest]
#[case("--json")]
#[case("--sarif")]
#[case("--junit")]
#[case("--html")]
#[case("--rejects")]
fn a_report_that_cannot_be_written_is_named(#[case] option: &str) {
    let files = folder(&[("a.csv", VERTICES)]);
    let inside = files.path().join("a.csv/report").display().to_string();
    let (code, text) = fails(&[&files.path().join("a.csv")], &[option, &inside]);
    assert!(code == 107 && text.contains("a.csv/report: "), "{text}");
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_checked() {
    let files = folder(&[("a.csv", VERTICES), ("z.csv", "~id,a:Int\nv2,x\n")]);
    symlink("nothing", files.path().join("gone.csv")).expect("a link");
    let (code, text) = check(files.path(), &[]);
    assert_eq!(code, 110);
    assert!(flat(&text).contains("gone.csv: error: it cannot be read: No such file or directory"), "{text}");
    assert!(text.contains("z.csv:2:4: error: Value 'x'"), "{text}");
    assert!(text.contains("LOAD_FAILED: 2 errors, 0 warnings in 3 files"), "{text}");
}

#[test]
fn pipes_sockets_and_circles_in_folders_are_left_out_and_named() {
    let files = folder(&[("a.csv", VERTICES)]);
    symlink(files.path(), files.path().join("circle")).expect("a link");
    let pipe = files.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let (code, text) = check(files.path(), &[]);
    assert_eq!(code, 0);
    for name in ["circle", "pipe"] {
        assert!(flat(&text).contains(&format!("{name} is not read")), "{text}");
    }
    (0..8).for_each(|number| symlink(files.path(), files.path().join(format!("link-{number}"))).expect("a link"));
    let (_, text) = check(files.path(), &[]);
    assert!(text.matches("is not read").count() == 5 && text.contains("5 more are not read"), "{text}");
    let (code, text) = fails(&[&pipe], &[]);
    assert!(code == 110 && text.contains("neptune-sim check-data - < "), "{text}");
    assert_eq!(fails(&[Path::new("/dev/zero")], &[]).0, 110);
}

#[test]
fn other_encodings_and_line_ends_are_named() {
    let wide: Vec<u8> = "\u{feff}~id,a\nv1,x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, expected) in
        [(wide, "this is UTF-16"), (b"~id,a\rv1,x\rv2,y\r".to_vec(), "lines end with a carriage return only")]
    {
        let files = folder(&[]);
        fs::write(files.path().join("a.csv"), bytes).expect("a file");
        let (code, text) = check(files.path(), &[]);
        assert!(code == 1 && flat(&text).contains(expected), "{text}");
    }
}

#[test]
fn nothing_in_a_file_or_its_name_is_obeyed_by_a_terminal() {
    let files = folder(&[
        ("a\u{1b}[2J.csv", "~id,a:Int,b\u{1b}[31m:Int\n\"v\u{7}\",\"x\r\u{1b}]0;t\",1\nv,1,2\u{9b}5m\n"),
        ("\u{1b}c.csv", "~id,\ra\n"),
    ]);
    let mut out = Vec::new();
    run(&arguments(&[files.path()], &[]), &mut out).expect("it runs");
    let text = String::from_utf8(out).expect("text");
    // Colours are ours.
    let ours = neptune_report::terminal::BAD.to_string();
    let rest = text.replace(&ours, "").replace("\u{1b}[0m", "").replace("\u{1b}[36m", "").replace("\u{1b}[33m", "");
    assert!(rest.chars().all(|c| !c.is_control() || c == '\n'), "{rest:?}");
}

#[test]
fn a_long_header_is_looked_at_whole() {
    let header: Vec<String> = (0..20).map(|number| format!("property_{number}:String")).collect();
    let files = folder(&[("a.csv", &format!("{},id\n", header.join(",")))]);
    assert!(flat(&check(files.path(), &[]).1).contains("write the column `id` as `~id`"));
}

/// A pipe with a text in it, as a shell makes one for `<(…)`, and its path.
fn pipe(text: &str) -> (io::PipeReader, PathBuf) {
    let (read, mut write) = io::pipe().expect("a pipe");
    write.write_all(text.as_bytes()).expect("it fits into the pipe");
    let path = format!("/dev/fd/{}", read.as_raw_fd());
    (read, PathBuf::from(path))
}

#[test]
fn what_comes_once_is_read_once() {
    let (edges, vertices) = (pipe("~id,~from,~to\ne,v1,v2\n"), pipe("~id,a:Int\nv1,1\nv2,x\n"));
    let output = tempfile::tempdir().expect("a folder for the rows");
    let (code, text) = report(&[&edges.1, &vertices.1], &[]);
    assert!(code == 1 && text.contains("LOAD_FAILED: 1 error"), "{text}");
    let (edges, vertices) = (pipe("~id,~from,~to\ne,v1,v2\n"), pipe("~id,a:Int\nv1,1\nv2,x\n"));
    report(&[&edges.1, &vertices.1], &["--rejects", &output.path().display().to_string()]);
    assert_eq!(common::files_in(output.path()).len(), 3, "accepted and rejected vertices, and a rejected edge");
}

#[test]
fn a_reader_of_the_report_that_has_gone_changes_nothing() {
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let files = folder(&[("a.csv", "~id,a:Int\nv1,x\n")]);
    assert_eq!(run(&arguments(&[files.path()], &[]), &mut Gone).expect("it runs"), 1);
}

#[test]
fn the_table_of_many_files_is_short_and_complete() {
    let files = folder(&[]);
    for number in 0..1200 {
        let age = if number % 400 == 0 { "x" } else { "1" };
        fs::write(files.path().join(format!("part-{number:04}.csv")), format!("~id,a:Int\nv{number},{age}\n")).expect("a file");
    }
    let (code, text) = check(files.path(), &[]);
    assert!(code == 1 && text.lines().count() < 40, "{text}");
    let rows: Vec<String> = text.lines().filter(|line| line.starts_with(' ')).map(flat).collect();
    for row in ["part-0800.csv 2 0 0 1 0", "1197 others 2394 0 0 0 0", "all 2400 0 0 3 0"] {
        assert!(rows.iter().any(|found| found == row), "{row}: {text}");
    }
    assert_eq!(check(files.path(), &[]).1, text, "each time the same");
    let (_, text) = report(&[&files.path().join("part-09")], &[]);
    assert!(text.contains("in 100 files"), "{text}");
}

/// Pieces of which files are made that go wrong in every way.
const PIECES: [&str; 58] = [
    "~id",
    "~from",
    "~to",
    "~label",
    ":ID",
    ":START_ID(é)",
    ":END_ID",
    ":LABEL",
    ":TYPE",
    "a:Int",
    "b:Date",
    "c:Double",
    "d:Bool",
    "e:String[]",
    "f:None",
    ",",
    ",",
    ",",
    ",",
    "\n",
    "\n",
    "\n",
    "\r",
    "\"",
    "\"\"",
    "\\\"",
    ";",
    " ",
    "\t",
    "é",
    "\u{feff}",
    "\u{1b}",
    "\0",
    "-20201005",
    "+20240229",
    "20240229",
    "2024-02-2é 10:15:30",
    "2024-02-29 10:15:30+é",
    "0024-00-00T99:99:99",
    "9223372036854776000",
    "-",
    "41.0",
    "1e999",
    "nan",
    "[",
    "]",
    "{",
    "<e:a>",
    "<e:p>",
    "\"x\"@",
    "\"x\"@en_US",
    "^^",
    "@prefix e: <e:> .",
    "e:a",
    " .",
    "_:b",
    "<?xml",
    "<rdf:RDF>",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_file_makes_a_check_panic(
        pieces in prop::collection::vec(prop::collection::vec(prop::sample::select(&PIECES[..]), 0..25), 1..4),
        format in prop::sample::select(vec!["csv", "opencypher", "ntriples", "nquads", "turtle", "rdfxml"]),
        width in 0_usize..120,
    ) {
        let texts: Vec<String> = pieces.iter().map(|pieces| pieces.concat()).collect();
        let files = folder(&[]);
        for (number, text) in texts.iter().enumerate() {
            fs::write(files.path().join(format!("{number}.csv")), text).expect("a file");
        }
        let rejects = files.path().join("rejects").display().to_string();
        let found = neptune_check_data::check(&arguments(&[files.path()], &["--format", format, "--rejects", &rejects])).expect("files");
        found.text(width);
        found.json();
        found.sarif(Path::new("/"));
        found.junit(true, std::time::SystemTime::UNIX_EPOCH, std::time::Duration::ZERO).expect("XML");
        found.html(true, std::time::SystemTime::UNIX_EPOCH, std::time::Duration::ZERO);
    }
}
