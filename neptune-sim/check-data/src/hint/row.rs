//! Faults of rows.

use neptune_data::{Graph, Type};

use crate::arguments::Format;

/// What is known of a graph, for faults of its edges.
#[derive(Debug, Default)]
pub(crate) struct Vertices {
    /// Whether any of the files has vertices.
    pub(crate) have_file: bool,
    /// In which spaces there are ids. Gremlin has none.
    pub(crate) spaces: Vec<String>,
}

/// In which spaces a file has the ends of its edges.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ends {
    pub(crate) from: String,
    pub(crate) to: String,
}

/// A header among the rows.
pub(super) const AGAIN: &str = "this is another header, and a file has one: leave it out where files were put together, and keep vertices \
                                and edges in files of their own (Miller writes one each time the columns change: mlr unsparsify)";
/// The end of a line has a carriage return that is taken for a part of its last cell.
pub(super) const TWO_RETURNS: &str = "the line ends with two carriage returns, and one is taken for a part of its last cell: in Python, \
                                      open the file of a csv.writer with newline=\"\"; elsewhere remove them (`tr -d '\\r'`)";
/// A row that goes by another header than the file's.
pub(super) const BEHIND_ANOTHER: &str =
    "a row before this one is another header, and this row may go by it; a file has one header";

/// A line that a program draws below a header.
pub(super) const HYPHENS: &str = "sqlcmd draws a line below the header: take it out of the output (`grep -v '^--'`), and put SET NOCOUNT ON before the \
                                  query, so that no number of rows follows";
/// The number of rows behind them.
const NUMBER_OF_ROWS: &str = "this is the number of rows that a program has printed: sqlcmd prints none after SET NOCOUNT ON, psql none with --csv, and SQL*Plus none after SET FEEDBACK OFF";

/// An id that a spreadsheet has shortened.
pub(super) const SHORTENED: &str = "a spreadsheet shows long numbers so, and saves what it shows: format the column as text before the ids are put into it, and \
                                    export them again, because digits are lost";

/// What helps against a row with too few cells.
pub(super) fn of_short_row(line: &str) -> &'static str {
    const ENDS: [&str; 6] = [" rows affected)", " row affected)", " rows)", " row)", " rows selected.", " row selected."];
    if line.starts_with('#') {
        return "CSV has no comments: this line is loaded as a row; leave it out";
    }
    if ["<<<<<<< ", "=======", ">>>>>>> "].iter().any(|mark| line.starts_with(mark)) {
        return "git has left a conflict here, with both versions of the rows: keep one";
    }
    let number = ENDS.iter().find_map(|end| line.trim_end().strip_suffix(end));
    let is_number = number.is_some_and(|number| number.trim_start_matches('(').bytes().all(|byte| byte.is_ascii_digit()));
    match () {
        () if is_number => NUMBER_OF_ROWS,
        () if line.starts_with('"') && line.ends_with('"') && line.contains(',') && !line.contains("\",") => {
            "the whole row stands in quotes, and is one cell: leave them out"
        }
        () if line.contains([';', '|']) && !line.contains(',') => {
            "if `;` or `|` separates the cells of this row, write commas: the header has them"
        }
        () => {
            "write a comma for each missing cell; if this is the rest of a value in the row before, that value belongs in quotes. Strict readers of \
             CSV refuse such rows"
        }
    }
}

/// A quote where none may be.
pub(super) fn of_quote(line: &str) -> String {
    let rule = "a value with quotes in it stands in quotes, and each quote in it is doubled: `\"He said \"\"hi\"\"\"`";
    if line.contains("=\"") {
        return format!("Excel's formula for a text, `=\"…\"`, is none in a load file: leave out the `=`; {rule}");
    }
    if line.contains("\\\"") {
        return format!("a backslash does not escape a quote (in PySpark, set the option escape='\"'); {rule}");
    }
    rule.to_owned()
}

/// A row with more cells than the header. The first of them is at this character of the line.
pub(super) fn of_many_columns(line: &str, at: usize) -> &'static str {
    let further: String = line.chars().skip(at).collect();
    let quoted = |open: char, close: char| {
        let starts = line.split(',').any(|cell| cell.trim_start().starts_with(open) && !cell.trim_end().ends_with(close));
        starts && line.split(',').any(|cell| cell.trim_end().ends_with(close) && !cell.trim_start().starts_with(open))
    };
    match () {
        () if further.chars().all(|c| c == ',' || c == ' ') => "the row ends with a comma too many",
        () if quoted('\'', '\'') => "only `\"` quotes a value that holds a comma, and `'` does not",
        () if quoted('\u{201c}', '\u{201d}') => "only the straight quote `\"` quotes a value that holds a comma",
        () if line.starts_with("~id") || line.contains(":ID") => AGAIN,
        () => "put a value that holds a comma in quotes",
    }
}

