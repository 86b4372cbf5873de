//! Channels brought to like ranges by factors that one operator divides by and the next multiplies by (M. Nagel et al., arXiv
//! 1906.04721, section 4.1). The network computes the same; its weights and activations take fewer bits.

use std::collections::BTreeMap;

use bytes::Bytes;
use featherlite_ir::{Code, Graph, Node, NodeId, Value, ValueId, aligned};
use featherlite_schema::owned::BuiltinOptions;
use featherlite_schema::{ActivationFunctionType as Activation, BuiltinOperator};

use super::patches::Linear;
use crate::Result;
use crate::calibrate::keys;
use crate::quantize::constants::floats;
use crate::statistics::Statistics;

/// Chains of several operators settle after a few rounds.
const ROUNDS: usize = 6;
/// No factor is further from 1.
const FURTHEST: f32 = 64.0;

/// What ranges of the first operator are brought into line with those of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Its weights: for one scale for all of them.
    Weights,
    /// Its results: for a scale for each channel of weights.
    Results,
}

/// Two operators with nothing between them that minds factors.
struct Pair {
    first: NodeId,
    second: NodeId,
    /// Factors of each channel beyond which a fused activation would notice.
    limits: Vec<(f32, f32)>,
}

/// Equalizes all pairs of operators of a graph; how many there are.
pub(super) fn equalize(graph: &mut Graph, statistics: &Statistics, by: By) -> Result<usize> {
    let pairs = pairs(graph, statistics);
    let mut factors: BTreeMap<NodeId, Vec<f32>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for pair in &pairs {
            apply(graph, statistics, pair, by, &mut factors)?;
        }
    }
    Ok(pairs.len())
}

fn apply(
    graph: &mut Graph,
    statistics: &Statistics,
    pair: &Pair,
    by: By,
    factors: &mut BTreeMap<NodeId, Vec<f32>>,
) -> Result<()> {
    let (Some(first), Some(second)) =
        (Linear::of(graph, graph.node(pair.first)), Linear::of(graph, graph.node(pair.second)))
    else {
        return Ok(());
    };
    let channels = first.groups * first.outputs;
    let before = factors.entry(pair.first).or_insert_with(|| vec![1.0; channels]);
    let own = match by {
        By::Weights => output_ranges(graph, &first),
        By::Results => result_ranges(graph, statistics, graph.node(pair.first), channels)
            .into_iter()
            .zip(before.iter())
            .map(|(range, factor)| range / factor)
            .collect(),
    };
    let its = input_ranges(graph, &second, channels);
    let norm =
        (own.iter().sum::<f32>() / its.iter().sum::<f32>().max(f32::MIN_POSITIVE)).max(f32::MIN_POSITIVE);
    let mut steps = Vec::with_capacity(channels);
    for channel in 0..channels {
        let (own, its) = (own[channel], its[channel]);
        let wanted = if own > 0.0 && its > 0.0 { (own / (its * norm)).sqrt() } else { 1.0 };
        let (least, greatest) = pair.limits[channel];
        let after = (before[channel] * wanted).clamp(least.max(1.0 / FURTHEST), greatest.min(FURTHEST));
        steps.push(after / before[channel]);
        before[channel] = after;
    }
    scale_outputs(graph, pair.first, &first, &steps)?;
    scale_inputs(graph, pair.second, &second, &steps)
}

fn pairs(graph: &Graph, statistics: &Statistics) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (id, node) in graph.nodes() {
        let Some(first) = Linear::of(graph, node) else { continue };
        let channels = first.groups * first.outputs;
        let (Some(limits), Some(second)) =
            (limits(graph, statistics, node, channels), next(graph, node.outputs[0], channels))
        else {
            continue;
        };
        pairs.push(Pair { first: id, second, limits });
    }
    pairs
}

/// Between which factors a node's fused activation lets a factor through; `None` if never.
fn limits(graph: &Graph, statistics: &Statistics, node: &Node, channels: usize) -> Option<Vec<(f32, f32)>> {
    let activation = match &node.op.options {
        Some(BuiltinOptions::Conv2DOptions(options)) => options.fused_activation_function,
        Some(BuiltinOptions::DepthwiseConv2DOptions(options)) => options.fused_activation_function,
        Some(BuiltinOptions::FullyConnectedOptions(options)) => options.fused_activation_function,
        _ => return None,
    };
    let free = (0.0, f32::INFINITY);
    match activation {
        Activation::NONE | Activation::RELU => Some(vec![free; channels]),
        Activation::RELU6 => {
            let greatest = result_ranges(graph, statistics, node, channels);
            // A channel that reaches the bound keeps it where it is.
            let limit =
                |&greatest: &f32| if greatest >= 5.99 { (1.0, 1.0) } else { (greatest / 5.9, f32::INFINITY) };
            Some(greatest.iter().map(limit).collect())
        }
        _ => None,
    }
}

