//! Keras networks: `.keras` archives, and `.h5` files with a whole model.
//!
//! `source` opens the file: the graph of layers (`network`) and their `variables`. `run` carries out the calls of the
//! layers, each by a row of the `rules`.

mod apply;
mod archive;
mod calls;
mod config;
mod context;
mod layers;
mod network;
mod ops;
mod order;
mod rules;
mod run;
mod slots;
mod source;
mod variables;
mod weight_file;
mod weights;

use std::path::Path;

use featherlite_ir::Model;

use super::options::Options;
use crate::Result;

pub use weights::{LayerWeights, Variable, weights};

/// Reads a network from a `.keras` or `.h5` file. Inputs and outputs are named after its input and output layers, in the
/// order of the model.
///
/// # Errors
/// If the file can not be read, is damaged or holds no whole network, or a layer has no counterpart; it names the layer, its
/// settings, what it is called with, and a way out.
pub fn import(path: &Path, options: &Options) -> Result<Model> {
    source::open(path).and_then(|source| finish(&source, options)).map_err(|error| error.at(path.display()))
}

/// Reads a network from the contents of a `.keras` or `.h5` file.
///
/// # Errors
/// As [`import`].
pub fn from_bytes(bytes: Vec<u8>, options: &Options) -> Result<Model> {
    finish(&source::from_bytes(bytes)?, options)
}

fn finish(source: &source::Source, options: &Options) -> Result<Model> {
    let mut model = run::model(source, options)?;
    model.description = source.name.clone();
    Ok(model)
}

/// Each layer, and each function between layers, that has a rule, with the operators that it becomes.
pub(super) fn sources() -> impl Iterator<Item = (String, Vec<String>)> {
    let rules = layers::TABLES.iter().chain(ops::TABLES).copied().flatten();
    rules.flat_map(|rule| {
        let operators = super::sources::listed(rule.tflite);
        rule.names.iter().map(move |name| ((*name).to_owned(), operators.clone()))
    })
}
