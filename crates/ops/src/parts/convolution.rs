//! What the convolutions have in common: the arithmetic of each combination of element types, apart from the loops
//! that walk over images.
//!
//! Every convolution is a sum of products, finished with bias, scale and bounds. [`Arithmetic`] is how one sum is
//! computed; [`Loops`] are the loops of one operator, written once for all arithmetics; [`plan`] looks at the
//! tensors of a node, prepares the arithmetic they ask for and returns the kernel. It is the plain form of all
//! convolutions, and the reference of those that have faster kernels.
//!
//! | input | weights | sums | result |
//! |---|---|---|---|
//! | FLOAT32 | FLOAT32 | `f32` | clamped |
//! | INT8 | INT8 or INT4, symmetric | `i32` | scaled per channel |
//! | UINT8 | UINT8 with a zero point | `i32` | scaled |
//! | INT16 | INT8 or INT4, symmetric | `i64`, or `i32` where the bias is INT32 | scaled per channel |
//! | FLOAT32 | INT8 or INT4, symmetric | `i32` of inputs quantized image by image | scaled back to `f32` |

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use featherlite_base::arena::{Parallel, bytes_of, cast};
use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Element, Error, Result};
use featherlite_schema::{ActivationFunctionType, TensorType};

use crate::core::{Io, Kernel, Node, Plan, Sig, Types, opt, req};
use crate::parts::activation::{self, bound};
use crate::parts::{hybrid, requantize, subbyte};

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
        core::array::from_fn(|index| self.finish(sums[index], channel + index, bias))
    }
}

/// The loops of one operator, which know the shapes.
pub trait Loops: Send + Sync + 'static {
    /// Computes the output of one batch entry, spread over `parallel`.
    fn image<A: Arithmetic>(
        &self,
        arithmetic: &A,
        parallel: &dyn Parallel,
        input: &[A::Input],
        weights: &[A::Weight],
        bias: &[A::Bias],
        output: &mut [A::Output],
    );
}

/// The tensors of a convolution among a node's inputs, and what its file says about them.
#[derive(Clone, Copy, Debug)]
pub struct Layer {
    /// The input's number.
    pub input: usize,
    /// The weights' number.
    pub weights: usize,
    /// The bias's number; it may be absent.
    pub bias: usize,
    /// Output channels.
    pub channels: usize,
    /// The fused activation.
    pub activation: ActivationFunctionType,
    /// What the options say about the type of the bias.
    pub bias_type: TensorType,
    /// Whether hybrid forms quantize inputs with a zero point.
    pub asymmetric: bool,
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
        let lanes = Lanes::new(&multipliers);
        Self { input_zero_point, multipliers: multipliers.into(), output_zero_point, range, lanes }
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
        core::array::from_fn(|index| {
            // Mantissas are not negative, so the product can not be the one that saturates; and rounding halves
            // up in 64 bits is what the definition's two branches do.
            let shifted = sums[index].wrapping_shl(left[index]);
            let product = i64::from(shifted) * i64::from(mantissa[index]);
            let high = ((product + (1 << 30)) >> 31) as i32;
            let mask = 1i32.wrapping_shl(right[index]).wrapping_sub(1);
            let threshold = (mask >> 1) + i32::from(high < 0);
            let rounded = (high >> right[index]) + i32::from(high & mask > threshold);
            self.bound(rounded)
        })
    }

    #[inline(always)]
    fn bound(&self, scaled: i32) -> i32 {
        let (least, greatest) = self.range;
        scaled.wrapping_add(self.output_zero_point).max(least).min(greatest)
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
    core::array::from_fn(|index| values[index])
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
        core::array::from_fn(|index| bound(sums[index] + bias[index], (self.min, self.max)))
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
        let sums = core::array::from_fn(|index| sums[index].wrapping_add(bias[index]));
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
        let sums = core::array::from_fn(|index| sums[index].wrapping_add(bias[index]));
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
        core::array::from_fn(|index| {
            let sum = sums[index] as f32 * (scales[index] * self.image.scale);
            bound(sum + bias[index], (self.float.min, self.float.max))
        })
    }
}

