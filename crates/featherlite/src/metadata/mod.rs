//! What model files say about themselves beyond the graph: descriptions, how inputs are normalised, labels.
//!
//! TensorFlow Lite's metadata is a table in the metadata buffer `TFLITE_METADATA` ([`schema::metadata`](crate::schema::metadata) has
//! its views), and files (labels, vocabularies) in a ZIP archive at the end of the model file.
//!
//! ```no_run
//! use featherlite::metadata::Metadata;
//!
//! let model = featherlite::open("classifier.tflite")?;
//! if let Some(metadata) = Metadata::of(&model)? {
//!     let labels = metadata.labels(metadata.output(0).unwrap_or_default())?;
//!     println!("{:?} has {} classes", metadata.table().name(), labels.map_or(0, |labels| labels.len()));
//! }
//! # Ok::<(), featherlite::Error>(())
//! ```

mod archive;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use featherlite_schema::metadata::{
    AssociatedFileType, ModelMetadata, NAME, NormalizationOptions, SubGraphMetadata, TensorMetadata,
};

use crate::{Model, Result};

pub use archive::{File, files};

/// A model's own description.
#[derive(Clone, Copy)]
pub struct Metadata<'m> {
    model: &'m Model,
    table: ModelMetadata<'m>,
}

/// `real = (x - mean) / std`, with one pair for all channels or one for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalization {
    /// What is subtracted; not empty.
    pub mean: Vec<f32>,
    /// What the difference is divided by; not empty.
    pub std: Vec<f32>,
}

impl<'m> Metadata<'m> {
    /// The metadata of a model; `None` if it has none.
    ///
    /// # Errors
    /// If it has metadata that are damaged or of another format.
    pub fn of(model: &'m Model) -> Result<Option<Self>> {
        let Some(bytes) = model.schema().metadata_entry(NAME) else { return Ok(None) };
        Ok(Some(Self { model, table: ModelMetadata::read(bytes)? }))
    }

    /// All that the metadata say.
    pub fn table(&self) -> ModelMetadata<'m> {
        self.table
    }

    fn graph(&self) -> Option<SubGraphMetadata<'m>> {
        self.table.subgraph_metadata().get(0)
    }

    /// The description of an input of the main subgraph.
    pub fn input(&self, index: usize) -> Option<TensorMetadata<'m>> {
        self.graph()?.input_tensor_metadata().get(index)
    }

    /// The description of an output of the main subgraph.
    pub fn output(&self, index: usize) -> Option<TensorMetadata<'m>> {
        self.graph()?.output_tensor_metadata().get(index)
    }

    /// The names of the classes that a tensor scores, if the model comes with them. Of several languages, the first.
    ///
    /// # Errors
    /// If the file with the names can not be unpacked.
    pub fn labels(&self, tensor: TensorMetadata<'m>) -> Result<Option<Vec<String>>> {
        let mut named = tensor.associated_files().iter();
        let named = named.find(|file| file.type_() == AssociatedFileType::TENSOR_AXIS_LABELS);
        let Some(wanted) = named.and_then(|file| file.name()) else { return Ok(None) };
        let Some(found) = files(self.model.bytes()).into_iter().find(|file| file.name == wanted) else {
            return Ok(None);
        };
        let contents = found.contents()?;
        Ok(Some(String::from_utf8_lossy(&contents).lines().map(|line| line.trim().to_owned()).collect()))
    }
}

impl Normalization {
    /// How pixels or samples become the numbers that a tensor takes, if the metadata say.
    pub fn of(tensor: TensorMetadata<'_>) -> Option<Self> {
        let mut units = tensor.process_units().iter();
        let options = units.find_map(|unit| unit.options::<NormalizationOptions<'_>>())?;
        let (mean, std) = (options.mean().to_vec(), options.std().to_vec());
        (!mean.is_empty() && !std.is_empty()).then_some(Self { mean, std })
    }
}
