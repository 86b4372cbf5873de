//! Branches and loops. What is decided while importing is taken or unrolled at once; the rest becomes graphs of their own.

use std::collections::HashSet;

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, Value, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::{self, Call};
use super::graph::{Item, Scope};
use super::model::read_names;
use super::proto;
use super::rules::Row;
use super::rules::Rule::Items;
use super::slicing;
use crate::build::Builder;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] =
    &[("If", Items(branch, "IF")), ("Loop", Items(repeat, "WHILE")), ("Scan", Items(scan, "none"))];

/// Iterations that are written out at most.
const UNROLLED: i64 = 64;

/// Steps of a scan at most, which is always written out.
const SCANNED: usize = 1024;

/// A name that a body reads from around it, and its value there.
struct Captured {
    name: String,
    outer: ValueId,
    value: Value,
}

/// Imports a graph of an attribute into the graph around it, and returns what it gives.
fn inline(c: &mut Call<'_, '_>, graph: &proto::Graph, prefix: &str, inputs: Vec<Item>) -> Result<Vec<Item>> {
    let name = c.b.scope().to_owned();
    let mut scope = Scope::inner(c.scope, &format!("{name}{prefix}"));
    for (info, item) in graph.input.iter().zip(inputs) {
        scope.set(&info.name, item);
    }
    let b = &mut *c.b;
    c.importer.deeper(|importer| {
        importer.initializers(b, &mut scope, graph)?;
        importer.nodes(b, &mut scope, &graph.node)
    })?;
    c.b.set_scope(name);
    graph.output.iter().map(|info| scope.get(&info.name).cloned()).collect()
}

/// What graphs of attributes read from the graph around them.
fn captured(c: &Call<'_, '_>, graphs: &[&proto::Graph]) -> Result<Vec<Captured>> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for graph in graphs {
        let own: HashSet<&str> = graph.input.iter().map(|info| info.name.as_str()).collect();
        for name in read_names(graph) {
            if own.contains(name) || !seen.insert(name) {
                continue;
            }
            let Some(item) = c.scope.find(name) else { continue };
            let outer = item.tensor()?;
            let value = c.b.graph().value(outer).clone();
            found.push(Captured { name: name.to_owned(), outer, value });
        }
    }
    Ok(found)
}

/// A value of this kind with no contents.
fn empty(name: &str, value: &Value) -> Value {
    Value { name: name.to_owned(), shape: value.shape.clone(), ..Value::new(name, value.dtype) }
}

/// Sets the captured names of a body: constants are copied, other values become inputs.
fn take_over(b: &mut Builder<'_>, scope: &mut Scope<'_>, captured: &[Captured]) {
    for captured in captured {
        let value = match captured.value.constant {
            Some(_) => b.graph_mut().add_value(captured.value.clone()),
            None => b.input_of(empty(&captured.name, &captured.value)),
        };
        scope.set(&captured.name, Item::Tensor(value));
    }
}

/// The captured values that are handed to a body.
fn handed(captured: &[Captured]) -> impl Iterator<Item = ValueId> {
    captured.iter().filter(|captured| captured.value.constant.is_none()).map(|captured| captured.outer)
}

fn branch(c: &mut Call<'_, '_>) -> Result<Vec<Option<Item>>> {
    let condition = c.input(0)?;
    let (yes, no) = (c.attributes.graph("then_branch")?, c.attributes.graph("else_branch")?);
    if let Some(values) = c.b.integers(condition) {
        let chosen = if values.first().is_some_and(|&value| value != 0) { yes } else { no };
        return Ok(inline(c, chosen, "", Vec::new())?.into_iter().map(Some).collect());
    }
    let captured = captured(c, &[yes, no])?;
    let (then_index, types) = branch_graph(c, yes, "then", &captured)?;
    let (else_index, other) = branch_graph(c, no, "else", &captured)?;
    if types != other {
        return Err(Error::unsupported(format!("branches that give {types:?} and {other:?}")));
    }
    let options =
        owned::IfOptions { then_subgraph_index: then_index as i32, else_subgraph_index: else_index as i32 };
    let condition = c.reshape(condition, &[])?;
    let inputs: Vec<_> = [condition].into_iter().chain(handed(&captured)).map(Some).collect();
    let outputs = c.b.add_as(Op::with(Tflite::IF, options), &inputs, &types)?;
    Ok(outputs.into_iter().map(Item::Tensor).map(Some).collect())
}

