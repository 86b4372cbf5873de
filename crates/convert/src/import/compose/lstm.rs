//! A whole LSTM layer as one operator.

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, Value, ValueId};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, owned};

use crate::Result;
use crate::build::Builder;

/// What an LSTM layer has learnt, for the gates input, forget, cell, output.
pub(crate) struct Weights {
    /// `[units, inputs]` each.
    pub(crate) kernel: [ValueId; 4],
    /// `[units, units]` each.
    pub(crate) recurrent: [ValueId; 4],
    /// `[units]` each.
    pub(crate) biases: [ValueId; 4],
}

/// `[batch, steps, inputs]` as `[batch, steps, units]`, by states that begin at zero.
pub(crate) fn fused(b: &mut Builder<'_>, x: ValueId, weights: &Weights, batch: usize) -> Result<ValueId> {
    let units = b.fixed_dims(weights.biases[0])?.iter().product();
    let mut inputs = vec![Some(x)];
    inputs.extend(weights.kernel.map(Some));
    inputs.extend(weights.recurrent.map(Some));
    inputs.extend([None; 3]);
    inputs.extend(weights.biases.map(Some));
    inputs.extend([None; 2]);
    for name in ["output_state", "cell_state"] {
        let name = format!("{}/{name}", b.scope());
        let sizes = [batch, units].map(Dim::fixed).to_vec();
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
