//! Scale and zero point from a range.

use featherlite_base::{DType, Quantization};

/// Smallest scale: below it products of scales would leave what `f32` can tell apart.
const LEAST_SCALE: f64 = 1e-30;

/// How a tensor's real numbers become integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    /// The element type.
    pub dtype: DType,
    /// The least integer used.
    pub least: i32,
    /// The greatest integer used.
    pub greatest: i32,
    /// The zero point is 0 (or the middle of an unsigned type).
    pub symmetric: bool,
}

impl Levels {
    /// Asymmetric INT8, for activations.
    pub const INT8: Levels = Levels { dtype: DType::I8, least: -128, greatest: 127, symmetric: false };
    /// Asymmetric UINT8.
    pub const UINT8: Levels = Levels { dtype: DType::U8, least: 0, greatest: 255, symmetric: false };
    /// Symmetric INT16, for activations.
    pub const INT16: Levels = Levels { dtype: DType::I16, least: -32768, greatest: 32767, symmetric: true };
    /// Symmetric INT8 from -127, for weights.
    pub const WEIGHTS_INT8: Levels = Levels { dtype: DType::I8, least: -127, greatest: 127, symmetric: true };
    /// Symmetric INT4 from -7, for weights.
    pub const WEIGHTS_INT4: Levels = Levels { dtype: DType::I4, least: -7, greatest: 7, symmetric: true };
    /// Symmetric INT2 from -1, for weights.
    pub const WEIGHTS_INT2: Levels = Levels { dtype: DType::I2, least: -1, greatest: 1, symmetric: true };

    /// Levels for weights of this many bits: 8, 4 or 2.
    pub fn weights(bits: u8) -> Option<Self> {
        match bits {
            8 => Some(Self::WEIGHTS_INT8),
            4 => Some(Self::WEIGHTS_INT4),
            2 => Some(Self::WEIGHTS_INT2),
            _ => None,
        }
    }

    /// The parameters that represent a range, and zero exactly.
    pub fn params(self, range: (f32, f32)) -> Params {
        let (low, high) = (f64::from(range.0).min(0.0), f64::from(range.1).max(0.0));
        let (least, greatest) = (f64::from(self.least), f64::from(self.greatest));
        if low == high {
            return Params { scale: 1.0, zero_point: self.middle() };
        }
        if self.symmetric {
            let scale = (-low).max(high) / f64::from(self.greatest - self.middle());
            return Params { scale: scale.max(LEAST_SCALE) as f32, zero_point: self.middle() };
        }
        let scale = ((high - low) / (greatest - least)).max(LEAST_SCALE);
        // Of the two ends, the one farther from zero is rounded less by a zero point chosen for the other.
        let zero = if high > -low { least - low / scale } else { greatest - high / scale };
        Params { scale: scale as f32, zero_point: zero.round().clamp(least, greatest) as i32 }
    }

    /// The range that parameters can represent.
    pub fn range(self, params: Params) -> (f32, f32) {
        let real = |q: i32| params.scale * (q - params.zero_point) as f32;
        (real(self.least), real(self.greatest))
    }

    /// The integer nearest to a real number, halves away from zero, cut to the type.
    pub fn quantize(self, value: f32, params: Params) -> i32 {
        let q = (value / params.scale).round() + params.zero_point as f32;
        q.clamp(self.least as f32, self.greatest as f32) as i32
    }

    fn middle(self) -> i32 {
        if self.dtype == DType::U8 { 128 } else { 0 }
    }
}

/// A scale and a zero point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Params {
    /// What one step stands for.
    pub scale: f32,
    /// The integer that stands for zero.
    pub zero_point: i32,
}

impl From<Params> for Quantization {
    fn from(params: Params) -> Self {
        Quantization::per_tensor(params.scale, params.zero_point)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranges_are_covered_to_half_a_step_and_zero_is_exact(
            a in -1e3f32..1e3, b in -1e3f32..1e3, exponent in -12i32..6
        ) {
            let range = (a.min(b) * 10f32.powi(exponent), a.max(b) * 10f32.powi(exponent));
            for levels in [Levels::INT8, Levels::UINT8, Levels::INT16, Levels::WEIGHTS_INT8, Levels::WEIGHTS_INT4] {
                let params = levels.params(range);
                prop_assert!((levels.least..=levels.greatest).contains(&params.zero_point));
                prop_assert_eq!(levels.quantize(0.0, params), params.zero_point);
                let (low, high) = levels.range(params);
                let slack = params.scale * 0.5001;
                prop_assert!(low <= range.0 + slack && high >= range.1 - slack, "{:?} {:?}", levels, params);
            }
        }
    }

    #[test]
    fn known_parameters() {
        assert_eq!(Levels::INT8.params((0.0, 6.0)), Params { scale: 6.0 / 255.0, zero_point: -128 });
        assert_eq!(Levels::UINT8.params((-1.0, 1.0)), Params { scale: 2.0 / 255.0, zero_point: 128 });
        assert_eq!(Levels::INT16.params((-2.0, 1.0)), Params { scale: 2.0 / 32767.0, zero_point: 0 });
        assert_eq!(Levels::WEIGHTS_INT4.params((-3.5, 1.0)), Params { scale: 0.5, zero_point: 0 });
        assert_eq!(Levels::INT8.params((0.0, 0.0)), Params { scale: 1.0, zero_point: 0 });
    }
}
