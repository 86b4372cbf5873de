//! Long short-term memory (Hochreiter and Schmidhuber 1997; Gers and Schmidhuber 2000 for peepholes; Sak et al. 2014
//! for the projection; Ba et al. 2016 for layer normalization), as four operators have it.
//!
//! In every step the gates are computed from the input row `x`, the previous output `h` and, with peepholes, the cell
//! state `c`:
//!
//! ```text
//! gate = activation(norm(W x + A aux + R h + p * c) + bias)
//! c = clip(forget * c + input * cell)          without an input gate: (1 - forget) * cell
//! h = clip(P (output * activation(c)) + bias)  without a projection: output * activation(c)
//! ```

mod integer;
mod real;

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result};

use crate::core::{Arg, Node, Types, opt, req};

pub use integer::plan as integer;
pub(crate) use integer::{Product, clip_steps, intermediates, power_of_two, update_cells};
pub use real::{Options, Real};

/// The gates in the order in which tensors list them.
pub const GATES: usize = 4;
const INPUT: usize = 0;
const FORGET: usize = 1;
const CELL: usize = 2;
const OUTPUT: usize = 3;

/// Which of the operator's inputs is what. Lists are in the order input, forget, cell, output gate.
#[derive(Clone, Copy, Debug)]
pub struct Tensors {
    /// The sequence.
    pub input: usize,
    /// A second sequence of the same length.
    pub aux_input: Option<usize>,
    /// Weights of the input, `[cells, input]`; those of the input gate are optional.
    pub input_weights: [usize; GATES],
    /// Weights of the second sequence.
    pub aux_weights: [usize; GATES],
    /// Weights of the previous output, `[cells, outputs]` or, diagonal, `[cells]`.
    pub recurrent_weights: [usize; GATES],
    /// Weights of the cell state, `[cells]`, for all gates but the cell gate; optional.
    pub peepholes: [usize; 3],
    /// `[cells]` each.
    pub biases: [usize; GATES],
    /// `[outputs, cells]`; optional.
    pub projection: usize,
    /// `[outputs]`; optional.
    pub projection_bias: usize,
    /// The previous output, a variable.
    pub output_state: usize,
    /// The cell state, a variable.
    pub cell_state: usize,
    /// Coefficients of layer normalization, `[cells]` each; optional.
    pub layer_norm: [usize; GATES],
}

impl Tensors {
    /// The inputs of the operators with one direction: 20, or 24 with layer normalization.
    pub const ONE_DIRECTION: Tensors = Tensors {
        output_state: 18,
        cell_state: 19,
        layer_norm: [20, 21, 22, 23],
        ..Tensors::direction(1, 18)
    };

    /// The tensors of one direction: weights from number `first` on, state from number `state` on; neither a second sequence
    /// nor layer normalization.
    pub const fn direction(first: usize, state: usize) -> Self {
        const ABSENT: usize = usize::MAX;
        const fn four(first: usize) -> [usize; GATES] {
            [first, first + 1, first + 2, first + 3]
        }
        Self {
            input: 0,
            aux_input: None,
            input_weights: four(first),
            aux_weights: [ABSENT; GATES],
            recurrent_weights: four(first + 4),
            peepholes: [first + 8, first + 9, first + 10],
            biases: four(first + 11),
            projection: first + 15,
            projection_bias: first + 16,
            output_state: state,
            cell_state: state + 1,
            layer_norm: [ABSENT; GATES],
        }
    }

    /// The peephole weights of a gate; the cell gate has none.
    fn peephole(&self, gate: usize) -> Option<usize> {
        match gate {
            INPUT => Some(self.peepholes[0]),
            FORGET => Some(self.peepholes[1]),
            OUTPUT => Some(self.peepholes[2]),
            _ => None,
        }
    }
}

/// Types of the inputs of an operator with one direction: of `input`, `weights`, `recurrent` weights, `peepholes`, `biases`,
/// the output state, the cell state, and the coefficients of layer normalization.
pub const fn one_direction(types: [Types; 8]) -> [Arg; 24] {
    let [input, weights, recurrent, peepholes, biases, output_state, cell_state, layer_norm] = types;
    let mut args = [opt(layer_norm); 24];
    let weights_of_direction = direction([weights, recurrent, peepholes, biases]);
    args[0] = req(input);
    let mut index = 0;
    while index < 17 {
        args[1 + index] = weights_of_direction[index];
        index += 1;
    }
    args[18] = req(output_state);
    args[19] = req(cell_state);
    args
}

/// Types of the 17 weights and biases of a direction.
pub const fn direction(types: [Types; 4]) -> [Arg; 17] {
    let [weights, recurrent, peepholes, biases] = types;
    let (w, r, p, b) = (req(weights), req(recurrent), opt(peepholes), req(biases));
    [opt(weights), w, w, w, opt(recurrent), r, r, r, p, p, p, opt(biases), b, b, b, opt(weights), opt(biases)]
}

