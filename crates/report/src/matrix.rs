//! Matrices of counts as coloured squares.

use std::fmt::Write;

use crate::page::escape;

const SIDE: f64 = 900.0;
/// Up to so many classes the squares hold numbers and have names.
const FEW: usize = 24;
const NAME: usize = 14;

/// How often each row's thing was taken for each column's.
#[derive(Clone, Debug)]
pub struct Matrix<'a> {
    /// The names of rows and columns.
    pub names: &'a [String],
    /// Row by row, as many columns as names.
    pub counts: &'a [u64],
}

impl Matrix<'_> {
    /// The drawing. Squares are coloured by their share of the row: those on the diagonal blue, others red.
    pub fn svg(&self) -> String {
        let count = self.names.len().max(1);
        let has_names = count <= FEW;
        let margin = if has_names { 110.0 } else { 10.0 };
        let step = (SIDE - margin) / count as f64;
        let mut svg =
            format!("<svg viewBox=\"0 0 {SIDE} {SIDE}\" role=\"img\" aria-label=\"confusion matrix\">");
        if has_names {
            self.names(&mut svg, margin, step);
        }
        for (row, counts) in self.counts.chunks_exact(count).enumerate() {
            let total = counts.iter().sum::<u64>().max(1) as f64;
            for (column, &found) in counts.iter().enumerate().filter(|(_, found)| **found > 0) {
                let share = found as f64 / total;
                let colour = if row == column { "#37b" } else { "#c33" };
                // Rare confusions are seen, too.
                let opacity = share.sqrt().max(0.08);
                let (x, y) = (margin + column as f64 * step, margin + row as f64 * step);
                let name = |index: usize| escape(self.names.get(index).map_or("", String::as_str));
                let _ = write!(
                    svg,
                    "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{colour}\" fill-opacity=\"{opacity:.2}\">\
                     <title>{} taken for {}: {found} ({:.1} %)</title></rect>",
                    step * 0.97,
                    step * 0.97,
                    name(row),
                    name(column),
                    100.0 * share
                );
                if has_names {
                    let (x, y) = (x + step / 2.0, y + step / 2.0 + 4.0);
                    let _ = write!(
                        svg,
                        "<text class=\"name\" x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"12\" text-anchor=\"middle\" \
                         pointer-events=\"none\">{found}</text>"
                    );
                }
            }
        }
        svg.push_str("</svg>");
        svg
    }

    fn names(&self, svg: &mut String, margin: f64, step: f64) {
        for (index, name) in self.names.iter().enumerate() {
            let short: String = name.chars().take(NAME).collect();
            let place = margin + (index as f64 + 0.5) * step;
            let _ = write!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"12\" text-anchor=\"end\">{}</text>\
                 <text transform=\"translate({:.1} {:.1}) rotate(-45)\" font-size=\"12\">{}</text>",
                margin - 6.0,
                place + 4.0,
                escape(&short),
                place,
                margin - 6.0,
                escape(&short)
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_say_what_they_are() {
        let names = ["cat".to_owned(), "<dog>".to_owned()];
        let svg = Matrix { names: &names, counts: &[3, 1, 0, 2] }.svg();
        assert_eq!(svg.matches("<rect").count(), 3);
        assert!(svg.contains("cat taken for &lt;dog&gt;: 1 (25.0 %)"), "{svg}");
        let many: Vec<String> = (0..100).map(|class| class.to_string()).collect();
        let counts: Vec<u64> = (0..10_000).map(|index| u64::from(index % 101 == 0)).collect();
        let svg = Matrix { names: &many, counts: &counts }.svg();
        assert_eq!((svg.matches("<rect").count(), svg.matches("<text").count()), (100, 0));
    }
}
