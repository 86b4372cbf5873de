//! The BASIC form: a cell whose one matrix makes all gates from the input and the previous output, side by side. In
//! `f32`, or in integers: rows and weights of 8 bits, gates and state of 16.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::fixed_point::{Multiplier, rounding_divide_by_pot};
use featherlite_base::{DType, Error, Result, Shape, fixed_point_i16};
use featherlite_gemm::{Columns, I8, I8Gemm, PackedI8, Rows, RowsMut, Weights};

use crate::core::{Io, Kernel, Node, Outputs, Plan};
use crate::parts::lstm::power_of_two;
use crate::parts::stacked::Stacked;
use crate::parts::vector_math::Vectors;

const INPUT: usize = 0;
const ACTIVATION: usize = 1;
const WEIGHTS: usize = 2;
const BIAS: usize = 3;
const STATE: usize = 4;

const NEW_ACTIVATION: usize = 0;
const NEW_STATE: usize = 1;
/// Input and previous activation side by side.
const ROWS: usize = 2;
/// The gates before their activations: input gate, new input, forget gate, output gate.
const GATES: usize = 3;

#[derive(Clone, Copy)]
struct Sizes {
    batch: usize,
    input: usize,
    cells: usize,
}

impl Sizes {
    fn of(node: &Node<'_>) -> Result<Self> {
        let shape = |index: usize| node.input(index).map(|tensor| tensor.shape);
        let (input, activation, weights) = (shape(INPUT)?, shape(ACTIVATION)?, shape(WEIGHTS)?);
        let (&[batch, depth], &[activation_batch, cells]) = (input.dims(), activation.dims()) else {
            return Err(Error::invalid_shape(format!(
                "input {input} and activation {activation} must have 2 dimensions each"
            )));
        };
        let gates = cells.saturating_mul(4);
        let fits = activation_batch == batch
            && weights.dims() == [gates, depth.saturating_add(cells)]
            && shape(BIAS)?.dims() == [gates]
            && shape(STATE)?.dims() == [batch, cells];
        if !fits || cells == 0 {
            return Err(Error::invalid_shape(format!(
                "input {input}, activation {activation}, weights {weights}, bias {} and state {} do not fit",
                shape(BIAS)?,
                shape(STATE)?
            )));
        }
        Ok(Self { batch, input: depth, cells })
    }

    /// Values of a row that the matrix multiplies.
    fn depth(self) -> usize {
        self.input + self.cells
    }

    /// Copies input and previous activation side by side.
    fn join<T: Copy>(self, input: &[T], activation: &[T], rows: &mut [T]) {
        for (entry, row) in rows.chunks_exact_mut(self.depth()).enumerate() {
            let (left, right) = row.split_at_mut(self.input);
            left.copy_from_slice(&input[entry * self.input..][..self.input]);
            right.copy_from_slice(&activation[entry * self.cells..][..self.cells]);
        }
    }
}

pub(super) fn macs(node: &Node<'_>) -> u64 {
    let shape = node.input(WEIGHTS).map_or(Shape::SCALAR, |weights| weights.shape);
    let batch = node.input(INPUT).map_or(0, |input| input.shape.dim(0) as u64);
    batch.saturating_mul(shape.elements() as u64)
}

pub(super) fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let sizes = Sizes::of(node)?;
    let state = Shape::new(&[sizes.batch, sizes.cells])?;
    let rows = Shape::new(&[sizes.batch, sizes.depth()])?;
    Ok(Outputs::Known([state, state, rows, Shape::new(&[sizes.batch, 4 * sizes.cells])?].into()))
}

pub(super) fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let sizes = Sizes::of(node)?;
    if node.input(INPUT)?.dtype == DType::U8 {
        return Ok(Box::new(Integer::plan(plan, sizes)?));
    }
    let product = Stacked::plan(plan, "gates", &[WEIGHTS], sizes.depth(), sizes.batch, false)?;
    let vectors = Vectors::new(plan.setup);
    let squashed = plan.scratch(sizes.cells.saturating_mul(5).saturating_mul(4));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let rows = io.output::<f32>(ROWS)?;
        sizes.join(io.input(INPUT)?, io.input(ACTIVATION)?, rows);
        let gates = io.output::<f32>(GATES)?;
        product.start(io)?.multiply(rows, sizes.batch, Some(io.input(BIAS)?), gates)?;
        let (state, new_state) = (io.input::<f32>(STATE)?, io.output::<f32>(NEW_STATE)?);
        let activation = io.output::<f32>(NEW_ACTIVATION)?;
        let cells = sizes.cells;
        let (squashed, tanh) = io.scratch::<f32>(squashed)?.split_at_mut(4 * cells);
        for (entry, gates) in gates.chunks_exact(4 * cells).enumerate() {
            let place = entry * cells..(entry + 1) * cells;
            squashed.copy_from_slice(gates);
            vectors.logistic(&mut squashed[..cells]);
            vectors.tanh(&mut squashed[cells..2 * cells]);
            vectors.logistic(&mut squashed[2 * cells..]);
            let (input, new) = (&squashed[..cells], &squashed[cells..2 * cells]);
            let (forget, output) = (&squashed[2 * cells..3 * cells], &squashed[3 * cells..]);
            let new_state = &mut new_state[place.clone()];
            for (cell, (index, &old)) in new_state.iter_mut().zip(state[place.clone()].iter().enumerate()) {
                *cell = input[index] * new[index] + forget[index] * old;
            }
            tanh.copy_from_slice(new_state);
            vectors.tanh(tanh);
            for (activation, (&gate, &cell)) in activation[place].iter_mut().zip(output.iter().zip(&*tanh)) {
                *activation = gate * cell;
            }
        }
        Ok(())
    }))
}

