//! BUCKETIZE: the number of the interval that each element lies in.

use alloc::boxed::Box;
use alloc::format;
use core::cmp::Ordering;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::{BucketizeOptions, BuiltinOperator};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{same_shape, unary};

/// BUCKETIZE.
pub static OP: OpDef = OpDef {
    name: "BUCKETIZE",
    code: Code::Builtin(BuiltinOperator::BUCKETIZE),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "BUCKETIZE",
    summary: "How many of the ascending boundaries are not above each element.",
    macs: None,
};

const VALUES: Types = Types::of(&[DType::F32, DType::F64, DType::I32, DType::I64]);

const SIGS: &[Sig] =
    &[Sig { name: "number", inputs: &[req(VALUES)], outputs: &[req(Types::of(&[DType::I32]))], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let boundaries = plan.node.options::<BucketizeOptions<'_>>().boundaries().to_vec();
    if let Some(index) =
        boundaries.windows(2).position(|pair| pair[0].partial_cmp(&pair[1]).is_none_or(Ordering::is_gt))
    {
        return Err(Error::invalid_model(format!(
            "boundary {} is not above {}",
            boundaries[index + 1],
            boundaries[index]
        )));
    }
    let boundaries = boundaries.into_boxed_slice();
    Ok(match plan.node.input(0)?.dtype {
        DType::F64 => unary(plan, move |x: f64| below(&boundaries, |boundary| x < f64::from(boundary))),
        DType::I32 => unary(plan, move |x: i32| below(&boundaries, |boundary| (x as f32) < boundary)),
        DType::I64 => unary(plan, move |x: i64| below(&boundaries, |boundary| (x as f32) < boundary)),
        _ => unary(plan, move |x: f32| below(&boundaries, |boundary| x < boundary)),
    })
}

/// How many boundaries come before the first that `is_below` holds for.
fn below(boundaries: &[f32], is_below: impl Fn(f32) -> bool) -> i32 {
    boundaries.partition_point(|&boundary| !is_below(boundary)) as i32
}
