//! Versions of operators, and the releases of TensorFlow Lite that have them.
//!
//! A file says for each operator which version of it a runtime must know. [`rules`] holds what every version brought,
//! [`releases`] when it came; a node is written with the lowest version that has all it uses, so that as many runtimes as
//! possible take the file.

mod conditions;
mod releases;
mod rules;
mod seen;

use featherlite_ir::{Code, Graph, Node};
use featherlite_ops::core::Operator;
use featherlite_schema::{BuiltinOperator, owned};

pub use releases::Release;

use crate::infer::operator;
use crate::{Error, Result};
use seen::Seen;

/// The lowest version of a node's operator that has all that the node uses; 1 for custom operators.
///
/// # Errors
/// If no release of TensorFlow Lite has such a version, or Featherlite has none.
pub(crate) fn needed(graph: &Graph, node: &Node) -> Result<i32> {
    let Code::Builtin(code) = node.op.code else { return Ok(1) };
    let version = rules::lowest(code, &Seen::new(graph, node));
    let highest = match operator(&node.op)? {
        Some(Operator::Defined(parts)) => parts.iter().map(|part| part.version).max().unwrap_or(0),
        _ => 0,
    };
    let runtimes = [("TensorFlow Lite", releases::highest(code)), ("Featherlite", highest)];
    match runtimes.into_iter().find(|&(_, highest)| highest < version) {
        None => Ok(version),
        Some((runtime, highest)) => Err(Error::unsupported(format!(
            "version {version} of {} is needed, and {runtime} has versions up to {highest}",
            node.op.name()
        ))),
    }
}

/// The first release of TensorFlow Lite that has all builtin operators of a file.
pub(crate) fn first_release(file: &owned::Model<'_>) -> Release {
    let builtin = file.operator_codes.iter().filter(|code| code.builtin_code != BuiltinOperator::CUSTOM);
    builtin.filter_map(|code| releases::of(code.builtin_code, code.version)).max().unwrap_or(Release::FIRST)
}

/// Bytes that the entry has in files.
const VERSION_BYTES: usize = 16;

/// The contents of the metadata `min_runtime_version`: the release as text, padded with zeros.
pub(crate) fn min_runtime_version(file: &owned::Model<'_>) -> Vec<u8> {
    let mut text = first_release(file).to_string().into_bytes();
    text.resize(VERSION_BYTES, 0);
    text
}