/// The integer form. Rows have the zero point 128 and the scale 1/128, gates 3 integer bits, the state 4.
struct Integer {
    sizes: Sizes,
    packed: alloc::sync::Arc<PackedI8>,
    columns: Columns,
    multiplier: Multiplier,
    vectors: Vectors,
    sums: usize,
    squashed: usize,
}

/// Integer bits of the state.
const STATE_BITS: u32 = 4;

impl Integer {
    fn plan(plan: &mut Plan<'_>, sizes: Sizes) -> Result<Self> {
        let node = plan.node;
        let state_scale = node.output(NEW_STATE)?.scale_zero_point()?.0;
        if power_of_two(state_scale) != Some(STATE_BITS as i32 - 15) {
            return Err(Error::invalid_model(format!("the scale {state_scale} of the state is not 2^-11")));
        }
        let weights = node.input(WEIGHTS)?;
        let (bytes, zero_point) = (weights.constant::<u8>()?, weights.scale_zero_point()?.1);
        let gemm = I8Gemm::new(plan.setup.level, plan.choose(&I8))?;
        let (n, k) = (4 * sizes.cells, sizes.depth());
        let packed = plan.shared("gates", || {
            let signed: Vec<i8> = bytes.iter().map(|&byte| (byte ^ 0x80) as i8).collect();
            gemm.pack(Weights::new(&signed, n, k)?, zero_point.saturating_sub(128))
        })?;
        let bias = node.input(BIAS)?;
        let bias_scale = bias.scale_zero_point()?.0;
        Ok(Self {
            sizes,
            columns: packed.panels().columns::<u8>(Some(bias.constant()?), 128)?,
            packed,
            multiplier: Multiplier::from_real(f64::from(4096.0 * bias_scale)),
            vectors: Vectors::new(plan.setup),
            sums: plan.scratch(sizes.batch.saturating_mul(n).saturating_mul(4)),
            squashed: plan.scratch(sizes.cells.saturating_mul(5).saturating_mul(2)),
        })
    }
}

impl Kernel for Integer {
    fn run(&self, io: &mut Io<'_>) -> Result<()> {
        let (sizes, cells) = (self.sizes, self.sizes.cells);
        let rows = io.output::<u8>(ROWS)?;
        sizes.join(io.input(INPUT)?, io.input(ACTIVATION)?, rows);
        let (panels, sums) = (self.packed.panels(), io.scratch::<i32>(self.sums)?);
        let products = RowsMut::dense(sums, sizes.batch, 4 * cells)?;
        let rows = Rows::dense(rows, sizes.batch, sizes.depth())?;
        panels.multiply_i32(io.parallel, rows, &self.columns, products)?;
        let gates = io.output::<i16>(GATES)?;
        self.vectors.run(|| {
            for (gate, &sum) in gates.iter_mut().zip(&*sums) {
                *gate = rescale(self.multiplier, sum).clamp(-32768, 32767) as i16;
            }
        });
        let (state, new_state) = (io.input::<i16>(STATE)?, io.output::<i16>(NEW_STATE)?);
        let activation = io.output::<u8>(NEW_ACTIVATION)?;
        let (squashed, tanh) = io.scratch::<i16>(self.squashed)?.split_at_mut(4 * cells);
        for (entry, gates) in gates.chunks_exact(4 * cells).enumerate() {
            let place = entry * cells..(entry + 1) * cells;
            squashed.copy_from_slice(gates);
            self.vectors.logistic_i16(&mut squashed[..cells]);
            self.vectors.tanh_i16(3, &mut squashed[cells..2 * cells]);
            self.vectors.logistic_i16(&mut squashed[2 * cells..]);
            let (input, new) = (&squashed[..cells], &squashed[cells..2 * cells]);
            let (forget, output) = (&squashed[2 * cells..3 * cells], &squashed[3 * cells..]);
            let new_state = &mut new_state[place.clone()];
            for (cell, (index, &old)) in new_state.iter_mut().zip(state[place.clone()].iter().enumerate()) {
                let added = i32::from(product(input[index], new[index]));
                let added = rounding_divide_by_pot(added, STATE_BITS as i32) as i16;
                *cell = added.saturating_add(product(forget[index], old));
            }
            // With three integer bits, like the gates: beyond that the function is as good as 1.
            tanh.iter_mut()
                .zip(&*new_state)
                .for_each(|(x, &cell)| *x = fixed_point_i16::multiply(cell, STATE_BITS - 3));
            self.vectors.tanh_i16(3, tanh);
            for (activation, (&gate, &cell)) in activation[place].iter_mut().zip(output.iter().zip(&*tanh)) {
                let rounded = rounding_divide_by_pot(i32::from(product(gate, cell)), 8);
                *activation = (rounded.clamp(-128, 127) + 128) as u8;
            }
        }
        Ok(())
    }
}

/// As [`Multiplier::apply`], but the shift rounds halves upward: this kernel of TensorFlow Lite has its sums rescaled by
/// the library that multiplies its matrices.
#[inline(always)]
fn rescale(multiplier: Multiplier, sum: i32) -> i32 {
    let Multiplier { mantissa, shift } = multiplier;
    let high = Multiplier { mantissa, shift: shift.max(0) }.apply(sum);
    let right = shift.min(0).unsigned_abs();
    if right == 0 { high } else { ((i64::from(high) + (1 << (right - 1))) >> right) as i32 }
}

fn product(a: i16, b: i16) -> i16 {
    featherlite_base::fixed_point::saturating_rounding_doubling_high_mul_i16(a, b)
}
