//! Sums and products of two quantized 8-bit tensors, many pairs at a time where the processor has vectors for them.

use alloc::boxed::Box;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Element, Result};
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

/// The terms of a sum: the first difference times `2^19` and the second times `2^20 * factor`.
#[derive(Clone, Copy)]
pub struct Terms {
    /// At most a half.
    pub factor: Multiplier,
    /// Which of them are taken off.
    pub is_negative: [bool; 2],
}

impl Pairs {
    /// A kernel for inputs 0 and 1, of INT8 or UINT8, which multiplies the differences to their zero points; `None` if
    /// there are no vectors for them, or the multiplier is so large that they would not be enough.
    ///
    /// # Errors
    /// If a tensor is missing, or multipliers and bounds are not those of bytes.
    pub fn product(self, plan: &Plan<'_>) -> Result<Option<Box<dyn Kernel>>> {
        let (level, is_signed, requantize) = self.parameters(plan)?;
        self.kernel(plan, InVectors::product(level, is_signed, &self, requantize))
    }

    /// The same, which adds terms of the differences, or takes one off the other.
    ///
    /// # Errors
    /// As [`Pairs::product`].
    pub fn sum(self, plan: &Plan<'_>, terms: Terms) -> Result<Option<Box<dyn Kernel>>> {
        let (level, is_signed, requantize) = self.parameters(plan)?;
        self.kernel(plan, InVectors::sum(level, is_signed, &self, terms, requantize))
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

/// A kernel for the same where vectors can not be had.
///
/// # Errors
/// If a tensor is missing.
pub fn one_by_one<T: Element>(
    plan: &Plan<'_>,
    function: impl Fn(T, T) -> T + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    // Elsewhere the compiler makes vectors of it.
    if cfg!(target_arch = "x86_64") {
        elementwise::binary_plain(plan, function)
    } else {
        elementwise::binary(plan, function)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use featherlite_simd::Isa;

    use super::*;
    use crate::parts::activation::bound;

    /// All pairs of bytes, of both types.
    #[test]
    fn vectors_are_the_definition() {
        let all: Vec<(u8, u8)> = (0..=u16::MAX).map(|pair| ((pair >> 8) as u8, pair as u8)).collect();
        let (a, b): (Vec<u8>, Vec<u8>) = all.iter().copied().unzip();
        let multiplier = Multiplier::from_real;
        let terms = |factor, is_negative| Some(Terms { factor: multiplier(factor), is_negative });
        let operations = [
            (None, [0.0, 1e-9, 0.00392, 0.25, 0.7, 1.9]),
            (terms(0.5, [false; 2]), [1e-7, 4e-7, 1.7e-6, 1e-5, 0.3, 1.0]),
            (terms(0.31, [false, true]), [1e-7, 4e-7, 1.7e-6, 1e-5, 0.3, 1.0]),
            (terms(1.3e-6, [true, false]), [1e-7, 4e-7, 1.7e-6, 1e-5, 0.3, 1.0]),
        ];
        for (terms, factors) in operations {
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
                        let sum = terms.map_or(a * b, |terms| {
                            let [first, second] = [a << 19, terms.factor.apply(b << 20)];
                            (if terms.is_negative[0] { -first } else { first })
                                + if terms.is_negative[1] { -second } else { second }
                        });
                        bound(pairs.multiplier.apply(sum).saturating_add(pairs.zero_point), pairs.range)
                    };
                    let requantize =
                        Requantize::new(&[pairs.multiplier; 16], pairs.zero_point, pairs.range).unwrap();
                    for level in [Level::named("avx2").unwrap_or(Level::SCALAR), Level::detect()] {
                        let requantize = requantize.clone();
                        let vectors = match terms {
                            Some(terms) => InVectors::sum(level, is_signed, &pairs, terms, requantize),
                            None => InVectors::product(level, is_signed, &pairs, requantize),
                        };
                        let Some(vectors) = vectors else {
                            assert!(!level.has(Isa::Avx2), "no vectors for {factor}");
                            continue;
                        };
                        let mut results = a.clone();
                        vectors.run(&a, &b, &mut results);
                        for (&(a, b), &result) in all.iter().zip(&results) {
                            assert_eq!(result, expected(a, b) as u8, "{a} {b}, factor {factor}, {level:?}");
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
}
