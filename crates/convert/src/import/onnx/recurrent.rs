//! Recurrent layers: LSTM layers as one operator where it computes what they do, others step by step.

use featherlite_base::DType;
use featherlite_ir::{Dim, ValueId};
use featherlite_schema::BuiltinOperator as Tflite;

use super::call::Call;
use super::graph::Item;
use super::rules::Row;
use super::rules::Rule::Items;
use super::slicing;
use crate::import::compose::activation as compose;
use crate::import::compose::lstm::{self, Weights};
use crate::import::compose::shape;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("GRU", Items(|c| layer(c, Kind::Gru), "FULLY_CONNECTED, LOGISTIC, TANH, MUL, ADD")),
    (
        "LSTM",
        Items(
            |c| layer(c, Kind::Lstm),
            "UNIDIRECTIONAL_SEQUENCE_LSTM, or FULLY_CONNECTED, LOGISTIC, TANH, MUL, ADD",
        ),
    ),
    ("RNN", Items(|c| layer(c, Kind::Plain), "FULLY_CONNECTED, TANH, ADD")),
];

/// Steps that are written out at most.
const STEPS: usize = 1024;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    Gru,
    Lstm,
}

impl Kind {
    /// Parts that the weights of a step consist of.
    fn gates(self) -> usize {
        match self {
            Self::Plain => 1,
            Self::Gru => 3,
            Self::Lstm => 4,
        }
    }

    /// Activation functions of one direction, if no others are stated.
    fn activations(self) -> &'static [&'static str] {
        match self {
            Self::Plain => &["Tanh"],
            Self::Gru => &["Sigmoid", "Tanh"],
            Self::Lstm => &["Sigmoid", "Tanh", "Tanh"],
        }
    }
}

/// An activation function with its parameters.
#[derive(Clone, Copy)]
struct Activation<'c> {
    name: &'c str,
    alpha: f32,
    beta: f32,
}

impl Activation<'_> {
    fn apply(self, c: &mut Call<'_, '_>, x: ValueId, clip: Option<f32>) -> Result<ValueId> {
        let x = match clip {
            Some(clip) => compose::clip(c.b, x, Some(-clip), Some(clip))?,
            None => x,
        };
        let Self { name, alpha, beta } = self;
        match name.to_ascii_lowercase().as_str() {
            "sigmoid" => c.unary(Tflite::LOGISTIC, x),
            "tanh" => c.unary(Tflite::TANH, x),
            "relu" => c.unary(Tflite::RELU, x),
            "softsign" => compose::softsign(c.b, x),
            "softplus" => compose::softplus(c.b, x),
            "elu" => compose::elu(c.b, x, alpha, 1.0, 1.0),
            "leakyrelu" => compose::leaky_relu(c.b, x, alpha),
            "thresholdedrelu" => compose::above(c.b, x, alpha, None),
            "hardsigmoid" => compose::hard_sigmoid_with(c.b, x, alpha, beta),
            "affine" => {
                let scaled = c.with_scalar(Tflite::MUL, x, f64::from(alpha))?;
                c.with_scalar(Tflite::ADD, scaled, f64::from(beta))
            }
            "scaledtanh" => {
                let scaled = c.with_scalar(Tflite::MUL, x, f64::from(beta))?;
                let bent = c.unary(Tflite::TANH, scaled)?;
                c.with_scalar(Tflite::MUL, bent, f64::from(alpha))
            }
            _ => Err(Error::unsupported(format!("the activation {name:?}"))),
        }
    }
}

/// The activation functions of all directions. Parameters are listed for those that have any, in their order.
fn activations<'c>(c: &Call<'c, '_>, kind: Kind, directions: usize) -> Result<Vec<Activation<'c>>> {
    let names = match c.attributes.strings("activations")? {
        Some(names) => names,
        None => kind.activations().repeat(directions),
    };
    if names.len() != directions * kind.activations().len() {
        return Err(Error::invalid(format!("{} activations", names.len())));
    }
    let mut alphas = c.attributes.floats("activation_alpha")?.unwrap_or_default().iter().copied();
    let mut betas = c.attributes.floats("activation_beta")?.unwrap_or_default().iter().copied();
    let mut activation = |name: &'c str| {
        let (alpha, beta) = match name.to_ascii_lowercase().as_str() {
            "leakyrelu" => (Some(0.01), None),
            "elu" | "thresholdedrelu" => (Some(1.0), None),
            "hardsigmoid" => (Some(0.2), Some(0.5)),
            "affine" | "scaledtanh" => (Some(1.0), Some(1.0)),
            _ => (None, None),
        };
        Activation {
            name,
            alpha: alpha.map_or(0.0, |default| alphas.next().unwrap_or(default)),
            beta: beta.map_or(0.0, |default| betas.next().unwrap_or(default)),
        }
    };
    Ok(names.into_iter().map(&mut activation).collect())
}

