//! Building graphs: nodes are added with the types and shapes of what they give, and computed at once if they can be.

use bytes::Bytes;
use featherlite_base::{DType, Element, arena};
use featherlite_ir::{Code, Dim, Graph, Model, Node, NodeId, Op, TRIALS, Value, ValueId, aligned};

use crate::infer;
use crate::{Error, Result, fold};

mod short;

pub use short::{Activation, Window, volume_options};

/// A size of an input: known, or left open under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Size {
    /// Known.
    Fixed(usize),
    /// Open until the model runs. Sizes of one name are equal.
    Open(String),
}

/// Adds nodes to a graph of a model, at its end or before some node.
pub struct Builder<'m> {
    model: &'m mut Model,
    graph: usize,
    /// Where the next node goes in the graph's order; at the end if absent.
    position: Option<usize>,
    scope: String,
}

impl<'m> Builder<'m> {
    /// Adds nodes at the end of graph `graph`, which must exist.
    pub fn new(model: &'m mut Model, graph: usize) -> Self {
        Self { model, graph, position: None, scope: String::new() }
    }

    /// Adds nodes before `node`, named after it.
    pub fn before(model: &'m mut Model, graph: usize, node: NodeId) -> Self {
        let target = &model.graphs[graph];
        let scope = target.find(node).map(|node| node.name.clone()).unwrap_or_default();
        Self { position: target.position(node), scope, model, graph }
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.model.graphs[self.graph]
    }

    /// The graph, to change.
    pub fn graph_mut(&mut self) -> &mut Graph {
        &mut self.model.graphs[self.graph]
    }

    /// The model.
    pub fn model(&self) -> &Model {
        self.model
    }

    /// Which graph of the model it is.
    pub fn graph_index(&self) -> usize {
        self.graph
    }

    /// The name of the source's node that the following nodes belong to.
    pub fn set_scope(&mut self, name: impl Into<String>) {
        self.scope = name.into();
    }

    /// The name of the source's node that nodes belong to at present.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// Builds another graph of the model, and returns its index and what `build` returns.
    ///
    /// # Errors
    /// Those of `build`.
    pub fn subgraph<T>(
        &mut self,
        name: &str,
        build: impl FnOnce(&mut Builder<'_>) -> Result<T>,
    ) -> Result<(usize, T)> {
        let index = self.model.graphs.len();
        let mut graph = Graph::new(name);
        graph.share_open_sizes(self.graph());
        self.model.graphs.push(graph);
        let mut builder = Builder { scope: self.scope.clone(), ..Builder::new(self.model, index) };
        let built = build(&mut builder)?;
        Ok((index, built))
    }

    /// Adds an input to the graph.
    pub fn input(&mut self, name: &str, dtype: DType, sizes: &[Size]) -> ValueId {
        let sizes = sizes.iter().enumerate();
        let dims: Vec<Dim> = sizes
            .map(|(axis, size)| match size {
                Size::Fixed(size) => Dim::fixed(*size),
                Size::Open(name) => self.graph_mut().open_size(name, axis == 0),
            })
            .collect();
        self.input_of(Value::new(name, dtype).with_shape(dims))
    }

    /// Adds a value as an input of the graph.
    pub fn input_of(&mut self, value: Value) -> ValueId {
        let graph = self.graph_mut();
        let input = graph.add_value(value);
        graph.inputs.push(input);
        input
    }

    /// Makes a value an output of the graph.
    pub fn output(&mut self, value: ValueId) {
        self.graph_mut().outputs.push(value);
    }

    /// Adds a constant from its elements.
    ///
    /// # Errors
    /// If they are not as many as the sizes say.
    pub fn constant<T: Element>(&mut self, sizes: &[usize], elements: &[T]) -> Result<ValueId> {
        self.constant_bytes(T::DTYPE, sizes, Bytes::copy_from_slice(arena::bytes_of(elements)))
    }

    /// Adds a constant without dimensions.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub fn scalar<T: Element>(&mut self, element: T) -> Result<ValueId> {
        self.constant(&[], &[element])
    }

    /// Adds a constant from its bytes: little-endian, sub-byte types packed.
    ///
    /// # Errors
    /// If they are not as many as type and sizes say.
    pub fn constant_bytes(&mut self, dtype: DType, sizes: &[usize], contents: Bytes) -> Result<ValueId> {
        let elements = sizes.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
        let expected = elements.and_then(|elements| dtype.storage_bytes(elements));
        if dtype.bits() > 0 && expected != Some(contents.len()) {
            let bytes = contents.len();
            return Err(Error::invalid(format!(
                "{:?}: a constant of {dtype} {sizes:?} has {bytes} bytes",
                self.scope
            )));
        }
        let sizes = sizes.iter().copied().map(Dim::fixed).collect();
        let value = Value::new(format!("{}/constant", self.scope), dtype).with_shape(sizes);
        let value = value.with_constant(aligned(contents)?);
        Ok(self.graph_mut().add_value(value))
    }

