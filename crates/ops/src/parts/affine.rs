//! Kernels between real numbers and numbers with a scale: one pair of scale and zero point for a tensor, or one for
//! each index along an axis.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{Element, Error, Result};
use featherlite_simd::Level;

use super::elementwise;
use crate::core::{Io, Kernel, Plan, Tensor};

/// Elements that one thread works on at a time, about.
const CHUNK: usize = 16 * 1024;

/// Scales and zero points of a tensor, and which elements they belong to.
pub struct Scales {
    scales: Vec<f32>,
    zero_points: Vec<i32>,
    /// Neighbours in memory with the same scale.
    run: usize,
    level: Level,
}

impl Scales {
    /// The parameters of `tensor`.
    ///
    /// # Errors
    /// If it has none, or their number is neither 1 nor its size along their axis.
    pub fn of(plan: &Plan<'_>, tensor: &Tensor<'_>) -> Result<Self> {
        let Some(affine) = tensor.quantization.affine() else {
            return Err(Error::invalid_model(format!(
                "tensor {:?} of {} has no scale",
                tensor.name, tensor.dtype
            )));
        };
        let (scales, zero_points) = (affine.scales.clone(), affine.zero_points.clone());
        let dims = tensor.shape.dims();
        let run = match scales.len() {
            1 => tensor.shape.elements(),
            count if dims.get(affine.axis) == Some(&count) => dims[affine.axis + 1..].iter().product(),
            count => {
                return Err(Error::invalid_model(format!(
                    "tensor {:?} {} has {count} scales along axis {}",
                    tensor.name, tensor.shape, affine.axis
                )));
            }
        };
        Ok(Self { scales, zero_points, run: run.max(1), level: elementwise::level(plan) })
    }

    /// A kernel that applies `function` to every element of input 0 and its scale and zero point; input and output
    /// are apart, unless there is one scale.
    pub fn kernel<T: Element, U: Element>(
        self,
        plan: &Plan<'_>,
        function: impl Fn(T, f32, i32) -> U + Copy + Send + Sync + 'static,
    ) -> Box<dyn Kernel> {
        if let (&[scale], &[zero_point]) = (&self.scales[..], &self.zero_points[..]) {
            return elementwise::unary(plan, move |x| function(x, scale, zero_point));
        }
        Box::new(move |io: &mut Io<'_>| {
            let (input, output) = (io.input::<T>(0)?, io.output::<U>(0)?);
            self.apply(io, input, output, function);
            Ok(())
        })
    }

    /// Applies `function` to the elements of `input`, in the order of the tensor.
    pub fn apply<T: Element, U: Element>(
        &self,
        io: &Io<'_>,
        input: &[T],
        output: &mut [U],
        function: impl Fn(T, f32, i32) -> U + Copy + Send + Sync,
    ) {
        let period = self.run * self.scales.len();
        let chunk = period * (CHUNK / period).max(1);
        for_each_chunk(io.parallel, output, chunk, |index, output| {
            let input = &input[index * chunk..];
            self.level.vectorize(
                #[inline(always)]
                || {
                    for (output, input) in output.chunks_mut(period).zip(input.chunks(period)) {
                        self.period(input, output, function);
                    }
                },
            );
        });
    }

    /// All runs once.
    #[inline]
    fn period<T: Copy, U>(&self, input: &[T], output: &mut [U], function: impl Fn(T, f32, i32) -> U) {
        let parameters = self.scales.iter().zip(&self.zero_points);
        if self.run == 1 {
            for ((to, from), (&scale, &zero_point)) in output.iter_mut().zip(input).zip(parameters) {
                *to = function(*from, scale, zero_point);
            }
            return;
        }
        let runs = output.chunks_mut(self.run).zip(input.chunks(self.run));
        for ((output, input), (&scale, &zero_point)) in runs.zip(parameters) {
            for (to, from) in output.iter_mut().zip(input) {
                *to = function(*from, scale, zero_point);
            }
        }
    }
}