/// One direction of a layer, ready to step.
struct Direction<'c> {
    kind: Kind,
    hidden: usize,
    activations: Vec<Activation<'c>>,
    clip: Option<f32>,
    /// What the inputs add to the gates, with the bias: `[b, gates * hidden]` for each step.
    inputs: Vec<ValueId>,
    /// `[gates * hidden, hidden]`, and the bias that belongs to them.
    weights: ValueId,
    bias: Option<ValueId>,
    /// For each gate that looks at the cell, `[hidden]`.
    peepholes: Option<Vec<ValueId>>,
    /// Whether a GRU multiplies by its reset gate after the product with the weights.
    is_reset_after: bool,
    couples_gates: bool,
    /// For each step, where it is within the sequence: `[b, 1]`.
    masks: Option<Vec<ValueId>>,
}

/// `[t, b, i]` to `[t, directions, b, h]`, and the last states `[directions, b, h]`.
fn layer(c: &mut Call<'_, '_>, kind: Kind) -> Result<Vec<Option<Item>>> {
    let mut x = c.input(0)?;
    let is_batch_first = c.attributes.flag("layout")?;
    if is_batch_first {
        x = c.b.transpose(x, &[1, 0, 2])?;
    }
    let directions: &[bool] = match c.attributes.string_or("direction", "forward")? {
        "forward" => &[false],
        "reverse" => &[true],
        "bidirectional" => &[false, true],
        other => return Err(Error::invalid(format!("the direction {other:?}"))),
    };
    let steps = c.size(x, 0)?;
    if steps == 0 || steps > STEPS {
        return Err(Error::unsupported(format!("{steps} steps; from 1 to {STEPS} can be written out")));
    }
    let activations = activations(c, kind, directions.len())?;
    let masks = masks(c, steps)?;
    if kind == Kind::Lstm && masks.is_none() && is_fused(c, x, &activations)? {
        return fused(c, x, directions, is_batch_first);
    }
    let mut outputs: Vec<Vec<ValueId>> = Vec::new();
    let mut states: [Vec<ValueId>; 2] = [Vec::new(), Vec::new()];
    for (index, &is_reverse) in directions.iter().enumerate() {
        let count = kind.activations().len();
        let activations = activations[index * count..][..count].to_vec();
        let mut direction = direction(c, kind, index, x, activations)?;
        direction.masks = masks.clone();
        let [hidden, cell] =
            [5, 6].map(|input| initial(c, input, index, x, direction.hidden, is_batch_first));
        let mut state = [hidden?, cell?];
        let mut results = vec![state[0]; steps];
        for step in 0..steps {
            let at = if is_reverse { steps - 1 - step } else { step };
            let new = direction.step(c, at, state)?;
            (results[at], state) = direction.masked(c, at, state, new)?;
        }
        outputs.push(results);
        states.iter_mut().zip(state).for_each(|(list, state)| list.push(state));
    }
    let mut items = vec![None; 3];
    if c.wants(0) {
        items[0] = Some(Item::Tensor(joined(c, &outputs, is_batch_first)?));
    }
    let axis = if is_batch_first { 1 } else { 0 };
    for (index, list) in states.iter().enumerate() {
        if c.wants(index + 1) {
            items[index + 1] = Some(Item::Tensor(stacked(c, list, axis)?));
        }
    }
    Ok(items)
}

