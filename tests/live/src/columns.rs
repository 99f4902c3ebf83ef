//! Tables for terminals, without lines, which survive a pipe and a CI log.

/// Rows with as many columns as the header, two spaces apart. The columns from `first_number` on hold numbers and stand to the right.
pub(crate) fn columns<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    first_number: usize,
) -> String {
    let rows: Vec<_> = std::iter::once(header.map(str::to_owned)).chain(rows).collect();
    let widths: Vec<_> = (0..N).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if column < first_number { format!(" {cell:<width$} ") } else { format!(" {cell:>width$} ") }
        });
        cells.collect::<String>().trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_nothing_behind_them() {
        let rows = [["a", "ä", "1.0"], ["bcd", "", "10.0"]].map(|row| row.map(str::to_owned));
        assert_eq!(columns(["name", "x", "s"], rows, 2), " name  x     s\n a     ä   1.0\n bcd      10.0\n");
    }

    #[test]
    fn a_line_ends_with_its_last_letter() {
        assert_eq!(columns(["name", "x"], [["a".to_owned(), String::new()]], 2), " name  x\n a\n");
    }
}
