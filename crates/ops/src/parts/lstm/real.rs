//! LSTM in `f32`, with weights of `f32` or 8 bits (hybrid).

use alloc::vec::Vec;

use featherlite_base::{DType, Result, math};
use featherlite_schema::ActivationFunctionType;

use super::{CELL, FORGET, GATES, INPUT, OUTPUT, Sizes, Tensors, check_clips};
use crate::core::{Io, Node, Plan};
use crate::parts::requantize::first_scale;
use crate::parts::sequence::{self, Sequence};
use crate::parts::stacked::{Running, Stacked, constant_bytes};
use crate::parts::vector_math::{Activation, Vectors};

/// What the options table says of a layer.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Of the cell gate and of the cell state on its way out.
    pub activation: ActivationFunctionType,
    /// Bound of the cell state, or 0.
    pub cell_clip: f32,
    /// Bound of the projection, or 0.
    pub projection_clip: f32,
    /// How hybrid layers quantize rows.
    pub asymmetric: bool,
    /// Whether the sequence is worked on from its end.
    pub backward: bool,
}

/// A planned layer.
pub struct Real {
    tensors: Tensors,
    sizes: Sizes,
    sequence: Sequence,
    options: Options,
    vectors: Vectors,
    activation: Activation,
    input: Stacked,
    aux: Option<Stacked>,
    recurrent: Option<Stacked>,
    projection: Option<Stacked>,
    peepholes: [Option<Vector>; GATES],
    /// Steps whose input products are made together.
    part: usize,
    /// Scratch: products of the inputs of a part, of the second inputs, of the states, and outputs before projection.
    from_input: usize,
    from_aux: usize,
    gates: usize,
    hidden: usize,
}

/// A vector of weights.
enum Vector {
    Tensor(usize),
    /// Scaled back from 8 bits.
    Real(Vec<f32>),
}

impl Vector {
    fn plan(node: &Node<'_>, index: usize) -> Result<Self> {
        let tensor = node.input(index)?;
        if tensor.dtype == DType::F32 {
            return Ok(Self::Tensor(index));
        }
        let scale = first_scale(tensor)?.0;
        Ok(Self::Real(constant_bytes(node, index)?.iter().map(|&weight| f32::from(weight) * scale).collect()))
    }

    fn get<'v, 'io: 'v>(&'v self, io: &Io<'io>) -> Result<&'v [f32]> {
        match self {
            Self::Tensor(index) => io.input(*index),
            Self::Real(values) => Ok(values),
        }
    }
}

