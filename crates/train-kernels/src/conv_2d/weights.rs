//! Weights as factors of matrix products: packed for those that give outputs and gradients of inputs, and as sums for their
//! own gradient.

use featherlite_base::Result;
use featherlite_base::arena::Serial;
use featherlite_gemm::{F32Gemm, FinishF32, PanelsF32, Rows, RowsMut, Weights};
use featherlite_simd::Level;

use super::Conv2d;
use crate::transposed_product::{self, Matrix};
use crate::{parallel, scratch};

/// No bias, no bounds.
const PLAIN: FinishF32<'_> = FinishF32 { bias: None, min: f32::NEG_INFINITY, max: f32::INFINITY };

/// Elements of weights of one group: output channels, and inputs to each.
pub(super) fn group_size(conv: &Conv2d) -> (usize, usize) {
    let [height, width] = conv.window.kernel;
    (conv.out_channels / conv.groups, height * width * conv.group_in())
}

/// Which way the weights are multiplied with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Inputs to outputs.
    Forward,
    /// Gradients of outputs to gradients of inputs.
    Backward,
}

/// Runs `task` with the packed weights of each group.
pub(super) fn with_packed<R>(
    conv: &Conv2d,
    level: Level,
    w: &[f32],
    direction: Direction,
    task: impl FnOnce(&[PanelsF32<'_>]) -> Result<R>,
) -> Result<R> {
    let (outputs, inputs) = group_size(conv);
    let gemm = F32Gemm::best(level);
    let (n, k) = if direction == Direction::Forward { (outputs, inputs) } else { (inputs, outputs) };
    let len = gemm.packed_len(n, k)?;
    scratch::with(len * conv.groups, |memory| {
        let groups = w.chunks(outputs * inputs).zip(memory.chunks_mut(len));
        let panels: Result<Vec<_>> = groups
            .map(|(w, memory)| {
                let weights = match direction {
                    Direction::Forward => Weights::new(w, n, k),
                    Direction::Backward => Weights::transposed(w, n, k),
                };
                gemm.pack_into(weights?, memory)
            })
            .collect();
        task(&panels?)
    })
}

/// `to = from * weights` for one group: rows of `from` and `to` begin at the slices' beginnings, `strides` apart.
pub(super) fn multiply(
    panels: &PanelsF32<'_>,
    rows: usize,
    from: &[f32],
    to: &mut [f32],
    strides: (usize, usize),
) -> Result<()> {
    let from = Rows::new(from, rows, panels.k(), strides.0)?;
    let to = RowsMut::new(to, rows, panels.n(), strides.1)?;
    panels.multiply(&Serial, from, &PLAIN, to)
}

/// The gradient of weights as sums of parts of the rows; each part is as long as all weights.
#[derive(Clone, Copy)]
pub(super) struct WeightSums {
    outputs: usize,
    inputs: usize,
    /// Whether parts are `[inputs, outputs]`, which is quicker where inputs are few.
    is_transposed: bool,
}

impl WeightSums {
    pub(super) fn new(conv: &Conv2d) -> Self {
        let (outputs, inputs) = group_size(conv);
        let is_transposed =
            transposed_product::steps(inputs, outputs) < transposed_product::steps(outputs, inputs);
        Self { outputs, inputs, is_transposed }
    }

    /// Adds what rows of inputs `x` and gradients `dy` give to the part of one group.
    pub(super) fn add(&self, level: Level, x: Matrix<'_>, dy: Matrix<'_>, part: &mut [f32]) {
        if self.is_transposed {
            transposed_product::add(level, x, dy, part);
        } else {
            transposed_product::add(level, dy, x, part);
        }
    }

    /// Writes the sum of all parts, in order, as weights lie; overwrites the parts.
    pub(super) fn finish(&self, parts: &mut [f32], dw: &mut [f32]) {
        if !self.is_transposed {
            return parallel::add_up(dw, parts);
        }
        let (sum, others) = parts.split_at_mut(dw.len());
        for part in others.chunks(dw.len()) {
            sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        let size = self.outputs * self.inputs;
        for (sum, dw) in sum.chunks(size).zip(dw.chunks_mut(size)) {
            for (output, dw) in dw.chunks_mut(self.inputs).enumerate() {
                for (input, dw) in dw.iter_mut().enumerate() {
                    *dw = sum[input * self.outputs + output];
                }
            }
        }
    }
}
