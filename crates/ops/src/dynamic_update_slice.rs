//! DYNAMIC_UPDATE_SLICE: a tensor with a part of it replaced.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::{Pair, bytes_of, bytes_of_mut};
use featherlite_base::{DType, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{INDEX, NO_TEXT};
use crate::parts::strided::{Copy, from_dense};
use crate::parts::subbyte;

/// DYNAMIC_UPDATE_SLICE.
pub static OP: OpDef = OpDef {
    name: "DYNAMIC_UPDATE_SLICE",
    code: Code::Builtin(BuiltinOperator::DYNAMIC_UPDATE_SLICE),
    version: 6,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "DYNAMIC_UPDATE_SLICE", summary: "A tensor with a part of it replaced.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(NO_TEXT), req(Types::SAME), req(INDEX)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (operand, update, start) = (node.input(0)?.shape, node.input(1)?.shape, node.input(2)?.shape);
    let fits =
        operand.rank() == update.rank() && update.dims().iter().zip(operand.dims()).all(|(u, o)| u <= o);
    if !fits || start.dims() != [operand.rank()] {
        return Err(Error::invalid_shape(format!(
            "{update} can not replace a part of {operand} at {start} indices"
        )));
    }
    Ok(Outputs::one(operand))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    shapes(node)?;
    let (operand, update) = (node.input(0)?.shape, node.input(1)?.shape);
    let dtype = node.output(0)?.dtype;
    let element = dtype.bits().div_ceil(8);
    let steps = operand.strides();
    let copy = Copy::new(element, &from_dense(update.dims(), &steps[..operand.rank()]), 0, 0)?;
    let wide = node.input(2)?.dtype == DType::I64;
    // Moved inside where the part would reach beyond an end.
    let start = move |io: &Io<'_>| -> Result<usize> {
        let mut start = 0;
        for (axis, step) in steps.iter().enumerate().take(operand.rank()) {
            let index = if wide { io.input::<i64>(2)?[axis] } else { io.input::<i32>(2)?[axis].into() };
            let last = operand.dim(axis) - update.dim(axis);
            start += usize::try_from(index).unwrap_or(0).min(last) * step;
        }
        Ok(start)
    };
    if dtype.bits() < 8 {
        let sizes = (operand.elements(), update.elements());
        let (whole, part) = (plan.scratch(sizes.0), plan.scratch(sizes.1));
        return Ok(Box::new(move |io: &mut Io<'_>| {
            let (whole, part) = (io.scratch::<i8>(whole)?, io.scratch::<i8>(part)?);
            let (whole, part) = (&mut whole[..sizes.0], &mut part[..sizes.1]);
            subbyte::unpack(dtype, io.input(1)?, part)?;
            let start = start(io)?;
            let output = match io.pair::<u8, u8>(0, 0)? {
                Pair::InPlace(output) => {
                    subbyte::unpack(dtype, output, whole)?;
                    output
                }
                Pair::Apart(from, output) => {
                    subbyte::unpack(dtype, from, whole)?;
                    output
                }
            };
            copy.run(io.parallel, bytes_of(part), bytes_of_mut(whole.get_mut(start..).unwrap_or_default()))?;
            subbyte::pack(dtype, whole, output)
        }));
    }
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (update, start) = (io.input::<u8>(1)?, start(io)? * element);
        let output = match io.pair::<u8, u8>(0, 0)? {
            Pair::InPlace(output) => output,
            Pair::Apart(from, output) => {
                output.copy_from_slice(from);
                output
            }
        };
        copy.run(io.parallel, update, output.get_mut(start..).unwrap_or_default())
    }))
}
