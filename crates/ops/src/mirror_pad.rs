//! MIRROR_PAD: surrounds a tensor with its mirror image.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result};
use featherlite_schema::{BuiltinOperator, MirrorPadMode, MirrorPadOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::mapped;
use crate::parts::pad::{self, shapes};
use crate::parts::rearrange::{self, INDEX};

/// MIRROR_PAD.
pub static OP: OpDef = OpDef {
    name: "MIRROR_PAD",
    code: Code::Builtin(BuiltinOperator::MIRROR_PAD),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "MIRROR_PAD", summary: "Surrounds a tensor with its mirror image.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::SIZED), req(INDEX)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// For each position of a padded dimension of `size` elements the one that it shows; `offset` is 1 where the element
/// at the edge is not repeated.
fn positions(size: usize, [before, behind]: [usize; 2], offset: usize) -> Result<Vec<usize>> {
    if before.max(behind) > size.saturating_sub(offset) {
        return Err(Error::invalid_value(format!(
            "{before} and {behind} elements can not be mirrored from {size}"
        )));
    }
    let left = (0..before).map(|index| before + offset - 1 - index);
    let right = (0..behind).map(|index| size - offset - 1 - index);
    Ok(left.chain(0..size).chain(right).collect())
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    rearrange::known(shapes(node)?)?;
    let input = node.input(0)?;
    let offset = usize::from(node.options::<MirrorPadOptions<'_>>().mode() == MirrorPadMode::REFLECT);
    let maps = pad::amounts(node)?
        .unwrap_or_default()
        .into_iter()
        .zip(input.shape.dims())
        .map(|(amounts, &size)| positions(size, amounts, offset))
        .collect::<Result<Vec<_>>>()?;
    mapped::kernel(&input.shape, &maps, input.dtype.bits() / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_is_repeated_or_not() {
        assert_eq!(positions(3, [2, 2], 1).unwrap(), [2, 1, 0, 1, 2, 1, 0]);
        assert_eq!(positions(3, [3, 2], 0).unwrap(), [2, 1, 0, 0, 1, 2, 2, 1]);
        assert!(positions(3, [3, 0], 1).is_err());
        assert!(positions(1, [0, 1], 1).is_err());
        assert_eq!(positions(0, [0, 0], 1).unwrap(), []);
    }
}
