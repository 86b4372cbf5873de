//! Columns of text.

use std::io::{Result, Write};

/// How the cells of a column are aligned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Rows of cells, printed so that columns line up.
pub(crate) struct Table {
    aligns: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with a column for each letter: `l` aligned left, `r` right.
    pub(crate) fn new(columns: &str) -> Self {
        let align = |letter| if letter == 'r' { Align::Right } else { Align::Left };
        Self { aligns: columns.chars().map(align).collect(), rows: Vec::new() }
    }

    pub(crate) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Writes the rows, each after `indent`.
    pub(crate) fn print(&self, out: &mut impl Write, indent: &str) -> Result<()> {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.aligns.len()).map(width).collect();
        for row in &self.rows {
            let mut line = indent.to_owned();
            for (column, cell) in row.iter().enumerate() {
                let padding = " ".repeat(widths[column] - cell.chars().count());
                let separator = if column == 0 { "" } else { "  " };
                line += &match self.aligns[column] {
                    Align::Left => format!("{separator}{cell}{padding}"),
                    Align::Right => format!("{separator}{padding}{cell}"),
                };
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
