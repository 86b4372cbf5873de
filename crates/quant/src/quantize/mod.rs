//! A network by a recipe: floating-point operators become integer ones, or get smaller constants.

mod activations;
pub(crate) mod constants;
mod form;
mod readers;
mod rewrite;
mod scales;

use std::collections::BTreeMap;

use featherlite_base::DType;
use featherlite_ir::{Code, Graph, Model, NodeId, ValueId};

use crate::observer::Observer;
use crate::recipe::Recipe;
use crate::rules;
use crate::statistics::Statistics;
use crate::weights::Integers;
use crate::{Error, ErrorKind, Result};

pub use activations::activations;
pub use constants::least_scales;
pub use form::{Form, Layer};
pub(crate) use form::{is_float, layers, weights};

/// What the inputs or outputs of a quantized network are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Border {
    /// Floats, quantized or dequantized within the network.
    #[default]
    Float,
    /// Integers of this type: the one that the operators at the border compute with, or UINT8 for INT8.
    Integer(DType),
}

/// What holds for the network as a whole.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The rule for ranges where the recipe has none.
    pub observer: Observer,
    /// What the inputs become.
    pub inputs: Border,
    /// What the outputs become.
    pub outputs: Border,
    /// Refuse networks of which an operator would stay in floating point.
    pub integers_only: bool,
    /// Integers of weights that are better than the nearest ones, by the constant that they are made of.
    pub rounding: BTreeMap<ValueId, Integers>,
}

/// A quantized network, and what became of the one it was made of.
#[derive(Clone, Debug)]
pub struct Quantized {
    /// The network.
    pub model: Model,
    /// Each operator of the main graph before, in order.
    pub layers: Vec<Layer>,
    /// For values of the main graph before: those that stand for them now.
    pub values: BTreeMap<ValueId, ValueId>,
}

/// Quantizes the main graph of a network. Statistics must be given if the recipe needs them.
///
/// # Errors
/// If statistics are missing or of another network, or an operator has no integer form though there must be no other.
pub fn quantize(
    model: &Model,
    recipe: &Recipe,
    statistics: Option<&Statistics>,
    options: &Options,
) -> Result<Quantized> {
    let Some(graph) = model.graphs.first() else {
        return Err(Error::new(ErrorKind::Model, "the model has no graphs"));
    };
    let layers = form::layers(graph, recipe, options)?;
    let has_integers = layers.iter().any(|layer| matches!(layer.form, Form::Integer { .. }));
    if has_integers && statistics.is_none() {
        return Err(Error::new(
            ErrorKind::Statistics,
            "integer activations need statistics: calibrate first",
        ));
    }
    if options.integers_only {
        refuse_floats(&layers)?;
    }
    let forms: BTreeMap<NodeId, &Layer> = layers.iter().map(|layer| (layer.node, layer)).collect();
    let scales = scales::Scales::new(graph, &forms, statistics, options)?;
    let (graph, values) = rewrite::rewrite(graph, &forms, &scales, options)?;
    let mut quantized = model.clone();
    quantized.graphs[0] = graph;
    quantized.check().map_err(|error| Error::new(ErrorKind::Internal, error.message()))?;
    Ok(Quantized { model: quantized, layers, values })
}

/// The integers that the weights of a layer become, without regard for its bias.
pub(crate) fn integers(
    graph: &Graph,
    layer: &Layer,
    weights: ValueId,
    dtype: DType,
    options: &Options,
) -> Result<Integers> {
    let axis = match graph.node(layer.node).op.code {
        Code::Builtin(code) => rules::weighted(code).map_or(0, |roles| roles.axis),
        Code::Custom(_) => 0,
    };
    constants::Weights::new(weights, dtype, axis, layer.scheme, options.rounding.get(&weights))
        .integers(graph, None)
}

fn refuse_floats(layers: &[Layer]) -> Result<()> {
    let floats: Vec<String> = layers
        .iter()
        .filter(|layer| layer.is_float())
        .map(|layer| format!("{:?} ({}): {}", layer.name, layer.operator, layer.reason))
        .collect();
    if floats.is_empty() {
        return Ok(());
    }
    let rest = floats.len().saturating_sub(12);
    let and = if rest > 0 { format!(", and {rest} more") } else { String::new() };
    let list = floats.into_iter().take(12).collect::<Vec<_>>().join("; ");
    Err(Error::new(
        ErrorKind::Unsupported,
        format!("integers only, but these operators stay in floating point: {list}{and}"),
    ))
}
