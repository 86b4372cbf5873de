//! RESHAPE: gives the same elements another shape; one dimension may be left to be computed.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, ReshapeOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, opt, req};
use crate::parts::rearrange::{self, ANY};

/// RESHAPE.
pub static OP: OpDef = OpDef {
    name: "RESHAPE",
    code: Code::Builtin(BuiltinOperator::RESHAPE),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::View(0),
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "RESHAPE",
    summary: "Gives the same elements another shape; one dimension may be left to be computed.",
    macs: None,
};

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(ANY), opt(Types::ANY)], outputs: &[req(Types::SAME)], version: 1 }];

/// The shape asked for, -1 where a dimension is to be computed; `None` if it is not known yet.
fn asked(node: &Node<'_>) -> Result<Option<Vec<i64>>> {
    // The second input counts if it is a list of 32-bit integers, the options otherwise.
    if let Some(shape) = node.optional(1)
        && shape.dtype == DType::I32
        && shape.shape.rank() == 1
    {
        return shape.integers();
    }
    let shape: Vec<i64> = node.options::<ReshapeOptions<'_>>().new_shape().iter().map(i64::from).collect();
    // Old files write a scalar as a size of 0.
    let is_scalar = shape == [0] && node.input(0)?.shape.elements() != 0;
    Ok(Some(if is_scalar { Vec::new() } else { shape }))
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(mut asked) = asked(node)? else { return Ok(Outputs::AtRun) };
    let input = node.input(0)?.shape;
    let wrong = || Error::invalid_shape(format!("{input} can not be reshaped: the sizes asked for overflow"));
    let product = |dims: &mut dyn Iterator<Item = i64>| {
        dims.filter(|&dim| dim > 0).try_fold(1i64, |product, dim| product.checked_mul(dim))
    };
    let open: Vec<usize> = (0..asked.len()).filter(|&index| asked[index] == -1).collect();
    if let &[index] = &*open {
        // Sizes of 0 on both sides cancel out.
        let from = product(&mut input.dims().iter().map(|&dim| dim as i64)).ok_or_else(wrong)?;
        let others = product(&mut asked.iter().copied()).ok_or_else(wrong)?;
        asked[index] = if input.elements() == 0 && !asked.contains(&0) { 0 } else { from / others };
    }
    let shape = Shape::from_signed(asked.iter().copied())?;
    if shape.elements() != input.elements() {
        return Err(Error::invalid_shape(format!("{input} can not be reshaped to {shape}")));
    }
    Ok(Outputs::one(shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    rearrange::view(plan, shapes)
}
