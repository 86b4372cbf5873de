//! A computation carried along a sequence: unrolled, or as a loop.

use featherlite_base::DType;
use featherlite_ir::{Op, Value, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use super::cell::Step;
use crate::build::Builder;
use crate::import::compose::shape::{self, Extent, expand_dims};
use crate::{Error, Result};

/// Sequences up to this long are unrolled.
const UNROLLED: usize = 4;
/// Sequences up to this long are unrolled if the layer asks for it.
const UNROLLED_ON_DEMAND: usize = 256;

/// What is carried along which sequences.
pub(super) struct Scan {
    /// `[steps, n, …]`.
    pub(super) sequences: Vec<ValueId>,
    /// Which steps count: `[steps, n]`.
    pub(super) mask: Option<ValueId>,
    /// What the steps start with: `[n, …]`.
    pub(super) states: Vec<ValueId>,
    /// The shape of what a step gives: `[n, …]`.
    pub(super) output: Vec<Extent>,
    /// Whether the outputs of all steps are needed.
    pub(super) keeps_outputs: bool,
    /// Whether steps that do not count give 0 rather than what was given before.
    pub(super) clears_hidden: bool,
    pub(super) unroll: bool,
}

/// What comes out of it.
pub(super) struct Scanned {
    /// `[steps, n, …]`.
    pub(super) outputs: Option<ValueId>,
    /// That of the last step.
    pub(super) last: ValueId,
    pub(super) states: Vec<ValueId>,
}

/// One step, from the slices of the sequences and the states.
pub(super) type StepFn<'s> = &'s mut dyn FnMut(&mut Builder<'_>, &[ValueId], &[ValueId]) -> Result<Step>;

impl Scan {
    /// Adds the nodes.
    pub(super) fn build(self, b: &mut Builder<'_>, step: StepFn<'_>) -> Result<Scanned> {
        let first = self.sequences.first().copied().ok_or_else(|| Error::internal("a scan along nothing"))?;
        let steps = b.dims(first)?.first().and_then(|dim| dim.size());
        match steps {
            Some(0) => Err(Error::unsupported("a sequence of no steps")),
            Some(steps) if steps <= if self.unroll { UNROLLED_ON_DEMAND } else { UNROLLED } => {
                self.unrolled(b, step)
            }
            _ => self.looped(b, step),
        }
    }

    fn unrolled(self, b: &mut Builder<'_>, step: StepFn<'_>) -> Result<Scanned> {
        let slices = self.sequences.iter().map(|&x| shape::unstack(b, x, 0)).collect::<Result<Vec<_>>>()?;
        let masks = self.mask.map(|mask| shape::unstack(b, mask, 0)).transpose()?;
        let count = slices.iter().map(Vec::len).min().unwrap_or(0);
        let mut states = self.states.clone();
        let mut outputs = Vec::with_capacity(count);
        let mut last = if masks.is_some() { Some(zeros(b, &self.output)?) } else { None };
        for at in 0..count {
            let x: Vec<ValueId> = slices.iter().map(|slices| slices[at]).collect();
            let mut made = step(b, &x, &states)?;
            if let (Some(masks), Some(last)) = (&masks, last) {
                made = self.masked(b, made, masks[at], last, &states)?;
            }
            states = made.states;
            last = Some(made.output);
            outputs.push(made.output);
        }
        let outputs = if self.keeps_outputs { Some(shape::stack(b, &outputs, 0)?) } else { None };
        let last = last.ok_or_else(|| Error::internal("a scan of no steps"))?;
        Ok(Scanned { outputs, last, states })
    }

    /// Where a step does not count, states and output stay.
    fn masked(
        &self,
        b: &mut Builder<'_>,
        made: Step,
        mask: ValueId,
        last: ValueId,
        states: &[ValueId],
    ) -> Result<Step> {
        let hidden = if self.clears_hidden { zeros(b, &self.output)? } else { last };
        let output = chosen(b, mask, made.output, hidden)?;
        let states = made.states.iter().zip(states).map(|(&new, &old)| chosen(b, mask, new, old));
        Ok(Step { output, states: states.collect::<Result<_>>()? })
    }

    /// A loop over: the number of the step, the outputs so far or the last one, the states, the mask, the sequences.
    fn looped(self, b: &mut Builder<'_>, step: StepFn<'_>) -> Result<Scanned> {
        let steps = shape::extents_of(b, self.sequences[0], 1)?[0];
        let start = b.scalar(0i32)?;
        let kept =
            if self.keeps_outputs { [&[steps], &self.output[..]].concat() } else { self.output.clone() };
        let kept = zeros(b, &kept)?;
        // The output before the present one is needed where steps may not count.
        let needs_last = self.keeps_outputs && self.mask.is_some();
        let mut carried = vec![start, kept];
        if needs_last {
            carried.push(zeros(b, &self.output)?);
        }
        let states = carried.len()..carried.len() + self.states.len();
        carried.extend(&self.states);
        carried.extend(self.mask);
        carried.extend(&self.sequences);
        let types: Vec<Value> = carried.iter().map(|&value| b.graph().value(value).clone()).collect();
        let (condition, ()) = b.subgraph("condition", |b| self.condition(b, &types))?;
        let (body, ()) = b.subgraph("body", |b| self.body(b, &types, states.clone(), needs_last, step))?;
        let options =
            owned::WhileOptions { cond_subgraph_index: condition as i32, body_subgraph_index: body as i32 };
        let inputs: Vec<_> = carried.iter().copied().map(Some).collect();
        let outputs: Vec<DType> = types.iter().map(|value| value.dtype).collect();
        let made = b.add_as(Op::with(BuiltinOperator::WHILE, options), &inputs, &outputs)?;
        let last = match (self.keeps_outputs, needs_last) {
            (false, _) => made[1],
            (true, true) => made[2],
            (true, false) => shape::at(b, made[1], 0, -1)?,
        };
        let outputs = self.keeps_outputs.then_some(made[1]);
        Ok(Scanned { outputs, last, states: made[states].to_vec() })
    }

    /// Whether a step is left.
    fn condition(&self, b: &mut Builder<'_>, types: &[Value]) -> Result<()> {
        let inputs = inputs(b, types);
        let sequence = inputs[inputs.len() - self.sequences.len()];
        let steps = match b.dims(sequence)?[0].size() {
            Some(steps) => b.scalar(steps as i32)?,
            None => {
                let shape = b.shape_of(sequence)?;
                let first = b.slice(shape, &[0], &[1])?;
                b.reshape(first, &[])?
            }
        };
        let is_left = b.binary(BuiltinOperator::LESS, inputs[0], steps)?;
        b.output(is_left);
        Ok(())
    }

    fn body(
        &self,
        b: &mut Builder<'_>,
        types: &[Value],
        states: std::ops::Range<usize>,
        needs_last: bool,
        step: StepFn<'_>,
    ) -> Result<()> {
        let inputs = inputs(b, types);
        let (at, kept) = (inputs[0], inputs[1]);
        let slice = |b: &mut Builder<'_>, x: ValueId| shape::gather(b, x, at, 0);
        let sequences = &inputs[inputs.len() - self.sequences.len()..];
        let x = sequences.iter().map(|&x| slice(b, x)).collect::<Result<Vec<_>>>()?;
        let old = &inputs[states.clone()];
        let mut made = step(b, &x, old)?;
        if self.mask.is_some() {
            let mask = slice(b, inputs[states.end])?;
            let last = if needs_last { inputs[2] } else { kept };
            let output =
                [Extent::Of(last, 0)].into_iter().chain(self.output.iter().skip(1).copied()).collect();
            let scan = Self { output, sequences: Vec::new(), states: Vec::new(), ..*self };
            made = scan.masked(b, made, mask, last, old)?;
        }
        let one = b.scalar(1i32)?;
        let next = b.binary(BuiltinOperator::ADD, at, one)?;
        let kept = if self.keeps_outputs { written(b, kept, made.output, at)? } else { made.output };
        let mut outputs = vec![next, kept];
        if needs_last {
            outputs.push(made.output);
        }
        outputs.extend(&made.states);
        outputs.extend(&inputs[states.end..]);
        outputs.into_iter().for_each(|output| b.output(output));
        Ok(())
    }
}

/// Inputs of a graph with the types of some values.
fn inputs(b: &mut Builder<'_>, types: &[Value]) -> Vec<ValueId> {
    let inputs = types.iter().enumerate().map(|(index, value)| {
        let name = format!("carried_{index}");
        b.input_of(Value { shape: value.shape.clone(), ..Value::new(name, value.dtype) })
    });
    inputs.collect()
}

/// `row` as row `at` of `rows`.
fn written(b: &mut Builder<'_>, rows: ValueId, row: ValueId, at: ValueId) -> Result<ValueId> {
    let row = expand_dims(b, row, 0)?;
    let zero = b.scalar(0i32)?;
    let mut start = vec![zero; b.rank(rows)?];
    start[0] = at;
    let start = shape::stack(b, &start, 0)?;
    b.add(BuiltinOperator::DYNAMIC_UPDATE_SLICE, &[rows, row, start])
}

/// Zeros of some shape.
pub(super) fn zeros(b: &mut Builder<'_>, sizes: &[Extent]) -> Result<ValueId> {
    let shape = shape::shape(b, sizes)?;
    let zero = b.scalar(0f32)?;
    b.add(BuiltinOperator::FILL, &[shape, zero])
}

/// `new` where `mask` `[n]` is true, `old` elsewhere.
fn chosen(b: &mut Builder<'_>, mask: ValueId, new: ValueId, old: ValueId) -> Result<ValueId> {
    let mut sizes = shape::extents(b, mask)?;
    sizes.resize(b.rank(new)?, Extent::Fixed(1));
    let mask = shape::reshape(b, mask, &sizes)?;
    b.add(BuiltinOperator::SELECT_V2, &[mask, new, old])
}
