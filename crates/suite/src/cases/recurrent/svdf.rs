//! SVDF: features of the input, kept for some steps, weighted over time, and summed up to units.

use featherlite::DType;
use featherlite::schema::owned::SVDFOptions;
use featherlite::schema::{ActivationFunctionType, BuiltinOperator};
use featherlite_testkit::{Op, Random};

use super::{
    Case, Kind, Scales, Value, activate, activation, draw, rows, weights_role, width, with_runs,
    with_weights, zeros,
};

#[derive(Clone, Copy)]
struct Sizes {
    batch: usize,
    inputs: usize,
    units: usize,
    rank: usize,
    memory: usize,
}

impl Sizes {
    fn draw(random: &mut Random) -> Self {
        Self {
            batch: random.pick(&[1, 1, 2, 3]),
            inputs: width(random),
            units: random.size(1..=9),
            rank: random.pick(&[1, 1, 2, 3]),
            memory: random.pick(&[1, 2, 3, 7, 8, 10]),
        }
    }

    fn filters(self) -> usize {
        self.units * self.rank
    }

    fn op(self, activation: ActivationFunctionType, asymmetric_quantize_inputs: bool) -> Op {
        Op::builtin(BuiltinOperator::SVDF).options(SVDFOptions {
            rank: self.rank as i32,
            fused_activation_function: activation,
            asymmetric_quantize_inputs,
        })
    }

    /// One run: `features` makes of a row what is kept of it, `state` has the memory of every filter of every row.
    fn run(
        self,
        features: impl Fn(&[f64]) -> Vec<f64>,
        time: &[f64],
        bias: &[f64],
        input: &[f64],
        state: &mut [Vec<f64>],
    ) -> Vec<f64> {
        for (row, input) in input.chunks(self.inputs).enumerate() {
            for (filter, feature) in features(input).into_iter().enumerate() {
                let memory = &mut state[row * self.filters() + filter];
                memory.remove(0);
                memory.push(feature);
            }
        }
        let filters: Vec<f64> = state
            .iter()
            .enumerate()
            .map(|(place, memory)| {
                let weights = &time[place % self.filters() * self.memory..][..self.memory];
                memory.iter().zip(weights).map(|(x, weight)| x * weight).sum()
            })
            .collect();
        let units = filters.chunks(self.rank).enumerate();
        units.map(|(place, unit)| unit.iter().sum::<f64>() + bias[place % self.units]).collect()
    }

    fn state(self) -> Vec<Vec<f64>> {
        vec![vec![0.0; self.memory]; self.batch * self.filters()]
    }
}

pub(super) fn real(random: &mut Random) -> Case {
    let (sizes, kind, activation) = (Sizes::draw(random), Kind::draw(random), activation(random));
    let features = kind.weights(random, &[sizes.filters(), sizes.inputs]);
    let time = kind.weights(random, &[sizes.filters(), sizes.memory]);
    let bias = random.once_in(2).then(|| Kind::Float.weights(random, &[sizes.units]));
    let (runs, mut state) = (random.size(1..=4), sizes.state());
    let mut run = || {
        let input = rows(random, &[sizes.batch, sizes.inputs]);
        let none = vec![0.0; sizes.units];
        let bias = bias.as_ref().map_or(none, Value::to_real);
        let product = |row: &[f64]| kind.product(&features, row);
        let output = sizes.run(product, &Kind::real(&time), &bias, &input.to_real(), &mut state);
        let output = output.into_iter().map(|x| activate(activation, x)).collect();
        (vec![input], vec![Value::real(DType::F32, &[sizes.batch, sizes.units], output)])
    };
    let (mut inputs, mut outputs) = run();
    let more = (1..runs).map(|_| run()).collect();
    let case = Case::new(sizes.op(activation, kind.asymmetric())).fed(inputs.remove(0));
    let role = weights_role(kind, runs);
    let case = with_weights(case, [Some(features.clone()), Some(time.clone()), bias.clone()], role)
        .variable(zeros(DType::F32, &[sizes.batch, sizes.memory * sizes.filters()]))
        .close(outputs.remove(0), kind.tolerance());
    with_runs(case, more)
}

/// In integers, with a memory of 16 bits or, as TensorFlow Lite Micro has it, of 8.
pub(super) fn integer(random: &mut Random) -> Case {
    let (sizes, state_type) = (Sizes::draw(random), random.pick(&[DType::I16, DType::I16, DType::I8]));
    let greatest = f64::from(if state_type == DType::I16 { i16::MAX } else { i8::MAX.into() });
    let (feature_scale, state_scale) = (1.5 / 127.0 / (sizes.inputs as f64).sqrt(), 3.0 / greatest);
    let time_scale = 1.5 / greatest.min(3000.0) / (sizes.memory as f64).sqrt();
    let scales = |scale: f64| Scales::whole(scale as f32, 0);
    let input_scales = Scales::whole(1.0 / 64.0, random.between(-30..=30));
    let shape = [sizes.filters(), sizes.inputs];
    let features = draw::whole(random, DType::I8, &shape, -127, 127).scaled(scales(feature_scale));
    // Few enough bits for sums of 32.
    let limit = greatest.min(3000.0) as i64;
    let shape = [sizes.filters(), sizes.memory];
    let time = draw::whole(random, state_type, &shape, -limit, limit).scaled(scales(time_scale));
    let bias = random.once_in(2).then(|| {
        let real = draw::reals(random, sizes.units, 1.0);
        Value::quantize(DType::I32, &[sizes.units], scales(state_scale * time_scale), &real)
    });
    let output_scales = Scales::whole((2.0 * (sizes.rank as f64).sqrt() / 255.0) as f32, -128);
    let (runs, mut state) = (random.size(1..=4), sizes.state());
    let mut run = || {
        let input = draw::quantized(random, DType::I8, &[sizes.batch, sizes.inputs], input_scales.clone());
        let bias = bias.as_ref().map_or(vec![0.0; sizes.units], Value::to_real);
        let keep = |x: &f64| {
            let kept = Value::quantize(state_type, &[1], scales(state_scale), &[*x]);
            kept.to_real()[0]
        };
        let product = |row: &[f64]| super::multiply(&features.to_real(), row).iter().map(keep).collect();
        let output = sizes.run(product, &time.to_real(), &bias, &input.to_real(), &mut state);
        let output = Value::quantize(DType::I8, &[sizes.batch, sizes.units], output_scales.clone(), &output);
        (vec![input], vec![output])
    };
    let (mut inputs, mut outputs) = run();
    let more = (1..runs).map(|_| run()).collect();
    let case = Case::new(sizes.op(ActivationFunctionType::RELU, false))
        .fed(inputs.remove(0))
        .constant(features.clone())
        .constant(time.clone());
    let state = zeros(state_type, &[sizes.batch, sizes.memory * sizes.filters()]).scaled(scales(state_scale));
    let case = match bias.clone() {
        Some(bias) => case.constant(bias),
        None => case.absent(),
    };
    // A feature that is rounded the other way moves the output by up to a step of the 8-bit memory.
    let steps = if state_type == DType::I16 { 1 } else { 4 };
    with_runs(case.variable(state).steps(outputs.remove(0), steps), more)
}
