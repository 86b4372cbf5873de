//! A file with a network, opened: its layers and their variables.

use std::path::Path;
use std::sync::Arc;

use hdf5_reader::storage::{BytesStorage, DynStorage, FileStorage, Storage};
use serde_json::Value;

use super::archive;
use super::context::Origin;
use super::network::{Layer, Network};
use super::variables::{self, Variables};
use super::weight_file::WeightFile;
use crate::{Error, Result};

/// A network and its variables.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) network: Network,
    pub(super) variables: Variables,
    pub(super) origin: Origin,
}

/// The first bytes of a ZIP archive, and of an HDF5 file.
const ZIP: &[u8] = b"PK\x03\x04";
const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";

/// Opens the file at `path`.
///
/// # Errors
/// If it can not be read, is damaged, or holds no whole network.
pub(super) fn open(path: &Path) -> Result<Source> {
    let file = FileStorage::open(path);
    let file = file.map_err(|error| Error::invalid(format!("{}: {error}", path.display())))?;
    read(Arc::new(file))
}

/// As [`open`], from the contents of a file.
pub(super) fn from_bytes(bytes: Vec<u8>) -> Result<Source> {
    read(Arc::new(BytesStorage::new(bytes)))
}

/// Whether what is stored begins as HDF5 files do.
pub(super) fn is_hdf5(file: &dyn Storage) -> bool {
    file.len() >= HDF5.len() as u64 && file.read_range(0, HDF5.len()).is_ok_and(|head| head.starts_with(HDF5))
}

fn read(file: DynStorage) -> Result<Source> {
    let length = usize::try_from(file.len()).unwrap_or(usize::MAX).min(HDF5.len());
    let head = file.read_range(0, length).map_err(|error| Error::invalid(error.to_string()))?;
    if head.starts_with(ZIP) {
        let contents = archive::open(&file)?;
        let model = parse(&contents.config, "config.json")?;
        let weights = WeightFile::open(contents.weights)?;
        let variables = variables::read(&weights)?;
        return source(&model, contents.version.as_deref(), |_| Ok(variables));
    }
    if !head.starts_with(HDF5) {
        return Err(Error::invalid("this is neither a .keras archive nor an HDF5 file"));
    }
    let weights = WeightFile::open(file)?;
    let Some(config) = weights.text("", "model_config")? else {
        return Err(Error::unsupported("the file has weights without the network (model.save_weights)")
            .hint("save the whole model: model.save(\"model.keras\")"));
    };
    let model = parse(config.as_bytes(), "the attribute model_config")?;
    let version = weights.text("", "keras_version")?;
    source(&model, version.as_deref(), |network| variables::read_lists(&weights, network))
}

/// Calls of layers that a network may come to when the models inside it are written out.
const MOST_CALLS: u64 = 1 << 20;

/// How many calls of layers the layers in `value` come to.
fn calls(value: &Value) -> u64 {
    let inner = || match value {
        Value::Array(items) => items.iter().map(calls).fold(0, u64::saturating_add),
        Value::Object(items) => items.values().map(calls).fold(0, u64::saturating_add),
        _ => 0,
    };
    let Some(class) = value.get("class_name").and_then(Value::as_str) else { return inner() };
    let times = value["inbound_nodes"].as_array().map_or(1, |nodes| nodes.len().max(1) as u64);
    let times = if class == "Bidirectional" { times.saturating_mul(2) } else { times };
    inner().saturating_add(1).saturating_mul(times)
}

fn parse(text: &[u8], place: &str) -> Result<Value> {
    serde_json::from_slice(text).map_err(|error| Error::invalid(format!("{place}: {error}")))
}

fn source(
    model: &Value,
    version: Option<&str>,
    variables: impl FnOnce(&Network) -> Result<Variables>,
) -> Result<Source> {
    if calls(model) > MOST_CALLS {
        return Err(Error::invalid("models that call models more often than any network does"));
    }
    let layer = Layer::read(model)?;
    let Some(network) = layer.network else {
        let (name, class) = (&layer.name, &layer.class);
        return Err(Error::unsupported(format!("model {name:?} of class {class} is Python code, not a graph of layers"))
            .hint("export it with model.export(\"saved_model\") and convert that, or build it with keras.Model(inputs, outputs)"));
    };
    let variables = variables(&network)?;
    let major = version.and_then(|version| version.split('.').next()?.parse().ok());
    let origin = Origin { is_keras_2: major.is_some_and(|major: u32| major < 3) };
    Ok(Source { name: layer.name, network, variables, origin })
}
