//! Both gradients in one pass over the input: each gradient of an output that is read serves the input and the weights.
//!
//! Gradients of outputs are held in a ring of lines with zeros to both sides, so that no tap needs a check.
#![allow(unsafe_code)]
#![allow(clippy::needless_range_loop, reason = "indices of tiles, which unrolled loops go through together")]

use featherlite_simd::Level;

use super::DepthwiseConv2d;
use super::ring::Ring;
use crate::batch_norm::{GradientSums, Observer};
use crate::vector::{self, Kernel, Vector};
use crate::{Gradients, Nhwc, Source, parallel, scratch};

/// Most parts that the images of a batch are cut into.
const TASKS: usize = 32;

/// Most taps down and across that a pass over a line takes; weights and sums of all stay in registers.
const TAPS: usize = 3;

pub(super) fn run(
    conv: &DepthwiseConv2d,
    output: Nhwc,
    level: Level,
    (x, w): (Source<'_>, &[f32]),
    dy: Source<'_>,
    Gradients { dx, dw, observer }: Gradients<'_>,
) -> Vec<GradientSums> {
    let batch = conv.input.batch;
    let images = batch.div_ceil(TASKS).max(1);
    let tasks = batch.div_ceil(images);
    let image = conv.input.height * conv.input.width * conv.input.channels;
    let weights = conv.window.kernel[0] * conv.window.kernel[1] * conv.input.channels;
    let zeros = vec![0.0; if w.is_empty() { weights } else { 0 }];
    let w = if w.is_empty() { &zeros } else { w };
    let is_needed = dw.is_some();
    scratch::with(tasks * weights, |parts| {
        let mut dx_parts = dx.map(|dx| dx.chunks_mut(images * image));
        let items = parts.chunks_mut(weights).enumerate().map(|(task, dw)| {
            let dx = dx_parts.as_mut().and_then(Iterator::next);
            let images = (task * images, images.min(batch - task * images));
            Task { conv, output, level, images, x: is_needed.then_some(x), w, dy, dx, dw, observer }
        });
        let observed = parallel::map(items.collect(), Task::run);
        if let Some(dw) = dw {
            parallel::add_up(dw, parts);
        }
        observed.into_iter().flatten().collect()
    })
}

/// Some images, and where their results go.
struct Task<'a> {
    conv: &'a DepthwiseConv2d,
    output: Nhwc,
    level: Level,
    /// The first, and how many.
    images: (usize, usize),
    /// Absent if nobody needs the gradient of the weights.
    x: Option<Source<'a>>,
    w: &'a [f32],
    dy: Source<'a>,
    dx: Option<&'a mut [f32]>,
    dw: &'a mut [f32],
    observer: Option<&'a Observer<'a>>,
}

impl Task<'_> {
    fn run(mut self) -> Option<GradientSums> {
        self.dw.fill(0.0);
        let mut sums = self.observer.map(Observer::begin);
        let ring = ring(self.conv, self.output);
        let line = self.conv.input.width * self.conv.input.channels;
        let sums_memory = self.observer.map_or(0, Observer::memory);
        scratch::with(ring.len() + 2 * line + sums_memory, |memory| {
            // Zeros to the sides of the ring.
            memory.fill(0.0);
            let (lines, memory) = memory.split_at_mut(ring.len());
            let (x_line, memory) = memory.split_at_mut(line);
            let (dx_line, sums_memory) = memory.split_at_mut(line);
            for image in 0..self.images.1 {
                self.run_image(image, ring, lines, (x_line, dx_line), sums_memory);
                if let (Some(observer), Some(sums)) = (self.observer, &mut sums) {
                    observer.fold(sums_memory, sums);
                }
            }
        });
        sums
    }

    /// Image `index` of the task. Where an operand or a result is not needed, the lines given take its place.
    fn run_image(
        &mut self,
        index: usize,
        ring: Ring,
        lines: &mut [f32],
        (x_line, dx_line): (&mut [f32], &mut [f32]),
        sums_memory: &mut [f32],
    ) {
        let Self { conv, output, level, .. } = *self;
        let (width, image) = (output.width * output.channels, self.images.0 + index);
        let mut filled = 0;
        for line in 0..conv.input.height {
            let needed = ((line + conv.window.padding.top) / conv.window.stride[0] + 1).min(output.height);
            while filled < needed {
                let start = (image * output.height + filled) * width;
                self.dy.write(level, start..start + width, &mut lines[ring.start(filled)..][..width]);
                filled += 1;
            }
            let len = x_line.len();
            let start = (image * conv.input.height + line) * len;
            let x = match &self.x {
                Some(x) => x.part(level, start..start + len, x_line),
                None => &*x_line,
            };
            let wanted = (self.dx.is_some(), self.x.is_some());
            let dx = match self.dx.as_deref_mut() {
                Some(dx) => &mut dx[(index * conv.input.height + line) * len..][..len],
                None => &mut *dx_line,
            };
            let dw = &mut *self.dw;
            vector::run(level, Line { conv, output, ring, line, x, w: self.w, dy: lines, dx, dw, wanted });
            if let Some(observer) = self.observer {
                observer.add(level, start..start + len, dx, sums_memory);
            }
        }
    }
}

