//! Long short-term memory in real numbers.

use featherlite::DType;
use featherlite::schema::owned::{
    BidirectionalSequenceLSTMOptions, LSTMOptions, UnidirectionalSequenceLSTMOptions,
};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator};
use featherlite_testkit::{Op, Random};

use super::{
    Case, Kind, Sequence, Value, activate, activation_of_gates, clip, clipped, logistic, rows, weights_role,
    width, with_runs, with_weights, zeros,
};

/// Where the tensors of a direction are in its list: four weights of the input, four of the previous output, three
/// peepholes, four biases, the projection and its bias; then what some operators keep apart.
pub(super) const RECURRENT: usize = 4;
pub(super) const PEEPHOLES: usize = 8;
pub(super) const BIASES: usize = 11;
pub(super) const LAST_BIAS: usize = 14;
pub(super) const PROJECTION: usize = 15;
pub(super) const PROJECTION_BIAS: usize = 16;
pub(super) const NORM: usize = 17;
const AUX: usize = 21;
const END: usize = 25;

const INPUT: usize = 0;
const FORGET: usize = 1;
const CELL: usize = 2;
const OUTPUT: usize = 3;

/// The form of a layer.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub inputs: usize,
    pub aux: Option<usize>,
    pub cells: usize,
    pub outputs: usize,
    pub has_input_gate: bool,
    pub has_peepholes: bool,
    pub has_projection: bool,
    pub has_projection_bias: bool,
    pub has_norm: bool,
    pub is_diagonal: bool,
}

impl Form {
    pub(super) fn draw(random: &mut Random) -> Self {
        let (cells, has_projection) = (width(random), random.once_in(3));
        let is_diagonal = !has_projection && random.once_in(6);
        Self {
            inputs: width(random),
            aux: None,
            cells,
            outputs: if has_projection { width(random) } else { cells },
            has_input_gate: !random.once_in(3),
            has_peepholes: random.once_in(3),
            has_projection,
            has_projection_bias: has_projection && random.once_in(2),
            has_norm: random.once_in(3),
            is_diagonal,
        }
    }

    /// The shapes of the list; `None` for tensors that the form does without.
    pub(super) fn shapes(self) -> [Option<Vec<usize>>; END] {
        let mut shapes = [const { None }; END];
        for gate in usize::from(!self.has_input_gate)..4 {
            shapes[gate] = Some(vec![self.cells, self.inputs]);
            let recurrent = if self.is_diagonal { vec![self.cells] } else { vec![self.cells, self.outputs] };
            shapes[RECURRENT + gate] = Some(recurrent);
            shapes[BIASES + gate] = Some(vec![self.cells]);
            shapes[NORM + gate] = self.has_norm.then(|| vec![self.cells]);
            shapes[AUX + gate] = self.aux.map(|aux| vec![self.cells, aux]);
            if gate != CELL {
                let place = PEEPHOLES + gate - usize::from(gate == OUTPUT);
                shapes[place] = self.has_peepholes.then(|| vec![self.cells]);
            }
        }
        shapes[PROJECTION] = self.has_projection.then(|| vec![self.outputs, self.cells]);
        shapes[PROJECTION_BIAS] = self.has_projection_bias.then(|| vec![self.outputs]);
        shapes
    }
}

/// A layer with its weights.
pub(super) struct Layer {
    pub form: Form,
    pub kind: Kind,
    pub activation: ActivationFunctionType,
    pub cell_clip: f32,
    pub projection_clip: f32,
    /// Least and greatest number of the projection, if it is bounded.
    pub projection_bounds: Option<(f64, f64)>,
    /// Greatest magnitude of the cell state, of layers in integers.
    pub cell_limit: f64,
    pub tensors: Vec<Option<Value>>,
}

/// Output and cell state, by entry of the batch.
#[derive(Clone)]
pub(super) struct State {
    pub output: Vec<Vec<f64>>,
    pub cells: Vec<Vec<f64>>,
}

