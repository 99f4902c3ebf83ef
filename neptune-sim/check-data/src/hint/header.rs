//! Faults of headers.

use neptune_data::Type;
use neptune_text::nearest;

use crate::arguments::Format;

/// Marks of headers, and of no other text that is likely.
pub(super) const GREMLIN: [&str; 3] = ["~id", "~from", "~label"];
pub(super) const OPENCYPHER: [&str; 4] = [":ID", ":START_ID", ":LABEL", ":TYPE"];

/// What the columns of ids and labels are called in exports of other programs.
const ALIASES: [(&str, &[&str]); 4] = [
    ("~id", &["id", "_id", ":id", "x.id", "_key", "v_id", "vid", "gid"]),
    (
        "~from",
        &[
            "from",
            "source",
            "src",
            "_from",
            "subject",
            "start",
            "id_from",
            "from_id",
            "start_id",
            "src_vid",
            "x.from",
            ":start_id",
        ],
    ),
    ("~to", &["to", "target", "dst", "_to", "object", "end", "id_to", "to_id", "end_id", "dst_vid", "x.to", ":end_id"]),
    ("~label", &["label", "labels", "type", "predicate", "category", "v_type", "e_type", "x.label", ":label", ":type"]),
];

/// The column of the loader that is meant by one with a mark before it: `~source`, `:FROM`, `:SRC_VID`, `:VID(string)`.
fn meant(column: &str, format: Format, is_of_edges: bool) -> Option<&'static str> {
    let name = column.trim_start_matches(['~', ':']).split('(').next().unwrap_or_default().to_ascii_lowercase();
    let (gremlin, _) = ALIASES.iter().find(|(_, aliases)| aliases.contains(&name.as_str()))?;
    Some(match *gremlin {
        gremlin if format != Format::OpenCypher => gremlin,
        "~id" => ":ID",
        "~from" => ":START_ID",
        "~to" => ":END_ID",
        _ if is_of_edges => ":TYPE",
        _ => ":LABEL",
    })
}

/// A column that pandas made of an index.
pub(super) const INDEX: &str = "pandas calls an index so that was read as a column: leave it out, with to_csv(index=False)";

/// A file without a record.
pub(super) fn of_none(start: &[u8]) -> &'static str {
    match start {
        [] => "a file without a byte is no load file: leave it out",
        b"\xEF\xBB\xBF" => "the file has nothing but a byte order mark: leave it out",
        _ => "the file has nothing but blank lines: leave it out",
    }
}

/// Single quotes round a cell.
pub(super) const QUOTES: &str = "only `\"` quotes a value, and `'`, which SQL and csv.writer(quotechar=\"'\") write, is a part of it: \
                                 leave it out, or write `\"`";

/// A property of an edge that is to have several values.
pub(super) const OF_EDGE: &str =
    "a property of an edge has one value; write several values as one text, or as properties of a vertex";

/// A header lacks a column.
pub(super) fn of_missing_column(column: &str, line: &str, name: &str, format: Format) -> String {
    let cells: Vec<&str> = line.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
    let is_piece = is_piece(name) && !cells.iter().any(|cell| is_column(cell) || is_alias(cell));
    if looks_like_data(&cells) || is_piece {
        return of_no_header(name, format);
    }
    of_spelling(column, line, &cells).or_else(|| of_alias(column, line, &cells)).unwrap_or_else(|| of_lack(column, &cells))
}

/// A header that has the column with something beside it or in it.
fn of_spelling(column: &str, line: &str, cells: &[&str]) -> Option<String> {
    const OTHER_QUOTES: [char; 6] = ['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}', '`'];
    let is_in = |marks: &[char]| cells.iter().any(|cell| cell.contains(marks) && cell.replace(marks, "") == column);
    match () {
        () if cells.iter().any(|cell| cell.starts_with('\'') && cell.trim_matches('\'') == column) => Some(QUOTES.to_owned()),
        () if is_in(&OTHER_QUOTES) => {
            Some("only the straight quote `\"` quotes a column, and other quotes are a part of it: leave them out".to_owned())
        }
        () if is_in(&[' ']) => Some(format!("write the column as `{column}`, without a blank")),
        () if cells.iter().any(|cell| cell.rsplit_once('.').is_some_and(|(_, name)| name == column)) => Some(format!(
            "write the column as `{column}`: Hive puts the name of the table before each, unless hive.resultset.use.unique.column.names is false"
        )),
        () => line.split(',').filter(|cell| is_padded(cell, column)).find_map(of_hidden),
    }
}

