//! Filters of several pixels: the windows of some lines are copied side by side, and multiplied as single pixels are.

use featherlite_base::Result;
use featherlite_gemm::PanelsF32;
use featherlite_simd::Level;

use super::weights::{Direction, WeightSums, group_size, multiply, with_packed};
use super::{Conv2d, Gradients};
use crate::batch_norm::{GradientSums, Moments};
use crate::transposed_product::Matrix;
use crate::{Nhwc, Source, parallel, scratch};

/// Elements of windows and outputs that are worked on at once: they stay in the second-level cache.
const CHUNK: usize = 64 * 1024;

/// Most parts that the images of a batch are cut into for the backward pass.
const TASKS: usize = 16;

/// Sizes that both directions use.
struct Sizes {
    output: Nhwc,
    /// Elements of an image, before and behind.
    image: (usize, usize),
    /// Output channels of a group, and elements of a window.
    group: (usize, usize),
    /// Lines of outputs that are worked on at once.
    lines: usize,
}

impl Sizes {
    fn new(conv: &Conv2d) -> Result<Self> {
        let (input, output) = (conv.input, conv.output()?);
        let group = group_size(conv);
        let line = output.width * (group.1 + output.channels);
        Ok(Self {
            output,
            image: (
                input.height * input.width * input.channels,
                output.height * output.width * output.channels,
            ),
            group,
            lines: (CHUNK / line.max(1)).clamp(1, output.height.max(1)),
        })
    }

    /// Elements of outputs that are worked on at once.
    fn chunk(&self) -> usize {
        self.lines * self.output.width * self.output.channels
    }

    /// Elements of the windows of as many outputs.
    fn windows(&self) -> usize {
        self.lines * self.output.width * self.group.1
    }
}

pub(super) fn forward(
    conv: &Conv2d,
    level: Level,
    (x, w): (&[f32], &[f32]),
    y: &mut [f32],
    observe: bool,
) -> Result<Vec<Moments>> {
    let sizes = Sizes::new(conv)?;
    let channels = conv.out_channels;
    with_packed(conv, level, w, Direction::Forward, |panels| {
        let images = x.chunks(sizes.image.0).zip(y.chunks_mut(sizes.image.1));
        let chunks = images
            .flat_map(|(x, y)| y.chunks_mut(sizes.chunk()).enumerate().map(move |(index, y)| (x, index, y)));
        let moments = parallel::map(chunks.collect(), |(x, index, y)| {
            let rows = y.len() / channels;
            scratch::with(sizes.windows(), |windows| {
                let windows = &mut windows[..rows * sizes.group.1];
                for (group, panels) in panels.iter().enumerate() {
                    gather(conv, &sizes, x, group, index * sizes.lines, windows);
                    let to = &mut y[group * sizes.group.0..];
                    multiply(panels, rows, windows, to, (sizes.group.1, channels))?;
                }
                Ok(())
            })?;
            Ok(observe.then(|| Moments::of_chunk(level, y, channels)))
        });
        moments.into_iter().filter_map(Result::transpose).collect()
    })
}

pub(super) fn backward(
    conv: &Conv2d,
    level: Level,
    (x, w): (&[f32], &[f32]),
    dy: Source<'_>,
    gradients: Gradients<'_>,
) -> Result<Vec<GradientSums>> {
    let sizes = Sizes::new(conv)?;
    let batch = conv.input.batch;
    let images = batch.div_ceil(TASKS).max(1);
    let tasks = batch.div_ceil(images);
    let Gradients { mut dx, dw, observer } = gradients;
    let sums = dw.as_ref().map_or(0, |dw| dw.len() * tasks);
    with_packed(conv, level, w, Direction::Backward, |panels| {
        scratch::with(sums, |parts| {
            let mut dx_parts = dx.as_deref_mut().map(|dx| dx.chunks_mut(images * sizes.image.0));
            let mut dw_parts = dw.as_ref().map(|dw| parts.chunks_mut(dw.len()));
            let items = (0..tasks).map(|task| Task {
                conv,
                sizes: &sizes,
                images: (task * images, images.min(batch - task * images)),
                dx: dx_parts.as_mut().and_then(Iterator::next),
                dw: dw_parts.as_mut().and_then(Iterator::next),
            });
            let results = parallel::map(items.collect(), |task| task.run(level, x, panels, dy));
            results.into_iter().collect::<Result<()>>()?;
            if let Some(dw) = dw {
                WeightSums::new(conv).finish(parts, dw);
            }
            let observed = observer.zip(dx).map(|(observer, dx)| observer.total(level, dx));
            Ok(observed.into_iter().collect())
        })
    })
}

/// Some images of the backward pass, and where their results go.
struct Task<'a> {
    conv: &'a Conv2d,
    sizes: &'a Sizes,
    /// The first, and how many.
    images: (usize, usize),
    dx: Option<&'a mut [f32]>,
    dw: Option<&'a mut [f32]>,
}

