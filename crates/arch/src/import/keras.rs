//! Keras files: names of variables by the class of their layer, and what happens to pixels.

use std::collections::BTreeMap;
use std::path::Path;

use featherlite_base::DType;
use featherlite_convert::import::keras::{LayerWeights, Variable, weights};
use serde_json::Value;

use super::Source;
use super::names::Style;
use crate::arch::Rescale;
use crate::tensor_file::{FloatType, floats};
use crate::weights::Tensor;
use crate::{Error, Result};

/// What keeps the root of a variance from zero in Keras' normalization of pixels.
const LEAST_DEVIATION: f32 = 1e-7;

/// Variables of layers, in the order in which they make them.
const VARIABLES: &[(&str, &[&str])] = &[
    ("Conv2D", &["kernel", "bias"]),
    ("DepthwiseConv2D", &["kernel", "bias"]),
    ("Dense", &["kernel", "bias"]),
    ("BatchNormalization", &["gamma", "beta", "moving_mean", "moving_variance"]),
    ("Normalization", &["mean", "variance", "count"]),
];

/// How files that have weights alone call layers, with a number behind.
const NUMBERED: &[(&str, &str)] = &[
    ("conv2d", "Conv2D"),
    ("depthwise_conv2d", "DepthwiseConv2D"),
    ("dense", "Dense"),
    ("batch_normalization", "BatchNormalization"),
];

/// Tensors as `<layer>/<variable>`.
pub(super) fn read(path: &Path) -> Result<Source> {
    let layers = weights(path)?;
    let mut tensors = BTreeMap::new();
    let (mut epsilon, mut notes) = (None, Vec::new());
    let mut pixels = Pixels::default();
    for layer in &layers {
        let mut variables = BTreeMap::new();
        for (number, variable) in layer.variables.iter().enumerate() {
            let name = variable_name(layer, number, variable);
            if let Some(tensor) = tensor(variable) {
                variables.insert(name, tensor);
            }
        }
        match layer.class.as_str() {
            "Rescaling" | "Normalization" => pixels.add(layer, &variables)?,
            _ => tensors.extend(
                variables.into_iter().map(|(name, tensor)| (format!("{}/{name}", layer.name), tensor)),
            ),
        }
        if layer.class == "BatchNormalization" {
            let own = layer.config.get("epsilon").and_then(Value::as_f64).map(|epsilon| epsilon as f32);
            if epsilon.is_some() && own != epsilon {
                let message = format!("layer {:?}: epsilon {own:?}; others have {epsilon:?}", layer.name);
                return Err(Error::invalid(message));
            }
            epsilon = own;
        }
    }
    let is_whole = layers.iter().any(|layer| !layer.class.is_empty());
    if !is_whole {
        let note =
            "the file has weights alone: what the network does to pixels is not known (--rescale says it)";
        notes.push(note.to_owned());
    }
    let rescale = pixels.finish();
    Ok(Source { format: "Keras", style: Style::Keras, tensors, epsilon, rescale, is_whole, notes })
}

/// The class of a layer in files that number layers by their class: `conv2d_12`.
fn class_of(name: &str) -> &'static str {
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let stem = if stem.ends_with('_') { stem.trim_end_matches('_') } else { name };
    let known = NUMBERED.iter().find(|(snake, _)| *snake == stem);
    known.map_or("", |(_, class)| class)
}

/// The name of a variable: by its class, in files of whole networks and numbered layers; otherwise that of the file without `:0`.
fn variable_name(layer: &LayerWeights, number: usize, variable: &Variable) -> String {
    let class = if layer.class.is_empty() { class_of(&layer.name) } else { &layer.class };
    let known = VARIABLES.iter().find(|(other, _)| *other == class).map(|(_, names)| *names);
    if let Some(names) = known.filter(|_| variable.name.is_empty()) {
        let is_off = |setting: &str| layer.config.get(setting).and_then(Value::as_bool) == Some(false);
        let present =
            |name: &&&str| !(**name == "gamma" && is_off("scale") || **name == "beta" && is_off("center"));
        let name = names.iter().filter(present).nth(number);
        return name.map_or_else(|| number.to_string(), |name| (*name).to_owned());
    }
    let name = variable.name.split(':').next().unwrap_or_default();
    match name {
        "" => number.to_string(),
        "depthwise_kernel" => "kernel".to_owned(),
        name => name.to_owned(),
    }
}

