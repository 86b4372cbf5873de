//! Constant folding: nodes of constants are run now, by the runtime.

use std::borrow::Cow;

use bytes::Bytes;
use featherlite_ir::{Code, Graph, Op, Value, ValueId, aligned};
use featherlite_ops::core::Effects;
use featherlite_runtime::{Model, SessionOptions};
use featherlite_schema::{BuiltinOperator, TensorType, owned};

use crate::infer::{OPERATORS, operator, operator_code, operator_table};
use crate::{Result, export};

/// Results up to this many bytes are always worth folding.
const SMALL: usize = 64 * 1024;

/// Operators that make constants larger, or whose results stand for weights as they are stored.
const KEPT: &[BuiltinOperator] = &[
    BuiltinOperator::DEQUANTIZE,
    BuiltinOperator::QUANTIZE,
    BuiltinOperator::DENSIFY,
    BuiltinOperator::FAKE_QUANT,
];

/// What a node gives under one trial of the open sizes; `None` if that is not known yet or is too large to keep.
///
/// # Errors
/// If the contents of the inputs are not what the operator takes.
pub(crate) fn fold(
    graph: &Graph,
    op: &Op,
    inputs: &[Option<ValueId>],
    outputs: &[Value],
    trial: usize,
) -> Result<Option<Vec<Bytes>>> {
    let values = || inputs.iter().flatten().map(|&input| graph.value(input));
    if !may_fold(op)? {
        return Ok(None);
    }
    let effects = operator(op)?.map_or(Effects::Some, |operator| operator.effects());
    let is_known = match effects {
        Effects::None | Effects::PerElement => values().all(|value| value.trial_contents(trial).is_some()),
        Effects::ShapeOnly => values().all(|value| value.shape.is_some()),
        Effects::Some => false,
    };
    let Some(size) = size(outputs, trial).filter(|_| is_known) else { return Ok(None) };
    let given: usize = values().filter_map(|value| value.trial_contents(trial)).map(Bytes::len).sum();
    if values().any(|value| value.is_variable) || size > SMALL.max(given.saturating_mul(2)) {
        return Ok(None);
    }
    let memory_limit = SessionOptions::default().memory_limit.max(size.saturating_mul(2));
    let options = SessionOptions { memory_limit, ..SessionOptions::default() };
    run(graph, op, inputs, outputs, trial, options).map(Some)
}

/// Whether nodes of an operator are computed when their inputs are known.
pub(crate) fn may_fold(op: &Op) -> Result<bool> {
    if matches!(op.code, Code::Custom(_)) || KEPT.iter().any(|&code| op.is(code)) {
        return Ok(false);
    }
    Ok(operator(op)?.is_some_and(|operator| operator.effects() != Effects::Some))
}

/// Bytes of the results, if their shapes are known.
fn size(outputs: &[Value], trial: usize) -> Option<usize> {
    outputs.iter().try_fold(0usize, |sum, value| {
        let elements = value.trial_shape(trial)?.iter().try_fold(1usize, |n, &size| n.checked_mul(size))?;
        sum.checked_add(value.dtype.storage_bytes(elements)?)
    })
}

fn run(
    graph: &Graph,
    op: &Op,
    inputs: &[Option<ValueId>],
    outputs: &[Value],
    trial: usize,
    options: SessionOptions,
) -> Result<Vec<Bytes>> {
    let mut file = owned::Model { operator_codes: vec![operator_code(op, 1)], ..owned::Model::default() };
    let mut subgraph = owned::SubGraph::default();
    let mut operator = operator_table(op);
    for input in inputs {
        let Some(input) = *input else {
            operator.inputs.push(-1);
            continue;
        };
        let value = graph.value(input);
        operator.inputs.push(subgraph.tensors.len() as i32);
        let mut tensor = tensor(value, trial);
        match value.trial_contents(trial) {
            Some(contents) => tensor.buffer = file.add_buffer(Cow::Borrowed(&contents[..])),
            None => subgraph.inputs.push(subgraph.tensors.len() as i32),
        }
        subgraph.tensors.push(tensor);
    }
    for value in outputs {
        let index = subgraph.tensors.len() as i32;
        operator.outputs.push(index);
        subgraph.outputs.push(index);
        subgraph.tensors.push(tensor(value, trial));
    }
    subgraph.operators.push(operator);
    file.subgraphs.push(subgraph);
    let model = Model::from_bytes(file.write()?, &OPERATORS)?;
    let mut session = model.session_with(options)?;
    session.run()?;
    (0..outputs.len())
        .map(|output| Ok(aligned(Bytes::copy_from_slice(session.output(output)?.bytes()))?))
        .collect()
}

fn tensor(value: &Value, trial: usize) -> owned::Tensor {
    let sizes = value.trial_shape(trial).unwrap_or_default();
    owned::Tensor {
        name: value.name.clone(),
        shape: sizes.iter().map(|&size| size as i32).collect(),
        type_: TensorType(value.dtype as i8),
        quantization: export::quantization(&value.quantization, &|_| None),
        has_rank: true,
        ..owned::Tensor::default()
    }
}
