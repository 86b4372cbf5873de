//! Curves in letters, for terminals.

/// How braille letters number their dots, by row and column.
const DOTS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The finite numbers among `values`, as so many means of neighbours; fewer if there are fewer.
fn means(values: &[f64], count: usize) -> Vec<f64> {
    let values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let count = count.min(values.len());
    let part = |index: usize| &values[index * values.len() / count..(index + 1) * values.len() / count];
    (0..count).map(|index| part(index).iter().sum::<f64>() / part(index).len() as f64).collect()
}

fn ends(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::MAX, f64::MIN), |(low, high), &value| (low.min(value), high.max(value)))
}

/// A line of bars, `width` letters at most.
pub fn bars(values: &[f64], width: usize) -> String {
    let means = means(values, width);
    let (low, high) = ends(&means);
    let bar = |value: &f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        BARS[((share * BARS.len() as f64) as usize).min(BARS.len() - 1)]
    };
    means.iter().map(bar).collect()
}

/// A curve of braille dots in `height` lines of `width` letters, from the least number at the bottom to the greatest at the top;
/// no lines of no numbers.
pub fn curve(values: &[f64], width: usize, height: usize) -> Vec<String> {
    let (columns, rows) = (2 * width, 4 * height);
    let means = means(values, columns);
    let (low, high) = ends(&means);
    if means.is_empty() || rows == 0 {
        return Vec::new();
    }
    let row = |value: f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        rows - 1 - ((share * rows as f64) as usize).min(rows - 1)
    };
    let mut cells = vec![0u32; width * height];
    let mut before = row(means[0]);
    for column in 0..columns {
        // Few numbers are stretched over the whole width.
        let now = row(means[column * means.len() / columns]);
        for row in before.min(now)..=before.max(now) {
            cells[row / 4 * width + column / 2] |= DOTS[row % 4][column % 2];
        }
        before = now;
    }
    let letter = |&dots: &u32| char::from_u32(0x2800 + dots).unwrap_or(' ');
    cells.chunks_exact(width).map(|line| line.iter().map(letter).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_rise_and_fall() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(bars(&values, 8), "▁▂▃▄▅▆▇█");
        assert_eq!(curve(&values, 4, 2), ["⠀⠀⣠⠞", "⣠⠞⠁⠀"]);
        let falling: Vec<f64> = values.iter().map(|value| -value).collect();
        assert_eq!(bars(&falling, 4), "█▆▃▁");
    }

    #[test]
    fn few_numbers_and_none() {
        assert_eq!((bars(&[], 10), curve(&[], 10, 3).len()), (String::new(), 0));
        assert_eq!((bars(&[1.0], 10).chars().count(), curve(&[1.0], 3, 2).len()), (1, 2));
        assert_eq!(bars(&[f64::NAN, 1.0, f64::INFINITY, 2.0], 10), "▁█");
        assert_eq!(curve(&[1.0, 2.0], 0, 2), Vec::<String>::new());
    }
}