/// A header that has the column by another name.
fn of_alias(column: &str, line: &str, cells: &[&str]) -> Option<String> {
    if column == ":ID" {
        if cells.iter().any(|cell| cell.starts_with(":START_ID") || cell.starts_with(":END_ID")) {
            return Some(OF_RELATIONSHIP.to_owned());
        }
        if let Some(hint) = cells.iter().find_map(|cell| of_options(cell)) {
            return Some(hint);
        }
    }
    let gremlin = if column.starts_with(':') { opencypher_to_gremlin(column) } else { column };
    let aliases = ALIASES.iter().find(|(known, _)| *known == gremlin).map_or(&[][..], |(_, aliases)| aliases);
    // ArangoDB has `_id`, which the ends of edges name, beside `_key`.
    let called = |name: &&str| cells.iter().find(|cell| without_variable(cell).eq_ignore_ascii_case(name));
    let alias = std::iter::once(&column).chain(aliases).find_map(called)?;
    Some(match *alias {
        alias if alias == column => of_quotes(line).to_owned(),
        alias if alias.starts_with("X.") => {
            format!("R makes `{alias}` of `{column}`: read and make data frames with check.names = FALSE")
        }
        alias => format!("write the column `{alias}` as `{column}`"),
    })
}

const OF_RELATIONSHIP: &str = "add a column `:ID` with an id for each relationship, or start the load with userProvidedEdgeIds FALSE, and this check \
                               with --generated-edge-ids";

/// A header without anything like the column.
fn of_lack(column: &str, cells: &[&str]) -> String {
    if cells.iter().any(|cell| ["~from", "~to"].contains(cell)) {
        let value =
            if column == "~id" { " with an id for each edge, made of both ends and the label, for example" } else { "" };
        return format!("a file of edges has `~id`, `~from` and `~to`: add a column `{column}`{value}");
    }
    if column.starts_with(':') {
        return format!(
            "a file of nodes has `:ID`; one of relationships has `:START_ID` and `:END_ID`, too. This one lacks `{column}`"
        );
    }
    format!(
        "a file of vertices has `~id`; one of edges has `~id`, `~from` and `~to`. This one lacks `{column}`. If its first line is a row, put a \
         header before it"
    )
}

/// A header that has the column, in quotes that make another one of it.
fn of_quotes(line: &str) -> &'static str {
    if line.contains("\"\"") {
        return "the file went through a writer of CSV twice: each quote in it is doubled, and each cell in quotes again";
    }
    "the whole line stands in quotes, and is one cell: leave them out"
}

/// Whether a cell is this column but for what stands beside it.
fn is_padded(cell: &str, column: &str) -> bool {
    cell.trim_matches([' ', '"']).trim() == column
}

/// A column with a character at one of its ends that is a part of it, and that nobody sees.
fn of_hidden(cell: &str) -> Option<String> {
    let cell = cell.trim_matches([' ', '"']);
    let what = if cell.contains('\t') { "a tab" } else { "a character that is not shown" };
    let name = cell.trim();
    (name != cell && !name.is_empty()).then(|| format!("{what} stands beside `{name}`: leave it out"))
}

/// `id` of `n.id`, as a query returns it without `AS`, and `VID` of `:VID(string)`.
fn without_variable(cell: &str) -> &str {
    let cell = cell.strip_prefix(':').map_or(cell, |name| name.split('(').next().unwrap_or_default());
    cell.split_once('.')
        .filter(|(variable, _)| variable.len() == 1 && *variable != "X" && *variable != "x")
        .map_or(cell, |(_, name)| name)
}

