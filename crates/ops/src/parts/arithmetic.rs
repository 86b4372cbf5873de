//! Binary arithmetic with a fused activation on numbers that are not quantized.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_schema::ActivationFunctionType;

use super::activation::{bound, float_range, integer_range_of};
use super::converted;
use super::elementwise::{binary, binary_loop};
use super::integer::Integer;
use crate::core::{Kernel, Plan};

/// A kernel for real numbers: half-precision ones are computed in `f32` and rounded once.
///
/// # Errors
/// If the activation can not be fused.
pub fn float(
    plan: &Plan<'_>,
    activation: ActivationFunctionType,
    function: impl Fn(f32, f32) -> f32 + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let range = float_range(activation)?;
    converted::real(plan, binary_loop(plan, move |a: f32, b: f32| bound(function(a, b), range)))
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