impl State {
    pub(super) fn new(form: Form, batch: usize) -> Self {
        Self { output: vec![vec![0.0; form.outputs]; batch], cells: vec![vec![0.0; form.cells]; batch] }
    }
}

impl Layer {
    fn draw(random: &mut Random, form: Form, kind: Kind) -> Self {
        let draw = |(place, shape): (usize, Option<Vec<usize>>)| {
            let shape = shape?;
            Some(match place {
                BIASES..=LAST_BIAS | PROJECTION_BIAS | NORM..AUX => Kind::Float.weights(random, &shape),
                // Diagonals are of floats whatever the other weights are.
                RECURRENT..PEEPHOLES if form.is_diagonal => Kind::Float.weights(random, &shape),
                _ => kind.weights(random, &shape),
            })
        };
        let tensors = form.shapes().into_iter().enumerate().map(draw).collect();
        let projection_clip = clip(random);
        let limit = f64::from(projection_clip);
        Self {
            form,
            kind,
            activation: activation_of_gates(random),
            cell_clip: clip(random),
            projection_clip,
            projection_bounds: (limit > 0.0).then_some((-limit, limit)),
            cell_limit: f64::MAX,
            tensors,
        }
    }

    fn real(&self, place: usize) -> Option<Vec<f64>> {
        self.tensors[place].as_ref().map(Kind::real)
    }

    /// A gate before its activation.
    fn gate(
        &self,
        gate: usize,
        input: &[f64],
        aux: Option<&[f64]>,
        output: &[f64],
        cells: &[f64],
    ) -> Vec<f64> {
        let product = |place: usize, row: &[f64]| {
            let weights = self.tensors[place].as_ref().expect("weights of a gate");
            if weights.shape.len() == 1 {
                Kind::real(weights).iter().zip(row).map(|(weight, x)| weight * x).collect()
            } else {
                self.kind.product(weights, row)
            }
        };
        let add = |sum: &mut Vec<f64>, other: &[f64]| sum.iter_mut().zip(other).for_each(|(a, b)| *a += b);
        let mut sum = product(gate, input);
        add(&mut sum, &product(RECURRENT + gate, output));
        if let Some(aux) = aux {
            add(&mut sum, &product(AUX + gate, aux));
        }
        let peephole = PEEPHOLES + gate - usize::from(gate == OUTPUT);
        if let Some(weights) = self.real(peephole).filter(|_| gate != CELL) {
            add(&mut sum, &weights.iter().zip(cells).map(|(weight, cell)| weight * cell).collect::<Vec<_>>());
        }
        if let Some(norm) = self.real(NORM + gate) {
            let count = sum.len() as f64;
            let mean = sum.iter().sum::<f64>() / count;
            let variance = sum.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
            let normalize = |(x, factor): (&f64, &f64)| (x - mean) / (variance + 1e-8).sqrt() * factor;
            sum = sum.iter().zip(&norm).map(normalize).collect();
        }
        add(&mut sum, &self.real(BIASES + gate).expect("a bias"));
        sum
    }

