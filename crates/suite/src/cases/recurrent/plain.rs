//! Plain recurrent layers.

use featherlite::DType;
use featherlite::schema::owned::{BidirectionalSequenceRNNOptions, RNNOptions, SequenceRNNOptions};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator};
use featherlite_testkit::{Op, Random};

use super::lstm::{Aux, sides};
use super::{
    Case, Kind, Sequence, Value, activate, activation, rows, weights_role, width, with_runs, with_weights,
    zeros,
};

/// A layer with its weights: `h = activation(W x + A aux + R h + bias)`.
struct Layer {
    kind: Kind,
    activation: ActivationFunctionType,
    inputs: usize,
    units: usize,
    weights: Value,
    recurrent: Value,
    bias: Value,
    aux: Option<Value>,
    /// How often it goes through the sequence.
    passes: usize,
}

impl Layer {
    fn draw(random: &mut Random, kind: Kind, inputs: usize, aux: Option<usize>) -> Self {
        let units = width(random);
        Self {
            kind,
            activation: activation(random),
            inputs,
            units,
            weights: kind.weights(random, &[units, inputs]),
            recurrent: kind.weights(random, &[units, units]),
            bias: Kind::Float.weights(random, &[units]),
            aux: aux.map(|aux| kind.weights(random, &[units, aux])),
            passes: 1,
        }
    }

    fn run(
        &self,
        sequence: Sequence,
        backward: bool,
        input: &[f64],
        aux: Option<&[f64]>,
        state: &mut [Vec<f64>],
    ) -> Vec<f64> {
        let mut outputs = vec![0.0; sequence.steps * sequence.batch * self.units];
        for step in (0..self.passes).flat_map(|_| sequence.order(backward)) {
            for (entry, state) in state.iter_mut().enumerate() {
                let row = sequence.row(step, entry);
                let mut parts = vec![
                    self.kind.product(&self.weights, &input[row * self.inputs..][..self.inputs]),
                    self.kind.product(&self.recurrent, state),
                ];
                if let (Some(weights), Some(aux)) = (&self.aux, aux) {
                    let width = weights.shape[1];
                    parts.push(self.kind.product(weights, &aux[row * width..][..width]));
                }
                let bias = self.bias.to_real();
                let sum = |unit: usize| bias[unit] + parts.iter().map(|part| part[unit]).sum::<f64>();
                *state = (0..self.units).map(|unit| activate(self.activation, sum(unit))).collect();
                outputs[row * self.units..][..self.units].copy_from_slice(state);
            }
        }
        outputs
    }

    fn state(&self, sequence: Sequence) -> Vec<Vec<f64>> {
        vec![vec![0.0; self.units]; sequence.batch]
    }

    /// Adds the inputs of a direction.
    fn with(&self, case: Case, sequence: Sequence, runs: usize) -> Case {
        let weights = [&self.weights, &self.recurrent, &self.bias].map(|value| Some(value.clone()));
        with_weights(case, weights, weights_role(self.kind, runs))
            .variable(zeros(DType::F32, &[sequence.batch, self.units]))
    }
}

pub(super) fn one_direction(random: &mut Random, is_step: bool) -> Case {
    let (sequence, kind) = (Sequence::draw(random, is_step), Kind::draw(random));
    let inputs = width(random);
    let layer = Layer::draw(random, kind, inputs, None);
    let (fused_activation_function, asymmetric_quantize_inputs) = (layer.activation, kind.asymmetric());
    let op = if is_step {
        Op::builtin(BuiltinOperator::RNN)
            .options(RNNOptions { fused_activation_function, asymmetric_quantize_inputs })
    } else {
        let time_major = sequence.time_major;
        Op::builtin(BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_RNN).options(SequenceRNNOptions {
            time_major,
            fused_activation_function,
            asymmetric_quantize_inputs,
        })
    };
    let (runs, mut state) = (random.size(1..=3), layer.state(sequence));
    let mut run = || {
        let input = rows(random, &sequence.shape(inputs));
        let output = layer.run(sequence, false, &input.to_real(), None, &mut state);
        (vec![input], vec![Value::real(DType::F32, &sequence.shape(layer.units), output)])
    };
    let (mut inputs, mut outputs) = run();
    let more = (1..runs).map(|_| run()).collect();
    let case = layer.with(Case::new(op).fed(inputs.remove(0)), sequence, runs);
    with_runs(case.close(outputs.remove(0), kind.tolerance()), more)
}

pub(super) fn two_directions(random: &mut Random) -> Case {
    let (sequence, kind, aux) = (Sequence::draw(random, false), Kind::draw(random), Aux::draw(random));
    let inputs = width(random);
    // TensorFlow Lite's kernel takes rows of the second sequence to be as long as those of the first.
    let aux_width = if aux == Aux::Backward || !random.once_in(8) { inputs } else { width(random) };
    let weighted = (aux == Aux::Weighted).then_some(aux_width);
    // TensorFlow Lite's kernel for weights of 8 bits goes through a sequence whose first dimension is time once for each
    // of its steps.
    let passes = if kind.is_float() || !sequence.time_major { 1 } else { sequence.steps };
    let forward = Layer { passes, ..Layer::draw(random, kind, inputs, weighted) };
    let backward =
        Layer { passes, activation: forward.activation, ..Layer::draw(random, kind, inputs, weighted) };
    let merge_outputs = random.once_in(2);
    let op =
        Op::builtin(BuiltinOperator::BIDIRECTIONAL_SEQUENCE_RNN).options(BidirectionalSequenceRNNOptions {
            time_major: sequence.time_major,
            fused_activation_function: forward.activation,
            merge_outputs,
            asymmetric_quantize_inputs: kind.asymmetric(),
        });
    let runs = random.size(1..=2);
    let mut states = [forward.state(sequence), backward.state(sequence)];
    let mut run = || {
        let mut fed = vec![rows(random, &sequence.shape(inputs))];
        if aux != Aux::Absent {
            fed.push(rows(random, &sequence.shape(aux_width)));
        }
        let real: Vec<Vec<f64>> = fed.iter().map(Value::to_real).collect();
        let second = real.get(1).map(|aux| &**aux);
        // It also leaves the second sequence aside where time does not come first.
        let behind = if aux == Aux::Backward && sequence.time_major { &real[1] } else { &real[0] };
        let ahead = forward.run(sequence, false, &real[0], second, &mut states[0]);
        let behind = backward.run(sequence, true, behind, second, &mut states[1]);
        (fed, sides(sequence, merge_outputs, (forward.units, ahead), (backward.units, behind)))
    };
    let (fed, outputs) = run();
    let more = (1..runs).map(|_| run()).collect();
    let case = Case::new(op).fed(fed[0].clone());
    let case = backward.with(forward.with(case, sequence, runs), sequence, runs);
    let case = match fed.get(1) {
        Some(aux) => case.fed(aux.clone()),
        None => case.absent(),
    };
    let aux_weights = [forward.aux.clone(), backward.aux.clone()];
    let case = with_weights(case, aux_weights, weights_role(kind, runs));
    with_runs(outputs.into_iter().fold(case, |case, output| case.close(output, kind.tolerance())), more)
}