fn opencypher_to_gremlin(column: &str) -> &'static str {
    match column {
        ":START_ID" => "~from",
        ":END_ID" => "~to",
        _ => "~id",
    }
}

/// Whether these cells are a row: one is a number or a date, and none is like a column.
pub(super) fn looks_like_data(cells: &[&str]) -> bool {
    let is_named = cells.first().is_some_and(|cell| is_alias(cell));
    let is_value = |cell: &str| cell.parse::<f64>().is_ok_and(f64::is_finite) || Type::Date.check(cell.as_bytes()).is_ok();
    !is_named && cells.iter().any(|cell| is_value(cell)) && !cells.iter().any(|cell| is_column(cell))
}

/// Whether other programs call a column of ids or labels so.
pub(super) fn is_alias(cell: &str) -> bool {
    ALIASES.iter().any(|(_, aliases)| aliases.contains(&cell.to_ascii_lowercase().as_str()))
}

/// Whether a cell of a first line is a column with a type, or one of the system's.
fn is_column(cell: &str) -> bool {
    let word = |definition: &str| definition.split(['(', '[']).next().unwrap_or_default().trim().to_owned();
    let is_type = |word: &str| Type::from_name(word).is_some() || ["ID", "START_ID", "END_ID", "LABEL", "TYPE"].contains(&word);
    cell.starts_with('~') || cell.rsplit_once(':').is_some_and(|(_, definition)| is_type(&word(definition)))
}

fn of_no_header(name: &str, format: Format) -> String {
    let header = if format == Format::OpenCypher { ":ID,:LABEL,name:String" } else { "~id,~label,name:String" };
    let said = format!("the first line looks like data; each file begins with a header such as `{header}`");
    if is_piece(name) {
        return said
            + ". Of a file in pieces, every piece needs it: Spark has option(\"header\", True); for BioCypher and neo4j-admin, put the \
                       file with the header before each part (`cat X-header.csv X-part000.csv`); of `split`, put the first line before \
                       all pieces but the first";
    }
    said
}

/// Whether a file is called as pieces of files are: `part-00001`, `xab`, `people.csv.part2`, `people-ab.csv`, `people_002.csv`, `000001_0`.
fn is_piece(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    let is_letters =
        |text: &str| text.len() >= 2 && text.starts_with('a') && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_end = |end: &str| is_number(end) || (end.len() <= 3 && is_letters(end));
    ["part", "split", "chunk"].iter().any(|word| name.contains(word))
        || stem.strip_prefix('x').is_some_and(is_letters)
        || stem.rsplit_once(['-', '_']).is_some_and(|(_, end)| is_end(end))
        || name.rsplit_once('.').is_some_and(|(_, end)| is_number(end))
}

/// A column that begins like one of the system's, in a header of edges or of vertices.
pub(super) fn of_system_column(column: &str, header: &str, is_of_edges: bool) -> String {
    if let Some(hint) = of_hidden(column) {
        return hint;
    }
    let (typed, known): (String, &[&str]) = if column.starts_with('~') {
        (column.to_ascii_lowercase(), &["~id", "~label", "~from", "~to"])
    } else if is_of_edges {
        (column.to_ascii_uppercase(), &[":ID", ":START_ID", ":END_ID", ":TYPE"])
    } else {
        (column.to_ascii_uppercase(), &[":ID", ":LABEL", ":START_ID", ":END_ID", ":TYPE"])
    };
    let all = || format!("the columns of this kind are {}", known.join(", "));
    if let Some(plain) = known.iter().find(|known| typed.starts_with(&format!("{known}:"))) {
        return format!("write the column as `{plain}`: it has no type");
    }
    match typed.as_str() {
        ":LABEL" | ":LABELS" if is_of_edges => return of_label(header).to_owned(),
        ":IGNORE" => return "leave the column out; only neo4j-admin knows it".to_owned(),
        ":RANK" => return RANK.to_owned(),
        "~fromlabels" | "~tolabels" => {
            return "leave the column out: neptune-export writes it with --edge-label-strategy edgeAndVertexLabels".to_owned();
        }
        "~properties" => return "each property is a column of its own: `name:String`".to_owned(),
        _ => {}
    }
    if typed.contains(' ') && known.contains(&typed.replace(' ', "").as_str()) {
        return format!("write the column as `{}`, without a blank", typed.replace(' ', ""));
    }
    match nearest(&typed, known.iter().copied()) {
        Some(near) if near != column => format!("did you mean `{near}`? Case matters"),
        _ => {
            let format = if column.starts_with('~') { Format::Csv } else { Format::OpenCypher };
            meant(column, format, is_of_edges).map_or_else(all, |meant| format!("write the column as `{meant}`"))
        }
    }
}