/// Whether UNIDIRECTIONAL_SEQUENCE_LSTM computes an LSTM of `x`: the usual activations, a known batch, states that begin at zero,
/// and no last cell that something reads.
fn is_fused(c: &mut Call<'_, '_>, x: ValueId, activations: &[Activation<'_>]) -> Result<bool> {
    let usual = ["sigmoid", "tanh", "tanh"].iter().cycle();
    let is_usual = activations.iter().zip(usual).all(|(found, usual)| found.name.eq_ignore_ascii_case(usual));
    let mut is_zero = true;
    for state in [5, 6] {
        if let Some(state) = c.optional(state)? {
            let elements = c.b.elements::<f32>(state);
            is_zero &= elements.is_some_and(|elements| elements.iter().all(|&element| element == 0.0));
        }
    }
    let mut is_learnt = true;
    for weights in [1, 2] {
        let weights = c.input(weights)?;
        is_learnt &= c.b.is_constant(weights);
    }
    if let Some(bias) = c.optional(3)? {
        is_learnt &= c.b.is_constant(bias);
    }
    Ok(is_usual
        && is_zero
        && is_learnt
        && c.b.dims(x)?.iter().all(|dim| dim.size().is_some())
        && c.b.dtype(x) == DType::F32
        && c.optional(7)?.is_none()
        && c.attributes.float("clip")?.is_none()
        && !c.attributes.flag("input_forget")?
        && !c.is_read(2))
}

/// An LSTM of `x`, `[t, b, i]`, by one operator for each direction.
fn fused(
    c: &mut Call<'_, '_>,
    x: ValueId,
    directions: &[bool],
    is_batch_first: bool,
) -> Result<Vec<Option<Item>>> {
    let batch = c.size(x, 1)?;
    let first = c.b.transpose(x, &[1, 0, 2])?;
    let (mut outputs, mut last) = (Vec::new(), Vec::new());
    for (index, &is_reverse) in directions.iter().enumerate() {
        let weights = gates(c, index)?;
        let input = if is_reverse { shape::reverse(c.b, first, &[1])? } else { first };
        let made = lstm::fused(c.b, input, &weights, batch)?;
        if c.wants(1) {
            last.push(shape::at(c.b, made, 1, -1)?);
        }
        let made = if is_reverse { shape::reverse(c.b, made, &[1])? } else { made };
        outputs.push(if is_batch_first { made } else { c.b.transpose(made, &[1, 0, 2])? });
    }
    let mut items = vec![None; 3];
    if c.wants(0) {
        items[0] = Some(Item::Tensor(stacked(c, &outputs, if is_batch_first { 2 } else { 1 })?));
    }
    if c.wants(1) {
        items[1] = Some(Item::Tensor(stacked(c, &last, usize::from(is_batch_first))?));
    }
    Ok(items)
}

/// The weights of a direction, whose gates ONNX has in the order input, output, forget, cell.
fn gates(c: &mut Call<'_, '_>, index: usize) -> Result<Weights> {
    let own = |c: &mut Call<'_, '_>, input: usize, parts: usize| -> Result<Vec<ValueId>> {
        let all = c.input(input)?;
        let part = slicing::part(c, all, 0, index, index + 1)?;
        let part = c.squeeze(part, &[0])?;
        let size = c.size(part, 0)? / parts;
        slicing::split_at(c, part, 0, &vec![size as i64; parts])
    };
    let in_order = |parts: &[ValueId]| match *parts {
        [input, output, forget, cell, ..] => Ok([input, forget, cell, output]),
        _ => Err(Error::internal("four gates")),
    };
    let kernel = in_order(&own(c, 1, 4)?)?;
    let recurrent = in_order(&own(c, 2, 4)?)?;
    let mut biases = kernel;
    if c.optional(3)?.is_some() {
        let parts = own(c, 3, 8)?;
        let (first, second) = (in_order(&parts[..4])?, in_order(&parts[4..])?);
        for (bias, (x, y)) in biases.iter_mut().zip(first.into_iter().zip(second)) {
            *bias = c.binary(Tflite::ADD, x, y)?;
        }
    } else {
        let units = c.size(recurrent[0], 0)?;
        biases = [c.b.constant(&[units], &vec![0f32; units])?; 4];
    }
    Ok(Weights { kernel, recurrent, biases })
}

/// Values joined along a new axis.
fn stacked(c: &mut Call<'_, '_>, values: &[ValueId], axis: usize) -> Result<ValueId> {
    if let [value] = values {
        return c.expand(*value, axis);
    }
    let options =
        featherlite_schema::owned::PackOptions { values_count: values.len() as i32, axis: axis as i32 };
    c.b.add(featherlite_ir::Op::with(Tflite::PACK, options), values)
}

/// The results `[b, h]` of all directions and steps, as `[t, directions, b, h]` or `[b, t, directions, h]`.
fn joined(c: &mut Call<'_, '_>, outputs: &[Vec<ValueId>], is_batch_first: bool) -> Result<ValueId> {
    let mut all = Vec::with_capacity(outputs.len());
    for results in outputs {
        all.push(stacked(c, results, usize::from(is_batch_first))?);
    }
    stacked(c, &all, if is_batch_first { 2 } else { 1 })
}

/// For each step, which sequences of the batch have not ended: `[b, 1]`.
fn masks(c: &mut Call<'_, '_>, steps: usize) -> Result<Option<Vec<ValueId>>> {
    let Some(lengths) = c.optional(4)? else { return Ok(None) };
    if c.b.integers(lengths).is_some_and(|lengths| lengths.iter().all(|&length| length == steps as i64)) {
        return Ok(None);
    }
    let lengths = c.index(lengths)?;
    let lengths = c.expand(lengths, 1)?;
    (0..steps)
        .map(|step| c.with_scalar(Tflite::GREATER, lengths, step as f64))
        .collect::<Result<_>>()
        .map(Some)
}

/// The state that input `input` gives a direction, or zeros: `[b, h]`.
fn initial(
    c: &mut Call<'_, '_>,
    input: usize,
    index: usize,
    x: ValueId,
    hidden: usize,
    is_batch_first: bool,
) -> Result<ValueId> {
    if let Some(given) = c.optional(input)? {
        let axis = usize::from(is_batch_first);
        let part = slicing::part(c, given, axis, index, index + 1)?;
        return c.squeeze(part, &[axis]);
    }
    let batch = c.dims(x)?[1];
    if let Some(batch) = batch.size() {
        return c.b.constant(&[batch, hidden], &vec![0f32; batch * hidden]);
    }
    let shape = c.shape_tensor(&[batch, Dim::fixed(hidden)], &[x])?;
    let zero = c.b.scalar(0f32)?;
    c.b.add_typed(Tflite::FILL, &[shape, zero], DType::F32)
}

/// Weights, biases and products of one direction.
fn direction<'c>(
    c: &mut Call<'c, '_>,
    kind: Kind,
    index: usize,
    x: ValueId,
    activations: Vec<Activation<'c>>,
) -> Result<Direction<'c>> {
    let own = |c: &mut Call<'c, '_>, value: ValueId| -> Result<ValueId> {
        let part = slicing::part(c, value, 0, index, index + 1)?;
        c.squeeze(part, &[0])
    };
    let (input_weights, weights) = (c.input(1)?, c.input(2)?);
    let (input_weights, weights) = (own(c, input_weights)?, own(c, weights)?);
    let hidden = c.size(weights, 1)?;
    let width = kind.gates() * hidden;
    if c.size(weights, 0)? != width || c.size(input_weights, 0)? != width {
        return Err(Error::invalid(format!("weights for {hidden} hidden numbers")));
    }
    let is_reset_after = c.attributes.flag("linear_before_reset")?;
    let (mut input_bias, mut bias) = (None, None);
    if let Some(both) = c.optional(3)? {
        let both = own(c, both)?;
        let [first, second] =
            [slicing::part(c, both, 0, 0, width)?, slicing::part(c, both, 0, width, 2 * width)?];
        // Where they are only ever added up, one bias does.
        (input_bias, bias) = match kind == Kind::Gru {
            true => (Some(first), Some(second)),
            false => (Some(c.binary(Tflite::ADD, first, second)?), None),
        };
    }
    let products = c.b.fully_connected(x, input_weights, input_bias)?;
    let steps = c.size(x, 0)?;
    let parts = slicing::split_at(c, products, 0, &vec![1; steps])?;
    let inputs = parts.into_iter().map(|part| c.squeeze(part, &[0])).collect::<Result<_>>()?;
    let peepholes = match c.optional(7)?.filter(|_| kind == Kind::Lstm) {
        Some(all) => {
            let all = own(c, all)?;
            Some(slicing::split_at(c, all, 0, &[hidden as i64; 3])?)
        }
        None => None,
    };
    Ok(Direction {
        kind,
        hidden,
        activations,
        clip: c.attributes.float("clip")?,
        inputs,
        weights,
        bias,
        peepholes,
        is_reset_after,
        couples_gates: c.attributes.flag("input_forget")?,
        masks: None,
    })
}

