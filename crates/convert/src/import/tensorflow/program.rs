//! A graph and the functions it calls, with the names of inputs resolved.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::messages::{FunctionDef, GraphDef, NodeDef, OpDef, OpList, attr_value};
use super::outputs;
use crate::{Error, Result};

/// Deepest call of functions.
pub(crate) const DEEPEST: usize = 256;

/// A `GraphDef` with its library.
pub(crate) struct Program<'a> {
    main: Rc<Body<'a>>,
    functions: HashMap<&'a str, &'a FunctionDef>,
    ops: HashMap<&'a str, &'a OpDef>,
    bodies: RefCell<HashMap<&'a str, Rc<Body<'a>>>>,
    writes: RefCell<HashMap<&'a str, bool>>,
}

/// The nodes of a graph or of a function.
pub(crate) struct Body<'a> {
    pub(crate) name: &'a str,
    pub(crate) nodes: Vec<Node<'a>>,
    /// What a function returns.
    pub(crate) results: Vec<Source>,
    /// Nodes that a function runs for their effects.
    pub(crate) effects: Vec<usize>,
    /// Whether something in it, or in what it calls, changes a variable.
    pub(crate) writes: bool,
}

/// A node of a [`Body`].
pub(crate) struct Node<'a> {
    pub(crate) def: &'a NodeDef,
    pub(crate) inputs: Vec<Source>,
    /// Nodes of the same body that run before it.
    pub(crate) controls: Vec<usize>,
}

/// Where a value comes from, in one body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// An argument of the function.
    Argument(usize),
    /// An output of a node.
    Output { node: usize, output: usize },
}

impl<'a> Program<'a> {
    /// The program of a graph; `ops` defines its operations, as far as known.
    ///
    /// # Errors
    /// Inputs that name no node.
    pub(crate) fn new(graph: &'a GraphDef, ops: Option<&'a OpList>) -> Result<Self> {
        let library = graph.library.iter().flat_map(|library| &library.function);
        let functions =
            library.filter_map(|function| Some((function.signature.as_ref()?.name.as_str(), function)));
        let ops = ops.iter().flat_map(|list| &list.op).map(|op| (op.name.as_str(), op));
        let mut program = Self {
            main: Rc::new(Body::empty()),
            functions: functions.collect(),
            ops: ops.collect(),
            bodies: RefCell::default(),
            writes: RefCell::default(),
        };
        program.main = Rc::new(program.graph(graph)?);
        Ok(program)
    }

    /// The graph itself.
    pub(crate) fn main(&self) -> Rc<Body<'a>> {
        Rc::clone(&self.main)
    }

    /// The function of this name.
    ///
    /// # Errors
    /// Functions that are not in the library, and inputs that name no node or output.
    pub(crate) fn function(&self, name: &str) -> Result<Rc<Body<'a>>> {
        if let Some(body) = self.bodies.borrow().get(name) {
            return Ok(Rc::clone(body));
        }
        let Some((&name, &function)) = self.functions.get_key_value(name) else {
            return Err(Error::invalid(format!(
                "the graph calls the function {name:?}, which it does not have"
            )));
        };
        let body = self.body(name, function).map_err(|error| error.at(format!("function {name}")))?;
        let body = Rc::new(body);
        self.bodies.borrow_mut().insert(name, Rc::clone(&body));
        Ok(body)
    }

    /// The definition of an operation, if the file has it.
    pub(crate) fn definition(&self, op: &str) -> Option<&'a OpDef> {
        self.ops.get(op).copied()
    }

    /// The function that a node stands for, if it is a call.
    pub(crate) fn called(&self, node: &'a NodeDef) -> Option<&'a str> {
        match node.op.as_str() {
            "PartitionedCall" | "StatefulPartitionedCall" => function_attribute(node, "f"),
            op => self.functions.contains_key(op).then_some(op),
        }
    }

    /// Whether running the node may change a variable.
    pub(crate) fn node_writes(&self, node: &'a NodeDef) -> bool {
        self.writes_within(node, 0)
    }

    fn writes_within(&self, node: &'a NodeDef, depth: usize) -> bool {
        if let Some(name) = self.called(node) {
            return self.function_writes(name, depth);
        }
        match node.op.as_str() {
            "If" | "While" | "Case" => functions(node).any(|name| self.function_writes(name, depth)),
            op => writes(op),
        }
    }

    /// Whether running the function may change a variable. While it is being found out, and too deep in calls, the answer
    /// is no: functions that call themselves and such depths are refused elsewhere.
    fn function_writes(&self, name: &'a str, depth: usize) -> bool {
        if let Some(&known) = self.writes.borrow().get(name) {
            return known;
        }
        if depth > DEEPEST {
            return false;
        }
        self.writes.borrow_mut().insert(name, false);
        let function = self.functions.get(name);
        let answer = function
            .is_some_and(|function| function.node_def.iter().any(|node| self.writes_within(node, depth + 1)));
        self.writes.borrow_mut().insert(name, answer);
        answer
    }

    fn graph(&self, graph: &'a GraphDef) -> Result<Body<'a>> {
        let names = names(&graph.node);
        let source = |text: &str| {
            let (name, output) = text.rsplit_once(':').unwrap_or((text, "0"));
            Some(Source::Output { node: *names.get(name)?, output: output.parse().ok()? })
        };
        let nodes = graph.node.iter().map(|def| node(def, &names, source)).collect::<Result<_>>()?;
        let writes = graph.node.iter().any(|node| self.node_writes(node));
        Ok(Body { nodes, writes, ..Body::empty() })
    }

    fn body(&self, name: &'a str, function: &'a FunctionDef) -> Result<Body<'a>> {
        let signature = function.signature.as_ref().ok_or_else(|| Error::invalid("it has no signature"))?;
        let arguments = signature.input_arg.iter().enumerate();
        let arguments: HashMap<&str, usize> =
            arguments.map(|(index, argument)| (argument.name.as_str(), index)).collect();
        let names = names(&function.node_def);
        let source = |text: &str| match text.split_once(':') {
            None => arguments.get(text).map(|&index| Source::Argument(index)),
            Some((name, output)) => {
                let node = *names.get(name)?;
                let output = self.output(function.node_def.get(node)?, output)?;
                Some(Source::Output { node, output })
            }
        };
        let nodes = function.node_def.iter().map(|def| node(def, &names, source)).collect::<Result<_>>()?;
        let result = |output: &str| {
            let text = function.ret.get(output)?;
            source(text)
        };
        let results = signature.output_arg.iter().map(|output| {
            result(&output.name)
                .ok_or_else(|| Error::invalid(format!("nothing is known of its result {:?}", output.name)))
        });
        let effects =
            function.control_ret.values().filter_map(|name| names.get(name.as_str()).copied()).collect();
        let mut body = Body { name, nodes, results: results.collect::<Result<_>>()?, effects, writes: false };
        body.effects.sort_unstable();
        body.writes = self.function_writes(name, 0);
        Ok(body)
    }

    /// The number of the output `name:index` of a node in a function.
    fn output(&self, node: &NodeDef, text: &str) -> Option<usize> {
        let (name, index) = text.split_once(':').unwrap_or((text, "0"));
        let index: usize = index.parse().ok()?;
        let called = self.functions.get(node.op.as_str()).and_then(|function| function.signature.as_ref());
        match called.or_else(|| self.ops.get(node.op.as_str()).copied()) {
            Some(op) => outputs::defined(op, node, name)?.checked_add(index),
            None => outputs::known(&node.op, name)?.checked_add(index),
        }
    }
}

