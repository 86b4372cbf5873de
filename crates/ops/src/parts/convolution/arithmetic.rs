use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{Element, Result};
use featherlite_schema::ActivationFunctionType;

use crate::parts::activation::{self, bound};
use crate::parts::hybrid;

/// How sums of products are made and finished.
pub trait Arithmetic: Send + Sync {
    /// Elements of the input.
    type Input: Element;
    /// Elements of the weights.
    type Weight: Element;
    /// Elements of the bias.
    type Bias: Element;
    /// Elements of the output.
    type Output: Element;
    /// A running sum; its default is 0.
    type Sum: Copy + Default;

    /// `sum + x * weight`.
    fn multiply_add(&self, sum: Self::Sum, x: Self::Input, weight: Self::Weight) -> Self::Sum;

    /// The result of output channel `channel`; the bias is empty or has one element for each.
    fn finish(&self, sum: Self::Sum, channel: usize, bias: &[Self::Bias]) -> Self::Output;

    /// The results of `N` output channels from `channel` on, in a form that compilers vectorise.
    #[inline(always)]
    fn finish_all<const N: usize>(
        &self,
        sums: &[Self::Sum; N],
        channel: usize,
        bias: &[Self::Bias],
    ) -> [Self::Output; N] {
        core::array::from_fn(
            #[inline(always)]
            |index| self.finish(sums[index], channel + index, bias),
        )
    }
}

/// `f32` throughout.
pub struct Float {
    /// Lower bound of results.
    pub min: f32,
    /// Upper bound of results.
    pub max: f32,
}

/// INT8 with symmetric weights.
pub struct Signed(pub Scaled);

/// UINT8, weights with a zero point.
pub struct Unsigned {
    /// Input and results.
    pub scaled: Scaled,
    /// The weight that stands for 0.
    pub weights_zero_point: i32,
}

/// INT16 with INT8 weights and 64-bit sums.
pub struct Wide(pub Scaled);

/// INT16 with INT8 weights and 32-bit sums.
pub struct Narrow(pub Scaled);

/// As [`Wide`], for so few products that their sum fits 32 bits.
pub struct Short(pub Scaled);

/// What integer forms need to know.
#[derive(Clone, Debug)]
pub struct Scaled {
    /// The input value that stands for 0.
    pub input_zero_point: i32,
    /// From sums to results, for each output channel.
    pub multipliers: Box<[Multiplier]>,
    /// The result that stands for 0.
    pub output_zero_point: i32,
    /// Least and greatest result.
    pub range: (i32, i32),
    /// The multipliers once more, as [`Scaled::apply_all`] reads them.
    lanes: Lanes,
    /// And as [`Scaled::finish_wide`] reads them.
    wide: WideLanes,
}

/// What `Multiplier::apply_i64` computes from each multiplier, a list for each step.
#[derive(Clone, Debug)]
struct WideLanes {
    /// Never negative.
    factor: Box<[u32]>,
    half: Box<[i64]>,
    /// Up to 32, and the rest: AVX2 has no signed shifts of 64 bits, but of 32, which is what 32 unsigned ones leave.
    shift: Box<[u32]>,
    rest: Box<[u32]>,
}

/// Multipliers with a list for each field, and the shift's two directions apart.
#[derive(Clone, Debug)]
struct Lanes {
    mantissa: Box<[i32]>,
    left: Box<[u32]>,
    right: Box<[u32]>,
}

/// `f32` input quantized on the fly, for one image.
pub struct Hybrid<'a> {
    /// How the image was quantized.
    pub image: hybrid::RowScale,
    /// Scales of the weights, for each output channel.
    pub scales: &'a [f32],
    /// Bounds of results.
    pub float: &'a Float,
}

impl Float {
    /// From the bounds of a fused activation.
    ///
    /// # Errors
    /// If it is not one that is fused.
    pub fn new(activation: ActivationFunctionType) -> Result<Self> {
        let (min, max) = activation::float_range(activation)?;
        Ok(Self { min, max })
    }
}

