//! POW: `a` to the power of `b`, elementwise with broadcasting.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{binary, broadcast_shape};

/// POW.
pub static OP: OpDef = OpDef {
    name: "POW",
    code: Code::Builtin(BuiltinOperator::POW),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: broadcast_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "POW", summary: "a to the power of b, with broadcasting.", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32), req(F32)], outputs: &[req(F32)], version: 1 },
    Sig { name: "int32", inputs: &[req(I32), req(I32)], outputs: &[req(I32)], version: 1 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    if plan.node.input(0)?.dtype == DType::F32 {
        return match plan.node.input(1)?.values::<f32>()? {
            Some([2.0]) => binary(plan, |a: f32, _: f32| a * a),
            _ => binary(plan, math::pow),
        };
    }
    let power = binary(plan, |a: i32, b: i32| libm::pow(f64::from(a), f64::from(b)) as i32)?;
    Ok(Box::new(move |io: &mut Io<'_>| match io.input::<i32>(1)?.iter().find(|&&exponent| exponent < 0) {
        Some(exponent) => Err(Error::invalid_value(format!("the exponent {exponent} of an integer"))),
        None => power.run(io),
    }))
}
