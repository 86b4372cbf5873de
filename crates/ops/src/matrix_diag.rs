//! MATRIX_DIAG: matrices with given diagonals, zero elsewhere.

use alloc::boxed::Box;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::strided::{Copy, from_dense};

/// MATRIX_DIAG.
pub static OP: OpDef = OpDef {
    name: "MATRIX_DIAG",
    code: Code::Builtin(BuiltinOperator::MATRIX_DIAG),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "MATRIX_DIAG", summary: "Matrices with given diagonals, zero elsewhere.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(Types::SIZED)], outputs: &[req(Types::SAME)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let input = node.input(0)?.shape;
    if input.rank() == 0 {
        return Err(Error::invalid_shape("a scalar is no diagonal"));
    }
    Ok(Outputs::one(Shape::new(&[input.dims(), &[input.last()]].concat())?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let input = plan.node.input(0)?;
    let (size, element) = (input.shape.last(), input.dtype.bits() / 8);
    // The elements of a diagonal are a row and one apart.
    let axes = from_dense(&[input.shape.outer(), size], &[size * size, size + 1]);
    let copy = Copy::new(element, &axes, 0, 0)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let output = io.output::<u8>(0)?;
        output.fill(0);
        copy.run(io.parallel, io.input(0)?, output)
    }))
}
