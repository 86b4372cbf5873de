//! What looks wrong about calibration data.

use featherlite_ir::{Graph, Model};
use featherlite_schema::BuiltinOperator;

use crate::calibrate::keys;
use crate::quantize::constants::floats;
use crate::statistics::{Statistics, TensorStatistics};

/// Fewer samples seldom show the whole range of all activations.
const FEW: usize = 100;
/// Concatenated values whose ranges differ by more lose much.
const APART: f32 = 8.0;
/// How many names a remark lists.
const LISTED: usize = 6;

/// Remarks about statistics, each with what to do.
pub fn advice(model: &Model, statistics: &Statistics) -> Vec<String> {
    let Some(graph) = model.graphs.first() else { return Vec::new() };
    let mut remarks = Vec::new();
    let count = statistics.samples.len();
    if count < FEW {
        remarks.push(format!(
            "there are only {count} samples: a few hundred that are like the real ones do better"
        ));
    }
    let duplicates = statistics.duplicates();
    if duplicates > 0 {
        remarks.push(format!("{duplicates} of {count} samples are copies of others: they add nothing"));
    }
    remarks.extend(inputs(graph, statistics));
    remarks.extend(still(graph, statistics));
    remarks.extend(concatenations(graph, statistics));
    remarks
}

fn range(tensor: &TensorStatistics) -> (f32, f32) {
    tensor.range.unwrap_or((0.0, 0.0))
}

/// Inputs in a range that the network does not seem to be made for.
fn inputs(graph: &Graph, statistics: &Statistics) -> Vec<String> {
    let keys = keys(graph);
    let mut remarks = Vec::new();
    for &input in &graph.inputs {
        let Some(tensor) = keys.get(&input).and_then(|key| statistics.tensors.get(key)) else { continue };
        let (name, (low, high)) = (&graph.value(input).name, range(tensor));
        let factor = scaling(graph, input);
        let is_picture = graph.value(input).shape.as_ref().is_some_and(|shape| shape.len() == 4);
        match factor {
            Some(factor) if is_picture && factor < 0.1 && high <= 1.5 => remarks.push(format!(
                "input {name:?} goes from {low} to {high}, but the network itself multiplies it by {factor}: it seems to \
                 expect 0 to 255 (--range 0,255)"
            )),
            None if is_picture && low >= 0.0 && high > 100.0 => remarks.push(format!(
                "input {name:?} goes from {low} to {high} and the network does not scale it: most are trained on 0 to 1 or \
                 -1 to 1 (--range)"
            )),
            _ => {}
        }
    }
    remarks
}

/// What a network multiplies an input by at once.
fn scaling(graph: &Graph, input: featherlite_ir::ValueId) -> Option<f32> {
    let mut value = input;
    for _ in 0..4 {
        let node = graph.node(*graph.users(value).first()?);
        let other = node.inputs.iter().flatten().find_map(|&other| floats(graph, other));
        let first = other.and_then(|elements| elements.first().copied());
        if node.op.is(BuiltinOperator::MUL) {
            return first.map(f32::abs);
        }
        if node.op.is(BuiltinOperator::DIV) {
            return first.map(|divisor| 1.0 / divisor.abs());
        }
        let passes =
            [BuiltinOperator::ADD, BuiltinOperator::SUB, BuiltinOperator::PAD, BuiltinOperator::RESHAPE];
        if !passes.iter().any(|&code| node.op.is(code)) {
            return None;
        }
        value = *node.outputs.first()?;
    }
    None
}

/// Tensors that held the same number all the time, or none.
fn still(graph: &Graph, statistics: &Statistics) -> Option<String> {
    let keys = keys(graph);
    let is_still = |tensor: &TensorStatistics| tensor.range.is_none_or(|(low, high)| low == high);
    let mut names: Vec<&str> = Vec::new();
    for (id, key) in &keys {
        let elements = graph.value(*id).fixed_shape().map_or(2, |shape| shape.iter().product());
        if elements > 1 && statistics.tensors.get(key).is_some_and(is_still) {
            names.push(key);
        }
    }
    let total = names.len();
    names.truncate(LISTED);
    (total > 0).then(|| {
        format!(
            "{total} tensors never moved ({}): the samples do not reach all of the network, or parts of it are dead",
            names.join(", ")
        )
    })
}

/// Concatenations of values with very different ranges, which must share one scale.
fn concatenations(graph: &Graph, statistics: &Statistics) -> Vec<String> {
    let keys = keys(graph);
    let mut remarks = Vec::new();
    for (_, node) in graph.nodes().filter(|(_, node)| node.op.is(BuiltinOperator::CONCATENATION)) {
        let widths: Vec<(f32, &str)> = node
            .inputs
            .iter()
            .flatten()
            .filter_map(|input| {
                let key = keys.get(input)?;
                let (low, high) = range(statistics.tensors.get(key)?);
                Some((high.max(-low), key.as_str()))
            })
            .filter(|(width, _)| *width > 0.0)
            .collect();
        let least = widths.iter().min_by(|a, b| a.0.total_cmp(&b.0));
        let greatest = widths.iter().max_by(|a, b| a.0.total_cmp(&b.0));
        let (Some(least), Some(greatest)) = (least, greatest) else { continue };
        if greatest.0 > APART * least.0 {
            remarks.push(format!(
                "{:?} joins {:?} (up to {:.4}) and {:?} (up to {:.4}), which must share one scale: consider --keep-float, or \
                 int16x8",
                node.name, least.1, least.0, greatest.1, greatest.0
            ));
        }
    }
    remarks
}
