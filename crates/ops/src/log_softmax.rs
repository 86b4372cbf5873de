//! LOG_SOFTMAX: `x - log(sum(exp(x)))` along the innermost dimension.

use alloc::boxed::Box;

use featherlite_base::fixed_point::{Multiplier, rounding_divide_by_pot};
use featherlite_base::{DType, Element, Result, Shape, fixed_point_i32, math};
use featherlite_schema::BuiltinOperator;
use featherlite_simd::{Family, Isa, Row};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Tensor, Types, req};
use crate::parts::exponentials::Exponentials;
use crate::parts::rows;

/// LOG_SOFTMAX.
pub static OP: OpDef = OpDef {
    name: "LOG_SOFTMAX",
    code: Code::Builtin(BuiltinOperator::LOG_SOFTMAX),
    version: 2,
    sigs: SIGS,
    kernels: &[&F32],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: rows::same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "LOG_SOFTMAX",
    summary: "The logarithm of softmax, along the innermost dimension.",
    macs: None,
};

const FLOAT: Types = Types::of(&[DType::F32]);
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(FLOAT)], outputs: &[req(FLOAT)], version: 1 },
    Sig { name: "int8", inputs: &[req(BYTES)], outputs: &[req(Types::SAME)], version: 2 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let input = plan.node.input(0)?;
    match input.dtype {
        DType::F32 => Ok((plan.choose(&F32).kernel)(input.shape)),
        DType::I8 => bytes(input, |q: i8| q.into(), |q| (q - 128) as i8),
        _ => bytes(input, |q: u8| q.into(), |q| q as u8),
    }
}

static F32: Family<fn(Shape) -> Box<dyn Kernel>> = Family {
    name: "log_softmax_f32",
    rows: &[Row { name: "log_softmax_f32__reference", isa: Isa::Scalar, kernel: reference }],
};

fn reference(shape: Shape) -> Box<dyn Kernel> {
    rows::update(shape, move |row: &mut [f32]| {
        let greatest = rows::greatest(row);
        let log_sum = math::log(row.iter().map(|x| math::exp(x - greatest)).sum());
        row.iter_mut().for_each(|x| *x = *x - greatest - log_sum);
    })
}

/// The kernel for 8-bit tensors: results count in sixteenths below 0, which is the greatest number.
fn bytes<T: Element>(
    input: &Tensor<'_>,
    widen: fn(T) -> i32,
    narrow: fn(i32) -> T,
) -> Result<Box<dyn Kernel>> {
    let table = Exponentials::of(input, 1.0)?;
    // From real numbers with 5 integer bits back to differences.
    let Multiplier { mantissa, shift } = table.multiplier;
    let to_difference = Multiplier::from_real(libm::exp2(f64::from(31 - shift)) / f64::from(mantissa));
    Ok(rows::update(input.shape, move |row: &mut [T]| {
        let greatest = row.iter().map(|&q| widen(q)).max().unwrap_or(0);
        let below = |q: T| (greatest - widen(q)) as usize & 255;
        let sum = row.iter().fold(0i32, |sum, &q| sum.wrapping_add(table.terms[below(q)]));
        let log_sum = fixed_point_i32::log(sum);
        // Below this, the difference to the logarithm can not be written with 5 integer bits.
        let least = to_difference.apply(log_sum.wrapping_add(i32::MIN)).max(table.least - 1);
        for q in row {
            let below = below(*q);
            let result = rounding_divide_by_pot(table.scaled[below].wrapping_sub(log_sum), 31 - 5 - 4) + 255;
            *q = narrow(if -(below as i32) > least { result.clamp(0, 255) } else { 0 });
        }
    }))
}