/// The last lines of gradients of outputs.
fn ring(conv: &DepthwiseConv2d, output: Nhwc) -> Ring {
    let (window, stride, before) = (conv.window, conv.window.stride[1], conv.window.padding.left);
    let left = (window.kernel[1] - 1).saturating_sub(before).div_ceil(stride);
    let last = (conv.input.width - 1 + before) / stride;
    let behind = (last + 1).saturating_sub(output.width);
    Ring::new(window.kernel[0].div_ceil(window.stride[0]), [left, output.width, behind], output.channels)
}

/// A line of inputs.
struct Line<'a> {
    conv: &'a DepthwiseConv2d,
    output: Nhwc,
    ring: Ring,
    line: usize,
    x: &'a [f32],
    w: &'a [f32],
    /// The ring's lines.
    dy: &'a [f32],
    dx: &'a mut [f32],
    dw: &'a mut [f32],
    /// Whether gradients of inputs and of weights are asked for.
    wanted: (bool, bool),
}

impl Kernel for Line<'_> {
    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        // SAFETY: the caller's promise.
        unsafe {
            match self.wanted {
                (true, true) => self.phases::<V, true, true>(),
                (true, false) => self.phases::<V, true, false>(),
                _ => self.phases::<V, false, true>(),
            }
        }
    }
}

impl Line<'_> {
    #[inline(always)]
    unsafe fn phases<V: Vector, const DX: bool, const DW: bool>(self) {
        let window = self.conv.window;
        let (width, channels) = (self.conv.input.width, self.conv.input.channels);
        // Pixels that read the same taps: every one at a stride of 1.
        for phase in 0..window.stride[1] {
            let first =
                (phase + window.stride[1] - window.padding.left % window.stride[1]) % window.stride[1];
            if first >= width {
                continue;
            }
            let mut pixels = Pixels {
                x: self.x[first * channels..].as_ptr(),
                dx: self.dx[first * channels..].as_mut_ptr(),
                count: (width - first).div_ceil(window.stride[1]),
                step: window.stride[1] * channels,
                channels,
                tap_step: window.stride[1] * channels,
                is_first: true,
            };
            let output = (first + window.padding.left) / window.stride[1];
            for across in (phase..window.kernel[1]).step_by(TAPS * window.stride[1]) {
                let taps = (window.kernel[1] - across).div_ceil(window.stride[1]).min(TAPS);
                let mut rows = Rows {
                    dy: [std::ptr::null(); TAPS],
                    w: [std::ptr::null(); TAPS],
                    dw: [std::ptr::null_mut(); TAPS],
                };
                let mut count = 0;
                for down in 0..window.kernel[0] {
                    let Some(line) = self.output_line(down) else { continue };
                    let weight = (down * window.kernel[1] + across) * channels;
                    // Taps further to the right read outputs further to the left.
                    let skipped = (across - phase) / window.stride[1];
                    let at = self.ring.start(line) + output * channels - skipped * channels;
                    rows.dy[count] = self.dy[at..].as_ptr();
                    rows.w[count] = self.w[weight..].as_ptr();
                    rows.dw[count] = self.dw[weight..].as_mut_ptr();
                    count += 1;
                    if count == TAPS {
                        // SAFETY: see `pass`.
                        unsafe { pass::<V, DX, DW>(&pixels, &rows, count, taps) };
                        pixels.is_first = false;
                        count = 0;
                    }
                }
                if count > 0 {
                    // SAFETY: see `pass`.
                    unsafe { pass::<V, DX, DW>(&pixels, &rows, count, taps) };
                    pixels.is_first = false;
                }
            }
            if pixels.is_first {
                let dx = &mut self.dx[first * channels..];
                dx.chunks_mut(pixels.step).for_each(|dx| dx[..channels].fill(0.0));
            }
        }
    }

    /// The line of outputs that reads this line with tap `down`, if there is one.
    #[inline(always)]
    fn output_line(&self, down: usize) -> Option<usize> {
        let window = self.conv.window;
        let from = (self.line + window.padding.top).checked_sub(down)?;
        let line = from / window.stride[0];
        (from.is_multiple_of(window.stride[0]) && line < self.output.height).then_some(line)
    }
}

