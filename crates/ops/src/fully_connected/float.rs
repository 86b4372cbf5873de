use alloc::borrow::Cow;
use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_gemm::{F32Gemm, FinishF32, Rows, RowsMut, Weights};
use featherlite_simd::{Family, Isa, Row};

use super::{BIAS, INPUT, Layer, Make, WEIGHTS_INPUT};
use crate::core::{Io, Kernel, Plan};
use crate::parts::activation::{bound, float_range};
use crate::parts::single_row;
use crate::parts::weights::constant_reals;

pub(super) static F32: Family<Make> = Family {
    name: "fully_connected_f32",
    rows: &[
        Row { name: "fully_connected_f32__gemm", isa: Isa::Scalar, kernel: packed },
        Row { name: "fully_connected_f32__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

/// Fewer rows than this do not make up for packing weights in every run.
const FEW_ROWS: usize = 4;

fn packed(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    let weights = plan.node.input(WEIGHTS_INPUT)?;
    let (min, max) = float_range(layer.activation)?;
    let Layer { rows, depth, units, .. } = layer;
    let gemm = F32Gemm::best(plan.setup.level);
    if rows == 1 && weights.sparsity.is_none() && single_row::is_worthwhile(units, depth) {
        return direct(plan, layer);
    }
    if weights.is_constant {
        let panels =
            plan.shared(gemm.name(), || gemm.pack(Weights::new(&constant_reals(weights)?, units, depth)?))?;
        return Ok(Box::new(move |io: &mut Io<'_>| {
            let finish = FinishF32 { bias: bias(io)?, min, max };
            let input = Rows::dense(io.input(INPUT)?, rows, depth)?;
            panels.panels().multiply(io.parallel, input, &finish, RowsMut::dense(io.output(0)?, rows, units)?)
        }));
    }
    if rows < FEW_ROWS {
        return direct(plan, layer);
    }
    let memory = plan.scratch(gemm.packed_len(units, depth)? * size_of::<f32>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let finish = FinishF32 { bias: bias(io)?, min, max };
        let weights = Weights::new(io.input(WEIGHTS_INPUT)?, units, depth)?;
        let panels = gemm.pack_into(weights, io.scratch(memory)?)?;
        let input = Rows::dense(io.input(INPUT)?, rows, depth)?;
        panels.multiply(io.parallel, input, &finish, RowsMut::dense(io.output(0)?, rows, units)?)
    }))
}

/// The bias, if there is one.
pub(super) fn bias<'a>(io: &Io<'a>) -> Result<Option<&'a [f32]>> {
    Ok(if io.inputs() > BIAS { Some(io.input(BIAS)?).filter(|bias: &&[f32]| !bias.is_empty()) } else { None })
}

/// Weights read as they lie.
fn direct(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    let (range, level) = (float_range(layer.activation)?, plan.setup.level);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (weights, bias) = (io.input(WEIGHTS_INPUT)?, bias(io)?.unwrap_or_default());
        let (input, output) = (io.input::<f32>(INPUT)?, io.output::<f32>(0)?);
        for (input, output) in input.chunks_exact(layer.depth).zip(output.chunks_exact_mut(layer.units)) {
            single_row::multiply((level, io.parallel), input, weights, bias, range, output);
        }
        Ok(())
    }))
}

fn reference(plan: &mut Plan<'_>, layer: Layer) -> Result<Box<dyn Kernel>> {
    let (range, weights) = (float_range(layer.activation)?, plan.node.input(WEIGHTS_INPUT)?);
    let dense = weights.sparsity.map(|_| constant_reals(weights)).transpose()?.map(Cow::into_owned);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, bias, output) = (io.input::<f32>(INPUT)?, bias(io)?, io.output::<f32>(0)?);
        let weights = dense.as_deref().map_or_else(|| io.input::<f32>(WEIGHTS_INPUT), Ok)?;
        for (input, output) in input.chunks(layer.depth).zip(output.chunks_mut(layer.units)) {
            for (unit, (output, weights)) in output.iter_mut().zip(weights.chunks(layer.depth)).enumerate() {
                let sum: f32 = input.iter().zip(weights).map(|(x, weight)| x * weight).sum();
                *output = bound(sum + bias.map_or(0.0, |bias| bias[unit]), range);
            }
        }
        Ok(())
    }))
}
