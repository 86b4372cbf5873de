//! Line by line and channels in vectors: several pixels of outputs are summed up in registers at once.
#![allow(unsafe_code)]
#![allow(clippy::needless_range_loop, reason = "indices of tiles, which unrolled loops go through together")]

use std::ops::Range;

use featherlite_simd::Level;

use super::DepthwiseConv2d;
use crate::batch_norm::Moments;
use crate::vector::{self, Kernel, Vector};
use crate::{Nhwc, parallel};

/// Elements of outputs of a task, at least: they stay in the second-level cache until their moments are taken.
const CHUNK: usize = 32 * 1024;

/// Pixels that are summed up at once, so that additions do not wait for each other.
const TILE: usize = 8;

pub(super) fn run(
    conv: &DepthwiseConv2d,
    output: Nhwc,
    level: Level,
    (x, w): (&[f32], &[f32]),
    y: &mut [f32],
    observe: bool,
) -> Vec<Moments> {
    let channels = output.channels;
    let line = output.width * channels;
    let lines = (CHUNK / line).clamp(1, output.height);
    let image = conv.input.height * conv.input.width * channels;
    let images = x.chunks(image).zip(y.chunks_mut(output.height * line));
    let bands = images.flat_map(|(x, y)| {
        y.chunks_mut(lines * line).enumerate().map(move |(index, y)| Band {
            conv,
            output,
            first: index * lines,
            x,
            w,
            y,
        })
    });
    let moments = parallel::map(bands.collect(), |mut band| {
        vector::run(level, &mut band);
        observe.then(|| Moments::of_chunk(level, band.y, channels))
    });
    moments.into_iter().flatten().collect()
}

/// Some lines of an image.
struct Band<'a> {
    conv: &'a DepthwiseConv2d,
    output: Nhwc,
    /// The first line.
    first: usize,
    /// The whole image.
    x: &'a [f32],
    w: &'a [f32],
    /// The lines.
    y: &'a mut [f32],
}

impl Kernel for &mut Band<'_> {
    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let channels = self.output.channels;
        let lines = self.y.chunks_mut(self.output.width * channels);
        for (index, y) in lines.enumerate() {
            let line = Line {
                conv: self.conv,
                x: self.x,
                w: self.w,
                y: y.as_mut_ptr(),
                width: self.output.width,
                line: self.first + index,
            };
            let mut channel = 0;
            // SAFETY: the channels from `channel` on are those of a vector, or of its `PART`.
            unsafe {
                while channels - channel >= V::LANES {
                    line.channels::<V, false>(channel);
                    channel += V::LANES;
                }
                if channel < channels {
                    line.channels::<V, true>(channel);
                }
            }
        }
    }
}

/// A line of outputs.
struct Line<'a> {
    conv: &'a DepthwiseConv2d,
    x: &'a [f32],
    w: &'a [f32],
    y: *mut f32,
    width: usize,
    line: usize,
}

impl Line<'_> {
    /// A vector of channels, for all pixels.
    #[inline(always)]
    unsafe fn channels<V: Vector, const PART: bool>(&self, channel: usize) {
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
    unsafe fn edge<V: Vector, const PART: bool>(&self, channel: usize, pixels: Range<usize>) {
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
                        let x = self.x.as_ptr().add((line * input.width + source) * channels + channel);
                        let w = self.w.as_ptr().add((down * window.kernel[1] + across) * channels + channel);
                        sum = V::load::<PART>(x, count).mul_add(V::load::<PART>(w, count), sum);
                    }
                }
                sum.store::<PART>(self.y.add(pixel * channels + channel), count);
            }
        }
    }

    /// Pixels whose windows lie inside the image but for lines above and below.
    #[inline(always)]
    unsafe fn inside<V: Vector, const K: usize, const PART: bool>(
        &self,
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
        &self,
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
                let source = line * input.width + pixel * window.stride[1] - window.padding.left;
                let x = self.x.as_ptr().add(source * channels + channel);
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
                sums[t].store::<PART>(self.y.add((pixel + t) * channels + channel), count);
            }
        }
    }
}
