use std::fmt;

/// How many sizes stand for an open one.
pub const TRIALS: usize = 2;

/// The size of a dimension. A size that is left open until the model runs is followed through the graph by trial: it is
/// replaced by two numbers, every shape is computed for both, and whatever comes out different depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dim([usize; TRIALS]);

impl Dim {
    /// A size that is known.
    pub const fn fixed(size: usize) -> Self {
        Self([size; TRIALS])
    }

    /// What a size is under each trial.
    pub const fn from_trials(trials: [usize; TRIALS]) -> Self {
        Self(trials)
    }

    /// The size, if it does not depend on an open one.
    pub fn size(self) -> Option<usize> {
        (self.0[0] == self.0[1]).then_some(self.0[0])
    }

    /// The size under one of the trials.
    pub fn trial(self, trial: usize) -> usize {
        self.0[trial]
    }
}

impl From<usize> for Dim {
    fn from(size: usize) -> Self {
        Self::fixed(size)
    }
}

/// An open size of a graph: its name, and the numbers that stand for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenSize {
    pub(crate) name: String,
    pub(crate) dim: Dim,
}

impl OpenSize {
    /// The `index`-th open size of a graph. Batches are tried with small primes, others with sizes that networks can halve
    /// several times; none is 1, which would broadcast.
    pub(crate) fn new(name: &str, index: usize, is_batch: bool) -> Self {
        const BATCHES: [[usize; TRIALS]; 4] = [[3, 5], [7, 11], [13, 17], [19, 23]];
        let dim = match BATCHES.get(index).filter(|_| is_batch) {
            Some(&trials) => trials,
            None => [256 + 64 * index, 448 + 128 * index],
        };
        Self { name: name.to_owned(), dim: Dim(dim) }
    }

    /// How `dim` comes out of this size: a multiple or a fraction, plus a constant.
    fn describe(&self, dim: Dim) -> Option<String> {
        let [first, second] = self.dim.0.map(|size| size as i64);
        let [low, high] = dim.0.map(|size| size as i64);
        let with_offset = |term: String, offset: i64| match offset {
            0 => term,
            _ => format!("{term}{offset:+}"),
        };
        let (run, rise) = (second - first, high - low);
        if rise > 0 && rise % run == 0 {
            let factor = rise / run;
            let term = if factor == 1 { self.name.clone() } else { format!("{factor}*{}", self.name) };
            return Some(with_offset(term, low - factor * first));
        }
        if rise > 0 && run % rise == 0 {
            let divisor = run / rise;
            return Some(with_offset(format!("{}/{divisor}", self.name), low - first / divisor));
        }
        None
    }
}

/// A size as text: a number, what it is of the graph's open sizes, or `?`.
pub(crate) struct Described<'a>(pub(crate) Dim, pub(crate) &'a [OpenSize]);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(size) = self.0.size() {
            return write!(f, "{size}");
        }
        let described = self.1.iter().filter_map(|open| open.describe(self.0));
        f.write_str(&described.min_by_key(String::len).unwrap_or_else(|| "?".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_sizes_are_described() {
        let sizes = [OpenSize::new("batch", 0, true), OpenSize::new("width", 1, false)];
        let [batch, width] = [sizes[0].dim, sizes[1].dim];
        let map = |dim: Dim, f: fn(usize) -> usize| Dim(dim.0.map(f));
        let cases = [
            (Dim::fixed(7), "7"),
            (batch, "batch"),
            (map(batch, |n| 4 * n), "4*batch"),
            (map(width, |n| n / 2), "width/2"),
            (map(width, |n| n / 4 + 1), "width/4+1"),
            (map(width, |n| 2 * n - 3), "2*width-3"),
            (Dim([4, 3]), "?"),
        ];
        for (dim, text) in cases {
            assert_eq!(Described(dim, &sizes).to_string(), text);
        }
    }
}