const F32: Types = Types::of(&[DType::F32]);
const I8: Types = Types::of(&[DType::I8]);
const U8: Types = Types::of(&[DType::U8]);
const I16: Types = Types::of(&[DType::I16]);
const I32: Types = Types::of(&[DType::I32]);
const I32_I64: Types = Types::of(&[DType::I32, DType::I64]);
const I8_I4: Types = Types::of(&[DType::I8, DType::I4]);

/// The combinations of element types of CONV_2D and DEPTHWISE_CONV_2D.
pub const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32), req(F32), opt(F32)], outputs: &[req(F32)], version: 1 },
    Sig { name: "uint8", inputs: &[req(U8), req(U8), opt(I32)], outputs: &[req(U8)], version: 1 },
    Sig { name: "int8", inputs: &[req(I8), req(I8_I4), opt(I32)], outputs: &[req(I8)], version: 3 },
    Sig { name: "int16x8", inputs: &[req(I16), req(I8_I4), opt(I32_I64)], outputs: &[req(I16)], version: 4 },
    Sig { name: "hybrid", inputs: &[req(F32), req(HYBRID), opt(F32)], outputs: &[req(F32)], version: 5 },
];

/// Old files call the signed weights of hybrid operators UINT8.
const HYBRID: Types = Types::of(&[DType::I8, DType::I4, DType::U8]);

/// Weights that a kernel reads: those of the file, or unpacked ones.
pub struct Unpacked {
    input: usize,
    values: Option<Arc<Box<[i8]>>>,
}

impl Unpacked {
    /// The weights of `layer`, unpacked if they have fewer than 8 bits.
    ///
    /// # Errors
    /// If they would have to be unpacked but are not constant.
    pub fn new(plan: &mut Plan<'_>, layer: &Layer) -> Result<Self> {
        let weights = plan.node.input(layer.weights)?;
        let values = match weights.dtype {
            DType::I4 => {
                let (packed, elements) = (weights.constant::<u8>()?, weights.shape.elements());
                Some(plan.shared("unpacked weights", || {
                    let mut values: Box<[i8]> = alloc::vec![0; elements].into();
                    subbyte::unpack(DType::I4, packed, &mut values).map(|()| values)
                })?)
            }
            _ => None,
        };
        Ok(Self { input: layer.weights, values })
    }

    /// The weights during a run.
    ///
    /// # Errors
    /// If the input's memory does not fit `T`.
    pub fn get<'a, T: Element>(&'a self, io: &'a Io<'_>) -> Result<&'a [T]> {
        match &self.values {
            Some(values) => cast(bytes_of(values)),
            None => io.input(self.input),
        }
    }
}

