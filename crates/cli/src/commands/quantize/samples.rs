//! Calibration data: pictures, `.npy` and `.npz` files as inputs of a network.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use featherlite::metadata::{Metadata, Normalization};
use featherlite::quant::run::{Input, Sample};
use featherlite::{DType, Model, TensorInfo};
use featherlite_data::npy::{self, Array};
use featherlite_data::{Dataset, EXTENSIONS, Image, Part, Random, npz};

use super::options::CALIBRATION;
use crate::entry::Entry;
use crate::exit::usage;
use crate::picture::{Layout, Pixels, normalized};
use crate::random;

#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = CALIBRATION)]
pub(super) struct SampleOptions {
    /// Samples for that input, or the only one: a folder of pictures or .npy files, a file of either kind (arrays may hold
    /// many samples along the first dimension), a folder with a dataset as `evaluate` reads it, or an .npz file with an array
    /// for each input
    #[arg(long = "calibrate", short = 'c', value_name = "[NAME=]PATH")]
    paths: Vec<String>,
    /// Samples at most, evenly picked
    #[arg(long, value_name = "N", default_value_t = 256)]
    samples: usize,
    /// Use N samples of noise: the result is only good for trying things out
    #[arg(long, value_name = "N", conflicts_with = "paths")]
    random: Option<usize>,
    #[command(flatten)]
    pixels: Pixels,
}

