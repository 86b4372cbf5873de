//! SCATTER_ND: adds slices into a tensor of zeros, at given coordinates.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Element, Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::gather::{Coordinates, Positions, Rows};
use crate::parts::rearrange::{self, INDEX};

/// SCATTER_ND.
pub static OP: OpDef = OpDef {
    name: "SCATTER_ND",
    code: Code::Builtin(BuiltinOperator::SCATTER_ND),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SCATTER_ND",
    summary: "Adds slices into a tensor of zeros, at given coordinates.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(INDEX), req(NUMBER), req(INDEX)],
    outputs: &[req(NUMBER)],
    version: 1,
}];

const NUMBER: Types =
    Types::of(&[DType::F32, DType::I8, DType::U8, DType::I16, DType::I32, DType::I64, DType::Bool]);

/// Coordinates of a slice.
fn coordinates(node: &Node<'_>) -> Result<usize> {
    let positions = node.input(0)?.shape;
    positions.dims().last().copied().ok_or_else(|| Error::invalid_shape("a scalar of coordinates"))
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(dims) = node.input(2)?.integers()? else { return Ok(Outputs::AtRun) };
    let shape = Shape::from_signed(dims.into_iter())?;
    let (positions, updates, count) = (node.input(0)?.shape, node.input(1)?.shape, coordinates(node)?);
    let slices = &positions.dims()[..positions.rank() - 1];
    if shape.dims().get(count..).is_none_or(|inner| updates.dims() != [slices, inner].concat()) {
        return Err(Error::invalid_shape(format!("updates {updates} at positions {positions} of {shape}")));
    }
    Ok(Outputs::one(shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let shape = rearrange::known(shapes(node)?)?[0];
    let (rows, row) = Coordinates::new(&shape, coordinates(node)?)?;
    let (dtype, positions) = (node.output(0)?.dtype, node.input(0)?.dtype);
    if node.input(1)?.dtype != dtype {
        return Err(Error::invalid_model("the output's type is not the updates'"));
    }
    Ok(match dtype {
        DType::F32 => kernel(rows, row, positions, |a: f32, b| a + b),
        DType::I8 => kernel(rows, row, positions, i8::wrapping_add),
        DType::U8 => kernel(rows, row, positions, u8::wrapping_add),
        DType::I16 => kernel(rows, row, positions, i16::wrapping_add),
        DType::I32 => kernel(rows, row, positions, i32::wrapping_add),
        DType::I64 => kernel(rows, row, positions, i64::wrapping_add),
        DType::Bool => kernel(rows, row, positions, |a: u8, b| a | b),
        other => return Err(Error::internal(format!("SCATTER_ND planned for {other}"))),
    })
}

fn kernel<T: Element>(
    rows: Coordinates,
    row: usize,
    positions: DType,
    add: impl Fn(T, T) -> T + Send + Sync + 'static,
) -> Box<dyn Kernel> {
    Box::new(move |io: &mut Io<'_>| {
        let (updates, output) = (io.input::<T>(1)?, io.output::<T>(0)?);
        let positions = Positions::of(io, 0, positions)?;
        output.fill(T::default());
        for (number, update) in updates.chunks(row.max(1)).enumerate() {
            let place = rows.source(positions, number)?;
            for (to, &update) in output[place * row..].iter_mut().zip(update) {
                *to = add(*to, update);
            }
        }
        Ok(())
    })
}
