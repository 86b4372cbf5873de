//! The integer form whose matrix products are brought to 8 bits before they are added up, and whose layer normalization
//! and activations are computed in `f32`. It always has a projection and layer normalization, and no input gate.
//!
//! In TensorFlow Lite's kernel the previous output has no part in the output gate (its factor is read from a wrong
//! place and comes out as nothing); results here are the same.

use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::fixed_point::{Multiplier, rounding_divide_by_pot};
use featherlite_base::{Error, Result, math};

use crate::core::{Io, Kernel, Plan};
use crate::parts::lstm::{self, Options, Product, Sizes, Tensors};

const TENSORS: Tensors = Tensors::ONE_DIRECTION;
/// In lists of four gates.
const FORGET: usize = 1;
const CELL: usize = 2;
const OUTPUT: usize = 3;

struct Integer8 {
    sizes: Sizes,
    batch: usize,
    /// Forget, cell and output gate.
    gates: Vec<Gate>,
    projection: Product16,
    cell_clip: i16,
    projection_clip: i8,
    sums: usize,
    values: usize,
    hidden: usize,
}

/// A gate: the weighted input and the weighted state, each brought to 8 bits and from there to the gate's 16.
struct Gate {
    gate: usize,
    input: Term,
    state: Option<Term>,
    norm_scale: f32,
}

struct Term {
    product: Product,
    to_8_bits: Multiplier,
    zero_point: i32,
    to_gate: Multiplier,
}

/// The projection: rows of 16 bits.
struct Product16 {
    multiplier: Multiplier,
    zero_point: i32,
}

/// Plans the layer for a batch of this size.
///
/// # Errors
/// If the layer has another form, tensors or their scales do not fit together, or weights are not constant.
pub(super) fn plan(plan: &mut Plan<'_>, batch: usize, options: Options) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let sizes = Sizes::of(node, &TENSORS, batch)?;
    lstm::check_clips(options.cell_clip, options.projection_clip)?;
    let has_bias = node.optional(TENSORS.projection_bias).is_some();
    if sizes.has_input_gate || !sizes.has_layer_norm || !sizes.has_projection || !has_bias {
        return Err(Error::unsupported(
            "an LSTM with 12 intermediate tensors must have layer normalization, a projection with a bias, and no input gate",
        ));
    }
    let scale_of = |index: usize| node.input(index).and_then(|tensor| Ok(tensor.scale_zero_point()?.0));
    let (input_scale, input_zero_point) = node.input(TENSORS.input)?.scale_zero_point()?;
    let (state_scale, state_zero_point) = node.input(TENSORS.output_state)?.scale_zero_point()?;
    let cell_scale = scale_of(TENSORS.cell_state)?;
    if cell_scale != 1.0 / 32768.0 {
        return Err(Error::invalid_model(alloc::format!(
            "the scale {cell_scale} of the cell state is not 2^-15"
        )));
    }
    let between = lstm::intermediates(node, 12)?;
    let multiplier = |scale: f32| Multiplier::from_real(f64::from(scale));
    let mut gates = Vec::new();
    for (gate, key, state_key) in
        [(FORGET, "forget", "forget state"), (CELL, "cell", "cell state"), (OUTPUT, "output", "")]
    {
        // For each gate the file keeps the scales of the sum, the weighted input and the weighted state.
        let [(sum_scale, _), input_unit, state_unit] =
            [between[3 * gate], between[3 * gate + 1], between[3 * gate + 2]];
        let mut term =
            |key, weights: usize, depth, row_scale: f32, row_zero_point, (unit, zero_point): (f32, i32)| {
                let size = (sizes.cells, depth);
                Ok::<_, Error>(Term {
                    product: Product::plan(plan, key, &[weights], size, None, row_zero_point)?,
                    to_8_bits: multiplier(scale_of(weights)? * row_scale / unit),
                    zero_point: i32::from(zero_point as i8),
                    to_gate: multiplier(unit / sum_scale),
                })
            };
        let input =
            term(key, TENSORS.input_weights[gate], sizes.input, input_scale, input_zero_point, input_unit)?;
        let state = if gate == OUTPUT {
            None
        } else {
            let weights = TENSORS.recurrent_weights[gate];
            Some(term(state_key, weights, sizes.outputs, state_scale, state_zero_point, state_unit)?)
        };
        let Multiplier { mantissa, shift } = multiplier(scale_of(TENSORS.layer_norm[gate])?);
        let norm_scale = (f64::from(mantissa as f32) * libm::ldexp(1.0, shift - 31)) as f32;
        gates.push(Gate { gate, input, state, norm_scale });
    }
    let projection_scale = f64::from(scale_of(TENSORS.projection)?) / 32768.0 / f64::from(state_scale);
    let cell_clip = if options.cell_clip < 1.0 { options.cell_clip } else { 0.0 };
    let output_scale = node.output(0)?.scale_zero_point()?.0;
    let count = batch.saturating_mul(sizes.cells);
    Ok(Box::new(Integer8 {
        sizes,
        batch,
        gates,
        projection: Product16 {
            multiplier: multiplier(projection_scale as f32),
            zero_point: state_zero_point,
        },
        cell_clip: lstm::clip_steps(cell_clip, cell_scale, (-32768.0, 32767.0)) as i16,
        projection_clip: lstm::clip_steps(options.projection_clip, output_scale, (-128.0, 127.0)) as i8,
        sums: plan.scratch(count.saturating_mul(8)),
        values: plan.scratch(count.saturating_mul(6)),
        hidden: plan.scratch(count.saturating_mul(2)),
    }))
}

