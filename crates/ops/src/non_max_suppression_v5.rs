//! NON_MAX_SUPPRESSION_V5: of boxes that overlap, those with the highest scores; overlaps may lower scores.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::suppression;

/// NON_MAX_SUPPRESSION_V5.
pub static OP: OpDef = OpDef {
    name: "NON_MAX_SUPPRESSION_V5",
    code: Code::Builtin(BuiltinOperator::NON_MAX_SUPPRESSION_V5),
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
    name: "NON_MAX_SUPPRESSION_V5",
    summary: "Of boxes that overlap, those with the highest scores; overlaps may lower scores.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[Sig {
    name: "float32",
    inputs: &[req(F32), req(F32), req(I32), req(F32), req(F32), req(F32)],
    outputs: &[req(I32), req(F32), req(I32)],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    suppression::shapes(node, true)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    suppression::plan(plan, true)
}