/// A branch as a graph of its own, and the types of what it gives.
fn branch_graph(
    c: &mut Call<'_, '_>,
    graph: &proto::Graph,
    prefix: &str,
    captured: &[Captured],
) -> Result<(usize, Vec<DType>)> {
    let name = format!("{}/{prefix}", c.b.scope());
    let mut scope = Scope::apart(c.scope, &name);
    let importer = &mut *c.importer;
    c.b.subgraph(&name, |b| {
        take_over(b, &mut scope, captured);
        importer.deeper(|importer| {
            importer.initializers(b, &mut scope, graph)?;
            importer.nodes(b, &mut scope, &graph.node)
        })?;
        let mut types = Vec::with_capacity(graph.output.len());
        for info in &graph.output {
            let value = scope.get(&info.name)?.tensor()?;
            give(b, value)?;
            types.push(b.dtype(value));
        }
        Ok(types)
    })
}

/// Makes a value an output that is neither an input, nor a constant, nor another output.
fn give(b: &mut Builder<'_>, value: ValueId) -> Result<()> {
    let graph = b.graph();
    let is_own = !graph.inputs.contains(&value) && !graph.is_output(value) && !b.is_constant(value);
    let value = if is_own {
        value
    } else {
        let shape = b.shape_of(value)?;
        b.add_typed(Tflite::RESHAPE, &[value, shape], b.dtype(value))?
    };
    b.output(value);
    Ok(())
}

/// A loop is unrolled if the number of iterations is known and small.
fn repeat(c: &mut Call<'_, '_>) -> Result<Vec<Option<Item>>> {
    let body = c.attributes.graph("body")?;
    let limit = match c.optional(0)? {
        Some(limit) => c.b.integers(limit).and_then(|values| values.first().copied()),
        None => Some(i64::MAX),
    };
    let goes_on = match c.optional(1)? {
        Some(condition) => c.b.integers(condition).and_then(|values| values.first().copied()),
        None => Some(1),
    };
    if let (Some(limit), Some(goes_on)) = (limit, goes_on)
        && let Some(items) = unrolled(c, body, limit, goes_on != 0)?
    {
        return Ok(items);
    }
    repeated(c, body)
}

/// `None` if whether the loop goes on depends on what is computed, or it goes on for long.
fn unrolled(
    c: &mut Call<'_, '_>,
    body: &proto::Graph,
    limit: i64,
    mut goes_on: bool,
) -> Result<Option<Vec<Option<Item>>>> {
    if limit > UNROLLED && c.optional(0)?.is_some() {
        return Ok(None);
    }
    let mut states: Vec<Item> = Vec::new();
    for item in c.inputs.iter().skip(2) {
        states.push(item.clone().unwrap_or(Item::Nothing));
    }
    let count = states.len();
    let mut collected: Vec<Vec<ValueId>> = vec![Vec::new(); body.output.len().saturating_sub(1 + count)];
    let mut iteration = 0;
    while goes_on && iteration < limit {
        if iteration == UNROLLED {
            return Ok(None);
        }
        let index = c.b.scalar(iteration)?;
        let condition = c.scalar_of(DType::Bool, 1.0)?;
        let mut inputs = vec![Item::Tensor(index), Item::Tensor(condition)];
        inputs.append(&mut states);
        let mut outputs = inline(c, body, &format!("_{iteration}"), inputs)?.into_iter();
        let condition =
            outputs.next().ok_or_else(|| Error::invalid("the body gives no condition"))?.tensor()?;
        let Some(condition) = c.b.integers(condition) else { return Ok(None) };
        goes_on = condition.first().is_some_and(|&value| value != 0);
        states = outputs.by_ref().take(count).collect();
        for (list, item) in collected.iter_mut().zip(outputs) {
            list.push(item.tensor()?);
        }
        iteration += 1;
    }
    let mut items: Vec<_> = states.into_iter().map(Some).collect();
    for (index, list) in collected.iter().enumerate() {
        items.push(if c.wants(count + index) { Some(Item::Tensor(stacked(c, list, 0)?)) } else { None });
    }
    Ok(Some(items))
}

