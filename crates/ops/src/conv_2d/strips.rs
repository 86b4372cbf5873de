//! CONV_2D of INT8 as a product of packed weights and windows that are read where the image lies.
//!
//! The image is copied with its padding, a strip of lines at a time, and its bytes become unsigned, as kernels want them.
//! Each line of a window is then a piece of memory, so that nothing is gathered.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};

use featherlite_base::arena::{Parallel, Serial, bytes_of, for_each_chunk_with};
use featherlite_base::{Error, Result};
use featherlite_gemm::{Columns, I8Gemm, PackedI8, Requantize, RowsMut, Weights, WindowRows, Windows};
use featherlite_simd::Level;

use super::Geometry;
use crate::core::{Io, Kernel, Plan};
use crate::parts::convolution::{self, Layer, Scaled};

/// Bytes of a strip that stay in the cache beside the weights.
const STRIP_BYTES: usize = 128 * 1024;

/// Whether windows consist of pieces long enough to be read in place: none is filled up to twice its length.
pub(super) fn suit(gemm: I8Gemm, geometry: &Geometry) -> bool {
    let Geometry { rows, columns, groups, .. } = *geometry;
    let is_pixel = rows.size == 1 && columns.size == 1;
    !is_pixel && groups == 1 && columns.dilation == 1 && padded_piece(gemm, geometry) < 2 * piece(geometry)
}

/// Elements of a line of a window.
fn piece(geometry: &Geometry) -> usize {
    geometry.columns.size * geometry.input_channels
}

/// The same, filled up to what the kernel takes.
fn padded_piece(gemm: I8Gemm, geometry: &Geometry) -> usize {
    piece(geometry).next_multiple_of(gemm.group())
}

/// INT8 with constant weights and bias.
pub(super) fn integer(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let (gemm, node) = (I8Gemm::best(plan.setup.level), plan.node);
    let packed =
        plan.shared(gemm.name(), || pack(gemm, &geometry, &convolution::signed_weights(node, layer)?.0))?;
    let bias = node.optional(layer.bias).map(|bias| bias.constant::<i32>()).transpose()?;
    let scaled = convolution::scaled(node, layer)?;
    let strips = Strips::new(geometry, packed, bias, &scaled, plan.setup.level, plan.setup.threads)?;
    let scratch = plan.scratch(plan.setup.threads * strips.scratch());
    let input = layer.input;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<i8>(input)?, io.output::<i8>(0)?);
        let scratch = io.scratch::<u8>(scratch)?;
        convolution::for_each_image(geometry.batch, input, output, |image, output| {
            strips.image(io.parallel, bytes_of(image), scratch, output)
        })
    }))
}

/// Packs weights whose pieces are filled up with zeros.
fn pack(gemm: I8Gemm, geometry: &Geometry, weights: &[i8]) -> Result<PackedI8> {
    let Geometry { rows, channels, .. } = *geometry;
    let (piece, padded) = (piece(geometry), padded_piece(gemm, geometry));
    let mut filled: Vec<i8> = alloc::vec![0; channels * rows.size * padded];
    for (index, filled) in filled.chunks_exact_mut(padded).enumerate() {
        let (channel, line) = (index / rows.size, index % rows.size);
        for (element, filled) in filled[..piece].iter_mut().enumerate() {
            let element = line * piece + element;
            *filled = weights[match geometry.channels_last {
                true => element * channels + channel,
                false => channel * rows.size * piece + element,
            }];
        }
    }
    gemm.pack(Weights::new(&filled, channels, rows.size * padded)?, 0)
}

struct Strips {
    geometry: Geometry,
    packed: Arc<PackedI8>,
    columns: Columns,
    requantize: Requantize,
    /// Elements of a line of a window, filled up.
    piece: usize,
    /// What stands for 0, unsigned.
    pad: u8,
    /// Output lines that come from one strip.
    lines: usize,
    level: Level,
}

impl Strips {
    fn new(
        geometry: Geometry,
        packed: Arc<PackedI8>,
        bias: Option<&[i32]>,
        scaled: &Scaled,
        level: Level,
        threads: usize,
    ) -> Result<Self> {
        let zero_point = scaled.input_zero_point + 128;
        let columns = packed.panels().columns::<u8>(bias, zero_point)?;
        let requantize = Requantize::new(&scaled.multipliers, scaled.output_zero_point, scaled.range)?;
        let piece = packed.panels().k() / geometry.rows.size;
        let pad = zero_point as u8;
        let mut strips = Self { geometry, packed, columns, requantize, piece, pad, lines: 1, level };
        let output = geometry.rows.output;
        let fitting = STRIP_BYTES / (geometry.rows.stride * strips.line()).max(1);
        // One strip is multiplied by all threads, several are worked on side by side.
        strips.lines = match fitting >= output {
            true => output,
            false => fitting.min(output.div_ceil(threads)).max(1),
        };
        Ok(strips)
    }

    /// Pixels of a line of a strip: those that windows cover.
    fn width(&self) -> usize {
        let columns = self.geometry.columns;
        (columns.output - 1) * columns.stride + columns.size
    }

    /// Bytes of a line of a strip.
    fn line(&self) -> usize {
        self.width() * self.geometry.input_channels
    }

    /// Lines of a strip for so many output lines.
    fn height(&self, lines: usize) -> usize {
        let rows = self.geometry.rows;
        (lines - 1) * rows.stride + (rows.size - 1) * rows.dilation + 1
    }