impl Scaled {
    /// Parameters whose multipliers are not negative.
    pub fn new(
        input_zero_point: i32,
        multipliers: Vec<Multiplier>,
        output_zero_point: i32,
        range: (i32, i32),
    ) -> Self {
        let (lanes, wide) = (Lanes::new(&multipliers), WideLanes::new(&multipliers));
        Self { input_zero_point, multipliers: multipliers.into(), output_zero_point, range, lanes, wide }
    }

    /// The result of a finished 32-bit sum.
    #[inline(always)]
    pub fn apply(&self, sum: i32, channel: usize) -> i32 {
        self.bound(self.multipliers[channel].apply(sum))
    }

    /// The results of `N` channels from `channel` on: the same bits as [`Scaled::apply`], without branches.
    #[inline(always)]
    fn apply_all<const N: usize>(&self, sums: &[i32; N], channel: usize) -> [i32; N] {
        let Lanes { mantissa, left, right } = &self.lanes;
        let (mantissa, left, right): ([i32; N], [u32; N], [u32; N]) =
            (part(mantissa, channel), part(left, channel), part(right, channel));
        let mut results = [0; N];
        for index in 0..N {
            results[index] = self.bound(scaled(sums[index], mantissa[index], left[index], right[index]));
        }
        results
    }

    /// The results of channels from `channel` on from 64-bit sums.
    #[inline(always)]
    pub fn finish_wide(&self, channel: usize, sum: impl Fn(usize) -> i64, results: &mut [i16]) {
        let WideLanes { factor, half, shift, rest } = &self.wide;
        let range = channel..channel + results.len();
        let (factor, half) = (&factor[range.clone()], &half[range.clone()]);
        let (shift, rest) = (&shift[range.clone()], &rest[range]);
        let (zero_point, (least, greatest)) = (self.output_zero_point, self.range);
        for (index, result) in results.iter_mut().enumerate() {
            let product = sum(index).wrapping_mul(factor[index].into()).wrapping_add(half[index]);
            let scaled = (product.cast_unsigned() >> shift[index]) as i32 >> rest[index];
            *result = scaled.wrapping_add(zero_point).max(least).min(greatest) as i16;
        }
    }

    /// The results of channels from `channel` on from 32-bit sums: the same bits as [`Scaled::apply`].
    #[inline(always)]
    pub fn finish_narrow(&self, channel: usize, sum: impl Fn(usize) -> i32, results: &mut [i16]) {
        let Lanes { mantissa, left, right } = &self.lanes;
        let range = channel..channel + results.len();
        let (mantissa, left, right) = (&mantissa[range.clone()], &left[range.clone()], &right[range]);
        let (zero_point, (least, greatest)) = (self.output_zero_point, self.range);
        for (index, result) in results.iter_mut().enumerate() {
            let scaled = scaled(sum(index), mantissa[index], left[index], right[index]);
            *result = scaled.wrapping_add(zero_point).max(least).min(greatest) as i16;
        }
    }

    /// A number at the output's scale as a result: with its zero point, within the bounds.
    #[inline(always)]
    pub fn bound(&self, scaled: i32) -> i32 {
        let (least, greatest) = self.range;
        scaled.wrapping_add(self.output_zero_point).max(least).min(greatest)
    }
}

/// `Multiplier::apply` of its parts, without branches.
#[inline(always)]
fn scaled(sum: i32, mantissa: i32, left: u32, right: u32) -> i32 {
    // Mantissas are not negative, so the product can not be the one that saturates; and rounding halves up in 64
    // bits is what the definition's two branches do.
    let product = i64::from(sum.wrapping_shl(left)) * i64::from(mantissa);
    let high = ((product + (1 << 30)) >> 31) as i32;
    let mask = 1i32.wrapping_shl(right).wrapping_sub(1);
    let threshold = (mask >> 1) + i32::from(high < 0);
    (high >> right) + i32::from(high & mask > threshold)
}

impl WideLanes {
    fn new(multipliers: &[Multiplier]) -> Self {
        let parts = multipliers.iter().map(|multiplier| multiplier.wide_parts());
        Self {
            factor: parts.clone().map(|(factor, _)| factor as u32).collect(),
            half: parts.clone().map(|(_, shift)| 1 << (shift - 1)).collect(),
            shift: parts.clone().map(|(_, shift)| shift.min(32)).collect(),
            rest: parts.map(|(_, shift)| shift.saturating_sub(32)).collect(),
        }
    }
}