/// Values joined along a new axis.
fn stacked(c: &mut Call<'_, '_>, values: &[ValueId], axis: usize) -> Result<ValueId> {
    let mut parts = Vec::with_capacity(values.len());
    for &value in values {
        parts.push(c.expand(value, axis)?);
    }
    match parts[..] {
        [] => Err(Error::unsupported("a loop without iterations gives nothing to join")),
        [part] => Ok(part),
        _ => c.b.concatenation(&parts, axis as i32),
    }
}

/// What a body gives: types, and the shapes of what is collected.
struct Body {
    index: usize,
    collected: Vec<Value>,
}

/// A loop whose iterations are counted when the model runs: the variables are the iteration, the condition, the states, what
/// the body reads from around it, and what is collected.
fn repeated(c: &mut Call<'_, '_>, body: &proto::Graph) -> Result<Vec<Option<Item>>> {
    let limit = match c.optional(0)? {
        Some(limit) => {
            let limit = c.b.cast(limit, DType::I64)?;
            Some(c.reshape(limit, &[])?)
        }
        None => None,
    };
    let condition = match c.optional(1)? {
        Some(condition) => c.reshape(condition, &[])?,
        None => c.scalar_of(DType::Bool, 1.0)?,
    };
    let mut states = Vec::new();
    for item in c.inputs.iter().skip(2).flatten() {
        states.push(item.tensor()?);
    }
    let captured = captured(c, &[body])?;
    let Body { index: body_index, collected } = body_graph(c, body, &states, &captured)?;
    let first = c.b.scalar(0i64)?;
    let limit = limit.map_or_else(|| c.b.scalar(i64::MAX), Ok)?;
    let mut variables = vec![first, condition, limit];
    variables.extend(&states);
    variables.extend(handed(&captured));
    let before = variables.len();
    for value in &collected {
        let sizes = value
            .fixed_shape()
            .ok_or_else(|| Error::unsupported("a loop that collects values of open sizes"))?;
        let sizes = [&[0], &sizes[..]].concat();
        variables.push(c.b.constant_bytes(value.dtype, &sizes, bytes::Bytes::new())?);
    }
    let values: Vec<Value> = variables.iter().map(|&value| c.b.graph().value(value).clone()).collect();
    let name = format!("{}/condition", c.b.scope());
    let (cond_index, ()) = c.b.subgraph(&name, |b| {
        let inputs: Vec<ValueId> = values.iter().map(|value| b.input_of(empty(&value.name, value))).collect();
        let is_within = b.binary(Tflite::LESS, inputs[0], inputs[2])?;
        let goes_on = b.binary(Tflite::LOGICAL_AND, inputs[1], is_within)?;
        b.output(goes_on);
        Ok(())
    })?;
    let options = owned::WhileOptions {
        cond_subgraph_index: cond_index as i32,
        body_subgraph_index: body_index as i32,
    };
    let types: Vec<DType> = variables.iter().map(|&value| c.dtype(value)).collect();
    let inputs: Vec<_> = variables.into_iter().map(Some).collect();
    let outputs = c.b.add_as(Op::with(Tflite::WHILE, options), &inputs, &types)?;
    let states = outputs[3..3 + states.len()].iter();
    Ok(states.chain(&outputs[before..]).map(|&value| Some(Item::Tensor(value))).collect())
}

