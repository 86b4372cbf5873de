//! Constants as integers.

use std::sync::Arc;

use bytes::Bytes;
use featherlite_base::{Affine, Blockwise, DType, Quantization, arena};
use featherlite_ir::{Graph, Value, ValueId, aligned};

use super::scales::{Integer, levels};
use crate::params::Levels;
use crate::recipe::{Fit, Grain, Scheme};
use crate::weights::{self, Granularity, Integers};
use crate::{Error, ErrorKind, Result};

/// Largest magnitude of a bias as an integer: the sum that it is added to has as much room again in INT32. Biases of INT64 keep
/// to it as well, since a multiplier below `2^-31`, which larger ones would come with, is taken as 0 by kernels.
const GREATEST_BIAS: f64 = (1u64 << 30) as f64;

/// The elements of a constant of floats.
pub(crate) fn floats(graph: &Graph, value: ValueId) -> Option<&[f32]> {
    let value = graph.value(value);
    arena::cast(value.constant.as_ref().filter(|_| value.dtype == DType::F32)?).ok()
}

/// The sizes of a constant.
pub(crate) fn sizes(graph: &Graph, value: ValueId) -> Result<Vec<usize>> {
    let value = graph.value(value);
    value.fixed_shape().ok_or_else(|| {
        Error::new(ErrorKind::Model, format!("the constant {:?} has no fixed shape", value.name))
    })
}

fn missing(graph: &Graph, value: ValueId) -> Error {
    Error::new(ErrorKind::Internal, format!("{:?} is no constant of floats", graph.value(value).name))
}

/// A constant with other contents.
pub(super) fn constant(
    like: &Value,
    dtype: DType,
    bytes: Vec<u8>,
    quantization: Quantization,
) -> Result<Value> {
    let contents = aligned(Bytes::from(bytes))?;
    Ok(Value { dtype, quantization, constant: Some(contents), ..like.clone() })
}

/// A constant that is used as an activation.
pub(super) fn activation(graph: &Graph, value: ValueId, form: Integer) -> Result<Value> {
    let elements = floats(graph, value).ok_or_else(|| missing(graph, value))?;
    let integers = elements.iter().map(|&element| levels(form.dtype).quantize(element, form.params));
    let bytes = match form.dtype {
        DType::I16 => integers.flat_map(|q| (q as i16).to_le_bytes()).collect(),
        _ => integers.map(|q| q as u8).collect(),
    };
    constant(graph.value(value), form.dtype, bytes, form.params.into())
}

/// Weights and how they are to be stored.
pub(super) struct Weights<'a> {
    pub(super) value: ValueId,
    pub(super) dtype: DType,
    pub(super) granularity: Granularity,
    pub(super) fit: Fit,
    /// Integers that were chosen before.
    pub(super) chosen: Option<&'a Integers>,
}

impl<'a> Weights<'a> {
    pub(super) fn new(
        value: ValueId,
        dtype: DType,
        axis: usize,
        scheme: Scheme,
        chosen: Option<&'a Integers>,
    ) -> Self {
        let granularity = match scheme.grain {
            Grain::Tensor => Granularity::Tensor,
            Grain::Channel | Grain::Block(_) => Granularity::Channel { axis },
        };
        Self { value, dtype, granularity, fit: scheme.fit, chosen }
    }

    fn levels(&self) -> Result<Levels> {
        let levels = Levels::weights(self.dtype.bits() as u8);
        levels.ok_or_else(|| Error::new(ErrorKind::Internal, format!("{} is no type of weights", self.dtype)))
    }

