//! The scale and zero point of every activation.
//!
//! Values that an operator only moves or brings together share their parameters. Where several inputs are brought
//! together, one that others read as well keeps its own if it would become much coarser: it is requantized on the way.

use std::collections::BTreeMap;

use featherlite_base::DType;
use featherlite_ir::{Code, Graph, Node, NodeId, ValueId};
use featherlite_schema::BuiltinOperator;

use super::form::is_float;
use super::readers;
use super::{Form, Layer, Options};
use crate::calibrate::keys;
use crate::observer::Observer;
use crate::params::{Levels, Params};
use crate::rules::{self, Sharing};
use crate::statistics::Statistics;
use crate::{Error, ErrorKind, Result};

/// How much coarser a value that others read may become by sharing.
const COARSER: f32 = 1.15;

/// An integer type with parameters: a form of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Integer {
    pub(super) dtype: DType,
    pub(super) params: Params,
}

/// The integer forms of activations.
pub(super) struct Scales {
    forms: BTreeMap<ValueId, Integer>,
    ranges: BTreeMap<ValueId, (f32, f32)>,
}

impl Scales {
    /// Chooses the forms of all values that integer operators read or give.
    pub(super) fn new(
        graph: &Graph,
        layers: &BTreeMap<NodeId, &Layer>,
        statistics: Option<&Statistics>,
        options: &Options,
    ) -> Result<Self> {
        let types = types(graph, layers);
        let observers = observers(graph, layers, options);
        let ranges = ranges(graph, &types, statistics, &observers)?;
        let fixed = fixed(graph, layers);
        let mut groups = Groups::new(graph, &types, &ranges, &fixed);
        groups.share(graph, layers);
        let mut forms = BTreeMap::new();
        for (&value, &dtype) in &types {
            let (range, fixed) = groups.of(value);
            let params = match fixed {
                Some(params) => params,
                None => levels(dtype).params(range),
            };
            forms.insert(value, Integer { dtype, params });
        }
        Ok(Self { forms, ranges })
    }

    /// The integer form of a value that is best for its own sake.
    pub(super) fn form(&self, value: ValueId) -> Option<Integer> {
        self.forms.get(&value).copied()
    }

    /// The form of a value in a type that is not its own.
    pub(super) fn form_in(&self, value: ValueId, dtype: DType) -> Option<Integer> {
        let own = self.form(value)?;
        if own.dtype == dtype {
            return Some(own);
        }
        Some(Integer { dtype, params: levels(dtype).params(*self.ranges.get(&value)?) })
    }
}

/// The levels of activations of a type.
pub(super) fn levels(dtype: DType) -> Levels {
    match dtype {
        DType::I16 => Levels::INT16,
        DType::U8 => Levels::UINT8,
        _ => Levels::INT8,
    }
}

/// The type of each activation that is an integer somewhere: its producer's, otherwise that of the first that reads it.
fn types(graph: &Graph, layers: &BTreeMap<NodeId, &Layer>) -> BTreeMap<ValueId, DType> {
    let mut types = BTreeMap::new();
    let of = |id: NodeId| match layers.get(&id)?.form {
        Form::Integer { activations, .. } => Some(activations),
        _ => None,
    };
    for (id, node) in graph.nodes() {
        let Some(dtype) = of(id) else { continue };
        for &output in node.outputs.iter().filter(|&&output| is_float(graph, output)) {
            types.insert(output, dtype);
        }
        for &input in node.inputs.iter().flatten() {
            if is_float(graph, input) && graph.value(input).constant.is_none() {
                types.entry(input).or_insert(dtype);
            }
        }
    }
    types
}

/// The rule for the range of each value: its producer's.
fn observers(
    graph: &Graph,
    layers: &BTreeMap<NodeId, &Layer>,
    options: &Options,
) -> BTreeMap<ValueId, Observer> {
    let mut observers: BTreeMap<ValueId, Observer> =
        graph.inputs.iter().map(|&input| (input, Observer::MinMax)).collect();
    for (id, node) in graph.nodes() {
        let own = layers.get(&id).and_then(|layer| layer.scheme.observer);
        observers.extend(node.outputs.iter().map(|&output| (output, own.unwrap_or(options.observer))));
    }
    observers
}