/// Pixels of a line of inputs, `step` elements apart.
struct Pixels {
    x: *const f32,
    dx: *mut f32,
    count: usize,
    step: usize,
    channels: usize,
    /// Elements of weights from tap to tap.
    tap_step: usize,
    /// Whether `dx` has no sum yet.
    is_first: bool,
}

/// For each tap down: gradients of outputs that the first pixel's first tap is multiplied with, weights, and their sums.
struct Rows {
    dy: [*const f32; TAPS],
    w: [*const f32; TAPS],
    dw: [*mut f32; TAPS],
}

/// Adds up `rows` times `taps` taps for all channels of the pixels.
///
/// # Safety
/// The pointers are valid for all channels of every pixel and tap: gradients of outputs for one pixel after the other from the
/// first, and one before the other for further taps.
#[inline(always)]
unsafe fn pass<V: Vector, const DX: bool, const DW: bool>(
    pixels: &Pixels,
    at: &Rows,
    rows: usize,
    taps: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        match (rows, taps) {
            (3, 3) => channels::<V, DX, DW, 3, 3>(pixels, at),
            (3, 2) => channels::<V, DX, DW, 3, 2>(pixels, at),
            (3, _) => channels::<V, DX, DW, 3, 1>(pixels, at),
            (2, 3) => channels::<V, DX, DW, 2, 3>(pixels, at),
            (2, 2) => channels::<V, DX, DW, 2, 2>(pixels, at),
            (2, _) => channels::<V, DX, DW, 2, 1>(pixels, at),
            (_, 3) => channels::<V, DX, DW, 1, 3>(pixels, at),
            (_, 2) => channels::<V, DX, DW, 1, 2>(pixels, at),
            (_, _) => channels::<V, DX, DW, 1, 1>(pixels, at),
        }
    }
}

/// As [`pass`].
#[inline(always)]
unsafe fn channels<V: Vector, const DX: bool, const DW: bool, const R: usize, const T: usize>(
    pixels: &Pixels,
    at: &Rows,
) {
    let mut channel = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while pixels.channels - channel >= V::LANES {
            line::<V, DX, DW, R, T, false>(pixels, at, channel);
            channel += V::LANES;
        }
        if channel < pixels.channels {
            line::<V, DX, DW, R, T, true>(pixels, at, channel);
        }
    }
}

/// As [`pass`], for a vector of channels.
#[inline(always)]
unsafe fn line<
    V: Vector,
    const DX: bool,
    const DW: bool,
    const R: usize,
    const T: usize,
    const PART: bool,
>(
    pixels: &Pixels,
    at: &Rows,
    channel: usize,
) {
    let count = pixels.channels - channel;
    // SAFETY: the caller's promise; pointers are moved past the last pixel but not used there.
    unsafe {
        let mut weights = [[V::splat(0.0); T]; R];
        let mut sums = [[V::splat(0.0); T]; R];
        let mut dy = [at.dy[0]; R];
        for r in 0..R {
            for t in 0..T {
                weights[r][t] = V::load::<PART>(at.w[r].add(channel + t * pixels.tap_step), count);
                sums[r][t] = V::load::<PART>(at.dw[r].add(channel + t * pixels.tap_step), count);
            }
            dy[r] = at.dy[r].add(channel);
        }
        let (mut x, mut dx) = (pixels.x.add(channel), pixels.dx.add(channel));
        for _ in 0..pixels.count {
            let input = V::load::<PART>(x, count);
            let mut gradients = [V::splat(0.0); R];
            if DX && !pixels.is_first {
                gradients[0] = V::load::<PART>(dx, count);
            }
            for r in 0..R {
                for t in 0..T {
                    let dy = V::load::<PART>(dy[r].wrapping_sub(t * pixels.channels), count);
                    if DX {
                        gradients[r] = dy.mul_add(weights[r][t], gradients[r]);
                    }
                    if DW {
                        sums[r][t] = dy.mul_add(input, sums[r][t]);
                    }
                }
                dy[r] = dy[r].wrapping_add(pixels.channels);
            }
            if DX {
                let mut gradient = gradients[0];
                for r in 1..R {
                    gradient = gradient.add(gradients[r]);
                }
                gradient.store::<PART>(dx, count);
            }
            x = x.wrapping_add(pixels.step);
            dx = dx.wrapping_add(pixels.step);
        }
        for r in 0..R {
            for t in 0..T {
                sums[r][t].store::<PART>(at.dw[r].add(channel + t * pixels.tap_step), count);
            }
        }
    }
}
