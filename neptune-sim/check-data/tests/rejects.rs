//! `--rejects`: rows with errors apart from the others, as they were.

mod common;

use std::fs;
use std::path::Path;

use common::{check, fails, files_in, flat, folder, report};
use proptest::prelude::*;
use rstest::rstest;

/// What is in a file that was written.
fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| format!("{name}: {error}"))
}

/// Checks these files with `--rejects`, and returns the folder and what was said.
fn split(files: &[(&str, &str)], format: &str) -> (tempfile::TempDir, String) {
    let (input, output) = (folder(files), tempfile::tempdir().expect("a folder for the rows"));
    let arguments = ["--format", format, "--rejects", &output.path().display().to_string()].map(str::to_owned);
    let (_, text) = check(input.path(), &arguments.each_ref().map(String::as_str));
    // The paths of the inputs without their first `/`.
    let inner = input.path().strip_prefix("/").expect("an absolute path");
    for part in ["accepted", "rejected"] {
        if output.path().join(part).join(inner).is_dir() {
            fs::rename(output.path().join(part).join(inner), output.path().join(part).join("all")).expect("it moves");
        }
    }
    (output, text)
}

#[test]
fn a_row_with_one_bad_cell_is_rejected_as_it_was() {
    let people = "\u{feff}~id, age:Int,note\r\nv1,30, x \n\nv2,41.0,\"a\nb\"\r\nv3,31,";
    let (output, text) = split(&[("sub/people.csv", people)], "csv");
    assert_eq!(read(output.path(), "accepted/all/sub/people.csv"), "\u{feff}~id, age:Int,note\r\nv1,30, x \nv3,31,");
    assert_eq!(read(output.path(), "rejected/all/sub/people.csv"), "\u{feff}~id, age:Int,note\r\nv2,41.0,\"a\nb\"\r\n");
    assert!(flat(&text).contains(&format!("1 row in {}/rejected, 2 in ", output.path().display())), "{text}");
}

#[test]
fn an_edge_to_a_rejected_vertex_goes_with_it() {
    let vertices = "~id,age:Int\nv1,1\nv2,x\nv3,x\nv3,2\n";
    let edges = "~id,~from,~to\ne1,v1,v3\ne2,v1,v2\ne3,v1,v9\n";
    let (output, text) = split(&[("a-edges.csv", edges), ("vertices.csv", vertices)], "csv");
    assert_eq!(read(output.path(), "accepted/all/vertices.csv"), "~id,age:Int\nv1,1\nv3,2\n");
    assert_eq!(read(output.path(), "accepted/all/a-edges.csv"), "~id,~from,~to\ne1,v1,v3\n");
    assert_eq!(read(output.path(), "rejected/all/a-edges.csv"), "~id,~from,~to\ne2,v1,v2\ne3,v1,v9\n");
    assert!(flat(&text).contains("(1 is an edge to a vertex that is rejected)"), "{text}");
}

#[test]
fn ids_of_opencypher_are_known_in_their_space() {
    let (people, things) = (":ID(people),age:Int\n1,x\n", ":ID(things),age:Int\n1,2\n");
    let links = ":START_ID(things),:END_ID(things),:ID\n1,1,e1\n";
    let (output, _) = split(&[("l.csv", links), ("p.csv", people), ("t.csv", things)], "opencypher");
    assert_eq!(read(output.path(), "accepted/all/l.csv"), links);
    assert_eq!(read(output.path(), "rejected/all/p.csv"), people);
}

#[rstest]
#[case::header("name\n\nx\n")]
#[case::empty("")]
#[case::unclosed("~id,a\n\"v1,x\nv2,y\n")]
fn a_file_that_cannot_be_read_is_rejected_whole(#[case] text: &str) {
    let (output, _) = split(&[("a.csv", text), ("b.csv", "~id\n")], "csv");
    assert_eq!(read(output.path(), "rejected/all/a.csv"), text);
    assert_eq!(files_in(&output.path().join("accepted")), ["all/b.csv"]);
}

