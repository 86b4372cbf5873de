use featherlite_base::{Error, Result};

use crate::dim::{Dim, OpenSize};
use crate::op::Op;
use crate::value::Value;

/// A value of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueId(pub(crate) u32);

/// A node of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl ValueId {
    /// A number below [`Graph::value_count`], for tables beside a graph.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An operator between values.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is called in the source, for people.
    pub name: String,
    /// What it computes.
    pub op: Op,
    /// What it reads; `None` where an optional input is absent.
    pub inputs: Vec<Option<ValueId>>,
    /// What it gives.
    pub outputs: Vec<ValueId>,
    /// Values that stand for results inside of the operator, for their quantization alone.
    pub intermediates: Vec<ValueId>,
}

impl Node {
    /// A node without absent inputs.
    pub fn new(name: impl Into<String>, op: Op, inputs: &[ValueId], outputs: &[ValueId]) -> Self {
        let inputs = inputs.iter().copied().map(Some).collect();
        Self { name: name.into(), op, inputs, outputs: outputs.to_vec(), intermediates: Vec::new() }
    }

    /// Input `index`, if it is there.
    pub fn input(&self, index: usize) -> Option<ValueId> {
        self.inputs.get(index).copied().flatten()
    }
}

/// Values and the nodes that compute them, in an order in which they can run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// Its name.
    pub name: String,
    /// What it is given, in order.
    pub inputs: Vec<ValueId>,
    /// What it gives, in order.
    pub outputs: Vec<ValueId>,
    pub(crate) open_sizes: Vec<OpenSize>,
    values: Vec<Value>,
    nodes: Vec<Option<Node>>,
    order: Vec<NodeId>,
    /// The node that computes each value.
    producers: Vec<Option<NodeId>>,
    /// The nodes that read each value, once for each time they do.
    users: Vec<Vec<NodeId>>,
}

impl Graph {
    /// A graph of nothing.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// A size that stays open until the model runs; the same one for the same name.
    pub fn open_size(&mut self, name: &str, is_batch: bool) -> Dim {
        if let Some(open) = self.open_sizes.iter().find(|open| open.name == name) {
            return open.dim;
        }
        let open = OpenSize::new(name, self.open_sizes.len(), is_batch);
        let dim = open.dim;
        self.open_sizes.push(open);
        dim
    }

    /// Takes over the open sizes of another graph, so that values of both can be compared.
    pub fn share_open_sizes(&mut self, other: &Graph) {
        self.open_sizes.clone_from(&other.open_sizes);
    }

    /// Adds a value.
    pub fn add_value(&mut self, value: Value) -> ValueId {
        self.values.push(value);
        self.producers.push(None);
        self.users.push(Vec::new());
        ValueId(self.values.len() as u32 - 1)
    }

    /// How many values there are, those included that nothing uses any more.
    pub fn value_count(&self) -> usize {
        self.values.len()
    }

    /// Lets go of the contents of constants that nothing reads and that are no outputs: replaced weights are large.
    pub fn forget_unused_constants(&mut self) {
        for (index, value) in self.values.iter_mut().enumerate() {
            let id = ValueId(index as u32);
            if self.users[index].is_empty() && !self.outputs.contains(&id) {
                value.constant = None;
                value.trials = None;
            }
        }
    }

    /// All values.
    pub fn values(&self) -> impl ExactSizeIterator<Item = (ValueId, &Value)> {
        self.values.iter().enumerate().map(|(index, value)| (ValueId(index as u32), value))
    }

    /// A value.
    pub fn value(&self, value: ValueId) -> &Value {
        &self.values[value.index()]
    }

    /// A value, to change.
    pub fn value_mut(&mut self, value: ValueId) -> &mut Value {
        &mut self.values[value.index()]
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.order.len()
    }

