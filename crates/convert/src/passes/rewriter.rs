use featherlite_base::DType;
use featherlite_ir::{Graph, Model, Node, NodeId, Op, ValueId};
use featherlite_schema::ActivationFunctionType as Activation;
use featherlite_schema::BuiltinOperator;
use featherlite_schema::owned::BuiltinOptions;

use crate::Result;
use crate::build::Builder;

/// A graph of a model in the hands of a rule, with what rules ask of it.
pub(crate) struct Rewriter<'m> {
    model: &'m mut Model,
    graph: usize,
}

impl<'m> Rewriter<'m> {
    pub(crate) fn new(model: &'m mut Model, graph: usize) -> Self {
        Self { model, graph }
    }

    pub(crate) fn graph(&self) -> &Graph {
        &self.model.graphs[self.graph]
    }

    pub(crate) fn graph_mut(&mut self) -> &mut Graph {
        &mut self.model.graphs[self.graph]
    }

    /// A builder whose nodes go before `node` and are named after it.
    pub(crate) fn before(&mut self, node: NodeId) -> Builder<'_> {
        Builder::before(self.model, self.graph, node)
    }

    /// The node, if it is there and is this operator.
    pub(crate) fn is(&self, node: NodeId, op: BuiltinOperator) -> Option<&Node> {
        self.graph().find(node).filter(|node| node.op.is(op))
    }

    /// The node that computes a value, if it is this operator.
    pub(crate) fn made_by(&self, value: ValueId, op: BuiltinOperator) -> Option<(NodeId, &Node)> {
        let id = self.graph().producer(value)?;
        Some((id, self.is(id, op)?))
    }

    /// The elements of a constant of 32-bit floats.
    pub(crate) fn floats(&self, value: ValueId) -> Option<&[f32]> {
        floats(self.graph(), value)
    }

    /// The single element of a constant of 32-bit floats.
    pub(crate) fn scalar(&self, value: ValueId) -> Option<f32> {
        match self.floats(value)? {
            &[element] => Some(element),
            elements => {
                elements.iter().all(|&element| element == elements[0]).then(|| elements.first().copied())?
            }
        }
    }

    /// The elements of a constant of 32- or 64-bit integers.
    pub(crate) fn integers(&self, value: ValueId) -> Option<Vec<i64>> {
        integers(self.graph(), value)
    }

    /// The operands of a commutative operator of which one is a constant: the other one, and the constant.
    pub(crate) fn with_constant(&self, node: &Node) -> Option<(ValueId, ValueId)> {
        let (x, y) = (node.input(0)?, node.input(1)?);
        let is_constant = |value| self.graph().value(value).constant.is_some();
        match (is_constant(x), is_constant(y)) {
            (false, true) => Some((x, y)),
            (true, false) => Some((y, x)),
            _ => None,
        }
    }

    /// Whether a value is read by one node only and is no output.
    pub(crate) fn is_used_once(&self, value: ValueId) -> bool {
        self.graph().only_user(value).is_some()
    }

    /// Whether `new` can stand in for `old`: an output of the graph keeps a value, and a name, of its own.
    pub(crate) fn can_be_output(&self, old: ValueId, new: ValueId) -> bool {
        let graph = self.graph();
        let is_taken = graph.inputs.contains(&new) || graph.is_output(new);
        !graph.is_output(old) || !(is_taken || graph.value(new).constant.is_some())
    }

    /// Has everything read `new` in place of `old`; `new` was made for that and takes over the name.
    pub(crate) fn replace(&mut self, old: ValueId, new: ValueId) {
        let graph = self.graph_mut();
        let is_own = graph.value(new).constant.is_some() || graph.inputs.contains(&new);
        if !is_own && !graph.is_output(new) && old != new {
            graph.value_mut(new).name = graph.value(old).name.clone();
        }
        graph.replace(old, new);
    }

    /// Puts a node of another operator in the place of a node with one output.
    pub(crate) fn substitute(&mut self, node: NodeId, op: impl Into<Op>, inputs: &[ValueId]) -> Result<bool> {
        let old = self.graph().node(node).outputs[0];
        let new = self.before(node).add_typed_like(op, inputs, old)?;
        self.replace(old, new);
        Ok(true)
    }
}

