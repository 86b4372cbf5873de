//! RESIZE_NEAREST_NEIGHBOR: resizes images, taking the nearest pixel.

use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::{DType, Result, math};
use featherlite_schema::{BuiltinOperator, ResizeNearestNeighborOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::mapped;
use crate::parts::rearrange;
use crate::parts::resize::{Grid, shapes};

/// RESIZE_NEAREST_NEIGHBOR.
pub static OP: OpDef = OpDef {
    name: "RESIZE_NEAREST_NEIGHBOR",
    code: Code::Builtin(BuiltinOperator::RESIZE_NEAREST_NEIGHBOR),
    version: 4,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "RESIZE_NEAREST_NEIGHBOR",
    summary: "Resizes images, taking the nearest pixel.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::SIZED), req(Types::of(&[DType::I32]))],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// The position in an image of `input` pixels that each of `output` pixels shows.
fn positions(grid: Grid, input: usize, output: usize) -> Vec<usize> {
    let scale = if grid.align_corners && output > 1 {
        (input - 1) as f32 / (output - 1) as f32
    } else {
        input as f32 / output as f32
    };
    let offset = if grid.half_pixel_centers { 0.5 } else { 0.0 };
    (0..output)
        .map(|index| {
            let real = (index as f32 + offset) * scale;
            let nearest = if grid.align_corners { math::round(real) } else { math::floor(real) };
            (nearest as usize).min(input - 1)
        })
        .collect()
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let (input, output) = (node.input(0)?, rearrange::known(shapes(node)?)?[0]);
    let options: ResizeNearestNeighborOptions<'_> = node.options();
    let grid =
        Grid { align_corners: options.align_corners(), half_pixel_centers: options.half_pixel_centers() };
    if output.elements() == 0 {
        return Ok(Box::new(|_: &mut Io<'_>| Ok(())));
    }
    grid.check(&input.shape, &output)?;
    let ([batch, height, width, channels], [_, new_height, new_width, _]) =
        (input.shape.nhwc()?, output.nhwc()?);
    let maps = [
        (0..batch).collect(),
        positions(grid, height, new_height),
        positions(grid, width, new_width),
        (0..channels).collect(),
    ];
    mapped::kernel(&input.shape, &maps, input.dtype.bits() / 8)
}