/// A kernel of `loops` with the arithmetic that the tensors of the node ask for.
///
/// # Errors
/// If quantization parameters are missing or impossible, or the activation is not one that is fused.
pub fn plan<L: Loops>(plan: &mut Plan<'_>, layer: &Layer, loops: L) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let (input, weights) = (node.input(layer.input)?, node.input(layer.weights)?);
    match (input.dtype, weights.dtype) {
        (DType::F32, DType::F32) => kernel(plan, layer, loops, Float::new(layer.activation)?),
        (DType::F32, _) => {
            let scales = channel_scales(node, layer)?;
            let float = Float::new(layer.activation)?;
            let weights = Unpacked::new(plan, layer)?;
            let (batch, image) = images(node, layer)?;
            let quantized = plan.scratch(image);
            let bias = bias_of(node, layer);
            let (layer, asymmetric) = (*layer, layer.asymmetric);
            Ok(Box::new(move |io: &mut Io<'_>| {
                let (input, bias, output) =
                    (io.input(layer.input)?, optional(io, bias)?, io.output::<f32>(0)?);
                let (quantized, weights) = (io.scratch::<i8>(quantized)?, weights.get(io)?);
                for_each_image(batch, input, output, |input, output| {
                    let image = hybrid::quantize_row(input, asymmetric, quantized);
                    let arithmetic = Hybrid { image, scales: &scales, float: &float };
                    loops.image(&arithmetic, io.parallel, quantized, weights, bias, output);
                    Ok(())
                })
            }))
        }
        (DType::I8, _) => kernel(plan, layer, loops, Signed(scaled(node, layer)?)),
        (DType::U8, _) => {
            let arithmetic =
                Unsigned { scaled: scaled(node, layer)?, weights_zero_point: zero_point(weights)? };
            kernel(plan, layer, loops, arithmetic)
        }
        (DType::I16, _) if has_narrow_bias(node, layer) => {
            kernel(plan, layer, loops, Narrow(scaled(node, layer)?))
        }
        (DType::I16, _) => kernel(plan, layer, loops, Wide(scaled(node, layer)?)),
        (input, weights) => {
            Err(Error::internal(format!("convolution planned for {input} input and {weights} weights")))
        }
    }
}

fn kernel<L: Loops, A: Arithmetic + 'static>(
    plan: &mut Plan<'_>,
    layer: &Layer,
    loops: L,
    arithmetic: A,
) -> Result<Box<dyn Kernel>> {
    let weights = Unpacked::new(plan, layer)?;
    let (batch, _) = images(plan.node, layer)?;
    let (input, bias) = (layer.input, bias_of(plan.node, layer));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, bias, output) = (io.input(input)?, optional(io, bias)?, io.output(0)?);
        let weights = weights.get(io)?;
        for_each_image(batch, input, output, |input, output| {
            loops.image(&arithmetic, io.parallel, input, weights, bias, output);
            Ok(())
        })
    }))
}

/// Calls `task` with the input and output of each batch entry.
///
/// # Errors
/// The first of `task`.
pub fn for_each_image<T, U>(
    batch: usize,
    input: &[T],
    output: &mut [U],
    mut task: impl FnMut(&[T], &mut [U]) -> Result<()>,
) -> Result<()> {
    let (image, result) = (input.len() / batch.max(1), output.len() / batch.max(1));
    (0..batch).try_for_each(|index| {
        task(&input[index * image..(index + 1) * image], &mut output[index * result..(index + 1) * result])
    })
}

/// The number of batch entries and the elements of each.
///
/// # Errors
/// If there is no input.
pub fn images(node: &Node<'_>, layer: &Layer) -> Result<(usize, usize)> {
    let shape = node.input(layer.input)?.shape;
    Ok((shape.dim(0), shape.elements() / shape.dim(0).max(1)))
}

/// The bias's number, if it is there.
pub fn bias_of(node: &Node<'_>, layer: &Layer) -> Option<usize> {
    node.optional(layer.bias).map(|_| layer.bias)
}

/// The bias during a run; empty if there is none.
///
/// # Errors
/// As [`Io::input`](featherlite_base::arena::Views::input).
pub fn optional<'a, T: Element>(io: &Io<'a>, bias: Option<usize>) -> Result<&'a [T]> {
    bias.map_or(Ok(&[]), |bias| io.input(bias))
}

/// Checks that a bias has one element for each output channel.
///
/// # Errors
/// If it has not.
pub fn check_bias(node: &Node<'_>, bias: usize, channels: usize) -> Result<()> {
    match node.optional(bias) {
        Some(bias) if bias.shape.elements() != channels => Err(Error::invalid_shape(format!(
            "bias {:?} {} for {channels} output channels",
            bias.name, bias.shape
        ))),
        _ => Ok(()),
    }
}

