//! The data that runs load: made from the templates of `scenarios/datasets`, and named after the run from the first byte to the last.

use std::fmt::Write as _;

use crate::{IdPrefix, RunGraph, RunId};

/// The data that a scenario loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dataset {
    /// Completes.
    Valid,
    /// Fails.
    Malformed,
    /// Takes long enough to be seen in progress, or to be cancelled.
    Large,
}

impl Dataset {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Valid, Self::Malformed, Self::Large];

    /// The name of its folder.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Malformed => "malformed",
            Self::Large => "large",
        }
    }

    /// The dataset of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// The formats that runs load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataFormat {
    /// Vertices, as Gremlin's loader reads them.
    Csv,
    /// RDF, where each statement names its graph.
    NQuads,
}

impl DataFormat {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Csv, Self::NQuads];

    /// Neptune's word for it, the `format` of a start.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::NQuads => "nquads",
        }
    }

    /// The format of which Neptune's word that is. There are others, which would not say whose the data is.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    fn file_name(self) -> &'static str {
        match self {
            Self::Csv => "people.csv",
            Self::NQuads => "quads.nq",
        }
    }
}

/// A file of a dataset, as it is uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Its name in the dataset's folder.
    pub name: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The files of a dataset for a run: one, so far. Every vertex's id begins with the run's prefix, and every quad is in the run's graph.
///
/// `large_vertices` is the profile's, and matters for [`Dataset::Large`] alone: it is the number of vertices or quads.
pub fn files(dataset: Dataset, format: DataFormat, run: &RunId, large_vertices: u32) -> Vec<DataFile> {
    let template = template(dataset, format, large_vertices);
    let text = template.replace("{ids}", &IdPrefix::of(run).to_string()).replace("{graph}", &RunGraph::of(run).to_string());
    vec![DataFile { name: format.file_name(), bytes: text.into_bytes() }]
}

/// Everything that is loaded, before a run's names are filled in: a validation with other data is another validation.
pub(crate) fn templates() -> Vec<String> {
    let both = |dataset| DataFormat::ALL.map(|format| template(dataset, format, 1));
    Dataset::ALL.into_iter().flat_map(both).collect()
}

fn template(dataset: Dataset, format: DataFormat, large_vertices: u32) -> String {
    let text = match (dataset, format) {
        (Dataset::Valid, DataFormat::Csv) => include_str!("../../../../scenarios/datasets/valid/people.csv"),
        (Dataset::Valid, DataFormat::NQuads) => include_str!("../../../../scenarios/datasets/valid/quads.nq"),
        (Dataset::Malformed, DataFormat::Csv) => include_str!("../../../../scenarios/datasets/malformed/people.csv"),
        (Dataset::Malformed, DataFormat::NQuads) => include_str!("../../../../scenarios/datasets/malformed/quads.nq"),
        (Dataset::Large, _) => return large(format, large_vertices),
    };
    text.to_owned()
}

