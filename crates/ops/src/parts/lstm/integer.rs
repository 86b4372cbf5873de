//! LSTM in integers: rows and weights of 8 bits, gates and cell state of 16 bits.
//!
//! Every step rounds and saturates as TensorFlow Lite's reference kernel does: the weighted input first, then the
//! weighted state on top of it, then the peephole.

use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use featherlite_base::fixed_point::{self, Multiplier};
use featherlite_base::{Error, Result, math};
use featherlite_gemm::{Columns, I8, I8Gemm, PackedI8, Requantize, Rows, RowsMut, Weights};

use super::{CELL, OUTPUT, Options, Sizes, Tensors, check_clips};
use crate::core::{Io, Kernel, Node, Plan};
use crate::parts::sequence::{self, Sequence};
use crate::parts::stacked::stack_bytes;
use crate::parts::vector_math::Vectors;

/// Cells that are worked on at a time. Gates and cells are padded to whole blocks, so that no loop has a rest; what comes
/// out beyond the cells is not looked at.
const BLOCK: usize = 32;

struct Integer {
    tensors: Tensors,
    sizes: Sizes,
    sequence: Sequence,
    vectors: Vectors,
    from_input: Product,
    from_state: Product,
    gates: Vec<Gate>,
    /// Integer bits of the cell state.
    cell_bits: u32,
    /// From the product of output gate and cell state to the output before projection.
    hidden: Multiplier,
    hidden_zero_point: i32,
    projection: Option<(Product, Requantize)>,
    cell_clip: i16,
    projection_clip: i8,
    part: usize,
    /// Cells, padded.
    span: usize,
    input_sums: usize,
    state_sums: usize,
    gate_values: usize,
    cell_values: usize,
    squashed: usize,
    hidden_row: usize,
    hidden_values: usize,
}

/// Stacked weights with what is to be added to their products: biases and the zero point of the rows.
pub(crate) struct Product {
    packed: Arc<PackedI8>,
    columns: Columns,
}

/// One gate.
struct Gate {
    gate: usize,
    /// To the unit of the gate's sum.
    input: Multiplier,
    state: Multiplier,
    peephole: Option<(usize, Multiplier)>,
    norm: Option<Norm>,
}

/// Layer normalization of a gate.
struct Norm {
    coefficients: usize,
    bias: usize,
    scale: Multiplier,
    /// Stands in for a variance of 0.
    guard: i32,
}

impl Product {
    pub(crate) fn plan(
        plan: &mut Plan<'_>,
        key: &'static str,
        tensors: &[usize],
        (n, k): (usize, usize),
        bias: Option<&[i32]>,
        zero_point: i32,
    ) -> Result<Self> {
        let node = plan.node;
        let gemm = I8Gemm::new(plan.setup.level, plan.choose(&I8))?;
        let packed = plan.shared(key, || gemm.pack(Weights::new(&stack_bytes(node, tensors)?, n, k)?, 0))?;
        let columns = packed.panels().columns::<i8>(bias, zero_point)?;
        Ok(Self { packed, columns })
    }

    /// `rows * weights^T + bias` for `count` rows without gaps.
    pub(crate) fn multiply(&self, io: &Io<'_>, rows: &[i8], count: usize, out: &mut [i32]) -> Result<()> {
        let panels = self.packed.panels();
        let rows = Rows::dense(rows, count, panels.k())?;
        panels.multiply_i32(io.parallel, rows, &self.columns, RowsMut::dense(out, count, panels.n())?)
    }
}

/// The tensors, by number, in which the file keeps the scales of intermediate results.
///
/// # Errors
/// If the file has another number of them.
pub(crate) fn intermediates(node: &Node<'_>, count: usize) -> Result<Vec<(f32, i32)>> {
    let indices = node.operator.intermediates();
    if indices.len() != count {
        let message = format!("{} intermediate tensors where {count} are needed", indices.len());
        return Err(Error::invalid_model(message));
    }
    indices
        .iter()
        .map(|index| {
            let tensor = usize::try_from(index).ok().and_then(|index| (node.tensor)(index));
            let tensor = tensor
                .ok_or_else(|| Error::invalid_model(format!("intermediate tensor {index} does not exist")))?;
            // Those that a layer does without are left without a scale.
            Ok(tensor
                .quantization
                .affine()
                .map_or((1.0, 0), |affine| (affine.scales[0], affine.zero_points[0])))
        })
        .collect()
}

