//! A loop and what it carries round.

use featherlite_ir::{Graph, Model, Node, NodeId, Value, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::BuiltinOptions;

use super::super::rewriter::{integers, is_plain, made_by};

/// A WHILE node whose graphs nothing else calls. All of them have the same places for what is carried: place `k` is input
/// `k` of condition and body, output `k` of the body, and input and output `k` of the node.
pub(in super::super) struct Loop<'m> {
    pub(in super::super) model: &'m mut Model,
    pub(in super::super) graph: usize,
    pub(in super::super) node: NodeId,
    pub(in super::super) condition: usize,
    pub(in super::super) body: usize,
}

impl<'m> Loop<'m> {
    /// The loop of a node.
    pub(in super::super) fn of(model: &'m mut Model, graph: usize, id: NodeId) -> Option<Self> {
        let node = model.graphs.get(graph)?.find(id)?;
        let Some(BuiltinOptions::WhileOptions(options)) = &node.op.options else { return None };
        let condition = usize::try_from(options.cond_subgraph_index).ok()?;
        let body = usize::try_from(options.body_subgraph_index).ok()?;
        let (conditions, bodies) = (model.graphs.get(condition)?, model.graphs.get(body)?);
        let places = node.inputs.len();
        let fits = node.outputs.len() == places
            && node.inputs.iter().all(Option::is_some)
            && [conditions.inputs.len(), bodies.inputs.len(), bodies.outputs.len()] == [places; 3]
            && conditions.outputs.len() == 1;
        let is_own = condition != body && [condition, body].iter().all(|&index| calls(model, index) == 1);
        (fits && is_own).then_some(Self { model, graph, node: id, condition, body })
    }

    pub(in super::super) fn outer(&self) -> &Graph {
        &self.model.graphs[self.graph]
    }

    pub(in super::super) fn outer_mut(&mut self) -> &mut Graph {
        &mut self.model.graphs[self.graph]
    }

    pub(in super::super) fn body(&self) -> &Graph {
        &self.model.graphs[self.body]
    }

    pub(in super::super) fn body_mut(&mut self) -> &mut Graph {
        &mut self.model.graphs[self.body]
    }

    pub(in super::super) fn condition(&self) -> &Graph {
        &self.model.graphs[self.condition]
    }

    /// How much is carried.
    pub(in super::super) fn places(&self) -> usize {
        self.body().inputs.len()
    }

    /// What the loop starts with.
    pub(in super::super) fn start(&self, place: usize) -> ValueId {
        self.outer().node(self.node).inputs[place].expect("the loop has all inputs")
    }

    /// What the loop ends with.
    pub(in super::super) fn end(&self, place: usize) -> ValueId {
        self.outer().node(self.node).outputs[place]
    }

    /// Whether anything reads what the loop ends with.
    pub(in super::super) fn is_read(&self, place: usize) -> bool {
        let end = self.end(place);
        self.outer().is_output(end) || !self.outer().users(end).is_empty()
    }

    /// Whether the loop ends with what it starts with.
    pub(in super::super) fn is_invariant(&self, place: usize) -> bool {
        let body = self.body();
        body.inputs[place] == body.outputs[place]
    }

    /// The place of an input of the body.
    pub(in super::super) fn place_of(&self, input: ValueId) -> Option<usize> {
        self.body().inputs.iter().position(|&other| other == input)
    }

    /// The place of the counter and how often the loop runs, if it counts from 0 in ones to a constant.
    pub(in super::super) fn count(&self) -> Option<(usize, usize)> {
        let (condition, body) = (self.condition(), self.body());
        let less = made_by(condition, condition.outputs[0], B::LESS)?;
        let place = condition.inputs.iter().position(|&input| Some(input) == less.input(0))?;
        let &[steps] = &integers(condition, less.input(1)?)?[..] else { return None };
        let next = made_by(body, body.outputs[place], B::ADD).filter(|node| is_plain(&node.op))?;
        let [x, y] = [next.input(0)?, next.input(1)?];
        let counter = body.inputs[place];
        let step = if x == counter { y } else { x };
        let counts = [x, y].contains(&counter) && integers(body, step)? == [1];
        let starts = integers(self.outer(), self.start(place))? == [0];
        (counts && starts).then_some((place, usize::try_from(steps).ok()?))
    }

    /// The place of the sequence of which a value of the body is the row of the present step.
    pub(in super::super) fn row_of(&self, value: ValueId, counter: usize) -> Option<usize> {
        let body = self.body();
        let gather = made_by(body, value, B::GATHER)?;
        let Some(BuiltinOptions::GatherOptions(options)) = &gather.op.options else { return None };
        let place = self.place_of(gather.input(0)?)?;
        let is_row = options.axis == 0
            && options.batch_dims == 0
            && gather.input(1) == Some(body.inputs[counter])
            && self.is_invariant(place);
        is_row.then_some(place)
    }

    /// What is written to the rows of a place, one in each step, until all are.
    pub(in super::super) fn written_rows(&self, place: usize) -> Option<ValueId> {
        let (counter, steps) = self.count()?;
        let body = self.body();
        let update = made_by(body, body.outputs[place], B::DYNAMIC_UPDATE_SLICE)?;
        let rows = body.value(body.inputs[place]).shape.as_ref()?;
        let is_whole = update.input(0) == Some(body.inputs[place]) && rows.first()?.size() == Some(steps);
        let row = made_by(body, update.input(1)?, B::RESHAPE)?.input(0)?;
        let is_row = body.value(row).shape.as_deref() == rows.get(1..);
        (is_whole && is_row && starts_at(body, update.input(2)?, body.inputs[counter])).then_some(row)
    }

