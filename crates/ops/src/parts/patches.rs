//! Convolution as a matrix product: the rows of the matrix are the patches of the input under the window, one for
//! each output position, its columns the output channels.
//!
//! Where patches lie in the input as they are (windows of one element, or as wide as the image) they are multiplied
//! in place; otherwise they are gathered a tile of rows at a time, small enough to stay in the cache.

use alloc::boxed::Box;
use alloc::format;
use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering};

use featherlite_base::arena::{Parallel, Serial, for_each_chunk_with, worth};
use featherlite_base::{Element, Error, Result};
use featherlite_gemm::Rows;

use crate::parts::window::{Span, Window};

/// Bytes of gathered rows that stay in the cache beside the weights.
const TILE_BYTES: usize = 128 * 1024;
/// Rows of a tile; kernels of matrix products work on 1 to 6 at a time.
const TILE_ROWS: Range<usize> = 24..240;

/// Elements that are copied at once where lines of the window are no longer.
const SHORT: usize = 16;

/// The patches of NHWC images under a two-dimensional window.
pub struct Patches {
    batch: usize,
    rows: Window,
    columns: Window,
    channels: usize,
    /// Channels of a patch, at most `channels`: those of one group.
    depth: usize,
    row_spans: Box<[Span]>,
    column_spans: Box<[Span]>,
    /// The positions along a row whose windows lie in the image with all columns.
    whole: Range<usize>,
    stride: Option<usize>,
}

impl Patches {
    /// The patches of `depth` channels out of `channels`, of `batch` images.
    ///
    /// # Errors
    /// If there is no memory for as many positions.
    pub fn new(batch: usize, [rows, columns]: [Window; 2], channels: usize, depth: usize) -> Result<Self> {
        let mut patches = Self {
            batch,
            rows,
            columns,
            channels,
            depth,
            row_spans: rows.spans()?,
            column_spans: columns.spans()?,
            whole: 0..0,
            stride: None,
        };
        let is_whole = |span: &Span| span.taps.len() == columns.size;
        if let Some(first) = patches.column_spans.iter().position(is_whole) {
            let count = patches.column_spans[first..].iter().take_while(|span| is_whole(span)).count();
            patches.whole = first..first + count;
        }
        patches.stride = patches.stride_in_input();
        Ok(patches)
    }

    /// The number of patches.
    pub fn count(&self) -> usize {
        self.batch * self.rows.output * self.columns.output
    }

    /// Elements of a patch.
    pub fn width(&self) -> usize {
        self.rows.size * self.columns.size * self.depth
    }

    /// Rows that one thread gathers at a time; 0 if patches are read in place.
    pub fn tile<T>(&self, threads: usize) -> usize {
        if self.stride.is_some() {
            return 0;
        }
        tile_rows::<T>(self.width(), self.count(), threads)
    }

    /// If all patches lie in the input without gaps, at equal distances: that distance.
    fn stride_in_input(&self) -> Option<usize> {
        let Self { rows, columns, .. } = self;
        let single = rows.size == 1 && columns.size == 1;
        let across = columns.size == columns.input || rows.size == 1;
        let dense = single
            || self.depth == self.channels
                && across
                && (columns.dilation == 1 || columns.size == 1)
                && (rows.dilation == 1 || rows.size == 1);
        if !dense || !rows.is_inside() || !columns.is_inside() {
            return None;
        }
        let line = columns.input * self.channels;
        let (mut inner, mut distance) = (1, None);
        for (count, stride) in [
            (columns.output, columns.stride * self.channels),
            (rows.output, rows.stride * line),
            (self.batch, rows.input * line),
        ] {
            if count != 1 {
                if *distance.get_or_insert(stride) * inner != stride {
                    return None;
                }
                inner *= count;
            }
        }
        Some(distance.unwrap_or(self.width()))
    }

    /// Copies patches `range` of the channels from `first` on to `out`, with `pad` where they lie outside the image.
    pub fn gather<T: Copy>(&self, input: &[T], first: usize, pad: T, range: Range<usize>, out: &mut [T]) {
        let (width, size) = (self.columns.output, self.width());
        let end = range.end.min(range.start + out.len() / size.max(1));
        let mut start = range.start;
        while start < end {
            let (row, x) = (start / width, start % width);
            let count = (width - x).min(end - start);
            let out = &mut out[(start - range.start) * size..];
            self.gather_row(input, first, pad, row, x..x + count, out);
            start += count;
        }
    }