    /// The weights as integers. Scales are no smaller than those of `least`, one for each channel.
    pub(super) fn integers(&self, graph: &Graph, least: Option<&[f32]>) -> Result<Integers> {
        let elements = floats(graph, self.value).ok_or_else(|| missing(graph, self.value))?;
        let (dims, levels) = (sizes(graph, self.value)?, self.levels()?);
        let mut integers = match self.chosen {
            Some(chosen) if chosen.values.len() == elements.len() => chosen.clone(),
            _ => weights::integers(elements, &dims, self.granularity, levels, self.fit == Fit::Mse),
        };
        let Some(least) = least else { return Ok(integers) };
        let before = integers.scales.clone();
        if integers.scales.len() == least.len() {
            integers.scales.iter_mut().zip(least).for_each(|(scale, &least)| *scale = scale.max(least));
        } else if let Some(scale) = integers.scales.first_mut() {
            *scale = least.iter().copied().fold(*scale, f32::max);
        }
        if integers.scales != before {
            integers.values =
                weights::nearest_integers(elements, &dims, self.granularity, &integers.scales, levels);
        }
        Ok(integers)
    }

    /// The constant that stores the integers.
    pub(super) fn store(&self, graph: &Graph, integers: &Integers) -> Result<Value> {
        let axis = match self.granularity {
            Granularity::Tensor => 0,
            Granularity::Channel { axis } => axis,
        };
        let (scales, zero_points) = (integers.scales.clone(), vec![0; integers.scales.len()]);
        let affine = Affine { scales, zero_points, axis };
        let bytes = weights::pack(&integers.values, self.dtype);
        constant(graph.value(self.value), self.dtype, bytes, Quantization::Affine(Arc::new(affine)))
    }

    /// The constant in blocks along rows, with the value that holds their scales; `None` if rows do not divide so.
    pub(super) fn store_blocks(
        &self,
        graph: &mut Graph,
        source: &Graph,
        block: usize,
    ) -> Result<Option<Value>> {
        let elements = floats(source, self.value).ok_or_else(|| missing(source, self.value))?;
        let dims = sizes(source, self.value)?;
        let &[rows, columns] = &dims[..] else { return Ok(None) };
        let Some(blocks) = weights::blockwise(elements, columns, block, self.levels()?) else {
            return Ok(None);
        };
        let like = source.value(self.value);
        let shape = vec![rows.into(), (columns / block).into()];
        let bytes = blocks.scales.iter().flat_map(|scale| scale.0.to_le_bytes()).collect::<Vec<u8>>();
        let scales = Value::new(format!("{}/scales", like.name), DType::F16).with_shape(shape);
        let scales = graph.add_value(scales.with_constant(aligned(Bytes::from(bytes))?));
        let quantization = Blockwise { scales: scales.index(), zero_points: None, block_size: block };
        let bytes = weights::pack(&blocks.values, self.dtype);
        constant(like, self.dtype, bytes, Quantization::Blockwise(quantization)).map(Some)
    }
}

/// The least scale of each channel's weights with which its bias is not too large.
pub fn least_scales(bias: &[f32], input_scale: f32) -> Vec<f32> {
    let least = |&bias: &f32| (f64::from(bias.abs()) / f64::from(input_scale) / GREATEST_BIAS) as f32;
    bias.iter().map(least).collect()
}

/// A bias at the scales of the sums that it is added to.
pub(super) fn bias(
    graph: &Graph,
    value: ValueId,
    dtype: DType,
    input_scale: f32,
    scales: &[f32],
) -> Result<Value> {
    let elements = floats(graph, value).ok_or_else(|| missing(graph, value))?;
    let scale = |index: usize| input_scale * scales[if scales.len() == 1 { 0 } else { index % scales.len() }];
    let integer =
        |(index, &element): (usize, &f32)| (f64::from(element) / f64::from(scale(index))).round() as i64;
    let integers = elements.iter().enumerate().map(integer);
    let bytes: Vec<u8> = match dtype {
        DType::I64 => integers.flat_map(i64::to_le_bytes).collect(),
        _ => {
            let clamp = |q: i64| q.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
            integers.flat_map(|q| clamp(q).to_le_bytes()).collect()
        }
    };
    let count = scales.len();
    let own = (0..count).map(|index| input_scale * scales[index]).collect();
    let affine = Affine { scales: own, zero_points: vec![0; count], axis: 0 };
    constant(graph.value(value), dtype, bytes, Quantization::Affine(Arc::new(affine)))
}