impl Lanes {
    fn new(multipliers: &[Multiplier]) -> Self {
        Self {
            mantissa: multipliers.iter().map(|multiplier| multiplier.mantissa).collect(),
            // As the scalar definition: left shifts count modulo 32, right shifts stop at 31.
            left: multipliers.iter().map(|multiplier| multiplier.shift.max(0) as u32 & 31).collect(),
            right: multipliers
                .iter()
                .map(|multiplier| multiplier.shift.clamp(-31, 0).unsigned_abs())
                .collect(),
        }
    }
}

#[inline(always)]
fn of<T: Copy + Default>(bias: &[T], channel: usize) -> T {
    if bias.is_empty() { T::default() } else { bias[channel] }
}

/// `N` elements from `start` on; there are so many.
#[inline(always)]
fn part<T: Copy, const N: usize>(values: &[T], start: usize) -> [T; N] {
    let values = &values[start..start + N];
    core::array::from_fn(
        #[inline(always)]
        |index| values[index],
    )
}

#[inline(always)]
fn part_or_zero<T: Copy + Default, const N: usize>(values: &[T], start: usize) -> [T; N] {
    if values.is_empty() { [T::default(); N] } else { part(values, start) }
}

impl Arithmetic for Float {
    type Input = f32;
    type Weight = f32;
    type Bias = f32;
    type Output = f32;
    type Sum = f32;

    #[inline(always)]
    fn multiply_add(&self, sum: f32, x: f32, weight: f32) -> f32 {
        sum + x * weight
    }

    #[inline(always)]
    fn finish(&self, sum: f32, channel: usize, bias: &[f32]) -> f32 {
        bound(sum + of(bias, channel), (self.min, self.max))
    }

    #[inline(always)]
    fn finish_all<const N: usize>(&self, sums: &[f32; N], channel: usize, bias: &[f32]) -> [f32; N] {
        let bias: [f32; N] = part_or_zero(bias, channel);
        core::array::from_fn(
            #[inline(always)]
            |index| bound(sums[index] + bias[index], (self.min, self.max)),
        )
    }
}

impl Arithmetic for Signed {
    type Input = i8;
    type Weight = i8;
    type Bias = i32;
    type Output = i8;
    type Sum = i32;

    #[inline(always)]
    fn multiply_add(&self, sum: i32, x: i8, weight: i8) -> i32 {
        // At most 255 * 128: 16 bits are enough for the product, and quicker.
        let x = i16::from(x).wrapping_sub(self.0.input_zero_point as i16);
        sum.wrapping_add(i32::from(x.wrapping_mul(i16::from(weight))))
    }

    #[inline(always)]
    fn finish(&self, sum: i32, channel: usize, bias: &[i32]) -> i8 {
        self.0.apply(sum.wrapping_add(of(bias, channel)), channel) as i8
    }

    #[inline(always)]
    fn finish_all<const N: usize>(&self, sums: &[i32; N], channel: usize, bias: &[i32]) -> [i8; N] {
        let bias: [i32; N] = part_or_zero(bias, channel);
        let sums = core::array::from_fn(
            #[inline(always)]
            |index| sums[index].wrapping_add(bias[index]),
        );
        self.0.apply_all(&sums, channel).map(|result| result as i8)
    }
}

impl Arithmetic for Unsigned {
    type Input = u8;
    type Weight = u8;
    type Bias = i32;
    type Output = u8;
    type Sum = i32;

    #[inline(always)]
    fn multiply_add(&self, sum: i32, x: u8, weight: u8) -> i32 {
        let x = i32::from(x) - self.scaled.input_zero_point;
        sum.wrapping_add(x * (i32::from(weight) - self.weights_zero_point))
    }

    #[inline(always)]
    fn finish(&self, sum: i32, channel: usize, bias: &[i32]) -> u8 {
        self.scaled.apply(sum.wrapping_add(of(bias, channel)), channel) as u8
    }