/// A variable of floating-point numbers.
fn tensor(variable: &Variable) -> Option<Tensor> {
    let dtype = match variable.dtype {
        DType::F64 => FloatType::F64,
        DType::F32 => FloatType::F32,
        DType::F16 => FloatType::F16,
        _ => return None,
    };
    let values = floats(dtype, &variable.bytes);
    Some(Tensor { shape: variable.dims.clone(), values })
}

/// What happens to pixels: `x * scale + offset`, so far.
struct Pixels {
    scale: Vec<f32>,
    offset: Vec<f32>,
}

impl Default for Pixels {
    fn default() -> Self {
        Self { scale: vec![1.0], offset: vec![0.0] }
    }
}

impl Pixels {
    fn add(&mut self, layer: &LayerWeights, variables: &BTreeMap<String, Tensor>) -> Result<()> {
        let setting = |name: &str, default: f32| match layer.config.get(name) {
            Some(value) => numbers(value).filter(|list| !list.is_empty()).ok_or_else(|| {
                Error::invalid(format!("layer {:?}: the setting {name} is {value}", layer.name))
            }),
            None => Ok(vec![default]),
        };
        let (scale, offset) = match layer.class.as_str() {
            "Rescaling" => (setting("scale", 1.0)?, setting("offset", 0.0)?),
            _ => {
                let variable = |name: &str, default: f32| match variables.get(name) {
                    Some(tensor) if !tensor.values.is_empty() => Ok(tensor.values.clone()),
                    _ => setting(name, default),
                };
                let (mean, variance) = (variable("mean", 0.0)?, variable("variance", 1.0)?);
                let scale: Vec<f32> =
                    variance.iter().map(|variance| 1.0 / variance.sqrt().max(LEAST_DEVIATION)).collect();
                let offset = zipped(&mean, &scale, |mean, scale| -mean * scale)?;
                (scale, offset)
            }
        };
        self.offset = zipped(&self.offset, &scale, |x, scale| x * scale)?;
        self.offset = zipped(&self.offset, &offset, |x, offset| x + offset)?;
        self.scale = zipped(&self.scale, &scale, |x, scale| x * scale)?;
        Ok(())
    }

    fn finish(self) -> Option<Rescale> {
        let is_nothing =
            self.scale.iter().all(|&scale| scale == 1.0) && self.offset.iter().all(|&offset| offset == 0.0);
        (!is_nothing).then_some(Rescale { scale: self.scale, offset: self.offset })
    }
}

/// A number, or a list of them, perhaps in lists of one; `null` is none.
fn numbers(value: &Value) -> Option<Vec<f32>> {
    match value {
        Value::Number(number) => Some(vec![number.as_f64()? as f32]),
        Value::Array(list) => {
            let lists = list.iter().map(numbers).collect::<Option<Vec<_>>>()?;
            Some(lists.concat())
        }
        // Newer files have a wrapper with its settings.
        Value::Object(object) => numbers(object.get("config")?.get("value")?),
        _ => None,
    }
}

/// Element by element; a list of one counts for all.
fn zipped(left: &[f32], right: &[f32], function: impl Fn(f32, f32) -> f32) -> Result<Vec<f32>> {
    let length = left.len().max(right.len());
    if [left.len(), right.len()].iter().any(|&len| len != 1 && len != length) {
        return Err(Error::invalid(format!("pixels of {} and of {} channels", left.len(), right.len())));
    }
    let at = |list: &[f32], index: usize| list[if list.len() == 1 { 0 } else { index }];
    Ok((0..length).map(|index| function(at(left, index), at(right, index))).collect())
}
