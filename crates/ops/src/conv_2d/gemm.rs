//! CONV_2D as a matrix product of patches and packed weights, one for each group.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use featherlite_base::arena::cast;
use featherlite_base::{DType, Result};
use featherlite_gemm::{
    Byte, Columns, F32Gemm, FinishF32, I8Gemm, PackedF32, PackedI8, Requantize, RowsMut, Weights,
};

use super::Geometry;
use crate::core::{Io, Kernel, Packed, Plan};
use crate::parts::convolution::{self, Arithmetic, Float, Hybrid, Layer, optional};
use crate::parts::patches::Patches;
use crate::parts::{hybrid, requantize, subbyte};

/// Packed weights of each group.
struct Groups<T>(Box<[T]>);

impl Packed for Groups<PackedF32> {
    fn bytes(&self) -> usize {
        self.0.iter().map(PackedF32::bytes).sum()
    }
}

impl Packed for Groups<PackedI8> {
    fn bytes(&self) -> usize {
        self.0.iter().map(PackedI8::bytes).sum()
    }
}

/// The weights of each group, as a matrix.
fn groups<'a, T>(
    geometry: &Geometry,
    weights: &'a [T],
) -> impl Iterator<Item = Result<Weights<'a, T>>> + use<'a, T> {
    let (n, k) = (geometry.channels / geometry.groups, patches(geometry).width());
    (0..geometry.groups).map(move |group| {
        let part = weights.get(group * n * k..(group + 1) * n * k).unwrap_or_default();
        Weights::new(part, n, k)
    })
}

fn patches(geometry: &Geometry) -> Patches {
    let Geometry { batch, rows, columns, input_channels, .. } = *geometry;
    Patches::new(batch, [rows, columns], input_channels, geometry.depth())
}

/// `f32`; weights that are not constant are packed in every run.
pub(super) fn float(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let gemm = F32Gemm::best(plan.setup.level);
    let patches = patches(&geometry);
    let n = geometry.channels / geometry.groups;
    let weights = plan.node.input(layer.weights)?;
    let packed = match weights.is_constant.then(|| weights.values::<f32>()).transpose()?.flatten() {
        Some(values) => Some(plan.shared(gemm.name(), || {
            groups(&geometry, values)
                .map(|weights| gemm.pack(weights?))
                .collect::<Result<_>>()
                .map(Groups::<PackedF32>)
        })?),
        None => None,
    };
    let memory = match packed {
        Some(_) => 0,
        None => gemm.packed_len(n, patches.width())?,
    };
    let memory = plan.scratch(memory * size_of::<f32>());
    let tile = patches.tile::<f32>(plan.setup.threads);
    let scratch = plan.scratch(plan.setup.threads * tile * patches.width() * size_of::<f32>());
    let Float { min, max } = Float::new(layer.activation)?;
    let bias = convolution::bias_of(plan.node, layer);
    let layer = *layer;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<f32>(layer.input)?, io.output::<f32>(0)?);
        let bias = optional(io, bias)?;
        let (memory, scratch) = (io.scratch::<f32>(memory)?, io.scratch::<f32>(scratch)?);
        for group in 0..geometry.groups {
            let panels = match &packed {
                Some(packed) => packed.0[group].panels(),
                None => {
                    let weights = io.input::<f32>(layer.weights)?;
                    let k = patches.width();
                    gemm.pack_into(Weights::new(&weights[group * n * k..][..n * k], n, k)?, memory)?
                }
            };
            let bias = (!bias.is_empty()).then(|| &bias[group * n..][..n]);
            let finish = FinishF32 { bias, min, max };
            patches.multiply(
                io.parallel,
                (input, group * geometry.depth(), 0.0),
                scratch,
                tile,
                (&mut *output, geometry.channels),
                |parallel, rows, output| {
                    let count = output.len() / geometry.channels;
                    let results = RowsMut::new(&mut output[group * n..], count, n, geometry.channels)?;
                    panels.multiply(parallel, rows, &finish, results)
                },
            )?;
        }
        Ok(())
    }))
}

/// Packs constant 8-bit weights; UINT8 ones are shifted to INT8.
fn pack(plan: &mut Plan<'_>, layer: &Layer, geometry: &Geometry) -> Result<Arc<Groups<PackedI8>>> {
    let gemm = I8Gemm::best(plan.setup.level);
    let weights = plan.node.input(layer.weights)?;
    let (elements, dtype) = (weights.shape.elements(), weights.dtype);
    let bytes = weights.data.filter(|_| weights.is_constant).unwrap_or_default();
    let is_hybrid = plan.node.input(layer.input)?.dtype == DType::F32;
    let shift = dtype == DType::U8 && !is_hybrid;
    let zero_point = if shift { requantize::common_zero_point(weights)? - 128 } else { 0 };
    plan.shared(gemm.name(), || {
        let unpacked: Vec<i8>;
        let values: &[i8] = match dtype {
            DType::I4 => {
                let mut values = alloc::vec![0; elements];
                subbyte::unpack(dtype, bytes, &mut values)?;
                unpacked = values;
                &unpacked
            }
            _ if shift => {
                unpacked = bytes.iter().map(|&byte| (byte ^ 128) as i8).collect();
                &unpacked
            }
            _ => cast(bytes)?,
        };
        groups(geometry, values)
            .map(|weights| gemm.pack(weights?, zero_point))
            .collect::<Result<_>>()
            .map(Groups::<PackedI8>)
    })
}

