//! Tables without lines, which survive a pipe and a CI log.

use anstyle::Style;

use neptune_text::wrap_words;

use crate::terminal::paint;

/// A table of text: columns two spaces apart, numbers to the right. Cells with sentences wrap at words; names stay whole, even if a row becomes
/// wider than the terminal.
#[derive(Clone, Debug, Default)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<Cell>>,
    first_number: usize,
}

#[derive(Clone, Debug, Default)]
struct Cell {
    text: String,
    style: Option<Style>,
}

/// What stands between two columns, and what a row begins with.
const GAP: usize = 2;

impl Table {
    /// A table with these headings, and no rows yet. The columns from `first_number` on hold numbers and stand to the right.
    pub fn new<const N: usize>(header: [&str; N], first_number: usize) -> Self {
        Self { header: header.map(str::to_owned).to_vec(), rows: Vec::new(), first_number }
    }

    /// Adds a row. Missing cells at its end are empty.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|text| Cell { text, style: None }).collect());
    }

    /// Gives a cell of the last row a colour.
    pub fn style(&mut self, column: usize, style: Style) {
        if let Some(cell) = self.rows.last_mut().and_then(|row| row.get_mut(column)) {
            cell.style = Some(style);
        }
    }

    /// The table as text of at most `width` columns, as far as names allow; every line ends with a line feed.
    pub fn render(&self, width: usize) -> String {
        let header = self.header.iter().map(|text| Cell { text: text.clone(), style: None }).collect();
        let rows: Vec<&Vec<Cell>> = std::iter::once(&header).chain(&self.rows).collect();
        let widths = self.widths(&rows, width);
        rows.iter().map(|row| self.render_row(row, &widths)).collect()
    }

    /// The width of each column. Where all of it is too wide, the widest column of sentences gives way.
    fn widths(&self, rows: &[&Vec<Cell>], width: usize) -> Vec<usize> {
        let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column)).map(|cell| cell.text.as_str());
        let columns = 0..self.header.len();
        let mut widths: Vec<usize> =
            columns.clone().map(|column| cells(column).map(letters).max().unwrap_or_default()).collect();
        let all = widths.iter().sum::<usize>() + GAP * (widths.len().saturating_sub(1)) + 1;
        let has_sentences = |column: &usize| cells(*column).any(|text| text.contains(' '));
        let widest = columns.filter(has_sentences).max_by_key(|column| widths[*column]);
        if let Some(column) = widest.filter(|_| all > width) {
            let longest_word = cells(column).flat_map(str::split_whitespace).map(letters).max().unwrap_or_default();
            widths[column] = widths[column].saturating_sub(all - width).max(longest_word);
        }
        widths
    }

    fn render_row(&self, row: &[Cell], widths: &[usize]) -> String {
        let parts: Vec<Vec<&str>> =
            row.iter().zip(widths).map(|(cell, width)| wrap_words(&cell.text, *width, *width)).collect();
        let height = parts.iter().map(Vec::len).max().unwrap_or_default();
        let line = |number: usize| {
            let cells = row.iter().zip(widths).zip(&parts).enumerate().map(|(column, ((cell, width), parts))| {
                let text = parts.get(number).copied().unwrap_or_default();
                let space = " ".repeat(width.saturating_sub(letters(text)));
                let text = cell.style.filter(|_| !text.is_empty()).map_or_else(|| text.to_owned(), |style| paint(style, text));
                if column < self.first_number { text + &space } else { space + &text }
            });
            let cells: Vec<String> = cells.collect();
            format!(" {}", cells.join(&" ".repeat(GAP))).trim_end().to_owned() + "\n"
        };
        (0..height).map(line).collect()
    }
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::{BAD, plain};

    fn table<const N: usize>(header: [&str; N], first_number: usize, rows: &[[&str; N]]) -> Table {
        let mut table = Table::new(header, first_number);
        for row in rows {
            table.row(row.map(str::to_owned));
        }
        table
    }

    #[test]
    fn numbers_stand_to_the_right_and_nothing_behind_them() {
        let table = table(["name", "x", "s"], 2, &[["a", "ä", "1.0"], ["bcd", "", "10.0"]]);
        assert_eq!(table.render(80), " name  x     s\n a     ä   1.0\n bcd      10.0\n");
    }

    #[test]
    fn a_line_ends_with_its_last_letter() {
        assert_eq!(table(["name", "x"], 2, &[["a", ""]]).render(80), " name  x\n a\n");
    }

    #[test]
    fn sentences_wrap_within_their_column() {
        let table = table(["name", "about"], 2, &[["test_a", "one two three"], ["test_b", "four"]]);
        assert_eq!(table.render(16), " name    about\n test_a  one two\n         three\n test_b  four\n");
    }

    #[test]
    fn names_stay_whole() {
        let name = "a_very_long_name_".repeat(9);
        let rendered = table(["name", "ms"], 1, &[[&name, "1.0"]]).render(80);
        assert!(rendered.contains(&format!(" {name}  1.0\n")), "{rendered}");
    }

    #[test]
    fn colours_take_no_room() {
        let mut coloured = table(["name", "verdict", "ms"], 2, &[["a", "FAILED", "1"]]);
        coloured.style(1, BAD);
        let rendered = coloured.render(80);
        assert!(rendered.contains(&paint(BAD, "FAILED")), "{rendered}");
        assert_eq!(plain(&rendered), table(["name", "verdict", "ms"], 2, &[["a", "FAILED", "1"]]).render(80));
    }
}