    /// Adds a node with one output, whose type follows from the operator and its inputs.
    ///
    /// # Errors
    /// If the operator does not take such inputs.
    pub fn add(&mut self, op: impl Into<Op>, inputs: &[ValueId]) -> Result<ValueId> {
        let inputs: Vec<_> = inputs.iter().copied().map(Some).collect();
        Ok(self.add_many(op, &inputs, 1)?[0])
    }

    /// Adds a node with one output of a type that the inputs do not tell (CAST, SHAPE, ARG_MAX, QUANTIZE).
    ///
    /// # Errors
    /// If the operator does not take such inputs.
    pub fn add_typed(&mut self, op: impl Into<Op>, inputs: &[ValueId], dtype: DType) -> Result<ValueId> {
        let inputs: Vec<_> = inputs.iter().copied().map(Some).collect();
        Ok(self.add_as(op, &inputs, &[dtype])?[0])
    }

    /// Adds a node that gives what `like` is: of its type, quantized as it is.
    ///
    /// # Errors
    /// If the operator does not take such inputs.
    pub fn add_typed_like(
        &mut self,
        op: impl Into<Op>,
        inputs: &[ValueId],
        like: ValueId,
    ) -> Result<ValueId> {
        let like = self.graph().value(like);
        let value = Value::new(&like.name, like.dtype).with_quantization(like.quantization.clone());
        let inputs: Vec<_> = inputs.iter().copied().map(Some).collect();
        Ok(self.add_values(op, &inputs, vec![value])?[0])
    }

    /// Adds a node with `outputs` outputs; inputs may be absent.
    ///
    /// # Errors
    /// If the operator does not take such inputs.
    pub fn add_many(
        &mut self,
        op: impl Into<Op>,
        inputs: &[Option<ValueId>],
        outputs: usize,
    ) -> Result<Vec<ValueId>> {
        let op = op.into();
        let types: Vec<_> = inputs.iter().map(|input| input.map(|input| self.dtype(input))).collect();
        let types = infer::output_types(&op, &types, outputs).map_err(|error| error.at(self.place(&op)))?;
        self.add_as(op, inputs, &types)
    }

    /// Adds a node with outputs of these types; inputs may be absent.
    ///
    /// # Errors
    /// If the operator does not take such inputs.
    pub fn add_as(
        &mut self,
        op: impl Into<Op>,
        inputs: &[Option<ValueId>],
        outputs: &[DType],
    ) -> Result<Vec<ValueId>> {
        let op = op.into();
        let name = format!("{}/{}", self.scope, op.name());
        let outputs = outputs.iter().map(|&dtype| Value::new(name.clone(), dtype)).collect();
        self.add_values(op, inputs, outputs)
    }

    /// Adds a node that gives these values (quantized ones, say); their shapes are computed.
    ///
    /// # Errors
    /// If the operator does not take such inputs.
    pub fn add_values(
        &mut self,
        op: impl Into<Op>,
        inputs: &[Option<ValueId>],
        outputs: Vec<Value>,
    ) -> Result<Vec<ValueId>> {
        let op = op.into();
        let outputs = complete(self.model, self.graph(), &op, inputs, outputs)
            .map_err(|error| self.with_inputs(error, &op, inputs))?;
        let is_constant = outputs.iter().all(|value| value.constant.is_some()) && !outputs.is_empty();
        let graph = &mut self.model.graphs[self.graph];
        let ids: Vec<ValueId> = outputs.into_iter().map(|value| graph.add_value(value)).collect();
        if !is_constant {
            let node = Node { inputs: inputs.to_vec(), ..Node::new(self.scope.clone(), op, &[], &ids) };
            let position = self.position.unwrap_or(graph.node_count());
            graph.insert(position, node);
            self.position = self.position.map(|position| position + 1);
        }
        Ok(ids)
    }

    /// Where a node is, for errors.
    fn place(&self, op: &Op) -> String {
        match self.scope.is_empty() {
            true => op.name(),
            false => format!("node {:?} ({})", self.scope, op.name()),
        }
    }

    fn with_inputs(&self, error: Error, op: &Op, inputs: &[Option<ValueId>]) -> Error {
        let graph = self.graph();
        let list = inputs.iter().map(|input| match input {
            None => "absent".to_owned(),
            Some(input) => {
                let value = graph.value(*input);
                let sizes = value.shape.as_ref().map(|shape| {
                    let size = |dim: &Dim| dim.size().map_or("?".to_owned(), |size| size.to_string());
                    shape.iter().map(size).collect::<Vec<_>>().join(",")
                });
                format!("{}[{}]", value.dtype, sizes.unwrap_or_else(|| "?".to_owned()))
            }
        });
        let list = list.collect::<Vec<_>>().join(", ");
        error.at(format!("{} of {list}", self.place(op)))
    }