    /// Forgets the places for which `keep` says no; nothing may read them any more.
    pub(in super::super) fn keep(&mut self, keep: &[bool]) {
        let id = self.node;
        let outer = self.outer_mut();
        let (node, position) = (outer.node(id).clone(), outer.position(id).unwrap_or_default());
        outer.remove(id);
        let node = Node { inputs: chosen(&node.inputs, keep), outputs: chosen(&node.outputs, keep), ..node };
        self.node = outer.insert(position, node);
        for index in [self.condition, self.body] {
            let graph = &mut self.model.graphs[index];
            graph.inputs = chosen(&graph.inputs, keep);
        }
        let body = self.body_mut();
        body.outputs = chosen(&body.outputs, keep);
    }

    /// Carries another value round that the body does not change, and returns the body's input for it.
    pub(in super::super) fn carry(&mut self, value: ValueId) -> ValueId {
        let id = self.node;
        let outer = self.outer_mut();
        let mut node = outer.node(id).clone();
        let like = Value { constant: None, trials: None, ..outer.value(value).clone() };
        node.inputs.push(Some(value));
        node.outputs.push(outer.add_value(like.clone()));
        let position = outer.position(id).unwrap_or_default();
        outer.remove(id);
        self.node = outer.insert(position, node);
        let condition = &mut self.model.graphs[self.condition];
        let input = condition.add_value(like.clone());
        condition.inputs.push(input);
        let body = self.body_mut();
        let input = body.add_value(like);
        body.inputs.push(input);
        body.outputs.push(input);
        input
    }
}

fn chosen<T: Copy>(list: &[T], keep: &[bool]) -> Vec<T> {
    list.iter().zip(keep).filter(|(_, keep)| **keep).map(|(item, _)| *item).collect()
}

/// Whether a start of an update is a row's number and zeros.
fn starts_at(graph: &Graph, start: ValueId, row: ValueId) -> bool {
    let is_zero = |value: ValueId| {
        integers(graph, value).is_some_and(|numbers| numbers.iter().all(|&number| number == 0))
    };
    let node = made_by(graph, start, B::PACK).or_else(|| made_by(graph, start, B::CONCATENATION));
    let Some(&[Some(first), ref others @ ..]) = node.map(|node| &node.inputs[..]) else { return false };
    let first = made_by(graph, first, B::RESHAPE).and_then(|node| node.input(0)).unwrap_or(first);
    first == row && others.iter().all(|other| other.is_some_and(is_zero))
}

/// How often a graph is called by nodes and signatures. Operators that refer to graphs in ways unknown here count as calls of
/// every graph.
fn calls(model: &Model, graph: usize) -> usize {
    let nodes = model.graphs.iter().flat_map(Graph::nodes);
    let by_nodes = nodes.map(|(_, node)| {
        let called: [i32; 2] = match &node.op.options {
            Some(BuiltinOptions::WhileOptions(options)) => {
                [options.cond_subgraph_index, options.body_subgraph_index]
            }
            Some(BuiltinOptions::IfOptions(options)) => {
                [options.then_subgraph_index, options.else_subgraph_index]
            }
            Some(BuiltinOptions::CallOnceOptions(options)) => [options.init_subgraph_index, -1],
            _ if node.op.name().starts_with("STABLEHLO") => return 2,
            _ => [-1; 2],
        };
        called.iter().filter(|&&index| usize::try_from(index) == Ok(graph)).count()
    });
    let by_signatures = model.signatures.iter().filter(|signature| signature.graph == graph).count();
    by_nodes.sum::<usize>() + by_signatures + usize::from(graph == 0)
}

/// Removes graphs that nothing calls any more, and renumbers those behind them.
pub(in super::super) fn remove_graphs(model: &mut Model, graphs: &[usize]) {
    let new = |old: usize| old - graphs.iter().filter(|&&graph| graph < old).count();
    let renumber = |index: &mut i32| {
        if let Ok(old) = usize::try_from(*index) {
            *index = new(old) as i32;
        }
    };
    for graph in &mut model.graphs {
        let ids: Vec<NodeId> = graph.nodes().map(|(id, _)| id).collect();
        for id in ids {
            match &mut graph.op_mut(id).options {
                Some(BuiltinOptions::WhileOptions(options)) => {
                    renumber(&mut options.cond_subgraph_index);
                    renumber(&mut options.body_subgraph_index);
                }
                Some(BuiltinOptions::IfOptions(options)) => {
                    renumber(&mut options.then_subgraph_index);
                    renumber(&mut options.else_subgraph_index);
                }
                Some(BuiltinOptions::CallOnceOptions(options)) => renumber(&mut options.init_subgraph_index),
                _ => {}
            }
        }
    }
    for signature in &mut model.signatures {
        signature.graph = new(signature.graph);
    }
    let mut index = 0;
    model.graphs.retain(|_| {
        index += 1;
        !graphs.contains(&(index - 1))
    });
}