fn ranges(
    graph: &Graph,
    types: &BTreeMap<ValueId, DType>,
    statistics: Option<&Statistics>,
    observers: &BTreeMap<ValueId, Observer>,
) -> Result<BTreeMap<ValueId, (f32, f32)>> {
    let keys = keys(graph);
    let mut ranges = BTreeMap::new();
    for (&value, &dtype) in types {
        let name = keys.get(&padded(graph, value)).map_or("", String::as_str);
        let tensor = statistics.and_then(|statistics| statistics.tensors.get(name)).ok_or_else(|| {
            Error::statistics(format!("there are no statistics of {name:?}: are they of this network?"))
        })?;
        if tensor.nonfinite > 0 {
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!(
                    "{name:?} held {} numbers that are infinite or none: it has no range",
                    tensor.nonfinite
                ),
            ));
        }
        let observer = observers.get(&value).copied().unwrap_or_default();
        let range =
            observer.range(tensor, levels(dtype), readers::function(graph, value)).unwrap_or((0.0, 0.0));
        ranges.insert(value, range);
    }
    Ok(ranges)
}

/// The value that has the range of `value`: itself, but where it is padded with the least or greatest number there is, as before
/// a MAX_POOL_2D, what was padded. The integer at the end of the range serves as well there.
fn padded(graph: &Graph, value: ValueId) -> ValueId {
    const BEYOND: f32 = 1e30;
    let source = graph.producer(value).map(|node| graph.node(node)).and_then(|node| {
        let elements = super::constants::floats(graph, node.input(2)?)?;
        let is_beyond = elements.iter().all(|element| element.abs() > BEYOND);
        (node.op.is(BuiltinOperator::PADV2) && is_beyond).then(|| node.input(0))?
    });
    source.unwrap_or(value)
}

/// Parameters that kernels insist on.
fn fixed(graph: &Graph, layers: &BTreeMap<NodeId, &Layer>) -> BTreeMap<ValueId, Params> {
    let mut fixed = BTreeMap::new();
    for (id, node) in graph.nodes() {
        let (Code::Builtin(code), Some(layer)) = (&node.op.code, layers.get(&id)) else { continue };
        let Form::Integer { activations, .. } = layer.form else { continue };
        if let Some(params) = rules::fixed_output(*code, activations) {
            fixed.extend(node.outputs.iter().map(|&output| (output, params)));
        }
    }
    fixed
}

/// Values that share parameters.
struct Groups<'g> {
    types: &'g BTreeMap<ValueId, DType>,
    /// The value that stands for each value's group, directly or by others.
    parents: BTreeMap<ValueId, ValueId>,
    /// What stands for a group has the range of all of it.
    ranges: BTreeMap<ValueId, (f32, f32)>,
    fixed: BTreeMap<ValueId, Params>,
    /// How many nodes read a group's values, but for those that hand on its parameters; and outputs of the graph.
    readers: BTreeMap<ValueId, usize>,
}

impl<'g> Groups<'g> {
    fn new(
        graph: &Graph,
        types: &'g BTreeMap<ValueId, DType>,
        ranges: &BTreeMap<ValueId, (f32, f32)>,
        fixed: &BTreeMap<ValueId, Params>,
    ) -> Self {
        let readers = |value: ValueId| graph.users(value).len() + usize::from(graph.is_output(value));
        Self {
            types,
            parents: types.keys().map(|&value| (value, value)).collect(),
            ranges: ranges.clone(),
            fixed: fixed.clone(),
            readers: types.keys().map(|&value| (value, readers(value))).collect(),
        }
    }

    /// Joins what operators force together, then what they bring together.
    fn share(&mut self, graph: &Graph, layers: &BTreeMap<NodeId, &Layer>) {
        let integer =
            |id: NodeId| layers.get(&id).is_some_and(|layer| matches!(layer.form, Form::Integer { .. }));
        let nodes = |wanted: Sharing| {
            let fits = move |node: &Node| matches!(node.op.code, Code::Builtin(code) if rules::sharing(code) == wanted);
            graph.nodes().filter(move |&(id, node)| integer(id) && fits(node)).map(|(_, node)| node)
        };
        for node in nodes(Sharing::Moves) {
            self.moves(graph, node);
        }
        // From the end: what a later operator brings together is known before its inputs' own inputs are looked at.
        for node in nodes(Sharing::Joins).collect::<Vec<_>>().into_iter().rev() {
            self.joins(node);
        }
    }

