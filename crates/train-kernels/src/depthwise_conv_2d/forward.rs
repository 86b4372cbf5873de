//! Line by line and channels in vectors: several pixels of outputs are summed up in registers at once.
#![allow(unsafe_code)]
#![allow(clippy::needless_range_loop, reason = "indices of tiles, which unrolled loops go through together")]

use std::ops::Range;

use featherlite_simd::Level;

use super::DepthwiseConv2d;
use crate::batch_norm::Moments;
use crate::vector::{self, Kernel, Vector};
use crate::{Nhwc, Source, parallel, scratch};

/// Elements of outputs whose moments are taken at once, while they are in the cache.
const CHUNK: usize = 16 * 1024;

/// Parts that a batch is cut into at least, if it has the lines.
const TASKS: usize = 16;

/// Pixels that are summed up at once, so that additions do not wait for each other.
const TILE: usize = 8;

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
        y.chunks_mut(lines * line).enumerate().map(move |(index, y)| Band {
            conv,
            output,
            image,
            first: index * lines,
            x,
            w,
            y,
        })
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
        let lines = (CHUNK / line_width).max(1);
        let mut moments = Vec::new();
        scratch::with(x.memory(window.kernel[0] * width), |ring| {
            // The first line of inputs that is not in the ring.
            let mut next = (first * window.stride[0]).saturating_sub(window.padding.top);
            for (chunk, y) in y.chunks_mut(lines * line_width).enumerate() {
                for (index, y) in y.chunks_mut(line_width).enumerate() {
                    let line = first + chunk * lines + index;
                    let end = (line * window.stride[0] + window.kernel[0]).saturating_sub(window.padding.top);
                    if !ring.is_empty() {
                        while next < end.min(input.height) {
                            let start = (image * input.height + next) * width;
                            let to = &mut ring[next % window.kernel[0] * width..][..width];
                            x.write(level, start..start + width, to);
                            next += 1;
                        }
                    }
                    let image_len = input.height * width;
                    let lines = match x {
                        Source::Given(x) => {
                            InputLines { data: &x[image * image_len..][..image_len], modulus: input.height }
                        }
                        _ => InputLines { data: ring, modulus: window.kernel[0] },
                    };
                    vector::run(level, Line { conv, x: lines, w, y, width: output.width, line });
                }
                if observe {
                    moments.push(Moments::of_chunk(level, y, output.channels));
                }
            }
        });
        observe.then(|| Moments::merge(output.channels, moments))
    }
}

/// Lines of inputs: of the image, or of a ring of the last ones.
#[derive(Clone, Copy)]
struct InputLines<'a> {
    data: &'a [f32],
    /// Line `l` lies at `l % modulus`.
    modulus: usize,
}

/// A line of outputs.
struct Line<'a> {
    conv: &'a DepthwiseConv2d,
    x: InputLines<'a>,
    w: &'a [f32],
    y: &'a mut [f32],
    width: usize,
    line: usize,
}

impl Kernel for Line<'_> {
    #[inline(always)]
    unsafe fn run<V: Vector>(mut self) {
        let channels = self.conv.input.channels;
        let mut channel = 0;
        // SAFETY: the channels from `channel` on are those of a vector, or of its `PART`.
        unsafe {
            while channels - channel >= V::LANES {
                self.channels::<V, false>(channel);
                channel += V::LANES;
            }
            if channel < channels {
                self.channels::<V, true>(channel);
            }
        }
    }
}

impl Line<'_> {
    /// A vector of channels, for all pixels.
    #[inline(always)]
    unsafe fn channels<V: Vector, const PART: bool>(&mut self, channel: usize) {
        let (window, input) = (self.conv.window, self.conv.input);
        let (stride, left) = (window.stride[1], window.padding.left);
        let kernel = window.kernel[1];
        // Pixels whose windows lie inside the image.
        let first = left.div_ceil(stride).min(self.width);
        let inside = (input.width + left).checked_sub(kernel).map_or(0, |last| last / stride + 1);
        let end = inside.clamp(first, self.width);
        // SAFETY: pixels of the three ranges are of the line; those of the second read inside of the image.
        unsafe {
            self.edge::<V, PART>(channel, 0..first);
            match kernel {
                3 => self.inside::<V, 3, PART>(channel, first..end),
                5 => self.inside::<V, 5, PART>(channel, first..end),
                7 => self.inside::<V, 7, PART>(channel, first..end),
                _ => self.edge::<V, PART>(channel, first..end),
            }
            self.edge::<V, PART>(channel, end..self.width);
        }
    }

    /// Pixels one at a time, with those taps that lie in the image.
    #[inline(always)]
    unsafe fn edge<V: Vector, const PART: bool>(&mut self, channel: usize, pixels: Range<usize>) {
        let (window, input) = (self.conv.window, self.conv.input);
        let channels = input.channels;
        let count = channels - channel;
        for pixel in pixels {
            // SAFETY: sources lie in the image and channels from `channel` on are there.
            unsafe {
                let mut sum = V::splat(0.0);
                for down in 0..window.kernel[0] {
                    let Some(line) = window.source(0, input.height, self.line, down) else { continue };
                    for across in 0..window.kernel[1] {
                        let Some(source) = window.source(1, input.width, pixel, across) else { continue };
                        let source = line % self.x.modulus * input.width + source;
                        let x = self.x.data.as_ptr().add(source * channels + channel);
                        let w = self.w.as_ptr().add((down * window.kernel[1] + across) * channels + channel);
                        sum = V::load::<PART>(x, count).mul_add(V::load::<PART>(w, count), sum);
                    }
                }
                sum.store::<PART>(self.y.as_mut_ptr().add(pixel * channels + channel), count);
            }
        }
    }

    /// Pixels whose windows lie inside the image but for lines above and below.
    #[inline(always)]
    unsafe fn inside<V: Vector, const K: usize, const PART: bool>(
        &mut self,
        channel: usize,
        pixels: Range<usize>,
    ) {
        let Range { start: mut pixel, end } = pixels;
        // SAFETY: the caller's promise.
        unsafe {
            while end - pixel >= TILE {
                self.tile::<V, K, TILE, PART>(channel, pixel);
                pixel += TILE;
            }
            if end - pixel >= 4 {
                self.tile::<V, K, 4, PART>(channel, pixel);
                pixel += 4;
            }
            while end > pixel {
                self.tile::<V, K, 1, PART>(channel, pixel);
                pixel += 1;
            }
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
        let (channels, count) = (input.channels, input.channels - channel);
        let step = window.stride[1] * channels;
        // SAFETY: the windows of these pixels lie inside the image, channels from `channel` on are there.
        unsafe {
            let mut sums = [V::splat(0.0); T];
            for down in 0..window.kernel[0] {
                let Some(line) = window.source(0, input.height, self.line, down) else { continue };
                let source =
                    line % self.x.modulus * input.width + pixel * window.stride[1] - window.padding.left;
                let x = self.x.data.as_ptr().add(source * channels + channel);
                let w = self.w.as_ptr().add(down * K * channels + channel);
                for across in 0..K {
                    let weight = V::load::<PART>(w.add(across * channels), count);
                    let x = x.add(across * channels);
                    for t in 0..T {
                        sums[t] = V::load::<PART>(x.add(t * step), count).mul_add(weight, sums[t]);
                    }
                }
            }
            for t in 0..T {
                sums[t].store::<PART>(self.y.as_mut_ptr().add((pixel + t) * channels + channel), count);
            }
        }
    }
}
