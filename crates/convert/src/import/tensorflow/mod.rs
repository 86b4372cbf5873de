//! TensorFlow: SavedModel folders and frozen GraphDefs.
//!
//! Messages are decoded (`messages`); a `program` resolves the names of inputs; what a signature needs of it is
//! expanded (`expand`) into one list of nodes without calls, which are translated (`translate`) one by one by
//! `rules`.

mod call;
mod checkpoint;
mod cut;
mod expand;
mod frozen;
mod messages;
mod operand;
mod order;
mod outputs;
mod program;
mod refusal;
mod rules;
mod saved_model;
mod signature;
mod tensor;
mod translate;
mod variables;

use std::path::Path;

use bytes::Bytes;
use featherlite_ir::Model;
use featherlite_schema::BuiltinOperator;

use super::{Options, file};
use crate::Result;

/// Reads a SavedModel folder, or a file with a frozen `GraphDef`.
///
/// # Errors
/// Files that can not be read or are damaged, options that do not fit them, and operations without a TFLite counterpart.
pub fn import(path: &Path, options: &Options) -> Result<Model> {
    if path.is_dir() {
        return signature::import(saved_model::read(path, options)?, options);
    }
    if path.file_name().is_some_and(|name| name == "saved_model.pb")
        && let Some(folder) = path.parent()
    {
        return signature::import(saved_model::read(folder, options)?, options);
    }
    from_graph_def(file::map(path)?, options).map_err(|error| error.at(path.display()))
}

/// Reads a frozen `GraphDef` in memory. Its inputs are the placeholders and its outputs the nodes that nothing reads, unless
/// options name others.
///
/// # Errors
/// As [`import`].
pub fn from_graph_def(contents: Bytes, options: &Options) -> Result<Model> {
    frozen::import(contents, options)
}

/// Reads a SavedModel in memory: `saved_model.pb`, and the index and shards of its checkpoint.
///
/// # Errors
/// As [`import`].
pub fn from_saved_model(
    saved_model: Bytes,
    checkpoint: Option<(&[u8], &[Bytes])>,
    options: &Options,
) -> Result<Model> {
    let graph = saved_model::select(saved_model, options.tag.as_deref())?;
    let checkpoint =
        checkpoint.map(|(index, shards)| checkpoint::Checkpoint::from_bytes(index, shards)).transpose()?;
    signature::import(saved_model::Saved { graph, checkpoint }, options)
}

/// TensorFlow's operations and the TFLite operators that each becomes, the main one first.
pub fn operations() -> impl Iterator<Item = (&'static str, &'static [BuiltinOperator])> {
    rules::all().flat_map(|rule| rule.names.iter().map(|&name| (name, rule.operators)))
}

/// Each operation that has a rule, with the operators that it becomes.
pub(super) fn sources() -> impl Iterator<Item = (String, Vec<String>)> {
    rules::all().flat_map(|rule| {
        let operators: Vec<String> = rule.operators.iter().map(|operator| format!("{operator:?}")).collect();
        rule.names.iter().map(move |name| ((*name).to_owned(), operators.clone()))
    })
}
