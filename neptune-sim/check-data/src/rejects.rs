//! `--rejects`: the rows with errors apart from the others, as they were.
//!
//! A file is read a second time and split at the ends of its rows, so that a load that is not asked for this pays nothing for it.

mod failure;
mod output;
mod rows;
mod table;

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use neptune_data::Format;
use neptune_data::rdf::Lines;
use neptune_data::table::Kind;
use neptune_report::{WriteError, count};

use self::failure::Failure;
use self::output::Output;
pub(crate) use self::rows::Bad;
use self::rows::Rows;
use self::table::Tables;
use crate::arguments::Unit;
use crate::error::CheckError;
use crate::inputs::Input;
use crate::open::Opener;

/// A folder for the rows of all files.
#[derive(Debug)]
pub(crate) struct Rejects {
    folder: PathBuf,
    /// What each input is called in the folder.
    names: Vec<PathBuf>,
    /// What is counted.
    unit: Unit,
    rows: Rows,
}

impl Rejects {
    /// A folder in which no earlier rows are, and in which no two inputs have one name.
    pub(crate) fn new(folder: &Path, inputs: &[Input], unit: Unit) -> Result<Self, WriteError> {
        let refuse = |path: PathBuf, kind, remedy: &str| WriteError { path, source: io::Error::new(kind, remedy) };
        for part in ["accepted", "rejected"].map(|part| folder.join(part)) {
            if fs::symlink_metadata(&part).is_ok() {
                return Err(refuse(
                    part,
                    io::ErrorKind::AlreadyExists,
                    "it is there already; name another folder, or remove it",
                ));
            }
        }
        fs::create_dir_all(folder).map_err(|source| WriteError { path: folder.to_owned(), source })?;
        let (names, mut seen): (Vec<PathBuf>, _) = (inputs.iter().map(name).collect(), HashSet::new());
        if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
            let remedy = "two inputs would have this name; check them in calls of their own";
            return Err(refuse(folder.join("rejected").join(twice), io::ErrorKind::AlreadyExists, remedy));
        }
        Ok(Self { folder: folder.to_owned(), names, unit, rows: Rows::default() })
    }

    /// Where the rows are, in a sentence.
    pub(crate) fn summary(&self) -> String {
        let Rows { accepted, rejected, followers, files } = self.rows;
        let folder = self.folder.display();
        let followers = match followers {
            0 => String::new(),
            1 => " (1 is an edge to a vertex that is rejected)".to_owned(),
            many => format!(" ({many} are edges to vertices that are rejected)"),
        };
        let files = if files == 0 || self.unit == Unit::File {
            String::new()
        } else {
            format!(" and {} as a whole", count(files, "file"))
        };
        format!("{} in {folder}/rejected{followers}{files}, {accepted} in {folder}/accepted", count(rejected, self.unit.word()))
    }

    /// Says if the rows are in a folder that is checked.
    pub(crate) fn is_inside(&self, paths: &[PathBuf]) -> Option<String> {
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let around = paths.iter().find(|path| path.is_dir() && whole(&self.folder).starts_with(whole(path)))?;
        let (folder, around) = (self.folder.display(), around.display());
        Some(format!("{folder} is inside {around}: the next check, and a load of that folder, read these rows, too"))
    }

    fn outputs(&self, place: usize) -> [Output; 2] {
        ["accepted", "rejected"].map(|part| Output::new(self.folder.join(part).join(&self.names[place])))
    }

    /// Splits all files, each with the records of it that have errors. Files without are left out: they cannot be read.
    pub(crate) fn split(
        &mut self,
        format: Format,
        inputs: &[Input],
        opener: &Opener,
        bad: &[Option<&Bad>],
    ) -> Result<(), CheckError> {
        let files = || inputs.iter().enumerate().zip(bad).filter_map(|((place, input), bad)| Some((place, input, (*bad)?)));
        let Format::Table(dialect) = format else {
            return files().try_for_each(|(place, input, bad)| {
                let text = opener.open(input).map_err(|error| input.unreadable(error))?;
                self.split_text(place, text, bad).map_err(|failure| failure.of(input))
            });
        };
        let mut tables = Tables::new(dialect);
        for (_, input, bad) in files().filter(|(.., bad)| !bad.is_empty()) {
            opener.open(input).and_then(|file| tables.note_rejected(file, bad)).map_err(|error| input.unreadable(error))?;
        }
        // As they were loaded: edges last, when it is known which vertices are there.
        for kind in [Kind::Vertices, Kind::Edges] {
            for (place, input, bad) in files() {
                let open = || opener.open(input).map_err(|error| input.unreadable(error));
                if tables.kind(open()?).map_err(|error| input.unreadable(error))? == kind {
                    let file = open()?;
                    self.split_table(place, &mut tables, file, bad).map_err(|failure| failure.of(input))?;
                }
            }
        }
        Ok(())
    }

    fn split_table(&mut self, place: usize, tables: &mut Tables, file: impl Read, bad: &Bad) -> Result<(), Failure> {
        if bad.has(0) {
            return self.keep_whole(place, file, bad);
        }
        self.rows += tables.split(file, bad, self.outputs(place))?;
        Ok(())
    }

    fn split_text(&mut self, place: usize, text: impl Read, bad: &Bad) -> Result<(), Failure> {
        if self.unit == Unit::Line {
            return self.split_lines(place, text, bad);
        }
        self.rows.count(!bad.is_empty());
        self.keep_whole(place, text, bad)
    }

    fn split_lines(&mut self, place: usize, mut input: impl Read, bad: &Bad) -> Result<(), Failure> {
        let [mut accepted, mut rejected] = self.outputs(place);
        let mut lines = Lines::new(&mut input);
        while let Some(line) = lines.read()? {
            let is_bad = bad.has(line.number);
            let output = if is_bad { &mut rejected } else { &mut accepted };
            output.write(&[line.bytes, line.end])?;
            self.rows.count(is_bad);
            if line.is_too_long {
                break;
            }
        }
        rejected.write_rest(&mut input)?;
        accepted.end()?;
        rejected.end()
    }

    /// Writes a whole file to one place.
    fn keep_whole(&mut self, place: usize, mut input: impl Read, bad: &Bad) -> Result<(), Failure> {
        let [mut accepted, mut rejected] = self.outputs(place);
        let output = if bad.is_empty() { &mut accepted } else { &mut rejected };
        output.write(&[])?;
        output.write_rest(&mut input)?;
        self.rows.files += u64::from(!bad.is_empty());
        output.end()
    }
}

/// The path of an input without what could lead out of a folder. What was compressed is not any more.
fn name(input: &Input) -> PathBuf {
    let path = match input {
        Input::Standard => return PathBuf::from("standard-input"),
        Input::Pipe(path) | Input::File(path) => path,
    };
    let mut name: PathBuf = path.components().filter(|part| matches!(part, Component::Normal(_))).collect();
    let ending = name.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    if matches!(ending.as_deref(), Some("gz" | "bz2")) {
        name.set_extension("");
    }
    name
}
