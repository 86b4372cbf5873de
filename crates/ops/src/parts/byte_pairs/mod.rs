//! Sums and products of two quantized 8-bit tensors, 64 pairs at a time where the processor has vectors for them.

use alloc::boxed::Box;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Result};
use featherlite_gemm::Requantize;

use super::elementwise;
use crate::core::{Kernel, Plan};

mod kernels;

/// What becomes of the differences of two bytes to their zero points, in 32 bits.
#[derive(Clone, Copy)]
pub enum Operation {
    /// They are multiplied.
    Product,
    /// The first times `2^19` and the second times `2^20 * multiplier`, which is at most a half, are added.
    Sum(Multiplier),
}

/// How two bytes become one.
pub struct Pairs {
    /// Whether the first byte is the right input's.
    pub is_swapped: bool,
    /// Those of the first and the second byte.
    pub zero_points: [i32; 2],
    /// What is done with them.
    pub operation: Operation,
    /// The factor to the output's scale.
    pub multiplier: Multiplier,
    /// That of the output.
    pub zero_point: i32,
    /// The bounds of results.
    pub range: (i32, i32),
}

impl Pairs {
    /// A kernel for inputs 0 and 1, of INT8 or UINT8; `None` if there are no vectors for them.
    ///
    /// # Errors
    /// If a tensor is missing, or multipliers and bounds are not those of bytes.
    pub fn kernel(self, plan: &Plan<'_>) -> Result<Option<Box<dyn Kernel>>> {
        let requantize = Requantize::new(&[self.multiplier; 16], self.zero_point, self.range)?;
        let is_signed = plan.node.input(0)?.dtype == DType::I8;
        let is_swapped = self.is_swapped;
        let Some(vectors) = kernels::InVectors::new(elementwise::level(plan), is_signed, &self, requantize)
        else {
            return Ok(None);
        };
        let run = move |a: &[u8], b: &[u8], results: &mut [u8]| {
            let (a, b) = if is_swapped { (b, a) } else { (a, b) };
            vectors.run(a, b, results);
        };
        elementwise::binary_slices(plan, run).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use featherlite_simd::Level;

    use super::*;
    use crate::parts::activation::bound;

    /// All pairs of bytes, of both types.
    #[test]
    fn vectors_are_the_definition() {
        let all: Vec<(u8, u8)> = (0..=u16::MAX).map(|pair| ((pair >> 8) as u8, pair as u8)).collect();
        let (a, b): (Vec<u8>, Vec<u8>) = all.iter().copied().unzip();
        let multiplier = Multiplier::from_real;
        let operations = [
            (Operation::Product, [0.0, 1e-9, 0.00392, 0.25, 0.7, 1.9]),
            (Operation::Sum(multiplier(0.5)), [1e-7, 4e-7, 1.7e-6, 1e-5, 0.3, 1.0]),
            (Operation::Sum(multiplier(0.31)), [1e-7, 4e-7, 1.7e-6, 1e-5, 0.3, 1.0]),
            (Operation::Sum(multiplier(1.3e-6)), [1e-7, 4e-7, 1.7e-6, 1e-5, 0.3, 1.0]),
        ];
        for (operation, factors) in operations {
            for (index, factor) in factors.into_iter().enumerate() {
                for is_signed in [true, false] {
                    let offset = if is_signed { 128 } else { 0 };
                    let least = [0, 100, 17][index % 3];
                    let pairs = Pairs {
                        is_swapped: false,
                        zero_points: [0 - offset, 145 - offset],
                        operation,
                        multiplier: multiplier(factor),
                        zero_point: 100 - offset,
                        range: (least - offset, 250 - offset),
                    };
                    let expected = |a: u8, b: u8| {
                        let real = |q: u8| if is_signed { i32::from(q as i8) } else { i32::from(q) };
                        let (a, b) = (real(a) - pairs.zero_points[0], real(b) - pairs.zero_points[1]);
                        let sum = match operation {
                            Operation::Product => a * b,
                            Operation::Sum(second) => (a << 19) + second.apply(b << 20),
                        };
                        bound(pairs.multiplier.apply(sum).saturating_add(pairs.zero_point), pairs.range)
                    };
                    let requantize = Requantize::new(&[pairs.multiplier; 16], pairs.zero_point, pairs.range);
                    let vectors =
                        kernels::InVectors::new(Level::detect(), is_signed, &pairs, requantize.unwrap());
                    let Some(vectors) = vectors else { return };
                    let mut results = a.clone();
                    vectors.run(&a, &b, &mut results);
                    for (&(a, b), &result) in all.iter().zip(&results) {
                        assert_eq!(result, expected(a, b) as u8, "{a} {b}, factor {factor}");
                    }
                    // The rest that fills no vector.
                    let mut rest = [7; 70];
                    vectors.run(&a[300..369], &b[300..369], &mut rest[..69]);
                    assert_eq!((&rest[..69], rest[69]), (&results[300..369], 7));
                }
            }
        }
    }
}
