//! ZEROS_LIKE: zeros in the shape of the input.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::same_shape;

/// ZEROS_LIKE.
pub static OP: OpDef = OpDef {
    name: "ZEROS_LIKE",
    code: Code::Builtin(BuiltinOperator::ZEROS_LIKE),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::ShapeOnly,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "ZEROS_LIKE", summary: "Zeros in the shape of the input.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(Types::SIZED)], outputs: &[req(Types::SAME)], version: 1 }];

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(|io: &mut Io<'_>| {
        io.output::<u8>(0)?.fill(0);
        Ok(())
    }))
}
