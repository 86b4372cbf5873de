//! Simulated quantization, as networks have it that were trained with it (Jacob et al., arXiv 1712.05877, section 3).

use featherlite_base::{DType, Quantization};
use featherlite_ir::{Op, Value, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::super::refusal::refuse;
use super::{Rule, one};
use crate::{Error, Result};

pub(super) const RULES: &[Rule] = &[
    one(&["FakeQuantWithMinMaxArgs"], &[B::FAKE_QUANT], |call| {
        let range = (call.float_or("min", -6.0)?, call.float_or("max", 6.0)?);
        fake_quant(call, range)
    }),
    one(&["FakeQuantWithMinMaxVars"], &[B::FAKE_QUANT], with_variables),
    one(&["FakeQuantWithMinMaxVarsPerChannel"], &[B::DEQUANTIZE], per_channel),
];

fn fake_quant(call: &mut Call<'_, '_, '_>, (min, max): (f32, f32)) -> Result<ValueId> {
    let num_bits = call.int_or("num_bits", 8)? as i32;
    let narrow_range = call.bool_or("narrow_range", false)?;
    let x = call.input(0)?;
    call.builder
        .add(Op::with(B::FAKE_QUANT, owned::FakeQuantOptions { min, max, num_bits, narrow_range }), &[x])
}

/// The ends of the ranges, which must be settled.
fn ranges(call: &Call<'_, '_, '_>) -> Result<Vec<(f32, f32)>> {
    let ends = |index| -> Result<Option<&[f32]>> { Ok(call.builder.elements(call.input(index)?)) };
    match (ends(1)?, ends(2)?) {
        (Some(min), Some(max)) if min.len() == max.len() && !min.is_empty() => {
            Ok(min.iter().copied().zip(max.iter().copied()).collect())
        }
        _ => refuse("a range that is computed", "export the network for inference, with its ranges settled"),
    }
}

fn with_variables(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let range = ranges(call)?[0];
    fake_quant(call, range)
}

/// Weights become integers with a scale for each channel, the last axis.
fn per_channel(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let ranges = ranges(call)?;
    let x = call.input(0)?;
    let name = call.node.name.to_string();
    let advice = "quantize activations as a whole, and weights by channels around zero in 8 bits";
    let Some(weights) = call.builder.elements::<f32>(x) else {
        return refuse("ranges for the channels of what is computed", advice);
    };
    let dims = call.builder.fixed_dims(x)?;
    if dims.last() != Some(&ranges.len()) {
        return Err(Error::invalid(format!("{} ranges for weights of shape {dims:?}", ranges.len())));
    }
    let narrow = i64::from(call.bool_or("narrow_range", false)?);
    let steps = ((1i64 << call.int_or("num_bits", 8)?.clamp(2, 8)) - 1 - narrow) as f32;
    let scales: Vec<f32> = ranges.iter().map(|(min, max)| (max - min) / steps).collect();
    // TensorFlow shifts a range so that zero is a step of it; here zero must be the middle one.
    let lowest = |(min, _): &(f32, f32), scale: &f32| (min / scale).round();
    let is_centered = ranges.iter().zip(&scales).all(|(range, scale)| {
        *scale > 0.0 && [-steps / 2.0, (-steps / 2.0).floor()].contains(&lowest(range, scale))
    });
    if !is_centered {
        return refuse("ranges of channels that are not the same on both sides of zero", advice);
    }
    let low = (-steps / 2.0).floor();
    let integers = weights.iter().zip(scales.iter().cycle());
    let integers: Vec<i8> =
        integers.map(|(x, scale)| (x / scale).round().clamp(low, low + steps) as i8).collect();
    let quantized = call.builder.constant(&dims, &integers)?;
    let zero_points = vec![0; scales.len()];
    let value = call.builder.graph_mut().value_mut(quantized);
    value.name = format!("{name}/quantized");
    value.quantization = Quantization::per_axis(scales, zero_points, dims.len() - 1);
    let made = Value::new(&name, DType::F32);
    let made = call.builder.add_values(B::DEQUANTIZE, &[Some(quantized)], vec![made])?;
    made.first().copied().ok_or_else(|| Error::internal("weights without a value"))
}