/// The exponent of a scale that is a power of two.
pub(crate) fn power_of_two(scale: f32) -> Option<i32> {
    let power = math::log(scale) * (1.0 / core::f32::consts::LN_2);
    let rounded = math::round(power);
    ((power - rounded).abs() < 1e-3).then_some(rounded as i32)
}

/// A bound in steps of `scale`, cut to a type's range; 0 stands for none.
pub(crate) fn clip_steps(clip: f32, scale: f32, (least, greatest): (f32, f32)) -> i32 {
    if clip > 0.0 { (clip / scale).clamp(least, greatest) as i32 } else { 0 }
}

/// Plans an integer layer with 16-bit gates: the kernel of an operator with one direction.
///
/// # Errors
/// If tensors or their scales do not fit together, or weights are not constant.
pub fn plan(plan: &mut Plan<'_>, sequence: Sequence, options: Options) -> Result<Box<dyn Kernel>> {
    let (node, tensors) = (plan.node, Tensors::ONE_DIRECTION);
    let sizes = Sizes::of(node, &tensors, sequence.batch)?;
    check_clips(options.cell_clip, options.projection_clip)?;
    if sizes.is_diagonal {
        return Err(Error::unsupported("diagonal recurrent weights in an integer LSTM"));
    }
    let scale_of = |index: usize| Ok(node.input(index)?.scale_zero_point()?.0);
    let (input_scale, input_zero_point) = node.input(tensors.input)?.scale_zero_point()?;
    let (state_scale, state_zero_point) = node.input(tensors.output_state)?.scale_zero_point()?;
    let cell_scale: f32 = scale_of(tensors.cell_state)?;
    let cell_power =
        power_of_two(cell_scale).filter(|power| (-15..=-9).contains(power)).ok_or_else(|| {
            Error::invalid_model(format!(
                "the scale {cell_scale} of the cell state is not one of 2^-15 to 2^-9"
            ))
        })?;
    let between = intermediates(node, 5)?;
    let mut gates = Vec::new();
    for gate in sizes.gates() {
        let unit = if sizes.has_layer_norm { between[gate].0 } else { 1.0 / 4096.0 };
        let multiplier = |scale: f32| Multiplier::from_real(f64::from(scale));
        let peephole = match tensors.peephole(gate).filter(|_| sizes.has_peepholes) {
            Some(index) => {
                let scale = libm::ldexp(1.0, cell_power) * f64::from(scale_of(index)?) / f64::from(unit);
                Some((index, multiplier(scale as f32)))
            }
            None => None,
        };
        let norm = if sizes.has_layer_norm {
            let scale: f32 = scale_of(tensors.layer_norm[gate])?;
            let Multiplier { mantissa, shift } = multiplier(scale);
            Some(Norm {
                coefficients: tensors.layer_norm[gate],
                bias: tensors.biases[gate],
                // Normalized values have 10 fractional bits, results 12.
                scale: Multiplier { mantissa, shift: shift + 12 },
                guard: ((10_000.0 * scale) as i32).max(1),
            })
        } else {
            None
        };
        gates.push(Gate {
            gate,
            input: multiplier(scale_of(tensors.input_weights[gate])? * input_scale / unit),
            state: multiplier(scale_of(tensors.recurrent_weights[gate])? * state_scale / unit),
            peephole,
            norm,
        });
    }
    let mut biases = Vec::new();
    for gate in sizes.gates() {
        biases.extend_from_slice(node.input(tensors.biases[gate])?.constant::<i32>()?);
    }
    let width = gates.len().saturating_mul(sizes.cells);
    // Normalization would take out a bias that comes before it.
    let bias = (!sizes.has_layer_norm).then_some(&*biases);
    let weights = sizes.present(tensors.input_weights);
    let from_input = Product::plan(plan, "input", &weights, (width, sizes.input), bias, input_zero_point)?;
    let weights = sizes.present(tensors.recurrent_weights);
    let from_state = Product::plan(plan, "state", &weights, (width, sizes.outputs), None, state_zero_point)?;
    let (hidden_scale, hidden_zero_point) = between[4];
    let power = libm::ldexp(1.0, -15);
    let hidden = Multiplier::from_real(f64::from((power / f64::from(hidden_scale) * power) as f32));
    let projection = if sizes.has_projection {
        let bias = match node.optional(tensors.projection_bias) {
            Some(bias) => Some(bias.constant::<i32>()?),
            None => None,
        };
        let size = (sizes.outputs, sizes.cells);
        // The values that are projected have their zero point subtracted twice.
        let product =
            Product::plan(plan, "projection", &[tensors.projection], size, bias, -hidden_zero_point)?;
        let scale: f32 = scale_of(tensors.projection)? * hidden_scale / state_scale;
        let multipliers = alloc::vec![Multiplier::from_real(f64::from(scale)); sizes.outputs];
        Some((product, Requantize::new(&multipliers, state_zero_point, (-128, 127))?))
    } else {
        None
    };
    let output_scale = node.output(0)?.scale_zero_point()?.0;
    let part = sequence::part_length(sequence, width);
    let batch = sequence.batch;
    let span = sizes.cells.max(1).checked_next_multiple_of(BLOCK).unwrap_or(sizes.cells);
    let mut scratch = |rows: usize, width: usize, more: usize, size: usize| {
        plan.scratch(rows.saturating_mul(width).saturating_add(more).saturating_mul(size))
    };
    // A padded gate reads into the sums of the next, the last one beyond all.
    let input_sums = scratch(part.saturating_mul(batch), width, span, 4);
    let state_sums = scratch(batch, width, span, 4);
    let gate_values = scratch(gates.len(), span, 0, 2);
    let cell_values = scratch(batch, span, 0, 2);
    let squashed = scratch(1, span, 0, 2);
    let hidden_row = scratch(1, span, 0, 1);
    let hidden_values = scratch(batch, sizes.cells, 0, 1);
    Ok(Box::new(Integer {
        tensors,
        sizes,
        sequence,
        vectors: Vectors::new(plan.setup),
        from_input,
        from_state,
        gates,
        cell_bits: (15 + cell_power) as u32,
        hidden,
        hidden_zero_point,
        projection,
        cell_clip: clip_steps(options.cell_clip, cell_scale, (-32768.0, 32767.0)) as i16,
        projection_clip: clip_steps(options.projection_clip, output_scale, (-128.0, 127.0)) as i8,
        part,
        span,
        input_sums,
        state_sums,
        gate_values,
        cell_values,
        squashed,
        hidden_row,
        hidden_values,
    }))
}

