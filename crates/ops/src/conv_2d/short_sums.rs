//! CONV_2D of INT16 by INT8 whose sums fit 32 bits, as products that finish in the kernel.

use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::Result;
use featherlite_gemm::{FinishWide, PackedI16};
use featherlite_simd::Level;

use super::gemm::Product;
use super::{Geometry, split};
use crate::core::{Io, Kernel, Node, Plan};
use crate::parts::convolution::{self, Layer};

/// INT16 inputs, constant INT8 or INT4 weights and constant bias, by the kernel of this name.
pub(super) fn integer(
    plan: &mut Plan<'_>,
    layer: &Layer,
    geometry: Geometry,
    name: &'static str,
) -> Result<Box<dyn Kernel>> {
    let (node, level, threads) = (plan.node, plan.setup.level, plan.setup.threads);
    if convolution::has_narrow_bias(node, layer) {
        return split::integer(plan, layer, geometry);
    }
    let product = Product::new::<i16>(geometry, threads)?;
    let packed = plan.shared(name, || pack(level, node, layer, &product))?;
    if packed.is_none() {
        return split::integer(plan, layer, geometry);
    }
    let scratch = plan.scratch(product.scratch(threads) * size_of::<i16>());
    let input = layer.input;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<i16>(input)?, io.output::<i16>(0)?);
        let scratch = io.scratch::<i16>(scratch)?;
        for (group, packed) in packed.iter().flatten().enumerate() {
            product.patches.multiply(
                io.parallel,
                (input, group * geometry.depth(), 0),
                (&mut *scratch, product.tile),
                (&mut *output, geometry.channels),
                |parallel, rows, output| packed.multiply(parallel, rows, product.results(output, group)?),
            )?;
        }
        Ok(())
    }))
}

/// The weights of all groups with what finishes their sums; `None` if these may leave 32 bits.
fn pack(level: Level, node: &Node<'_>, layer: &Layer, product: &Product) -> Result<Option<Vec<PackedI16>>> {
    let (weights, _) = convolution::signed_weights(node, layer)?;
    let bias = convolution::wide_bias(node, layer)?;
    let scaled = convolution::scaled(node, layer)?;
    let range = (scaled.range.0 as i16, scaled.range.1 as i16);
    let group = |group| {
        let (multipliers, bias) = (product.part(&scaled.multipliers, group), product.part(&bias, group));
        PackedI16::new(level, product.weights(&weights, group)?, &FinishWide { multipliers, bias, range })
    };
    (0..product.geometry.groups).map(group).collect()
}
