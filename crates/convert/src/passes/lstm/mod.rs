//! UNIDIRECTIONAL_SEQUENCE_LSTM for loops that compute what it does.
//!
//! The pass `loops` has left what the recognition needs: a counter, the states `h` and `c`, products of the inputs, and perhaps
//! the rows of `h`. Everything that the loop carries must be accounted for.

mod cell;

use featherlite_base::DType;
use featherlite_ir::{Model, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::loops::{Loop, nodes, remove_graphs};
use super::rewriter::{floats, integers, is_plain, made_by};
use super::{Pass, Run, Stage};
use crate::Result;
use crate::build::Builder;
use crate::import::compose::lstm::{Weights, fused};
use crate::import::compose::shape;
use cell::{Cell, Gate};

pub(super) const PASS: Pass = Pass {
    name: "lstm",
    summary: "recognizes UNIDIRECTIONAL_SEQUENCE_LSTM in loops",
    stage: Stage::Lower,
    run: Run::Graph(run),
};

fn run(model: &mut Model, graph: usize) -> Result<bool> {
    for id in nodes(&model.graphs[graph]) {
        let Some(mut found) = Loop::of(model, graph, id) else { continue };
        let Some(layer) = Layer::of(&found) else { continue };
        layer.replace(&mut found)?;
        let graphs = [found.condition, found.body];
        remove_graphs(model, &graphs);
        return Ok(true);
    }
    Ok(false)
}

/// An LSTM layer in the form of a loop.
struct Layer {
    cell: Cell,
    /// The products of the inputs for each gate, `x * weights + bias`.
    products: [Product; 4],
    /// The place of the rows of `h`, if they are kept.
    rows: Option<usize>,
    batch: usize,
}

/// A product of a whole sequence with weights.
#[derive(Clone, Copy)]
struct Product {
    x: ValueId,
    weights: ValueId,
    /// `[columns]`, with or without leading ones.
    biases: [Option<ValueId>; 2],
}

impl Layer {
    fn of(found: &Loop<'_>) -> Option<Self> {
        let (counter, steps) = found.count().filter(|(_, steps)| *steps > 0)?;
        let cell = Cell::of(found, counter)?;
        let sequences = cell.gates.each_ref().map(|gate| gate.sequence);
        let rows = (0..found.places())
            .find(|&place| found.written_rows(place) == Some(found.body().outputs[cell.hidden]));
        let known = [Some(counter), Some(cell.hidden), Some(cell.carried), rows];
        let is_known = |place: usize| {
            let is_asked = place == cell.hidden || Some(place) == rows;
            (known.contains(&Some(place)) || sequences.contains(&place))
                && (is_asked || !found.is_read(place))
        };
        let is_zero = |place: usize| {
            floats(found.outer(), found.start(place))
                .is_some_and(|start| start.iter().all(|&element| element == 0.0))
        };
        let fits = (0..found.places()).all(is_known) && is_zero(cell.hidden) && is_zero(cell.carried);
        let mut products = [None; 4];
        for (product, place) in products.iter_mut().zip(sequences) {
            *product = Product::of(found, place, steps);
        }
        let [Some(first), Some(second), Some(third), Some(fourth)] = products else { return None };
        let products = [first, second, third, fourth];
        let is_one = products.iter().all(|product| product.x == first.x);
        let batch = *found.outer().value(first.x).fixed_shape()?.get(1)?;
        (fits && is_one).then_some(Self { cell, products, rows, batch })
    }

    /// Puts the operator in the place of the loop.
    fn replace(&self, found: &mut Loop<'_>) -> Result<()> {
        let hidden = found.is_read(self.cell.hidden).then(|| found.end(self.cell.hidden));
        let rows = self.rows.map(|place| found.end(place));
        let body = found.body().clone();
        let mut b = Builder::before(found.model, found.graph, found.node);
        let x = batch_first(&mut b, self.products[0].x)?;
        let mut weights = Weights { kernel: [x; 4], recurrent: [x; 4], biases: [x; 4] };
        for (index, gate) in self.cell.gates.iter().enumerate() {
            let product = self.products[index];
            let recurrent = b.graph_mut().add_value(body.value(gate.weights).clone());
            weights.kernel[index] = part(&mut b, product.weights, gate.sequence_row, gate.units)?;
            weights.recurrent[index] = part(&mut b, recurrent, gate.row, gate.units)?;
            weights.biases[index] = bias(&mut b, gate, &product)?;
        }
        let made = fused(&mut b, x, &weights, self.batch)?;
        let last = hidden.map(|_| shape::at(&mut b, made, 1, -1)).transpose()?;
        let all = rows.map(|_| b.transpose(made, &[1, 0, 2])).transpose()?;
        let node = found.node;
        let outer = found.outer_mut();
        for (old, new) in hidden.into_iter().zip(last).chain(rows.into_iter().zip(all)) {
            outer.replace(old, new);
        }
        outer.remove(node);
        Ok(())
    }
}

impl Product {
    /// The product that a place carries, of `[steps, n, inputs]`.
    fn of(found: &Loop<'_>, place: usize, steps: usize) -> Option<Self> {
        let outer = found.outer();
        let start = found.start(place);
        let sum = made_by(outer, start, B::ADD).filter(|node| is_plain(&node.op));
        let (product, added) = match sum {
            Some(sum) => (sum.input(0)?, sum.input(1)),
            None => (start, None),
        };
        let product = made_by(outer, product, B::FULLY_CONNECTED)?;
        let [x, weights] = [product.input(0)?, product.input(1)?];
        let biases = [product.input(2), added];
        let sizes = outer.value(x).fixed_shape()?;
        let result = outer.value(start).fixed_shape()?;
        let is_sequence = sizes.len() == 3 && sizes[0] == steps && result.len() == 3;
        let is_row = |bias: &ValueId| floats(outer, *bias).map(<[f32]>::len) == result.last().copied();
        let fits = is_plain(&product.op)
            && is_sequence
            && outer.value(x).dtype == DType::F32
            && floats(outer, weights).is_some()
            && biases.iter().flatten().all(is_row);
        fits.then_some(Self { x, weights, biases })
    }
}

/// `[steps, n, …]` as `[n, steps, …]`; where it is reversed, what it is the reverse of, so that permutations of that may cancel.
fn batch_first(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let reverse = made_by(b.graph(), x, B::REVERSE_V2);
    let ahead = reverse.and_then(|node| {
        let is_first = integers(b.graph(), node.input(1)?)? == [0];
        node.input(0).filter(|_| is_first)
    });
    let first = b.transpose(ahead.unwrap_or(x), &[1, 0, 2])?;
    if ahead.is_some() { shape::reverse(b, first, &[1]) } else { Ok(first) }
}

/// Rows `[units, …]` of a constant.
fn part(b: &mut Builder<'_>, x: ValueId, row: usize, units: usize) -> Result<ValueId> {
    shape::slice_axis(b, x, 0, row as i32, units as i32)
}

/// All that is added to a gate, `[units]`.
fn bias(b: &mut Builder<'_>, gate: &Gate, product: &Product) -> Result<ValueId> {
    let mut sum = b.constant(&[gate.units], &gate.bias)?;
    for &bias in product.biases.iter().flatten() {
        let row = b.reshape(bias, &[-1])?;
        let own = part(b, row, gate.sequence_row, gate.units)?;
        sum = b.binary(B::ADD, own, sum)?;
    }
    Ok(sum)
}
