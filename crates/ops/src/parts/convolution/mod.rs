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
use featherlite_base::{DType, Element, Error, Result};
use featherlite_schema::{ActivationFunctionType, TensorType};

use crate::core::{Io, Kernel, Node, Plan, Sig, Types, opt, req};
use crate::parts::{activation, hybrid, requantize, subbyte};

mod arithmetic;
#[cfg(test)]
pub(crate) mod tests;

pub use arithmetic::{Arithmetic, Float, Hybrid, Narrow, Scaled, Short, Signed, Unsigned, Wide};

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

    /// Whether they add up so few products of 16 by 8 bits that these fit 32 bits, and may do so.
    fn are_sums_short(&self) -> bool {
        false
    }
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

const F32: Types = Types::of(&[DType::F32]);
const I8: Types = Types::of(&[DType::I8]);
const U8: Types = Types::of(&[DType::U8]);
const I16: Types = Types::of(&[DType::I16]);
const I32: Types = Types::of(&[DType::I32]);
const I32_I64: Types = Types::of(&[DType::I32, DType::I64]);
const I8_I4: Types = Types::of(&[DType::I8, DType::I4]);

/// The combinations of element types of CONV_2D and DEPTHWISE_CONV_2D.
pub const SIGS: &[Sig] = &[FLOAT_SIGS[0], UINT8_SIGS[0], INT8_SIGS[0], INT16_SIGS[0], HYBRID_SIGS[0]];

/// Those of parts in FLOAT32.
pub const FLOAT_SIGS: &[Sig] =
    &[Sig { name: "float32", inputs: &[req(F32), req(F32), opt(F32)], outputs: &[req(F32)], version: 1 }];

/// Those of parts in UINT8.
pub const UINT8_SIGS: &[Sig] =
    &[Sig { name: "uint8", inputs: &[req(U8), req(U8), opt(I32)], outputs: &[req(U8)], version: 1 }];

/// Those of parts in INT8.
pub const INT8_SIGS: &[Sig] =
    &[Sig { name: "int8", inputs: &[req(I8), req(I8_I4), opt(I32)], outputs: &[req(I8)], version: 3 }];

/// Those of parts in INT16.
pub const INT16_SIGS: &[Sig] = &[Sig {
    name: "int16x8",
    inputs: &[req(I16), req(I8_I4), opt(I32_I64)],
    outputs: &[req(I16)],
    version: 4,
}];

/// Those of parts whose images are quantized during the run.
pub const HYBRID_SIGS: &[Sig] =
    &[Sig { name: "hybrid", inputs: &[req(F32), req(HYBRID), opt(F32)], outputs: &[req(F32)], version: 5 }];

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
    match (plan.node.input(layer.input)?.dtype, plan.node.input(layer.weights)?.dtype) {
        (DType::F32, DType::F32) => float(plan, layer, loops),
        (DType::F32, _) => hybrid(plan, layer, loops),
        (DType::I16, _) => sixteen_bits(plan, layer, loops),
        (DType::U8, _) => unsigned(plan, layer, loops),
        _ => signed(plan, layer, loops),
    }
}

/// [`plan`] for FLOAT32.
///
/// # Errors
/// As [`plan`].
pub fn float<L: Loops>(plan: &mut Plan<'_>, layer: &Layer, loops: L) -> Result<Box<dyn Kernel>> {
    kernel(plan, layer, loops, Float::new(layer.activation)?)
}

/// [`plan`] for FLOAT32 inputs and integer weights.
///
/// # Errors
/// As [`plan`].
pub fn hybrid<L: Loops>(plan: &mut Plan<'_>, layer: &Layer, loops: L) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let scales = channel_scales(node, layer)?;
    let float = Float::new(layer.activation)?;
    let weights = Unpacked::new(plan, layer)?;
    let (batch, image) = images(node, layer)?;
    let quantized = plan.scratch(image);
    let bias = bias_of(node, layer);
    let (layer, asymmetric, level) = (*layer, layer.asymmetric, plan.setup.level);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, bias, output) = (io.input(layer.input)?, optional(io, bias)?, io.output::<f32>(0)?);
        let (quantized, weights) = (io.scratch::<i8>(quantized)?, weights.get(io)?);
        for_each_image(batch, input, output, |input, output| {
            let image = hybrid::quantize_row(level, input, asymmetric, quantized);
            let arithmetic = Hybrid { image, scales: &scales, float: &float };
            loops.image(&arithmetic, io.parallel, quantized, weights, bias, output);
            Ok(())
        })
    }))
}

/// [`plan`] for INT8.
///
/// # Errors
/// As [`plan`].
pub fn signed<L: Loops>(plan: &mut Plan<'_>, layer: &Layer, loops: L) -> Result<Box<dyn Kernel>> {
    let scaled = scaled(plan.node, layer)?;
    kernel(plan, layer, loops, Signed(scaled))
}

/// [`plan`] for UINT8.
///
/// # Errors
/// As [`plan`].
pub fn unsigned<L: Loops>(plan: &mut Plan<'_>, layer: &Layer, loops: L) -> Result<Box<dyn Kernel>> {
    let scaled = scaled(plan.node, layer)?;
    let weights_zero_point = zero_point(plan.node.input(layer.weights)?)?;
    kernel(plan, layer, loops, Unsigned { scaled, weights_zero_point })
}

/// [`plan`] for INT16.
///
/// # Errors
/// As [`plan`].
pub fn sixteen_bits<L: Loops>(plan: &mut Plan<'_>, layer: &Layer, loops: L) -> Result<Box<dyn Kernel>> {
    let scaled = scaled(plan.node, layer)?;
    if has_narrow_bias(plan.node, layer) {
        return kernel(plan, layer, loops, Narrow(scaled));
    }
    match loops.are_sums_short() {
        true => kernel(plan, layer, loops, Short(scaled)),
        false => kernel(plan, layer, loops, Wide(scaled)),
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
pub fn has_narrow_bias(node: &Node<'_>, layer: &Layer) -> bool {
    match node.optional(layer.bias) {
        Some(bias) => bias.dtype == DType::I32,
        None => layer.bias_type == TensorType::INT32,
    }
}

/// The constant bias of a 16-bit convolution, zeros if there is none.
///
/// # Errors
/// If it is not constant.
pub fn wide_bias(node: &Node<'_>, layer: &Layer) -> Result<Vec<i64>> {
    Ok(match node.optional(layer.bias) {
        Some(bias) if bias.dtype == DType::I32 => bias.constant::<i32>()?.iter().map(|&x| x.into()).collect(),
        Some(bias) => bias.constant::<i64>()?.to_vec(),
        None => alloc::vec![0; layer.channels],
    })
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
