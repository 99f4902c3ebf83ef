//! Tables without lines, which survive a pipe and a CI log.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// How wide a table may be, in columns.
pub(crate) const WIDTH: u16 = 100;

/// Renders a header and rows; longer cells wrap. The columns from `first_number` on hold numbers and stand to the right.
pub(crate) fn plain_table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>, first_number: usize) -> String {
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    render(table, header, rows, first_number)
}

/// The same with sentences in the last column: lines are as long as they are, so that names stay whole.
pub(crate) fn wide_table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Disabled);
    render(table, header, rows, header.len())
}

fn render(mut table: Table, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>, first_number: usize) -> String {
    table.load_style(presets::NOTHING).set_header(header).add_rows(rows);
    for column in table.column_iter_mut().skip(first_number) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right() {
        let rows = [vec!["a".to_owned(), "1.0".to_owned()], vec!["bcd".to_owned(), "10.0".to_owned()]];
        assert_eq!(plain_table(&["name", "s"], rows, 1), " name     s\n a      1.0\n bcd   10.0\n");
    }

    #[test]
    fn sentences_leave_names_whole() {
        let table = wide_table(&["name", "about"], [vec!["a_name_".repeat(9), "words ".repeat(20)]]);
        assert_eq!(table.lines().count(), 2, "{table}");
    }

    #[test]
    fn long_cells_stay_within_the_width() {
        let table = plain_table(&["name", "ms"], [vec!["a_very_long_name_".repeat(20), "1.0".to_owned()]], 1);
        assert!(table.lines().all(|line| line.chars().count() <= usize::from(WIDTH)), "{table}");
    }
}
