//! Reductions: many elements along some axes become one (SUM, MEAN, REDUCE_MAX, ...).
//!
//! Each result is made of its elements in the order of memory. Where the innermost dimension is kept, neighbouring
//! results are made side by side; where it is reduced, runs of elements are folded.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Element, Error, MAX_RANK, Result, Shape};
use featherlite_schema::ReducerOptions;
use featherlite_simd::{Copied, Level};

use super::activation::{bound, type_range};
use super::elementwise;
use super::integer::Integer;
use super::requantize::checked_scale;
use crate::core::{Io, Kernel, Node, Outputs, Plan, Tensor};

/// Results that are made side by side.
const BLOCK: usize = 256;

/// Elements that one thread reduces at a time, about.
const CHUNK: usize = 16 * 1024;

/// Which dimensions are reduced: input 0's along the axes that input 1 lists, which may count from the end and name a
/// dimension more than once. `None` if the axes are not known yet.
///
/// # Errors
/// If an axis is outside the rank.
fn axes(node: &Node<'_>) -> Result<Option<[bool; MAX_RANK]>> {
    let shape = node.input(0)?.shape;
    let Some(axes) = node.input(1)?.integers()? else { return Ok(None) };
    let mut is_reduced = [false; MAX_RANK];
    // A scalar has nothing to reduce, whatever the axes say.
    for axis in axes.into_iter().filter(|_| shape.rank() > 0) {
        is_reduced[shape.axis(axis)?] = true;
    }
    Ok(Some(is_reduced))
}

/// The shape function of reductions.
///
/// # Errors
/// If an axis is outside the rank.
pub fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let shape = node.input(0)?.shape;
    let Some(is_reduced) = axes(node)? else { return Ok(Outputs::AtRun) };
    let keep = node.options::<ReducerOptions<'_>>().keep_dims();
    let dims = shape.dims().iter().zip(is_reduced);
    let dims: Vec<usize> = match keep {
        true => dims.map(|(&dim, is_reduced)| if is_reduced { 1 } else { dim }).collect(),
        false => dims.filter(|(_, is_reduced)| !is_reduced).map(|(&dim, _)| dim).collect(),
    };
    Ok(Outputs::one(Shape::new(&dims)?))
}

/// Sizes and strides of the dimensions, in which neighbours that are both kept or both reduced are one.
pub struct Reduction {
    /// Kept dimensions but the innermost, outermost first.
    kept: Vec<(usize, usize)>,
    /// Reduced dimensions but the innermost, outermost first.
    reduced: Vec<(usize, usize)>,
    /// Size of the innermost dimension if it is kept, or 1.
    inner: usize,
    /// Size of the innermost dimension if it is reduced, or 1.
    run: usize,
    /// Elements that make a result.
    pub count: usize,
    level: Level,
}

impl Reduction {
    /// The reduction of input 0.
    ///
    /// # Errors
    /// If the axes are not known or outside the rank.
    pub fn of(plan: &Plan<'_>) -> Result<Self> {
        let shape = plan.node.input(0)?.shape;
        let is_reduced = axes(plan.node)?.ok_or_else(|| Error::internal("axes are not known"))?;
        // Innermost first: size, stride, whether it is reduced.
        let mut dims: Vec<(usize, usize, bool)> = Vec::new();
        let strides = shape.strides();
        for (index, &size) in shape.dims().iter().enumerate().rev().filter(|(_, size)| **size != 1) {
            match dims.last_mut() {
                Some((outer, _, reduced)) if *reduced == is_reduced[index] => *outer *= size,
                _ => dims.push((size, strides[index], is_reduced[index])),
            }
        }
        let count = dims.iter().filter(|dim| dim.2).map(|dim| dim.0).product();
        let (mut inner, mut run) = (1, 1);
        match dims.first() {
            Some(&(size, _, true)) => run = size,
            Some(&(size, _, false)) => inner = size,
            None => {}
        }
        let outer = |reduced: bool| {
            let dims = dims.iter().skip(1).rev().filter(move |dim| dim.2 == reduced);
            dims.map(|&(size, stride, _)| (size, stride)).collect()
        };
        Ok(Self {
            kept: outer(false),
            reduced: outer(true),
            inner,
            run,
            count,
            level: elementwise::level(plan),
        })
    }

