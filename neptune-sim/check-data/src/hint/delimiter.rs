//! First lines whose cells are separated by something else than a comma, and which programs write so.

use super::header::{OPENCYPHER, is_alias, looks_like_data};

const SEMICOLONS: &str = "cells are separated by commas, and here by semicolons: export with `,` (in pandas `sep`, in polars `separator`, in R write.csv and not \
     write.csv2; Excel takes it from the region of the system)";
const TABS: &str =
    "cells are separated by commas, and here by tabs: export with `,` (mysql --batch, bcp and psql's COPY write tabs)";
const BARS: &str = "cells are separated by commas, and here by `|`: export with `,` (Redshift UNLOAD … FORMAT CSV HEADER, psql --csv, sqlite3 \
                    .mode csv, sqlcmd -s \",\")";
const CTRL_A: &str = "cells are separated by commas, and here by Ctrl-A, as Hive does: write the table with org.apache.hadoop.hive.serde2.OpenCSVSerde, \
                      and a header before each file, because Hive writes none";
const BLANKS: &str =
    "cells are separated by commas, and here by blanks: export CSV (in pandas to_csv in place of print and to_string)";
const TABLE: &str = "this is a table as a terminal shows it, and no CSV: psql --csv, mysql --batch, sqlcmd -s \",\" -W, duckdb -csv, \
                     in polars write_csv";

/// What helps against another delimiter, in a header or in a row in its place.
pub(super) fn of_delimiter(text: &str) -> Option<&'static str> {
    let mut lines = text.lines();
    let (line, next) = (lines.next().unwrap_or_default().trim(), lines.next().unwrap_or_default());
    let is_frame = line.starts_with(['┌', '╭', '│', '╔']) || line.starts_with("+--") || line.starts_with("shape: (");
    let is_drawn = line.len() > 2 && line.bytes().all(|byte| byte == b'-') && next.starts_with("| ");
    let has_blanks = |mark: &str| line.split_whitespace().any(|word| word == mark) && !line.contains(',') && line.contains(' ');
    // Of words alone, only another line with as many of them says that they are cells.
    let are_in_both =
        |delimiter: char| line.matches(delimiter).count() > 1 && line.matches(delimiter).eq(next.matches(delimiter));
    let separates = |delimiter: char| {
        !line.contains(',') && line.contains(delimiter) && (are_cells(line, delimiter) || are_in_both(delimiter))
    };
    match () {
        () if line.contains('\u{1}') => Some(CTRL_A),
        () if is_frame || is_drawn || line.contains(" | ") && separates('|') => Some(TABLE),
        () if separates(';') => Some(SEMICOLONS),
        () if separates('\t') => Some(TABS),
        () if separates('|') => Some(BARS),
        () if has_blanks("~id") || has_blanks(":ID") => Some(BLANKS),
        () => None,
    }
}

/// Whether there are columns or values between these delimiters.
fn are_cells(line: &str, delimiter: char) -> bool {
    let cells: Vec<&str> = line.split(delimiter).map(|cell| cell.trim().trim_matches('"')).collect();
    let is_column = |cell: &&str| cell.starts_with('~') || OPENCYPHER.iter().any(|mark| cell.contains(mark));
    let has_aliases = cells.iter().filter(|cell| is_alias(cell)).count() > 1;
    cells.iter().any(is_column) || has_aliases || (cells.len() > 1 && looks_like_data(&cells))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::semicolons("~id;~label;name:String", Some(SEMICOLONS))]
    #[case::semicolons_in_labels("~id,a;b", None)]
    #[case::rows_with_semicolons("v1;person;41", Some(SEMICOLONS))]
    #[case::tabs("~id\t~label", Some(TABS))]
    #[case::a_tab_in_a_name("name\tx", None)]
    #[case::bars("~id|~label|name:String", Some(BARS))]
    #[case::bars_and_quotes("\"~id\"|\"~label\"", Some(BARS))]
    #[case::bars_of_opencypher("id:ID|:LABEL", Some(BARS))]
    #[case::rows_with_bars("v1|person|41", Some(BARS))]
    #[case::bars_between_other_names("id|label|name", Some(BARS))]
    #[case::two_rows_with_bars("v1|person|Ann\nv2|person|Bob", Some(BARS))]
    #[case::rows_of_other_widths("v1|person|Ann\nv2|person", None)]
    #[case::a_bar_in_a_name("a|b", None)]
    #[case::hive("~id\u{1}~label", Some(CTRL_A))]
    #[case::rows_of_hive("v1\u{1}person", Some(CTRL_A))]
    #[case::psql(" ~id | ~label", Some(TABLE))]
    #[case::mysql("+-----+--------+", Some(TABLE))]
    #[case::duckdb("┌─────┬────────┐\n│ ~id │ ~label │", Some(TABLE))]
    #[case::polars("shape: (1, 2)\n┌─────┬────────┐", Some(TABLE))]
    #[case::jena("-----------\n| s | p |", Some(TABLE))]
    #[case::hyphens_alone("---\n- id: v1", None)]
    #[case::print_of_pandas("  ~id ~label\n0  v1      p", Some(BLANKS))]
    #[case::a_column_with_a_blank("~id,first name", None)]
    #[case::commas("~id,~label", None)]
    fn a_delimiter_is_known(#[case] line: &str, #[case] expected: Option<&str>) {
        assert_eq!(of_delimiter(line), expected);
    }
}