    /// Copies the patches at `positions` of one row of positions.
    fn gather_row<T: Copy>(
        &self,
        input: &[T],
        first: usize,
        pad: T,
        row: usize,
        positions: Range<usize>,
        out: &mut [T],
    ) {
        let (image, down) = (row / self.rows.output, &self.row_spans[row % self.rows.output]);
        let start = (image * self.rows.input + down.first) * self.columns.input * self.channels + first;
        let is_whole = down.taps.len() == self.rows.size;
        let mut x = positions.start;
        while x < positions.end {
            let across = &self.column_spans[x];
            let input = input.get(start + across.first * self.channels..).unwrap_or_default();
            let out = &mut out[(x - positions.start) * self.width()..];
            let whole = if is_whole { self.whole.end.min(positions.end).saturating_sub(x) } else { 0 };
            let copied = if self.whole.contains(&x) { self.copy_short(input, whole, out) } else { 0 };
            if copied == 0 {
                self.gather_patch(input, pad, down, across, out);
            }
            x += copied.max(1);
        }
    }

    /// Copies up to `count` patches that lie in the image, the first from where `input` begins, if the lines of the window are
    /// short; says how many. Copies of constant length are single instructions; what is too much is overwritten by the next.
    fn copy_short<T: Copy>(&self, input: &[T], count: usize, out: &mut [T]) -> usize {
        let (line, last) = (self.columns.size * self.depth, self.rows.size - 1);
        if line > SHORT || self.columns.dilation * self.channels != self.depth {
            return 0;
        }
        let (step, size) = (self.columns.stride * self.channels, self.width());
        let row_step = self.rows.dilation * self.columns.input * self.channels;
        for index in 0..count {
            let (Some(from), Some(to)) = (input.get(index * step..), out.get_mut(index * size..)) else {
                return index;
            };
            if from.len() < last * row_step + SHORT || to.len() < last * line + SHORT {
                return index;
            }
            for tap in 0..=last {
                to[tap * line..][..SHORT].copy_from_slice(&from[tap * row_step..][..SHORT]);
            }
        }
        count
    }

    /// Copies the patch whose window has the elements of `down` and `across` in the image, where `input` begins with the first
    /// of them.
    fn gather_patch<T: Copy>(&self, input: &[T], pad: T, down: &Span, across: &Span, out: &mut [T]) {
        let (depth, channels) = (self.depth, self.channels);
        let (line, step) = (self.columns.size * depth, self.columns.dilation * channels);
        let patch = &mut out[..self.width()];
        if across.taps.len() < self.columns.size || down.taps.len() < self.rows.size {
            patch.fill(pad);
        }
        if across.taps.is_empty() {
            return;
        }
        for (number, tap) in down.taps.clone().enumerate() {
            let from = &input[number * self.rows.dilation * self.columns.input * channels..];
            let to = &mut patch[tap * line + across.taps.start * depth..][..across.taps.len() * depth];
            if step == depth {
                to.copy_from_slice(&from[..to.len()]);
            } else {
                for (tap, to) in to.chunks_exact_mut(depth).enumerate() {
                    to.copy_from_slice(&from[tap * step..][..depth]);
                }
            }
        }
    }