/// The large dataset, in the shape of the others.
fn large(format: DataFormat, vertices: u32) -> String {
    let mut text = String::new();
    if format == DataFormat::Csv {
        text.push_str("~id,~label,name:String\n");
    }
    for number in 1..=vertices {
        let _ = match format {
            DataFormat::Csv => writeln!(text, "{{ids}}large-{number},Person,Person {number}"),
            DataFormat::NQuads => {
                writeln!(text, "<{{graph}}:large-{number}> <{{graph}}:name> \"Person {number}\" <{{graph}}> .")
            }
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use time::OffsetDateTime;

    use super::*;

    fn text(dataset: Dataset, format: DataFormat, run: &RunId, large_vertices: u32) -> String {
        let [file] = files(dataset, format, run, large_vertices).try_into().unwrap();
        String::from_utf8(file.bytes).unwrap()
    }

    fn run() -> RunId {
        "20261122-073000-ab12cd".parse().unwrap()
    }

    fn any_run() -> impl Strategy<Value = RunId> {
        // From 1970 to 2100.
        (0..4_102_444_800_i64, any::<[u8; 3]>())
            .prop_map(|(second, random)| RunId::new(OffsetDateTime::from_unix_timestamp(second).unwrap(), random))
    }

    proptest! {
        #[test]
        fn every_vertex_and_every_quad_is_the_runs_own(
            run in any_run(),
            dataset in proptest::sample::select(Dataset::ALL.to_vec()),
            vertices in 0..200_u32,
        ) {
            let (ids, graph) = (IdPrefix::of(&run).to_string(), RunGraph::of(&run).to_string());
            for line in text(dataset, DataFormat::Csv, &run, vertices).lines().skip(1) {
                prop_assert!(line.starts_with(&ids), "{line}");
            }
            for line in text(dataset, DataFormat::NQuads, &run, vertices).lines() {
                prop_assert!(line.ends_with(&format!(" <{graph}> .")), "{line}");
            }
        }

        #[test]
        fn no_placeholder_is_left_and_no_vertex_stands_twice(run in any_run(), vertices in 0..200_u32) {
            for format in DataFormat::ALL {
                let all: String = Dataset::ALL.map(|dataset| text(dataset, format, &run, vertices)).concat();
                prop_assert!(!all.contains(['{', '}']), "{all}");
                let firsts: Vec<_> = all.lines().map(|line| line.split([',', ' ']).next()).filter(|id| *id != Some("~id")).collect();
                let distinct: std::collections::HashSet<_> = firsts.iter().collect();
                prop_assert_eq!(distinct.len(), firsts.len());
            }
        }
    }

    #[rstest]
    #[case::valid_csv(Dataset::Valid, DataFormat::Csv, 11)]
    #[case::valid_quads(Dataset::Valid, DataFormat::NQuads, 10)]
    #[case::malformed_csv(Dataset::Malformed, DataFormat::Csv, 6)]
    #[case::malformed_quads(Dataset::Malformed, DataFormat::NQuads, 5)]
    #[case::large_csv(Dataset::Large, DataFormat::Csv, 1001)]
    #[case::large_quads(Dataset::Large, DataFormat::NQuads, 1000)]
    fn a_dataset_has_so_many_lines(#[case] dataset: Dataset, #[case] format: DataFormat, #[case] lines: usize) {
        assert_eq!(text(dataset, format, &run(), 1000).lines().count(), lines);
    }

    #[test]
    fn vertices_and_quads_are_spelt_so() {
        let last = |format| text(Dataset::Large, format, &run(), 2).lines().last().unwrap().to_owned();
        assert_eq!(last(DataFormat::Csv), "nh-20261122-073000-ab12cd-large-2,Person,Person 2");
        let graph = "urn:neptune-harness:20261122-073000-ab12cd";
        assert_eq!(last(DataFormat::NQuads), format!("<{graph}:large-2> <{graph}:name> \"Person 2\" <{graph}> ."));
    }

    #[rstest]
    #[case::valid(Dataset::Valid, &[])]
    #[case::malformed(Dataset::Malformed, &[3])]
    #[case::large(Dataset::Large, &[])]
    fn record_three_has_too_many_columns_where_it_should(#[case] dataset: Dataset, #[case] broken: &[usize]) {
        let text = text(dataset, DataFormat::Csv, &run(), 20);
        let columns = |line: &str| line.split(',').count();
        let records = text.lines().skip(1).enumerate().filter(|(_, line)| columns(line) != 3);
        assert_eq!(records.map(|(before, _)| before + 1).collect::<Vec<_>>(), broken);
    }

    #[rstest]
    #[case::valid(Dataset::Valid, &[])]
    #[case::malformed(Dataset::Malformed, &[(2, '|')])]
    #[case::large(Dataset::Large, &[])]
    fn record_two_begins_wrongly_where_it_should(#[case] dataset: Dataset, #[case] broken: &[(usize, char)]) {
        let text = text(dataset, DataFormat::NQuads, &run(), 20);
        let firsts = text.lines().enumerate().filter_map(|(before, line)| Some((before + 1, line.chars().next()?)));
        assert_eq!(firsts.filter(|(_, first)| *first != '<').collect::<Vec<_>>(), broken);
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        assert_eq!(DataFormat::ALL.map(|format| DataFormat::from_word(format.as_str())), DataFormat::ALL.map(Some));
        assert_eq!(Dataset::ALL.map(|dataset| Dataset::from_word(dataset.as_str())), Dataset::ALL.map(Some));
        assert_eq!(DataFormat::from_word("turtle"), None);
    }
}
