//! Long short-term memory in integers: rows and weights of 8 bits, gates and cell state of 16.

use featherlite::DType;
use featherlite::schema::owned::{LSTMOptions, UnidirectionalSequenceLSTMOptions};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator};
use featherlite_testkit::{Op, Random, TensorSpec, tensor_of};

use super::lstm::{BIASES, Form, LAST_BIAS, Layer, NORM, PEEPHOLES, PROJECTION_BIAS, State};
use super::{Case, Kind, Role, Scales, Sequence, Value, clip, draw, with_runs, with_weights, zeros};

const INPUT_SCALE: f32 = 1.0 / 64.0;

/// What is quantized how.
struct Quantization {
    input: Scales,
    /// Of the output before and after the projection.
    hidden: Scales,
    output: Scales,
    cell_scale: f32,
    /// Of a gate's sum, before it is normalized.
    unit: f32,
}

impl Quantization {
    fn draw(random: &mut Random, form: Form, cell_scale: f32) -> Self {
        let hidden = Scales::whole(1.0 / 120.0, random.between(-20..=20));
        let output = Scales::whole(1.0 / 100.0, random.between(-20..=20));
        Self {
            input: Scales::whole(INPUT_SCALE, random.between(-30..=30)),
            output: if form.has_projection { output } else { hidden.clone() },
            hidden,
            cell_scale,
            unit: 8.0 / 32768.0,
        }
    }

    fn weight_scale(columns: usize) -> f32 {
        (1.5 / 127.0 / (columns as f64).sqrt()) as f32
    }

    /// Draws a tensor of the list.
    fn weights(&self, random: &mut Random, form: Form, place: usize, shape: &[usize]) -> Value {
        let norm_scale = 1.0 / 16384.0;
        let bias = |random: &mut Random, scale: f32| {
            let real = draw::reals(random, shape[0], 1.0);
            Value::quantize(DType::I32, shape, Scales::whole(scale, 0), &real)
        };
        match place {
            PEEPHOLES..BIASES => {
                draw::whole(random, DType::I16, shape, -32767, 32767).scaled(Scales::whole(0.5 / 32767.0, 0))
            }
            BIASES..=LAST_BIAS if form.has_norm => bias(random, norm_scale / 1024.0),
            BIASES..=LAST_BIAS => bias(random, INPUT_SCALE * Self::weight_scale(form.inputs)),
            PROJECTION_BIAS => bias(random, self.hidden.scales[0] * Self::weight_scale(form.cells)),
            NORM.. => {
                draw::whole(random, DType::I16, shape, 4000, 32767).scaled(Scales::whole(norm_scale, 0))
            }
            _ => {
                let scale = Self::weight_scale(shape[1]);
                draw::whole(random, DType::I8, shape, -127, 127).scaled(Scales::whole(scale, 0))
            }
        }
    }

    fn layer(&self, random: &mut Random, form: Form) -> Layer {
        let tensors = form.shapes().into_iter().enumerate();
        let tensors =
            tensors.map(|(place, shape)| Some(self.weights(random, form, place, &shape?))).collect();
        let (projection_clip, output) = (clip(random), &self.output);
        let (scale, zero_point) = (f64::from(output.scales[0]), output.zero_points[0] as f64);
        // The bound is one of integers, whatever their zero point is.
        let limit = (f64::from(projection_clip) / scale).trunc().min(127.0);
        let bounds = ((-limit - zero_point) * scale, (limit - zero_point) * scale);
        Layer {
            form,
            kind: Kind::Float,
            activation: ActivationFunctionType::TANH,
            cell_clip: clip(random),
            projection_clip,
            projection_bounds: (projection_clip > 0.0).then_some(bounds),
            cell_limit: 32768.0 * f64::from(self.cell_scale),
            tensors,
        }
    }

    /// The case of a layer.
    fn case(&self, random: &mut Random, op: Op, sequence: Sequence, layer: &Layer, steps: i64) -> Case {
        let form = layer.form;
        let (runs, mut state) = (random.size(1..=3), State::new(form, sequence.batch));
        let mut run = || {
            let input = draw::quantized(random, DType::I8, &sequence.shape(form.inputs), self.input.clone());
            let output = layer.run(sequence, false, &input.to_real(), None, &mut state);
            let shape = sequence.shape(form.outputs);
            (vec![input], vec![Value::quantize(DType::I8, &shape, self.output.clone(), &output)])
        };
        let (mut inputs, mut outputs) = run();
        let more = (1..runs).map(|_| run()).collect();
        let case = Case::new(op).fed(inputs.remove(0));
        let case = with_weights(case, layer.tensors[..NORM].iter().cloned(), Role::Constant)
            .variable(zeros(DType::I8, &[sequence.batch, form.outputs]).scaled(self.output.clone()))
            .variable(
                zeros(DType::I16, &[sequence.batch, form.cells]).scaled(Scales::whole(self.cell_scale, 0)),
            );
        let norm = if form.has_norm { &layer.tensors[NORM..NORM + 4] } else { &[] };
        let case = with_weights(case, norm.iter().cloned(), Role::Constant);
        with_runs(case.steps(outputs.remove(0), steps), more)
    }
}

