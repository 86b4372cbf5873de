//! Weights that other programs have trained.
//!
//! A file gives tensors by name (`keras`, `torch`, safetensors) or operators in order (`tflite`); [`names`] are tables of how
//! programs call the layers of each family; `matching` finds the table that fits and takes the weights.

mod keras;
mod matching;
mod names;
mod pickle;
mod tflite;
mod torch;

use std::collections::BTreeMap;
use std::path::Path;

use crate::arch::{Arch, Padding, Rescale};
use crate::network::Network;
use crate::weights::{Tensor, Weights};
use crate::{Error, ErrorKind, Result};

use names::Style;

/// How weights are imported.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ImportOptions {
    /// How images are padded; that of the program that the names are of if absent.
    pub padding: Option<Padding>,
    /// The epsilon of batch normalization; that of the file or of the program if absent.
    pub epsilon: Option<f32>,
    /// Whether the network has as many classes as the architecture says; otherwise as many as the file has.
    pub keep_classes: bool,
    /// Whether what the source does to pixels before the first convolution is left out.
    pub drop_rescale: bool,
}

/// Weights, and the architecture with what the file says about it.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The architecture: padding, epsilon, classes, and what happens to pixels are the source's.
    pub arch: Arch,
    /// All its weights; those that the source lacks are random.
    pub weights: Weights,
    /// What did not match.
    pub report: ImportReport,
}

/// What matched and what did not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// The file's format.
    pub format: String,
    /// Whose names the file has.
    pub names: String,
    /// Whether the file holds a whole network, which can be run beside the result.
    pub is_whole: bool,
    /// How many of the network's weights were found.
    pub matched: usize,
    /// Weights of the network that the file lacks.
    pub missing: Vec<String>,
    /// Tensors of the file that the network has no use for.
    pub unexpected: Vec<String>,
    /// Weights whose shapes differ.
    pub misshapen: Vec<Misshapen>,
    /// What else is to be known.
    pub notes: Vec<String>,
}

/// A weight whose shape is not that of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misshapen {
    /// Its name in the network.
    pub name: String,
    /// Its shape in the network.
    pub expected: Vec<usize>,
    /// Its name in the file.
    pub source: String,
    /// Its shape in the file.
    pub found: Vec<usize>,
}

impl ImportReport {
    /// Whether every weight of the network was found.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.misshapen.is_empty()
    }
}

/// What a file gives.
struct Source {
    format: &'static str,
    style: Style,
    tensors: BTreeMap<String, Tensor>,
    /// The epsilon of batch normalization, if the file says it.
    epsilon: Option<f32>,
    /// What happens to pixels before the first convolution.
    rescale: Option<Rescale>,
    /// Whether the file holds a whole network.
    is_whole: bool,
    notes: Vec<String>,
}

/// Reads the weights of a Keras (`.keras`, `.h5`), PyTorch (`.pth`, `.pt`), safetensors or `.tflite` file into an architecture.
///
/// # Errors
/// If the file can not be read, is of none of these formats, or is damaged. Weights that do not match are no error: the report
/// lists them.
pub fn import(path: &Path, arch: &Arch, options: ImportOptions) -> Result<Imported> {
    read(path, arch, options).map_err(|error| error.at(path.display()))
}

fn read(path: &Path, arch: &Arch, options: ImportOptions) -> Result<Imported> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let source = match extension.to_ascii_lowercase().as_str() {
        "keras" | "h5" | "hdf5" => keras::read(path)?,
        "pth" | "pt" | "bin" => torch_source(torch::read(&contents(path)?)?),
        "safetensors" => safetensors_source(&contents(path)?)?,
        "tflite" | "lite" => return tflite::import(path, arch, options),
        _ => {
            let message = "weights are read from .keras, .h5, .pth, .pt, .safetensors and .tflite files";
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
    };
    matching::import(source, arch, options)
}

fn contents(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Error::new(ErrorKind::Io, error.to_string()))
}

fn torch_source(tensors: BTreeMap<String, Tensor>) -> Source {
    Source {
        format: "PyTorch",
        style: Style::Torch,
        tensors,
        epsilon: None,
        rescale: None,
        is_whole: false,
        notes: Vec::new(),
    }
}

/// The tensors in the contents of a PyTorch file (`.pth`, `.pt`), by name; those of dictionaries inside of others have the names of both,
/// with a dot between. Nothing in the file is executed.
///
/// # Errors
/// If it is damaged, or holds no tensors by name.
pub fn read_torch(contents: &[u8]) -> Result<Weights> {
    let mut weights = Weights::default();
    torch::read(contents)?.into_iter().for_each(|(name, tensor)| weights.insert(name, tensor));
    Ok(weights)
}

/// Safetensors have our names, or PyTorch's.
fn safetensors_source(contents: &[u8]) -> Result<Source> {
    let (weights, arch) = Weights::from_safetensors(contents)?;
    let is_own = weights.get("stem.conv.kernel").is_ok();
    let tensors = weights.iter().map(|(name, tensor)| (name.to_owned(), tensor.clone())).collect();
    let source = torch_source(tensors);
    let epsilon = arch.as_ref().map(|arch| arch.norm.epsilon);
    let rescale = arch.and_then(|arch| arch.rescale);
    let style = if is_own { Style::Own } else { Style::Torch };
    Ok(Source { format: "safetensors", style, epsilon, rescale, ..source })
}

/// The architecture with what options and the source say, and its network.
fn adapted(
    arch: &Arch,
    options: ImportOptions,
    padding: Padding,
    epsilon: f32,
    classes: Option<usize>,
    rescale: Option<Rescale>,
) -> Result<(Arch, Network)> {
    let mut arch = arch.clone().with_padding(options.padding.unwrap_or(padding));
    arch.norm.epsilon = options.epsilon.unwrap_or(epsilon);
    if let Some(classes) = classes.filter(|_| !options.keep_classes) {
        arch.classes = classes;
    }
    arch.rescale = rescale.or(arch.rescale).filter(|_| !options.drop_rescale);
    let network = arch.network()?;
    Ok((arch, network))
}