/// A cell with an id is empty.
pub(super) fn of_blank_id(column: &str) -> &'static str {
    match column {
        "~id" | ":ID" => "give each row an id, or leave the row out",
        _ => "an edge has two ends: leave the row out if one is not known; a vertex belongs in a file without columns for ends",
    }
}

/// A label is an empty text.
pub(super) fn of_empty_label(format: Format, is_of_edges: bool) -> &'static str {
    match format {
        Format::OpenCypher if is_of_edges => "name a type: a relationship has one",
        Format::OpenCypher => {
            "name a label, or leave the cell empty, without quotes; the user guide does not say which label the node has then"
        }
        _ => "leave the cell empty, without quotes, for the default label",
    }
}

/// One id of several edges.
pub(super) fn of_several_edges(id: &str) -> &'static str {
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) {
        return "programs that number edges do so anew in each export: put a name before the numbers that no other export has";
    }
    "give each edge an id of its own, made of both ends and the label, for example"
}

/// An end of an edge is not there.
pub(super) fn of_missing_vertex(from: &str, to: &str, graph: &Graph, vertices: &Vertices, ends: &Ends) -> String {
    if !vertices.have_file {
        return "none of these files has vertices: check them together with those that do; a load also finds vertices that are in the graph"
            .to_owned();
    }
    let near = |id, space: &str| near_id(id, space, graph, &vertices.spaces);
    near(from, &ends.from).or_else(|| near(to, &ends.to)).unwrap_or_else(|| {
        "load the vertices first, or check the files of both together; ids are compared letter by letter".to_owned()
    })
}

const BLANKS: &str = "blanks in quotes are a part of an id";

/// A vertex that is there and may be the one that is meant.
fn near_id(id: &str, space: &str, graph: &Graph, spaces: &[String]) -> Option<String> {
    if graph.has_vertex(space, id) {
        return None;
    }
    if let Some(other) = spaces.iter().find(|other| *other != space && graph.has_vertex(other, id)) {
        return Some(of_space(id, space, other));
    }
    let has_all =
        |delimiter: char| id.contains(delimiter) && id.split(delimiter).all(|end| graph.has_vertex(space, end.trim()));
    if let Some(delimiter) = [';', ',', '|'].into_iter().find(|delimiter| has_all(*delimiter)) {
        return Some(format!(
            "each vertex between `{delimiter}` is there, and an edge has one at each end: write a row for each of them"
        ));
    }
    if Type::Double.check(id.as_bytes()).is_ok() && id.contains("E+") {
        return Some(SHORTENED.to_owned());
    }
    let others = [
        (
            id.strip_suffix(".0").unwrap_or(id).to_owned(),
            "pandas writes a column of whole numbers with gaps so: convert it with astype(\"Int64\")",
        ),
        (format!("{id}.0"), "pandas writes a column of whole numbers with gaps so: convert it with astype(\"Int64\")"),
        (id.trim_matches(' ').to_owned(), BLANKS),
        (id.trim().to_owned(), "characters that look like blanks are a part of an id"),
        (format!("{id} "), BLANKS),
        (format!(" {id}"), BLANKS),
        (id.trim_matches(['"', '\'']).to_owned(), "quotes are a part of an id here"),
        (id.trim_matches(['{', '}']).to_owned(), "braces are a part of an id"),
        (
            id.rsplit(['/', '#', ':']).next().unwrap_or_default().to_owned(),
            "what stands before it is a part of the id here: write the same in both files (ArangoDB has `_id`, `people/1`, beside `_key`)",
        ),
        (id.to_lowercase(), "case matters"),
        (id.to_uppercase(), "case matters"),
        (id.trim_start_matches('0').to_owned(), "zeros at the beginning matter"),
    ];
    let (other, why) =
        others.into_iter().find(|(other, _)| other != id && !other.is_empty() && graph.has_vertex(space, other))?;
    Some(format!("there is a vertex `{other}`: {why}"))
}

fn of_space(id: &str, space: &str, other: &str) -> String {
    let name = |space: &str| if space.is_empty() { "in no space".to_owned() } else { format!("in the space `{space}`") };
    let case = if space.eq_ignore_ascii_case(other) { "; case matters" } else { "" };
    format!("the node `{id}` is {}, and this column looks for it {}{case}", name(other), name(space))
}