    fn moves(&mut self, graph: &Graph, node: &Node) {
        let Some(&first) = node.outputs.first() else { return };
        for &output in node.outputs.iter().skip(1) {
            self.join(first, output);
        }
        for &input in node.inputs.iter().flatten() {
            if self.types.contains_key(&input) && self.types.get(&input) == self.types.get(&first) {
                self.join(first, input);
                self.discount(input);
            } else if let Some(range) = constant_range(graph, input) {
                let root = self.root(first);
                self.widen(root, range);
            }
        }
    }

    fn joins(&mut self, node: &Node) {
        let Some(&output) = node.outputs.first() else { return };
        for &input in node.inputs.iter().flatten() {
            if !self.types.contains_key(&input) || self.types.get(&input) != self.types.get(&output) {
                continue;
            }
            let (own, its) = (self.root(input), self.root(output));
            if own == its || self.are_fixed_apart(own, its) {
                continue;
            }
            let is_only_reader = self.readers.get(&own).copied().unwrap_or(0) <= 1;
            if is_only_reader {
                // What the output does not reach is not seen of the input either.
                let range = self.ranges.get(&its).copied();
                self.join(output, input);
                self.ranges.extend(range.map(|range| (its, range)));
            } else if self.are_alike(own, its) {
                self.join(output, input);
            } else {
                continue;
            }
            self.discount(input);
        }
    }

    fn are_fixed_apart(&self, own: ValueId, its: ValueId) -> bool {
        let is_fixed = self.fixed.contains_key(&own) || self.fixed.contains_key(&its);
        is_fixed && self.fixed.get(&own) != self.fixed.get(&its)
    }

    /// Whether neither becomes much coarser by the other's range.
    fn are_alike(&self, own: ValueId, its: ValueId) -> bool {
        let width = |(low, high): (f32, f32)| high.max(0.0) - low.min(0.0);
        let range = |root: ValueId| self.ranges.get(&root).copied().unwrap_or((0.0, 0.0));
        let (own, its) = (range(own), range(its));
        let both = width((own.0.min(its.0), own.1.max(its.1)));
        both <= COARSER * width(own) && both <= COARSER * width(its)
    }

    fn discount(&mut self, input: ValueId) {
        let root = self.root(input);
        if let Some(readers) = self.readers.get_mut(&root) {
            *readers = readers.saturating_sub(1);
        }
    }

    fn join(&mut self, a: ValueId, b: ValueId) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b || !self.parents.contains_key(&a) || !self.parents.contains_key(&b) {
            return;
        }
        self.parents.insert(b, a);
        if let Some(range) = self.ranges.get(&b).copied() {
            self.widen(a, range);
        }
        if let Some(params) = self.fixed.get(&b).copied() {
            self.fixed.insert(a, params);
        }
        let readers = self.readers.get(&b).copied().unwrap_or(0);
        *self.readers.entry(a).or_default() += readers;
    }

    fn widen(&mut self, root: ValueId, (low, high): (f32, f32)) {
        let own = self.ranges.entry(root).or_insert((low, high));
        *own = (own.0.min(low), own.1.max(high));
    }

    fn root(&self, value: ValueId) -> ValueId {
        let mut value = value;
        while let Some(&parent) = self.parents.get(&value) {
            if parent == value {
                break;
            }
            value = parent;
        }
        value
    }

    fn of(&self, value: ValueId) -> ((f32, f32), Option<Params>) {
        let root = self.root(value);
        (self.ranges.get(&root).copied().unwrap_or((0.0, 0.0)), self.fixed.get(&root).copied())
    }
}

/// The least and greatest element of a constant of floats.
pub(super) fn constant_range(graph: &Graph, value: ValueId) -> Option<(f32, f32)> {
    let elements = super::constants::floats(graph, value)?;
    let finite = elements.iter().copied().filter(|element| element.is_finite());
    Some(finite.fold((0.0, 0.0), |(low, high), element| (element.min(low), element.max(high))))
}
