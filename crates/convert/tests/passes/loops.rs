//! Loops, as sources write them.

use featherlite_base::DType;
use featherlite_convert::Result;
use featherlite_convert::build::Builder;
use featherlite_ir::{Op, Value, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned;

use super::{Case, numbers};

const STEPS: usize = 5;
const INPUTS: usize = 3;
const UNITS: usize = 4;

/// How a loop differs from the plain LSTM.
#[derive(Clone, Copy, Default)]
struct Variant {
    /// What `h` starts with.
    start: f32,
    /// Whether the cell is given as well.
    gives_cell: bool,
    /// Which activation closes the output gate.
    has_hard_output: bool,
    /// Whether all rows are given rather than the last one.
    gives_rows: bool,
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "the last row of an LSTM",
        input: &[2, STEPS, INPUTS],
        build: |b, x| lstm(b, x, Variant::default()),
        left: &["UNIDIRECTIONAL_SEQUENCE_LSTM", "STRIDED_SLICE"],
    },
    Case {
        name: "all rows of an LSTM",
        input: &[2, STEPS, INPUTS],
        build: |b, x| lstm(b, x, Variant { gives_rows: true, ..Variant::default() }),
        left: &["UNIDIRECTIONAL_SEQUENCE_LSTM"],
    },
    Case {
        name: "an LSTM whose state begins elsewhere",
        input: &[2, STEPS, INPUTS],
        build: |b, x| lstm(b, x, Variant { start: 0.5, ..Variant::default() }),
        left: &["TRANSPOSE", "FULLY_CONNECTED", "WHILE"],
    },
    Case {
        name: "an LSTM that gives its cell",
        input: &[2, STEPS, INPUTS],
        build: |b, x| lstm(b, x, Variant { gives_cell: true, ..Variant::default() }),
        left: &["TRANSPOSE", "FULLY_CONNECTED", "WHILE", "ADD"],
    },
    Case {
        name: "an LSTM of another activation",
        input: &[2, STEPS, INPUTS],
        build: |b, x| lstm(b, x, Variant { has_hard_output: true, ..Variant::default() }),
        left: &["TRANSPOSE", "FULLY_CONNECTED", "WHILE"],
    },
];

/// `[n, steps, inputs]` as TensorFlow carries it: two counters, a list of rows, `h`, `c`, the sequence, and weights.
fn lstm(b: &mut Builder<'_>, x: ValueId, variant: Variant) -> Result<ValueId> {
    let sequence = b.transpose(x, &[1, 0, 2])?;
    let zero = b.scalar(0i32)?;
    let rows = b.constant(&[STEPS, 2, UNITS], &[0f32; STEPS * 2 * UNITS])?;
    let hidden = b.constant(&[2, UNITS], &[variant.start; 2 * UNITS])?;
    let cell = b.constant(&[2, UNITS], &[0f32; 2 * UNITS])?;
    let kernel = b.constant(&[4 * UNITS, INPUTS], &numbers(4 * UNITS * INPUTS))?;
    let carried = [zero, zero, rows, hidden, cell, sequence, kernel];
    let types: Vec<Value> = carried.iter().map(|&value| b.graph().value(value).clone()).collect();
    let (condition, ()) = b.subgraph("condition", |b| {
        let inputs = inputs(b, &types);
        let steps = b.scalar(STEPS as i32)?;
        let both = [b.binary(B::LESS, inputs[0], steps)?, b.binary(B::LESS, inputs[1], steps)?];
        let goes_on = b.binary(B::LOGICAL_AND, both[0], both[1])?;
        b.output(goes_on);
        Ok(())
    })?;
    let (body, ()) = b.subgraph("body", |b| body(b, &types, variant))?;
    let options =
        owned::WhileOptions { cond_subgraph_index: condition as i32, body_subgraph_index: body as i32 };
    let inputs: Vec<_> = carried.iter().copied().map(Some).collect();
    let dtypes: Vec<DType> = types.iter().map(|value| value.dtype).collect();
    let made = b.add_as(Op::with(B::WHILE, options), &inputs, &dtypes)?;
    if variant.gives_rows {
        return b.transpose(made[2], &[1, 0, 2]);
    }
    let index = b.scalar(-1i32 + STEPS as i32)?;
    let options = owned::GatherOptions::default();
    let last = b.add(Op::with(B::GATHER, options), &[made[2], index])?;
    if variant.gives_cell { b.binary(B::ADD, last, made[4]) } else { Ok(last) }
}

fn inputs(b: &mut Builder<'_>, types: &[Value]) -> Vec<ValueId> {
    let inputs = types.iter().map(|value| {
        b.input_of(Value { shape: value.shape.clone(), ..Value::new(&value.name, value.dtype) })
    });
    inputs.collect()
}

fn body(b: &mut Builder<'_>, types: &[Value], variant: Variant) -> Result<()> {
    let [counter, step, rows, hidden, cell, sequence, kernel] = inputs(b, types)[..] else { unreachable!() };
    let one = b.scalar(1i32)?;
    let next = [b.binary(B::ADD, counter, one)?, b.binary(B::ADD, step, one)?];
    let x = b.add(Op::with(B::GATHER, owned::GatherOptions::default()), &[sequence, step])?;
    let recurrent = b.constant(&[4 * UNITS, UNITS], &numbers(4 * UNITS * UNITS))?;
    let bias = b.constant(&[4 * UNITS], &numbers(4 * UNITS))?;
    let products = [b.fully_connected(x, kernel, None)?, b.fully_connected(hidden, recurrent, None)?];
    let sum = b.binary(B::ADD, products[0], products[1])?;
    let sum = b.binary(B::ADD, sum, bias)?;
    let axis = b.scalar(1i32)?;
    let options = owned::SplitOptions { num_splits: 4 };
    let gates = b.add_many(Op::with(B::SPLIT, options), &[Some(axis), Some(sum)], 4)?;
    let closing = if variant.has_hard_output { B::RELU } else { B::LOGISTIC };
    let [input, forget] = [b.unary(B::LOGISTIC, gates[0])?, b.unary(B::LOGISTIC, gates[1])?];
    let [new, output] = [b.unary(B::TANH, gates[2])?, b.unary(closing, gates[3])?];
    let [kept, added] = [b.binary(B::MUL, forget, cell)?, b.binary(B::MUL, input, new)?];
    let cell = b.binary(B::ADD, kept, added)?;
    let shown = b.unary(B::TANH, cell)?;
    let hidden = b.binary(B::MUL, output, shown)?;
    let row = b.reshape(hidden, &[1, 2, UNITS as i64])?;
    let zero = b.scalar(0i32)?;
    let options = owned::PackOptions { values_count: 3, axis: 0 };
    let start = b.add(Op::with(B::PACK, options), &[step, zero, zero])?;
    let rows = b.add(B::DYNAMIC_UPDATE_SLICE, &[rows, row, start])?;
    for output in [next[0], next[1], rows, hidden, cell, sequence, kernel] {
        b.output(output);
    }
    Ok(())
}
