//! Depthwise filters packed for dot products of four elements of the window, for 64 results at a time.

use alloc::vec::Vec;

use super::Geometry;

/// Results in a vector.
pub(super) const RESULTS: usize = 64;

/// Which elements of the window are multiplied together.
pub(super) struct Passes {
    /// The row and the column in the window of the first elements of each pass.
    pub(super) taps: Vec<[Option<(usize, usize)>; 4]>,
    /// From how many columns on the elements come, one after the other.
    pub(super) width: usize,
}

/// Channels that are worked on together.
pub(super) struct Block<S> {
    pub(super) first: usize,
    pub(super) channels: usize,
    /// Pixels that share a vector.
    pub(super) pixels: usize,
    /// For each pass, and each of its columns: quadruples of bytes in the order of sums.
    pub(super) weights: Vec<[i32; RESULTS]>,
    pub(super) scale: S,
}

/// The channel of a block that result `index` of the four vectors of sums belongs to.
fn channel_of(index: usize, pixels: usize) -> usize {
    let (vector, lane, element) = (index / 16, index % 16 / 4, index % 4);
    (lane * 16 + vector * 4 + element) % (RESULTS / pixels)
}

impl Block<()> {
    /// Values of the channels in the order of sums.
    pub(super) fn list(&self, value: &dyn Fn(usize) -> i32) -> [i32; RESULTS] {
        core::array::from_fn(|result| {
            let channel = channel_of(result, self.pixels);
            if channel < self.channels { value(self.first + channel) } else { 0 }
        })
    }

    /// With what depends on channels besides.
    pub(super) fn with<S>(self, scale: S) -> Block<S> {
        let Self { first, channels, pixels, weights, scale: () } = self;
        Block { first, channels, pixels, weights, scale }
    }
}

impl<S> Block<S> {
    /// Memory it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.weights) + size_of_val(self)
    }
}

impl Passes {
    /// Four rows of all columns in each pass where windows of some shape overlap; four elements in order otherwise.
    pub(super) fn new(Geometry { rows, columns, .. }: &Geometry) -> Self {
        let is_shared = rows.size > 2
            && columns.dilation == 1
            && matches!((columns.size, columns.stride), (3 | 5, 1 | 2));
        let taps = |count: usize, place: &dyn Fn(usize) -> (usize, usize)| {
            let tap = |index: usize| (index < count).then(|| place(index));
            (0..count).step_by(4).map(|first| [0, 1, 2, 3].map(|next| tap(first + next))).collect()
        };
        if is_shared {
            Self { taps: taps(rows.size, &|row| (row, 0)), width: columns.size }
        } else {
            let place = |tap: usize| (tap / columns.size, tap % columns.size);
            Self { taps: taps(rows.size * columns.size, &place), width: 1 }
        }
    }

    /// Packs weights `[rows, columns, channels]`.
    pub(super) fn pack(&self, geometry: &Geometry, weights: &[i8]) -> Vec<Block<()>> {
        let channels = geometry.channels;
        let block = |first: usize, pixels: usize| {
            let count = (channels - first).min(RESULTS / pixels);
            let weight = |tap: Option<(usize, usize)>, column: usize, channel: usize| match tap {
                Some((row, first_column)) if channel < count => {
                    let tap = row * geometry.columns.size + first_column + column;
                    weights[tap * channels + first + channel]
                }
                _ => 0,
            };
            let mut packed = Vec::with_capacity(self.taps.len() * self.width);
            for (taps, column) in self.taps.iter().flat_map(|taps| (0..self.width).map(move |x| (taps, x))) {
                packed.push(core::array::from_fn(|result| {
                    let channel = channel_of(result, pixels);
                    i32::from_le_bytes(taps.map(|tap| weight(tap, column, channel) as u8))
                }));
            }
            Block { first, channels: count, pixels, weights: packed, scale: () }
        };
        let rest = channels % RESULTS;
        let last = match rest {
            0 => None,
            1..=16 => Some(4),
            17..=32 => Some(2),
            _ => Some(1),
        };
        let full = (0..channels - rest).step_by(RESULTS).map(|first| block(first, 1));
        full.chain(last.map(|pixels| block(channels - rest, pixels))).collect()
    }
}

/// The sum of the weights of a channel.
pub(super) fn sum_of(weights: &[i8], channels: usize, channel: usize) -> i32 {
    weights.chunks_exact(channels).map(|weights| i32::from(weights[channel])).sum()
}