/// The form of a layer.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Values of an input row.
    pub input: usize,
    /// Values of the cell state.
    pub cells: usize,
    /// Values of an output row.
    pub outputs: usize,
    /// Whether there is an input gate; without, it is one minus the forget gate.
    pub has_input_gate: bool,
    /// Whether gates see the cell state.
    pub has_peepholes: bool,
    /// Whether a matrix makes the output.
    pub has_projection: bool,
    /// Whether gates are normalized.
    pub has_layer_norm: bool,
    /// Whether the recurrent weights are diagonals.
    pub is_diagonal: bool,
}

impl Sizes {
    /// The form of the layer of `node` for a batch of this size, all shapes checked.
    ///
    /// # Errors
    /// If a tensor is missing or has a shape that does not fit the others.
    pub fn of(node: &Node<'_>, tensors: &Tensors, batch: usize) -> Result<Self> {
        let input = node.input(tensors.input)?.shape.last();
        let output_weights = node.input(tensors.input_weights[OUTPUT])?.shape;
        let recurrent = node.input(tensors.recurrent_weights[OUTPUT])?.shape;
        let cells = output_weights.dim(0);
        let outputs = if recurrent.rank() == 1 { cells } else { recurrent.dim(1) };
        let is_there = |index: usize| node.optional(index).is_some();
        let sizes = Self {
            input,
            cells,
            outputs,
            has_input_gate: is_there(tensors.input_weights[INPUT]),
            has_peepholes: is_there(tensors.peepholes[2]),
            has_projection: is_there(tensors.projection),
            has_layer_norm: is_there(tensors.layer_norm[FORGET]),
            is_diagonal: recurrent.rank() == 1,
        };
        if input == 0 || cells == 0 || outputs == 0 {
            return Err(Error::invalid_shape(format!("{input} inputs, {cells} cells, {outputs} outputs")));
        }
        let check = |index: usize, expected: &[usize]| -> Result<()> {
            let tensor = node.input(index)?;
            if tensor.shape.dims() == expected {
                return Ok(());
            }
            let message =
                format!("{:?} has the shape {} where {expected:?} is needed", tensor.name, tensor.shape);
            Err(Error::invalid_shape(message))
        };
        let absent = |index: usize, why: &str| match node.optional(index) {
            Some(tensor) => Err(Error::invalid_model(format!("{:?} is given {why}", tensor.name))),
            None => Ok(()),
        };
        for gate in 0..GATES {
            if gate == INPUT && !sizes.has_input_gate {
                for index in [tensors.recurrent_weights[gate], tensors.biases[gate], tensors.layer_norm[gate]]
                {
                    absent(index, "without an input gate")?;
                }
                continue;
            }
            check(tensors.input_weights[gate], &[cells, input])?;
            check(tensors.biases[gate], &[cells])?;
            if sizes.has_layer_norm {
                check(tensors.layer_norm[gate], &[cells])?;
            }
            if sizes.is_diagonal {
                check(tensors.recurrent_weights[gate], &[cells])?;
            } else {
                check(tensors.recurrent_weights[gate], &[cells, outputs])?;
            }
            if let Some(aux) = tensors.aux_input {
                check(tensors.aux_weights[gate], &[cells, node.input(aux)?.shape.last()])?;
            }
            match tensors.peephole(gate) {
                Some(peephole) if sizes.has_peepholes => check(peephole, &[cells])?,
                Some(peephole) => absent(peephole, "without the other peephole weights")?,
                None => {}
            }
        }
        if sizes.has_projection {
            check(tensors.projection, &[outputs, cells])?;
            if is_there(tensors.projection_bias) {
                check(tensors.projection_bias, &[outputs])?;
            }
        } else if outputs != cells {
            let message = format!("{outputs} outputs of {cells} cells without a projection");
            return Err(Error::invalid_shape(message));
        } else {
            absent(tensors.projection_bias, "without a projection")?;
        }
        for (index, width) in [(tensors.output_state, outputs), (tensors.cell_state, cells)] {
            let state = node.variable(index)?;
            if state.shape.elements() != batch.saturating_mul(width) {
                let message = format!("state {} where [{batch},{width}] is needed", state.shape);
                return Err(Error::invalid_shape(message));
            }
        }
        Ok(sizes)
    }

    /// The gates that there are.
    pub fn gates(&self) -> core::ops::Range<usize> {
        usize::from(!self.has_input_gate)..GATES
    }

    /// Those of a list that belong to gates that there are.
    fn present(&self, list: [usize; GATES]) -> Vec<usize> {
        self.gates().map(|gate| list[gate]).collect()
    }

    /// Multiply-accumulate operations of one step for one entry of the batch.
    pub fn macs(&self) -> u64 {
        let gates = self.gates().len() as u64;
        let (cells, outputs) = (self.cells as u64, self.outputs as u64);
        let recurrent = if self.is_diagonal { 1 } else { outputs };
        let projection = if self.has_projection { cells * outputs } else { 0 };
        gates * cells * (self.input as u64 + recurrent) + projection
    }
}

/// Checks the bounds of the states: 0 stands for none.
/// # Errors
/// If one is negative or not a number.
pub fn check_clips(cell: f32, projection: f32) -> Result<()> {
    if cell >= 0.0 && projection >= 0.0 {
        return Ok(());
    }
    Err(Error::invalid_model(format!("cell_clip {cell} and proj_clip {projection} must not be negative")))
}