/// The operator with weights that alone reads a value, directly or through what does not mind factors.
fn next(graph: &Graph, value: ValueId, channels: usize) -> Option<NodeId> {
    let mut value = value;
    loop {
        let id = graph.only_user(value)?;
        let node = graph.node(id);
        if let Some(linear) = Linear::of(graph, node) {
            let reads = linear.data == value
                && node.inputs.iter().filter(|input| **input == Some(value)).count() == 1;
            let is_whole = input_channels(graph, &linear, node)? == channels;
            return (reads && is_whole).then_some(id);
        }
        let Code::Builtin(code) = node.op.code else { return None };
        let passes = matches!(
            code,
            BuiltinOperator::MAX_POOL_2D
                | BuiltinOperator::AVERAGE_POOL_2D
                | BuiltinOperator::PAD
                | BuiltinOperator::MEAN
                | BuiltinOperator::RELU
                | BuiltinOperator::LEAKY_RELU
                | BuiltinOperator::RESHAPE
        );
        let output = *node.outputs.first()?;
        let last = graph.value(output).shape.as_ref()?.last()?.size()?;
        if !passes || last != channels || has_activation(node) || node.input(0) != Some(value) {
            return None;
        }
        value = output;
    }
}

fn has_activation(node: &Node) -> bool {
    match &node.op.options {
        Some(BuiltinOptions::Pool2DOptions(options)) => options.fused_activation_function != Activation::NONE,
        _ => false,
    }
}

/// How many channels of its input an operator tells apart.
fn input_channels(graph: &Graph, linear: &Linear, node: &Node) -> Option<usize> {
    let last = *graph.value(linear.weights).fixed_shape()?.last()?;
    Some(match node.op.is(BuiltinOperator::DEPTHWISE_CONV_2D) {
        true => linear.groups,
        false => last * linear.groups,
    })
}

/// The greatest magnitude of each output channel's weights.
fn output_ranges(graph: &Graph, linear: &Linear) -> Vec<f32> {
    let weights = floats(graph, linear.weights).unwrap_or_default();
    let mut ranges = vec![0f32; linear.groups * linear.outputs];
    for (group, output) in channels(linear) {
        let own = (0..linear.depth).map(|k| weights[linear.position(group, output, k)].abs());
        ranges[linear.channel(group, output)] = own.fold(0.0, f32::max);
    }
    ranges
}

/// The greatest magnitude of the weights that each input channel is multiplied by.
fn input_ranges(graph: &Graph, linear: &Linear, count: usize) -> Vec<f32> {
    let weights = floats(graph, linear.weights).unwrap_or_default();
    let mut ranges = vec![0f32; count];
    let width = count / linear.groups;
    for (group, output) in channels(linear) {
        for k in 0..linear.depth {
            let own = &mut ranges[group * width + k % width];
            *own = own.max(weights[linear.position(group, output, k)].abs());
        }
    }
    ranges
}

fn channels(linear: &Linear) -> impl Iterator<Item = (usize, usize)> + use<> {
    let outputs = linear.outputs;
    (0..linear.groups).flat_map(move |group| (0..outputs).map(move |output| (group, output)))
}

/// The greatest magnitude that each channel of a node's result had.
fn result_ranges(graph: &Graph, statistics: &Statistics, node: &Node, channels: usize) -> Vec<f32> {
    let tensor = keys(graph).get(&node.outputs[0]).and_then(|key| statistics.tensors.get(key)).cloned();
    let found = tensor.map(|tensor| tensor.channels).unwrap_or_default();
    if found.len() != channels {
        return vec![f32::MAX; channels];
    }
    found.iter().map(|channel| channel.least.abs().max(channel.greatest.abs())).collect()
}

fn scale_outputs(graph: &mut Graph, node: NodeId, linear: &Linear, steps: &[f32]) -> Result<()> {
    let mut weights = floats(graph, linear.weights).unwrap_or_default().to_vec();
    for (group, output) in channels(linear) {
        let step = steps[linear.channel(group, output)];
        (0..linear.depth).for_each(|k| weights[linear.position(group, output, k)] /= step);
    }
    set_constant(graph, node, linear.weights, &weights)?;
    if let Some(bias) = linear.bias {
        let bias_values = floats(graph, bias).unwrap_or_default();
        let scaled: Vec<f32> = bias_values.iter().zip(steps).map(|(value, step)| value / step).collect();
        set_constant(graph, node, bias, &scaled)?;
    }
    Ok(())
}

fn scale_inputs(graph: &mut Graph, node: NodeId, linear: &Linear, steps: &[f32]) -> Result<()> {
    let mut weights = floats(graph, linear.weights).unwrap_or_default().to_vec();
    let width = steps.len() / linear.groups;
    for (group, output) in channels(linear) {
        for k in 0..linear.depth {
            weights[linear.position(group, output, k)] *= steps[group * width + k % width];
        }
    }
    set_constant(graph, node, linear.weights, &weights)
}

/// Has a node read other contents in place of one of its constants.
pub(super) fn set_constant(
    graph: &mut Graph,
    node: NodeId,
    constant: ValueId,
    elements: &[f32],
) -> Result<()> {
    let bytes: Vec<u8> = elements.iter().flat_map(|element| element.to_le_bytes()).collect();
    let contents = Some(aligned(Bytes::from(bytes))?);
    let value = graph.add_value(Value { constant: contents, ..graph.value(constant).clone() });
    let position = graph.node(node).inputs.iter().position(|&input| input == Some(constant));
    if let Some(position) = position {
        graph.set_input(node, position, Some(value));
    }
    Ok(())
}
