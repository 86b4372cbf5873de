//! The walk over a graph: names, nodes, calls of functions.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, ValueId};

use super::attributes::Attributes;
use super::call::Call;
use super::external::Folder;
use super::rules::{self, Rule};
use super::tensor::{self, Constant};
use super::{model, proto};
use crate::build::Builder;
use crate::{Error, Result};

/// Nodes that are imported at most, those of bodies counted each time they are called or unrolled.
const NODES: usize = 1_000_000;

/// Calls of functions within each other at most, graphs in attributes counted.
const DEPTH: usize = 32;

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// A tensor of the graph.
    Tensor(ValueId),
    /// Tensors whose number is known.
    Sequence(Vec<ValueId>),
    /// An optional that holds nothing.
    Nothing,
}

impl Item {
    /// # Errors
    /// If it is no tensor.
    pub(super) fn tensor(&self) -> Result<ValueId> {
        match self {
            Self::Tensor(value) => Ok(*value),
            Self::Sequence(_) => Err(Error::unsupported("a sequence where a tensor is expected")),
            Self::Nothing => Err(Error::unsupported("an empty optional where a tensor is expected")),
        }
    }
}

/// The names of a graph or of a function's body.
pub(super) struct Scope<'s> {
    /// The graph around this one, whose names can be read as well.
    outer: Option<&'s Scope<'s>>,
    items: HashMap<String, Item>,
    /// What the source says of shapes that do not follow from the nodes.
    declared: HashMap<String, Vec<Dim>>,
    opsets: &'s [proto::OperatorSet],
    /// The attributes of the call, if it is the body of a function.
    call: &'s [proto::Attribute],
    /// What the names of nodes begin with.
    prefix: String,
}

impl<'s> Scope<'s> {
    /// The names of a model's main graph.
    pub(super) fn main(opsets: &'s [proto::OperatorSet]) -> Self {
        Self {
            outer: None,
            items: HashMap::new(),
            declared: HashMap::new(),
            opsets,
            call: &[],
            prefix: String::new(),
        }
    }

    /// The names of a graph in an attribute, whose nodes come into the graph around it.
    pub(super) fn inner(outer: &'s Scope<'s>, prefix: &str) -> Self {
        let prefix = format!("{prefix}/");
        let (opsets, call) = (outer.opsets, outer.call);
        Self { outer: Some(outer), items: HashMap::new(), declared: HashMap::new(), prefix, opsets, call }
    }

    /// The names of a graph in an attribute, whose nodes come into a graph of their own: values of other graphs can not be
    /// read.
    pub(super) fn apart(outer: &Scope<'s>, prefix: &str) -> Self {
        let prefix = format!("{prefix}/");
        let (opsets, call) = (outer.opsets, outer.call);
        Self { outer: None, items: HashMap::new(), declared: HashMap::new(), prefix, opsets, call }
    }

    pub(super) fn set(&mut self, name: &str, item: Item) {
        self.items.insert(name.to_owned(), item);
    }

    pub(super) fn find(&self, name: &str) -> Option<&Item> {
        self.items.get(name).or_else(|| self.outer?.find(name))
    }

    /// # Errors
    /// If nothing has this name.
    pub(super) fn get(&self, name: &str) -> Result<&Item> {
        self.find(name).ok_or_else(|| Error::invalid(format!("{name:?} is not computed before it is read")))
    }

    /// The version of a domain's operators, if the model uses any.
    fn version(&self, domain: &str) -> Option<i64> {
        let is_standard = |domain: &str| matches!(domain, "" | "ai.onnx");
        let same = |set: &&proto::OperatorSet| {
            set.domain == domain || (is_standard(&set.domain) && is_standard(domain))
        };
        self.opsets.iter().find(same).map(|set| set.version)
    }
}

/// What is the same for all graphs of a model.
pub(super) struct Importer {
    functions: HashMap<[String; 3], Rc<proto::Function>>,
    pub folder: Folder,
    custom: Vec<String>,
    /// The names that something reads; any may be if absent.
    pub read: Option<HashSet<String>>,
    nodes: usize,
    depth: usize,
}

impl Importer {
    pub(super) fn new(functions: Vec<proto::Function>, folder: Folder, custom: Vec<String>) -> Self {
        let key = |f: &proto::Function| [f.domain.clone(), f.name.clone(), f.overload.clone()];
        let functions = functions.into_iter().map(|function| (key(&function), Rc::new(function))).collect();
        Self { functions, folder, custom, read: None, nodes: 0, depth: 0 }
    }

    /// Adds a constant, in the type that its numbers are computed in.
    ///
    /// # Errors
    /// If the tensor contradicts itself, or has a type without counterpart.
    pub(super) fn constant(&mut self, b: &mut Builder<'_>, tensor: &proto::Tensor) -> Result<ValueId> {
        let constant = Constant::read(tensor, &mut self.folder)?;
        match constant.dtype {
            DType::F16 | DType::Bf16 | DType::F64 => b.constant(&constant.dims, &tensor::reals(&constant)?),
            DType::U4 | DType::I4 | DType::I2 => b.constant(&constant.dims, &tensor::unpacked(&constant)?),
            DType::U64 => b.constant_bytes(DType::I64, &constant.dims, constant.bytes),
            dtype => b.constant_bytes(dtype, &constant.dims, constant.bytes),
        }
    }