/// Whether a 16-bit convolution sums in 32 bits, as its bias.
fn has_narrow_bias(node: &Node<'_>, layer: &Layer) -> bool {
    match node.optional(layer.bias) {
        Some(bias) => bias.dtype == DType::I32,
        None => layer.bias_type == TensorType::INT32,
    }
}

/// The scales of hybrid weights, for each output channel.
///
/// # Errors
/// If there are none, or they do not fit.
pub fn channel_scales(node: &Node<'_>, layer: &Layer) -> Result<Vec<f32>> {
    let weights = node.input(layer.weights)?;
    Ok(requantize::channel_scales(weights, layer.channels)?.collect())
}

fn zero_point(weights: &crate::core::Tensor<'_>) -> Result<i32> {
    requantize::checked_scale(weights).map(|(_, zero_point)| zero_point)
}

/// Constant weights as INT8 and the value that stands for 0: UINT8 ones are shifted, packed ones unpacked.
///
/// # Errors
/// If they are not constant, or of a type without such a form.
pub fn signed_weights<'a>(node: &Node<'a>, layer: &Layer) -> Result<(Cow<'a, [i8]>, i32)> {
    let weights = node.input(layer.weights)?;
    let is_hybrid = node.input(layer.input)?.dtype == DType::F32;
    Ok(match weights.dtype {
        DType::I4 => {
            let mut values = alloc::vec![0; weights.shape.elements()];
            subbyte::unpack(weights.dtype, weights.constant::<u8>()?, &mut values)?;
            (values.into(), 0)
        }
        // Old files call the signed weights of hybrid operators UINT8.
        DType::U8 if is_hybrid => (cast(weights.constant::<u8>()?)?.into(), 0),
        DType::U8 => {
            let values: Vec<i8> = weights.constant::<u8>()?.iter().map(|&byte| (byte ^ 128) as i8).collect();
            (values.into(), zero_point(weights)? - 128)
        }
        _ => (weights.constant::<i8>()?.into(), 0),
    })
}

/// The parameters of an integer form.
///
/// # Errors
/// If parameters are missing, impossible, or not those that LiteRT's kernels take.
pub fn scaled(node: &Node<'_>, layer: &Layer) -> Result<Scaled> {
    let (input, weights, output) = (node.input(layer.input)?, node.input(layer.weights)?, node.output(0)?);
    let bias = node.optional(layer.bias);
    let (_, input_zero_point) = requantize::checked_scale(input)?;
    let (_, output_zero_point) = requantize::checked_scale(output)?;
    if input.dtype == DType::I16 {
        requantize::check_symmetric(input)?;
        requantize::check_symmetric(output)?;
    }
    let multipliers = if input.dtype == DType::U8 {
        alloc::vec![requantize::tensor_multiplier(input, weights, bias, output)?; layer.channels]
    } else {
        requantize::check_symmetric(weights)?;
        requantize::channel_multipliers(input, weights, output, layer.channels)?
    };
    let range = activation::quantized_range(layer.activation, output)?;
    Ok(Scaled::new(input_zero_point, multipliers, output_zero_point, range))
}

/// What the tests of convolutions share.
#[cfg(test)]
pub(crate) mod tests {
    use alloc::vec;
    use core::fmt::Debug;

    use featherlite_base::arena::Serial;

    use super::*;

    /// Numbers without a pattern, from -128 to 127.
    pub(crate) fn noise(len: usize, seed: usize) -> Vec<i8> {
        (0..len).map(|index| ((index * 2_654_435_761 + seed * 40_503) >> 7) as i8).collect()
    }

    /// Parameters for noise.
    pub(crate) fn scaled(zero_point: i32, channels: usize, range: (i32, i32)) -> Scaled {
        let multiplier = |channel| Multiplier::from_real(0.000_3 * (1.0 + channel as f64));
        Scaled::new(zero_point, (0..channels).map(multiplier).collect(), zero_point + 5, range)
    }

