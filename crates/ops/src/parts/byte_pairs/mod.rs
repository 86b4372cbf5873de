//! Sums and products of two quantized 8-bit tensors, 64 pairs at a time where the processor has vectors for them.

use alloc::boxed::Box;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Result};
use featherlite_gemm::Requantize;
use featherlite_simd::Level;

use super::elementwise;
use crate::core::{Kernel, Plan};

mod kernels;

use kernels::InVectors;

/// How two bytes become one.
pub struct Pairs {
    /// Whether the first byte is the right input's.
    pub is_swapped: bool,
    /// Those of the first and the second byte.
    pub zero_points: [i32; 2],
    /// The factor to the output's scale.
    pub multiplier: Multiplier,
    /// That of the output.
    pub zero_point: i32,
    /// The bounds of results.
    pub range: (i32, i32),
}

impl Pairs {
    /// A kernel for inputs 0 and 1, of INT8 or UINT8, which multiplies the differences to their zero points; `None` if
    /// there are no vectors for them.
    ///
    /// # Errors
    /// If a tensor is missing, or multipliers and bounds are not those of bytes.
    pub fn product(self, plan: &Plan<'_>) -> Result<Option<Box<dyn Kernel>>> {
        let (level, is_signed, requantize) = self.parameters(plan)?;
        self.kernel(plan, InVectors::product(level, is_signed, &self, requantize))
    }

    /// The same, which adds the first difference times `2^19` and the second times `2^20 * factor`; the factor is at most
    /// a half.
    ///
    /// # Errors
    /// As [`Pairs::product`].
    pub fn sum(self, plan: &Plan<'_>, factor: Multiplier) -> Result<Option<Box<dyn Kernel>>> {
        let (level, is_signed, requantize) = self.parameters(plan)?;
        self.kernel(plan, InVectors::sum(level, is_signed, &self, factor, requantize))
    }

    fn parameters(&self, plan: &Plan<'_>) -> Result<(Level, bool, Requantize)> {
        let requantize = Requantize::new(&[self.multiplier; 16], self.zero_point, self.range)?;
        Ok((elementwise::level(plan), plan.node.input(0)?.dtype == DType::I8, requantize))
    }

    fn kernel(&self, plan: &Plan<'_>, vectors: Option<InVectors>) -> Result<Option<Box<dyn Kernel>>> {
        let (Some(vectors), is_swapped) = (vectors, self.is_swapped) else { return Ok(None) };
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

    use super::*;
    use crate::parts::activation::bound;

    /// All pairs of bytes, of both types.
    #[test]
    fn vectors_are_the_definition() {
        let all: Vec<(u8, u8)> = (0..=u16::MAX).map(|pair| ((pair >> 8) as u8, pair as u8)).collect();
        let (a, b): (Vec<u8>, Vec<u8>) = all.iter().copied().unzip();
        let multiplier = Multiplier::from_real;
        let operations = [
            (None, [0.0, 1e-9, 0.00392, 0.25, 0.7, 1.9]),
            (Some(multiplier(0.5)), [1e-7, 4e-7, 1.7e-6, 1e-5, 0.3, 1.0]),
            (Some(multiplier(0.31)), [1e-7, 4e-7, 1.7e-6, 1e-5, 0.3, 1.0]),
            (Some(multiplier(1.3e-6)), [1e-7, 4e-7, 1.7e-6, 1e-5, 0.3, 1.0]),
        ];
        for (second, factors) in operations {
            for (index, factor) in factors.into_iter().enumerate() {
                for is_signed in [true, false] {
                    let offset = if is_signed { 128 } else { 0 };
                    let least = [0, 100, 17][index % 3];
                    let pairs = Pairs {
                        is_swapped: false,
                        zero_points: [0 - offset, 145 - offset],
                        multiplier: multiplier(factor),
                        zero_point: 100 - offset,
                        range: (least - offset, 250 - offset),
                    };
                    let expected = |a: u8, b: u8| {
                        let real = |q: u8| if is_signed { i32::from(q as i8) } else { i32::from(q) };
                        let (a, b) = (real(a) - pairs.zero_points[0], real(b) - pairs.zero_points[1]);
                        let sum = second.map_or(a * b, |second| (a << 19) + second.apply(b << 20));
                        bound(pairs.multiplier.apply(sum).saturating_add(pairs.zero_point), pairs.range)
                    };
                    let (level, columns) = (Level::detect(), [pairs.multiplier; 16]);
                    let requantize = Requantize::new(&columns, pairs.zero_point, pairs.range).unwrap();
                    let vectors = match second {
                        Some(second) => InVectors::sum(level, is_signed, &pairs, second, requantize),
                        None => InVectors::product(level, is_signed, &pairs, requantize),
                    };
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
