//! Causes and cures.
//!
//! A hint is right or it is not given: what only looks like a cause is put as a condition, or left out.

mod delimiter;
mod header;
mod json;
mod nature;
mod number;
mod rdf;
mod row;
mod statement;
mod time;
mod turtle;
mod value;
mod warning;
mod xml;

use neptune_data::table::is_drawn_line;
use neptune_data::{Excerpt, Finding, Graph, Problem, Warning, What};
use neptune_report::count;

pub(crate) use self::nature::START;
pub(crate) use self::row::{Ends, Vertices};
use crate::arguments::Format;

/// What is known of a file beside its findings.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// What it is called.
    pub(crate) name: &'a str,
    /// Its first bytes.
    pub(crate) start: &'a [u8],
    pub(crate) format: Format,
    pub(crate) graph: &'a Graph,
    pub(crate) vertices: &'a Vertices,
    pub(crate) ends: Ends,
    /// What the file is, if it is none of the format.
    pub(crate) nature: Option<String>,
    /// Whether a row like a header was seen.
    pub(crate) behind_another: bool,
    /// Whether the file is of another kind, as its first finding says.
    pub(crate) is_other: bool,
}

impl<'a> Context<'a> {
    /// Before the first finding.
    pub(crate) fn new(
        name: &'a str,
        start: &'a [u8],
        format: Format,
        graph: &'a Graph,
        vertices: &'a Vertices,
        ends: Ends,
    ) -> Self {
        let nature = nature::of_nature(start, name, format);
        Self { name, start, format, graph, vertices, ends, nature, behind_another: false, is_other: false }
    }

    /// The first line, or as much of it as is known, which is more than a finding shows.
    fn first_line(&self) -> String {
        let text = String::from_utf8_lossy(self.start);
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        lines.find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
    }

    /// Whether the values of a column are arrays.
    fn has_array(&self, column: &str) -> bool {
        let is_array = |cell: &str| cell.strip_prefix(column).is_some_and(|rest| rest.starts_with(':') && rest.ends_with("[]"));
        self.first_line().split(',').any(|cell| is_array(cell.trim().trim_matches('"')))
    }

    /// Whether lines end with a carriage return too many.
    fn has_two_returns(&self) -> bool {
        self.start.windows(3).any(|end| end == b"\r\r\n")
    }

    /// Whether the header has an end of edges.
    fn has_edges(&self) -> bool {
        let line = self.first_line();
        let name = |cell: &str| cell.trim().trim_matches('"').split('(').next().unwrap_or_default().to_owned();
        line.split(',').any(|cell| ["~from", "~to", ":START_ID", ":END_ID", ":TYPE"].contains(&name(cell).as_str()))
    }
}

/// Whether a hint says that a row is another header.
pub(crate) fn is_of_another_header(hint: &str) -> bool {
    hint == row::AGAIN
}

/// Why this happens, and what helps; `None` if the text says it all.
pub(crate) fn hint(finding: &Finding, context: &Context<'_>) -> Option<String> {
    match &finding.what {
        What::Error(_) if finding.record > 0 && context.format.is_table() && is_drawn_line(finding.excerpt.text.as_bytes()) => {
            Some(row::HYPHENS.to_owned())
        }
        What::Error(problem) => {
            let is_first = finding.record == 0
                || (finding.record == 1 && matches!(problem, Problem::Statement { .. } | Problem::Document { .. }));
            let nature = context.nature.clone().filter(|_| is_first);
            // The reader of RDF/XML takes any element for a thing, and finds fault only with what is in it.
            let is_document = matches!(problem, Problem::Document { .. }) && context.format == Format::RdfXml;
            let nature = nature.or_else(|| nature::of_document(context.start).filter(|_| is_document).map(str::to_owned));
            // Of a file of another kind, one hint says what it is, and none says how its lines would be statements.
            let is_other = matches!(problem, Problem::Statement { .. }) && context.is_other;
            nature.or_else(|| if is_other { None } else { of_problem(problem, &finding.excerpt, context) })
        }
        What::Warning(Warning::Value { value, .. }) if value.ends_with('\r') && context.has_two_returns() => {
            Some(row::TWO_RETURNS.to_owned())
        }
        What::Warning(Warning::BlankNodes)
            if context.format == Format::RdfXml && nature::of_document(context.start).is_some() =>
        {
            nature::of_document(context.start).map(str::to_owned)
        }
        What::Warning(what) => warning::of_warning(what, &finding.excerpt.text),
    }
}