/// The vectors of a run, by gate; empty where there are none.
struct Weights<'r> {
    biases: [&'r [f32]; GATES],
    diagonals: [&'r [f32]; GATES],
    peepholes: [&'r [f32]; GATES],
    layer_norm: [&'r [f32]; GATES],
}

impl Real {
    /// Plans the layer of a node for a sequence. `keys` tell its weights apart from those of other layers of the
    /// node.
    ///
    /// # Errors
    /// If tensors do not fit together or weights of 8 bits are not constant.
    pub fn plan(
        plan: &mut Plan<'_>,
        tensors: Tensors,
        sequence: Sequence,
        options: Options,
        keys: [&'static str; 4],
    ) -> Result<Self> {
        let node = plan.node;
        let sizes = Sizes::of(node, &tensors, sequence.batch)?;
        check_clips(options.cell_clip, options.projection_clip)?;
        let width = sizes.gates().len().saturating_mul(sizes.cells);
        let part = sequence::part_length(sequence, width);
        let rows = part.saturating_mul(sequence.batch);
        let batch = sequence.batch;
        let asymmetric = options.asymmetric;
        let stacked = |plan: &mut Plan<'_>, key, tensors: [usize; GATES], k, rows| {
            Stacked::plan(plan, key, &sizes.present(tensors), k, rows, asymmetric)
        };
        let input = stacked(plan, keys[0], tensors.input_weights, sizes.input, rows)?;
        let recurrent = if sizes.is_diagonal {
            None
        } else {
            Some(stacked(plan, keys[1], tensors.recurrent_weights, sizes.outputs, batch)?)
        };
        let aux = match tensors.aux_input {
            Some(aux) => {
                let k = node.input(aux)?.shape.last();
                Some(stacked(plan, keys[2], tensors.aux_weights, k, rows)?)
            }
            None => None,
        };
        let projection = if sizes.has_projection {
            Some(Stacked::plan(plan, keys[3], &[tensors.projection], sizes.cells, batch, asymmetric)?)
        } else {
            None
        };
        let mut peepholes = [const { None }; GATES];
        for gate in sizes.gates().filter(|_| sizes.has_peepholes) {
            peepholes[gate] = tensors.peephole(gate).map(|index| Vector::plan(node, index)).transpose()?;
        }
        let floats = |rows: usize, width: usize| rows.saturating_mul(width).saturating_mul(4);
        Ok(Self {
            tensors,
            sizes,
            sequence,
            options,
            vectors: Vectors::new(plan.setup),
            activation: Activation::new(plan.setup, options.activation)?,
            input,
            recurrent,
            projection,
            peepholes,
            part,
            from_input: plan.scratch(floats(rows, width)),
            from_aux: plan.scratch(if aux.is_some() { floats(rows, width) } else { 0 }),
            gates: plan.scratch(floats(batch, width)),
            hidden: plan.scratch(if sizes.has_projection { floats(batch, sizes.cells) } else { 0 }),
            aux,
        })
    }

    /// Values of an output row.
    pub fn outputs(&self) -> usize {
        self.sizes.outputs
    }

    /// Runs the layer; row `r` of the result goes to `output[r * stride + offset..]`.
    ///
    /// # Errors
    /// None but defects.
    pub fn run(&self, io: &Io<'_>, output: &mut [f32], stride: usize, offset: usize) -> Result<()> {
        let Self { sequence, sizes, tensors, .. } = *self;
        let backward = self.options.backward;
        let width = self.input.channels();
        let input: &[f32] = io.input(tensors.input)?;
        // In the order in which the plan asked for their scratch memory.
        let (mut from_input, mut recurrent) = (self.input.start(io)?, start(&self.recurrent, io)?);
        let (mut from_aux, mut projection) = (start(&self.aux, io)?, start(&self.projection, io)?);
        let input_products = io.scratch::<f32>(self.from_input)?;
        let aux_products = io.scratch::<f32>(self.from_aux)?;
        let gates = io.scratch::<f32>(self.gates)?;
        let hidden = io.scratch::<f32>(self.hidden)?;
        let state = io.variable::<f32>(tensors.output_state)?;
        let cells = io.variable::<f32>(tensors.cell_state)?;
        let projection_bias = match io.input::<f32>(tensors.projection_bias) {
            Ok(bias) if !bias.is_empty() => Some(bias),
            _ => None,
        };
        let weights = self.weights(io)?;
        for part in sequence.parts(self.part, backward) {
            let inner = sequence.with_steps(part.len());
            sequence.for_each_run(part.clone(), |from, to, rows| {
                let products = &mut input_products[to * width..][..rows * width];
                from_input.multiply(&input[from * sizes.input..], rows, None, products)?;
                if let (Some(aux), Some(index)) = (&mut from_aux, tensors.aux_input) {
                    let (aux_input, k) = (io.input::<f32>(index)?, io.shapes[index].last());
                    let aux_products = &mut aux_products[to * width..][..rows * width];
                    aux.multiply(&aux_input[from * k..], rows, None, aux_products)?;
                    self.vectors.add(products, aux_products);
                }
                Ok(())
            })?;
            for step in sequence::steps(part.clone(), backward) {
                match &mut recurrent {
                    Some(recurrent) => recurrent.multiply(state, sequence.batch, None, gates)?,
                    None => gates.fill(0.0),
                }
                for entry in 0..sequence.batch {
                    let row = inner.row(step - part.start, entry);
                    let gates = &mut gates[entry * width..][..width];
                    self.vectors.add(gates, &input_products[row * width..][..width]);
                    let state = &mut state[entry * sizes.outputs..][..sizes.outputs];
                    let cells = &mut cells[entry * sizes.cells..][..sizes.cells];
                    self.update(&weights, gates, state, cells);
                    let hidden = match &projection {
                        Some(_) => &mut hidden[entry * sizes.cells..][..sizes.cells],
                        None => state,
                    };
                    self.finish(&gates[width - sizes.cells..], cells, hidden);
                }
                if let Some(projection) = &mut projection {
                    projection.multiply(hidden, sequence.batch, projection_bias, state)?;
                    clip(state, self.options.projection_clip);
                }
                for entry in 0..sequence.batch {
                    let row = sequence.row(step, entry);
                    output[row * stride + offset..][..sizes.outputs]
                        .copy_from_slice(&state[entry * sizes.outputs..][..sizes.outputs]);
                }
            }
        }
        Ok(())
    }

    fn weights<'r, 'io: 'r>(&'r self, io: &Io<'io>) -> Result<Weights<'r>> {
        let Self { tensors, sizes, .. } = self;
        let mut weights = Weights {
            biases: [&[]; GATES],
            diagonals: [&[]; GATES],
            peepholes: [&[]; GATES],
            layer_norm: [&[]; GATES],
        };
        for gate in sizes.gates() {
            weights.biases[gate] = io.input(tensors.biases[gate])?;
            if sizes.is_diagonal {
                weights.diagonals[gate] = io.input(tensors.recurrent_weights[gate])?;
            }
            if sizes.has_layer_norm {
                weights.layer_norm[gate] = io.input(tensors.layer_norm[gate])?;
            }
        }
        for (weights, peephole) in weights.peepholes.iter_mut().zip(&self.peepholes) {
            if let Some(peephole) = peephole {
                *weights = peephole.get(io)?;
            }
        }
        Ok(weights)
    }

    /// From the sums of weighted inputs to the new cell state and the output gate.
    fn update(&self, weights: &Weights<'_>, gates: &mut [f32], state: &[f32], cells: &mut [f32]) {
        let vectors = self.vectors;
        let count = self.sizes.cells;
        // Without an input gate its place is empty.
        let (input, rest) = gates.split_at_mut(if self.sizes.has_input_gate { count } else { 0 });
        let (forget, rest) = rest.split_at_mut(count);
        let (cell, output) = rest.split_at_mut(count);
        for (gate, values) in [(INPUT, &mut *input), (FORGET, forget), (CELL, cell)] {
            if !values.is_empty() {
                self.sum_up(weights, gate, values, state, cells);
            }
        }
        vectors.logistic(input);
        vectors.logistic(forget);
        self.activation.apply(cell);
        vectors.run(|| {
            if input.is_empty() {
                for (c, (&f, &new)) in cells.iter_mut().zip(forget.iter().zip(&*cell)) {
                    *c = f * *c + (1.0 - f) * new;
                }
            } else {
                for ((c, &i), (&f, &new)) in cells.iter_mut().zip(&*input).zip(forget.iter().zip(&*cell)) {
                    *c = f * *c + i * new;
                }
            }
        });
        clip(cells, self.options.cell_clip);
        self.sum_up(weights, OUTPUT, output, state, cells);
        vectors.logistic(output);
    }

    /// Adds what else a gate depends on, up to its activation.
    fn sum_up(&self, weights: &Weights<'_>, gate: usize, values: &mut [f32], state: &[f32], cells: &[f32]) {
        add_product(self.vectors, values, weights.diagonals[gate], state);
        add_product(self.vectors, values, weights.peepholes[gate], cells);
        if self.sizes.has_layer_norm {
            normalize(values);
            values.iter_mut().zip(weights.layer_norm[gate]).for_each(|(value, factor)| *value *= factor);
        }
        self.vectors.add(values, weights.biases[gate]);
    }

    /// The output before projection.
    fn finish(&self, output_gate: &[f32], cells: &[f32], hidden: &mut [f32]) {
        hidden.copy_from_slice(cells);
        self.activation.apply(hidden);
        self.vectors.run(|| hidden.iter_mut().zip(output_gate).for_each(|(hidden, gate)| *hidden *= gate));
    }
}

fn start<'r, 'io: 'r>(product: &'r Option<Stacked>, io: &Io<'io>) -> Result<Option<Running<'r>>> {
    product.as_ref().map(|product| product.start(io)).transpose()
}

fn add_product(vectors: Vectors, to: &mut [f32], weights: &[f32], values: &[f32]) {
    vectors.run(|| {
        to.iter_mut().zip(weights.iter().zip(values)).for_each(|(to, (weight, value))| *to += weight * value);
    });
}

/// Bounds values to `-limit..=limit`; 0 stands for no limit.
fn clip(values: &mut [f32], limit: f32) {
    if limit > 0.0 {
        values.iter_mut().for_each(|value| *value = value.clamp(-limit, limit));
    }
}

/// Brings values to mean 0 and variance 1.
fn normalize(values: &mut [f32]) {
    let count = values.len() as f32;
    let mean = values.iter().sum::<f32>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / count;
    let factor = 1.0 / math::sqrt(variance + 1e-8);
    values.iter_mut().for_each(|value| *value = (*value - mean) * factor);
}
