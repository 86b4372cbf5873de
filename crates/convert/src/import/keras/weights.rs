//! The weights of a Keras file by layer, for readers that know what network they are of.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use featherlite_base::DType;
use hdf5_reader::storage::FileStorage;
use serde_json::{Map, Value};

use super::network::Network;
use super::source;
use super::variables::{self, Variables};
use super::weight_file::{Array, WeightFile};
use crate::{Error, Result};

/// A layer with variables, or one whose settings may matter.
#[derive(Clone, Debug)]
pub struct LayerWeights {
    /// Its name.
    pub name: String,
    /// Its class, such as `Conv2D`; empty in files that have weights alone.
    pub class: String,
    /// Its settings; empty in files that have weights alone.
    pub config: Map<String, Value>,
    /// Its variables, in the order in which it makes them.
    pub variables: Vec<Variable>,
}

/// An array of numbers, row by row.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The last part of its name in files that have weights alone (`kernel:0`); otherwise empty.
    pub name: String,
    /// The type of its elements.
    pub dtype: DType,
    /// Its sizes.
    pub dims: Vec<usize>,
    /// Its elements, little-endian.
    pub bytes: Bytes,
}

impl Variable {
    fn new(name: &str, array: Array) -> Self {
        Self { name: name.to_owned(), dtype: array.dtype, dims: array.dims, bytes: array.bytes }
    }
}

/// The layers of a `.keras` or `.h5` file, those of models inside of models included, in the order of the model. `.h5` files may have
/// weights alone, as the Keras applications are published; those of Keras 3 (`.weights.h5`) call layers by class and number.
///
/// # Errors
/// If the file can not be read or is damaged.
pub fn weights(path: &Path) -> Result<Vec<LayerWeights>> {
    read(path).map_err(|error| error.at(path.display()))
}

fn read(path: &Path) -> Result<Vec<LayerWeights>> {
    if let Some(layers) = weights_alone(path)? {
        return Ok(layers);
    }
    let source = source::open(path)?;
    let mut layers = Vec::new();
    collect(&source.network, &source.variables, &mut layers);
    Ok(layers)
}

fn collect(network: &Network, variables: &Variables, layers: &mut Vec<LayerWeights>) {
    let inside = variables.layers();
    for (layer, name) in network.layers.iter().zip(variables::names(network)) {
        let own = inside.and_then(|inside| inside.children.get(&name));
        if let (Some(network), Some(variables)) = (&layer.network, own) {
            collect(network, variables, layers);
            continue;
        }
        let variables = own.map(|own| own.own.iter().map(|array| Variable::new("", array.clone())).collect());
        layers.push(LayerWeights {
            name: layer.name.clone(),
            class: layer.class.clone(),
            config: layer.config.clone(),
            variables: variables.unwrap_or_default(),
        });
    }
}

/// The weights of an HDF5 file without network; `None` if it is not such a file.
fn weights_alone(path: &Path) -> Result<Option<Vec<LayerWeights>>> {
    let storage = FileStorage::open(path).map_err(|error| Error::invalid(error.to_string()))?;
    let storage = Arc::new(storage);
    if !source::is_hdf5(&*storage) {
        return Ok(None);
    }
    let file = WeightFile::open(storage)?;
    if file.has_group("model_weights") {
        return Ok(None);
    }
    let names = file.texts("", "layer_names")?;
    if names.is_empty() {
        let mut layers = Vec::new();
        numbered(&variables::read(&file)?, &mut layers);
        return match layers.is_empty() {
            true => Err(Error::invalid("the HDF5 file has no weights of Keras")),
            false => Ok(Some(layers)),
        };
    }
    let layer = |name: &String| {
        let arrays = file.texts(name, "weight_names")?;
        let variable = |array: &String| {
            let last = array.rsplit('/').next().unwrap_or_default();
            Ok(Variable::new(last, file.array(&format!("{name}/{array}"))?))
        };
        let variables = arrays.iter().map(variable).collect::<Result<_>>()?;
        Ok(LayerWeights { name: name.clone(), class: String::new(), config: Map::new(), variables })
    };
    names.iter().map(layer).collect::<Result<_>>().map(Some)
}

/// Layers of `.weights.h5` files of Keras 3, which call them by their class and a number.
fn numbered(variables: &Variables, layers: &mut Vec<LayerWeights>) {
    for (name, child) in variables.layers().iter().flat_map(|layers| &layers.children) {
        let own: Vec<Variable> = child.own.iter().map(|array| Variable::new("", array.clone())).collect();
        if !own.is_empty() {
            let (name, class, config) = (name.clone(), String::new(), Map::new());
            layers.push(LayerWeights { name, class, config, variables: own });
        }
        numbered(child, layers);
    }
}
