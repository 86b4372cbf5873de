//! Elementary functions on `f32`, the same on every platform.
//!
//! Each is computed in `f64` and rounded once, which gives the correctly rounded `f32` in all but a handful of
//! cases; this is what the 8-bit tables and the reference kernels stand on.

macro_rules! through_f64 {
    ($($name:ident)*) => {$(
        #[doc = concat!("`", stringify!($name), "(x)`.")]
        pub fn $name(x: f32) -> f32 {
            libm::$name(f64::from(x)) as f32
        }
    )*};
}

through_f64! { exp expm1 log log1p tanh sin cos erf }

/// `x` to the power of `y`.
pub fn pow(x: f32, y: f32) -> f32 {
    libm::pow(f64::from(x), f64::from(y)) as f32
}

/// Square root, correctly rounded.
pub fn sqrt(x: f32) -> f32 {
    libm::sqrtf(x)
}

/// The nearest integer, halves away from zero (C's `round`).
pub fn round(x: f32) -> f32 {
    libm::roundf(x)
}

/// The nearest integer, halves to even.
pub fn round_even(x: f32) -> f32 {
    libm::rintf(x)
}

/// The largest integer not above `x`.
pub fn floor(x: f32) -> f32 {
    libm::floorf(x)
}

/// The smallest integer not below `x`.
pub fn ceil(x: f32) -> f32 {
    libm::ceilf(x)
}

/// The integer part of `x`.
pub fn trunc(x: f32) -> f32 {
    libm::truncf(x)
}

/// `1 / (1 + exp(-x))`.
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}