fn body_graph(
    c: &mut Call<'_, '_>,
    body: &proto::Graph,
    states: &[ValueId],
    captured: &[Captured],
) -> Result<Body> {
    let name = format!("{}/body", c.b.scope());
    let mut scope = Scope::apart(c.scope, &name);
    let states: Vec<Value> = states.iter().map(|&state| c.b.graph().value(state).clone()).collect();
    let importer = &mut *c.importer;
    let (index, collected) = c.b.subgraph(&name, |b| {
        let scalar = |name: &str, dtype| Value::new(name, dtype).with_shape(Vec::<Dim>::new());
        let [iteration, condition, limit] = [
            b.input_of(scalar("iteration", DType::I64)),
            b.input_of(scalar("condition", DType::Bool)),
            b.input_of(scalar("limit", DType::I64)),
        ];
        let mut inputs = vec![iteration, condition];
        inputs.extend(states.iter().map(|state| b.input_of(empty(&state.name, state))));
        for (info, &value) in body.input.iter().zip(&inputs) {
            scope.set(&info.name, Item::Tensor(value));
        }
        take_over(b, &mut scope, captured);
        let passed: Vec<ValueId> = b.graph().inputs[3 + states.len()..].to_vec();
        importer.deeper(|importer| {
            importer.initializers(b, &mut scope, body)?;
            importer.nodes(b, &mut scope, &body.node)
        })?;
        let mut outputs = Vec::with_capacity(body.output.len());
        for info in &body.output {
            outputs.push(scope.get(&info.name)?.tensor()?);
        }
        if outputs.len() < 1 + states.len() {
            return Err(Error::invalid(format!(
                "a body of {} outputs for {} states",
                outputs.len(),
                states.len()
            )));
        }
        let one = b.scalar(1i64)?;
        let next = b.binary(Tflite::ADD, iteration, one)?;
        let goes_on = b.reshape(outputs[0], &[])?;
        let mut given = vec![next, goes_on, limit];
        given.extend(&outputs[1..1 + states.len()]);
        given.extend(&passed);
        let mut collected = Vec::new();
        for &value in &outputs[1 + states.len()..] {
            let (joined, kind) = collect(b, value)?;
            given.push(joined);
            collected.push(kind);
        }
        given.into_iter().try_for_each(|value| give(b, value))?;
        Ok(collected)
    })?;
    Ok(Body { index, collected })
}

/// What has been collected so far, which becomes an input, with another value at its end.
fn collect(b: &mut Builder<'_>, value: ValueId) -> Result<(ValueId, Value)> {
    let kind = b.graph().value(value).clone();
    let sizes = b.fixed_dims(value)?;
    let mut dims = vec![b.graph_mut().open_size("iterations", false)];
    dims.extend(sizes.iter().map(|&size| Dim::fixed(size)));
    let before = b.input_of(Value::new("collected", kind.dtype).with_shape(dims));
    let row: Vec<i64> = [1].into_iter().chain(sizes.iter().map(|&size| size as i64)).collect();
    let row = b.reshape(value, &row)?;
    Ok((b.concatenation(&[before, row], 0)?, kind))
}

