//! Elementwise operators of StableHLO: they do not broadcast, and take integers as plain ones, quantized or not.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};

use super::converted;
use super::elementwise::{binary, binary_loop};
use super::integer::Integer;
use crate::core::{Kernel, Node, Outputs, Plan, Sig, Types, req};

const NUMBERS: Types = Types::of(&[
    DType::F32,
    DType::F16,
    DType::Bf16,
    DType::F64,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U16,
    DType::I32,
    DType::U32,
    DType::I64,
    DType::U64,
    DType::Bool,
]);

/// What they take.
pub const SIGS: &[Sig] = &[Sig {
    name: "numbers",
    inputs: &[req(NUMBERS), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// A function of two numbers of any type.
pub trait Function: 'static {
    /// The function of `f32`, and of the smaller floats, which are computed in `f32` and rounded once.
    fn single(a: f32, b: f32) -> f32;
    /// The function of `f64`.
    fn double(a: f64, b: f64) -> f64;
    /// The function of integers.
    fn integer<T: Integer>(a: T, b: T) -> T;
    /// The function of booleans.
    fn logical(a: bool, b: bool) -> bool;
}

/// The shape of both inputs.
///
/// # Errors
/// If they differ.
pub fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (a, b) = (node.input(0)?.shape, node.input(1)?.shape);
    if a == b { Ok(Outputs::one(a)) } else { Err(Error::invalid_shape(format!("shapes {a} and {b} differ"))) }
}

/// A kernel for a function.
///
/// # Errors
/// If there is none for the element type.
pub fn kernel<F: Function>(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 | DType::F16 | DType::Bf16 => converted::real(plan, binary_loop(plan, F::single)),
        DType::F64 => binary(plan, F::double),
        DType::Bool => binary(plan, |a: u8, b: u8| u8::from(F::logical(a != 0, b != 0))),
        DType::I8 => binary(plan, F::integer::<i8>),
        DType::U8 => binary(plan, F::integer::<u8>),
        DType::I16 => binary(plan, F::integer::<i16>),
        DType::U16 => binary(plan, F::integer::<u16>),
        DType::I32 => binary(plan, F::integer::<i32>),
        DType::U32 => binary(plan, F::integer::<u32>),
        DType::I64 => binary(plan, F::integer::<i64>),
        DType::U64 => binary(plan, F::integer::<u64>),
        other => Err(Error::unsupported(format!("elementwise functions of {other}"))),
    }
}
