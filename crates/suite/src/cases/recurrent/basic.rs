//! The BASIC form of LSTM: a cell that receives and returns its state, with one matrix for all gates.

use featherlite::DType;
use featherlite::schema::owned::LSTMOptions;
use featherlite::schema::{ActivationFunctionType, BuiltinOperator, LSTMKernelType};
use featherlite_testkit::{Op, Random};

use super::{Case, Kind, Scales, Value, draw, logistic, multiply, rows, width};

#[derive(Clone, Copy)]
struct Sizes {
    batch: usize,
    inputs: usize,
    cells: usize,
}

impl Sizes {
    fn draw(random: &mut Random) -> Self {
        Self { batch: random.pick(&[1, 1, 2, 3, 5]), inputs: width(random), cells: width(random) }
    }
}

fn op() -> Op {
    Op::builtin(BuiltinOperator::LSTM).options(LSTMOptions {
        fused_activation_function: ActivationFunctionType::TANH,
        kernel_type: LSTMKernelType::BASIC,
        ..LSTMOptions::default()
    })
}

/// What a cell gives: activation, state, and gates before their activations.
struct Step {
    activation: Vec<f64>,
    state: Vec<f64>,
    gates: Vec<f64>,
}

/// One step. `joined` has input and previous activation side by side.
fn step(sizes: Sizes, joined: &[f64], weights: &[f64], bias: &[f64], state: &[f64]) -> Step {
    let Sizes { inputs, cells, .. } = sizes;
    let mut found = Step { activation: Vec::new(), state: Vec::new(), gates: Vec::new() };
    for (row, state) in joined.chunks(inputs + cells).zip(state.chunks(cells)) {
        let gates: Vec<f64> = multiply(weights, row).iter().zip(bias).map(|(x, bias)| x + bias).collect();
        for (cell, &old) in state.iter().enumerate() {
            let [input, new, forget, output] = [0, 1, 2, 3].map(|gate| gates[gate * cells + cell]);
            let next = logistic(input) * new.tanh() + logistic(forget) * old;
            found.state.push(next);
            found.activation.push(logistic(output) * next.tanh());
        }
        found.gates.extend(gates);
    }
    found
}

/// Rows of two tensors side by side.
fn join<T: Copy>(left: &[T], width: usize, right: &[T], other: usize) -> Vec<T> {
    left.chunks(width).zip(right.chunks(other)).flat_map(|(a, b)| [a, b].concat()).collect()
}

pub(super) fn float(random: &mut Random) -> Case {
    let sizes = Sizes::draw(random);
    let Sizes { batch, inputs, cells } = sizes;
    let input = rows(random, &[batch, inputs]);
    let [activation, state] = [(); 2].map(|()| rows(random, &[batch, cells]));
    let weights = Kind::Float.weights(random, &[4 * cells, inputs + cells]);
    let bias = rows(random, &[4 * cells]);
    let joined = join(&input.to_real(), inputs, &activation.to_real(), cells);
    let found = step(sizes, &joined, &weights.to_real(), &bias.to_real(), &state.to_real());
    let value = |width: usize, real| Value::real(DType::F32, &[batch, width], real);
    Case::new(op())
        .input(input)
        .fed(activation)
        .input(weights)
        .input(bias)
        .fed(state)
        .close(value(cells, found.activation), 1e-5)
        .close(value(cells, found.state), 1e-5)
        .exact(value(inputs + cells, joined))
        .close(value(4 * cells, found.gates), 1e-5)
}

pub(super) fn integer(random: &mut Random) -> Case {
    let sizes = Sizes::draw(random);
    let Sizes { batch, inputs, cells } = sizes;
    // Rows run from -1 to 1, states have 4 integer bits, and gates 3.
    let row_scales = Scales::whole(1.0 / 128.0, 128);
    let state_scales = Scales::whole(1.0 / 2048.0, 0);
    let gate_scales = Scales::whole(1.0 / 4096.0, 0);
    let input = draw::quantized(random, DType::U8, &[batch, inputs], row_scales.clone());
    let activation = draw::quantized(random, DType::U8, &[batch, cells], row_scales.clone());
    let weight_scale = (3.0 / 127.0 / ((inputs + cells) as f64).sqrt()) as f32;
    let weight_scales = Scales::whole(weight_scale, random.between(90..=160));
    let weights = draw::quantized(random, DType::U8, &[4 * cells, inputs + cells], weight_scales);
    let real = draw::reals(random, 4 * cells, 2.0);
    let bias = Value::quantize(DType::I32, &[4 * cells], Scales::whole(weight_scale / 128.0, 0), &real);
    let state = draw::whole(random, DType::I16, &[batch, cells], -8000, 8000).scaled(state_scales.clone());
    let joined = join(&input.to_real(), inputs, &activation.to_real(), cells);
    let found = step(sizes, &joined, &weights.to_real(), &bias.to_real(), &state.to_real());
    let joined = join(input.to_whole(), inputs, activation.to_whole(), cells);
    let quantize = |dtype, width: usize, scales: &Scales, real: &[f64]| {
        Value::quantize(dtype, &[batch, width], scales.clone(), real)
    };
    let activations = quantize(DType::U8, cells, &row_scales, &found.activation);
    Case::new(op())
        .input(input)
        .fed(activation)
        .constant(weights)
        .constant(bias)
        .fed(state)
        .steps(activations, 1)
        .steps(quantize(DType::I16, cells, &state_scales, &found.state), 3)
        .exact(Value::whole(DType::U8, &[batch, inputs + cells], joined).scaled(row_scales))
        .steps(quantize(DType::I16, 4 * cells, &gate_scales, &found.gates), 1)
}
