//! PADV2: surrounds a tensor with a value.

use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Memory, OpDef, Sig, Types, opt, req};
use crate::parts::pad::{AMOUNT, plan, shapes};

/// PADV2.
pub static OP: OpDef = OpDef {
    name: "PADV2",
    code: Code::Builtin(BuiltinOperator::PADV2),
    version: 6,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "PADV2", summary: "Surrounds a tensor with a value.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::SIZED), req(AMOUNT), opt(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];