    #[inline(always)]
    fn finish_all<const N: usize>(&self, sums: &[i32; N], channel: usize, bias: &[i32]) -> [u8; N] {
        let bias: [i32; N] = part_or_zero(bias, channel);
        let sums = core::array::from_fn(
            #[inline(always)]
            |index| sums[index].wrapping_add(bias[index]),
        );
        self.scaled.apply_all(&sums, channel).map(|result| result as u8)
    }
}

impl Arithmetic for Wide {
    type Input = i16;
    type Weight = i8;
    type Bias = i64;
    type Output = i16;
    type Sum = i64;

    #[inline(always)]
    fn multiply_add(&self, sum: i64, x: i16, weight: i8) -> i64 {
        sum + i64::from(i32::from(x) * i32::from(weight))
    }

    #[inline(always)]
    fn finish(&self, sum: i64, channel: usize, bias: &[i64]) -> i16 {
        let sum = sum.wrapping_add(of(bias, channel));
        self.0.bound(self.0.multipliers[channel].apply_i64(sum)) as i16
    }
}

impl Arithmetic for Short {
    type Input = i16;
    type Weight = i8;
    type Bias = i64;
    type Output = i16;
    type Sum = i32;

    #[inline(always)]
    fn multiply_add(&self, sum: i32, x: i16, weight: i8) -> i32 {
        sum.wrapping_add(i32::from(x) * i32::from(weight))
    }

    #[inline(always)]
    fn finish(&self, sum: i32, channel: usize, bias: &[i64]) -> i16 {
        let sum = i64::from(sum).wrapping_add(of(bias, channel));
        self.0.bound(self.0.multipliers[channel].apply_i64(sum)) as i16
    }

    #[inline(always)]
    fn finish_all<const N: usize>(&self, sums: &[i32; N], channel: usize, bias: &[i64]) -> [i16; N] {
        let bias: [i64; N] = part_or_zero(bias, channel);
        let mut results = [0; N];
        let sum = |index: usize| i64::from(sums[index]).wrapping_add(bias[index]);
        self.0.finish_wide(channel, sum, &mut results);
        results
    }
}

impl Arithmetic for Narrow {
    type Input = i16;
    type Weight = i8;
    type Bias = i32;
    type Output = i16;
    type Sum = i32;

    #[inline(always)]
    fn multiply_add(&self, sum: i32, x: i16, weight: i8) -> i32 {
        sum.wrapping_add(i32::from(x) * i32::from(weight))
    }

    #[inline(always)]
    fn finish(&self, sum: i32, channel: usize, bias: &[i32]) -> i16 {
        self.0.apply(sum.wrapping_add(of(bias, channel)), channel) as i16
    }

    #[inline(always)]
    fn finish_all<const N: usize>(&self, sums: &[i32; N], channel: usize, bias: &[i32]) -> [i16; N] {
        let bias: [i32; N] = part_or_zero(bias, channel);
        let mut results = [0; N];
        let sum = |index: usize| sums[index].wrapping_add(bias[index]);
        self.0.finish_narrow(channel, sum, &mut results);
        results
    }
}

impl Arithmetic for Hybrid<'_> {
    type Input = i8;
    type Weight = i8;
    type Bias = f32;
    type Output = f32;
    type Sum = i32;

    #[inline(always)]
    fn multiply_add(&self, sum: i32, x: i8, weight: i8) -> i32 {
        let x = i16::from(x).wrapping_sub(self.image.zero_point as i16);
        sum.wrapping_add(i32::from(x.wrapping_mul(i16::from(weight))))
    }

    #[inline(always)]
    fn finish(&self, sum: i32, channel: usize, bias: &[f32]) -> f32 {
        let scale = self.scales[channel] * self.image.scale;
        bound(sum as f32 * scale + of(bias, channel), (self.float.min, self.float.max))
    }

    #[inline(always)]
    fn finish_all<const N: usize>(&self, sums: &[i32; N], channel: usize, bias: &[f32]) -> [f32; N] {
        let (scales, bias): ([f32; N], [f32; N]) = (part(self.scales, channel), part_or_zero(bias, channel));
        core::array::from_fn(
            #[inline(always)]
            |index| {
                let sum = sums[index] as f32 * (scales[index] * self.image.scale);
                bound(sum + bias[index], (self.float.min, self.float.max))
            },
        )
    }
}
