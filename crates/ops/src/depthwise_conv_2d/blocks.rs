//! Sums of blocks of channels, for every arithmetic.

use alloc::boxed::Box;
use core::array;

use featherlite_base::arena::{Parallel, for_each_chunk};
use featherlite_base::{DType, Element, Result};
use featherlite_simd::{Copied, IS_COMPACT, Level};

use super::Geometry;
use crate::parts::convolution::{Arithmetic, Loops};
use crate::parts::window::Span;

/// Loops over blocks of channels: the sums of a block stay in registers while the window is summed up.
pub(super) struct Blocks {
    geometry: Geometry,
    level: Level,
    rows: Box<[Span]>,
    columns: Box<[Span]>,
}

impl Blocks {
    pub(super) fn new(geometry: Geometry, level: Level) -> Result<Self> {
        Ok(Self { geometry, level, rows: geometry.rows.spans()?, columns: geometry.columns.spans()? })
    }
}

impl Loops for Blocks {
    fn are_sums_short(&self) -> bool {
        // A product has 23 bits with its sign.
        self.geometry.rows.size * self.geometry.columns.size <= 256
    }

    fn image<A: Arithmetic>(
        &self,
        arithmetic: &A,
        parallel: &dyn Parallel,
        input: &[A::Input],
        weights: &[A::Weight],
        bias: &[A::Bias],
        output: &mut [A::Output],
    ) {
        let Geometry { columns, channels, .. } = self.geometry;
        for_each_chunk(self.geometry.threads(parallel), output, columns.output * channels, |y, line| {
            let tensors = Line { input, weights, bias, rows: &self.rows[y] };
            // Sums of 64 bits are those of windows with hundreds of elements: not worth copies of the loops.
            if size_of::<A::Sum>() > size_of::<u32>() {
                self.line(Copied::SMALL, arithmetic, &tensors, line);
            } else if A::Input::DTYPE == DType::U8 {
                self.level.vectorize_rare(
                    #[inline(always)]
                    |copied| self.line(copied, arithmetic, &tensors, line),
                );
            } else {
                self.level.vectorize_wide(
                    #[inline(always)]
                    |copied| self.line(copied, arithmetic, &tensors, line),
                );
            }
        });
    }
}

/// What a line of the output is made from.
struct Line<'a, A: Arithmetic> {
    input: &'a [A::Input],
    weights: &'a [A::Weight],
    bias: &'a [A::Bias],
    rows: &'a Span,
}

impl Blocks {
    #[inline(always)]
    fn line<A: Arithmetic>(
        &self,
        copied: Copied,
        arithmetic: &A,
        line: &Line<'_, A>,
        output: &mut [A::Output],
    ) {
        let channels = self.geometry.channels;
        for (pixel, columns) in output.chunks_exact_mut(channels).zip(&self.columns) {
            let wide = if IS_COMPACT { 0 } else { channels / 64 * 64 };
            for first in (0..wide).step_by(64) {
                self.block::<A, 64>(arithmetic, line, columns, first, pixel);
            }
            match channels {
                16.. if !copied.is_small() => self.rest::<A, 16>(arithmetic, line, columns, wide, pixel),
                8.. if !IS_COMPACT => self.rest::<A, 8>(arithmetic, line, columns, wide, pixel),
                _ => self.rest::<A, 1>(arithmetic, line, columns, wide, pixel),
            }
        }
    }

    /// Channels from `first` on, of which there are at least `N` in all: the last block overlaps the one before it.
    #[inline(always)]
    fn rest<A: Arithmetic, const N: usize>(
        &self,
        arithmetic: &A,
        line: &Line<'_, A>,
        columns: &Span,
        first: usize,
        pixel: &mut [A::Output],
    ) {
        for first in (first..pixel.len()).step_by(N) {
            self.block::<A, N>(arithmetic, line, columns, first.min(pixel.len() - N), pixel);
        }
    }