#[test]
fn what_is_behind_a_record_that_is_too_long_is_rejected_too() {
    let long = "x".repeat(17 * 1024 * 1024);
    let (output, _) = split(&[("a.csv", &format!("~id,a\nv1,1\nv2,{long}\nv3,3\n"))], "csv");
    assert_eq!(read(output.path(), "accepted/all/a.csv"), "~id,a\nv1,1\n");
    assert!(read(output.path(), "rejected/all/a.csv") == format!("~id,a\nv2,{long}\nv3,3\n"));
    let (output, _) = split(&[("a.nq", &format!("<e:a> <e:p> <e:b> .\n{long}\nx\n"))], "nquads");
    assert!(read(output.path(), "rejected/all/a.nq") == format!("{long}\nx\n"));
}

#[test]
fn lines_of_statements_are_split_and_comments_are_kept() {
    let text = "# all\n<e:a> <e:p> <e:b> .\r\n<e:a> |<e:p> <e:b> .\r\n\n<e:c> <e:p> <e:d> .";
    let (output, said) = split(&[("a.nt", text)], "ntriples");
    assert_eq!(read(output.path(), "accepted/all/a.nt"), "# all\n<e:a> <e:p> <e:b> .\r\n\n<e:c> <e:p> <e:d> .");
    assert_eq!(read(output.path(), "rejected/all/a.nt"), "<e:a> |<e:p> <e:b> .\r\n");
    assert!(flat(&said).contains("1 line in "), "{said}");
}

#[test]
fn a_document_is_rejected_or_accepted_whole() {
    let (good, bad) = ("<e:a> <e:p> <e:b> .\n", "<e:a> <e:p> <e:b> .\n<e:c> e:p 1 .\n");
    let (output, said) = split(&[("a.ttl", good), ("b.ttl", bad)], "turtle");
    assert_eq!(read(output.path(), "accepted/all/a.ttl"), good);
    assert_eq!(read(output.path(), "rejected/all/b.ttl"), bad);
    assert_eq!([files_in(&output.path().join("accepted")).len(), files_in(&output.path().join("rejected")).len()], [1, 1]);
    assert!(flat(&said).contains("1 file in "), "{said}");
}

#[test]
fn a_compressed_file_is_written_unpacked() {
    let (input, output) = (folder(&[]), tempfile::tempdir().expect("a folder"));
    fs::write(input.path().join("a.csv.gz"), common::GZIPPED).expect("the folder can be written to");
    check(input.path(), &["--rejects", &output.path().display().to_string()]);
    let written = files_in(&output.path().join("accepted"));
    assert!(matches!(&written[..], [name] if name.ends_with("/a.csv")), "{written:?}");
}

#[test]
fn nothing_that_exists_is_written_over_and_no_name_leads_out() {
    let input = folder(&[("a.csv", "~id\nv1\n"), ("b/a.csv", "~id\nv2\n")]);
    let output = input.path().join("out");
    let rejects = ["--rejects".to_owned(), output.display().to_string()];
    let rejects = rejects.each_ref().map(String::as_str);
    let around = input.path().join("b/../a.csv");
    let (code, _) = report(&[&around], &rejects);
    assert_eq!(code, 0);
    let inside = files_in(&output.join("accepted"));
    assert!(matches!(&inside[..], [name] if name.ends_with("/b/a.csv")), "{inside:?}");
    let (code, text) = fails(&[&around], &rejects);
    assert!(code == 107 && text.contains("/out/accepted: it is there already; name another folder"), "{text}");
    let other = ["--rejects", &input.path().join("other").display().to_string()].map(str::to_owned);
    let (code, text) = fails(&[&around, &input.path().join("b/a.csv")], &other.each_ref().map(String::as_str));
    assert!(code == 107 && text.contains("two inputs would have this name"), "{text}");
}

#[test]
fn rows_in_a_folder_that_is_checked_are_warned_of() {
    let files = folder(&[("a.csv", "~id\nv1\n")]);
    for (output, is_said) in [(files.path().join("out"), true), (files.path().with_extension("out"), false)] {
        let (_, text) = report(&[files.path()], &["--rejects", &output.display().to_string()]);
        assert_eq!(flat(&text).contains("the next check, and a load of that folder, read these rows, too"), is_said, "{text}");
        fs::remove_dir_all(output).expect("it was written");
    }
}