fn between(dtype: DType, scale: f32, zero_point: i64) -> TensorSpec {
    tensor_of(dtype, &[]).quantized(scale, zero_point)
}

pub(super) fn step(random: &mut Random) -> Case {
    gates_of_16_bits(random, true)
}

pub(super) fn sequence(random: &mut Random) -> Case {
    gates_of_16_bits(random, false)
}

fn gates_of_16_bits(random: &mut Random, is_step: bool) -> Case {
    let sequence = Sequence::draw(random, is_step);
    let mut form = Form { is_diagonal: false, ..Form::draw(random) };
    if form.has_peepholes && (form.outputs > form.cells || !random.once_in(4)) {
        form.outputs = form.cells;
    }
    let cell_scale = (2f32).powi(random.between(-15..=-9) as i32);
    let quantization = Quantization::draw(random, form, cell_scale);
    let layer = quantization.layer(random, form);
    let mut intermediates: Vec<TensorSpec> =
        (0..4).map(|_| between(DType::I16, quantization.unit, 0)).collect();
    let Scales { scales, zero_points, .. } = &quantization.hidden;
    intermediates.push(between(DType::I8, scales[0], zero_points[0]));
    let op = if is_step {
        Op::builtin(BuiltinOperator::LSTM).options(LSTMOptions {
            fused_activation_function: layer.activation,
            cell_clip: layer.cell_clip,
            proj_clip: layer.projection_clip,
            ..LSTMOptions::default()
        })
    } else {
        Op::builtin(BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM).options(
            UnidirectionalSequenceLSTMOptions {
                fused_activation_function: layer.activation,
                cell_clip: layer.cell_clip,
                proj_clip: layer.projection_clip,
                time_major: sequence.time_major,
                ..UnidirectionalSequenceLSTMOptions::default()
            },
        )
    };
    // TensorFlow Lite takes the peepholes of a layer with a projection for rows as long as the output: what comes out
    // has no meaning unless there are as many cells. Kernels must agree all the same.
    let is_shifted = form.has_peepholes && form.outputs != form.cells;
    let steps = match form.has_norm {
        _ if is_shifted => 255,
        true => 14,
        false => 8,
    };
    quantization.case(random, op.intermediates(intermediates), sequence, &layer, steps)
}

/// The form whose products are brought to 8 bits: with layer normalization and projection, without input gate.
pub(super) fn step_of_12_intermediates(random: &mut Random) -> Case {
    let sequence = Sequence::draw(random, true);
    let form = Form {
        has_input_gate: false,
        has_peepholes: false,
        has_projection: true,
        has_projection_bias: true,
        has_norm: true,
        is_diagonal: false,
        ..Form::draw(random)
    };
    let mut quantization = Quantization::draw(random, form, 1.0 / 32768.0);
    quantization.hidden = Scales::whole(1.0 / 32768.0, 0);
    let mut layer = quantization.layer(random, form);
    if let Some(weights) = &layer.tensors[7] {
        // TensorFlow Lite's kernel leaves the previous output out of the output gate. The oracle has nothing in its place,
        // the kernels something.
        assert_eq!(weights.shape, [form.cells, form.outputs]);
    }
    let intermediates = (0..4)
        .flat_map(|_| {
            let zero_points = [random.between(-10..=10), random.between(-10..=10)];
            [
                between(DType::I16, quantization.unit, 0),
                between(DType::I8, 1.0 / 24.0, zero_points[0]),
                between(DType::I8, 1.0 / 40.0, zero_points[1]),
            ]
        })
        .collect();
    let op = Op::builtin(BuiltinOperator::LSTM).options(LSTMOptions {
        fused_activation_function: layer.activation,
        cell_clip: layer.cell_clip,
        proj_clip: layer.projection_clip,
        ..LSTMOptions::default()
    });
    let op = op.intermediates(intermediates);
    let output_gate = layer.tensors[7].clone();
    if let Some(weights) = &output_gate {
        layer.tensors[7] = Some(zeros(DType::I8, &weights.shape).scaled(Scales::whole(1.0, 0)));
    }
    let mut case = quantization.case(random, op, sequence, &layer, 40);
    case.inputs[8].value = output_gate;
    case
}
