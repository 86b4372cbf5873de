//! Exponentials of differences of 8-bit numbers to the greatest of them, in fixed point, for SOFTMAX and
//! LOG_SOFTMAX.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::fixed_point::{Multiplier, rounding_divide_by_pot};
use featherlite_base::fixed_point_i32::exp_of_negative;
use featherlite_base::{Error, Result};

use super::requantize::checked_scale;
use crate::core::Tensor;

/// Integer bits of scaled differences.
const INTEGER_BITS: i32 = 5;

/// Integer bits of sums of exponentials.
pub const SUM_BITS: i32 = 12;

/// What there is to know of each difference, from 0 to 255 below the greatest number.
pub struct Exponentials {
    /// From differences to real numbers with 5 integer bits.
    pub multiplier: Multiplier,
    /// The least (negative) difference that counts.
    pub least: i32,
    /// Differences as real numbers.
    pub scaled: [i32; 256],
    /// Their exponentials without integer bits; 0 below the least difference.
    pub exps: [i32; 256],
    /// These with [`SUM_BITS`] integer bits.
    pub terms: [i32; 256],
}

impl Exponentials {
    /// The exponentials of `beta` times differences of `input`.
    ///
    /// # Errors
    /// If the input is not quantized as a whole, or so finely that no difference counts.
    pub fn of(input: &Tensor<'_>, beta: f32) -> Result<Box<Self>> {
        let unit = f64::from(1u32 << (31 - INTEGER_BITS));
        let factor = f64::from(beta) * f64::from(checked_scale(input)?.0) * unit;
        let multiplier = Multiplier::from_real(factor.min(f64::from(i32::MAX)));
        if factor.is_nan() || factor <= 0.0 || multiplier.shift < 0 {
            return Err(Error::unsupported(format!(
                "beta {beta} with a scale of {:e} is too small or no positive number",
                checked_scale(input)?.0
            )));
        }
        let radius = f64::from((1 << INTEGER_BITS) - 1) * unit / libm::exp2(f64::from(multiplier.shift));
        let least = -(libm::floor(radius) as i32);
        let mut table =
            Box::new(Self { multiplier, least, scaled: [0; 256], exps: [0; 256], terms: [0; 256] });
        for below in 0..256usize {
            let difference = -(below as i32);
            table.scaled[below] = multiplier.apply(difference);
            if difference >= least {
                table.exps[below] = exp_of_negative(table.scaled[below]);
                table.terms[below] = rounding_divide_by_pot(table.exps[below], SUM_BITS);
            }
        }
        Ok(table)
    }
}
