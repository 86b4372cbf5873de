//! What one step of an LSTM computes: `c' = f c + i g`, `h' = o tanh(c')`, where the gates `i`, `f`, `o` are sigmoids and `g` is
//! the hyperbolic tangent of products of input and `h`.

use featherlite_ir::{Graph, Node, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::BuiltinOptions;

use super::super::loops::Loop;
use super::super::rewriter::{floats, integers, is_plain, made_by};

/// How many nodes lie between a gate and what it is made of at most.
const DEPTH: usize = 16;

/// The body of a loop that is an LSTM.
pub(super) struct Cell {
    /// In the order input, forget, cell, output.
    pub(super) gates: [Gate; 4],
    /// The place of `h`.
    pub(super) hidden: usize,
    /// The place of `c`.
    pub(super) carried: usize,
}

/// Rows of products: what goes into an activation.
pub(super) struct Gate {
    pub(super) units: usize,
    /// The place of the products of the inputs.
    pub(super) sequence: usize,
    pub(super) sequence_row: usize,
    /// What the place of `h` is multiplied by, of the body.
    pub(super) weights: ValueId,
    pub(super) row: usize,
    /// All constants that are added, `[units]`.
    pub(super) bias: Vec<f32>,
}

impl Cell {
    pub(super) fn of(found: &Loop<'_>, counter: usize) -> Option<Self> {
        (0..found.places()).find_map(|hidden| Self::with(found, counter, hidden))
    }

    fn with(found: &Loop<'_>, counter: usize, hidden: usize) -> Option<Self> {
        let body = found.body();
        let (output, shown) = factors(body, body.outputs[hidden], B::LOGISTIC, B::TANH)?;
        let carried = body.outputs.iter().position(|&value| value == shown)?;
        let sum = made_by(body, shown, B::ADD).filter(|node| is_plain(&node.op))?;
        let (first, second) = (sum.input(0)?, sum.input(1)?);
        let old = body.inputs[carried];
        let kept = |value| kept(body, value, old);
        let (forget, added) = match kept(first) {
            Some(forget) => (forget, second),
            None => (kept(second)?, first),
        };
        let (input, new) = factors(body, added, B::LOGISTIC, B::TANH)?;
        let reader = Reader { found, counter, hidden };
        let [input, forget, new, output] = [input, forget, new, output].map(|value| reader.gate(value));
        Some(Self { gates: [input?, forget?, new?, output?], hidden, carried })
    }
}

/// The operands of two activations that are multiplied.
fn factors(body: &Graph, value: ValueId, first: B, second: B) -> Option<(ValueId, ValueId)> {
    let product = made_by(body, value, B::MUL).filter(|node| is_plain(&node.op))?;
    let of = |input: usize, op: B| made_by(body, product.input(input)?, op)?.input(0);
    match (of(0, first), of(1, second)) {
        (Some(x), Some(y)) => Some((x, y)),
        _ => Some((of(1, first)?, of(0, second)?)),
    }
}

/// The gate of a value that is the old `c` times a gate.
fn kept(body: &Graph, value: ValueId, old: ValueId) -> Option<ValueId> {
    let product = made_by(body, value, B::MUL).filter(|node| is_plain(&node.op))?;
    let (x, y) = (product.input(0)?, product.input(1)?);
    let gate = if x == old { y } else { (y == old).then_some(x)? };
    made_by(body, gate, B::LOGISTIC)?.input(0)
}

struct Reader<'r, 'm> {
    found: &'r Loop<'m>,
    counter: usize,
    hidden: usize,
}

/// What a gate has been found to be made of so far.
#[derive(Default)]
struct Terms {
    sequence: Option<(usize, usize)>,
    weights: Option<(ValueId, usize)>,
    bias: Vec<f32>,
}

impl Reader<'_, '_> {
    fn gate(&self, value: ValueId) -> Option<Gate> {
        let body = self.found.body();
        let sizes = body.value(value).fixed_shape()?;
        let &[_, units] = &sizes[..] else { return None };
        let mut terms = Terms { bias: vec![0.0; units], ..Terms::default() };
        self.read(value, 0, &mut terms, DEPTH)?;
        let ((sequence, sequence_row), (weights, row)) = (terms.sequence?, terms.weights?);
        let [width, _] = body.value(weights).fixed_shape()?[..] else { return None };
        let columns = *self.found.outer().value(self.found.start(sequence)).fixed_shape()?.last()?;
        let fits = row + units <= width && sequence_row + units <= columns;
        let bias = terms.bias;
        fits.then_some(Gate { units, sequence, sequence_row, weights, row, bias })
    }

    /// Adds what the columns of `value` from `column` on are made of.
    fn read(&self, value: ValueId, column: usize, terms: &mut Terms, depth: usize) -> Option<()> {
        let body = self.found.body();
        let depth = depth.checked_sub(1)?;
        if let Some(constant) = floats(body, value) {
            let sizes = body.value(value).fixed_shape()?;
            let is_row = sizes.iter().rev().skip(1).all(|&size| size == 1);
            return is_row.then(|| add(&mut terms.bias, constant, column))?;
        }
        if let Some(place) = self.found.row_of(value, self.counter) {
            return terms.sequence.replace((place, column)).is_none().then_some(());
        }
        let node = body.node(body.producer(value)?);
        if node.op.is(B::ADD) && is_plain(&node.op) {
            let operands = [node.input(0)?, node.input(1)?];
            let is_whole = |operand: ValueId| {
                body.value(operand).constant.is_some() || body.value(operand).shape == body.value(value).shape
            };
            return operands.into_iter().try_for_each(|operand| {
                is_whole(operand).then(|| self.read(operand, column, terms, depth))?
            });
        }
        if node.op.is(B::FULLY_CONNECTED) && is_plain(&node.op) {
            let weights = node.input(1)?;
            floats(body, weights)?;
            if let Some(bias) = node.input(2) {
                add(&mut terms.bias, floats(body, bias)?, column)?;
            }
            let is_hidden = node.input(0) == Some(body.inputs[self.hidden]);
            return (is_hidden && terms.weights.replace((weights, column)).is_none()).then_some(());
        }
        let (source, first) = columns(body, node, value)?;
        self.read(source, first + column, terms, depth)
    }
}

/// Adds a row of constants from a column on; all of them may be one number.
fn add(bias: &mut [f32], constant: &[f32], column: usize) -> Option<()> {
    let units = bias.len();
    let own = |index: usize| match constant {
        &[number] => Some(number),
        _ => constant.get(column + index).copied(),
    };
    (0..units).try_for_each(|index| {
        bias[index] += own(index)?;
        Some(())
    })
}

/// The matrix of which a value is some columns, and the first of them.
fn columns(body: &Graph, node: &Node, value: ValueId) -> Option<(ValueId, usize)> {
    let sizes = |value: ValueId| body.value(value).fixed_shape();
    let split = |x: ValueId, axis: ValueId| {
        let axis = *integers(body, axis)?.first()?;
        let index = node.outputs.iter().position(|&output| output == value)?;
        let mut before = 0;
        for &output in &node.outputs[..index] {
            before += *sizes(output)?.last()?;
        }
        [1, -1].contains(&axis).then_some((x, before))
    };
    if node.op.is(B::SPLIT) {
        return split(node.input(1)?, node.input(0)?);
    }
    if node.op.is(B::SPLIT_V) {
        return split(node.input(0)?, node.input(2)?);
    }
    let x = node.input(0)?;
    let (from, to) = (sizes(x)?, sizes(value)?);
    let is_matrix = from.len() == 2 && to.len() == 2 && from[0] == to[0];
    let begin = integers(body, node.input(1).filter(|_| is_matrix)?)?;
    let first = usize::try_from(*begin.get(1)?).ok();
    match &node.op.options {
        _ if node.op.is(B::SLICE) => Some((x, first?)),
        Some(BuiltinOptions::StridedSliceOptions(options)) => {
            let is_plain = options.ellipsis_mask == 0
                && options.new_axis_mask == 0
                && options.shrink_axis_mask == 0
                && integers(body, node.input(3)?)?.iter().all(|&stride| stride == 1);
            let first = if options.begin_mask & 2 != 0 { 0 } else { first? };
            is_plain.then_some((x, first))
        }
        _ => None,
    }
}