impl Kernel for Integer {
    fn run(&self, io: &mut Io<'_>) -> Result<()> {
        let Self { sequence, sizes, span, .. } = *self;
        let (width, count) = (self.gates.len() * sizes.cells, sizes.cells);
        let input = io.input::<i8>(self.tensors.input)?;
        let output = io.output::<i8>(0)?;
        let state = io.variable::<i8>(self.tensors.output_state)?;
        let cell_state = io.variable::<i16>(self.tensors.cell_state)?;
        let cells = io.scratch::<i16>(self.cell_values)?;
        let input_sums = io.scratch::<i32>(self.input_sums)?;
        let state_sums = io.scratch::<i32>(self.state_sums)?;
        let gates = io.scratch::<i16>(self.gate_values)?;
        let squashed = io.scratch::<i16>(self.squashed)?;
        let hidden_row = io.scratch::<i8>(self.hidden_row)?;
        let hidden = io.scratch::<i8>(self.hidden_values)?;
        for (entry, cells) in cells.chunks_exact_mut(span).enumerate() {
            cells[..count].copy_from_slice(&cell_state[entry * count..][..count]);
            cells[count..].fill(0);
        }
        for part in sequence.parts(self.part, false) {
            let inner = sequence.with_steps(part.len());
            sequence.for_each_run(part.clone(), |from, to, rows| {
                let sums = &mut input_sums[to * width..][..rows * width];
                self.from_input.multiply(io, &input[from * sizes.input..], rows, sums)
            })?;
            for step in part.clone() {
                self.from_state.multiply(io, state, sequence.batch, state_sums)?;
                for entry in 0..sequence.batch {
                    let row = inner.row(step - part.start, entry);
                    let sums = (&input_sums[row * width..], &state_sums[entry * width..]);
                    let cells = &mut cells[entry * span..][..span];
                    self.update(io, entry, sums, gates, cells)?;
                    let (hidden, zero_point) = match &self.projection {
                        Some(_) => (&mut hidden[entry * count..][..count], -self.hidden_zero_point),
                        None => (&mut state[entry * sizes.outputs..][..count], self.hidden_zero_point),
                    };
                    let output_gate = &gates[(self.gates.len() - 1) * span..];
                    self.finish(output_gate, cells, squashed, hidden_row, zero_point);
                    hidden.copy_from_slice(&hidden_row[..count]);
                }
                if let Some((product, requantize)) = &self.projection {
                    let panels = product.packed.panels();
                    let rows = Rows::dense(hidden, sequence.batch, sizes.cells)?;
                    let results = RowsMut::dense(state, sequence.batch, sizes.outputs)?;
                    panels.multiply(io.parallel, rows, &product.columns, requantize, results)?;
                    if self.projection_clip > 0 {
                        let limit = self.projection_clip;
                        state.iter_mut().for_each(|value| *value = (*value).clamp(-limit, limit));
                    }
                }
                for (entry, state) in state.chunks_exact(sizes.outputs).enumerate() {
                    let row = sequence.row(step, entry);
                    output[row * sizes.outputs..][..sizes.outputs].copy_from_slice(state);
                }
            }
        }
        for (entry, cells) in cells.chunks_exact(span).enumerate() {
            cell_state[entry * count..][..count].copy_from_slice(&cells[..count]);
        }
        Ok(())
    }
}