/// A column of labels in a header of relationships.
fn of_label(header: &str) -> &'static str {
    if header.contains(":TYPE") {
        return "leave the column out: a relationship has no label, and its type is in `:TYPE`";
    }
    "write the column as `:TYPE`: a relationship has one type, and no label"
}

/// A cell of the header that is no column.
pub(super) fn of_invalid_column(column: &str, format: Format) -> String {
    if let Some(hint) =
        of_hidden(column).or_else(|| of_list(column)).or_else(|| of_options(column)).or_else(|| of_brackets(column, format))
    {
        return hint;
    }
    if column.contains(":point{") {
        return "no load has a type for points: write the coordinates in columns of their own, with the type Double".to_owned();
    }
    if let Some((name, definition)) = column.split_once(':').filter(|(name, _)| name.ends_with(' ')) {
        let (name, definition) = (name.trim(), definition.trim());
        if !name.contains(' ') {
            return format!("write the column as `{name}:{definition}`, without blanks beside the colon");
        }
    }
    let refused = [("blank", " \t"), ("comma", ","), ("line break", "\r\n")];
    if let Some((word, _)) = refused.iter().find(|(_, refused)| column.contains(|c| refused.contains(c))) {
        return format!("a name has no {word} in it: write `first_name`, for example");
    }
    let forms = match format {
        Format::OpenCypher => "`name` or `name:Type`",
        _ => "`name:Type`, `name:Type(single)` or, of vertices, `name:Type[]`",
    };
    format!("a column is {forms}; write a colon in a name as `\\:`")
}

/// `["tags:String[]"]`, or `[tags:String[]]` where quotes are lost.
pub(super) fn of_list(column: &str) -> Option<String> {
    let inside = column.strip_prefix('[')?.strip_suffix(']')?.trim_matches('"');
    Some(format!(
        "write `{inside}`: csv42 puts a name with brackets or dots into a list, unless it is given `fields` with a name and a getValue"
    ))
}

/// `:ID(Person){label:Person}`
fn of_options(column: &str) -> Option<String> {
    let (_, options) = column.split_once('{').filter(|_| column.contains(":ID") && column.ends_with('}'))?;
    let label = if options.starts_with("label:") { "; labels have a column `:LABEL`" } else { "" };
    Some(format!("leave out `{{{options}`, which only neo4j-admin knows{label}"))
}

/// What is in brackets behind a type and is none of the format.
fn of_brackets(column: &str, format: Format) -> Option<String> {
    let (_, definition) = column.rsplit_once(':').filter(|(name, _)| !name.replace("\\:", "").contains(':'))?;
    let (word, inside) = definition.trim_end_matches("[]").strip_suffix(')')?.split_once('(')?;
    let is_cardinality = ["single", "set"].iter().any(|known| inside.eq_ignore_ascii_case(known));
    Some(match format {
        Format::OpenCypher if is_cardinality => {
            format!("leave out `({inside})`: in openCypher, each property has one value")
        }
        _ if Type::from_name(word).is_none() => of_type(word),
        Format::OpenCypher => format!("leave out `({inside})`: a type has nothing in brackets"),
        _ => format!("leave out `({inside})`: a cardinality is `(single)` or `(set)`"),
    })
}

/// An edge of `NebulaGraph` has a rank beside its ends.
const RANK: &str = "leave the column out, or make it a property: only NebulaGraph has ranks";

