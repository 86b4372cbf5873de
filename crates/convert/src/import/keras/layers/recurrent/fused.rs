//! A whole LSTM layer as one operator.

use featherlite_ir::ValueId;

use crate::Result;
use crate::build::Builder;
use crate::import::compose::lstm::{self, Weights};
use crate::import::compose::shape;
use crate::import::keras::config::Config;
use crate::import::keras::context::{array, constant};
use crate::import::keras::variables::Variables;

/// Whether the operator computes what a layer asks for: the usual activations, and a batch whose size is known, as the
/// operator's state has one.
pub(super) fn fits(b: &Builder<'_>, config: Config<'_>, x: ValueId) -> Result<bool> {
    let is = |name: &str, usual: &str| config.get(name).is_none_or(|value| value.as_str() == Some(usual));
    let is_known = b.dims(x)?.first().is_some_and(|dim| dim.size().is_some());
    Ok(is_known && is("activation", "tanh") && is("recurrent_activation", "sigmoid"))
}

/// `[n, steps, inputs]` as `[n, steps, units]`.
pub(super) fn lstm(
    b: &mut Builder<'_>,
    x: ValueId,
    variables: &Variables,
    units: usize,
    use_bias: bool,
) -> Result<ValueId> {
    let batch = b.fixed_dims(x)?[0];
    let kernel = gates(b, variables, 0, units)?;
    let recurrent = gates(b, variables, 1, units)?;
    let biases = match use_bias {
        true => gates(b, variables, 2, units)?,
        false => [b.constant(&[units], &vec![0f32; units])?; 4],
    };
    lstm::fused(b, x, &Weights { kernel, recurrent, biases }, batch)
}

/// The four gates of variable `index`, each `[units, …]`.
fn gates(b: &mut Builder<'_>, variables: &Variables, index: usize, units: usize) -> Result<[ValueId; 4]> {
    let stored = constant(b, array(variables, index)?)?;
    let last = b.rank(stored)?.saturating_sub(1);
    let mut gates = [stored; 4];
    for (index, gate) in gates.iter_mut().enumerate() {
        *gate = shape::slice_axis(b, stored, last, (index * units) as i32, units as i32)?;
        if last == 1 {
            *gate = b.transpose(*gate, &[1, 0])?;
        }
    }
    Ok(gates)
}