impl Integer {
    /// From the products of input and state to the new cell state and the output gate.
    fn update(
        &self,
        io: &Io<'_>,
        entry: usize,
        (input_sums, state_sums): (&[i32], &[i32]),
        gates: &mut [i16],
        cells: &mut [i16],
    ) -> Result<()> {
        let (count, span) = (self.sizes.cells, self.span);
        let mut output_gate = None;
        for (position, gate) in self.gates.iter().enumerate() {
            let first = position * count;
            let (input_sums, state_sums) = (&input_sums[first..][..span], &state_sums[first..][..span]);
            let place = position * span..(position + 1) * span;
            let values = &mut gates[place.clone()];
            self.vectors.run(
                #[inline(always)]
                || gate.add_up(input_sums, state_sums, values),
            );
            if gate.gate == OUTPUT {
                // It sees the new cell state.
                output_gate = Some((gate, place));
            } else {
                self.finish_gate(io, gate, entry, values, cells)?;
            }
        }
        let (input, rest) = gates.split_at(if self.sizes.has_input_gate { span } else { 0 });
        let (forget, cell) = (&rest[..span], &rest[span..2 * span]);
        let shift = 15 + self.cell_bits as i32;
        self.vectors.run(
            #[inline(always)]
            || {
                for (index, cells) in cells.chunks_exact_mut(BLOCK).enumerate() {
                    let block = |gate| block(gate, index);
                    let input = if input.is_empty() { input } else { block(input) };
                    update_cells(input, block(forget), block(cell), shift, cells);
                }
            },
        );
        if self.cell_clip > 0 {
            cells.iter_mut().for_each(|cell| *cell = (*cell).clamp(-self.cell_clip, self.cell_clip));
        }
        match output_gate {
            Some((gate, place)) => self.finish_gate(io, gate, entry, &mut gates[place], cells),
            None => Err(Error::internal("an LSTM without an output gate")),
        }
    }

    /// Adds the peephole, normalizes, and applies the activation.
    fn finish_gate(
        &self,
        io: &Io<'_>,
        gate: &Gate,
        entry: usize,
        values: &mut [i16],
        cells: &[i16],
    ) -> Result<()> {
        if let Some((weights, multiplier)) = gate.peephole {
            let weights = io.input::<i16>(weights)?;
            // TensorFlow Lite takes the cells of the whole batch for rows as long as an output row: with a projection
            // its weights shift against the cells, and the last cells get none.
            let (first, end) = if self.sequence.time_major {
                (entry * self.sizes.cells, self.sequence.batch * self.sizes.outputs)
            } else {
                (0, self.sizes.outputs)
            };
            let count = end.saturating_sub(first).min(self.sizes.cells);
            for (index, (value, &cell)) in values.iter_mut().zip(cells).take(count).enumerate() {
                let weight = weights.get((first + index) % self.sizes.outputs).copied().unwrap_or(0);
                let product = multiplier.apply(i32::from(weight) * i32::from(cell));
                *value = saturate(product.saturating_add(i32::from(*value)));
            }
        }
        if let Some(norm) = &gate.norm {
            normalize(
                &mut values[..self.sizes.cells],
                io.input(norm.coefficients)?,
                io.input(norm.bias)?,
                norm,
            );
        }
        match gate.gate {
            CELL => self.vectors.tanh_i16(3, values),
            _ => self.vectors.logistic_i16(values),
        }
        Ok(())
    }

