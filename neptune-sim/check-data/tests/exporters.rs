//! The page `EXPORTERS.md`: what a load makes of files that exporters wrote. `UPDATE_EXPORTERS=1 cargo test -p neptune-check-data --test exporters`
//! writes it.

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use common::{arguments, files_in};
use neptune_check_data::{Report, Shown, check};
use neptune_data::{Problem, Totals, Warning, What};

const PAGE: &str = "EXPORTERS.md";
const FOLDER: &str = "tests/files/exporters";

/// What wrote some files, and how a load of them is started.
struct Export {
    /// The program with its version, and how it was asked.
    program: &'static str,
    files: &'static [&'static str],
    options: &'static [&'static str],
}

const fn csv(program: &'static str, file: &'static [&'static str; 1]) -> Export {
    Export { program, files: file, options: &[] }
}

const OPENCYPHER: &[&str] = &["--format", "opencypher"];
const RDF_XML: &[&str] = &["--format", "rdfxml"];
const TURTLE: &[&str] = &["--format", "turtle"];
const NQUADS: &[&str] = &["--format", "nquads"];

const EXPORTS: &[Export] = &[
    csv("pandas 3.1.1, `to_csv`, types as they are inferred", &["e1-pandas-3.1.1-utc.csv"]),
    csv("pandas 3.1.1, `to_csv`, `Int64` and joined lists", &["e1-pandas-3.1.1-typed.csv"]),
    csv("polars 2.1.0, `write_csv`, joined lists", &["e2-polars-2.1.0-joined.csv"]),
    csv("DuckDB 2.0.1, `COPY`", &["e3-duckdb-2.0.1.csv"]),
    csv("PySpark 4.3.0, joined lists", &["e5-pyspark-4.3.0-joined.csv"]),
    csv("sqlite3 3.40.1, `.mode csv`", &["e7-sqlite3-shell-3.40.1.csv"]),
    csv("csv-stringify 6.9.0, numbers and dates as they are", &["e10-csv-stringify-6.9.0-number.csv"]),
    csv("csv-stringify 6.9.0, ISO dates and joined lists", &["e10-csv-stringify-6.9.0-iso-joined.csv"]),
    Export {
        program: "pgraphs 0.1.1, `neptune`",
        files: &["o12-pgraphs-0.1.1-neptune-nodes.csv", "o12-pgraphs-0.1.1-neptune-edges.csv"],
        options: &[],
    },
    Export {
        program: "grand-cypher-io 0.2.0, with userProvidedEdgeIds FALSE",
        files: &["o9-grand-cypher-io-0.2.0-nodes.csv", "o9-grand-cypher-io-0.2.0-edges.csv"],
        options: &["--format", "opencypher", "--generated-edge-ids"],
    },
    Export {
        program: "BioCypher 0.17.0, `csv`",
        files: &[
            "o1-biocypher-0.17.0-Person-header.csv",
            "o1-biocypher-0.17.0-Person-part000.csv",
            "o1-biocypher-0.17.0-KNOWS-header.csv",
            "o1-biocypher-0.17.0-KNOWS-part000.csv",
            "o1-biocypher-0.17.0-WORKS_AT-header.csv",
            "o1-biocypher-0.17.0-WORKS_AT-part000.csv",
        ],
        options: OPENCYPHER,
    },
    Export { program: "rdflib 7.6.0, `nquads`", files: &["e12-rdflib-7.6.0.nq"], options: NQUADS },
    Export { program: "rdflib 7.6.0, `turtle` of a dataset", files: &["e12-rdflib-7.6.0-turtle.ttl"], options: TURTLE },
    Export { program: "rdflib 7.6.0, `xml` of a graph", files: &["e12-rdflib-7.6.0-graph-xml.rdf"], options: RDF_XML },
    Export { program: "raptor 2.0.15, `turtle`", files: &["e16-raptor-2.0.15-turtle.ttl"], options: TURTLE },
    Export { program: "serdi 0.30.16, `turtle`", files: &["e17-serdi-0.30.16-turtle.ttl"], options: TURTLE },
    Export { program: "pyoxigraph 0.5.13, `serialize`", files: &["e14-pyoxigraph-0.5.13-serialize.nq"], options: NQUADS },
];

const INTRODUCTION: &str = "# What exporters write

Data of one kind, written by programs that people load from, and what a load makes of each file. The tables have whole numbers with gaps, NaN, truth
values, dates, times in UTC with fractions of a second, lists, and numbers up to 2^63-1; the graphs have persons, companies and edges. The files are
in [tests/files/exporters](tests/files/exporters).

This page is made by `neptune-sim check-data`; a test fails if it is not what the run gives. What follows the user guide and what is inferred is in
[README.md](README.md). None of it was compared with a live cluster.

| program | records | errors | warnings |
|---|---:|---|---|
";

impl Export {
    fn check(&self) -> Report {
        let paths: Vec<PathBuf> = self.files.iter().map(|file| Path::new(FOLDER).join(file)).collect();
        let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
        check(&arguments(&paths, &[&["--max-errors", "1000"], self.options].concat())).expect("the files can be read")
    }

    fn row(&self, report: &Report) -> String {
        let Totals { records, .. } = report.totals();
        let [errors, warnings] = [true, false].map(|errors| kinds(report, errors));
        format!("| {} | {records} | {errors} | {warnings} |\n", self.program)
    }

    /// What to set, each once.
    fn section(&self, report: &Report) -> String {
        let mut hints = Vec::new();
        for shown in report.files.iter().flat_map(|file| &file.findings) {
            let hint = shown.hint.as_ref().map(|hint| format!("- {}: {hint}\n", about(shown)));
            hints.extend(hint.filter(|hint| !hints.contains(hint)).into_iter().collect::<Vec<_>>());
        }
        if hints.is_empty() { String::new() } else { format!("\n## {}\n\n{}", self.program, one_of_each(hints).concat()) }
    }
}

/// The first hint of each kind and column: values differ, and what to set does not.
fn one_of_each(hints: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for hint in hints {
        let about = |hint: &String| hint.split(": ").next().map(str::to_owned);
        if !kept.iter().any(|known| about(known) == about(&hint)) {
            kept.push(hint);
        }
    }
    kept
}

/// The kind of a finding, and its column.
fn about(shown: &Shown) -> String {
    let column = match &shown.finding.what {
        What::Error(Problem::InvalidValue { column, .. } | Problem::UnknownType { column, .. })
        | What::Warning(Warning::Value { column, .. } | Warning::List { column, .. }) => format!(" in `{column}`"),
        _ => String::new(),
    };
    format!("{}{column}", shown.kind())
}

/// How often there is what: `3 short-row`.
fn kinds(report: &Report, errors: bool) -> String {
    let mut kinds: Vec<(String, u64)> = Vec::new();
    for shown in report.files.iter().flat_map(|file| &file.findings) {
        if matches!(shown.finding.what, What::Error(_)) == errors {
            let about = about(shown);
            match kinds.iter_mut().find(|(known, _)| *known == about) {
                Some((_, times)) => *times += shown.finding.times,
                None => kinds.push((about, shown.finding.times)),
            }
        }
    }
    let texts: Vec<String> = kinds.iter().map(|(about, times)| format!("{times} {about}")).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
}

fn page() -> String {
    let reports: Vec<(&Export, Report)> = EXPORTS.iter().map(|export| (export, export.check())).collect();
    let mut page = INTRODUCTION.to_owned();
    for (export, report) in &reports {
        page += &export.row(report);
    }
    page += "\nWhat to set, and what else helps, for the first finding of each kind:\n";
    for (export, report) in &reports {
        let _ = write!(page, "{}", export.section(report));
    }
    page
}

#[test]
fn the_page_is_what_the_run_gives() {
    if std::env::var_os("UPDATE_EXPORTERS").is_some() {
        fs::write(PAGE, page()).expect("the page can be written");
    }
    let known = fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        known == page(),
        "{PAGE} is out of date: `UPDATE_EXPORTERS=1 cargo test -p neptune-check-data --test exporters` writes it"
    );
}

#[test]
fn every_file_is_on_the_page() {
    let mut used: Vec<&str> = EXPORTS.iter().flat_map(|export| export.files).copied().collect();
    used.sort_unstable();
    assert_eq!(files_in(Path::new(FOLDER)), used);
}
