//! Logistic function and hyperbolic tangent of 16-bit fixed-point numbers, as the integer LSTM of TensorFlow Lite
//! computes them (with the arithmetic of the gemmlowp library).
//!
//! A number with `m` integer bits has `15 - m` fractional ones. The functions have no branches, so that loops over them
//! become vector code (see [`Level::vectorize`](../../featherlite_simd/struct.Level.html)).

const ONE: i16 = i16::MAX;

/// The product of two numbers whose integer bits add up: doubled, its high half, halves rounded upward. Both factors are
/// never the minimum here, the only case that would have to saturate.
#[inline(always)]
fn product(a: i16, b: i16) -> i16 {
    ((((i32::from(a) * i32::from(b)) >> 14) + 1) >> 1) as i16
}

/// `round(x / 2^exponent)`, halves away from zero.
#[inline(always)]
fn divide(x: i16, exponent: u32) -> i16 {
    let mask = (1i16 << exponent) - 1;
    let threshold = (mask >> 1) + i16::from(x < 0);
    (x >> exponent) + i16::from((x & mask) > threshold)
}

/// `x * 2^exponent`, saturating; it does so one step early on the negative side.
#[inline(always)]
pub fn multiply(x: i16, exponent: u32) -> i16 {
    let threshold = (1i16 << (15 - exponent)) - 1;
    let shifted = x << exponent;
    let bounded = if x > threshold { i16::MAX } else { shifted };
    if x < -threshold { i16::MIN } else { bounded }
}

/// A constant given with 31 bits, rounded to 15.
const fn constant(value: i32) -> i16 {
    (((value >> 15) + 1) >> 1) as i16
}

/// `exp(x)` for `x` in `[-1/4, 0)` without integer bits: the Taylor series round `-1/8`.
#[inline(always)]
fn exp_small(x: i16) -> i16 {
    const EXP_OF_MINUS_EIGHTH: i16 = constant(1_895_147_668);
    const THIRD: i16 = constant(715_827_883);
    let x = x + (1 << 12);
    let x2 = product(x, x);
    let x3 = product(x2, x);
    let x4 = product(x2, x2);
    let higher = divide(product(divide(x4, 2) + x3, THIRD) + x2, 1);
    EXP_OF_MINUS_EIGHTH.saturating_add(product(EXP_OF_MINUS_EIGHTH, x.wrapping_add(higher)))
}

/// `exp(-2^k)` for `k` from -2 on.
const FACTORS: [i16; 7] = [
    constant(1_672_461_947),
    constant(1_302_514_674),
    constant(790_015_084),
    constant(290_630_308),
    constant(39_332_535),
    constant(720_401),
    constant(242),
];

/// `exp(x)` for `x <= 0` with some integer bits, which are the same for many `x`: there is one loop for all formats.
#[derive(Clone, Copy)]
struct Exp {
    bits: u32,
    quarter: i16,
    /// The bits of `x` that stand for each of the factors; none where a factor's does not fit.
    masks: [i16; FACTORS.len()],
    /// What is below has the result 0.
    least: i16,
}

impl Exp {
    /// For numbers with `bits` integer bits, at most 7.
    #[inline(always)]
    const fn new(bits: u32) -> Self {
        let fraction = 15 - bits;
        let mut masks = [0; FACTORS.len()];
        let mut index = 0;
        while index < 17 - fraction as usize && index < masks.len() {
            masks[index] = 1 << (fraction as usize - 2 + index);
            index += 1;
        }
        let least = if bits > 5 { constant(-(1i32 << (36 - bits))) } else { i16::MIN };
        // With no more than 13 fractional bits a quarter is a whole number of steps.
        Self { bits, quarter: 1 << (fraction - 2), masks, least }
    }

    #[inline(always)]
    fn negative(&self, x: i16) -> i16 {
        let rest = (x & (self.quarter - 1)) - self.quarter;
        let mut result = exp_small(rest << self.bits);
        let whole = rest.wrapping_sub(x);
        for (factor, mask) in FACTORS.into_iter().zip(self.masks) {
            result = if whole & mask != 0 { product(result, factor) } else { result };
        }
        result = if x < self.least { 0 } else { result };
        if x == 0 { ONE } else { result }
    }
}

