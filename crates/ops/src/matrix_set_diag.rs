//! MATRIX_SET_DIAG: matrices with their diagonals replaced.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::Pair;
use featherlite_base::{Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::strided::{Copy, from_dense};

/// MATRIX_SET_DIAG.
pub static OP: OpDef = OpDef {
    name: "MATRIX_SET_DIAG",
    code: Code::Builtin(BuiltinOperator::MATRIX_SET_DIAG),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "MATRIX_SET_DIAG", summary: "Matrices with their diagonals replaced.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::SIZED), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// Number of matrices, their rows and columns.
fn matrices(node: &Node<'_>) -> Result<[usize; 3]> {
    let (input, diagonal) = (node.input(0)?.shape, node.input(1)?.shape);
    if let [outer @ .., rows, columns] = input.dims()
        && diagonal.dims() == [outer, &[*rows.min(columns)]].concat()
    {
        return Ok([outer.iter().product(), *rows, *columns]);
    }
    Err(Error::invalid_shape(format!("{diagonal} are no diagonals of matrices {input}")))
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    matrices(node)?;
    Ok(Outputs::one(node.input(0)?.shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let [count, rows, columns] = matrices(plan.node)?;
    let element = plan.node.input(0)?.dtype.bits() / 8;
    // The elements of a diagonal are a row and one apart.
    let axes = from_dense(&[count, rows.min(columns)], &[rows * columns, columns + 1]);
    let copy = Copy::new(element, &axes, 0, 0)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let output = match io.pair::<u8, u8>(0, 0)? {
            Pair::InPlace(output) => output,
            Pair::Apart(from, output) => {
                output.copy_from_slice(from);
                output
            }
        };
        copy.run(io.parallel, io.input(1)?, output)
    }))
}
