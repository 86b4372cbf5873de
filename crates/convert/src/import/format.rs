//! Which format a source is in.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use featherlite_ir::Model;

use super::{Options, keras, onnx, tensorflow, tflite};
use crate::{Error, Result};

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A `.tflite` file.
    Tflite,
    /// An ONNX model.
    Onnx,
    /// A Keras model: an archive (`.keras`) or an HDF5 file (`.h5`).
    Keras,
    /// A folder that TensorFlow saved, with `saved_model.pb`.
    SavedModel,
    /// A TensorFlow graph whose variables are constants (`.pb`).
    GraphDef,
}

impl Format {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tflite => "tflite",
            Self::Onnx => "ONNX",
            Self::Keras => "Keras",
            Self::SavedModel => "SavedModel",
            Self::GraphDef => "GraphDef",
        }
    }

    /// The format of a file or folder, by its name and first bytes.
    ///
    /// # Errors
    /// If it can not be read or is of no known format.
    pub fn of(path: &Path) -> Result<Self> {
        let unknown = |what: &str| {
            Error::argument(format!("{}: {what}", path.display())).hint(
                "sources are a .tflite, .onnx, .keras, .h5 or .pb file, or a SavedModel folder with saved_model.pb",
            )
        };
        if path.is_dir() {
            let is_saved = path.join("saved_model.pb").exists();
            return if is_saved {
                Ok(Self::SavedModel)
            } else {
                Err(unknown("the folder has no saved_model.pb"))
            };
        }
        let mut start = Vec::new();
        let file = File::open(path).and_then(|file| file.take(8).read_to_end(&mut start));
        file.map_err(|error| Error::io(path, &error))?;
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        Ok(match (extension.to_ascii_lowercase().as_str(), &start[..]) {
            (_, [_, _, _, _, b'T', b'F', b'L', b'3']) => Self::Tflite,
            (_, [0x89, b'H', b'D', b'F', ..]) | ("keras", _) => Self::Keras,
            ("onnx", _) => Self::Onnx,
            ("pb", _) if path.file_name().is_some_and(|name| name == "saved_model.pb") => Self::SavedModel,
            ("pb", _) => Self::GraphDef,
            ("tflite" | "lite", _) => return Err(unknown("it is no .tflite file")),
            ("h5" | "hdf5", _) => return Err(unknown("it is no HDF5 file")),
            _ => return Err(unknown("the format is not known")),
        })
    }
}

/// Reads a network of any format with just these options.
///
/// # Errors
/// If the source can not be read or holds something that can not be expressed, or an option means nothing for it.
pub(super) fn read(path: &Path, options: &Options) -> Result<Model> {
    let format = Format::of(path)?;
    format.refuse_unheard(options)?;
    let import = |options: &Options| match format {
        Format::Tflite => tflite::import(path, options),
        Format::SavedModel | Format::GraphDef => tensorflow::import(path, options),
        Format::Onnx => onnx::import(path, options),
        Format::Keras => keras::import(path, options),
    };
    // Sources do not say which of the sizes that they leave open are equal; where different ones do not fit, equal ones may.
    let model = import(options).or_else(|error| match options.with_equal_sizes() {
        Some(options) => import(&options).map_err(|_| error),
        None => Err(error),
    })?;
    options.refuse_unknown_inputs().map_err(|error| error.at(path.display()))?;
    Ok(model)
}

impl Format {
    /// Refuses options that mean nothing for a source of this format.
    fn refuse_unheard(self, options: &Options) -> Result<()> {
        let is_tensorflow = matches!(self, Self::SavedModel | Self::GraphDef);
        let is_cut = is_tensorflow || self == Self::Onnx;
        let asked = [
            ("--tag", options.tag.is_some(), self == Self::SavedModel),
            ("--signature", !options.signatures.is_empty(), matches!(self, Self::SavedModel | Self::Tflite)),
            ("--inputs", !options.inputs.is_empty(), is_cut),
            ("--outputs", !options.outputs.is_empty(), is_cut),
            ("--allow-custom", !options.custom.is_empty(), is_cut),
        ];
        match asked.iter().find(|(_, is_asked, is_heard)| *is_asked && !is_heard) {
            Some((option, ..)) => {
                Err(Error::argument(format!("{option} means nothing for a source of format {}", self.name())))
            }
            None => Ok(()),
        }
    }
}