    /// The results of channels `first..first + N` of one pixel.
    #[inline(always)]
    fn block<A: Arithmetic, const N: usize>(
        &self,
        arithmetic: &A,
        line: &Line<'_, A>,
        columns: &Span,
        first: usize,
        pixel: &mut [A::Output],
    ) {
        let multiplier = self.geometry.multiplier();
        let sums = if multiplier == 1 && N > 1 {
            self.sums(
                arithmetic,
                line,
                columns,
                first,
                #[inline(always)]
                |pixel| array_of(&pixel[first..]),
            )
        } else {
            let places: [usize; N] = array::from_fn(|index| (first + index) / multiplier);
            self.sums(
                arithmetic,
                line,
                columns,
                first,
                #[inline(always)]
                |pixel| places.map(|place| pixel[place]),
            )
        };
        pixel[first..first + N].copy_from_slice(&arithmetic.finish_all(&sums, first, line.bias));
    }

    /// The sums of channels from `first` on; `inputs` gives what they see of a pixel that begins with the slice. Arrays of known
    /// length, and new ones for new sums, become vector code.
    #[inline(always)]
    fn sums<A: Arithmetic, const N: usize>(
        &self,
        arithmetic: &A,
        line: &Line<'_, A>,
        columns: &Span,
        first: usize,
        inputs: impl Fn(&[A::Input]) -> [A::Input; N],
    ) -> [A::Sum; N] {
        let Geometry { rows: down, columns: across, input_channels, channels, .. } = self.geometry;
        let mut sums = [A::Sum::default(); N];
        for (row, ky) in line.rows.taps.clone().enumerate() {
            let row = (line.rows.first + row * down.dilation) * across.input;
            for (column, kx) in columns.taps.clone().enumerate() {
                let input = (row + columns.first + column * across.dilation) * input_channels;
                let inputs = inputs(&line.input[input..]);
                let weights: [A::Weight; N] =
                    array_of(&line.weights[(ky * across.size + kx) * channels + first..]);
                let mut next = [A::Sum::default(); N];
                for index in 0..N {
                    next[index] = arithmetic.multiply_add(sums[index], inputs[index], weights[index]);
                }
                sums = next;
            }
        }
        sums
    }
}

/// The first elements of a slice.
#[inline(always)]
fn array_of<T: Copy, const N: usize>(slice: &[T]) -> [T; N] {
    *slice.first_chunk().expect("as many channels as a block has")
}

#[cfg(test)]
mod tests {
    use featherlite_schema::Padding;

    use super::*;
    use crate::parts::convolution::tests::assert_same;
    use crate::parts::window::Window;

    #[test]
    fn blocks_are_the_reference() {
        // Channels below, at and above the sizes of blocks; multipliers that are and are not multiples of them.
        let channels = [
            (1, 1),
            (3, 1),
            (8, 1),
            (13, 1),
            (16, 1),
            (24, 1),
            (70, 1),
            (130, 1),
            (1, 8),
            (1, 64),
            (2, 16),
            (5, 3),
        ];
        for (input_channels, multiplier) in channels {
            for (size, stride, dilation, padding) in [
                ([3, 3], 1, 1, Padding::SAME),
                ([3, 3], 2, 1, Padding::SAME),
                ([1, 5], 1, 1, Padding::VALID),
                ([2, 3], 1, 2, Padding::SAME),
                ([5, 2], 3, 1, Padding::SAME),
            ] {
                let window = |input, size| Window::new(input, size, stride, dilation, padding).unwrap();
                let (rows, columns) = (window(6, size[0]), window(7, size[1]));
                let channels = input_channels * multiplier;
                let geometry = Geometry { batch: 1, rows, columns, input_channels, channels };
                let sizes = [
                    42 * input_channels,
                    size[0] * size[1] * channels,
                    rows.output * columns.output * channels,
                ];
                for level in [Level::SCALAR, Level::detect()] {
                    assert_same(
                        &Blocks::new(geometry, level).unwrap(),
                        &geometry,
                        sizes,
                        channels,
                        &geometry,
                    );
                }
            }
        }
    }
}