/// `2 / (1 + x)` with two integer bits, for `x` in `[0, 1)`: three Newton-Raphson steps.
#[inline(always)]
fn twice_reciprocal(x: i16) -> i16 {
    const FIRST: i16 = constant(1_515_870_810);
    const SLOPE: i16 = constant(-1_010_580_540);
    const ONE_IN_TWO_BITS: i16 = 1 << 13;
    let half_denominator = ((i32::from(x) + i32::from(ONE) + 1) >> 1) as i16;
    let mut result = FIRST.wrapping_add(product(half_denominator, SLOPE));
    for _ in 0..3 {
        let error = ONE_IN_TWO_BITS.wrapping_sub(product(half_denominator, result));
        result = result.wrapping_add(multiply(product(result, error), 2));
    }
    result
}

/// `1 / (1 + exp(-x))` without integer bits, for `x` with three.
#[inline(always)]
pub fn logistic(x: i16) -> i16 {
    let negative = if x > 0 { x.wrapping_neg() } else { x };
    let positive = multiply(twice_reciprocal(const { Exp::new(3) }.negative(negative)), 1);
    let result = if x > 0 { positive } else { ONE - positive };
    if x == 0 { 1 << 14 } else { result }
}

/// `tanh(x)` without integer bits, for `x` with some; `exp` takes one more.
#[inline(always)]
fn tanh_of(exp: &Exp, x: i16) -> i16 {
    let negative = if x < 0 { x } else { x.wrapping_neg() };
    let twice = twice_reciprocal(exp.negative(negative));
    let result = multiply(twice.wrapping_sub(1 << 13), 2);
    let signed = if x < 0 { result.wrapping_neg() } else { result };
    if x == 0 { 0 } else { signed }
}

/// Replaces numbers with `integer_bits` integer bits (0 to 6) by their hyperbolic tangents, which have none; other
/// formats give no result, and the numbers are left as they are.
#[inline(always)]
pub fn tanh_all(integer_bits: u32, values: &mut [i16]) {
    if integer_bits <= 6 {
        let exp = Exp::new(integer_bits + 1);
        // A loop rather than a call with a closure, which might not be inlined where vectors are wide.
        for x in values {
            *x = tanh_of(&exp, *x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_within_a_few_steps_of_the_real_function() {
        for x in i16::MIN..=i16::MAX {
            let real = 1.0 / (1.0 + libm::exp(-f64::from(x) / 4096.0));
            let error = f64::from(logistic(x)) - real * 32768.0;
            assert!(error.abs() < 8.0, "logistic({x}) is off by {error}");
        }
        for bits in 0..=6 {
            for x in i16::MIN..=i16::MAX {
                let mut result = [x];
                tanh_all(bits, &mut result);
                let real = libm::tanh(f64::from(x) / f64::from(1 << (15 - bits)));
                let error = f64::from(result[0]) - real * 32768.0;
                assert!(error.abs() < 28.0, "tanh({x}) with {bits} integer bits is off by {error}");
            }
        }
    }

    #[test]
    fn results_stay_what_they_are() {
        // Sums over all numbers, each weighted by its place, of results that agree with gemmlowp's.
        let weighted = |function: &dyn Fn(i16) -> i16| {
            (i16::MIN..=i16::MAX).fold(0i64, |sum, x| sum * 31 % 1_000_003 + i64::from(function(x)))
        };
        assert_eq!(weighted(&logistic), 429_091);
        for (bits, expected) in
            [664_472, 750_925, 430_531, 487_440, 222_099, 837_581, 841_082].into_iter().enumerate()
        {
            let tanh = |x| {
                let mut result = [x];
                tanh_all(bits as u32, &mut result);
                result[0]
            };
            assert_eq!(weighted(&tanh), expected, "{bits} integer bits");
        }
    }
}
