//! The kinds of findings: what each is called in reports for programs, what it says, and what helps in general.

use neptune_data::{IriFlaw, LiteralFlaw, Problem, Remark, Warning, What};

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Words with hyphens. They do not change from version to version.
    pub(crate) id: &'static str,
    /// One sentence.
    pub(crate) about: &'static str,
    /// What helps.
    pub(crate) help: &'static str,
}

const fn rule(id: &'static str, about: &'static str, help: &'static str) -> Rule {
    Rule { id, about, help }
}

/// The kind of a finding.
pub(crate) fn rule_of(what: &What) -> Rule {
    match what {
        What::Error(problem) => of_problem(problem),
        What::Warning(warning) => of_warning(warning),
    }
}

fn of_problem(problem: &Problem) -> Rule {
    match problem {
        Problem::NoHeader => {
            rule("no-header", "The file is empty, or has blank lines only.", "Leave the file out, or write a header.")
        }
        Problem::MissingColumn { .. } => {
            rule("missing-column", "The header lacks a column.", "Vertices need ~id or :ID; edges need both ends, too.")
        }
        Problem::UnexpectedColumn { .. } => {
            rule("unexpected-column", "The header has ids that Neptune gives itself.", "Load with userProvidedEdgeIds TRUE.")
        }
        Problem::UnknownSystemColumn { .. } => {
            rule("unknown-system-column", "A column is none of the format's own.", "Case matters in names of system columns.")
        }
        Problem::ColumnTwice { .. } => rule("column-twice", "The header has a name twice.", "Rename one of the two columns."),
        Problem::NoColumnName => rule("no-column-name", "A column has no name.", "Name each column; leave out indexes."),
        Problem::InvalidColumn { .. } => rule(
            "invalid-column",
            "A cell of the header is no column.",
            "A column is name:Type; a colon in a name is written \\:.",
        ),
        Problem::UnknownType { .. } => rule(
            "unknown-type",
            "The loader does not know the type of a column.",
            "The types are Bool, Byte, Short, Int, Long, Float, Double, String and Date.",
        ),
        Problem::SingleArray { .. } => rule("single-array", "A column is single and an array.", "Leave out (single), or []."),
        Problem::EdgeArray { .. } | Problem::EdgeSet { .. } => rule(
            "several-values-of-an-edge",
            "A property of edges has several values.",
            "Write one value, without [] and (set).",
        ),
        Problem::MoreColumnsThanHeader => rule(
            "more-columns-than-header",
            "A row has more cells than the header.",
            "Put a value that holds a comma in quotes.",
        ),
        Problem::BlankId { .. } => rule("blank-id", "A row has no id.", "Give each row an id, and each edge two ends."),
        Problem::EmptyLabel => rule(
            "empty-label",
            "A label is an empty text in quotes.",
            "Name a label; in Gremlin CSV, the cell may be empty, without quotes.",
        ),
        Problem::BareQuote | Problem::TextAfterQuote { .. } => {
            rule("quote", "A quote stands where none may be.", "Put the whole value in quotes, and double each quote in it.")
        }
        Problem::UnclosedQuote { .. } => rule(
            "unclosed-quote",
            "A quote is never closed.",
            "Close the quote: what follows is taken for a part of the value.",
        ),
        Problem::Statement { .. } => rule("statement", "A statement of RDF cannot be read.", "See the message and its hint."),
        Problem::Document { .. } => {
            rule("document", "A document of RDF cannot be read to its end.", "See the message and its hint.")
        }
        Problem::TooMuch { .. } => rule(
            "too-much",
            "A file has more of something than is read.",
            "Split the file, or look for an end that is missing.",
        ),
        Problem::RecordTooLong => {
            rule("record-too-long", "A record has more than 16 MiB.", "Look for a line end that is missing.")
        }
        Problem::InvalidValue { .. } => rule(
            "datatype",
            "A value is none of its column's type.",
            "Write the value in a documented form, or change the type.",
        ),
        Problem::MissingVertex { .. } => rule(
            "missing-vertex",
            "An end of an edge is not there.",
            "Load the vertices first; ids are compared letter by letter.",
        ),
        Problem::IdOfSeveralEdges { .. } => {
            rule("id-of-several-edges", "Edges with other ends have the same id.", "Give each edge an id of its own.")
        }
        Problem::SingleCardinality { .. } => rule(
            "second-value",
            "A property that has one value gets a second.",
            "Load with updateSingleCardinalityProperties, or leave (single) out.",
        ),
    }
}