    /// The output before projection.
    fn finish(
        &self,
        output_gate: &[i16],
        cells: &[i16],
        squashed: &mut [i16],
        hidden: &mut [i8],
        zero_point: i32,
    ) {
        squashed.copy_from_slice(cells);
        self.vectors.tanh_i16(self.cell_bits, squashed);
        self.vectors.run(
            #[inline(always)]
            || {
                let squashed = squashed.as_chunks::<BLOCK>().0.iter();
                let gates = output_gate.as_chunks::<BLOCK>().0;
                for (squashed, (gate, hidden)) in
                    squashed.zip(gates.iter().zip(hidden.as_chunks_mut::<BLOCK>().0))
                {
                    for lane in 0..BLOCK {
                        let product = self.hidden.apply(i32::from(gate[lane]) * i32::from(squashed[lane]));
                        hidden[lane] = product.saturating_add(zero_point).clamp(-128, 127) as i8;
                    }
                }
            },
        );
    }
}

impl Gate {
    /// The weighted input, rounded, with the weighted state on top of it.
    #[inline(always)]
    fn add_up(&self, input_sums: &[i32], state_sums: &[i32], values: &mut [i16]) {
        let sums = input_sums.as_chunks::<BLOCK>().0.iter().zip(state_sums.as_chunks::<BLOCK>().0);
        for (values, (input, state)) in values.as_chunks_mut::<BLOCK>().0.iter_mut().zip(sums) {
            for lane in 0..BLOCK {
                let input = i32::from(saturate(self.input.apply(input[lane])));
                // No more than what can make a difference, so that the sum need not saturate.
                let state = self.state.apply(state[lane]).clamp(-(1 << 16), (1 << 16) - 1);
                values[lane] = saturate(state + input);
            }
        }
    }
}

/// Block `index` of a padded gate.
#[inline(always)]
fn block(gate: &[i16], index: usize) -> &[i16] {
    &gate[index * BLOCK..][..BLOCK]
}

#[inline(always)]
fn saturate(x: i32) -> i16 {
    x.clamp(-32768, 32767) as i16
}

/// `cells = forget * cells + input * new`; an empty `input` stands for one minus `forget`. The second product has `shift`
/// fractional bits more than cells.
#[inline(always)]
pub(crate) fn update_cells(input: &[i16], forget: &[i16], new: &[i16], shift: i32, cells: &mut [i16]) {
    let count = cells.len();
    let (forget, new) = (&forget[..count], &new[..count]);
    for (index, cell) in cells.iter_mut().enumerate() {
        let input = if input.is_empty() { i16::MAX - forget[index] } else { input[index] };
        let kept = i32::from(forget[index]) * i32::from(*cell);
        let added = i32::from(input) * i32::from(new[index]);
        let kept = fixed_point::rounding_divide_by_pot(kept, 15) as i16;
        *cell = kept.saturating_add(fixed_point::rounding_divide_by_pot(added, shift) as i16);
    }
}

/// Layer normalization in integers; normalized values have 10 fractional bits.
fn normalize(values: &mut [i16], coefficients: &[i16], bias: &[i32], norm: &Norm) {
    let count = values.len() as i64;
    let (mut sum, mut squares) = (0i64, 0i64);
    for &value in &*values {
        sum += i64::from(value);
        squares += i64::from(value) * i64::from(value);
    }
    let mean = (sum * 1024 / count) as i32;
    // Rounded down before it is multiplied: exact for a power of two only, as TensorFlow Lite has it.
    let share = (1i64 << 20) / count;
    let variance = squares.wrapping_mul(share).wrapping_sub(i64::from(mean) * i64::from(mean)) / (1 << 20);
    let variance = variance as i32;
    let inverse = fixed_point::inverse_sqrt(if variance < 1 { norm.guard } else { variance });
    for (value, (&coefficient, &bias)) in values.iter_mut().zip(coefficients.iter().zip(bias)) {
        let centred = inverse.apply((1024 * i32::from(*value)).wrapping_sub(mean));
        let weighted = i64::from(centred.wrapping_mul(i32::from(coefficient)).wrapping_add(bias));
        let rounded = (if weighted > 0 { weighted + 512 } else { weighted - 512 }) / 1024;
        *value = saturate(norm.scale.apply(rounded as i32));
    }
}