    /// Works on a sequence; the rows of the output, in the order of the tensor.
    pub(super) fn run(
        &self,
        sequence: Sequence,
        backward: bool,
        input: &[f64],
        aux: Option<&[f64]>,
        state: &mut State,
    ) -> Vec<f64> {
        let form = self.form;
        let mut outputs = vec![0.0; sequence.steps * sequence.batch * form.outputs];
        for step in sequence.order(backward) {
            for entry in 0..sequence.batch {
                let row = sequence.row(step, entry);
                let input = &input[row * form.inputs..][..form.inputs];
                let aux = form.aux.zip(aux).map(|(width, aux)| &aux[row * width..][..width]);
                let (output, cells) = (&mut state.output[entry], &mut state.cells[entry]);
                let gate = |gate, cells: &[f64]| self.gate(gate, input, aux, output, cells);
                let forget: Vec<f64> = gate(FORGET, cells).into_iter().map(logistic).collect();
                let new: Vec<f64> =
                    gate(CELL, cells).into_iter().map(|x| activate(self.activation, x)).collect();
                let input_gate: Vec<f64> = if form.has_input_gate {
                    gate(INPUT, cells).into_iter().map(logistic).collect()
                } else {
                    forget.iter().map(|forget| 1.0 - forget).collect()
                };
                let next: Vec<f64> = (0..form.cells)
                    .map(|i| clipped(forget[i] * cells[i] + input_gate[i] * new[i], self.cell_clip))
                    .map(|cell| cell.clamp(-self.cell_limit, self.cell_limit))
                    .collect();
                let gates = gate(OUTPUT, &next);
                let hidden: Vec<f64> = gates
                    .iter()
                    .zip(&next)
                    .map(|(&gate, &cell)| logistic(gate) * activate(self.activation, cell))
                    .collect();
                *cells = next;
                *output = match &self.tensors[PROJECTION] {
                    None => hidden,
                    Some(weights) => {
                        let bias = self.real(PROJECTION_BIAS).unwrap_or(vec![0.0; form.outputs]);
                        let sums = self.kind.product(weights, &hidden);
                        let (least, greatest) = self.projection_bounds.unwrap_or((f64::MIN, f64::MAX));
                        sums.iter().zip(bias).map(|(x, bias)| (x + bias).clamp(least, greatest)).collect()
                    }
                };
                outputs[row * form.outputs..][..form.outputs].copy_from_slice(output);
            }
        }
        outputs
    }
}

/// Normalization divides by what may be small.
fn tolerance(layer: &Layer) -> f64 {
    layer.kind.tolerance() * if layer.form.has_norm { 5.0 } else { 1.0 }
}

pub(super) fn one_direction(random: &mut Random, is_step: bool) -> Case {
    let (sequence, mut form, kind) =
        (Sequence::draw(random, is_step), Form::draw(random), Kind::draw(random));
    form.is_diagonal &= !is_step;
    let layer = Layer::draw(random, form, kind);
    let runs = random.size(1..=3);
    let op = if is_step {
        Op::builtin(BuiltinOperator::LSTM).options(LSTMOptions {
            fused_activation_function: layer.activation,
            cell_clip: layer.cell_clip,
            proj_clip: layer.projection_clip,
            asymmetric_quantize_inputs: kind.asymmetric(),
            ..LSTMOptions::default()
        })
    } else {
        Op::builtin(BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM).options(
            UnidirectionalSequenceLSTMOptions {
                fused_activation_function: layer.activation,
                cell_clip: layer.cell_clip,
                proj_clip: layer.projection_clip,
                time_major: sequence.time_major,
                asymmetric_quantize_inputs: kind.asymmetric(),
                diagonal_recurrent_tensors: form.is_diagonal,
            },
        )
    };
    let mut state = State::new(form, sequence.batch);
    let mut run = || {
        let input = rows(random, &sequence.shape(form.inputs));
        let output = layer.run(sequence, false, &input.to_real(), None, &mut state);
        (input, Value::real(DType::F32, &sequence.shape(form.outputs), output))
    };
    let (input, output) = run();
    let more = (1..runs).map(|_| run()).map(|(input, output)| (vec![input], vec![output])).collect();
    let role = weights_role(kind, runs);
    let case = with_weights(Case::new(op).fed(input), layer.tensors[..NORM].iter().cloned(), role)
        .variable(zeros(DType::F32, &[sequence.batch, form.outputs]))
        .variable(zeros(DType::F32, &[sequence.batch, form.cells]));
    let norm = if form.has_norm { &layer.tensors[NORM..AUX] } else { &[] };
    with_runs(with_weights(case, norm.iter().cloned(), role).close(output, tolerance(&layer)), more)
}

/// What a second sequence is for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Aux {
    Absent,
    /// Both directions see it, with weights of their own.
    Weighted,
    /// The backward direction sees it in place of the first.
    Backward,
}

impl Aux {
    pub(super) fn draw(random: &mut Random) -> Self {
        random.pick(&[Self::Absent, Self::Weighted, Self::Backward])
    }
}