fn of_warning(warning: &Warning) -> Rule {
    match warning {
        Warning::Value { remark, .. } => of_remark(*remark),
        Warning::BackslashInName { .. } => rule(
            "backslash-in-a-name",
            "The name of a column has a backslash.",
            "Leave it out: only a colon is written with a backslash.",
        ),
        Warning::List { .. } => rule("list", "A list is written in brackets.", "Join the values with semicolons."),
        Warning::Undivided { .. } => {
            rule("undivided-list", "Words with commas or bars between them are one value.", "Write semicolons between values.")
        }
        Warning::ShortRow => {
            rule("short-row", "A row has fewer cells than the header.", "Write a comma for each missing cell.")
        }
        Warning::Hyphens => rule("hyphens", "A row has hyphens only.", "Leave it out: a program drew a line below the header."),
        Warning::HeaderAgain => rule("header-again", "A row is another header.", "Write one header a file."),
        Warning::NoStatements => {
            rule("no-statements", "A file of RDF has no statement.", "Leave the file out, or put statements into it.")
        }
        Warning::NoRows => rule("no-rows", "A file has a header and no row.", "Leave the file out, or put its rows below."),
        Warning::ByteOrderMark => {
            rule("byte-order-mark", "The file begins with a byte order mark.", "Write UTF-8 without one.")
        }
        Warning::ZeroByte => rule("zero-byte", "A text has a byte that is zero.", "Leave out bytes that are zero."),
        Warning::NotUtf8 => rule("not-utf-8", "A text has bytes that are no UTF-8.", "Write the file as UTF-8."),
        Warning::Iri { flaw: IriFlaw::Entity } => {
            rule("entity-in-an-iri", "An IRI has a character as XML writes it.", "Write the character itself.")
        }
        Warning::Iri { flaw: IriFlaw::BlankNode } => {
            rule("blank-node-as-an-iri", "An IRI is the name of a blank node.", "Write _:b1 without brackets.")
        }
        Warning::Iri { flaw: IriFlaw::Prefix } => {
            rule("prefix-in-an-iri", "An IRI begins with a prefix.", "Write the IRI in full.")
        }
        Warning::Iri { flaw: IriFlaw::Character | IriFlaw::Percent | IriFlaw::SecondHash } => {
            rule("odd-iri", "Strict parsers refuse an IRI that Neptune takes.", "Write the character as % and two digits.")
        }
        Warning::Literal { flaw: LiteralFlaw::Beyond64Bits, .. } => {
            rule("beyond-64-bits", "A number has more than 64 bits.", "Write it as a text to keep all its digits.")
        }
        Warning::Literal { flaw: LiteralFlaw::IllTyped, .. } => rule(
            "ill-typed",
            "A literal is no value of its datatype.",
            "Write it in the form of XML Schema, or change the datatype.",
        ),
        Warning::OwnBase { .. } => rule(
            "own-base",
            "A relative IRI is resolved with the loader's own base.",
            "Name a base in the file, or with parserConfiguration.baseUri.",
        ),
        Warning::BlankNodes => {
            rule("blank-nodes", "Blank nodes get new names at each load.", "Give the nodes IRIs if they are to be found again.")
        }
        Warning::NullText { .. } => rule(
            "null-text",
            "The text of a statement is a word for a missing value.",
            "Leave the statement out if there is no value.",
        ),
        Warning::ColonInLabel { .. } => {
            rule("colon-in-a-label", "A label begins with a colon.", "Separate labels with semicolons, and write no colon.")
        }
        Warning::EdgeLabelIsNotSplit { .. } => rule(
            "label-of-an-edge",
            "A label of an edge has a semicolon.",
            "An edge has one label; only those of vertices are split.",
        ),
    }
}

fn of_remark(remark: Remark) -> Rule {
    match remark {
        Remark::CountsAsFalse => rule("counts-as-false", "A text counts as false.", "Write true or false."),
        Remark::TrueInOtherCase => {
            rule("true-in-other-case", "True is not written true.", "Write true: the user guide knows no other.")
        }
        Remark::FractionOfASecond => rule(
            "fraction-of-a-second",
            "A time has a fraction of a second.",
            "Write full seconds: no documented form has more.",
        ),
        Remark::Offset => rule("offset", "A time has an offset.", "Write the time in UTC: 2024-02-29T10:15:30Z."),
        Remark::CarriageReturn => rule(
            "carriage-return",
            "A text ends with a carriage return.",
            "End lines with a line feed, or with one carriage return and a line feed.",
        ),
        Remark::NullCountsAsFalse => rule(
            "null-counts-as-false",
            "A word for a missing value counts as false.",
            "Leave the cell empty if there is no value.",
        ),
        Remark::Printed => rule(
            "printed-object",
            "A program printed an object in place of what is in it.",
            "Write the values: joined with semicolons, or each in a column of its own.",
        ),
        Remark::Null => rule("null", "A text is a word for a missing value.", "Leave the cell empty if there is no value."),
        Remark::SingleQuotes => rule(
            "single-quotes",
            "A text stands in single quotes, which are a part of it.",
            "Leave them out, or write double quotes.",
        ),
        Remark::ByteOrderMark => rule(
            "byte-order-mark-in-a-text",
            "An id or a label begins with a byte order mark.",
            "Leave the mark out where files were put together.",
        ),
        Remark::Shortened => rule(
            "shortened-id",
            "An id is a number that a spreadsheet has shortened.",
            "Format the column as text before the ids are put into it.",
        ),
    }
}