/// The node that computes a value, if it is this operator.
pub(crate) fn made_by(graph: &Graph, value: ValueId, op: BuiltinOperator) -> Option<&Node> {
    graph.find(graph.producer(value)?).filter(|node| node.op.is(op))
}

/// The elements of a constant of 32-bit floats.
pub(crate) fn floats(graph: &Graph, value: ValueId) -> Option<&[f32]> {
    let value = graph.value(value);
    featherlite_base::arena::cast(value.constant.as_ref().filter(|_| value.dtype == DType::F32)?).ok()
}

/// The elements of a constant of 32- or 64-bit integers.
pub(crate) fn integers(graph: &Graph, value: ValueId) -> Option<Vec<i64>> {
    let value = graph.value(value);
    let contents = value.constant.as_ref()?;
    match value.dtype {
        DType::I64 => Some(featherlite_base::arena::cast::<i64>(contents).ok()?.to_vec()),
        DType::I32 => {
            let elements = featherlite_base::arena::cast::<i32>(contents).ok()?;
            Some(elements.iter().map(|&element| i64::from(element)).collect())
        }
        _ => None,
    }
}

/// The activation that is fused into an operator; `None` if it can have none.
pub(crate) fn activation(op: &Op) -> Option<Activation> {
    Some(match op.options.as_ref()? {
        BuiltinOptions::Conv2DOptions(options) => options.fused_activation_function,
        BuiltinOptions::DepthwiseConv2DOptions(options) => options.fused_activation_function,
        BuiltinOptions::FullyConnectedOptions(options) => options.fused_activation_function,
        BuiltinOptions::TransposeConvOptions(options) => options.fused_activation_function,
        BuiltinOptions::Conv3DOptions(options) => options.fused_activation_function,
        BuiltinOptions::AddOptions(options) => options.fused_activation_function,
        BuiltinOptions::SubOptions(options) => options.fused_activation_function,
        BuiltinOptions::MulOptions(options) => options.fused_activation_function,
        BuiltinOptions::DivOptions(options) => options.fused_activation_function,
        BuiltinOptions::Pool2DOptions(options) => options.fused_activation_function,
        _ => return None,
    })
}

/// Whether an operator that is like this one but for its activation computes `x op y` alone.
pub(crate) fn is_plain(op: &Op) -> bool {
    activation(op).is_none_or(|activation| activation == Activation::NONE)
}

/// Fuses an activation into an operator that can have one.
pub(crate) fn set_activation(op: &mut Op, activation: Activation) {
    match op.options.as_mut() {
        Some(BuiltinOptions::Conv2DOptions(options)) => options.fused_activation_function = activation,
        Some(BuiltinOptions::DepthwiseConv2DOptions(options)) => {
            options.fused_activation_function = activation;
        }
        Some(BuiltinOptions::FullyConnectedOptions(options)) => {
            options.fused_activation_function = activation;
        }
        Some(BuiltinOptions::TransposeConvOptions(options)) => options.fused_activation_function = activation,
        Some(BuiltinOptions::Conv3DOptions(options)) => options.fused_activation_function = activation,
        Some(BuiltinOptions::AddOptions(options)) => options.fused_activation_function = activation,
        Some(BuiltinOptions::SubOptions(options)) => options.fused_activation_function = activation,
        Some(BuiltinOptions::MulOptions(options)) => options.fused_activation_function = activation,
        Some(BuiltinOptions::DivOptions(options)) => options.fused_activation_function = activation,
        Some(BuiltinOptions::Pool2DOptions(options)) => options.fused_activation_function = activation,
        _ => {}
    }
}
