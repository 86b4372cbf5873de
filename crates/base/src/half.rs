//! Half-precision floats as storage types: conversion to and from `f32`, nothing else.

/// IEEE 754 binary16, kept as its bits.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct F16(pub u16);

/// bfloat16: the upper half of an `f32`, kept as its bits.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bf16(pub u16);

impl F16 {
    /// The exact value as `f32`.
    pub fn to_f32(self) -> f32 {
        let bits = u32::from(self.0);
        let sign = (bits & 0x8000) << 16;
        let exponent = (bits >> 10) & 0x1f;
        let mantissa = bits & 0x3ff;
        f32::from_bits(match (exponent, mantissa) {
            (0, 0) => sign,
            (0, _) => {
                // Subnormal: shift the leading one into the hidden place.
                let shift = mantissa.leading_zeros() - 21;
                sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13)
            }
            (31, _) => sign | 0x7f80_0000 | (mantissa << 13),
            _ => sign | ((exponent + 112) << 23) | (mantissa << 13),
        })
    }

    /// The nearest half, ties to even; values beyond the range become infinite.
    pub fn from_f32(value: f32) -> Self {
        let bits = value.to_bits();
        let sign = ((bits >> 16) & 0x8000) as u16;
        let magnitude = bits & 0x7fff_ffff;
        if magnitude > 0x7f80_0000 {
            return Self(sign | 0x7e00 | ((magnitude >> 13) & 0x3ff) as u16);
        }
        let round = |value: u32, shift: u32| {
            let half = 1u32 << (shift - 1);
            let kept = value >> shift;
            let rest = value & ((1 << shift) - 1);
            kept + u32::from(rest > half || (rest == half && kept & 1 == 1))
        };
        let half = match magnitude >> 23 {
            exponent if exponent >= 143 => 0x7c00,
            exponent if exponent >= 113 => round(magnitude - (112 << 23), 13),
            exponent if exponent >= 102 => round((magnitude & 0x7f_ffff) | 0x80_0000, 126 - exponent),
            _ => 0,
        };
        Self(sign | half as u16)
    }
}

impl Bf16 {
    /// The exact value as `f32`.
    pub fn to_f32(self) -> f32 {
        f32::from_bits(u32::from(self.0) << 16)
    }

    /// The nearest bfloat16, ties to even; NaN stays NaN.
    pub fn from_f32(value: f32) -> Self {
        let bits = value.to_bits();
        if value.is_nan() {
            return Self((bits >> 16) as u16 | 0x40);
        }
        Self((bits.wrapping_add(0x7fff + ((bits >> 16) & 1)) >> 16) as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_survives_the_way_through_f32() {
        for bits in 0..=u16::MAX {
            let half = F16(bits);
            let wide = half.to_f32();
            if wide.is_nan() {
                assert!(F16::from_f32(wide).to_f32().is_nan());
            } else {
                assert_eq!(F16::from_f32(wide), half, "{bits:#06x} is {wide}");
            }
            let brain = Bf16(bits);
            if !brain.to_f32().is_nan() {
                assert_eq!(Bf16::from_f32(brain.to_f32()), brain);
            }
        }
    }

    #[test]
    fn rounding_is_to_nearest_even() {
        assert_eq!(F16::from_f32(1.0 + 1.0 / 2048.0).0, 0x3c00);
        assert_eq!(F16::from_f32(1.0 + 3.0 / 2048.0).0, 0x3c02);
        assert_eq!(F16::from_f32(65519.0).0, 0x7bff);
        assert_eq!(F16::from_f32(65520.0).0, 0x7c00);
        assert_eq!(F16::from_f32(f32::from_bits(0x3300_0001)).0, 0x0001);
        assert_eq!(F16::from_f32(f32::from_bits(0x3300_0000)).0, 0x0000);
    }
}