/// INT8 and UINT8 with constant weights and bias.
pub(super) fn integer(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    match plan.node.input(layer.input)?.dtype {
        DType::U8 => integer_of::<u8>(plan, layer, geometry, |zero_point| zero_point as u8),
        _ => integer_of::<i8>(plan, layer, geometry, |zero_point| zero_point as i8),
    }
}

fn integer_of<T: Byte>(
    plan: &mut Plan<'_>,
    layer: &Layer,
    geometry: Geometry,
    pad: fn(i32) -> T,
) -> Result<Box<dyn Kernel>> {
    let scaled = convolution::scaled(plan.node, layer)?;
    let packed = pack(plan, layer, &geometry)?;
    let bias = plan.node.optional(layer.bias).map(|bias| bias.constant::<i32>()).transpose()?;
    let n = geometry.channels / geometry.groups;
    let finish: Box<[(Columns, Requantize)]> = packed
        .0
        .iter()
        .enumerate()
        .map(|(group, packed)| {
            let bias = bias.map(|bias| bias.get(group * n..(group + 1) * n).unwrap_or_default());
            let multipliers = &scaled.multipliers[group * n..(group + 1) * n];
            Ok((
                packed.panels().columns::<T>(bias, scaled.input_zero_point)?,
                Requantize::new(multipliers, scaled.output_zero_point, scaled.range)?,
            ))
        })
        .collect::<Result<_>>()?;
    let patches = patches(&geometry);
    let tile = patches.tile::<T>(plan.setup.threads);
    let scratch = plan.scratch(plan.setup.threads * tile * patches.width());
    let (input, pad) = (layer.input, pad(scaled.input_zero_point));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<T>(input)?, io.output::<T>(0)?);
        let scratch = io.scratch::<T>(scratch)?;
        for (group, (packed, (columns, requantize))) in packed.0.iter().zip(&finish).enumerate() {
            patches.multiply(
                io.parallel,
                (input, group * geometry.depth(), pad),
                scratch,
                tile,
                (&mut *output, geometry.channels),
                |parallel, rows, output| {
                    let count = output.len() / geometry.channels;
                    let results = RowsMut::new(&mut output[group * n..], count, n, geometry.channels)?;
                    packed.panels().multiply(parallel, rows, columns, requantize, results)
                },
            )?;
        }
        Ok(())
    }))
}

/// `f32` inputs and constant 8-bit weights.
pub(super) fn hybrid(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let packed = pack(plan, layer, &geometry)?;
    let columns: Box<[Columns]> =
        packed.0.iter().map(|packed| packed.panels().columns::<i8>(None, 0)).collect::<Result<_>>()?;
    let scales = convolution::channel_scales(node, layer)?;
    let float = Float::new(layer.activation)?;
    let bias = convolution::bias_of(node, layer);
    let (batch, image) = convolution::images(node, layer)?;
    let n = geometry.channels / geometry.groups;
    let patches = patches(&Geometry { batch: 1, ..geometry });
    let tile = patches.tile::<i8>(plan.setup.threads);
    let scratch = plan.scratch(plan.setup.threads * tile * patches.width());
    let quantized = plan.scratch(image);
    let (layer, channels) = (*layer, geometry.channels);
    Ok(Box::new(move |io: &mut Io<'_>| {
        // The sums are as large as the results and take their place.
        let (input, output) = (io.input::<f32>(layer.input)?, io.output::<i32>(0)?);
        let (bias, parallel) = (optional(io, bias)?, io.parallel);
        let (quantized, scratch) = (io.scratch::<i8>(quantized)?, io.scratch::<i8>(scratch)?);
        let mut done = Ok(());
        convolution::for_each_image(batch, input, output, |input, output| {
            let image = hybrid::quantize_row(input, layer.asymmetric, quantized);
            let arithmetic = Hybrid { image, scales: &scales, float: &float };
            for (group, (packed, columns)) in packed.0.iter().zip(&columns).enumerate() {
                let panels = packed.panels();
                let pad = image.zero_point as i8;
                let result = patches.multiply(
                    parallel,
                    (&*quantized, group * geometry.depth(), pad),
                    scratch,
                    tile,
                    (&mut *output, channels),
                    |parallel, rows, output| {
                        let count = output.len() / channels;
                        let sums = RowsMut::new(&mut output[group * n..], count, n, channels)?;
                        panels.multiply_i32(parallel, rows, columns, sums)?;
                        for sums in output.chunks_exact_mut(channels) {
                            let sums = &mut sums[group * n..(group + 1) * n];
                            for (index, (sum, weights)) in sums.iter_mut().zip(panels.sums()).enumerate() {
                                let exact = sum.wrapping_sub(weights.wrapping_mul(image.zero_point));
                                let result = arithmetic.finish(exact, group * n + index, bias);
                                *sum = result.to_bits() as i32;
                            }
                        }
                        Ok(())
                    },
                );
                if result.is_err() {
                    done = result;
                }
            }
        });
        done
    }))
}