    /// Adds the constants of a graph, and notes what it says of shapes.
    ///
    /// # Errors
    /// As [`Self::constant`].
    pub(super) fn initializers(
        &mut self,
        b: &mut Builder<'_>,
        scope: &mut Scope<'_>,
        graph: &proto::Graph,
    ) -> Result<()> {
        for info in graph.value_info.iter().chain(&graph.output) {
            if let Some(dims) = model::stated_dims(b, info) {
                scope.declared.insert(info.name.clone(), dims);
            }
        }
        for tensor in &graph.initializer {
            let value = self.constant(b, tensor)?;
            b.rename(value, &tensor.name);
            scope.set(&tensor.name, Item::Tensor(value));
        }
        for sparse in &graph.sparse_initializer {
            let name = sparse.values.as_ref().map_or("", |values| &values.name);
            let value = self.sparse(b, sparse).map_err(|error| error.at(format!("tensor {name:?}")))?;
            scope.set(name, Item::Tensor(value));
        }
        Ok(())
    }

    /// Adds a sparse constant as a dense one.
    ///
    /// # Errors
    /// As [`Self::constant`].
    pub(super) fn sparse(&mut self, b: &mut Builder<'_>, sparse: &proto::SparseTensor) -> Result<ValueId> {
        let (Some(values), Some(indices)) = (&sparse.values, &sparse.indices) else {
            return Err(Error::invalid("a sparse tensor without values or indices"));
        };
        let values = Constant::read(values, &mut self.folder)?;
        let indices = Constant::read(indices, &mut self.folder)?;
        let dense = tensor::dense(&values, &indices, &sparse.dims)?;
        b.constant_bytes(dense.dtype, &dense.dims, dense.bytes)
    }

    /// Imports nodes in their order.
    ///
    /// # Errors
    /// If there is no rule for one, or it contradicts its definition.
    pub(super) fn nodes(
        &mut self,
        b: &mut Builder<'_>,
        scope: &mut Scope<'_>,
        nodes: &[proto::Node],
    ) -> Result<()> {
        nodes.iter().try_for_each(|node| self.node(b, scope, node))
    }

    fn node(&mut self, b: &mut Builder<'_>, scope: &mut Scope<'_>, node: &proto::Node) -> Result<()> {
        self.nodes += 1;
        if self.nodes > NODES {
            let message = format!("more than {NODES} nodes after functions and loops have been unrolled");
            return Err(Error::new(featherlite_base::ErrorKind::LimitReached, message));
        }
        let name = format!("{}{}", scope.prefix, node_name(node));
        b.set_scope(&name);
        let first_new = b.graph().value_count();
        let outputs =
            self.outputs(b, scope, node).map_err(|error| described(error, b, scope, node, &name))?;
        if outputs.len() < node.output.iter().filter(|name| !name.is_empty()).count() {
            let message = format!("only {} outputs can be converted", outputs.len());
            return Err(described(Error::unsupported(message), b, scope, node, &name));
        }
        for (name, item) in node.output.iter().zip(outputs) {
            let Some(item) = item.filter(|_| !name.is_empty()) else { continue };
            if let Item::Tensor(value) = item
                && value.index() >= first_new
            {
                b.rename(value, format!("{}{name}", scope.prefix));
                if b.dims(value).is_err() {
                    b.graph_mut().value_mut(value).shape = scope.declared.get(name).cloned();
                }
            }
            scope.items.insert(name.clone(), item);
        }
        Ok(())
    }

    /// What a node gives.
    fn outputs(
        &mut self,
        b: &mut Builder<'_>,
        scope: &Scope<'_>,
        node: &proto::Node,
    ) -> Result<Vec<Option<Item>>> {
        let item = |name: &String| match name.is_empty() {
            true => Ok(None),
            false => scope.get(name).cloned().map(Some),
        };
        let mut inputs = node.input.iter().map(item).collect::<Result<Vec<_>>>()?;
        while let Some(None) = inputs.last() {
            inputs.pop();
        }
        let attributes = Attributes::new(node, scope.call);
        let key = [node.domain.clone(), node.op_type.clone(), node.overload.clone()];
        if let Some(function) = self.functions.get(&key) {
            return self.function(b, &Rc::clone(function), inputs, attributes);
        }
        let (key, rule) = match &*node.domain {
            "" | "ai.onnx" => (node.op_type.clone(), rules::find(&node.op_type)),
            domain => {
                let key = format!("{domain}:{}", node.op_type);
                let rule = rules::find(&key);
                (key, rule)
            }
        };
        if rule.is_none() && self.custom.contains(&node.op_type) {
            return self.custom(b, node, &inputs, attributes);
        }
        let Some(rule) = rule else { return Err(unknown(&key)) };
        let opset = scope.version(&node.domain).unwrap_or(1);
        let mut call = Call { b, importer: self, scope, node, attributes, opset, inputs };
        match rule {
            Rule::Is(op) => {
                let inputs = call.all_inputs()?;
                Ok(vec![Some(Item::Tensor(call.elementwise(op, &inputs)?))])
            }
            Rule::One(rule, _) => Ok(vec![Some(Item::Tensor(rule(&mut call)?))]),
            Rule::Many(rule, _) => Ok(rule(&mut call)?.into_iter().map(Item::Tensor).map(Some).collect()),
            Rule::Items(rule, _) => rule(&mut call),
        }
    }

