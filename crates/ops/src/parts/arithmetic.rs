//! Binary arithmetic with a fused activation on numbers that are not quantized.

use alloc::boxed::Box;

use featherlite_base::{F16, Result};
use featherlite_schema::ActivationFunctionType;

use super::activation::{bound, float_range, integer_range_of};
use super::elementwise::binary;
use super::integer::Integer;
use crate::core::{Kernel, Plan};

/// A kernel for `f32`.
///
/// # Errors
/// If the activation can not be fused.
pub fn float(
    plan: &Plan<'_>,
    activation: ActivationFunctionType,
    function: impl Fn(f32, f32) -> f32 + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let range = float_range(activation)?;
    binary(plan, move |a, b| bound(function(a, b), range))
}

/// A kernel for half-precision numbers: computed in `f32`, rounded once.
///
/// # Errors
/// As [`float`].
pub fn half(
    plan: &Plan<'_>,
    activation: ActivationFunctionType,
    function: impl Fn(f32, f32) -> f32 + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let range = float_range(activation)?;
    binary(plan, move |a: F16, b: F16| F16::from_f32(bound(function(a.to_f32(), b.to_f32()), range)))
}

/// A kernel for integers.
///
/// # Errors
/// As [`float`].
pub fn integer<T: Integer>(
    plan: &Plan<'_>,
    activation: ActivationFunctionType,
    function: impl Fn(T, T) -> T + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let range = integer_range_of(activation)?;
    binary(plan, move |a, b| bound(function(a, b), range))
}