pub(super) fn two_directions(random: &mut Random) -> Case {
    let (sequence, kind, aux) = (Sequence::draw(random, false), Kind::draw(random), Aux::draw(random));
    let form = Form { has_norm: false, is_diagonal: false, ..Form::draw(random) };
    let aux_width = if aux == Aux::Backward { form.inputs } else { width(random) };
    let form = Form { aux: (aux == Aux::Weighted).then_some(aux_width), ..form };
    let mut other = Form { has_norm: false, is_diagonal: false, inputs: form.inputs, ..Form::draw(random) };
    other.aux = form.aux;
    if !random.once_in(8) {
        // TensorFlow Lite takes no others.
        other = Form { has_input_gate: other.has_input_gate, has_peepholes: other.has_peepholes, ..form };
    }
    let forward = Layer::draw(random, form, kind);
    let backward = Layer {
        activation: forward.activation,
        cell_clip: forward.cell_clip,
        projection_clip: forward.projection_clip,
        projection_bounds: forward.projection_bounds,
        ..Layer::draw(random, other, kind)
    };
    // Where batches come first and outputs are merged, TensorFlow Lite looks for the states of entries in wrong places.
    let is_in_place = sequence.time_major || sequence.batch == 1 || random.once_in(8);
    let merge_outputs = is_in_place && random.once_in(2);
    let op =
        Op::builtin(BuiltinOperator::BIDIRECTIONAL_SEQUENCE_LSTM).options(BidirectionalSequenceLSTMOptions {
            fused_activation_function: forward.activation,
            cell_clip: forward.cell_clip,
            proj_clip: forward.projection_clip,
            merge_outputs,
            time_major: sequence.time_major,
            asymmetric_quantize_inputs: kind.asymmetric(),
        });
    let runs = random.size(1..=2);
    let mut states = [State::new(form, sequence.batch), State::new(other, sequence.batch)];
    let mut run = || {
        let mut inputs = vec![rows(random, &sequence.shape(form.inputs))];
        if aux != Aux::Absent {
            inputs.push(rows(random, &sequence.shape(aux_width)));
        }
        let real: Vec<Vec<f64>> = inputs.iter().map(Value::to_real).collect();
        let second = real.get(1).map(|aux| &**aux);
        let behind = if aux == Aux::Backward { &real[1] } else { &real[0] };
        let ahead = forward.run(sequence, false, &real[0], second, &mut states[0]);
        let behind = backward.run(sequence, true, behind, second, &mut states[1]);
        (inputs, sides(sequence, merge_outputs, (form.outputs, ahead), (other.outputs, behind)))
    };
    let (inputs, outputs) = run();
    let more = (1..runs).map(|_| run()).collect();
    let role = weights_role(kind, runs);
    let mut case = Case::new(op).fed(inputs[0].clone());
    for layer in [&forward, &backward] {
        case = with_weights(case, layer.tensors[..NORM].iter().cloned(), role);
    }
    for form in [form, other] {
        case = case
            .variable(zeros(DType::F32, &[sequence.batch, form.outputs]))
            .variable(zeros(DType::F32, &[sequence.batch, form.cells]));
    }
    case = match inputs.get(1) {
        Some(aux) => case.fed(aux.clone()),
        None => case.absent(),
    };
    for layer in [&forward, &backward] {
        case = with_weights(case, layer.tensors[AUX..END].iter().cloned(), role);
    }
    with_runs(outputs.into_iter().fold(case, |case, output| case.close(output, kind.tolerance())), more)
}

/// The outputs of two directions: side by side in one, or two.
pub(super) fn sides(
    sequence: Sequence,
    merge: bool,
    (width, ahead): (usize, Vec<f64>),
    (other_width, behind): (usize, Vec<f64>),
) -> Vec<Value> {
    let value = |width, rows| Value::real(DType::F32, &sequence.shape(width), rows);
    if !merge {
        return vec![value(width, ahead), value(other_width, behind)];
    }
    let rows = ahead.chunks(width).zip(behind.chunks(other_width));
    vec![value(width + other_width, rows.flat_map(|(a, b)| [a, b].concat()).collect())]
}
