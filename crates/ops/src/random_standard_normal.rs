//! RANDOM_STANDARD_NORMAL: random numbers around 0, normally distributed with the variance 1.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan};
use crate::parts::random::{self, SIGS, shapes};

/// RANDOM_STANDARD_NORMAL.
pub static OP: OpDef = OpDef {
    name: "RANDOM_STANDARD_NORMAL",
    code: Code::Builtin(BuiltinOperator::RANDOM_STANDARD_NORMAL),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "RANDOM_STANDARD_NORMAL",
    summary: "Random numbers around 0, normally distributed with the variance 1.",
    macs: None,
};

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    random::fill(plan, |[a, b, c, d]| {
        let ([a, b], [c, d]) = (random::normal_pair(a, b), random::normal_pair(c, d));
        [a, b, c, d]
    })
}
