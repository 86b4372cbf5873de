//! RANDOM_UNIFORM: random numbers between 0 and 1.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::random::{self, SIGS, shapes};

/// RANDOM_UNIFORM.
pub static OP: OpDef = OpDef {
    name: "RANDOM_UNIFORM",
    code: Code::Builtin(BuiltinOperator::RANDOM_UNIFORM),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "RANDOM_UNIFORM", summary: "Random numbers between 0 and 1.", macs: None };

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    random::fill(plan, |words| words.map(random::unit_f32))
}
