//! A run in a file: everything that the next step depends on.

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Place;
use super::metrics::History;
use crate::files::write_file;
use crate::{Error, Result};

/// Under which name the state lies in the file's metadata, as JSON.
const STATE: &str = "featherlite.training";

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// The recipe's text: a run goes on with the one that it began with.
    pub(super) recipe: String,
    /// The architecture, as JSON; nothing if the network is that of a file.
    pub(super) arch: Option<String>,
    /// Classes of the dataset.
    pub(super) classes: Vec<String>,
    /// Whether quantization is simulated.
    pub(super) simulates: bool,
    /// Which batch is next.
    pub(super) place: Place,
    /// What was measured so far.
    pub(super) history: History,
}

/// Tensors by name, and where the run stands.
pub(crate) struct Checkpoint<S> {
    pub(crate) state: S,
    pub(crate) tensors: BTreeMap<String, Vec<f32>>,
}

impl<S: Serialize + DeserializeOwned> Checkpoint<S> {
    /// Writes it beside the path, then puts it in its place.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let failed = |error: &dyn std::fmt::Display| Error::file(path, error);
        let bytes: Vec<(&str, Vec<u8>)> = self
            .tensors
            .iter()
            .map(|(name, values)| {
                (name.as_str(), values.iter().flat_map(|value| value.to_le_bytes()).collect())
            })
            .collect();
        let views = bytes.iter().map(|(name, bytes)| {
            let view = TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes);
            view.map(|view| (*name, view)).map_err(|error| failed(&error))
        });
        let views: Vec<_> = views.collect::<Result<_>>()?;
        let state = serde_json::to_string(&self.state).map_err(|error| failed(&error))?;
        let metadata = [(STATE.to_owned(), state)].into_iter().collect();
        let contents = safetensors::serialize(views, Some(metadata)).map_err(|error| failed(&error))?;
        write_file(path, &contents)
    }

    /// Reads it again.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let contents = std::fs::read(path).map_err(|error| Error::file(path, error))?;
        let damaged = |error: &dyn std::fmt::Display| Error::file(path, format!("no checkpoint: {error}"));
        let file = SafeTensors::deserialize(&contents).map_err(|error| damaged(&error))?;
        let (_, header) = SafeTensors::read_metadata(&contents).map_err(|error| damaged(&error))?;
        let text = header.metadata().as_ref().and_then(|metadata| metadata.get(STATE));
        let text = text.ok_or_else(|| damaged(&"it holds weights, but no run"))?;
        let state = serde_json::from_str(text).map_err(|error| damaged(&error))?;
        let tensors = file.iter().map(|(name, view)| {
            let values = view.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes));
            (name.to_owned(), values.collect())
        });
        Ok(Self { state, tensors: tensors.collect() })
    }
}
