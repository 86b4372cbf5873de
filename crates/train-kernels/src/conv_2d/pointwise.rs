//! Filters of one pixel: a product of all pixels with the weights, whatever image they are of.

use featherlite_base::Result;
use featherlite_simd::Level;

use super::weights::{Direction, WeightSums, group_size, multiply, with_packed};
use super::{Conv2d, Gradients};
use crate::batch_norm::Moments;
use crate::output_gradient::OutputGradient;
use crate::transposed_product::Matrix;
use crate::{parallel, scratch};

/// Elements of inputs and outputs that are worked on at once: they stay in the second-level cache.
const CHUNK: usize = 64 * 1024;

/// Pixels that are worked on at once.
fn chunk_rows(conv: &Conv2d) -> usize {
    (CHUNK / (conv.input.channels + conv.out_channels).max(1)).clamp(48, 1536) / 48 * 48
}

pub(super) fn forward(
    conv: &Conv2d,
    level: Level,
    (x, w): (&[f32], &[f32]),
    y: &mut [f32],
    observe: bool,
) -> Result<Vec<Moments>> {
    let (inputs, outputs) = (conv.input.channels, conv.out_channels);
    let (group_out, group_in) = group_size(conv);
    let rows = chunk_rows(conv);
    with_packed(conv, level, w, Direction::Forward, |panels| {
        let chunks = x.chunks(rows * inputs).zip(y.chunks_mut(rows * outputs)).collect();
        let moments = parallel::map(chunks, |(x, y)| {
            let rows = x.len() / inputs;
            for (group, panels) in panels.iter().enumerate() {
                let (from, to) = (&x[group * group_in..], &mut y[group * group_out..]);
                multiply(panels, rows, from, to, (inputs, outputs))?;
            }
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
    (x, w): (&[f32], &[f32]),
    dy: OutputGradient<'_>,
    gradients: Gradients<'_>,
) -> Result<()> {
    let pixels = conv.input.pixels()?;
    let rows = task_rows(pixels);
    let tasks = pixels.div_ceil(rows);
    let Gradients { dx, dw } = gradients;
    let sums = dw.as_ref().map_or(0, |dw| dw.len() * tasks);
    with_packed(conv, level, w, Direction::Backward, |panels| {
        scratch::with(sums, |parts| {
            let mut dx_parts = dx.map(|dx| dx.chunks_mut(rows * conv.input.channels));
            let mut dw_parts = dw.as_ref().map(|dw| parts.chunks_mut(dw.len()));
            let items = (0..tasks).map(|task| Task {
                conv,
                first: task * rows,
                rows: rows.min(pixels - task * rows),
                dx: dx_parts.as_mut().and_then(Iterator::next),
                dw: dw_parts.as_mut().and_then(Iterator::next),
            });
            let results = parallel::map(items.collect(), |task| task.run(level, x, panels, dy));
            results.into_iter().collect::<Result<()>>()?;
            if let Some(dw) = dw {
                WeightSums::new(conv).finish(parts, dw);
            }
            Ok(())
        })
    })
}

/// Some pixels of the backward pass, and where their results go.
struct Task<'a> {
    conv: &'a Conv2d,
    first: usize,
    rows: usize,
    dx: Option<&'a mut [f32]>,
    dw: Option<&'a mut [f32]>,
}

impl Task<'_> {
    fn run(
        mut self,
        level: Level,
        x: &[f32],
        panels: &[featherlite_gemm::PanelsF32<'_>],
        dy: OutputGradient<'_>,
    ) -> Result<()> {
        let (inputs, outputs) = (self.conv.input.channels, self.conv.out_channels);
        let (group_out, group_in) = group_size(self.conv);
        let sums = WeightSums::new(self.conv);
        if let Some(dw) = self.dw.as_deref_mut() {
            dw.fill(0.0);
        }
        let step = chunk_rows(self.conv);
        scratch::with(dy.memory(step * outputs), |memory| {
            for start in (0..self.rows).step_by(step) {
                let rows = step.min(self.rows - start);
                let first = self.first + start;
                let dy = dy.part(level, first * outputs..(first + rows) * outputs, memory);
                for group in 0..self.conv.groups {
                    let dy = &dy[group * group_out..];
                    if let (Some(dx), Some(panels)) = (self.dx.as_deref_mut(), panels.get(group)) {
                        let to = &mut dx[start * inputs + group * group_in..];
                        multiply(panels, rows, dy, to, (outputs, inputs))?;
                    }
                    if let Some(dw) = self.dw.as_deref_mut() {
                        let x = Matrix::new(&x[first * inputs + group * group_in..], rows, group_in, inputs);
                        let dy = Matrix::new(dy, rows, group_out, outputs);
                        let size = group_in * group_out;
                        sums.add(level, x, dy, &mut dw[group * size..][..size]);
                    }
                }
            }
            Ok(())
        })
    }
}