    /// Calls `multiply` with patches of the channels from `first` on and the part of `output` that they give, of
    /// `channels` elements for each patch, until all are done.
    ///
    /// `tile` is what [`Patches::tile`] says, and `scratch` has `tile` times [`Patches::width`] elements for each
    /// thread.
    ///
    /// # Errors
    /// If `input` is not as large as the shapes say, or `multiply` fails.
    pub fn multiply<T: Element, U: Element>(
        &self,
        parallel: &dyn Parallel,
        (input, first, pad): (&[T], usize, T),
        (scratch, tile): (&mut [T], usize),
        (output, channels): (&mut [U], usize),
        multiply: impl Fn(&dyn Parallel, Rows<'_, T>, &mut [U]) -> Result<()> + Sync,
    ) -> Result<()> {
        let elements = self.batch * self.rows.input * self.columns.input * self.channels;
        if input.len() != elements || output.len() != self.count() * channels {
            return Err(Error::internal(format!(
                "{} elements in images of {elements}, {} results for {} patches",
                input.len(),
                output.len(),
                self.count()
            )));
        }
        if output.is_empty() {
            return Ok(());
        }
        let parallel = worth(parallel, output.len().saturating_mul(self.width()));
        if let Some(stride) = self.stride {
            let rows = Rows::new(&input[first..], self.count(), self.width(), stride)?;
            return multiply(parallel, rows, output);
        }
        let gather = |range, out: &mut [T]| self.gather(input, first, pad, range, out);
        multiply_gathered(parallel, self.width(), (scratch, tile), (output, channels), gather, multiply)
    }
}

/// The rows that one thread gathers at a time, of `count` rows of `width` elements in all.
pub fn tile_rows<T>(width: usize, count: usize, threads: usize) -> usize {
    let fitting = TILE_BYTES / (width * size_of::<T>()).max(1);
    let fitting = fitting.clamp(TILE_ROWS.start, TILE_ROWS.end) / TILE_ROWS.start * TILE_ROWS.start;
    fitting.min(count.div_ceil(threads).next_multiple_of(6)).max(1)
}

/// Calls `multiply` with tiles of `tile` rows of `width` elements, which `gather` writes, and the part of `output` that
/// they give, of `channels` elements for each row, until all are done.
///
/// # Errors
/// If `multiply` fails.
pub fn multiply_gathered<T: Element, U: Element>(
    parallel: &dyn Parallel,
    width: usize,
    (scratch, tile): (&mut [T], usize),
    (output, channels): (&mut [U], usize),
    gather: impl Fn(Range<usize>, &mut [T]) + Sync,
    multiply: impl Fn(&dyn Parallel, Rows<'_, T>, &mut [U]) -> Result<()> + Sync,
) -> Result<()> {
    let failed = AtomicBool::new(false);
    let part = tile * width;
    for_each_chunk_with(parallel, output, tile * channels, scratch, part, |index, output, scratch| {
        let count = output.len() / channels.max(1);
        gather(index * tile..index * tile + count, scratch);
        let done = Rows::dense(scratch, count, width).and_then(|rows| multiply(&Serial, rows, output));
        if done.is_err() {
            failed.store(true, Ordering::Relaxed);
        }
    });
    if failed.into_inner() { Err(Error::internal("matrix product of patches failed")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use featherlite_schema::Padding;

    use super::*;

    /// Every combination of these: patches read in place or gathered are what the definition says.
    #[test]
    fn patches_are_the_windows() {
        let mut in_place = 0;
        for (batch, height, width, channels, groups) in [
            (1, 5, 6, 2, 1),
            (2, 4, 3, 4, 2),
            (3, 1, 1, 3, 1),
            (1, 7, 1, 2, 1),
            (1, 1, 9, 1, 1),
            (2, 6, 2, 2, 1),
        ] {
            for (window, stride, dilation, padding) in [
                ([1, 1], 1, 1, Padding::VALID),
                ([1, 1], 2, 3, Padding::SAME),
                ([3, 3], 1, 1, Padding::SAME),
                ([2, 3], 2, 1, Padding::SAME),
                ([3, 1], 1, 1, Padding::VALID),
                ([1, 3], 2, 1, Padding::VALID),
                ([2, 2], 1, 2, Padding::SAME),
                ([2, 2], 2, 1, Padding::VALID),
            ] {
                let new = |input, size| Window::new(input, size, stride, dilation, padding);
                let (Ok(rows), Ok(columns)) = (new(height, window[0]), new(width, window[1])) else {
                    continue;
                };
                let depth = channels / groups;
                let patches = Patches::new(batch, [rows, columns], channels, depth).unwrap();
                let input: Vec<i32> = (1..).take(batch * height * width * channels).collect();
                for group in 0..groups {
                    let mut expected = Vec::new();
                    for (image, y, x) in (0..batch).flat_map(|image| {
                        (0..rows.output).flat_map(move |y| (0..columns.output).map(move |x| (image, y, x)))
                    }) {
                        for (ky, kx) in
                            (0..rows.size).flat_map(|ky| (0..columns.size).map(move |kx| (ky, kx)))
                        {
                            for channel in 0..depth {
                                expected.push(match (rows.at(y, ky), columns.at(x, kx)) {
                                    (Some(y), Some(x)) => {
                                        let pixel = (image * height + y) * width + x;
                                        input[pixel * channels + group * depth + channel]
                                    }
                                    _ => -1,
                                });
                            }
                        }
                    }
                    let mut out = vec![0; patches.count() * patches.width()];
                    patches.gather(&input, group * depth, -1, 0..patches.count(), &mut out);
                    assert_eq!(out, expected);
                    if let Some(stride) = patches.stride {
                        in_place += 1;
                        for (index, patch) in expected.chunks(patches.width()).enumerate() {
                            assert_eq!(&input[group * depth + index * stride..][..patch.len()], patch);
                        }
                    }
                }
            }
        }
        assert!(in_place > 10, "{in_place}");
    }
}