impl Body<'_> {
    fn empty() -> Self {
        Self { name: "", nodes: Vec::new(), results: Vec::new(), effects: Vec::new(), writes: false }
    }

    /// The output that a text such as `node` or `node:1` names.
    pub(crate) fn find(&self, text: &str) -> Option<Source> {
        let (name, output) = text.rsplit_once(':').unwrap_or((text, "0"));
        let node = self.nodes.iter().position(|node| node.def.name == name)?;
        Some(Source::Output { node, output: output.parse().ok()? })
    }
}

/// Whether an operation changes a variable.
pub(crate) fn writes(op: &str) -> bool {
    matches!(
        op,
        "AssignVariableOp"
            | "AssignAddVariableOp"
            | "AssignSubVariableOp"
            | "Assign"
            | "AssignAdd"
            | "AssignSub"
    ) || op.starts_with("ResourceScatter")
        || op.starts_with("ResourceApply")
        || op == "ResourceStridedSliceAssign"
}

/// Whether an operation depends on what variables hold.
pub(crate) fn reads(op: &str) -> bool {
    matches!(op, "ReadVariableOp" | "ResourceGather" | "ResourceGatherNd" | "If" | "While" | "Case")
}

/// The names of all functions in attributes.
fn functions(node: &NodeDef) -> impl Iterator<Item = &str> {
    node.attr
        .values()
        .filter_map(|value| value.value.as_ref())
        .flat_map(|value| match value {
            attr_value::Value::Function(function) => std::slice::from_ref(function),
            attr_value::Value::List(list) => &list.function,
            _ => &[],
        })
        .map(|function| function.name.as_str())
}

/// The name of the function in an attribute.
pub(crate) fn function_attribute<'a>(node: &'a NodeDef, name: &str) -> Option<&'a str> {
    match node.attr.get(name)?.value.as_ref()? {
        attr_value::Value::Function(function) => Some(&function.name),
        _ => None,
    }
}

fn names(nodes: &[NodeDef]) -> HashMap<&str, usize> {
    nodes.iter().enumerate().map(|(index, node)| (node.name.as_str(), index)).collect()
}

fn node<'a>(
    def: &'a NodeDef,
    names: &HashMap<&str, usize>,
    source: impl Fn(&str) -> Option<Source>,
) -> Result<Node<'a>> {
    let missing = |input: &str| {
        Error::invalid(format!("the input {input:?} of node {} ({}) does not exist", def.name, def.op))
            .hint("is the file complete?")
    };
    let mut node = Node { def, inputs: Vec::new(), controls: Vec::new() };
    for input in &def.input {
        match input.strip_prefix('^') {
            Some(name) => node.controls.push(*names.get(name).ok_or_else(|| missing(input))?),
            None => node.inputs.push(source(input).ok_or_else(|| missing(input))?),
        }
    }
    Ok(node)
}
