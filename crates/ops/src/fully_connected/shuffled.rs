use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};

use super::integer::{Finish, Scale, product};
use super::{BIAS, INPUT, Layer, WEIGHTS_INPUT};
use crate::core::{Io, Kernel, Plan};
use crate::parts::activation::quantized_range;
use crate::parts::requantize::tensor_multiplier;

/// Weights lie in blocks of this many units by
const UNITS: usize = 4;
/// this many elements.
const DEPTH: usize = 16;

/// Plans the form whose weights were laid out for the processors of old: activations and weights have the zero point
/// 128, weights are stored without it (as `i8`), and results have 16 bits.
///
/// # Errors
/// If sizes are not multiples of a block, or there are not 1 or 4 rows.
pub(super) fn plan(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let (input, weights, output) = (node.input(INPUT)?, node.input(WEIGHTS_INPUT)?, node.output(0)?);
    let Layer { rows, depth, units, .. } = layer;
    if input.dtype != DType::U8 || output.dtype != DType::I16 {
        return Err(Error::invalid_model(format!(
            "shuffled weights with an input of {} and an output of {}",
            input.dtype, output.dtype
        )));
    }
    if units % UNITS != 0 || depth % DEPTH != 0 || !matches!(rows, 1 | 4) {
        return Err(Error::invalid_shape(format!(
            "{rows} rows of {depth} elements to {units} units with shuffled weights; there must be 1 or 4 rows, depth a multiple of {DEPTH}, units of {UNITS}"
        )));
    }
    let multiplier = tensor_multiplier(input, weights, node.optional(BIAS), output)?;
    let range = quantized_range(layer.activation, output)?;
    let scale = Scale::Fixed(alloc::vec![multiplier; units]);
    let finish = Finish { scale, zero_point: 0, range };
    let product = product::<u8, i16>(
        plan,
        layer,
        (128, 0),
        finish,
        |q| q as i16,
        || {
            let stored = weights.constant::<u8>()?;
            let mut ordered = alloc::vec![0i8; units * depth];
            for (index, run) in stored.chunks_exact(DEPTH).enumerate() {
                let (block, unit) = (index / UNITS, index % UNITS);
                let (unit, start) = (block / (depth / DEPTH) * UNITS + unit, block % (depth / DEPTH) * DEPTH);
                let run = run.iter().map(|&byte| byte as i8);
                ordered[unit * depth + start..][..DEPTH]
                    .iter_mut()
                    .zip(run)
                    .for_each(|(to, from)| *to = from);
            }
            Ok(Cow::Owned(ordered))
        },
    )?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        if io.outputs() > 1 {
            shuffle_input(io.input(INPUT)?, layer, io.output(1)?);
        }
        product.run(io)
    }))
}

/// What TensorFlow Lite leaves in the workspace: the input without its zero point, in runs from row after row.
fn shuffle_input(input: &[u8], layer: Layer, workspace: &mut [u8]) {
    for (index, run) in workspace.chunks_exact_mut(DEPTH).enumerate() {
        let (row, start) = (index % layer.rows, index / layer.rows * DEPTH);
        if let Some(from) = input.get(row * layer.depth + start..).filter(|_| start < layer.depth) {
            run.iter_mut().zip(from).for_each(|(to, from)| *to = from ^ 0x80);
        }
    }
}