impl SampleOptions {
    pub(super) fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.random.is_none()
    }

    /// Reads the samples for a model.
    pub(super) fn read(&self, model: &Model) -> Result<Vec<Sample>> {
        let entry = Entry::find(model, None)?;
        if let Some(count) = self.random {
            return Ok((0..count).map(|seed| noise(model, &entry, seed as u64)).collect());
        }
        let mut columns: Vec<Option<Vec<Input>>> = entry.inputs.iter().map(|_| None).collect();
        for argument in &self.paths {
            let (position, path) = match argument.split_once('=') {
                Some((name, path)) if !Path::new(argument).exists() => (Some(entry.input(name)?), path),
                _ => (None, argument.as_str()),
            };
            self.read_path(model, &entry, position, Path::new(path), &mut columns)
                .with_context(|| path.to_owned())?;
        }
        let missing = columns.iter().position(Option::is_none);
        if let Some(position) = missing {
            let name = &entry.inputs[position].name;
            return Err(usage(format!(
                "there are no samples for input {name:?}: give --calibrate {name}=PATH"
            )));
        }
        let columns: Vec<Vec<Input>> = columns.into_iter().flatten().collect();
        let count = columns.iter().map(Vec::len).min().unwrap_or(0);
        ensure!(count > 0, "there are no samples");
        ensure!(
            columns.iter().all(|column| column.len() == count),
            "inputs have different numbers of samples"
        );
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        Ok((0..count).map(|_| columns.iter_mut().filter_map(Iterator::next).collect()).collect())
    }

    fn read_path(
        &self,
        model: &Model,
        entry: &Entry,
        position: Option<usize>,
        path: &Path,
        columns: &mut [Option<Vec<Input>>],
    ) -> Result<()> {
        if has_extension(path, "npz") {
            for (name, array) in npz::read(path)? {
                let position = match entry.inputs.len() {
                    1 => 0,
                    _ => entry.input(&name)?,
                };
                let info = entry.input_info(model, position).context("no such input")?;
                columns[position] = Some(self.parts(info, &array)?);
            }
            return Ok(());
        }
        let position = match (position, entry.inputs.len()) {
            (Some(position), _) => position,
            (None, 1) => 0,
            _ => return Err(usage("the model has several inputs: give NAME=PATH for each")),
        };
        let info = entry.input_info(model, position).context("no such input")?;
        let metadata = Metadata::of(model).ok().flatten();
        let declared = metadata.and_then(|metadata| metadata.input(position)).and_then(Normalization::of);
        let found = if path.is_dir() {
            let files = self.pick(files(path)?);
            match files.is_empty() {
                true => self.read_dataset(info, path, declared)?,
                false => files
                    .iter()
                    .map(|file| self.read_file(info, file, declared.clone()))
                    .collect::<Result<Vec<_>>>()?
                    .concat(),
            }
        } else {
            self.read_file(info, path, declared)?
        };
        columns[position].get_or_insert_default().extend(found);
        Ok(())
    }

    /// At most so many, evenly spread.
    fn pick<T>(&self, items: Vec<T>) -> Vec<T> {
        let (count, most) = (items.len(), self.samples.max(1));
        if count <= most {
            return items;
        }
        let is_picked = |index: usize| index * most / count != (index + 1) * most / count;
        items.into_iter().enumerate().filter(|(index, _)| is_picked(*index)).map(|(_, item)| item).collect()
    }

    fn read_file(
        &self,
        info: &TensorInfo,
        path: &Path,
        declared: Option<Normalization>,
    ) -> Result<Vec<Input>> {
        if has_extension(path, "npy") {
            let array = npy::read(path).with_context(|| path.display().to_string())?;
            return self.parts(info, &array).with_context(|| path.display().to_string());
        }
        let picture = self.pixels.read(path)?;
        let layout = Layout::of(info, &picture).with_context(|| path.display().to_string())?;
        let values = normalized(&picture, &layout, &self.normalization(info, declared)?)?;
        Ok(vec![Input { shape: layout.shape, values }])
    }

    /// Images of a dataset with classes, of those that networks are trained with if it has several parts.
    fn read_dataset(
        &self,
        info: &TensorInfo,
        path: &Path,
        declared: Option<Normalization>,
    ) -> Result<Vec<Input>> {
        let dataset = Dataset::open(path)?;
        let split =
            Part::ALL.into_iter().find_map(|part| dataset.part(part)).context("there are no images")?;
        let split = split.limit(self.samples.max(1));
        let normalization = self.normalization(info, declared)?;
        let (mut image, mut spare) = (Image::default(), Image::default());
        let mut inputs = Vec::with_capacity(split.len());
        for sample in 0..split.len() {
            split.read(sample, &mut image)?;
            let layout = Layout::of_many(info, (image.size.height, image.size.width))?.with_batch(1);
            layout.transform(&self.pixels).apply(&mut image, &mut spare, &Random::of(&[]))?;
            let mut values = layout.arranged(image.pixels.clone());
            layout.normalize(&mut values, &normalization)?;
            inputs.push(Input { shape: layout.shape, values });
        }
        Ok(inputs)
    }

    /// How pixels become numbers: as the options say, or the model, otherwise from 0 to 1 for floats.
    fn normalization(&self, info: &TensorInfo, declared: Option<Normalization>) -> Result<Normalization> {
        let std = if info.dtype() == DType::F32 { 255.0 } else { 1.0 };
        let usual = Normalization { mean: vec![0.0], std: vec![std] };
        Ok(self.pixels.normalization(declared)?.unwrap_or(usual))
    }

    /// An array as one sample, or as many along its first dimension.
    fn parts(&self, info: &TensorInfo, array: &Array) -> Result<Vec<Input>> {
        let values =
            array.real().with_context(|| format!("an array of {} holds no real numbers", array.dtype))?;
        let (declared, open) = (info.shape(), info.shape_signature().unwrap_or_default());
        let fits = |dims: &[usize]| {
            dims.len() == declared.rank()
                && (0..dims.len()).all(|dim| dims[dim] == declared.dim(dim) || open.get(dim) == Some(&-1))
        };
        let shape = &array.shape;
        let mut one = shape.clone();
        if declared.rank() == shape.len() && shape.first().is_some_and(|&count| count > 1) {
            one[0] = 1;
        } else if declared.rank() + 1 == shape.len() {
            one.remove(0);
        }
        if !fits(&one) {
            one.clone_from(shape);
        }
        ensure!(fits(&one), "an array of shape {shape:?} does not hold inputs of shape {declared}");
        let size: usize = one.iter().product();
        ensure!(size > 0 && !values.is_empty(), "the array is empty");
        let parts = self.pick(values.chunks_exact(size).collect());
        Ok(parts.into_iter().map(|part| Input { shape: one.clone(), values: part.to_vec() }).collect())
    }
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}

/// The pictures and arrays in a folder, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if has_extension(&path, "npy") || EXTENSIONS.iter().any(|kind| has_extension(&path, kind)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn noise(model: &Model, entry: &Entry, seed: u64) -> Sample {
    let mut random = random::Random::new(seed);
    let input = |position: usize| {
        let info = entry.input_info(model, position)?;
        let shape = info.shape().dims().to_vec();
        let bytes = random.bytes(DType::F32, shape.iter().product());
        let values = bytes.as_chunks().0.iter().map(|&value| f32::from_le_bytes(value)).collect();
        Some(Input { shape, values })
    };
    (0..entry.inputs.len()).filter_map(input).collect()
}
