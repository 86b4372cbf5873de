//! What is said of nodes that can not be converted.

use featherlite_ir::Dim;

use super::expand::FlatNode;
use super::messages::{AttrValue, attr_value::Value};
use super::operand::Operand;
use super::rules;
use crate::build::Builder;
use crate::{Error, Result};

/// Longest list of attributes that is shown.
const ATTRIBUTES: usize = 12;

/// An operation without a rule.
pub(crate) fn no_rule(op: &str) -> Error {
    let error = Error::unsupported(match nearest(op) {
        Some(near) => format!("there is no rule for {op} (the nearest one is for {near})"),
        None => format!("there is no rule for {op}"),
    });
    error.hint(way_out(op))
}

/// What can be done about an operation.
fn way_out(op: &str) -> String {
    let is_one = |parts: &[&str]| parts.iter().any(|part| op.contains(part));
    if matches!(op, "Switch" | "Merge" | "Enter" | "Exit" | "NextIteration" | "LoopCond") {
        return "control flow of TensorFlow 1: export the model with tf.compat.v1.enable_control_flow_v2() or from a \
                tf.function"
            .to_owned();
    }
    if is_one(&["Decode", "String", "Regex", "Ragged", "Example", "ReadFile", "Unicode", "Sparse"]) {
        return "TFLite has no such operator: cut the network behind the node with --inputs NAME and compute that input in \
                your program"
            .to_owned();
    }
    if is_one(&["Grad", "Apply", "Save", "Restore"]) {
        return "a part of training: export a signature for inference only".to_owned();
    }
    format!(
        "keep it as a custom operator with --allow-custom {op}, if the runtime has one of that name; or end the network \
         before it with --outputs NAME"
    )
}

/// The rule whose name is most like `op`, if any is like it at all.
fn nearest(op: &str) -> Option<&'static str> {
    let likeness = |name: &&str| name.bytes().zip(op.bytes()).take_while(|(a, b)| a == b).count();
    let nearest =
        rules::names().max_by_key(|name| (likeness(name), usize::MAX - name.len().abs_diff(op.len())))?;
    (likeness(&nearest) >= 4).then_some(nearest)
}

/// `error`, with the node, its attributes and what it reads. An error of a node in a loop or branch says so already.
pub(crate) fn at_node(
    error: Error,
    builder: &Builder<'_>,
    node: &FlatNode<'_>,
    operands: &[Operand<'_>],
) -> Error {
    let is_inner = node.def.op.ends_with("While") || node.def.op.ends_with("If");
    if is_inner && error.message().starts_with("node ") {
        return error;
    }
    let operands: Vec<_> = operands.iter().map(|operand| describe(builder, operand)).collect();
    let mut attributes: Vec<_> = node
        .def
        .attr
        .iter()
        .filter(|(name, _)| !name.starts_with('_'))
        .filter_map(|(name, value)| Some(format!("{name}={}", show(value)?)))
        .collect();
    attributes.sort_unstable();
    attributes.truncate(ATTRIBUTES);
    let attributes =
        if attributes.is_empty() { String::new() } else { format!(" {{{}}}", attributes.join(", ")) };
    error.at(format!("node {:?}: {}({}){attributes}", node.name, node.def.op, operands.join(", ")))
}

fn describe(builder: &Builder<'_>, operand: &Operand<'_>) -> String {
    match operand {
        Operand::Tensor(value) => {
            let value = builder.graph().value(*value);
            let size = |dim: &Dim| dim.size().map_or("?".to_owned(), |size| size.to_string());
            let sizes = value.shape.as_ref().map(|dims| dims.iter().map(size).collect::<Vec<_>>().join(","));
            format!("{}[{}]", value.dtype, sizes.as_deref().unwrap_or("…"))
        }
        Operand::Variable(node) => format!("variable {}", node.name),
        Operand::List(_) => "list".to_owned(),
        Operand::Dead => "never computed".to_owned(),
        Operand::Absent => "nothing".to_owned(),
    }
}

/// An attribute in few words; nothing if it says nothing.
fn show(value: &AttrValue) -> Option<String> {
    let list = |parts: Vec<String>| (!parts.is_empty()).then(|| format!("[{}]", parts.join(",")));
    match value.value.as_ref()? {
        Value::Text(text) if !text.is_empty() => Some(String::from_utf8_lossy(text).into_owned()),
        Value::Int(value) => Some(value.to_string()),
        Value::Float(value) => Some(value.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Type(code) => super::tensor::dtype(*code).ok().map(|dtype| dtype.name().to_owned()),
        Value::Shape(shape) => list(shape.dim.iter().map(|dim| dim.size.to_string()).collect()),
        Value::List(values) if !values.int.is_empty() => {
            list(values.int.iter().map(i64::to_string).collect())
        }
        Value::Function(function) => Some(function.name.clone()),
        _ => None,
    }
}

/// What a node can not have, in one line.
///
/// # Errors
/// Always.
pub(crate) fn refuse<T>(reason: impl Into<String>, way_out: impl Into<String>) -> Result<T> {
    Err(Error::unsupported(reason).hint(way_out))
}