    /// Imports the body of a function in place of its call.
    fn function(
        &mut self,
        b: &mut Builder<'_>,
        function: &proto::Function,
        inputs: Vec<Option<Item>>,
        attributes: Attributes<'_>,
    ) -> Result<Vec<Option<Item>>> {
        let mut call: Vec<proto::Attribute> = attributes
            .resolved()
            .map(|(name, value)| proto::Attribute { name: name.to_owned(), ..value.clone() })
            .collect();
        let defaults = function.attribute_proto.iter().filter(|default| !attributes.has(&default.name));
        call.extend(defaults.cloned());
        let mut body = Scope {
            outer: None,
            items: HashMap::new(),
            declared: HashMap::new(),
            opsets: &function.opset_import,
            call: &call,
            prefix: format!("{}/", b.scope()),
        };
        for (name, item) in function.input.iter().zip(inputs) {
            body.items.insert(name.clone(), item.unwrap_or(Item::Nothing));
        }
        self.deeper(|importer| importer.nodes(b, &mut body, &function.node))?;
        let output = |name: &String| body.get(name).cloned().map(Some);
        function.output.iter().map(output).collect()
    }

    /// Runs `f` one level deeper.
    ///
    /// # Errors
    /// If that is too deep, as when a function calls itself.
    pub(super) fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == DEPTH {
            let message = format!("functions or graphs more than {DEPTH} deep, or one that calls itself");
            return Err(Error::new(featherlite_base::ErrorKind::LimitReached, message));
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }

    /// A node that becomes a custom operator, with its attributes as options.
    fn custom(
        &mut self,
        b: &mut Builder<'_>,
        node: &proto::Node,
        inputs: &[Option<Item>],
        attributes: Attributes<'_>,
    ) -> Result<Vec<Option<Item>>> {
        let inputs = inputs
            .iter()
            .map(|item| item.as_ref().map(Item::tensor).transpose())
            .collect::<Result<Vec<_>>>()?;
        let first = inputs.iter().flatten().next().map_or(DType::F32, |&input| b.dtype(input));
        let op = Op::custom(&node.op_type, super::custom::options(attributes)?);
        let outputs = b.add_as(op, &inputs, &vec![first; node.output.len()])?;
        Ok(outputs.into_iter().map(Item::Tensor).map(Some).collect())
    }
}

/// What a node is called: its name, or what it gives.
fn node_name(node: &proto::Node) -> String {
    match node.output.first() {
        _ if !node.name.is_empty() => node.name.clone(),
        Some(output) => output.clone(),
        None => node.op_type.clone(),
    }
}

fn unknown(key: &str) -> Error {
    let near =
        rules::nearest(key).map_or(String::new(), |near| format!("; the nearest name with a rule is {near}"));
    let name = key.rsplit(':').next().unwrap_or(key);
    Error::unsupported(format!("there is no rule for this operator{near}")).hint(format!(
        "keep it as a custom operator (--allow-custom {name}), end the graph before it (--outputs NAME), or export the model \
         with operators that TFLite has"
    ))
}

/// The error with all that is known of the node.
fn described(error: Error, b: &Builder<'_>, scope: &Scope<'_>, node: &proto::Node, name: &str) -> Error {
    let show = |value: ValueId| {
        let sizes = b.dims(value).map(|dims| {
            let size = |dim: &Dim| dim.size().map_or("?".to_owned(), |size| size.to_string());
            dims.iter().map(size).collect::<Vec<_>>().join(",")
        });
        format!("{}[{}]", b.dtype(value), sizes.unwrap_or_else(|_| "?".to_owned()))
    };
    let input = |name: &String| match scope.find(name) {
        Some(Item::Tensor(value)) => show(*value),
        Some(Item::Sequence(values)) => format!("a sequence of {}", values.len()),
        Some(Item::Nothing) => "nothing".to_owned(),
        None if name.is_empty() => "absent".to_owned(),
        None => "?".to_owned(),
    };
    let inputs: Vec<String> = node.input.iter().map(input).collect();
    let domain = match &*node.domain {
        "" => "ai.onnx",
        domain => domain,
    };
    let version = scope.version(&node.domain).map_or(String::new(), |version| format!(" {version}"));
    let attributes = Attributes::new(node, scope.call).to_string();
    let separator = if attributes.is_empty() { "" } else { "; " };
    let op = &node.op_type;
    error.at(format!(
        "node {name:?}: {op} of {domain}{version} ({}{separator}{attributes})",
        inputs.join(", ")
    ))
}