/// A body for each step of the scanned inputs. Before operator set 9 each sample of a batch is scanned by itself.
fn scan(c: &mut Call<'_, '_>) -> Result<Vec<Option<Item>>> {
    let body = c.attributes.graph("body")?;
    let scanned = c.attributes.size_or("num_scan_inputs", 0)?;
    let is_batched = c.opset < 9;
    let mut inputs = c.inputs.iter().skip(usize::from(is_batched)).cloned();
    if is_batched && c.optional(0)?.is_some() {
        return Err(Error::unsupported("a scan over sequences of different lengths"));
    }
    let count = inputs.len().checked_sub(scanned).filter(|_| scanned > 0);
    let count = count.ok_or_else(|| Error::invalid(format!("{scanned} scanned inputs")))?;
    let states: Vec<Item> = inputs.by_ref().take(count).flatten().collect();
    let mut sources = Vec::with_capacity(scanned);
    for item in inputs.flatten() {
        sources.push(item.tensor()?);
    }
    if !is_batched {
        return scan_one(c, body, states, &sources);
    }
    let samples = c.size(*sources.first().ok_or_else(|| Error::invalid("no scanned inputs"))?, 0)?;
    let mut results: Vec<Vec<ValueId>> = vec![Vec::new(); body.output.len()];
    for sample in 0..samples.min(SCANNED) {
        let mut own = |value: ValueId| -> Result<ValueId> {
            let part = slicing::part(c, value, 0, sample, sample + 1)?;
            c.squeeze(part, &[0])
        };
        let mut own_states = Vec::with_capacity(states.len());
        for state in &states {
            own_states.push(Item::Tensor(own(state.tensor()?)?));
        }
        let own_sources = sources.iter().map(|&source| own(source)).collect::<Result<Vec<_>>>()?;
        for (list, item) in results.iter_mut().zip(scan_one(c, body, own_states, &own_sources)?) {
            list.push(item.ok_or_else(|| Error::internal("a scan without output"))?.tensor()?);
        }
    }
    results.iter().map(|list| Ok(Some(Item::Tensor(stacked(c, list, 0)?)))).collect()
}

fn scan_one(
    c: &mut Call<'_, '_>,
    body: &proto::Graph,
    mut states: Vec<Item>,
    sources: &[ValueId],
) -> Result<Vec<Option<Item>>> {
    let count = states.len();
    let list = |name: &str| c.attributes.ints(name).map(|values| values.unwrap_or_default().to_vec());
    let (backwards, axes) = (list("scan_input_directions")?, list("scan_input_axes")?);
    let (out_backwards, out_axes) = (list("scan_output_directions")?, list("scan_output_axes")?);
    let mut steps = Vec::with_capacity(sources.len());
    for (index, &source) in sources.iter().enumerate() {
        let axis = call::axis(axes.get(index).copied().unwrap_or(0), c.rank(source)?)?;
        let size = c.size(source, axis)?;
        if size == 0 || size > SCANNED {
            return Err(Error::unsupported(format!(
                "a scan of {size} steps; from 1 to {SCANNED} can be written out"
            )));
        }
        let mut parts = slicing::split_at(c, source, axis, &vec![1; size])?;
        for part in &mut parts {
            *part = c.squeeze(*part, &[axis])?;
        }
        if backwards.get(index) == Some(&1) {
            parts.reverse();
        }
        steps.push(parts);
    }
    let length = steps.iter().map(Vec::len).min().unwrap_or(0);
    let mut collected: Vec<Vec<ValueId>> = vec![Vec::new(); body.output.len().saturating_sub(count)];
    for step in 0..length {
        let mut inputs = std::mem::take(&mut states);
        inputs.extend(steps.iter().map(|parts| Item::Tensor(parts[step])));
        let mut outputs = inline(c, body, &format!("_{step}"), inputs)?.into_iter();
        states = outputs.by_ref().take(count).collect();
        for (list, item) in collected.iter_mut().zip(outputs) {
            list.push(item.tensor()?);
        }
    }
    let mut items: Vec<_> = states.into_iter().map(Some).collect();
    for (index, list) in collected.iter_mut().enumerate() {
        if out_backwards.get(index) == Some(&1) {
            list.reverse();
        }
        let rank = c.rank(*list.first().ok_or_else(|| Error::invalid("a scan without steps"))?)?;
        let axis = call::axis(out_axes.get(index).copied().unwrap_or(0), rank + 1)?;
        items.push(Some(Item::Tensor(stacked(c, list, axis)?)));
    }
    Ok(items)
}