    /// The nodes in the order in which they run.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> {
        self.order.iter().filter_map(|&id| Some((id, self.nodes[id.0 as usize].as_ref()?)))
    }

    /// A node, unless it has been removed.
    pub fn find(&self, node: NodeId) -> Option<&Node> {
        self.nodes.get(node.0 as usize)?.as_ref()
    }

    /// A node.
    ///
    /// # Panics
    /// If it has been removed.
    pub fn node(&self, node: NodeId) -> &Node {
        self.find(node).expect("the node has not been removed")
    }

    /// What a node computes, to change.
    ///
    /// # Panics
    /// If it has been removed.
    pub fn op_mut(&mut self, node: NodeId) -> &mut Op {
        &mut self.nodes[node.0 as usize].as_mut().expect("the node has not been removed").op
    }

    /// The node that computes a value; `None` for inputs and constants.
    pub fn producer(&self, value: ValueId) -> Option<NodeId> {
        self.producers[value.index()]
    }

    /// The nodes that read a value, once for each time they do.
    pub fn users(&self, value: ValueId) -> &[NodeId] {
        &self.users[value.index()]
    }

    /// Whether the graph gives this value.
    pub fn is_output(&self, value: ValueId) -> bool {
        self.outputs.contains(&value)
    }

    /// The node that alone reads a value that is no output of the graph.
    pub fn only_user(&self, value: ValueId) -> Option<NodeId> {
        match self.users(value) {
            &[user] if !self.is_output(value) => Some(user),
            _ => None,
        }
    }

    /// The position of a node in the order in which they run.
    pub fn position(&self, node: NodeId) -> Option<usize> {
        self.order.iter().position(|&id| id == node)
    }

    /// Adds a node behind all others.
    pub fn push(&mut self, node: Node) -> NodeId {
        self.insert(self.order.len(), node)
    }

    /// Adds a node at a position of the order.
    pub fn insert(&mut self, position: usize, node: Node) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        for &input in node.inputs.iter().flatten() {
            self.users[input.index()].push(id);
        }
        for &output in &node.outputs {
            self.producers[output.index()] = Some(id);
        }
        self.nodes.push(Some(node));
        self.order.insert(position, id);
        id
    }

    /// Removes a node. Its outputs stay, computed by nothing.
    pub fn remove(&mut self, id: NodeId) {
        let Some(node) = self.nodes[id.0 as usize].take() else { return };
        self.order.retain(|&other| other != id);
        self.forget(id, &node);
    }

    /// Removes the nodes for which `keep` says no.
    pub fn retain(&mut self, mut keep: impl FnMut(NodeId, &Node) -> bool) {
        let order = std::mem::take(&mut self.order);
        for id in order {
            match self.nodes[id.0 as usize].take() {
                Some(node) if keep(id, &node) => {
                    self.nodes[id.0 as usize] = Some(node);
                    self.order.push(id);
                }
                Some(node) => self.forget(id, &node),
                None => {}
            }
        }
    }

    fn forget(&mut self, id: NodeId, node: &Node) {
        for &input in node.inputs.iter().flatten() {
            self.users[input.index()].retain(|&user| user != id);
        }
        for &output in &node.outputs {
            if self.producers[output.index()] == Some(id) {
                self.producers[output.index()] = None;
            }
        }
    }

    /// Has a node read another value, or none, as its input `index`.
    ///
    /// # Panics
    /// If the node has been removed or has no such input.
    pub fn set_input(&mut self, id: NodeId, index: usize, value: Option<ValueId>) {
        let node = self.nodes[id.0 as usize].as_mut().expect("the node has not been removed");
        let before = std::mem::replace(&mut node.inputs[index], value);
        if let Some(before) = before {
            let users = &mut self.users[before.index()];
            if let Some(position) = users.iter().position(|&user| user == id) {
                users.remove(position);
            }
        }
        if let Some(value) = value {
            self.users[value.index()].push(id);
        }
    }

    /// Has a node give another value as its output `index`, in place of what it gave.
    ///
    /// # Panics
    /// If the node has been removed or has no such output.
    pub fn set_output(&mut self, id: NodeId, index: usize, value: ValueId) {
        let node = self.nodes[id.0 as usize].as_mut().expect("the node has not been removed");
        let before = std::mem::replace(&mut node.outputs[index], value);
        self.producers[before.index()] = None;
        self.producers[value.index()] = Some(id);
    }

    /// Has all that reads `old`, the graph's outputs included, read `new`, which takes over the name of an output.
    pub fn replace(&mut self, old: ValueId, new: ValueId) {
        if old == new {
            return;
        }
        let users = std::mem::take(&mut self.users[old.index()]);
        for &user in &users {
            let node = self.nodes[user.0 as usize].as_mut().expect("users are there");
            for input in &mut node.inputs {
                if *input == Some(old) {
                    *input = Some(new);
                }
            }
        }
        self.users[new.index()].extend(users);
        if self.is_output(old) {
            let is_named = self.inputs.contains(&new) || self.is_output(new);
            if !is_named && self.value(new).constant.is_none() {
                self.value_mut(new).name = self.value(old).name.clone();
            }
            for output in &mut self.outputs {
                if *output == old {
                    *output = new;
                }
            }
        }
    }

    /// Puts the nodes in an order in which all that a node reads is computed before it, as near to the present order as
    /// possible.
    ///
    /// # Errors
    /// If nodes wait for each other in a circle; it names one.
    pub fn sort(&mut self) -> Result<()> {
        enum Visit {
            Enter(NodeId),
            Leave(NodeId),
        }
        let mut state = vec![0u8; self.nodes.len()];
        let mut sorted = Vec::with_capacity(self.order.len());
        let mut stack: Vec<Visit> = Vec::new();
        for &root in &self.order {
            stack.push(Visit::Enter(root));
            while let Some(visit) = stack.pop() {
                match visit {
                    Visit::Leave(id) => {
                        state[id.0 as usize] = 2;
                        sorted.push(id);
                    }
                    Visit::Enter(id) if state[id.0 as usize] == 0 => {
                        state[id.0 as usize] = 1;
                        stack.push(Visit::Leave(id));
                        for &input in self.node(id).inputs.iter().rev().flatten() {
                            let Some(before) = self.producer(input) else { continue };
                            match state[before.0 as usize] {
                                0 => stack.push(Visit::Enter(before)),
                                1 => return Err(self.circle(before)),
                                _ => {}
                            }
                        }
                    }
                    Visit::Enter(_) => {}
                }
            }
        }
        self.order = sorted;
        Ok(())
    }

    pub(crate) fn circle(&self, node: NodeId) -> Error {
        let Node { name, op, .. } = self.node(node);
        Error::invalid_model(format!("node {name:?} ({}) depends on its own result", op.name()))
    }
}
