//! Elementwise comparisons with broadcasting; the result is a tensor of BOOL.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Element, Error, Result};

use super::converted::{self, Conversion};
use super::elementwise::{Layout, Loop, binary, binary_loop};
use super::requantize::checked_scale;
use super::strings::Strings;
use crate::core::{Io, Kernel, Plan, Sig, Tensor, Types, req};

const BOOL: Types = Types::of(&[DType::Bool]);
const NUMBERS: Types = Types::of(&[
    DType::F32,
    DType::F16,
    DType::Bf16,
    DType::I32,
    DType::I64,
    DType::I16,
    DType::I8,
    DType::U8,
]);
const OTHERS: Types = Types::of(&[DType::Bool, DType::String]);

/// What LESS and the like take.
pub const ORDER_SIGS: &[Sig] = &[EQUALITY_SIGS[0]];

/// What EQUAL and NOT_EQUAL take.
pub const EQUALITY_SIGS: &[Sig] = &[
    Sig { name: "numbers", inputs: &[req(NUMBERS), req(Types::SAME)], outputs: &[req(BOOL)], version: 1 },
    Sig { name: "others", inputs: &[req(OTHERS), req(Types::SAME)], outputs: &[req(BOOL)], version: 1 },
];

/// A relation between two values.
pub trait Relation: 'static {
    /// Whether it tells quantized 16-bit numbers apart by what they stand for, as it does 8-bit ones, and not by their
    /// integers.
    const SCALES_I16: bool;

    /// Whether it holds.
    fn holds<T: PartialOrd>(a: T, b: T) -> bool;
}

/// A kernel for a relation.
///
/// # Errors
/// If 8-bit tensors are not quantized, or the element type has no order.
pub fn kernel<R: Relation>(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    let input = plan.node.input(0)?;
    match input.dtype {
        DType::F32 | DType::F16 | DType::Bf16 => converted::real(plan, relation::<R, f32>(plan)),
        DType::I32 => plain::<R, i32>(plan),
        DType::I64 => plain::<R, i64>(plan),
        DType::Bool => binary(plan, |a: u8, b: u8| u8::from(R::holds(a != 0, b != 0))),
        DType::String => strings::<R>(plan),
        DType::I8 => scaled::<i8>(plan, relation::<R, i32>(plan)),
        DType::U8 => scaled::<u8>(plan, relation::<R, i32>(plan)),
        DType::I16 if R::SCALES_I16 && input.quantization.affine().is_some() => {
            scaled::<i16>(plan, relation::<R, i32>(plan))
        }
        DType::I16 => plain::<R, i16>(plan),
        other => Err(Error::unsupported(format!("comparisons of {other}"))),
    }
}

fn plain<R: Relation, T: Element + PartialOrd>(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    binary(plan, |a: T, b: T| u8::from(R::holds(a, b)))
}

fn relation<R: Relation, T: Element + PartialOrd>(plan: &Plan<'_>) -> Box<dyn Loop<2>> {
    binary_loop(plan, |a: T, b: T| u8::from(R::holds(a, b)))
}

/// Compares what quantized numbers stand for, in fixed point with 8 more bits.
fn scaled<T: Element + Into<i32>>(plan: &Plan<'_>, relation: Box<dyn Loop<2>>) -> Result<Box<dyn Kernel>> {
    let scaling = |tensor: &Tensor<'_>| -> Result<_> {
        let (scale, zero_point) = checked_scale(tensor)?;
        let multiplier = Multiplier::from_real(f64::from(scale));
        Ok(Some(Conversion::from(plan, move |x: T| multiplier.apply((x.into() - zero_point) << 8))))
    };
    let scaling = [scaling(plan.node.input(0)?)?, scaling(plan.node.input(1)?)?];
    converted::kernel(plan, scaling, relation, None)
}

fn strings<R: Relation>(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (left, right) = (plan.node.input(0)?.shape, plan.node.input(1)?.shape);
    let output = plan.node.output(0)?.shape;
    let (left_layout, right_layout) = (Layout::of(&left, &output), Layout::of(&right, &output));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (a, b) = (Strings::new(io.input(0)?)?, Strings::new(io.input(1)?)?);
        for (index, result) in io.output::<u8>(0)?.iter_mut().enumerate() {
            let (a, b) = (a.get(left_layout.position(index))?, b.get(right_layout.position(index))?);
            *result = u8::from(R::holds(a, b));
        }
        Ok(())
    }))
}
