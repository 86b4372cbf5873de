//! How sums become 8-bit results.

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{Error, Result};

use crate::i8::PAD;
use crate::kernels::Scale;

/// What is known of sums, for a quicker way to multiply them: nothing.
pub const ANY: u8 = 0;
/// They are below `2^30` when they have been shifted left, so that half a step can be added to them.
pub const SMALL: u8 = 1;
/// Results below zero do not count, and all multipliers but zeros shift right.
pub const ABOVE_ZERO: u8 = 2;

/// How 32-bit accumulators become 8-bit results: `clamp(multiplier(sum) + zero_point, min, max)`, a multiplier for
/// each column.
#[derive(Clone, Debug)]
pub struct Requantize {
    mantissa: Vec<i32>,
    left: Vec<i32>,
    right: Vec<i32>,
    /// The largest of `left`.
    most_left: u32,
    /// Whether results do not depend on what multiplied sums below zero become exactly, and every multiplier but zeros
    /// shifts right: so it is where RELU follows a layer.
    is_above_zero: bool,
    pub(crate) n: usize,
    zero_point: i32,
    pub(crate) min: i32,
    pub(crate) max: i32,
}

impl Requantize {
    /// Parameters for as many columns as there are multipliers.
    ///
    /// # Errors
    /// If a multiplier is negative, the bounds are not those of an 8-bit type, or the zero point is not in its
    /// neighbourhood.
    pub fn new(multipliers: &[Multiplier], zero_point: i32, (min, max): (i32, i32)) -> Result<Self> {
        if let Some(bad) = multipliers.iter().find(|multiplier| multiplier.mantissa < 0) {
            return Err(Error::invalid_model(format!("negative multiplier {bad:?}")));
        }
        if min > max || min < -128 || max > 255 || !(-1024..=1024).contains(&zero_point) {
            return Err(Error::invalid_model(format!(
                "results in {min}..={max} round the zero point {zero_point} are no 8-bit values"
            )));
        }
        let n = multipliers.len();
        let column = |value: fn(&Multiplier) -> i32| -> Vec<i32> {
            let mut values: Vec<i32> = multipliers.iter().map(value).collect();
            values.resize(n.next_multiple_of(PAD), 0);
            values
        };
        Ok(Self {
            mantissa: column(|multiplier| multiplier.mantissa),
            // As the scalar definition: left shifts count modulo 32, right shifts stop at 31.
            left: column(|multiplier| multiplier.shift.max(0) & 31),
            right: column(|multiplier| multiplier.shift.min(0).saturating_neg().min(31)),
            most_left: multipliers
                .iter()
                .map(|multiplier| multiplier.shift.max(0) as u32 & 31)
                .max()
                .unwrap_or(0),
            is_above_zero: min >= zero_point
                && multipliers.iter().all(|multiplier| multiplier.shift < 0 || multiplier.mantissa == 0),
            n,
            zero_point,
            min,
            max,
        })
    }

    /// The parameters of all columns.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn scale(&self) -> Scale<'_> {
        self.from(0, ANY)
    }

    /// What is known where no sum is larger than `largest`, without its sign.
    pub fn known(&self, largest: u64) -> u8 {
        if self.is_above_zero {
            ABOVE_ZERO
        } else if self.is_small(largest) {
            SMALL
        } else {
            ANY
        }
    }

    /// Whether sums are as [`SMALL`] has them where none is larger than `largest`, without its sign.
    pub fn is_small(&self, largest: u64) -> bool {
        u128::from(largest) << self.most_left < 1 << 30
    }

    /// The parameters from column `start` on, where so much is `known` of sums.
    pub(crate) fn from(&self, start: usize, known: u8) -> Scale<'_> {
        let Self { zero_point, min, max, .. } = *self;
        Scale {
            mantissa: &self.mantissa[start..],
            left: &self.left[start..],
            right: &self.right[start..],
            known,
            zero_point,
            min,
            max,
        }
    }
}