    /// A kernel that starts from `init`, adds elements with `step`, and makes a result of what comes of it, in vectors or not. `fold`
    /// adds a run of neighbours: the same as `step` one by one, perhaps in another order.
    fn compiled<const VECTORS: bool, T: Element, A: Copy + Send + Sync + 'static, U: Element>(
        self,
        init: A,
        step: impl Fn(A, T) -> A + Copy + Send + Sync + 'static,
        fold: impl Fn(Copied, A, &[T]) -> A + Copy + Send + Sync + 'static,
        finish: impl Fn(A) -> U + Copy + Send + Sync + 'static,
    ) -> Box<dyn Kernel> {
        Box::new(move |io: &mut Io<'_>| {
            let (input, output) = (io.input::<T>(0)?, io.output::<U>(0)?);
            // Few results of many elements still are made side by side.
            let chunk = (CHUNK / self.count.max(1)).clamp(self.inner.min(64), CHUNK);
            for_each_chunk(io.parallel, output, chunk, |index, mut output| {
                let mut position = index * chunk;
                while !output.is_empty() {
                    let (row, column) = (position / self.inner, position % self.inner);
                    let len = output.len().min(self.inner - column).min(BLOCK);
                    let (block, rest) = output.split_at_mut(len);
                    let start = self.start(row) + column;
                    if VECTORS && elementwise::is_common::<T, U>() {
                        self.level.vectorize_wide(
                            #[inline(always)]
                            |copied| self.block(copied, input, start, block, init, step, fold, finish),
                        );
                    } else {
                        self.block(Copied::SMALL, input, start, block, init, step, fold, finish);
                    }
                    output = rest;
                    position += len;
                }
            });
            Ok(())
        })
    }

    /// A kernel that starts from `init`, adds elements with `step` one by one, and makes a result of what comes of it.
    pub fn in_order<T: Element, A: Copy + Send + Sync + 'static, U: Element>(
        self,
        init: A,
        step: impl Fn(A, T) -> A + Copy + Send + Sync + 'static,
        finish: impl Fn(A) -> U + Copy + Send + Sync + 'static,
    ) -> Box<dyn Kernel> {
        self.compiled::<true, T, A, U>(init, step, one_by_one(step), finish)
    }

    /// [`Reduction::in_order`] for steps that vectors are of no use to, or that are seldom taken.
    pub fn plain<T: Element, A: Copy + Send + Sync + 'static, U: Element>(
        self,
        init: A,
        step: impl Fn(A, T) -> A + Copy + Send + Sync + 'static,
        finish: impl Fn(A) -> U + Copy + Send + Sync + 'static,
    ) -> Box<dyn Kernel> {
        self.compiled::<false, T, A, U>(init, step, one_by_one(step), finish)
    }

    /// [`Reduction::in_order`] for real numbers that starts from what changes nothing, whose runs are folded in several strands
    /// that are joined in the end, so that the loop becomes vector code.
    pub fn in_strands(
        self,
        init: f32,
        step: impl Fn(f32, f32) -> f32 + Copy + Send + Sync + 'static,
        finish: impl Fn(f32) -> f32 + Copy + Send + Sync + 'static,
    ) -> Box<dyn Kernel> {
        const STRANDS: usize = 32;
        self.compiled::<true, f32, f32, f32>(
            init,
            step,
            #[inline(always)]
            move |copied: Copied, sum: f32, run: &[f32]| {
                let (whole, rest) = run.as_chunks::<STRANDS>();
                let mut strands = [init; STRANDS];
                for part in whole {
                    for index in 0..STRANDS {
                        copied.round();
                        strands[index] = step(strands[index], part[index]);
                    }
                }
                for (index, &x) in rest.iter().enumerate() {
                    copied.round();
                    strands[index] = step(strands[index], x);
                }
                let mut count = STRANDS;
                while count > 1 {
                    count /= 2;
                    for index in 0..count {
                        copied.round();
                        strands[index] = step(strands[index], strands[index + count]);
                    }
                }
                step(sum, strands[0])
            },
            finish,
        )
    }

    /// Where the first element of result `row` (of vectors of `inner` results) is.
    #[inline(never)]
    fn start(&self, mut row: usize) -> usize {
        let mut start = 0;
        for &(size, stride) in self.kept.iter().rev() {
            start += row % size * stride;
            row /= size;
        }
        start
    }

    /// Goes on to the next combination of reduced indices, if there is one. It is there once for all kernels.
    #[inline(never)]
    fn advance(&self, digits: &mut [usize; MAX_RANK], at: &mut usize) -> bool {
        for (&(size, stride), digit) in self.reduced.iter().zip(digits).rev() {
            *digit += 1;
            *at += stride;
            if *digit < size {
                return true;
            }
            *at -= size * stride;
            *digit = 0;
        }
        false
    }

    /// Neighbouring results, the elements of the first of which begin at `start`.
    #[inline(always)]
    fn block<T: Copy, A: Copy, U>(
        &self,
        copied: Copied,
        input: &[T],
        start: usize,
        results: &mut [U],
        init: A,
        step: impl Fn(A, T) -> A,
        fold: impl Fn(Copied, A, &[T]) -> A,
        finish: impl Fn(A) -> U,
    ) {
        let mut sums = [init; BLOCK];
        let sums = &mut sums[..results.len()];
        if self.count > 0 {
            let mut digits = [0; MAX_RANK];
            let mut at = start;
            loop {
                if let [sum] = sums {
                    *sum = fold(copied, *sum, &input[at..at + self.run]);
                } else {
                    for (sum, &x) in sums.iter_mut().zip(&input[at..]) {
                        copied.round();
                        *sum = step(*sum, x);
                    }
                }
                if !self.advance(&mut digits, &mut at) {
                    break;
                }
            }
        }
        for (result, sum) in results.iter_mut().zip(sums) {
            copied.round();
            *result = finish(*sum);
        }
    }
}

