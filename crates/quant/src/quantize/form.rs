//! What each operator becomes.

use std::fmt;

use featherlite_base::{DType, Quantization};
use featherlite_ir::{Code, Graph, Node, NodeId, ValueId};
use featherlite_ops::core::Operator;
use featherlite_schema::BuiltinOperator;

use super::Options;
use crate::Result;
use crate::params::Levels;
use crate::recipe::{Compute, Recipe, Scheme};
use crate::rules::{self, Weighted};
use crate::run;

/// What an operator computes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As before.
    Unchanged,
    /// In floating point, with constants in half precision.
    Float16,
    /// In floating point, with constants stored as integers of this type.
    WeightOnly(DType),
    /// With integer weights of this type; the other operand is quantized during the run.
    Dynamic(DType),
    /// In integers.
    Integer {
        /// The type of activations.
        activations: DType,
        /// The type of weights, if it has any.
        weights: Option<DType>,
    },
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchanged => f.write_str("unchanged"),
            Self::Float16 => f.write_str("constants in FLOAT16, computed in FLOAT32"),
            Self::WeightOnly(dtype) => write!(f, "weights in {dtype}, computed in FLOAT32"),
            Self::Dynamic(dtype) => write!(f, "weights in {dtype}, inputs quantized in the run"),
            Self::Integer { activations, weights: None } => write!(f, "{activations}"),
            Self::Integer { activations, weights: Some(weights) } => {
                write!(f, "{activations} by weights in {weights}")
            }
        }
    }
}

/// An operator and what becomes of it.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Where it was.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// What it computes, such as `CONV_2D`.
    pub operator: String,
    /// What it becomes.
    pub form: Form,
    /// What the recipe asks for.
    pub scheme: Scheme,
    /// Why it is not all that the recipe asks for; empty if it is.
    pub reason: String,
    /// Whether it reads or gives floating-point numbers.
    pub has_floats: bool,
}

impl Layer {
    /// Whether it computes with floats.
    pub fn is_float(&self) -> bool {
        self.has_floats && !matches!(self.form, Form::Integer { .. })
    }
}

/// The operators of a graph in order, each with its form.
pub(crate) fn layers(graph: &Graph, recipe: &Recipe, options: &Options) -> Result<Vec<Layer>> {
    let mut layers = Vec::with_capacity(graph.node_count());
    for (id, node) in graph.nodes() {
        let outputs: Vec<&str> =
            node.outputs.iter().map(|&output| graph.value(output).name.as_str()).collect();
        let operator = node.op.name();
        let scheme = recipe.scheme(&operator, &outputs.join(";"));
        let values = || node.inputs.iter().flatten().chain(&node.outputs);
        let has_floats = values().any(|&value| is_float(graph, value));
        let (form, reason) = match has_floats {
            true => form(graph, node, scheme, options),
            false => (Form::Unchanged, String::new()),
        };
        layers.push(Layer { node: id, name: node.name.clone(), operator, form, scheme, reason, has_floats });
    }
    Ok(layers)
}

/// Whether a value holds real numbers that could be quantized.
pub(crate) fn is_float(graph: &Graph, value: ValueId) -> bool {
    let value = graph.value(value);
    value.dtype == DType::F32 && value.quantization == Quantization::None
}

/// The floating-point constants among a node's inputs: their positions and values.
pub(super) fn constants<'g>(graph: &'g Graph, node: &'g Node) -> impl Iterator<Item = (usize, ValueId)> + 'g {
    let inputs = node.inputs.iter().enumerate().filter_map(|(index, input)| Some((index, (*input)?)));
    inputs.filter(|&(_, input)| is_float(graph, input) && graph.value(input).constant.is_some())
}

fn elements(graph: &Graph, value: ValueId) -> usize {
    graph.value(value).fixed_shape().map_or(0, |shape| shape.iter().product())
}

/// The form that comes nearest to a scheme, and what is in the way of the scheme itself.
fn form(graph: &Graph, node: &Node, scheme: Scheme, options: &Options) -> (Form, String) {
    let Code::Builtin(code) = node.op.code else {
        return (Form::Unchanged, "custom operators stay as they are".to_owned());
    };
    let none = |reason: &str| (Form::Unchanged, reason.to_owned());
    match scheme.compute {
        Compute::Float => none(if options.integers_only { "the recipe leaves it so" } else { "" }),
        Compute::Float16 => match constants(graph, node).next() {
            Some(_) => (Form::Float16, String::new()),
            None => none(""),
        },
        Compute::WeightOnly => match weights(graph, node, code) {
            None => none(""),
            Some((_, value)) if elements(graph, value) < scheme.least_elements => none(SMALL),
            Some(_) => (Form::WeightOnly(weight_type(scheme)), String::new()),
        },
        Compute::Dynamic => match weights(graph, node, code) {
            None => none(""),
            Some((_, value)) if elements(graph, value) < scheme.least_elements => none(SMALL),
            Some(_) => dynamic(graph, node, code, scheme),
        },
        Compute::Integer => integer(graph, node, code, scheme),
    }
}

