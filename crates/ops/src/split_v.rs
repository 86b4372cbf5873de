//! SPLIT_V: cuts a tensor into parts of given sizes along a dimension.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{
    Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req, rest,
};
use crate::parts::rearrange::{self, ANY, INDEX};

/// SPLIT_V.
pub static OP: OpDef = OpDef {
    name: "SPLIT_V",
    code: Code::Builtin(BuiltinOperator::SPLIT_V),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SPLIT_V",
    summary: "Cuts a tensor into parts of given sizes along a dimension.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(ANY), req(INDEX), req(Types::of(&[DType::I32]))],
    outputs: &[rest(Types::SAME)],
    version: 1,
}];

/// The dimension to split; `None` if it is not known yet.
fn axis(node: &Node<'_>) -> Result<Option<usize>> {
    let Some(axis) = node.input(2)?.integers()? else { return Ok(None) };
    let axis = axis.first().ok_or_else(|| Error::invalid_shape("the axis is empty"))?;
    node.input(0)?.shape.axis(*axis).map(Some)
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (Some(axis), Some(mut sizes)) = (axis(node)?, node.input(1)?.integers()?) else {
        return Ok(Outputs::AtRun);
    };
    let input = node.input(0)?.shape;
    let given = sizes.iter().filter(|&&size| size != -1);
    let sum = given.fold(0i64, |sum, &size| sum.saturating_add(size));
    let rest = (input.dim(axis) as i64).saturating_sub(sum);
    let open: Vec<usize> = (0..sizes.len()).filter(|&index| sizes[index] == -1).collect();
    match *open {
        [] if rest == 0 => {}
        [index] if rest >= 0 => sizes[index] = rest,
        _ => {
            return Err(Error::invalid_value(format!(
                "dimension {axis} of {input} can not be split into {sizes:?}"
            )));
        }
    }
    let part = |&size: &i64| {
        let size = usize::try_from(size)
            .map_err(|_| Error::invalid_value(format!("a part of the negative size {size}")))?;
        input.with_dim(axis, size)
    };
    Ok(Outputs::Known(sizes.iter().map(part).collect::<Result<_>>()?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shapes = rearrange::known(shapes(plan.node)?)?;
    let axis = axis(plan.node)?.unwrap_or(0);
    rearrange::split(plan, 0, axis, &shapes)
}