    /// Checks that two implementations of an operator give the same results in every arithmetic, for images, weights and
    /// results of so many elements.
    pub(crate) fn assert_same(
        fast: &impl Loops,
        reference: &impl Loops,
        [inputs, weights, outputs]: [usize; 3],
        channels: usize,
        what: &dyn Debug,
    ) {
        let (input, weights, bias) = (noise(inputs, 1), noise(weights, 2), noise(channels, 3));
        let to_u8 = |values: &[i8]| values.iter().map(|&x| x as u8 ^ 128).collect::<Vec<_>>();
        let to_i16 = |values: &[i8]| values.iter().map(|&x| i16::from(x) * 255).collect::<Vec<_>>();
        let to_f32 = |values: &[i8]| values.iter().map(|&x| f32::from(x) / 64.0).collect::<Vec<_>>();
        let bias_i32: Vec<i32> = bias.iter().map(|&x| i32::from(x) * 99).collect();
        let bias_i64: Vec<i64> = bias.iter().map(|&x| i64::from(x) * 9999).collect();

        let signed = Signed(scaled(-3, channels, (-100, 127)));
        assert_exact(fast, reference, &signed, &input, &weights, &bias_i32, outputs, what);
        let unsigned = Unsigned { scaled: scaled(120, channels, (9, 255)), weights_zero_point: 130 };
        assert_exact(fast, reference, &unsigned, &to_u8(&input), &to_u8(&weights), &[], outputs, what);
        let wide = Wide(scaled(0, channels, (-30000, 32767)));
        assert_exact(fast, reference, &wide, &to_i16(&input), &weights, &bias_i64, outputs, what);
        let narrow = Narrow(scaled(0, channels, (-30000, 32767)));
        assert_exact(fast, reference, &narrow, &to_i16(&input), &weights, &bias_i32, outputs, what);

        let float = Float { min: -9.0, max: f32::INFINITY };
        let (input_f32, weights_f32, bias) = (to_f32(&input), to_f32(&weights), to_f32(&bias));
        assert_close(fast, reference, &float, &input_f32, &weights_f32, &bias, outputs, what);
        let image = hybrid::RowScale { scale: 0.01, zero_point: 7 };
        let scales: Vec<f32> = (0..channels).map(|channel| 0.01 + channel as f32 / 1000.0).collect();
        let hybrid = Hybrid { image, scales: &scales, float: &float };
        assert_close(fast, reference, &hybrid, &input, &weights, &bias, outputs, what);
    }

    fn run<A: Arithmetic>(
        loops: &impl Loops,
        arithmetic: &A,
        input: &[A::Input],
        weights: &[A::Weight],
        bias: &[A::Bias],
        outputs: usize,
    ) -> Vec<A::Output> {
        let mut output = vec![A::Output::default(); outputs];
        loops.image(arithmetic, &Serial, input, weights, bias, &mut output);
        output
    }

    fn assert_exact<A: Arithmetic>(
        fast: &impl Loops,
        reference: &impl Loops,
        arithmetic: &A,
        input: &[A::Input],
        weights: &[A::Weight],
        bias: &[A::Bias],
        outputs: usize,
        what: &dyn Debug,
    ) {
        let expected = run(reference, arithmetic, input, weights, bias, outputs);
        let results = run(fast, arithmetic, input, weights, bias, outputs);
        assert!(results == expected, "{what:?}: {results:?} instead of {expected:?}");
    }

    fn assert_close<A: Arithmetic<Output = f32>>(
        fast: &impl Loops,
        reference: &impl Loops,
        arithmetic: &A,
        input: &[A::Input],
        weights: &[A::Weight],
        bias: &[A::Bias],
        outputs: usize,
        what: &dyn Debug,
    ) {
        let expected = run(reference, arithmetic, input, weights, bias, outputs);
        let results = run(fast, arithmetic, input, weights, bias, outputs);
        let worst = results.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-3, "{what:?}: {results:?} instead of {expected:?}");
    }
}
