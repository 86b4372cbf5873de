//! Line by line and channels in vectors: several pixels of outputs are summed up in registers at once.
#![allow(unsafe_code)]
#![allow(clippy::needless_range_loop, reason = "indices of tiles, which unrolled loops go through together")]

use featherlite_simd::Level;

use super::DepthwiseConv2d;
use super::ring::Ring;
use crate::batch_norm::Moments;
use crate::vector::{self, Kernel, Vector};
use crate::{Nhwc, Source, parallel, scratch};

/// Elements of outputs whose moments are taken at once, while they are in the cache.
const CHUNK: usize = 16 * 1024;

/// Parts that a batch is cut into at least, if it has the lines.
const TASKS: usize = 16;

/// Most pixels that are summed up at once. The additions of one pixel wait for each other, so that one or four pixels take as
/// long as eight: a line is cut into few tiles of nearly equal size.
const TILE: usize = 10;

pub(super) fn run(
    conv: &DepthwiseConv2d,
    output: Nhwc,
    level: Level,
    (x, w): (Source<'_>, &[f32]),
    y: &mut [f32],
    observe: bool,
) -> Vec<Moments> {
    let line = output.width * output.channels;
    let lines = output.height.div_ceil(TASKS.div_ceil(output.batch));
    let bands = y.chunks_mut(output.height * line).enumerate().flat_map(|(image, y)| {
        let bands = y.chunks_mut(lines * line).enumerate();
        bands.map(move |(index, y)| Band { conv, output, image, first: index * lines, x, w, y })
    });
    let moments = parallel::map(bands.collect(), |band| band.run(level, observe));
    moments.into_iter().flatten().collect()
}

/// Some lines of an image.
struct Band<'a> {
    conv: &'a DepthwiseConv2d,
    output: Nhwc,
    image: usize,
    /// The first line.
    first: usize,
    x: Source<'a>,
    w: &'a [f32],
    /// The lines.
    y: &'a mut [f32],
}

impl Band<'_> {
    /// Computes the lines, and the moments of some at a time.
    fn run(self, level: Level, observe: bool) -> Option<Moments> {
        let Self { conv, output, image, first, x, w, y } = self;
        let (input, window) = (conv.input, conv.window);
        let width = input.width * input.channels;
        let line_width = output.width * output.channels;
        let chunk_lines = (CHUNK / line_width).max(1);
        let left = window.padding.left;
        let reach = (output.width - 1) * window.stride[1] + window.kernel[1];
        let behind = reach.saturating_sub(left + input.width);
        let ring = Ring::new(window.kernel[0], [left, input.width, behind], input.channels);
        let mut moments = Vec::new();
        scratch::with(ring.len(), |memory| {
            ring.clear_sides(memory);
            // The first line of inputs that is not in the ring.
            let mut next = (first * window.stride[0]).saturating_sub(window.padding.top);
            for (chunk, y) in y.chunks_mut(chunk_lines * line_width).enumerate() {
                for (index, y) in y.chunks_mut(line_width).enumerate() {
                    let line = first + chunk * chunk_lines + index;
                    let end = (line * window.stride[0] + window.kernel[0]).saturating_sub(window.padding.top);
                    while next < end.min(input.height) {
                        let start = (image * input.height + next) * width;
                        x.write(level, start..start + width, &mut memory[ring.start(next)..][..width]);
                        next += 1;
                    }
                    vector::run(level, Line { conv, ring, x: memory, w, y, width: output.width, line });
                }
                if observe {
                    moments.push(Moments::of_chunk(level, y, output.channels));
                }
            }
        });
        observe.then(|| Moments::merge(output.channels, moments))
    }
}

/// A line of outputs.
struct Line<'a> {
    conv: &'a DepthwiseConv2d,
    ring: Ring,
    /// The ring's lines.
    x: &'a [f32],
    w: &'a [f32],
    y: &'a mut [f32],
    /// Pixels.
    width: usize,
    line: usize,
}

impl Kernel for Line<'_> {
    #[inline(always)]
    unsafe fn run<V: Vector>(mut self) {
        // SAFETY: the caller's promise.
        unsafe {
            match self.conv.window.kernel[1] {
                3 => self.taps::<V, 3>(),
                _ => self.taps::<V, 0>(),
            }
        }
    }
}

impl Line<'_> {
    /// Filters of `K` taps across, or as many as there are if it is 0.
    #[inline(always)]
    unsafe fn taps<V: Vector, const K: usize>(&mut self) {
        let channels = self.conv.input.channels;
        let mut channel = 0;
        // SAFETY: the channels from `channel` on are those of a vector, or of its `PART`.
        unsafe {
            while channels - channel >= V::LANES {
                self.pixels::<V, K, false>(channel);
                channel += V::LANES;
            }
            if channel < channels {
                self.pixels::<V, K, true>(channel);
            }
        }
    }

    /// A vector of channels, for all pixels.
    #[inline(always)]
    unsafe fn pixels<V: Vector, const K: usize, const PART: bool>(&mut self, channel: usize) {
        let mut pixel = 0;
        let tiles = self.width.div_ceil(TILE);
        for tile in 0..tiles {
            let count = (self.width - pixel).div_ceil(tiles - tile);
            // SAFETY: the pixels are of the line.
            unsafe {
                match count {
                    1 => self.tile::<V, K, 1, PART>(channel, pixel),
                    2 => self.tile::<V, K, 2, PART>(channel, pixel),
                    3 => self.tile::<V, K, 3, PART>(channel, pixel),
                    4 => self.tile::<V, K, 4, PART>(channel, pixel),
                    5 => self.tile::<V, K, 5, PART>(channel, pixel),
                    6 => self.tile::<V, K, 6, PART>(channel, pixel),
                    7 => self.tile::<V, K, 7, PART>(channel, pixel),
                    8 => self.tile::<V, K, 8, PART>(channel, pixel),
                    9 => self.tile::<V, K, 9, PART>(channel, pixel),
                    _ => self.tile::<V, K, TILE, PART>(channel, pixel),
                }
            }
            pixel += count;
        }
    }

    /// `T` pixels from `pixel` on.
    #[inline(always)]
    unsafe fn tile<V: Vector, const K: usize, const T: usize, const PART: bool>(
        &mut self,
        channel: usize,
        pixel: usize,
    ) {
        let (window, input) = (self.conv.window, self.conv.input);
        let taps = if K == 0 { window.kernel[1] } else { K };
        let (channels, count) = (input.channels, input.channels - channel);
        let step = window.stride[1] * channels;
        // SAFETY: with the zeros to its sides, a line of the ring has all elements that the windows of these pixels
        // read; channels from `channel` on are there.
        unsafe {
            let mut sums = [V::splat(0.0); T];
            for down in 0..window.kernel[0] {
                let Some(line) = window.source(0, input.height, self.line, down) else { continue };
                let start = self.ring.start(line) - window.padding.left * channels + pixel * step;
                let mut x = self.x.as_ptr().add(start + channel);
                let mut w = self.w.as_ptr().add(down * taps * channels + channel);
                for _ in 0..taps {
                    let weight = V::load::<PART>(w, count);
                    for t in 0..T {
                        sums[t] = V::load::<PART>(x.add(t * step), count).mul_add(weight, sums[t]);
                    }
                    x = x.wrapping_add(channels);
                    w = w.wrapping_add(channels);
                }
            }
            let y = self.y.as_mut_ptr().add(pixel * channels + channel);
            for t in 0..T {
                sums[t].store::<PART>(y.add(t * channels), count);
            }
        }
    }
}