impl Task<'_> {
    fn run(mut self, level: Level, x: &[f32], panels: &[PanelsF32<'_>], dy: Source<'_>) -> Result<()> {
        if let Some(dx) = self.dx.as_deref_mut() {
            dx.fill(0.0);
        }
        if let Some(dw) = self.dw.as_deref_mut() {
            dw.fill(0.0);
        }
        let Sizes { output, image, lines, .. } = *self.sizes;
        scratch::with(self.sizes.windows() + dy.memory(self.sizes.chunk()), |memory| {
            let (windows, memory) = memory.split_at_mut(self.sizes.windows());
            for index in 0..self.images.1 {
                let at = self.images.0 + index;
                for line in (0..output.height).step_by(lines) {
                    let chunk = lines.min(output.height - line) * output.width * output.channels;
                    let start = at * image.1 + line * output.width * output.channels;
                    let dy = dy.part(level, start..start + chunk, memory);
                    let x = x.get(at * image.0..(at + 1) * image.0).unwrap_or_default();
                    self.run_lines(level, (index, line), (x, dy), panels, windows)?;
                }
            }
            Ok(())
        })
    }

    /// Adds what the outputs from `line` on, whose gradients are `dy`, give for image `index` of the task.
    fn run_lines(
        &mut self,
        level: Level,
        (index, line): (usize, usize),
        (x, dy): (&[f32], &[f32]),
        panels: &[PanelsF32<'_>],
        windows: &mut [f32],
    ) -> Result<()> {
        let Self { conv, sizes, .. } = *self;
        let ((group_out, window), channels) = (sizes.group, sizes.output.channels);
        let rows = dy.len() / channels;
        let windows = &mut windows[..rows * window];
        for group in 0..conv.groups {
            let dy = &dy[group * group_out..];
            if let Some(dw) = self.dw.as_deref_mut() {
                gather(conv, sizes, x, group, line, windows);
                let dy = Matrix::new(dy, rows, group_out, channels);
                let part = &mut dw[group * group_out * window..][..group_out * window];
                WeightSums::new(conv).add(level, Matrix::new(windows, rows, window, window), dy, part);
            }
            if let (Some(dx), Some(panels)) = (self.dx.as_deref_mut(), panels.get(group)) {
                multiply(panels, rows, dy, windows, (channels, window))?;
                let dx = &mut dx[index * sizes.image.0..][..sizes.image.0];
                scatter(conv, sizes, windows, group, line, dx);
            }
        }
        Ok(())
    }
}

/// Copies the windows of outputs from `line` on, of one group of channels, with zeros for padding.
fn gather(conv: &Conv2d, sizes: &Sizes, x: &[f32], group: usize, line: usize, windows: &mut [f32]) {
    windows.fill(0.0);
    for_each_piece(conv, sizes, group, line, windows.len(), |at, from, len| {
        windows[at..at + len].copy_from_slice(&x[from..from + len]);
    });
}

/// Adds windows to where [`gather`] copies them from.
fn scatter(conv: &Conv2d, sizes: &Sizes, windows: &[f32], group: usize, line: usize, x: &mut [f32]) {
    for_each_piece(conv, sizes, group, line, windows.len(), |at, to, len| {
        for (x, window) in x[to..to + len].iter_mut().zip(&windows[at..at + len]) {
            *x += window;
        }
    });
}

/// Calls `visit` with the place in the windows, the place in the image and the length of each piece of windows that is one
/// piece of an image.
fn for_each_piece(
    conv: &Conv2d,
    sizes: &Sizes,
    group: usize,
    line: usize,
    len: usize,
    mut visit: impl FnMut(usize, usize, usize),
) {
    let (input, window) = (conv.input, conv.window);
    let ([kernel_height, kernel_width], group_in) = (window.kernel, conv.group_in());
    let left = window.padding.left;
    for (row, start) in (0..len).step_by(sizes.group.1).enumerate() {
        let (line, pixel) = (line + row / sizes.output.width, row % sizes.output.width);
        let first = pixel * window.stride[1];
        // Taps of a line that lie in the image.
        let taps = left.saturating_sub(first)..(input.width + left).saturating_sub(first).min(kernel_width);
        for down in 0..kernel_height {
            let Some(line) = window.source(0, input.height, line, down) else { continue };
            let place = |tap: usize| {
                let pixel = line * input.width + first + tap - left;
                (start + (down * kernel_width + tap) * group_in, pixel * input.channels + group * group_in)
            };
            if conv.groups == 1 && !taps.is_empty() {
                let (at, from) = place(taps.start);
                visit(at, from, taps.len() * group_in);
            } else {
                taps.clone().for_each(|tap| visit(place(tap).0, place(tap).1, group_in));
            }
        }
    }
}
