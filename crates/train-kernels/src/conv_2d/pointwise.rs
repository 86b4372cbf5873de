//! Filters of one pixel: a product of all pixels with the weights, whatever image they are of.

use featherlite_base::Result;
use featherlite_gemm::PanelsF32;
use featherlite_simd::Level;

use super::weights::{Direction, WeightSums, group_size, multiply, with_packed};
use super::{Conv2d, Gradients};
use crate::batch_norm::{GradientSums, Moments, Observer};
use crate::transposed_product::Matrix;
use crate::{Source, parallel, scratch};

/// Elements of inputs and outputs that are worked on at once: they stay in the second-level cache.
const CHUNK: usize = 64 * 1024;

/// Pixels that are worked on at once.
fn chunk_rows(conv: &Conv2d) -> usize {
    (CHUNK / (conv.input.channels + conv.out_channels).max(1)).clamp(48, 1536) / 48 * 48
}

pub(super) fn forward(
    conv: &Conv2d,
    level: Level,
    (x, w): (Source<'_>, &[f32]),
    y: &mut [f32],
    observe: bool,
) -> Result<Vec<Moments>> {
    let (inputs, outputs) = (conv.input.channels, conv.out_channels);
    let (group_out, group_in) = group_size(conv);
    let rows = chunk_rows(conv);
    with_packed(conv, level, w, Direction::Forward, |panels| {
        let chunks = y.chunks_mut(rows * outputs).enumerate().collect();
        let moments = parallel::map(chunks, |(index, y)| {
            let first = index * rows;
            let rows = y.len() / outputs;
            scratch::with(x.memory(rows * inputs), |memory| {
                let x = x.part(level, first * inputs..(first + rows) * inputs, memory);
                for (group, panels) in panels.iter().enumerate() {
                    let (from, to) = (&x[group * group_in..], &mut y[group * group_out..]);
                    multiply(panels, rows, from, to, (inputs, outputs))?;
                }
                Ok(())
            })?;
            Ok(observe.then(|| Moments::of_chunk(level, y, outputs)))
        });
        moments.into_iter().filter_map(Result::transpose).collect()
    })
}

/// Pixels of a task of the backward pass, for each of which there is a sum of the gradient of weights.
fn task_rows(pixels: usize) -> usize {
    let tasks = match pixels {
        0..64 => 1,
        64..1024 => 2,
        _ => (1 << (pixels / 256).ilog2()).min(16),
    };
    pixels.div_ceil(tasks).max(1)
}

pub(super) fn backward(
    conv: &Conv2d,
    level: Level,
    (x, w): (Source<'_>, &[f32]),
    dy: Source<'_>,
    gradients: Gradients<'_>,
) -> Result<Vec<GradientSums>> {
    let pixels = conv.input.pixels()?;
    let rows = task_rows(pixels);
    let tasks = pixels.div_ceil(rows);
    let Gradients { dx, dw, observer } = gradients;
    let sums = dw.as_ref().map_or(0, |dw| dw.len() * tasks);
    with_packed(conv, level, w, Direction::Backward, |panels| {
        scratch::with(sums, |parts| {
            let mut dx_parts = dx.map(|dx| dx.chunks_mut(rows * conv.input.channels));
            let mut dw_parts = dw.as_ref().map(|dw| parts.chunks_mut(dw.len()));
            let items = (0..tasks).map(|task| Task {
                conv,
                level,
                first: task * rows,
                rows: rows.min(pixels - task * rows),
                dx: dx_parts.as_mut().and_then(Iterator::next),
                dw: dw_parts.as_mut().and_then(Iterator::next),
                observer,
            });
            let observed = parallel::map(items.collect(), |task| task.run(x, panels, dy));
            let observed = observed.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>>>()?;
            if let Some(dw) = dw {
                WeightSums::new(conv).finish(parts, dw);
            }
            Ok(observed)
        })
    })
}

/// Some pixels of the backward pass, and where their results go.
struct Task<'a> {
    conv: &'a Conv2d,
    level: Level,
    first: usize,
    rows: usize,
    dx: Option<&'a mut [f32]>,
    dw: Option<&'a mut [f32]>,
    observer: Option<&'a Observer<'a>>,
}

impl Task<'_> {
    fn run(
        mut self,
        x: Source<'_>,
        panels: &[PanelsF32<'_>],
        dy: Source<'_>,
    ) -> Result<Option<GradientSums>> {
        let (level, inputs, outputs) = (self.level, self.conv.input.channels, self.conv.out_channels);
        if let Some(dw) = self.dw.as_deref_mut() {
            dw.fill(0.0);
        }
        let step = chunk_rows(self.conv);
        let mut sums = self.observer.map(Observer::begin);
        let sums_memory = self.observer.map_or(0, Observer::memory);
        let (x_memory, dy_memory) = (x.memory(step * inputs), dy.memory(step * outputs));
        scratch::with(x_memory + dy_memory + sums_memory, |memory| {
            let (x_memory, memory) = memory.split_at_mut(x_memory);
            let (dy_memory, sums_memory) = memory.split_at_mut(dy_memory);
            sums_memory.fill(0.0);
            for start in (0..self.rows).step_by(step) {
                let rows = step.min(self.rows - start);
                let first = self.first + start;
                let dy = dy.part(level, first * outputs..(first + rows) * outputs, dy_memory);
                let range = first * inputs..(first + rows) * inputs;
                if self.dw.is_some() {
                    self.add_weights(x.part(level, range.clone(), x_memory), dy, rows);
                }
                let Some(dx) = self.dx.as_deref_mut() else { continue };
                let dx = &mut dx[start * inputs..(start + rows) * inputs];
                multiply_groups(self.conv, panels, rows, dy, dx)?;
                if let (Some(observer), Some(sums)) = (self.observer, &mut sums) {
                    observer.add(level, range, dx, sums_memory);
                    observer.fold(sums_memory, sums);
                }
            }
            Ok(sums)
        })
    }

    /// Adds what some rows give to the gradient of the weights.
    fn add_weights(&mut self, x: &[f32], dy: &[f32], rows: usize) {
        let (group_out, group_in) = group_size(self.conv);
        let sums = WeightSums::new(self.conv);
        let parts = self.dw.as_deref_mut().unwrap_or_default().chunks_mut(group_in * group_out);
        for (group, part) in parts.enumerate() {
            let x = Matrix::new(&x[group * group_in..], rows, group_in, self.conv.input.channels);
            let dy = Matrix::new(&dy[group * group_out..], rows, group_out, self.conv.out_channels);
            sums.add(self.level, x, dy, part);
        }
    }
}

/// Writes the gradient of some rows of inputs.
fn multiply_groups(
    conv: &Conv2d,
    panels: &[PanelsF32<'_>],
    rows: usize,
    dy: &[f32],
    dx: &mut [f32],
) -> Result<()> {
    let (group_out, group_in) = group_size(conv);
    for (group, panels) in panels.iter().enumerate() {
        let (from, to) = (&dy[group * group_out..], &mut dx[group * group_in..]);
        multiply(panels, rows, from, to, (conv.out_channels, conv.input.channels))?;
    }
    Ok(())
}
