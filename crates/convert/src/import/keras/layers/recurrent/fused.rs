//! A whole LSTM layer as one operator.

use featherlite_base::DType;
use featherlite_ir::{Op, Value, ValueId};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, owned};

use crate::Result;
use crate::build::Builder;
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
    let biases = if use_bias {
        gates(b, variables, 2, units)?
    } else {
        vec![b.constant(&[units], &vec![0f32; units])?; 4]
    };
    let mut inputs = vec![Some(x)];
    inputs.extend(kernel.into_iter().map(Some));
    inputs.extend(recurrent.into_iter().map(Some));
    inputs.extend([None; 3]);
    inputs.extend(biases.into_iter().map(Some));
    inputs.extend([None; 2]);
    for name in ["output_state", "cell_state"] {
        let name = format!("{}/{name}", b.scope());
        let sizes = [batch, units].map(featherlite_ir::Dim::fixed).to_vec();
        let state = Value { is_variable: true, ..Value::new(name, DType::F32).with_shape(sizes) };
        inputs.push(Some(b.graph_mut().add_value(state)));
    }
    inputs.extend([None; 4]);
    let options = owned::UnidirectionalSequenceLSTMOptions {
        fused_activation_function: ActivationFunctionType::TANH,
        ..Default::default()
    };
    Ok(b.add_as(Op::with(BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM, options), &inputs, &[DType::F32])?[0])
}

/// The four gates of variable `index`, each `[units, …]`.
fn gates(b: &mut Builder<'_>, variables: &Variables, index: usize, units: usize) -> Result<Vec<ValueId>> {
    let stored = constant(b, array(variables, index)?)?;
    let last = b.rank(stored)?.saturating_sub(1);
    (0..4)
        .map(|gate| {
            let gate = shape::slice_axis(b, stored, last, (gate * units) as i32, units as i32)?;
            if last == 1 { b.transpose(gate, &[1, 0]) } else { Ok(gate) }
        })
        .collect()
}
