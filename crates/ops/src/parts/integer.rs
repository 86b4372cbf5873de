//! What operators do with every width of plain integers: arithmetic that wraps, as it does in TensorFlow Lite.

use featherlite_base::Element;

/// A plain integer type.
pub trait Integer: Element + Ord {
    /// The number of bits.
    const BITS: u32;
    /// The nearest value to `x`.
    fn saturated(x: i64) -> Self;
    /// `self + other`, wrapping.
    fn plus(self, other: Self) -> Self;
    /// `self - other`, wrapping.
    fn minus(self, other: Self) -> Self;
    /// `self * other`, wrapping.
    fn times(self, other: Self) -> Self;
    /// `self / other`, rounded toward zero, wrapping; 0 for a division by 0.
    fn over(self, other: Self) -> Self;
    /// `self / other`, rounded down, wrapping; 0 for a division by 0.
    fn floor_over(self, other: Self) -> Self;
    /// What [`Integer::floor_over`] leaves: it has the sign of `other`; 0 for a division by 0.
    fn floor_rest(self, other: Self) -> Self;
}

macro_rules! integers {
    ($($ty:ty)*) => {$(
        impl Integer for $ty {
            const BITS: u32 = <$ty>::BITS;
            #[inline]
            #[allow(irrefutable_let_patterns)]
            fn saturated(x: i64) -> Self {
                <$ty>::try_from(x).unwrap_or(if x < 0 { <$ty>::MIN } else { <$ty>::MAX })
            }
            #[inline]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            #[inline]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
            #[inline]
            fn over(self, other: Self) -> Self {
                if other == 0 { 0 } else { self.wrapping_div(other) }
            }
            #[inline]
            #[allow(unused_comparisons)]
            fn floor_over(self, other: Self) -> Self {
                let quotient = self.over(other);
                let is_rounded_up = self.wrapping_sub(quotient.wrapping_mul(other)) != 0 && (self < 0) != (other < 0);
                if other != 0 && is_rounded_up { quotient.wrapping_sub(1) } else { quotient }
            }
            #[inline]
            fn floor_rest(self, other: Self) -> Self {
                if other == 0 { 0 } else { self.wrapping_sub(self.floor_over(other).wrapping_mul(other)) }
            }
        }
    )*};
}

integers! { i8 u8 i16 u16 i32 u32 i64 u64 }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds_down_and_never_traps() {
        for a in i8::MIN..=i8::MAX {
            for b in i8::MIN..=i8::MAX {
                if b == 0 {
                    assert_eq!((a.over(b), a.floor_over(b), a.floor_rest(b)), (0, 0, 0));
                    continue;
                }
                let quotient = (f64::from(a) / f64::from(b)).floor() as i32;
                assert_eq!(a.floor_over(b), quotient as i8, "{a} / {b}");
                assert_eq!(a.floor_rest(b), (i32::from(a) - quotient * i32::from(b)) as i8, "{a} % {b}");
                let (a, b) = (a as u8, b as u8);
                assert_eq!((a.floor_over(b), a.floor_rest(b)), (a / b, a % b));
            }
        }
        assert_eq!((u8::saturated(-1), i16::saturated(i64::MAX), u64::saturated(-5)), (0, i16::MAX, 0));
    }
}