    /// Bytes of scratch that a thread takes: the last piece may reach beyond its strip.
    fn scratch(&self) -> usize {
        self.height(self.lines) * self.line() + self.piece - piece(&self.geometry)
    }

    /// The results of one image.
    fn image(
        &self,
        parallel: &dyn Parallel,
        image: &[u8],
        scratch: &mut [u8],
        output: &mut [i8],
    ) -> Result<()> {
        let Geometry { rows, columns, channels, .. } = self.geometry;
        if self.lines == rows.output {
            return self.strip(parallel, image, 0, scratch, output);
        }
        let (chunk, failed) = (self.lines * columns.output * channels, AtomicBool::new(false));
        for_each_chunk_with(parallel, output, chunk, scratch, self.scratch(), |index, output, scratch| {
            if self.strip(&Serial, image, index * self.lines, scratch, output).is_err() {
                failed.store(true, Ordering::Relaxed);
            }
        });
        if failed.into_inner() { Err(Error::internal("matrix product of a strip failed")) } else { Ok(()) }
    }

    /// The output lines from `first` on, as many as `output` holds.
    fn strip(
        &self,
        parallel: &dyn Parallel,
        image: &[u8],
        first: usize,
        scratch: &mut [u8],
        output: &mut [i8],
    ) -> Result<()> {
        let Geometry { rows, columns, input_channels, channels, .. } = self.geometry;
        let (line, count) = (self.line(), output.len() / channels);
        let lines = count / columns.output;
        let height = self.height(lines);
        self.level.vectorize(
            #[inline(always)]
            || self.copy(image, first, &mut scratch[..height * line]),
        );
        let windows = Windows {
            lines: (lines, rows.stride * line),
            across: (columns.output, columns.stride * input_channels),
            pieces: (rows.size, rows.dilation * line),
            piece: self.piece,
        };
        let results = RowsMut::dense(output, count, channels)?;
        let windows = WindowRows::new(scratch, &windows)?;
        self.packed.panels().multiply(parallel, windows, &self.columns, &self.requantize, results)
    }

    /// Copies the lines of the image under the windows of output line `first` and those that follow.
    #[inline(always)]
    fn copy(&self, image: &[u8], first: usize, strip: &mut [u8]) {
        let Geometry { rows, columns, input_channels, .. } = self.geometry;
        // The pixels of a line that lie in the image.
        let start = columns.before.clamp(0, self.width() as isize);
        let end = (columns.input as isize + columns.before).clamp(start, self.width() as isize);
        let from = (start - columns.before) as usize * input_channels;
        let [start, end] = [start, end].map(|pixel| pixel as usize * input_channels);
        let top = (first * rows.stride) as isize - rows.before;
        if !rows.is_inside() || end - start < self.line() {
            strip.fill(self.pad);
        }
        for (index, line) in strip.chunks_exact_mut(self.line()).enumerate() {
            let y = usize::try_from(top + index as isize).ok().filter(|&y| y < rows.input);
            let Some(y) = y.filter(|_| start < end) else { continue };
            let pixels = &image[y * columns.input * input_channels + from..][..end - start];
            for (to, &from) in line[start..end].iter_mut().zip(pixels) {
                *to = from ^ 128;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::super::gemm::tests::{geometries, reference, sizes};
    use super::*;
    use crate::parts::convolution::Signed;
    use crate::parts::convolution::tests::{noise, scaled};

    #[test]
    fn strips_are_the_reference_to_the_bit() {
        let (level, mut count) = (Level::detect(), 0);
        let gemm = I8Gemm::best(level);
        for (index, geometry) in geometries().enumerate().filter(|(_, geometry)| suit(gemm, geometry)) {
            let [inputs, weights, outputs] = sizes(&geometry);
            let (input, weights) = (noise(inputs, index), noise(weights, index + 1));
            let bias: Vec<i32> = noise(geometry.channels, 3).into_iter().map(|x| i32::from(x) * 50).collect();
            let scaled = || scaled(-7, geometry.channels, (-100, 127));
            let size = weights.len() / geometry.channels;
            let last: Vec<i8> =
                (0..size).flat_map(|element| weights.iter().skip(element).step_by(size)).copied().collect();
            let packed = match index % 2 {
                0 => pack(gemm, &geometry, &weights),
                _ => pack(gemm, &Geometry { channels_last: true, ..geometry }, &last),
            };
            let packed = Arc::new(packed.unwrap());
            let whole = Strips::new(geometry, packed, Some(&bias), &scaled(), level, 1).unwrap();
            let expected = reference(&geometry, &Signed(scaled()), &input, &weights, &bias);
            for lines in [1, 2, geometry.rows.output] {
                let strips = Strips {
                    lines,
                    columns: whole.columns.clone(),
                    packed: whole.packed.clone(),
                    requantize: whole.requantize.clone(),
                    ..whole
                };
                let mut scratch = vec![55; strips.scratch()];
                let mut output = vec![0; outputs];
                convolution::for_each_image(geometry.batch, &input, &mut output, |image, output| {
                    strips.image(&Serial, bytes_of(image), &mut scratch, output)
                })
                .unwrap();
                assert_eq!(output, expected, "{geometry:?}");
                count += 1;
            }
        }
        assert!(count > 20, "{count}");
    }
}
