//! Networks between a foreign format and a `.tflite` file: conversion and quantization.

use std::path::PathBuf;

use bytes::Bytes;
use featherlite::convert::build::Size;
use featherlite::convert::import::{self, Opened, Options as ImportOptions, tflite};
use featherlite::convert::{export, inputs, passes, verify::verify};
use featherlite::ir::Model;
use featherlite::quant::advice::advice;
use featherlite::quant::calibrate::calibrate;
use featherlite::quant::check::check;
use featherlite::quant::expand_halves;
use featherlite::quant::improve::{Improved, Step, improve};
use featherlite::quant::quantize::{Border, Options, quantize};
use featherlite::quant::recipe::{Recipe, Scheme};
use featherlite::quant::run::{Input, Sample};
use featherlite::{DType, Model as Runnable};
use numpy::{PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::types::PyBytes;
use pyo3::{Bound, FromPyObject, PyResult, Python, pyclass, pymethods};

use crate::error;

/// A network as an importer reads it.
#[pyclass(frozen, module = "featherlite._native")]
pub(crate) struct Network {
    model: Model,
    /// What the importer decided that the user may want otherwise.
    #[pyo3(get)]
    notes: Vec<String>,
}

/// A file, or the contents of a `.tflite` file.
#[derive(FromPyObject)]
enum Source {
    Contents(Vec<u8>),
    Path(PathBuf),
}

/// A size of a shape; those that are names stay open.
#[derive(FromPyObject)]
enum Dimension {
    Fixed(usize),
    Open(String),
}

/// What is read of a source.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Reading {
    shapes: Vec<(String, Vec<Dimension>)>,
    dynamic: Vec<String>,
    tag: Option<String>,
    signatures: Vec<String>,
    inputs: Vec<String>,
    outputs: Vec<String>,
    allow_custom: Vec<String>,
    nhwc: Vec<String>,
}

/// How a network is quantized.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Quantization {
    scheme: String,
    recipe: Option<String>,
    keep_float: Vec<String>,
    input_type: String,
    output_type: String,
    integers_only: bool,
    observer: String,
    improve: Option<Vec<String>>,
    threads: usize,
}

/// An output's name, the largest error and the largest magnitude.
type OutputError = (String, f32, f32);
/// A step of improvement, the signal to noise ratio in dB with it, and whether it was kept.
type Trial = (Option<&'static str>, f64, bool);

#[pymethods]
impl Network {
    #[new]
    fn new(py: Python<'_>, source: Source, reading: Reading) -> PyResult<Self> {
        let open = || {
            let mut opened = match source {
                Source::Contents(file) => {
                    Opened { model: tflite::from_bytes(file.into())?, notes: Vec::new() }
                }
                Source::Path(path) => import::open(&path, &reading.options()?)?,
            };
            reading.nhwc.iter().try_for_each(|input| inputs::to_nhwc(&mut opened.model, input))?;
            Ok(opened)
        };
        let opened: featherlite::convert::Result<Opened> = py.detach(open);
        let Opened { model, notes } = opened.map_err(error::value)?;
        Ok(Self { model, notes })
    }

    /// The names of the main graph's inputs: those of its first signature, otherwise those of its values.
    fn inputs(&self) -> Vec<String> {
        let Some(graph) = self.model.graphs.first() else { return Vec::new() };
        match self.model.signatures.iter().find(|signature| signature.graph == 0) {
            Some(signature) => signature.inputs.clone(),
            None => graph.inputs.iter().map(|&input| graph.value(input).name.clone()).collect(),
        }
    }

    /// The file that the network becomes after the passes of these names (all if `None`), and how far it is from the source.
    fn convert<'py>(
        &self,
        py: Python<'py>,
        names: Option<Vec<String>>,
        compare: bool,
    ) -> PyResult<(Bound<'py, PyBytes>, Vec<OutputError>)> {
        let convert = || {
            let mut model = self.model.clone();
            passes::run(&mut model, names.as_deref(), |_, _| {})?;
            let file = export::to_bytes(&model)?;
            if !compare {
                return Ok((file, Vec::new()));
            }
            let result = featherlite::from_bytes(file.clone())?;
            // What has no operator here can not be run to compare it.
            let is_supported = result.unsupported().is_empty();
            let errors = if is_supported { verify(&self.model, &result)? } else { Vec::new() };
            Ok((file, errors))
        };
        let result: featherlite::convert::Result<_> = py.detach(convert);
        let (file, errors) = result.map_err(error::value)?;
        let errors =
            errors.into_iter().map(|error| (error.output, error.max_error, error.max_value)).collect();
        Ok((PyBytes::new(py, &file), errors))
    }

    /// The quantized file, remarks about the samples, and the steps of improvement.
    fn quantize<'py>(
        &self,
        py: Python<'py>,
        samples: Vec<Vec<PyReadonlyArrayDyn<'py, f32>>>,
        how: Quantization,
    ) -> PyResult<(Bound<'py, PyBytes>, Vec<String>, Vec<Trial>)> {
        let samples =
            samples.iter().map(|arrays| arrays.iter().map(input).collect()).collect::<PyResult<Vec<_>>>()?;
        let (file, remarks, trials) = py.detach(|| how.apply(&self.model, &samples)).map_err(error::value)?;
        let trials = trials.into_iter().map(|(step, ratio, kept)| (step.map(Step::name), ratio, kept));
        Ok((PyBytes::new(py, &file), remarks, trials.collect()))
    }
}