/// Adds a run of neighbours with `step`.
fn one_by_one<T: Copy, A>(step: impl Fn(A, T) -> A + Copy) -> impl Fn(Copied, A, &[T]) -> A + Copy {
    #[inline(always)]
    move |copied, mut sum, run| {
        for &x in run {
            copied.round();
            sum = step(sum, x);
        }
        sum
    }
}

/// A kernel for the greatest element, or the least.
///
/// # Errors
/// If the axes are not known, or input and output are quantized differently.
pub fn extreme(plan: &Plan<'_>, is_greatest: bool) -> Result<Box<dyn Kernel>> {
    fn of<T: Integer>(reduction: Reduction, is_greatest: bool) -> Box<dyn Kernel> {
        if is_greatest {
            reduction.in_order(T::saturated(i64::MIN), |best: T, x: T| best.max(x), |best| best)
        } else {
            reduction.in_order(T::saturated(i64::MAX), |best: T, x: T| best.min(x), |best| best)
        }
    }
    let (input, output, reduction) = (plan.node.input(0)?, plan.node.output(0)?, Reduction::of(plan)?);
    let first = |tensor: &Tensor<'_>| {
        tensor.quantization.affine().map(|affine| (affine.scales[0], affine.zero_points[0]))
    };
    if matches!(input.dtype, DType::I8 | DType::U8 | DType::I16) && first(input) != first(output) {
        return Err(Error::unsupported(format!(
            "input {:?} and output {:?} with different scales",
            input.name, output.name
        )));
    }
    Ok(match input.dtype {
        DType::F32 if is_greatest => {
            reduction.in_strands(f32::MIN, |best, x| if x > best { x } else { best }, |best| best)
        }
        DType::F32 => reduction.in_strands(f32::MAX, |best, x| if x < best { x } else { best }, |best| best),
        DType::I8 => of::<i8>(reduction, is_greatest),
        DType::U8 => of::<u8>(reduction, is_greatest),
        DType::I16 => of::<i16>(reduction, is_greatest),
        DType::I32 => of::<i32>(reduction, is_greatest),
        DType::I64 => of::<i64>(reduction, is_greatest),
        other => return Err(Error::unsupported(format!("extremes of {other}"))),
    })
}

/// Scales and zero points of a reduction that changes them.
///
/// # Errors
/// If there are none, or those of 16-bit tensors are not symmetric.
pub fn scales(plan: &Plan<'_>) -> Result<[(f32, i32); 2]> {
    let (input, output) = (checked_scale(plan.node.input(0)?)?, checked_scale(plan.node.output(0)?)?);
    if plan.node.input(0)?.dtype == DType::I16 && (input.1, output.1) != (0, 0) {
        return Err(Error::invalid_model(format!(
            "16-bit tensors have the zero points {} and {}, not 0",
            input.1, output.1
        )));
    }
    Ok([input, output])
}

/// A kernel that adds quantized numbers and makes results of the sums, which `finish` need not cut to the output's
/// range.
///
/// # Errors
/// If the output is not quantized to 8 or 16 bits.
pub fn quantized_sum(
    plan: &Plan<'_>,
    reduction: Reduction,
    finish: impl Fn(i32) -> i32 + Copy + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    fn of<T: Element + Into<i32>>(
        reduction: Reduction,
        finish: impl Fn(i32) -> T + Copy + Send + Sync + 'static,
    ) -> Box<dyn Kernel> {
        reduction.in_order(0, |sum: i32, x: T| sum.wrapping_add(x.into()), finish)
    }
    let (dtype, range) = (plan.node.input(0)?.dtype, type_range(plan.node.output(0)?.dtype)?);
    Ok(match dtype {
        DType::I8 => of(reduction, move |sum| bound(finish(sum), range) as i8),
        DType::U8 => of(reduction, move |sum| bound(finish(sum), range) as u8),
        _ => of(reduction, move |sum| bound(finish(sum), range) as i16),
    })
}
