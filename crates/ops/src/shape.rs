//! SHAPE: the dimensions of a tensor.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::INDEX;

/// SHAPE.
pub static OP: OpDef = OpDef {
    name: "SHAPE",
    code: Code::Builtin(BuiltinOperator::SHAPE),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::ShapeOnly,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "SHAPE", summary: "The dimensions of a tensor.", macs: None };

const SIGS: &[Sig] = &[Sig { name: "any", inputs: &[req(Types::ANY)], outputs: &[req(INDEX)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(Shape::new(&[node.input(0)?.shape.rank()])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let wide = plan.node.output(0)?.dtype == DType::I64;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let dims = io.shapes[0].dims();
        if wide {
            io.output::<i64>(0)?.iter_mut().zip(dims).for_each(|(out, &dim)| *out = dim as i64);
        } else {
            io.output::<i32>(0)?.iter_mut().zip(dims).for_each(|(out, &dim)| *out = dim as i32);
        }
        Ok(())
    }))
}
