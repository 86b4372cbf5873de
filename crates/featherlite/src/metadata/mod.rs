//! What model files say about themselves beyond the graph: descriptions, how inputs are normalised, labels.
//!
//! TensorFlow Lite's metadata is a table in the metadata buffer `TFLITE_METADATA`, and files (labels, vocabularies) in a
//! ZIP archive at the end of the model file.
//!
//! ```no_run
//! let model = featherlite::open("classifier.tflite")?;
//! if let Some(metadata) = featherlite::metadata::Metadata::of(&model)? {
//!     let labels = metadata.outputs.first().and_then(|output| output.labels(&model));
//!     println!("{:?}: {} labels", metadata.name, labels.map_or(0, |labels| labels.len()));
//! }
//! # Ok::<(), featherlite::Error>(())
//! ```

mod archive;
mod table;

use featherlite_base::ErrorKind;

use crate::{Error, Model, Result};

pub use archive::{File, files};

use table::Table;

/// A model's own description.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// Name of the model.
    pub name: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// Version of the model.
    pub version: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// Its licence.
    pub license: Option<String>,
    /// One for each input of the main subgraph, in order.
    pub inputs: Vec<TensorMetadata>,
    /// One for each output of the main subgraph, in order.
    pub outputs: Vec<TensorMetadata>,
    /// Files that belong to the model as a whole.
    pub files: Vec<AssociatedFile>,
}

/// The description of an input or output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TensorMetadata {
    /// Its name.
    pub name: Option<String>,
    /// What it holds.
    pub description: Option<String>,
    /// How pixels or samples become the numbers that the model takes.
    pub normalization: Option<Normalization>,
    /// Files that belong to it.
    pub files: Vec<AssociatedFile>,
}

/// `real = (x - mean) / std`, with one pair for all channels or one for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalization {
    /// What is subtracted.
    pub mean: Vec<f32>,
    /// What the difference is divided by.
    pub std: Vec<f32>,
}

/// A file in the model's archive that the metadata names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssociatedFile {
    /// Its name in the archive.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// What it is for.
    pub kind: FileKind,
    /// The language of its texts, such as `en`.
    pub locale: Option<String>,
}

/// What an associated file is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// Not said, or not known here.
    #[default]
    Unknown,
    /// Descriptions.
    Descriptions,
    /// A name for each index of an axis: the classes of a classifier.
    AxisLabels,
    /// A name for each value.
    ValueLabels,
    /// Parameters that make scores comparable.
    ScoreCalibration,
    /// A vocabulary.
    Vocabulary,
}

/// The buffer that holds the metadata, and the identifier of its format.
const BUFFER: &str = "TFLITE_METADATA";
const IDENTIFIER: &[u8] = b"M001";

impl Metadata {
    /// The metadata of a model; `None` if it has none.
    ///
    /// # Errors
    /// If it has metadata of another format.
    pub fn of(model: &Model) -> Result<Option<Self>> {
        let schema = model.schema();
        let Some(entry) = schema.metadata().iter().find(|entry| entry.name() == Some(BUFFER)) else {
            return Ok(None);
        };
        let bytes = schema.buffer_data(entry.buffer())?;
        Self::read(bytes).map(Some)
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let root = match bytes.get(4..8) {
            Some(IDENTIFIER) => Table::root(bytes),
            _ => None,
        };
        let root = root.ok_or_else(|| {
            Error::new(ErrorKind::InvalidModel, format!("the contents of {BUFFER} are not model metadata"))
        })?;
        let graph = root.tables(3).next();
        let tensors =
            |slot| graph.iter().flat_map(|graph| graph.tables(slot)).map(TensorMetadata::read).collect();
        Ok(Self {
            name: root.string(0),
            description: root.string(1),
            version: root.string(2),
            author: root.string(4),
            license: root.string(5),
            inputs: tensors(2),
            outputs: tensors(3),
            files: root.tables(6).map(AssociatedFile::read).collect(),
        })
    }
}

impl TensorMetadata {
    fn read(table: Table<'_>) -> Self {
        Self {
            name: table.string(0),
            description: table.string(1),
            normalization: table.tables(4).find_map(Normalization::read),
            files: table.tables(6).map(AssociatedFile::read).collect(),
        }
    }

    /// The names of the classes that this output scores, if the model comes with them. Of several languages, the
    /// first.
    pub fn labels(&self, model: &Model) -> Option<Vec<String>> {
        let wanted = self.files.iter().find(|file| file.kind == FileKind::AxisLabels)?;
        let found = files(model.bytes()).into_iter().find(|file| file.name == wanted.name)?;
        let text = core::str::from_utf8(found.contents?).ok()?;
        Some(text.lines().map(|line| line.trim().to_owned()).collect())
    }
}

impl Normalization {
    /// The parameters of a processing unit, if it is one that normalises.
    fn read(unit: Table<'_>) -> Option<Self> {
        const NORMALIZATION: u8 = 1;
        let options = unit.table(1).filter(|_| unit.byte(0) == NORMALIZATION)?;
        let (mean, std) = (options.floats(0), options.floats(1));
        (!mean.is_empty() && !std.is_empty()).then_some(Self { mean, std })
    }
}

impl AssociatedFile {
    fn read(table: Table<'_>) -> Self {
        Self {
            name: table.string(0).unwrap_or_default(),
            description: table.string(1),
            kind: match table.byte(2) {
                1 => FileKind::Descriptions,
                2 => FileKind::AxisLabels,
                3 => FileKind::ValueLabels,
                4 => FileKind::ScoreCalibration,
                5 => FileKind::Vocabulary,
                _ => FileKind::Unknown,
            },
            locale: table.string(3),
        }
    }
}