/// A cell of the header without a name.
pub(super) fn of_no_name(line: &str, at: usize) -> String {
    let rest: String = line.chars().skip(at).collect();
    let cell = rest.split(',').next().unwrap_or_default().trim().trim_matches('"');
    match meant(cell, Format::Csv, false).filter(|_| cell.starts_with(':')) {
        Some(meant) => format!("write the column as `{meant}`: a colon begins a type in this format"),
        None if cell == ":RANK" => RANK.to_owned(),
        None => of_blank_name(line, at).to_owned(),
    }
}

fn of_blank_name(line: &str, at: usize) -> &'static str {
    if at == 0 && line.starts_with("\"\",") {
        return "R writes the names of rows as a first column without a name: write.csv(row.names = FALSE); in pandas, to_csv(index=False)";
    }
    if at == 0 && line.starts_with(',') {
        return "pandas writes its index as a first column without a name: to_csv(index=False)";
    }
    let rest: String = line.chars().skip(at).collect();
    if rest.trim().is_empty() {
        return "the header ends with a comma";
    }
    "give the column a name: `name:Type`"
}

/// `String:name`
pub(super) fn is_type_first(column: &str) -> bool {
    column
        .split_once(':')
        .is_some_and(|(of, name)| Type::from_name(of).is_some() && name.starts_with(|c: char| c.is_alphabetic()))
}

/// A word that is no type.
pub(super) fn of_type(word: &str) -> String {
    let lower = word.trim_end_matches('?').to_ascii_lowercase();
    let meant = match lower.as_str() {
        "" => return "name a type behind the colon, or leave the colon out for String".to_owned(),
        "none" | "nonetype" | "null" => {
            return "the program that wrote the file did not know the type: write String, or leave the column out".to_owned();
        }
        word if word.starts_with("list") || word.starts_with("array") || word.ends_with("[ ]") => {
            return "an array is written `name:String[]`, without a blank, and only vertices of Gremlin CSV have one"
                .to_owned();
        }
        word if word.ends_with("[]") => {
            return "openCypher's files have no arrays: write the values as one text, or load Gremlin CSV".to_owned();
        }
        "int64" | "uint32" | "bigint" | "integer64" | "i64" | "u32" | "uint64" | "u64" => Some("Long"),
        "int32" | "integer" | "int16" | "int8" | "uint8" | "uint16" | "i32" | "smallint" | "number(10)" | "int4" => Some("Int"),
        "float64" | "real" | "number" | "decimal" | "numeric" | "f64" | "float8" => Some("Double"),
        "float32" | "f32" | "float4" => Some("Float"),
        "object" | "str" | "text" | "varchar" | "category" | "utf8" | "uuid" | "json" | "time" | "char" | "any" | "enum"
        | "map" | "bytea" | "binary" => Some("String"),
        "vector" => {
            return "Vector is a type of Neptune Analytics: leave the column out of a load into a database".to_owned();
        }
        word if ["datetime64", "timestamp", "zoneddatetime", "localdatetime", "date32", "instant"]
            .iter()
            .any(|start| word.starts_with(start)) =>
        {
            Some("Date")
        }
        word => nearest(word, Type::ALL.map(Type::as_str)),
    };
    let known = "the types are Bool, Byte, Short, Int, Long, Float, Double, String and Date";
    meant.map_or_else(|| known.to_owned(), |meant| format!("write {meant}; {known}"))
}

/// `name:Int[](set)`, in Gremlin's words.
pub(super) fn of_array(column: &str, word: &str, is_of_edges: bool) -> String {
    let of = word.trim_end_matches("[]");
    let name = column.rsplit_once(':').map_or(column, |(name, _)| name);
    let ends = |end: &str| column.to_ascii_lowercase().ends_with(end);
    match () {
        () if is_of_edges => OF_EDGE.to_owned(),
        () if Type::from_name(of).is_none() => of_type(of),
        () if ends("(single)") => {
            format!("what is `(single)` cannot be an array: write `{name}:{of}(single)` or `{name}:{of}[]`")
        }
        () if ends("(set)") => format!("write `{name}:{of}(set)[]`"),
        () => format!("write `{name}:{of}[]`"),
    }
}
