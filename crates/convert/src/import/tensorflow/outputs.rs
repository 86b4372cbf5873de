//! Numbers of the outputs of nodes in functions, where they are written by name.

use super::messages::{NodeDef, OpDef, attr_value::Value};

/// Outputs of operations that have several, for files without definitions of operations.
const OUTPUTS: &[(&str, &[&str])] = &[
    ("CombinedNonMaxSuppression", &["nmsed_boxes", "nmsed_scores", "nmsed_classes", "valid_detections"]),
    ("FusedBatchNorm", &["y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"]),
    ("FusedBatchNormV2", &["y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"]),
    (
        "FusedBatchNormV3",
        &["y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2", "reserve_space_3"],
    ),
    ("ListDiff", &["out", "idx"]),
    ("MaxPoolWithArgmax", &["output", "argmax"]),
    ("Merge", &["output", "value_index"]),
    ("NonMaxSuppressionV4", &["selected_indices", "valid_outputs"]),
    ("NonMaxSuppressionV5", &["selected_indices", "selected_scores", "valid_outputs"]),
    ("Switch", &["output_false", "output_true"]),
    ("TensorListPopBack", &["output_handle", "tensor"]),
    ("TopK", &["values", "indices"]),
    ("TopKV2", &["values", "indices"]),
    ("Unique", &["y", "idx"]),
    ("UniqueV2", &["y", "idx"]),
    ("UniqueWithCounts", &["y", "idx", "count"]),
];

/// The number of the first tensor of the output `name`, by the operation's definition.
pub(super) fn defined(op: &OpDef, node: &NodeDef, name: &str) -> Option<usize> {
    let mut number = 0usize;
    for output in &op.output_arg {
        if output.name == name {
            return Some(number);
        }
        let count = match (output.number_attr.as_str(), output.type_list_attr.as_str()) {
            ("", "") => 1,
            (attribute, "") => match node.attr.get(attribute)?.value.as_ref()? {
                Value::Int(count) => usize::try_from(*count).ok()?,
                _ => return None,
            },
            (_, attribute) => match node.attr.get(attribute)?.value.as_ref()? {
                Value::List(list) => list.r#type.len(),
                _ => return None,
            },
        };
        number = number.checked_add(count)?;
    }
    None
}

/// The number of the output `name` of an operation whose definition the file lacks.
pub(super) fn known(op: &str, name: &str) -> Option<usize> {
    match OUTPUTS.iter().find(|(known, _)| *known == op) {
        Some((_, outputs)) => outputs.iter().position(|output| *output == name),
        None => Some(0),
    }
}
