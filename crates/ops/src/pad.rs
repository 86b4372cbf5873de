//! PAD: surrounds a tensor with zeros.

use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Memory, OpDef, Sig, Types, opt, req};
use crate::parts::pad::{AMOUNT, plan, shapes};

/// PAD.
pub static OP: OpDef = OpDef {
    name: "PAD",
    code: Code::Builtin(BuiltinOperator::PAD),
    version: 6,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "PAD", summary: "Surrounds a tensor with zeros.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::SIZED), req(AMOUNT), opt(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];