    /// The element type of a value.
    pub fn dtype(&self, value: ValueId) -> DType {
        self.graph().value(value).dtype
    }

    /// The sizes of a value.
    ///
    /// # Errors
    /// If they depend on values that are not known.
    pub fn dims(&self, value: ValueId) -> Result<&[Dim]> {
        let value = self.graph().value(value);
        value.shape.as_deref().ok_or_else(|| {
            let message = format!("node {:?}: the shape of {:?} is not known", self.scope, value.name);
            Error::unsupported(message).hint("state the shape of the inputs: --shape NAME=1,224,224,3")
        })
    }

    /// The sizes of a value, none of which is open.
    ///
    /// # Errors
    /// If one is open or not known.
    pub fn fixed_dims(&self, value: ValueId) -> Result<Vec<usize>> {
        let sizes = self.dims(value)?.iter().map(|dim| dim.size()).collect();
        let name = &self.graph().value(value).name;
        let open = || Error::unsupported(format!("node {:?}: a size of {name:?} is open", self.scope));
        let hint = "state the shape of the inputs: --shape NAME=1,224,224,3";
        Option::ok_or_else(sizes, || open().hint(hint))
    }

    /// The number of dimensions of a value.
    ///
    /// # Errors
    /// If it is not known.
    pub fn rank(&self, value: ValueId) -> Result<usize> {
        Ok(self.dims(value)?.len())
    }

    /// Whether a value is a constant.
    pub fn is_constant(&self, value: ValueId) -> bool {
        self.graph().value(value).constant.is_some()
    }

    /// The elements of a constant of integers, widened; `None` if it is no constant or of another type.
    pub fn integers(&self, value: ValueId) -> Option<Vec<i64>> {
        let value = self.graph().value(value);
        let contents = value.constant.as_ref()?;
        match value.dtype {
            DType::I64 => Some(arena::cast::<i64>(contents).ok()?.to_vec()),
            DType::I32 => Some(arena::cast::<i32>(contents).ok()?.iter().map(|&x| i64::from(x)).collect()),
            DType::I16 => Some(arena::cast::<i16>(contents).ok()?.iter().map(|&x| i64::from(x)).collect()),
            DType::I8 => Some(contents.iter().map(|&x| i64::from(x as i8)).collect()),
            DType::U8 | DType::Bool => Some(contents.iter().map(|&x| i64::from(x)).collect()),
            _ => None,
        }
    }

    /// The elements of a constant of `T`; `None` if it is no constant or of another type.
    pub fn elements<T: Element>(&self, value: ValueId) -> Option<&[T]> {
        let value = self.graph().value(value);
        arena::cast(value.constant.as_ref().filter(|_| value.dtype == T::DTYPE)?).ok()
    }

    /// Calls a value by the name that it has in the source.
    pub fn rename(&mut self, value: ValueId, name: impl Into<String>) {
        self.graph_mut().value_mut(value).name = name.into();
    }
}

/// Completes what a node gives: shapes, and contents if they follow from constants.
pub(crate) fn complete(
    model: &Model,
    graph: &Graph,
    op: &Op,
    inputs: &[Option<ValueId>],
    mut outputs: Vec<Value>,
) -> Result<Vec<Value>> {
    let shapes = infer::shapes(model, graph, op, inputs, &outputs)?;
    for (value, shape) in outputs.iter_mut().zip(shapes) {
        // Custom operators have the shapes that the source states where the runtime does not know better.
        let stated = value.shape.take().filter(|_| matches!(op.code, Code::Custom(_)));
        value.shape = shape.or(stated);
    }
    let is_open = |value: &Value| value.trials.is_some() || value.fixed_shape().is_none();
    if !inputs.iter().flatten().any(|&input| is_open(graph.value(input))) {
        if let Some(contents) = fold::fold(graph, op, inputs, &outputs, 0)? {
            for (value, contents) in outputs.iter_mut().zip(contents) {
                value.constant = Some(contents);
            }
        }
        return Ok(outputs);
    }
    let first = fold::fold(graph, op, inputs, &outputs, 0)?;
    let second = if first.is_some() { fold::fold(graph, op, inputs, &outputs, TRIALS - 1)? } else { None };
    for (index, value) in outputs.iter_mut().enumerate() {
        let (Some(first), Some(second)) = (&first, &second) else { break };
        match first[index] == second[index] && value.fixed_shape().is_some() {
            true => value.constant = Some(first[index].clone()),
            false => value.trials = Some([first[index].clone(), second[index].clone()]),
        }
    }
    Ok(outputs)
}