fn input(array: &PyReadonlyArrayDyn<'_, f32>) -> PyResult<Input> {
    Ok(Input { shape: array.shape().to_vec(), values: array.as_slice().map_err(error::value)?.to_vec() })
}

impl Reading {
    fn options(&self) -> featherlite::convert::Result<ImportOptions> {
        let size = |size: &Dimension| match size {
            Dimension::Fixed(size) => Size::Fixed(*size),
            Dimension::Open(name) => Size::Open(name.clone()),
        };
        let shape =
            |(name, sizes): &(String, Vec<Dimension>)| (name.clone(), sizes.iter().map(size).collect());
        Ok(ImportOptions {
            shapes: self.shapes.iter().map(shape).collect(),
            dynamic: self.dynamic.iter().map(|size| size.parse()).collect::<Result<_, _>>()?,
            tag: self.tag.clone(),
            signatures: self.signatures.clone(),
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
            custom: self.allow_custom.clone(),
            ..ImportOptions::default()
        })
    }
}

/// A file, remarks, and trials of steps.
type Quantized = (Bytes, Vec<String>, Vec<(Option<Step>, f64, bool)>);

impl Quantization {
    fn apply(
        &self,
        source: &Model,
        samples: &[Sample],
    ) -> Result<Quantized, Box<dyn std::error::Error + Send + Sync>> {
        let mut model = source.clone();
        expand_halves(&mut model)?;
        passes::run(&mut model, None, |_, _| {})?;
        let recipe = self.recipe()?;
        let options = Options {
            observer: self.observer.parse()?,
            inputs: border(&self.input_type)?,
            outputs: border(&self.output_type)?,
            integers_only: self.integers_only,
            ..Options::default()
        };
        check_samples(&featherlite::from_bytes(export::to_bytes(&model)?)?, samples)?;
        let statistics = match samples.is_empty() {
            false => Some(calibrate(&model, samples, self.threads, &|_| {})?),
            true if recipe.needs_statistics() => {
                return Err("integer activations need samples of the inputs".into());
            }
            true => None,
        };
        let Improved { quantized, trials } = match samples.is_empty() {
            true => Improved { quantized: quantize(&model, &recipe, None, &options)?, trials: Vec::new() },
            false => {
                improve(&model, &recipe, statistics.as_ref(), samples, &self.steps()?, &options, &|_| {})?
            }
        };
        let file = Bytes::from(export::to_bytes(&quantized.model)?);
        check(&model, &quantized, &options, file.clone())?;
        let remarks = statistics.filter(|_| recipe.needs_statistics());
        let remarks = remarks.map(|statistics| advice(&model, &statistics)).unwrap_or_default();
        Ok((file, remarks, trials))
    }

    fn recipe(&self) -> featherlite::quant::Result<Recipe> {
        let mut recipe = match &self.recipe {
            Some(json) => Recipe::from_json(json)?,
            None => Recipe::all(Scheme::named(&self.scheme)?)?,
        };
        self.keep_float.iter().try_for_each(|scope| recipe.add(scope, None, Scheme::FLOAT))?;
        Ok(recipe)
    }

    fn steps(&self) -> featherlite::quant::Result<Vec<Step>> {
        match &self.improve {
            None => Ok(Step::ALL.to_vec()),
            Some(names) => names.iter().map(|name| name.parse()).collect(),
        }
    }
}

/// What inputs or outputs become.
fn border(name: &str) -> Result<Border, String> {
    match name {
        "float32" => Ok(Border::Float),
        "int8" => Ok(Border::Integer(DType::I8)),
        "uint8" => Ok(Border::Integer(DType::U8)),
        "int16" => Ok(Border::Integer(DType::I16)),
        _ => Err(format!("inputs and outputs can be float32, int8, uint8 or int16, not {name:?}")),
    }
}

/// That samples have as many arrays as the model has inputs, of their rank.
fn check_samples(model: &Runnable, samples: &[Sample]) -> Result<(), String> {
    let Some(graph) = model.subgraphs().next() else { return Ok(()) };
    for (number, sample) in samples.iter().enumerate() {
        if sample.len() != graph.inputs().len() {
            return Err(format!(
                "sample {number} has {} arrays, but there are {} inputs",
                sample.len(),
                graph.inputs().len()
            ));
        }
        for (input, &tensor) in sample.iter().zip(graph.inputs()) {
            let info = &graph.tensors()[tensor];
            if input.shape.len() != info.shape().rank() {
                return Err(format!(
                    "sample {number} has shape {:?} for input {:?} of shape {}",
                    input.shape,
                    info.name(),
                    info.shape()
                ));
            }
        }
    }
    Ok(())
}
