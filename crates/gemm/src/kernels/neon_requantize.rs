//! Requantization of 32-bit sums to bytes with NEON, bit for bit as [`Multiplier::apply`].
//!
//! [`Multiplier::apply`]: featherlite_base::fixed_point::Multiplier::apply

use core::arch::aarch64::*;

use super::Scale;
use crate::Requantize;

/// The columns that are requantized together.
const COLUMNS: usize = 8;

/// How the sums of eight columns become bytes.
pub struct EightColumns {
    mantissa: [int32x4_t; 2],
    left: [int32x4_t; 2],
    /// What shifts right: negative counts.
    right: [int32x4_t; 2],
    zero_point: int16x8_t,
    min: int16x8_t,
    max: int16x8_t,
}

impl EightColumns {
    /// Those of `requantize` from `column` on.
    ///
    /// # Panics
    /// If there are not so many.
    #[inline]
    #[target_feature(enable = "neon")]
    pub fn new(requantize: &Requantize, column: usize) -> Self {
        Self::load(&requantize.from(0, false), column)
    }

    #[inline]
    #[target_feature(enable = "neon")]
    pub(super) fn load(scale: &Scale<'_>, column: usize) -> Self {
        let right = load(scale.right, column);
        Self {
            mantissa: load(scale.mantissa, column),
            left: load(scale.left, column),
            right: [vnegq_s32(right[0]), vnegq_s32(right[1])],
            zero_point: vdupq_n_s16(scale.zero_point as i16),
            min: vdupq_n_s16(scale.min as i16),
            max: vdupq_n_s16(scale.max as i16),
        }
    }

    /// `clamp(multiplier(sum) + zero_point)` of each column. What does not fit 16 bits is out of bounds with any zero point, so that
    /// saturated sums are as good.
    #[inline]
    #[target_feature(enable = "neon")]
    pub fn apply(&self, sums: [int32x4_t; 2]) -> uint8x8_t {
        let scaled = vqmovn_high_s32(vqmovn_s32(self.multiply::<0>(sums)), self.multiply::<1>(sums));
        let result = vqaddq_s16(scaled, self.zero_point);
        let result = vminq_s16(vmaxq_s16(result, self.min), self.max);
        vreinterpret_u8_s8(vmovn_s16(result))
    }

    /// The multipliers of half `HALF`, times its sums.
    #[inline]
    #[target_feature(enable = "neon")]
    fn multiply<const HALF: usize>(&self, sums: [int32x4_t; 2]) -> int32x4_t {
        let right = self.right[HALF];
        // `vqrdmulh` is the doubling high product of the definition.
        let high = vqrdmulhq_s32(vshlq_s32(sums[HALF], self.left[HALF]), self.mantissa[HALF]);
        // The shift rounds halves up, the definition away from zero: one less below zero, where there is a shift.
        // Mantissas are below `2^31`, so the product is not the least number.
        vrshlq_s32(vsraq_n_s32::<31>(high, vandq_s32(high, right)), right)
    }
}

/// Eight numbers from `column` on.
#[inline]
#[target_feature(enable = "neon")]
pub(super) fn load(values: &[i32], column: usize) -> [int32x4_t; 2] {
    let values: &[i32] = &values[column..column + COLUMNS];
    // SAFETY: there are so many.
    unsafe { [vld1q_s32(values.as_ptr()), vld1q_s32(values.as_ptr().add(4))] }
}