const SMALL: &str = "too few weights to be worth it";

fn weight_type(scheme: Scheme) -> DType {
    Levels::weights(scheme.weight_bits).map_or(DType::I8, |levels| levels.dtype)
}

/// The constant weights of an operator.
pub(crate) fn weights(graph: &Graph, node: &Node, code: BuiltinOperator) -> Option<(usize, ValueId)> {
    let index = match code {
        BuiltinOperator::EMBEDDING_LOOKUP | BuiltinOperator::BATCH_MATMUL => 1,
        code => rules::weighted(code)?.weights,
    };
    constants(graph, node).find(|&(input, _)| input == index)
}

fn dynamic(graph: &Graph, node: &Node, code: BuiltinOperator, scheme: Scheme) -> (Form, String) {
    let wanted = weight_type(scheme);
    let Some((weights, _)) = weights(graph, node, code) else { return (Form::Unchanged, String::new()) };
    for dtype in [wanted, DType::I8] {
        let types = Types { activations: DType::F32, weights: Some((weights, dtype)), bias: None };
        if rules::takes_dynamic_weights(code, dtype) && admits(graph, node, &types) {
            return (Form::Dynamic(dtype), fallback(wanted, dtype));
        }
    }
    (Form::Unchanged, "no kernel quantizes its input during the run".to_owned())
}

fn fallback(wanted: DType, dtype: DType) -> String {
    match wanted == dtype {
        true => String::new(),
        false => format!("its kernels take {dtype} weights, not {wanted}"),
    }
}

fn integer(graph: &Graph, node: &Node, code: BuiltinOperator, scheme: Scheme) -> (Form, String) {
    let none = |reason: String| (Form::Unchanged, reason);
    if !rules::minds_scales(code) {
        return none("it has no integer kernel".to_owned());
    }
    let activations = if scheme.activation_bits == 16 { DType::I16 } else { DType::I8 };
    let roles = rules::weighted(code);
    if let Some(reason) = roles.and_then(|roles| unfit(graph, node, roles)) {
        return none(reason);
    }
    let wanted = weight_type(scheme);
    for weights in [wanted, DType::I8] {
        let bias = if activations == DType::I16 { DType::I64 } else { DType::I32 };
        let types = Types {
            activations,
            weights: roles.map(|roles| (roles.weights, weights)),
            bias: roles.map(|roles| (roles.bias, bias)),
        };
        if admits(graph, node, &types) {
            let reason = if roles.is_some() { fallback(wanted, weights) } else { String::new() };
            return (Form::Integer { activations, weights: roles.map(|_| weights) }, reason);
        }
    }
    none(format!("it has no {activations} kernel"))
}

/// Why a weighted operator can not be one of integers.
fn unfit(graph: &Graph, node: &Node, roles: Weighted) -> Option<String> {
    let is_constant = |index: usize| node.input(index).is_none_or(|id| graph.value(id).constant.is_some());
    let are_floats = |index: usize| node.input(index).is_none_or(|id| is_float(graph, id));
    if !is_constant(roles.weights) || !is_constant(roles.bias) {
        return Some("its weights are not constant".to_owned());
    }
    if !are_floats(roles.weights) || !are_floats(roles.bias) {
        return Some("its weights are integers already".to_owned());
    }
    None
}

/// Element types to try.
struct Types {
    activations: DType,
    weights: Option<(usize, DType)>,
    bias: Option<(usize, DType)>,
}

/// Whether the operator takes these types in place of floats.
fn admits(graph: &Graph, node: &Node, types: &Types) -> bool {
    let Some(Operator::Defined(parts)) = run::operator(&node.op) else { return false };
    let dtype = |index: usize, value: ValueId| {
        let fits = |role: Option<(usize, DType)>| role.filter(|(input, _)| *input == index);
        match (is_float(graph, value), fits(types.weights).or(fits(types.bias))) {
            (true, Some((_, dtype))) => dtype,
            (true, None) => types.activations,
            (false, _) => graph.value(value).dtype,
        }
    };
    let inputs: Vec<Option<DType>> =
        node.inputs.iter().enumerate().map(|(index, input)| Some(dtype(index, (*input)?))).collect();
    let outputs: Vec<DType> = node.outputs.iter().map(|&output| dtype(usize::MAX, output)).collect();
    let mut sigs = parts.iter().flat_map(|part| part.sigs);
    sigs.any(|sig| sig.admits_types(inputs.iter().copied(), outputs.iter().copied()))
}
