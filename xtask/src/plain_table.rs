//! Tables without lines, which survive a pipe and a CI log.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// How wide a table may be, in columns.
pub(crate) const WIDTH: u16 = 100;

/// Renders a header and rows; longer cells wrap. The columns from `first_number` on hold numbers and stand to the right.
pub(crate) fn plain_table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>, first_number: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table.set_header(header).add_rows(rows);
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
    fn long_cells_stay_within_the_width() {
        let table = plain_table(&["name", "ms"], [vec!["a_very_long_name_".repeat(20), "1.0".to_owned()]], 1);
        assert!(table.lines().all(|line| line.chars().count() <= usize::from(WIDTH)), "{table}");
    }
}
