//! Elementwise kernels for numbers that are computed with in another type: half-precision ones in `f32`, integers with a
//! scale in `i32`.
//!
//! Blocks of operands are converted, a loop over 32-bit elements computes, and its results are converted back. So there
//! are loops for the function and for the conversions, not for each pair of them.

use alloc::boxed::Box;

use featherlite_base::arena::{bytes_of, bytes_of_mut};
use featherlite_base::{Bf16, DType, Element, F16, Result};

use super::elementwise::{Layout, Loop, engine, unary_loop};
use crate::core::{Kernel, Plan};

/// Elements that are converted at a time.
const BLOCK: usize = 256;

/// How elements become 32-bit ones, or how these become elements.
pub struct Conversion {
    /// Bytes of an element.
    size: usize,
    steps: Box<dyn Loop<1>>,
}

impl Conversion {
    /// From elements `T` to 32-bit elements `U`.
    pub fn from<T: Element, U: Element>(
        plan: &Plan<'_>,
        function: impl Fn(T) -> U + Send + Sync + 'static,
    ) -> Self {
        const { assert!(size_of::<U>() == size_of::<u32>()) };
        Self { size: size_of::<T>(), steps: unary_loop(plan, function) }
    }

    /// From 32-bit elements `U` to elements `T`.
    pub fn to<U: Element, T: Element>(
        plan: &Plan<'_>,
        function: impl Fn(U) -> T + Send + Sync + 'static,
    ) -> Self {
        const { assert!(size_of::<U>() == size_of::<u32>()) };
        Self { size: size_of::<T>(), steps: unary_loop(plan, function) }
    }
}

/// A kernel for a function of real numbers: inputs are all FLOAT32, FLOAT16 or BFLOAT16. Results that are no floats are
/// those of `function`.
///
/// # Errors
/// If a tensor is missing.
pub fn real<const N: usize>(plan: &Plan<'_>, function: Box<dyn Loop<N>>) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?.dtype, plan.node.output(0)?.dtype);
    let from = || match input {
        DType::F16 => Some(Conversion::from(plan, F16::to_f32)),
        DType::Bf16 => Some(Conversion::from(plan, Bf16::to_f32)),
        _ => None,
    };
    let to = match output {
        DType::F16 => Some(Conversion::to(plan, F16::from_f32)),
        DType::Bf16 => Some(Conversion::to(plan, Bf16::from_f32)),
        _ => None,
    };
    kernel(plan, [(); N].map(|()| from()), function, to)
}

/// A kernel for a function of 32-bit elements, with the conversions of its operands and results; `None` where they are
/// what the function takes and gives.
///
/// # Errors
/// If a tensor is missing.
pub fn kernel<const N: usize>(
    plan: &Plan<'_>,
    from: [Option<Conversion>; N],
    function: Box<dyn Loop<N>>,
    to: Option<Conversion>,
) -> Result<Box<dyn Kernel>> {
    let layouts = Layout::of_inputs(plan)?;
    let sizes = from.each_ref().map(|from| from.as_ref().map_or(size_of::<u32>(), |from| from.size));
    let size = plan.node.output(0)?.dtype.bits() / 8;
    if to.is_none() && from.iter().all(Option::is_none) {
        return Ok(engine(layouts, sizes, size, function));
    }
    let blocks = move |operands: [&[u8]; N], results: &mut [u8]| {
        let mut wide = [[0u32; BLOCK]; N];
        let mut wide_results = [0u32; BLOCK];
        for (number, results) in results.chunks_mut(BLOCK * size).enumerate() {
            let len = results.len() / size;
            let mut converted: [&[u8]; N] = [&[]; N];
            for (index, wide) in wide.iter_mut().enumerate() {
                let own = &operands[index][number * BLOCK * sizes[index]..][..len * sizes[index]];
                converted[index] = match &from[index] {
                    Some(from) => {
                        from.steps.run([own], bytes_of_mut(&mut wide[..len]));
                        bytes_of(&wide[..len])
                    }
                    None => own,
                };
            }
            match &to {
                Some(to) => {
                    function.run(converted, bytes_of_mut(&mut wide_results[..len]));
                    to.steps.run([bytes_of(&wide_results[..len])], results);
                }
                None => function.run(converted, results),
            }
        }
    };
    Ok(engine(layouts, sizes, size, Box::new(blocks)))
}
