//! DEQUANTIZE: `scale * (q - zero_point)`, or the `f32` of a half-precision number.

use alloc::boxed::Box;

use featherlite_base::{DType, Element, F16, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::affine::Scales;
use crate::parts::elementwise::{self, same_shape};
use crate::parts::subbyte::unpack;

/// DEQUANTIZE.
pub static OP: OpDef = OpDef {
    name: "DEQUANTIZE",
    code: Code::Builtin(BuiltinOperator::DEQUANTIZE),
    version: 9,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "DEQUANTIZE", summary: "scale * (q - zero_point), as FLOAT32.", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const INTEGER: Types = Types::of(&[DType::I8, DType::U8, DType::I16]);
const PACKED: Types = Types::of(&[DType::I4, DType::U4, DType::I2]);

const SIGS: &[Sig] = &[
    Sig { name: "integer", inputs: &[req(INTEGER)], outputs: &[req(F32)], version: 1 },
    Sig { name: "float16", inputs: &[req(Types::of(&[DType::F16]))], outputs: &[req(F32)], version: 3 },
    Sig { name: "sub-byte", inputs: &[req(PACKED)], outputs: &[req(F32)], version: 6 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let input = plan.node.input(0)?;
    Ok(match input.dtype {
        DType::F16 => elementwise::unary(plan, F16::to_f32),
        DType::I8 => Scales::of(plan, input)?.kernel(plan, real::<i8>),
        DType::U8 => Scales::of(plan, input)?.kernel(plan, real::<u8>),
        DType::I16 => Scales::of(plan, input)?.kernel(plan, real::<i16>),
        dtype => {
            let (scales, unpacked) = (Scales::of(plan, input)?, plan.scratch(input.shape.elements()));
            Box::new(move |io: &mut Io<'_>| {
                let unpacked = io.scratch::<i8>(unpacked)?;
                unpack(dtype, io.input(0)?, unpacked)?;
                scales.apply(io, unpacked, io.output(0)?, real::<i8>);
                Ok(())
            })
        }
    })
}

/// Both factors are exact, so the product is rounded once, whatever precision it is computed in.
#[inline]
fn real<T: Element + Into<i32>>(q: T, scale: f32, zero_point: i32) -> f32 {
    scale * q.into().wrapping_sub(zero_point) as f32
}
