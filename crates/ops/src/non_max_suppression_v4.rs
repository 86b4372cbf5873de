//! NON_MAX_SUPPRESSION_V4: of boxes that overlap, those with the highest scores.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::suppression;

/// NON_MAX_SUPPRESSION_V4.
pub static OP: OpDef = OpDef {
    name: "NON_MAX_SUPPRESSION_V4",
    code: Code::Builtin(BuiltinOperator::NON_MAX_SUPPRESSION_V4),
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
    name: "NON_MAX_SUPPRESSION_V4",
    summary: "Of boxes that overlap, those with the highest scores.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[Sig {
    name: "float32",
    inputs: &[req(F32), req(F32), req(I32), req(F32), req(F32)],
    outputs: &[req(I32), req(I32)],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    suppression::shapes(node, false)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    suppression::plan(plan, false)
}
