//! Reductions of windows that slide over all dimensions: REDUCE_WINDOW and STABLEHLO_REDUCE_WINDOW.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::{bytes_of, bytes_of_mut};
use featherlite_base::{DType, Error, Result, Shape};

use super::combine::{Combine, Function, apply};
use super::spread::{Padding, Spread};
use super::strided::Axis;
use crate::core::{Io, Kernel, Plan, Types};

/// What can be reduced.
pub const NUMBER: Types = Types::of(&[
    DType::F32,
    DType::F64,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::I32,
    DType::I64,
    DType::Bool,
]);

/// A window over one dimension.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Elements it looks at.
    pub size: i64,
    /// From one position to the next.
    pub stride: i64,
    /// From one element of the window to the next.
    pub dilation: i64,
}

/// What is planned: the shape of the reduced tensor, and the steps of the windows.
pub struct Windows {
    padding: Option<Spread>,
    padded: Shape,
    windows: Vec<(usize, usize, usize)>,
    /// The shape of the result.
    pub shape: Shape,
}

impl Windows {
    /// For a tensor that is first padded.
    ///
    /// # Errors
    /// If sizes are not positive, or there is not one of each for every dimension.
    pub fn new(input: &Shape, element: usize, paddings: &[Padding], windows: &[Window]) -> Result<Self> {
        let is_plain = paddings.iter().all(|p| (p.low, p.high, p.interior) == (0, 0, 0));
        let padding = if is_plain { None } else { Some(Spread::new(input, paddings, element)?) };
        let padded = padding.as_ref().map_or(*input, |padding| padding.shape);
        if windows.len() != padded.rank() {
            return Err(Error::invalid_model(format!("{} windows over {padded}", windows.len())));
        }
        let positive = |value: i64| usize::try_from(value).ok().filter(|&value| value > 0 && value < 1 << 31);
        let (mut dims, mut steps) = (Vec::new(), Vec::new());
        for (&size, window) in padded.dims().iter().zip(windows) {
            let (Some(count), Some(stride), Some(dilation)) =
                (positive(window.size), positive(window.stride), positive(window.dilation))
            else {
                return Err(Error::invalid_model(format!("{window:?}")));
            };
            let reach = (count - 1).saturating_mul(dilation);
            dims.push(size.checked_sub(reach.saturating_add(1)).map_or(0, |rest| rest / stride + 1));
            steps.push((count, stride, dilation));
        }
        Ok(Self { padding, padded, windows: steps, shape: Shape::new(&dims)? })
    }

    /// A kernel that reduces input 0, starting from input 1.
    ///
    /// # Errors
    /// If the type is not one of [`NUMBER`].
    pub fn kernel(self, plan: &mut Plan<'_>, function: Function) -> Result<Box<dyn Kernel>> {
        match plan.node.input(0)?.dtype {
            DType::F32 => self.typed(plan, f32::function(function)),
            DType::F64 => self.typed(plan, f64::function(function)),
            DType::I8 => self.typed(plan, i8::function(function)),
            DType::U8 | DType::Bool => self.typed(plan, u8::function(function)),
            DType::I16 => self.typed(plan, i16::function(function)),
            DType::I32 => self.typed(plan, i32::function(function)),
            DType::I64 => self.typed(plan, i64::function(function)),
            other => Err(Error::internal(format!("windows of {other}"))),
        }
    }

    fn typed<T: Combine>(self, plan: &mut Plan<'_>, function: fn(T, T) -> T) -> Result<Box<dyn Kernel>> {
        let padded = match &self.padding {
            Some(padding) => plan.scratch(padding.shape.elements() * size_of::<T>()),
            None => plan.scratch(0),
        };
        let (from_steps, to_steps) = (self.padded.strides(), self.shape.strides());
        // One pass over the result for each element of the window.
        let axes: Vec<Axis> = (0..self.shape.rank())
            .map(|axis| Axis {
                size: self.shape.dim(axis),
                from: (self.windows[axis].1 * from_steps[axis]) as isize,
                to: to_steps[axis],
            })
            .collect();
        let windows = self.windows.clone();
        let places: usize = windows.iter().map(|window| window.0).fold(1, usize::saturating_mul);
        Ok(Box::new(move |io: &mut Io<'_>| {
            let (mut from, output) = (io.input::<T>(0)?, io.output::<T>(0)?);
            let start = io.input::<T>(1)?;
            if output.is_empty() {
                return Ok(());
            }
            output.fill(start[0]);
            if let Some(padding) = &self.padding {
                let padded = io.scratch::<T>(padded)?;
                let padded = &mut padded[..padding.shape.elements()];
                padding.run(io.parallel, bytes_of(from), bytes_of(start), bytes_of_mut(padded))?;
                from = padded;
            }
            for place in 0..places {
                let (mut rest, mut offset) = (place, 0);
                for (axis, (count, _, dilation)) in windows.iter().enumerate().rev() {
                    offset += rest % count * dilation * from_steps[axis];
                    rest /= count;
                }
                apply(&axes, &from[offset..], output, function);
            }
            Ok(())
        }))
    }
}
