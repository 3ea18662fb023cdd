//! Tables for terminals.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::source::visible;

/// A table whose columns are as wide as what is in them. Rows are written as soon as the widths are settled: by the
/// first rows, so that a table of any length streams.
pub(super) struct Table<const N: usize> {
    header: [&'static str; N],
    waiting: Vec<[String; N]>,
    widths: Option<[usize; N]>,
    widest: usize,
}

/// How many rows settle the widths.
const SETTLING: usize = 1000;
/// How wide a column gets, except the last one; longer cells are cut.
const WIDEST: usize = 40;

impl<const N: usize> Table<N> {
    pub(super) fn new(header: [&'static str; N]) -> Self {
        Table { header, waiting: Vec::new(), widths: None, widest: WIDEST }
    }

    /// With room for cells that say what became of what: the end of one is not to be lost.
    pub(super) fn with_wide_cells(self) -> Self {
        Table { widest: 4 * WIDEST, ..self }
    }

    /// Adds a row; its cells may hold anything.
    pub(super) fn row(&mut self, cells: [String; N], out: &mut dyn Write) -> io::Result<()> {
        let cells = cells.map(|cell| visible(&cell).into_owned());
        if let Some(widths) = &self.widths {
            return write_row(&cells, widths, out);
        }
        self.waiting.push(cells);
        if self.waiting.len() == SETTLING { self.settle(out) } else { Ok(()) }
    }

    /// Writes what still waits.
    pub(super) fn finish(mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.widths.is_none() && !self.waiting.is_empty() { self.settle(out) } else { Ok(()) }
    }

    fn settle(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut widths = self.header.map(UnicodeWidthStr::width);
        for row in &self.waiting {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width()).min(self.widest);
            }
        }
        self.widths = Some(widths);
        write_row(&self.header.map(str::to_owned), &widths, out)?;
        for row in std::mem::take(&mut self.waiting) {
            write_row(&row, &widths, out)?;
        }
        Ok(())
    }
}

fn write_row<const N: usize>(cells: &[String; N], widths: &[usize; N], out: &mut dyn Write) -> io::Result<()> {
    let mut line = String::new();
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        if index + 1 == N {
            line.push_str(cell);
            break;
        }
        let cell = cut(cell, *width);
        line.push_str(&cell);
        let padding = width.saturating_sub(cell.width()) + 2;
        line.extend(std::iter::repeat_n(' ', padding));
    }
    writeln!(out, "{}", line.trim_end())
}

fn cut(cell: &str, width: usize) -> std::borrow::Cow<'_, str> {
    if cell.width() <= width {
        return cell.into();
    }
    let mut kept = String::new();
    for c in cell.chars() {
        let next = kept.width() + unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if next + 1 > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rows: &[[&str; 3]]) -> String {
        let mut out = Vec::new();
        let mut table = Table::new(["A", "BB", "C"]);
        for row in rows {
            table.row(row.map(str::to_owned), &mut out).unwrap();
        }
        table.finish(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_as_wide_as_the_terminal_shows_their_cells() {
        assert_eq!(shown(&[["x", "", "z"], ["日本", "y", ""]]), "A     BB  C\nx         z\n日本  y\n");
    }

    #[test]
    fn long_and_hostile_cells_keep_to_their_column() {
        let long = "x".repeat(60);
        let table = shown(&[[&long, "a\nb\u{1b}[31m", &long]]);
        let line = table.lines().nth(1).unwrap();
        assert_eq!(line, format!("{}…  a\\nb\\u{{1b}}[31m  {long}", "x".repeat(39)));
    }

    #[test]
    fn a_table_without_rows_is_nothing() {
        assert_eq!(shown(&[]), "");
    }
}