fn of_problem(problem: &Problem, Excerpt { text: line, at }: &Excerpt, context: &Context<'_>) -> Option<String> {
    if context.has_two_returns() && ends_with_return(problem, line, *at, &context.first_line()) {
        return Some(row::TWO_RETURNS.to_owned());
    }
    let hint = match problem {
        Problem::MissingColumn { column } => {
            header::of_missing_column(column, &context.first_line(), context.name, context.format)
        }
        Problem::UnknownSystemColumn { column } => header::of_system_column(column, &context.first_line(), context.has_edges()),
        Problem::UnknownType { column, .. } | Problem::InvalidColumn { column } if column.starts_with("Unnamed: ") => {
            header::INDEX.to_owned()
        }
        Problem::UnknownType { column, word } if word.ends_with("[]") && context.format == Format::Csv => {
            header::of_array(column, word, context.has_edges())
        }
        Problem::UnknownType { word, .. } if word.ends_with('\'') => header::QUOTES.to_owned(),
        Problem::UnknownType { column, word } if header::is_type_first(column) => {
            format!("the name stands before its type: `{word}:{}`", column.split(':').next().unwrap_or_default())
        }
        Problem::UnknownType { column, word } => header::of_list(column).unwrap_or_else(|| header::of_type(word)),
        Problem::InvalidColumn { column } => header::of_invalid_column(column, context.format),
        Problem::NoColumnName => header::of_no_name(line, *at),
        Problem::ColumnTwice { .. } => {
            "each name stands once, whatever its type: leave one of the two out, or rename it".to_owned()
        }
        Problem::SingleArray { .. } => "leave out `(single)`, or `[]`".to_owned(),
        Problem::EdgeArray { .. } | Problem::EdgeSet { .. } => header::OF_EDGE.to_owned(),
        Problem::UnexpectedColumn { .. } => "leave the column out, or load with userProvidedEdgeIds TRUE".to_owned(),
        Problem::InvalidValue { value, column, of } => return of_value(value, column, *of, context),
        Problem::Statement { text } | Problem::Document { text, .. } => {
            let is_graph = text.ends_with("found '{'") || text.starts_with("Unknown directive \"@for");
            if is_graph && nature::has_rules(&String::from_utf8_lossy(context.start)) {
                return Some(nature::RULES.to_owned());
            }
            return statement::of_statement(text, line, *at, context.format);
        }
        Problem::NoHeader => header::of_none(context.start).to_owned(),
        Problem::EmptyLabel => row::of_empty_label(context.format, context.has_edges()).to_owned(),
        Problem::MissingVertex { from, to } => row::of_missing_vertex(from, to, context.graph, context.vertices, &context.ends),
        other => return of_row(other, line, *at, context.behind_another),
    };
    Some(hint)
}

/// Whether a carriage return at the end of a line is what is wrong.
fn ends_with_return(problem: &Problem, line: &str, at: usize, header: &str) -> bool {
    match problem {
        Problem::MissingColumn { column } => header.rsplit(',').next().is_some_and(|cell| cell == format!("{column}\r")),
        Problem::UnknownSystemColumn { column } | Problem::InvalidColumn { column } => column.ends_with('\r'),
        // Behind a type, it does no harm.
        Problem::UnknownType { column, word } => column.ends_with('\r') && word.ends_with([')', ']']),
        Problem::InvalidValue { value, .. } => value.ends_with('\r'),
        // An excerpt has no control characters at its end.
        Problem::TextAfterQuote { .. } => at >= line.chars().count(),
        _ => false,
    }
}

/// A row of Miller's, or a value.
fn of_value(value: &str, column: &str, of: neptune_data::Type, context: &Context<'_>) -> Option<String> {
    let is_header = value.strip_prefix(column).is_some_and(|rest| rest.starts_with(':'));
    if is_header {
        return Some(row::AGAIN.to_owned());
    }
    let list = context.has_array(column).then(|| value::of_list(value, of)).flatten();
    list.or_else(|| value::of_value(value, of))
}

fn of_row(problem: &Problem, line: &str, at: usize, behind_another: bool) -> Option<String> {
    let hint = match problem {
        Problem::MoreColumnsThanHeader if behind_another => row::BEHIND_ANOTHER,
        Problem::MoreColumnsThanHeader => row::of_many_columns(line, at),
        Problem::TextAfterQuote { lines: 1.. } => {
            "the quote opens here, and the next one is on a line behind it: if nothing closes this one, close it"
        }
        Problem::BareQuote | Problem::TextAfterQuote { .. } => return Some(row::of_quote(line)),
        Problem::UnclosedQuote { lines: 0 } => "the quote opens here, and nothing closes it",
        Problem::UnclosedQuote { lines } => {
            let (swallowed, are) = (count(*lines, "line"), if *lines == 1 { "is" } else { "are" });
            return Some(format!("the quote opens here, and {swallowed} behind it {are} taken for a part of the value"));
        }
        Problem::SingleCardinality { .. } => {
            "start the load with updateSingleCardinalityProperties, or leave `(single)` out to keep both values"
        }
        Problem::BlankId { column } => row::of_blank_id(column),
        Problem::IdOfSeveralEdges { id } => row::of_several_edges(id),
        Problem::RecordTooLong => "no line end follows within 16 MiB: is the whole file one line, or is a quote never closed?",
        _ => return None,
    };
    Some(hint.to_owned())
}
