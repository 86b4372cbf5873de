//! SOFTMAX: `exp(beta * x)` of each element, divided by their sum along the innermost dimension.

use alloc::boxed::Box;

use featherlite_base::fixed_point::{
    Multiplier, rounding_divide_by_pot, saturating_rounding_doubling_high_mul,
};
use featherlite_base::fixed_point_i32::reciprocal;
use featherlite_base::{DType, Element, Result, Shape, math};
use featherlite_schema::{BuiltinOperator, SoftmaxOptions};
use featherlite_simd::{Family, IS_COMPACT, Isa, Level, Row};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, OpDef, Plan, Sig, Tensor, Types, req};
use crate::parts::exponentials::{Exponentials, SUM_BITS};
use crate::parts::lut::Points;
use crate::parts::requantize::checked_scale;
use crate::parts::{rows, vector_math};

mod kernels;

/// SOFTMAX.
pub static OP: OpDef = OpDef {
    name: "SOFTMAX",
    code: Code::Builtin(BuiltinOperator::SOFTMAX),
    version: 4,
    sigs: SIGS,
    kernels: &[&F32],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes: rows::same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SOFTMAX",
    summary: "exp(beta * x), divided by the sum of these along the innermost dimension.",
    macs: None,
};

const FLOAT: Types = Types::of(&[DType::F32]);
const I8: Types = Types::of(&[DType::I8]);
const U8: Types = Types::of(&[DType::U8]);
const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(FLOAT)], outputs: &[req(FLOAT)], version: 1 },
    Sig { name: "uint8", inputs: &[req(U8)], outputs: &[req(U8.or(I16))], version: 1 },
    Sig { name: "int8", inputs: &[req(I8)], outputs: &[req(I8.or(I16))], version: 2 },
    Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(I16)], version: 3 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    let beta = plan.node.options::<SoftmaxOptions<'_>>().beta();
    match (input.dtype, output.dtype) {
        (DType::F32, _) => Ok((plan.choose(&F32).kernel)(input.shape, beta, plan.setup.level)),
        (DType::I8, DType::I8) => bytes(input, beta, |q: i8| q.into(), |q| (q - 128) as i8),
        (DType::I8, _) => bytes_to_words(input, beta, |q: i8| q.into()),
        (DType::U8, DType::U8) => bytes(input, beta, |q: u8| q.into(), |q| q as u8),
        (DType::U8, _) => bytes_to_words(input, beta, |q: u8| q.into()),
        _ => words(input, beta),
    }
}

/// Makes a kernel for rows of a shape, with this beta.
type Make = fn(Shape, f32, Level) -> Box<dyn Kernel>;

