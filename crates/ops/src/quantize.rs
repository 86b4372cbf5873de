//! QUANTIZE: from real numbers to integers with a scale, or from one scale to another.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Element, Error, Result, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, OpDef, Plan, Sig, Tensor, Types, req};
use crate::parts::activation::{bound, type_range};
use crate::parts::affine::Scales;
use crate::parts::converted::{self, Conversion};
use crate::parts::elementwise::{self, same_shape};
use crate::parts::requantize::checked_scale;
use crate::parts::{lut, subbyte};

/// QUANTIZE.
pub static OP: OpDef = OpDef {
    name: "QUANTIZE",
    code: Code::Builtin(BuiltinOperator::QUANTIZE),
    version: 6,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::PerElement,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "QUANTIZE",
    summary: "round(x / scale) + zero_point; integers are brought from one scale to another.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);
const INTEGER: Types = Types::of(&[DType::I8, DType::U8, DType::I16, DType::I32]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::U8, DType::I16, DType::I4]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(QUANTIZED)], version: 1 },
    Sig { name: "integer", inputs: &[req(INTEGER)], outputs: &[req(INTEGER)], version: 1 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    match (input.dtype, output.dtype) {
        (DType::F32, DType::I8) => float(plan, |q| q as i8),
        (DType::F32, DType::U8) => float(plan, |q| q as u8),
        (DType::F32, DType::I16) => float(plan, |q| q as i16),
        (DType::F32, DType::I4) => float_to_nibbles(plan),
        (DType::I8 | DType::U8, DType::I8 | DType::U8) => {
            let rescale = Rescale::of(input, output)?;
            Ok(lut::kernel(plan, lut::of_integer(input.dtype, |q| rescale.apply(q))))
        }
        (DType::I8 | DType::U8 | DType::I16 | DType::I32, _) => integer(plan),
        (other, _) => Err(Error::internal(format!("QUANTIZE planned for {other}"))),
    }
}

fn float<U: Element>(
    plan: &Plan<'_>,
    narrow: impl Fn(i32) -> U + Copy + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let output = plan.node.output(0)?;
    let range = type_range(output.dtype)?;
    Ok(Scales::of(plan, output)?
        .kernel(plan, move |x: f32, scale, zero_point| narrow(quantized(x, scale, zero_point, range))))
}

#[inline]
fn quantized(x: f32, scale: f32, zero_point: i32, range: (i32, i32)) -> i32 {
    bound(math::round_to_i32(x / scale).saturating_add(zero_point), range)
}

fn float_to_nibbles(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let output = plan.node.output(0)?;
    let (scale, zero_point) = checked_scale(output)?;
    let (range, whole) = (type_range(output.dtype)?, plan.scratch(output.shape.elements()));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (whole, input) = (io.scratch::<i8>(whole)?, io.input::<f32>(0)?);
        for (to, &x) in whole.iter_mut().zip(input) {
            *to = quantized(x, scale, zero_point, range) as i8;
        }
        subbyte::pack(DType::I4, whole, io.output(0)?)
    }))
}

fn integer(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    let rescale = Rescale::of(input, output)?;
    let from = match input.dtype {
        DType::I8 => Some(Conversion::from(plan, |q: i8| i32::from(q))),
        DType::U8 => Some(Conversion::from(plan, |q: u8| i32::from(q))),
        DType::I16 => Some(Conversion::from(plan, |q: i16| i32::from(q))),
        _ => None,
    };
    let to = match output.dtype {
        DType::I8 | DType::U8 => Some(Conversion::to(plan, |q: i32| q as u8)),
        DType::I16 => Some(Conversion::to(plan, |q: i32| q as i16)),
        _ => None,
    };
    let rescaling = elementwise::unary_loop(plan, move |q: i32| rescale.apply(q));
    converted::kernel(plan, [from], rescaling, to)
}

/// From one scale to another.
#[derive(Clone, Copy)]
struct Rescale {
    from: i32,
    multiplier: Multiplier,
    to: i32,
    range: (i32, i32),
}

impl Rescale {
    fn of(input: &Tensor<'_>, output: &Tensor<'_>) -> Result<Self> {
        let ((input_scale, from), (output_scale, to)) =
            (input.scale_zero_point()?, output.scale_zero_point()?);
        let range = match output.dtype {
            DType::I32 => (i32::MIN, i32::MAX),
            dtype => type_range(dtype)?,
        };
        let multiplier = Multiplier::from_real(f64::from(input_scale) / f64::from(output_scale));
        Ok(Self { from, multiplier, to, range })
    }

    #[inline]
    fn apply(self, q: i32) -> i32 {
        bound(self.multiplier.apply(q.wrapping_sub(self.from)).saturating_add(self.to), self.range)
    }
}
