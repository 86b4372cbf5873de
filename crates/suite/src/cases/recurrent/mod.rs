//! Recurrent cells.

mod basic;
mod integer;
mod lstm;
mod plain;
mod svdf;

use featherlite::DType;
use featherlite::schema::ActivationFunctionType;
use featherlite_testkit::Random;

use super::{Case, Elements, Family, Input, Role, Scales, Value, draw};

pub(super) const FAMILY: Family = Family {
    name: "recurrent",
    rows: &[
        ("LSTM", |random| lstm::one_direction(random, true)),
        ("LSTM", integer::step),
        ("LSTM", integer::step_of_12_intermediates),
        ("LSTM", basic::float),
        ("LSTM", basic::integer),
        ("UNIDIRECTIONAL_SEQUENCE_LSTM", |random| lstm::one_direction(random, false)),
        ("UNIDIRECTIONAL_SEQUENCE_LSTM", integer::sequence),
        ("BIDIRECTIONAL_SEQUENCE_LSTM", lstm::two_directions),
        ("RNN", |random| plain::one_direction(random, true)),
        ("UNIDIRECTIONAL_SEQUENCE_RNN", |random| plain::one_direction(random, false)),
        ("BIDIRECTIONAL_SEQUENCE_RNN", plain::two_directions),
        ("SVDF", svdf::real),
        ("SVDF", svdf::integer),
    ],
};

/// Sizes where vector kernels and tiles have their edges, and others.
fn width(random: &mut Random) -> usize {
    random.pick(&[1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 20, 31, 32, 33])
}

/// A sequence of rows for each entry of a batch.
#[derive(Clone, Copy)]
struct Sequence {
    steps: usize,
    batch: usize,
    time_major: bool,
    /// One step, without a dimension for it.
    is_step: bool,
}

impl Sequence {
    fn draw(random: &mut Random, is_step: bool) -> Self {
        let steps = if is_step { 1 } else { random.size(1..=5) };
        let time_major = is_step || random.once_in(2);
        Self { steps, batch: random.pick(&[1, 1, 2, 3, 5]), time_major, is_step }
    }

    fn shape(self, width: usize) -> Vec<usize> {
        match self {
            Self { is_step: true, batch, .. } => vec![batch, width],
            Self { time_major: true, steps, batch, .. } => vec![steps, batch, width],
            Self { steps, batch, .. } => vec![batch, steps, width],
        }
    }

    fn row(self, step: usize, entry: usize) -> usize {
        if self.time_major { step * self.batch + entry } else { entry * self.steps + step }
    }

    /// The steps in the order of a direction.
    fn order(self, backward: bool) -> Vec<usize> {
        let steps = 0..self.steps;
        if backward { steps.rev().collect() } else { steps.collect() }
    }
}

/// What a layer's numbers are.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Float,
    /// Weights of 8 bits, and how rows are quantized.
    Hybrid {
        dtype: DType,
        asymmetric: bool,
    },
}

impl Kind {
    fn draw(random: &mut Random) -> Self {
        let dtype = random.pick(&[DType::I8, DType::I8, DType::U8]);
        let asymmetric = random.once_in(2);
        if random.once_in(2) { Self::Float } else { Self::Hybrid { dtype, asymmetric } }
    }

    fn is_float(self) -> bool {
        self == Self::Float
    }

    fn asymmetric(self) -> bool {
        matches!(self, Self::Hybrid { asymmetric: true, .. })
    }

    /// How far results may be off: rows that are rounded the other way differ by a step.
    fn tolerance(self) -> f64 {
        if self.is_float() { 2e-5 } else { 4e-2 }
    }

    /// Weights that keep sums about as large as what is summed up.
    fn weights(self, random: &mut Random, shape: &[usize]) -> Value {
        let limit = 1.5 / (shape[shape.len() - 1] as f64).sqrt();
        match self {
            Self::Float => draw::real(random, DType::F32, shape, limit),
            Self::Hybrid { dtype, .. } => {
                let scales = Scales::whole((limit / 127.0) as f32, 0);
                let weights = draw::whole(random, DType::I8, shape, -127, 127);
                // Old files call signed weights UINT8.
                let bits = weights.to_whole().iter().map(|&weight| draw::wrap(dtype, weight)).collect();
                Value::whole(dtype, shape, bits).scaled(scales)
            }
        }
    }