static F32: Family<Make> = Family {
    name: "softmax_f32",
    rows: &[
        #[cfg(target_arch = "x86_64")]
        Row { name: "softmax_f32__avx512", isa: Isa::Avx512, kernel: avx512 },
        #[cfg(target_arch = "x86_64")]
        Row { name: "softmax_f32__avx2", isa: Isa::Avx2, kernel: avx2 },
        Row { name: "softmax_f32__vectors", isa: Isa::Scalar, kernel: vectors },
        Row { name: "softmax_f32__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

fn reference(shape: Shape, beta: f32, _: Level) -> Box<dyn Kernel> {
    rows::update(shape, move |row: &mut [f32]| plain_row(row, beta))
}

fn plain_row(row: &mut [f32], beta: f32) {
    let greatest = rows::greatest(row);
    let mut sum = 0.0;
    for x in row.iter_mut() {
        *x = math::exp((*x - greatest) * beta);
        sum += *x;
    }
    row.iter_mut().for_each(|x| *x /= sum);
}

#[cfg(target_arch = "x86_64")]
fn avx512(shape: Shape, beta: f32, level: Level) -> Box<dyn Kernel> {
    rows::update(shape, move |row: &mut [f32]| kernels::avx512::row(level, row, beta))
}

#[cfg(target_arch = "x86_64")]
fn avx2(shape: Shape, beta: f32, level: Level) -> Box<dyn Kernel> {
    rows::update(shape, move |row: &mut [f32]| kernels::avx2::row(level, row, beta))
}

fn vectors(shape: Shape, beta: f32, level: Level) -> Box<dyn Kernel> {
    rows::update(shape, move |row: &mut [f32]| {
        // Of x86-64 wider vectors have kernels of their own, and nearly all processors have these.
        if cfg!(target_arch = "x86_64") {
            return if IS_COMPACT { plain_row(row, beta) } else { vector_row(row, beta) };
        }
        level.vectorize(
            #[inline(always)]
            || vector_row(row, beta),
        );
    })
}

/// As [`plain_row`], in strands of elements that are joined in the end, so that the loops become vector code.
#[inline(always)]
fn vector_row(row: &mut [f32], beta: f32) {
    const STRANDS: usize = 32;
    let (whole, rest) = row.as_chunks_mut::<STRANDS>();
    let mut greatest = [f32::MIN; STRANDS];
    for part in whole.iter() {
        // To another array: the compiler keeps these in registers, and would store to the same one lane by lane.
        let mut greater = [0.0; STRANDS];
        for index in 0..STRANDS {
            let x = part[index];
            greater[index] = if x > greatest[index] { x } else { greatest[index] };
        }
        greatest = greater;
    }
    let greatest =
        greatest.iter().chain(rest.iter()).fold(f32::MIN, |best, &x| if x > best { x } else { best });
    let mut sums = [0.0; STRANDS];
    for part in whole.iter_mut() {
        for index in 0..STRANDS {
            let x = vector_math::exp((part[index] - greatest) * beta);
            part[index] = x;
            sums[index] += x;
        }
    }
    for (x, sum) in rest.iter_mut().zip(&mut sums) {
        *x = vector_math::exp((*x - greatest) * beta);
        *sum += *x;
    }
    let mut sum = 0.0;
    for strand in sums {
        sum += strand;
    }
    for x in row.iter_mut() {
        *x /= sum;
    }
}

/// The kernel for 8-bit inputs and results.
fn bytes<T: Element>(
    input: &Tensor<'_>,
    beta: f32,
    widen: fn(T) -> i32,
    narrow: fn(i32) -> T,
) -> Result<Box<dyn Kernel>> {
    let shares = Shares { table: Exponentials::of(input, beta)?, bits: 8 };
    Ok(rows::update(input.shape, move |row: &mut [T]| {
        let whole = shares.of_row(row.iter().map(|&q| widen(q)));
        row.iter_mut().for_each(|q| *q = narrow(shares.of(&whole, widen(*q))));
    }))
}

/// The kernel for 8-bit inputs and 16-bit results.
fn bytes_to_words<T: Element>(input: &Tensor<'_>, beta: f32, widen: fn(T) -> i32) -> Result<Box<dyn Kernel>> {
    let shares = Shares { table: Exponentials::of(input, beta)?, bits: 16 };
    Ok(rows::map(input.shape, move |from: &[T], to: &mut [i16]| {
        let whole = shares.of_row(from.iter().map(|&q| widen(q)));
        for (to, &q) in to.iter_mut().zip(from) {
            *to = (shares.of(&whole, widen(q)) - 32768) as i16;
        }
    }))
}

/// Shares of 8-bit numbers in the sum of all exponentials.
struct Shares {
    table: Box<Exponentials>,
    /// Results are from 0 to the greatest number of so many bits.
    bits: i32,
}

/// What is known of a row: its greatest number, and what exponentials are multiplied and shifted by.
struct Whole {
    greatest: i32,
    scale: i32,
    shift: i32,
}

impl Shares {
    fn of_row(&self, row: impl Iterator<Item = i32> + Clone) -> Whole {
        let greatest = row.clone().max().unwrap_or(0);
        let terms = row.map(|q| self.table.terms[(greatest - q) as usize & 255]);
        let (scale, bits_over_unit) = reciprocal(terms.fold(0, i32::wrapping_add), SUM_BITS);
        Whole { greatest, scale, shift: bits_over_unit + 31 - self.bits }
    }

    #[inline]
    fn of(&self, whole: &Whole, q: i32) -> i32 {
        let exp = self.table.exps[(whole.greatest - q) as usize & 255];
        let share =
            rounding_divide_by_pot(saturating_rounding_doubling_high_mul(whole.scale, exp), whole.shift);
        share.clamp(0, (1 << self.bits) - 1)
    }
}

/// The kernel for 16-bit tensors: exponential and reciprocal are interpolated.
fn words(input: &Tensor<'_>, beta: f32) -> Result<Box<dyn Kernel>> {
    // From differences to -65535, which stands for -10.
    let factor = f64::from(checked_scale(input)?.0 * beta) / (10.0 / 65535.0);
    let multiplier = Multiplier::from_real(factor);
    let exp = Points::of_double((10.0 / 65535.0, 32767), (2.0 / 65535.0, 0), libm::exp);
    let one_over_one_plus =
        Points::of_double((1.0 / 65535.0, -32768), (2.0 / 65535.0, 0), |x| 1.0 / (1.0 + x));
    Ok(rows::update(input.shape, move |row: &mut [i16]| {
        let greatest = row.iter().fold(i16::MIN, |greatest, &q| greatest.max(q));
        let mut sum = 0i32;
        for q in row.iter_mut() {
            let difference = multiplier.apply(i32::from(*q) - i32::from(greatest));
            *q = exp.at(difference.saturating_add(32767).clamp(-32768, 32767) as i16);
            sum = sum.wrapping_add((*q).into());
        }
        // The sum is brought between 1 and 2, of which the table takes what is above 1.
        let headroom = sum.leading_zeros().clamp(1, 30);
        let shifted = (((i64::from(sum) << (headroom - 1)) + (1 << 13)) >> 14) as i32;
        let reciprocal = one_over_one_plus.at((shifted - (1 << 15) - (1 << 16)).clamp(-32768, 32767) as i16);
        let shift = 31 - headroom;
        for q in row.iter_mut() {
            let share = i64::from(*q) * i64::from(reciprocal) + (1 << (shift - 1));
            *q = ((share >> shift) as i32).clamp(0, 32767) as i16;
        }
    }))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn vectors_are_the_reference() {
        for len in [1, 7, 31, 32, 33, 100, 1001] {
            for beta in [1.0, 0.3, -2.0] {
                let mut expected: Vec<f32> =
                    (0..len).map(|index| (index * 37 % 101) as f32 * 0.4 - 20.0).collect();
                expected[len / 2] = f32::NEG_INFINITY;
                expected[len / 3] = -1e9;
                let mut found = expected.clone();
                plain_row(&mut expected, beta);
                let check = |found: &[f32]| {
                    for (a, b) in found.iter().zip(&expected) {
                        assert!((a - b).abs() < 1e-6 || a.is_nan() && b.is_nan(), "{len} {beta}: {a} {b}");
                    }
                };
                #[cfg(target_arch = "x86_64")]
                for (isa, row) in
                    [(Isa::Avx512, kernels::avx512::row as fn(_, &mut _, _)), (Isa::Avx2, kernels::avx2::row)]
                {
                    if Level::detect().has(isa) {
                        let mut found = found.clone();
                        row(Level::detect(), &mut found, beta);
                        check(&found);
                    }
                }
                vector_row(&mut found, beta);
                check(&found);
            }
        }
    }
}
