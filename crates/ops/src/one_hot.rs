//! ONE_HOT: for each index a row with one value at the index and another everywhere else.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, OneHotOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::pad;
use crate::parts::rearrange::{self, INDEX};

/// ONE_HOT.
pub static OP: OpDef = OpDef {
    name: "ONE_HOT",
    code: Code::Builtin(BuiltinOperator::ONE_HOT),
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
    name: "ONE_HOT",
    summary: "For each index a row with one value at the index and another everywhere else.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(INDEX), req(Types::of(&[DType::I32])), req(Types::SIZED), req(Types::SIZED)],
    outputs: &[req(Types::SIZED)],
    version: 1,
}];

/// The dimension that is added.
fn axis(node: &Node<'_>) -> Result<usize> {
    let (axis, rank) = (node.options::<OneHotOptions<'_>>().axis(), node.input(0)?.shape.rank());
    match usize::try_from(axis) {
        _ if axis == -1 => Ok(rank),
        Ok(axis) if axis <= rank => Ok(axis),
        _ => Err(Error::invalid_model(format!("axis {axis} is outside {} dimensions and one more", rank))),
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (indices, axis) = (node.input(0)?.shape, axis(node)?);
    if let Some(operand) = node.inputs.iter().flatten().skip(1).find(|operand| operand.shape.elements() != 1)
    {
        return Err(Error::invalid_shape(format!("an operand of the shape {} is no number", operand.shape)));
    }
    let Some(depth) = node.input(1)?.integers()? else { return Ok(Outputs::AtRun) };
    let depth =
        usize::try_from(depth[0]).map_err(|_| Error::invalid_value(format!("{} classes", depth[0])))?;
    let mut dims = indices.dims().to_vec();
    dims.insert(axis, depth);
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let (output, axis) = (node.output(0)?, axis(node)?);
    if [node.input(2)?, node.input(3)?].iter().any(|value| value.dtype != output.dtype) {
        return Err(Error::invalid_model("the values and the output differ in type"));
    }
    let shape = rearrange::known(shapes(node)?)?[0];
    let (depth, element) = (shape.dim(axis), output.dtype.bits() / 8);
    let inner: usize = shape.dims()[axis + 1..].iter().product();
    let wide = node.input(0)?.dtype == DType::I64;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (on, off, output) = (io.input::<u8>(2)?, io.input::<u8>(3)?, io.output::<u8>(0)?);
        pad::fill(output, off);
        let mut set = |number: usize, index: i64| {
            // An index outside has a row without the one value.
            if let Some(index) = usize::try_from(index).ok().filter(|&index| index < depth) {
                let at = (number / inner * depth + index) * inner + number % inner;
                output[at * element..(at + 1) * element].copy_from_slice(on);
            }
        };
        if wide {
            io.input::<i64>(0)?.iter().enumerate().for_each(|(number, &index)| set(number, index));
        } else {
            io.input::<i32>(0)?.iter().enumerate().for_each(|(number, &index)| set(number, index.into()));
        }
        Ok(())
    }))
}
