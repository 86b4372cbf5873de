//! The inputs of a run: from files, or reproducibly random.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use featherlite::metadata::{Metadata, Normalization};
use featherlite::{DType, Session, TensorInfo};
use featherlite_data::Picture;
use featherlite_data::npy::{self, Array};

use crate::arrays;
use crate::entry::Entry;
use crate::exit::usage;
use crate::picture::{Layout, Pixels, feed};
use crate::random::Random;
use crate::terminal::Terminal;

#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Inputs")]
pub(crate) struct InputOptions {
    /// An .npy file or a picture for that input, or the next one; others are random
    #[arg(long = "input", short = 'i', value_name = "[NAME=]FILE")]
    files: Vec<String>,
    /// Where the random inputs start from
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Plan for the shapes of the files where the model declares others
    #[arg(long)]
    resize: bool,
    #[command(flatten)]
    pixels: Pixels,
}

/// What an input is set to.
enum Source {
    Array(PathBuf, Array),
    Picture(Picture, Layout),
    Random,
}

/// The inputs of a run, read and checked.
pub(crate) struct Inputs {
    sources: Vec<Source>,
    seed: u64,
    pixels: Pixels,
}

impl InputOptions {
    /// Reads the files.
    pub(crate) fn read(&self, session: &Session, entry: &Entry) -> Result<Inputs> {
        let mut sources: Vec<Source> = entry.inputs.iter().map(|_| Source::Random).collect();
        let mut next = 0;
        for argument in &self.files {
            let (position, path) = match argument.split_once('=') {
                Some((name, path)) if !Path::new(argument).exists() => (entry.input(name)?, path),
                _ => (next, argument.as_str()),
            };
            let Some(info) = entry.input_info(session.model(), position) else {
                return Err(usage(format!("{path}: the model has only {} inputs", entry.inputs.len())));
            };
            let name = &entry.inputs[position].name;
            sources[position] =
                self.source(Path::new(path), info).with_context(|| format!("input {position} {name:?}"))?;
            next = position + 1;
        }
        Ok(Inputs { sources, seed: self.seed, pixels: self.pixels.clone() })
    }

    fn source(&self, path: &Path, info: &TensorInfo) -> Result<Source> {
        let name = || path.display().to_string();
        if path.extension().is_none_or(|extension| extension != "npy") {
            let picture = self.pixels.read(path)?;
            let layout = Layout::of(info, &picture).with_context(name)?;
            return Ok(Source::Picture(picture, layout));
        }
        let array = npy::read(path).with_context(name)?;
        let open = info.shape_signature().unwrap_or_default();
        let shape = info.shape();
        let fits = array.shape.len() == shape.rank()
            && (0..shape.rank()).all(|dim| array.shape[dim] == shape.dim(dim) || open.get(dim) == Some(&-1));
        ensure!(
            fits || self.resize,
            "{} has shape {:?}, the model takes {shape}{}; --resize plans the model for the file's shape",
            path.display(),
            array.shape,
            if open.contains(&-1) { format!(" with -1 in {open:?} open") } else { String::new() }
        );
        let real = info.quantization().affine().is_some() && array.floats().is_some();
        if !real {
            arrays::to_tensor(&array, info.dtype()).with_context(name)?;
        }
        Ok(Source::Array(path.to_owned(), array))
    }
}

impl Inputs {
    /// Resizes and sets all inputs of a session.
    pub(crate) fn set(&self, session: &mut Session, entry: &Entry, terminal: &Terminal) -> Result<()> {
        for (input, source) in self.sources.iter().enumerate() {
            match source {
                Source::Array(_, array) => session.resize_input_of(entry.subgraph, input, &array.shape)?,
                Source::Picture(_, layout) => {
                    session.resize_input_of(entry.subgraph, input, &layout.shape)?
                }
                Source::Random => {}
            }
        }
        let model = session.model().clone();
        let metadata = Metadata::of(&model).ok().flatten().filter(|_| entry.subgraph == 0);
        let mut random = Random::new(self.seed);
        for (input, source) in self.sources.iter().enumerate() {
            let Some(info) = entry.input_info(&model, input) else { continue };
            let dtype = info.dtype();
            match source {
                Source::Random => {
                    let elements = session.input_shape_of(entry.subgraph, input)?.elements();
                    let bytes = random.bytes(dtype, elements);
                    set_unless_constant(session, entry, input, info, &bytes)?;
                }
                Source::Picture(picture, layout) => {
                    let tensor = metadata.and_then(|metadata| metadata.input(input));
                    let normalization = self.pixels.normalization(tensor.and_then(Normalization::of))?;
                    feed(session, (entry.subgraph, input), picture, layout, normalization.as_ref(), dtype)?;
                }
                Source::Array(path, array) => match array.floats() {
                    Some(values) if dtype != array.dtype => {
                        note_clipping(&values, info, path, terminal);
                        session.set_input_real_of(entry.subgraph, input, &values)?;
                    }
                    _ => {
                        let bytes = arrays::to_tensor(array, dtype)?;
                        session.set_input_bytes(entry.subgraph, input, &bytes)?;
                    }
                },
            }
        }
        Ok(())
    }
}

/// Models may list constants among their inputs: those keep their values.
fn set_unless_constant(
    session: &mut Session,
    entry: &Entry,
    input: usize,
    info: &TensorInfo,
    bytes: &[u8],
) -> Result<()> {
    if !info.is_constant() {
        session.set_input_bytes(entry.subgraph, input, bytes)?;
    }
    Ok(())
}

/// Says when real numbers lie outside of what a quantized input can hold: mostly they lack a normalisation.
fn note_clipping(values: &[f32], info: &TensorInfo, path: &Path, terminal: &Terminal) {
    let Some(affine) = info.quantization().affine() else { return };
    let (least, greatest) = match info.dtype() {
        DType::I8 => (-128, 127),
        DType::U8 => (0, 255),
        DType::I16 => (-32768, 32767),
        _ => return,
    };
    let real = |q: i32| affine.scales[0] * (q as f32 - affine.zero_points[0] as f32);
    let (low, high) = (real(least) - affine.scales[0] / 2.0, real(greatest) + affine.scales[0] / 2.0);
    let outside = values.iter().filter(|&&value| value < low || value > high).count();
    if outside > 0 {
        terminal.note(format!(
            "{}: {outside} of {} numbers lie outside of {:.4} to {:.4}, which is what the quantized input {:?} can \
             hold, and are clipped; are they normalised as the model expects?",
            path.display(),
            values.len(),
            real(least),
            real(greatest),
            info.name()
        ));
    }
}