impl Kernel for Integer8 {
    fn run(&self, io: &mut Io<'_>) -> Result<()> {
        let Self { sizes, batch, .. } = *self;
        let count = batch * sizes.cells;
        let (input, output) = (io.input::<i8>(TENSORS.input)?, io.output::<i8>(0)?);
        let state = io.variable::<i8>(TENSORS.output_state)?;
        let cells = io.variable::<i16>(TENSORS.cell_state)?;
        let (input_sums, state_sums) = io.scratch::<i32>(self.sums)?.split_at_mut(count);
        let values = io.scratch::<i16>(self.values)?;
        let hidden = io.scratch::<i16>(self.hidden)?;
        for (gate, values) in self.gates.iter().zip(values.chunks_exact_mut(count)) {
            gate.input.product.multiply(io, input, batch, input_sums)?;
            match &gate.state {
                Some(term) => term.product.multiply(io, state, batch, state_sums)?,
                None => state_sums.fill(0),
            }
            for (value, (&input, &state)) in values.iter_mut().zip(input_sums.iter().zip(&*state_sums)) {
                let state = gate.state.as_ref().map_or(0, |term| term.rescale(state));
                *value = saturate(state.saturating_add(gate.input.rescale(input)));
            }
            let coefficients = io.input::<i16>(TENSORS.layer_norm[gate.gate])?;
            let bias = io.input::<i32>(TENSORS.biases[gate.gate])?;
            for row in values.chunks_exact_mut(sizes.cells) {
                normalize(row, coefficients, bias, gate.norm_scale);
            }
            if gate.gate == CELL {
                values.iter_mut().for_each(|value| *value = tanh(*value, 4096.0));
            } else {
                values.iter_mut().for_each(|value| *value = logistic(*value));
            }
        }
        let (forget, rest) = values.split_at(count);
        let (cell_gate, output_gate) = rest.split_at(count);
        lstm::update_cells(&[], forget, cell_gate, 15, cells);
        if self.cell_clip > 0 {
            cells.iter_mut().for_each(|cell| *cell = (*cell).clamp(-self.cell_clip, self.cell_clip));
        }
        for (hidden, (&gate, &cell)) in hidden.iter_mut().zip(output_gate.iter().zip(&*cells)) {
            *hidden = rounding_divide_by_pot(i32::from(gate) * i32::from(tanh(cell, 32768.0)), 15) as i16;
        }
        let weights = io.input::<i8>(TENSORS.projection)?;
        let bias = io.input::<i32>(TENSORS.projection_bias)?;
        for (hidden, state) in hidden.chunks_exact(sizes.cells).zip(state.chunks_exact_mut(sizes.outputs)) {
            let rows = weights.chunks_exact(sizes.cells).zip(bias);
            for (value, (weights, &bias)) in state.iter_mut().zip(rows) {
                *value = self.projection.apply(hidden, weights, bias);
                if self.projection_clip > 0 {
                    *value = (*value).clamp(-self.projection_clip, self.projection_clip);
                }
            }
        }
        output.copy_from_slice(state);
        Ok(())
    }
}

impl Term {
    fn rescale(&self, sum: i32) -> i32 {
        let value = self.to_8_bits.apply(sum).saturating_add(self.zero_point).clamp(-128, 127);
        self.to_gate.apply(value - self.zero_point)
    }
}

impl Product16 {
    fn apply(&self, row: &[i16], weights: &[i8], bias: i32) -> i8 {
        let products = row.iter().zip(weights).map(|(&x, &weight)| i64::from(x) * i64::from(weight));
        let sum = i64::from(bias) + products.sum::<i64>();
        self.multiplier.apply_i64(sum).saturating_add(self.zero_point).clamp(-128, 127) as i8
    }
}

fn saturate(x: i32) -> i16 {
    x.clamp(-32768, 32767) as i16
}

fn normalize(values: &mut [i16], coefficients: &[i16], bias: &[i32], scale: f32) {
    let count = values.len() as f32;
    let (mut sum, mut squares) = (0.0f32, 0.0f32);
    for &value in &*values {
        let value = f32::from(value);
        sum += value;
        squares += value * value;
    }
    let mean = sum / count;
    let variance = squares / count - mean * mean;
    let factor = 1.0 / math::sqrt(if variance == 0.0 { 1e-8 } else { variance });
    let bias_scale = scale / 1024.0;
    for (value, (&coefficient, &bias)) in values.iter_mut().zip(coefficients.iter().zip(bias)) {
        let normalized = (f32::from(*value) - mean) * factor;
        let weighted = normalized * f32::from(coefficient) * scale + bias as f32 * bias_scale;
        *value = saturate(math::round(weighted * 4096.0) as i32);
    }
}

fn logistic(x: i16) -> i16 {
    let x = f32::from(x) / 4096.0;
    saturate((1.0 / (1.0 + math::exp(-x)) * 32768.0) as i32)
}

fn tanh(x: i16, one: f32) -> i16 {
    saturate((math::tanh(f32::from(x) / one) * 32768.0) as i32)
}
