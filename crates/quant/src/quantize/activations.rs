//! The scale and zero point of every activation, without the network that uses them.

use std::collections::BTreeMap;

use featherlite_ir::{Model, NodeId, ValueId};

use super::scales::{Scales, levels};
use super::{Options, form};
use crate::params::{Levels, Params};
use crate::recipe::Recipe;
use crate::statistics::Statistics;
use crate::{Error, ErrorKind, Result};

/// What [`quantize`](super::quantize()) would make of the activations of the main graph of a network: for each value that integer
/// operators read or give, its integers and what they stand for. Training simulates these.
///
/// # Errors
/// If statistics are of another network.
pub fn activations(
    model: &Model,
    recipe: &Recipe,
    statistics: &Statistics,
    options: &Options,
) -> Result<BTreeMap<ValueId, (Levels, Params)>> {
    let Some(graph) = model.graphs.first() else {
        return Err(Error::new(ErrorKind::Model, "the model has no graphs"));
    };
    let layers = form::layers(graph, recipe, options)?;
    let forms: BTreeMap<NodeId, &super::Layer> = layers.iter().map(|layer| (layer.node, layer)).collect();
    let scales = Scales::new(graph, &forms, Some(statistics), options)?;
    let of =
        |value: ValueId| scales.form(value).map(|integer| (value, (levels(integer.dtype), integer.params)));
    Ok(graph.values().filter_map(|(value, _)| of(value)).collect())
}