impl Direction<'_> {
    /// The state after a step.
    fn step(&self, c: &mut Call<'_, '_>, at: usize, state: [ValueId; 2]) -> Result<[ValueId; 2]> {
        match self.kind {
            Kind::Plain => self.plain(c, at, state),
            Kind::Gru => self.gru(c, at, state),
            Kind::Lstm => self.lstm(c, at, state),
        }
    }

    /// The result and the state of a step: those before it where the sequence has ended, and a result of 0.
    fn masked(
        &self,
        c: &mut Call<'_, '_>,
        at: usize,
        old: [ValueId; 2],
        new: [ValueId; 2],
    ) -> Result<(ValueId, [ValueId; 2])> {
        let Some(masks) = &self.masks else { return Ok((new[0], new)) };
        let zero = c.b.scalar(0f32)?;
        let mut choose =
            |yes: ValueId, no: ValueId| c.b.add_typed(Tflite::SELECT_V2, &[masks[at], yes, no], DType::F32);
        let result = choose(new[0], zero)?;
        let hidden = choose(new[0], old[0])?;
        let cell = if self.kind == Kind::Lstm { choose(new[1], old[1])? } else { new[1] };
        Ok((result, [hidden, cell]))
    }

    fn activate(&self, c: &mut Call<'_, '_>, which: usize, x: ValueId) -> Result<ValueId> {
        self.activations[which].apply(c, x, self.clip)
    }

    fn plain(&self, c: &mut Call<'_, '_>, at: usize, [hidden, cell]: [ValueId; 2]) -> Result<[ValueId; 2]> {
        let product = c.b.fully_connected(hidden, self.weights, self.bias)?;
        let sum = c.binary(Tflite::ADD, self.inputs[at], product)?;
        Ok([self.activate(c, 0, sum)?, cell])
    }

    /// Gates are update, reset and new. `h' = (1 - z) n + z h`.
    fn gru(&self, c: &mut Call<'_, '_>, at: usize, [hidden, cell]: [ValueId; 2]) -> Result<[ValueId; 2]> {
        let size = self.hidden;
        let sizes = [size as i64; 3];
        let inputs = slicing::split_at(c, self.inputs[at], 1, &sizes)?;
        let weights = slicing::split_at(c, self.weights, 0, &sizes)?;
        let biases = match self.bias {
            Some(bias) => slicing::split_at(c, bias, 0, &sizes)?.into_iter().map(Some).collect(),
            None => vec![None; 3],
        };
        let mut gate = |index: usize| -> Result<ValueId> {
            let product = c.b.fully_connected(hidden, weights[index], biases[index])?;
            let sum = c.binary(Tflite::ADD, inputs[index], product)?;
            self.activate(c, 0, sum)
        };
        let (update, reset) = (gate(0)?, gate(1)?);
        let product = if self.is_reset_after {
            let product = c.b.fully_connected(hidden, weights[2], biases[2])?;
            c.binary(Tflite::MUL, reset, product)?
        } else {
            let kept = c.binary(Tflite::MUL, reset, hidden)?;
            c.b.fully_connected(kept, weights[2], biases[2])?
        };
        let sum = c.binary(Tflite::ADD, inputs[2], product)?;
        let new = self.activate(c, 1, sum)?;
        let difference = c.binary(Tflite::SUB, hidden, new)?;
        let kept = c.binary(Tflite::MUL, update, difference)?;
        Ok([c.binary(Tflite::ADD, new, kept)?, cell])
    }

    /// Gates are input, output, forget and new. `c' = f c + i n`, `h' = o tanh(c')`.
    fn lstm(&self, c: &mut Call<'_, '_>, at: usize, [hidden, cell]: [ValueId; 2]) -> Result<[ValueId; 2]> {
        let product = c.b.fully_connected(hidden, self.weights, self.bias)?;
        let sum = c.binary(Tflite::ADD, self.inputs[at], product)?;
        let gates = slicing::split_at(c, sum, 1, &[self.hidden as i64; 4])?;
        let peek = |c: &mut Call<'_, '_>, gate: ValueId, which: usize, cell: ValueId| match &self.peepholes {
            Some(peepholes) => {
                let seen = c.binary(Tflite::MUL, cell, peepholes[which])?;
                c.binary(Tflite::ADD, gate, seen)
            }
            None => Ok(gate),
        };
        let input = peek(c, gates[0], 0, cell)?;
        let input = self.activate(c, 0, input)?;
        let forget = if self.couples_gates {
            let one = c.b.scalar(1f32)?;
            c.binary(Tflite::SUB, one, input)?
        } else {
            let forget = peek(c, gates[2], 2, cell)?;
            self.activate(c, 0, forget)?
        };
        let new = self.activate(c, 1, gates[3])?;
        let (kept, added) = (c.binary(Tflite::MUL, forget, cell)?, c.binary(Tflite::MUL, input, new)?);
        let cell = c.binary(Tflite::ADD, kept, added)?;
        let output = peek(c, gates[1], 1, cell)?;
        let output = self.activate(c, 0, output)?;
        let shown = self.activations[2].apply(c, cell, None)?;
        Ok([c.binary(Tflite::MUL, output, shown)?, cell])
    }
}