    /// The real numbers that weights stand for.
    fn real(value: &Value) -> Vec<f64> {
        match &value.elements {
            Elements::Whole(bits) if value.dtype == DType::U8 => {
                let signed = bits.iter().map(|&bits| draw::wrap(DType::I8, bits)).collect();
                Value { dtype: DType::I8, elements: Elements::Whole(signed), ..value.clone() }.to_real()
            }
            _ => value.to_real(),
        }
    }

    /// `weights * row`. With weights of 8 bits the row is quantized first, as hybrid operators do.
    fn product(self, weights: &Value, row: &[f64]) -> Vec<f64> {
        let row = match self {
            Self::Hybrid { asymmetric, .. } if weights.dtype != DType::F32 => quantize_row(row, asymmetric),
            _ => row.to_vec(),
        };
        multiply(&Self::real(weights), &row)
    }
}

fn multiply(weights: &[f64], row: &[f64]) -> Vec<f64> {
    let dot = |weights: &[f64]| weights.iter().zip(row).map(|(weight, x)| weight * x).sum();
    weights.chunks(row.len()).map(dot).collect()
}

/// A row in steps of its own: to 127 on either side of 0, or 255 from its least to its greatest number.
fn quantize_row(row: &[f64], asymmetric: bool) -> Vec<f64> {
    let (least, greatest) = row.iter().fold((0f64, 0f64), |(low, high), &x| (low.min(x), high.max(x)));
    if least == greatest {
        return vec![0.0; row.len()];
    }
    if !asymmetric {
        let scale = greatest.max(-least) / 127.0;
        return row.iter().map(|x| (x / scale).round() * scale).collect();
    }
    let scale = (greatest - least) / 255.0;
    let zero_point = (-128.0 - least / scale).round();
    row.iter().map(|x| ((x / scale + zero_point).round().clamp(-128.0, 127.0) - zero_point) * scale).collect()
}

/// An activation that cells may have.
fn activation(random: &mut Random) -> ActivationFunctionType {
    if random.once_in(2) { ActivationFunctionType::TANH } else { draw::activation(random) }
}

/// As [`activation`], but seldom none: TensorFlow Lite's LSTM takes what its memory happens to hold then.
fn activation_of_gates(random: &mut Random) -> ActivationFunctionType {
    match activation(random) {
        ActivationFunctionType::NONE if !random.once_in(8) => ActivationFunctionType::TANH,
        activation => activation,
    }
}

fn activate(activation: ActivationFunctionType, x: f64) -> f64 {
    if activation == ActivationFunctionType::TANH { x.tanh() } else { draw::activate(activation, x) }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// 0, which stands for none, or a bound.
fn clip(random: &mut Random) -> f32 {
    random.pick(&[0.0, 0.0, 0.25, 0.6, 2.0])
}

fn clipped(x: f64, clip: f32) -> f64 {
    if clip > 0.0 { x.clamp(-f64::from(clip), clip.into()) } else { x }
}

/// Numbers of type `f32`, from -1.5 up to 1.5.
fn rows(random: &mut Random, shape: &[usize]) -> Value {
    draw::real(random, DType::F32, shape, 1.5)
}

fn zeros(dtype: DType, shape: &[usize]) -> Value {
    let count = shape.iter().product();
    if dtype == DType::F32 {
        Value::real(dtype, shape, vec![0.0; count])
    } else {
        Value::whole(dtype, shape, vec![0; count])
    }
}

/// Adds inputs that may be absent: weights.
fn with_weights(mut case: Case, weights: impl IntoIterator<Item = Option<Value>>, role: Role) -> Case {
    case.inputs.extend(weights.into_iter().map(|value| Input { value, role }));
    case
}

/// Where weights come from: those of 8 bits, and of layers that run more than once here, are constant.
fn weights_role(kind: Kind, runs: usize) -> Role {
    if kind.is_float() && runs == 1 { Role::Either } else { Role::Constant }
}

/// Adds the inputs and outputs of the runs after the first.
fn with_runs(case: Case, runs: Vec<(Vec<Value>, Vec<Value>)>) -> Case {
    runs.into_iter().fold(case, |case, (inputs, outputs)| case.then(inputs, outputs))
}
