//! L2_POOL_2D: the square root of the mean square of the elements under a window.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::activation::{bound, float_range};
use crate::parts::pool::{self, Pooling};

/// L2_POOL_2D.
pub static OP: OpDef = OpDef {
    name: "L2_POOL_2D",
    code: Code::Builtin(BuiltinOperator::L2_POOL_2D),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: pool::shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "L2_POOL_2D",
    summary: "The square root of the mean square of the elements under a window.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] = &[Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(F32)], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    pool::plan(plan, RootMeanSquare { range: float_range(pool::fused_activation(plan.node))? })
}

struct RootMeanSquare {
    range: (f32, f32),
}

impl Pooling for RootMeanSquare {
    type Element = f32;
    type State = f32;

    #[inline(always)]
    fn start(&self) -> f32 {
        0.0
    }

    #[inline(always)]
    fn add(&self, state: f32, x: f32) -> f32 {
        state + x * x
    }

    #[inline(always)]
    fn finish(&self, state: f32, count: usize) -> f32 {
        bound(math::sqrt(state / count as f32), self.range)
    }
}