/// Rows of vertices and edges, some of which are wrong in one way or another.
fn files() -> impl Strategy<Value = [(&'static str, String); 3]> {
    let id = || prop::sample::select(vec!["a", "b", "c", "d", ""]);
    let age = prop::sample::select(vec!["1", "2", "x", "", "\"1\"", "1,2", "\"", "a\"b"]);
    let end = || prop::sample::select(vec!["\n", "\r\n", "\n\n"]);
    let vertex = (id(), age, end()).prop_map(|(id, age, end)| format!("{id},{age}{end}"));
    let edge = (id(), id(), id(), end()).prop_map(|(id, from, to, end)| format!("{id},{from},{to}{end}"));
    let vertices =
        || prop::collection::vec(vertex.clone(), 0..6).prop_map(|rows| "~id,age:Int(single)\n".to_owned() + &rows.concat());
    let edges = prop::collection::vec(edge, 0..8).prop_map(|rows| "~id,~from,~to\n".to_owned() + &rows.concat());
    (vertices(), edges, vertices()).prop_map(|(a, b, c)| [("a.csv", a), ("b.csv", b), ("c.csv", c)])
}

/// The same files with the columns of openCypher.
fn in_opencypher(text: &str) -> String {
    text.replacen("~id,~from,~to", ":ID,:START_ID,:END_ID", 1).replacen("~id,age:Int(single)", ":ID,age:Int", 1)
}

/// The errors of a report, without their places.
fn errors(json: &serde_json::Value) -> Vec<String> {
    let of = |error: &serde_json::Value| format!("{} {} {}", error["code"], error["message"], error["id"]);
    let mut errors: Vec<String> = json["errors"].as_array().expect("a list").iter().map(of).collect();
    errors.sort();
    errors
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn accepted_and_rejected_are_all_and_only_the_accepted_load(
        files in files(),
        format in prop::sample::select(vec!["csv", "opencypher"]),
    ) {
        let files = files.map(|(name, text)| (name, if format == "csv" { text } else { in_opencypher(&text) }));
        let texts = files.each_ref().map(|(name, text)| (*name, text.as_str()));
        let (output, _) = split(&texts, format);
        let (all, options) = (["accepted", "rejected"].map(|part| output.path().join(part)), ["--format", format]);
        for (name, text) in &files {
            let rows = all.each_ref().map(|part| fs::read_to_string(part.join("all").join(name)).unwrap_or_default());
            let mut rows: Vec<&str> = rows.iter().flat_map(|text| text.split_inclusive('\n').skip(1)).collect();
            let mut expected: Vec<&str> = text.split_inclusive('\n').skip(1).filter(|line| !line.trim().is_empty()).collect();
            // A quote that nothing closes takes empty lines with it.
            rows.retain(|line| !line.trim().is_empty());
            rows.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(rows, expected);
        }
        if !files_in(&all[0]).is_empty() {
            prop_assert_eq!(report(&[&all[0]], &options).0, 0, "the accepted rows load");
        }
        let input = folder(&texts);
        let again: Vec<&Path> = all.iter().map(std::path::PathBuf::as_path).filter(|part| !files_in(part).is_empty()).collect();
        let (before, after) = (common::json(&[input.path()], &options), common::json(&again, &options));
        prop_assert_eq!(errors(&before), errors(&after));
    }

    #[test]
    fn each_line_of_statements_is_in_one_of_both(
        lines in prop::collection::vec(prop::sample::select(vec!["<e:a> <e:p> <e:b> .", "<e:a> |", "# all", "", "_:x <e:p> \"\\q\" ."]), 0..12),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let text = lines.join(end);
        let (output, _) = split(&[("a.nt", &text), ("b.nt", "x\n<e:a> <e:p> <e:c> .\n")], "ntriples");
        let [accepted, rejected] =
            ["accepted", "rejected"].map(|part| fs::read_to_string(output.path().join(part).join("all/a.nt")).unwrap_or_default());
        let is_bad = |line: &&str| line.starts_with("<e:a> |") || line.starts_with('_');
        let (bad, good): (Vec<&str>, Vec<&str>) = text.split_inclusive('\n').partition(is_bad);
        prop_assert_eq!((good.concat(), bad.concat()), (accepted, rejected));
    }
}
