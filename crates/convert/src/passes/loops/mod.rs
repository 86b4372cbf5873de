//! Loops that carry round only what changes and is read.
//!
//! Sources carry a good deal more: two counters for one, lists of one element that every step writes anew, weights. What
//! does not depend on the step is computed once, before the loop.

mod carried;

use featherlite_ir::{Graph, Model, NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::BuiltinOptions;

use super::rewriter::{integers, is_plain, made_by};
use super::{Pass, Run, Stage, dead_code};
use crate::Result;
use crate::build::Builder;
use crate::import::compose::shape;

pub(super) use carried::{Loop, remove_graphs};

pub(super) const PASS: Pass = Pass {
    name: "loops",
    summary: "carries round loops only what changes and is read, and multiplies sequences by weights before them",
    stage: Stage::Lower,
    run: Run::Graph(run),
};

/// Looks at a loop; whether it changed it.
type Rule = fn(&mut Loop<'_>) -> Result<bool>;

const RULES: &[Rule] = &[constants, condition, equals, whole_updates, last_rows, derived, products, unread];

fn run(model: &mut Model, graph: usize) -> Result<bool> {
    let mut is_changed = false;
    for id in nodes(&model.graphs[graph]) {
        let Some(mut found) = Loop::of(model, graph, id) else { continue };
        while RULES
            .iter()
            .try_fold(false, |changed, rule| Ok::<_, crate::Error>(rule(&mut found)? || changed))?
        {
            is_changed = true;
            let (condition, body) = (found.condition, found.body);
            dead_code::remove(&mut found.model.graphs[condition]);
            dead_code::remove(&mut found.model.graphs[body]);
        }
    }
    if is_changed {
        dead_code::remove(&mut model.graphs[graph]);
    }
    Ok(is_changed)
}

/// The loops of a graph.
pub(super) fn nodes(graph: &Graph) -> Vec<NodeId> {
    graph.nodes().filter(|(_, node)| node.op.is(B::WHILE)).map(|(id, _)| id).collect()
}

/// What does not change is read where it comes from; constants are the body's own.
fn constants(found: &mut Loop<'_>) -> Result<bool> {
    let mut is_changed = false;
    let mut keep = vec![true; found.places()];
    for place in (0..found.places()).filter(|&place| found.is_invariant(place)).collect::<Vec<_>>() {
        let (start, end) = (found.start(place), found.end(place));
        if found.outer().is_output(end) {
            continue;
        }
        if found.is_read(place) {
            found.outer_mut().replace(end, start);
            is_changed = true;
        }
        let value = found.outer().value(start).clone();
        let input = found.body().inputs[place];
        let is_alone = found.body().outputs.iter().filter(|&&output| output == input).count() == 1;
        if value.constant.is_none() || !is_alone {
            continue;
        }
        for index in [found.condition, found.body] {
            let graph = &mut found.model.graphs[index];
            let (input, own) = (graph.inputs[place], graph.add_value(value.clone()));
            graph.replace(input, own);
        }
        keep[place] = false;
    }
    if keep.contains(&false) {
        found.keep(&keep);
        is_changed = true;
    }
    Ok(is_changed)
}

/// A condition that asks the same twice asks once.
fn condition(found: &mut Loop<'_>) -> Result<bool> {
    let condition = found.condition();
    let Some(both) = made_by(condition, condition.outputs[0], B::LOGICAL_AND) else { return Ok(false) };
    let (Some(x), Some(y)) = (both.input(0), both.input(1)) else { return Ok(false) };
    if !is_same(condition, x, y, [x, x]) {
        return Ok(false);
    }
    found.model.graphs[found.condition].outputs[0] = x;
    Ok(true)
}

/// What starts equal and changes in the same way is carried once.
fn equals(found: &mut Loop<'_>) -> Result<bool> {
    for first in 0..found.places() {
        for second in first + 1..found.places() {
            let (outer, body) = (found.outer(), found.body());
            let inputs = [body.inputs[first], body.inputs[second]];
            let starts = [found.start(first), found.start(second)];
            let is_equal = is_same(outer, starts[0], starts[1], [starts[0]; 2])
                && is_same(body, body.outputs[first], body.outputs[second], inputs)
                && !outer.is_output(found.end(second));
            if !is_equal {
                continue;
            }
            let ends = [found.end(first), found.end(second)];
            found.outer_mut().replace(ends[1], ends[0]);
            for index in [found.condition, found.body] {
                let graph = &mut found.model.graphs[index];
                let (new, old) = (graph.inputs[first], graph.inputs[second]);
                graph.replace(old, new);
            }
            let mut keep = vec![true; found.places()];
            keep[second] = false;
            found.keep(&keep);
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether two values are equal if those of a pair are: by what computes them, one node deep.
fn is_same(graph: &Graph, x: ValueId, y: ValueId, pair: [ValueId; 2]) -> bool {
    let alike = |x: ValueId, y: ValueId| {
        let (left, right) = (graph.value(x), graph.value(y));
        let is_constant = left.constant.is_some()
            && left.constant == right.constant
            && (left.dtype, &left.shape, &left.quantization)
                == (right.dtype, &right.shape, &right.quantization);
        x == y || (pair.contains(&x) && pair.contains(&y)) || is_constant
    };
    let node = |value| graph.producer(value).map(|id| graph.node(id));
    let by_nodes = || {
        let (left, right) = (node(x)?, node(y)?);
        let inputs = left.inputs.iter().zip(&right.inputs).all(|pair| match pair {
            (Some(x), Some(y)) => alike(*x, *y),
            (x, y) => x == y,
        });
        let is_pure = [B::ADD, B::LESS].into_iter().any(|op| left.op.is(op));
        Some(is_pure && left.op == right.op && left.inputs.len() == right.inputs.len() && inputs)
    };
    alike(x, y) || by_nodes().unwrap_or(false)
}

/// An update of everything is what it writes.
fn whole_updates(found: &mut Loop<'_>) -> Result<bool> {
    let body = found.body_mut();
    let updates = body.nodes().filter(|(_, node)| node.op.is(B::DYNAMIC_UPDATE_SLICE));
    let whole = updates.filter_map(|(_, node)| {
        let (old, new) = (node.input(0)?, node.input(1)?);
        let sizes = body.value(old).shape.as_ref()?;
        (body.value(new).shape.as_ref() == Some(sizes)).then_some((node.outputs[0], new))
    });
    let whole: Vec<_> = whole.collect();
    whole.iter().for_each(|&(old, new)| body.replace(old, new));
    Ok(!whole.is_empty())
}

/// The last of the rows that a loop writes is what its last step gives.
fn last_rows(found: &mut Loop<'_>) -> Result<bool> {
    for rows in 0..found.places() {
        let Some(row) = found.written_rows(rows) else { continue };
        let Some(place) = found.body().outputs.iter().position(|&output| output == row) else { continue };
        let outer = found.outer();
        let users: Vec<NodeId> = outer.users(found.end(rows)).to_vec();
        let is_last = |&user: &NodeId| takes_last(outer, user, found.end(rows)).is_some();
        let Some(user) = users.into_iter().find(is_last) else { continue };
        let (old, new) = (outer.node(user).outputs[0], found.end(place));
        let (left, right) = (outer.value(old), outer.value(new));
        let is_taken = outer.is_output(old) && outer.is_output(new);
        if left.shape != right.shape || left.shape.is_none() || is_taken {
            continue;
        }
        found.outer_mut().replace(old, new);
        found.outer_mut().remove(user);
        return Ok(true);
    }
    Ok(false)
}

/// Whether a node takes the last of the rows of `x`, without the axis.
fn takes_last(graph: &Graph, user: NodeId, x: ValueId) -> Option<()> {
    let node = graph.node(user);
    let rows = graph.value(x).shape.as_ref()?.first()?.size()? as i64;
    let is_last = |place: i64| place == -1 || place == rows - 1;
    let taken = match &node.op.options {
        Some(BuiltinOptions::GatherOptions(options)) if node.op.is(B::GATHER) => {
            let index = integers(graph, node.input(1)?)?;
            options.axis == 0 && index.len() == 1 && is_last(index[0])
        }
        Some(BuiltinOptions::StridedSliceOptions(options)) => {
            let [begin, strides] = [integers(graph, node.input(1)?)?, integers(graph, node.input(3)?)?];
            let others = ((1i32 << begin.len().checked_sub(1)?.min(8)) - 1) << 1;
            let is_whole = options.begin_mask & options.end_mask & others == others;
            options.shrink_axis_mask == 1
                && options.new_axis_mask == 0
                && options.ellipsis_mask == 0
                && options.begin_mask & 1 == 0
                && (begin.len() == 1 || is_whole)
                && strides.iter().all(|&stride| stride == 1)
                && is_last(*begin.first()?)
        }
        _ => false,
    };
    (taken && node.input(0) == Some(x)).then_some(())
}

/// What nothing reads in the loop and comes of something else that is carried is made of that after the loop.
fn derived(found: &mut Loop<'_>) -> Result<bool> {
    if found.count().is_none_or(|(_, steps)| steps == 0) {
        return Ok(false);
    }
    for place in 0..found.places() {
        let (body, condition) = (found.body(), found.condition());
        let output = body.outputs[place];
        let is_silent = [(body, body.inputs[place]), (condition, condition.inputs[place])]
            .iter()
            .all(|(graph, input)| graph.users(*input).is_empty() && !graph.is_output(*input));
        let source = made_by(body, output, B::RESHAPE).and_then(|node| node.input(0)).unwrap_or(output);
        let other = (0..found.places()).find(|&other| other != place && body.outputs[other] == source);
        let (true, Some(other)) = (is_silent, other) else { continue };
        let (old, source) = (found.end(place), found.end(other));
        if !found.is_read(place) || found.outer().is_output(old) {
            continue;
        }
        let Some(sizes) = found.outer().value(old).fixed_shape() else { continue };
        let sizes: Vec<i64> = sizes.iter().map(|&size| size as i64).collect();
        let mut b = after(found);
        let new = b.reshape(source, &sizes)?;
        found.outer_mut().replace(old, new);
        return Ok(true);
    }
    Ok(false)
}

/// A builder of nodes right behind the loop.
fn after<'b>(found: &'b mut Loop<'_>) -> Builder<'b> {
    let outer = found.outer();
    let next = outer.nodes().skip_while(|(id, _)| *id != found.node).nth(1).map(|(id, _)| id);
    match next {
        Some(next) => Builder::before(found.model, found.graph, next),
        None => Builder::new(found.model, found.graph),
    }
}

/// Each row of a sequence times weights (or plus a bias) is a row of the sequence times weights.
fn products(found: &mut Loop<'_>) -> Result<bool> {
    let Some((counter, _)) = found.count() else { return Ok(false) };
    let body = found.body();
    let product = body.nodes().find_map(|(id, node)| {
        let others: Vec<ValueId> = node.inputs.iter().skip(1).copied().flatten().collect();
        let place = found.row_of(node.input(0)?, counter)?;
        let is_learnt = |other: &ValueId| {
            let value = body.value(*other);
            value.constant.is_some() && value.shape.as_ref().is_some_and(|shape| shape.len() <= 2)
        };
        let is_product = [B::FULLY_CONNECTED, B::ADD].into_iter().any(|op| node.op.is(op))
            && is_plain(&node.op)
            && body.value(node.input(0)?).shape.as_ref()?.len() == 2
            && others.iter().all(is_learnt);
        is_product.then_some((id, place, others))
    });
    let Some((id, place, others)) = product else { return Ok(false) };
    let is_sum = body.node(id).op.is(B::ADD);
    let others: Vec<_> = others.into_iter().map(|other| body.value(other).clone()).collect();
    let (x, node) = (found.start(place), found.node);
    let mut b = Builder::before(found.model, found.graph, node);
    let others: Vec<ValueId> = others.into_iter().map(|value| b.graph_mut().add_value(value)).collect();
    let products = match others[..] {
        [other] if is_sum => b.binary(B::ADD, x, other)?,
        [weights, ref bias @ ..] => b.fully_connected(x, weights, bias.first().copied())?,
        [] => return Ok(false),
    };
    let sequence = found.carry(products);
    let (body, old) = (found.body, found.body().node(id).outputs[0]);
    let index = found.body().inputs[counter];
    let mut b = Builder::before(found.model, body, id);
    let row = shape::gather(&mut b, sequence, index, 0)?;
    found.body_mut().replace(old, row);
    Ok(true)
}

/// What neither the condition, nor the rest of the network, nor anything that they depend on reads is not carried.
fn unread(found: &mut Loop<'_>) -> Result<bool> {
    let condition = found.condition();
    let mut keep: Vec<bool> = (0..found.places())
        .map(|place| {
            let input = condition.inputs[place];
            found.is_read(place) || condition.is_output(input) || !condition.users(input).is_empty()
        })
        .collect();
    loop {
        let needed = dead_code::needed(found.body(), &keep);
        let more = keep.iter().zip(&found.body().inputs).map(|(&keep, input)| keep || needed[input.index()]);
        let more: Vec<bool> = more.collect();
        if more == keep {
            break;
        }
        keep = more;
    }
    if !keep.contains(&false) || !keep.contains(&true) {
        return Ok(false);
    }
    found.keep(&keep);
    Ok(true)
}
