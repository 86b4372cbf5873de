//! Conditions of rules that take more than an element type or a rank.

use featherlite_ir::Value;
use featherlite_schema::owned::BuiltinOptions as O;
use featherlite_schema::{
    ActivationFunctionType, FullyConnectedOptionsWeightsFormat, LSTMKernelType, TensorType,
};

use super::seen::Seen;

/// Whether activations are quantized with a zero point, which is newer than without one.
pub(super) fn asymmetric(options: &O) -> bool {
    match options {
        O::FullyConnectedOptions(options) => options.asymmetric_quantize_inputs,
        O::BatchMatMulOptions(options) => options.asymmetric_quantize_inputs,
        O::SVDFOptions(options) => options.asymmetric_quantize_inputs,
        O::RNNOptions(options) => options.asymmetric_quantize_inputs,
        O::SequenceRNNOptions(options) => options.asymmetric_quantize_inputs,
        O::BidirectionalSequenceRNNOptions(options) => options.asymmetric_quantize_inputs,
        O::LSTMOptions(options) => options.asymmetric_quantize_inputs,
        O::UnidirectionalSequenceLSTMOptions(options) => options.asymmetric_quantize_inputs,
        O::BidirectionalSequenceLSTMOptions(options) => options.asymmetric_quantize_inputs,
        _ => false,
    }
}

/// Whether the options name the element type of the bias. It is `FLOAT32`, which 16-bit activations never have, if they do
/// not.
pub(super) fn bias_type_given(node: &Seen<'_>) -> bool {
    let bias_type = match node.options() {
        Some(O::Conv2DOptions(options)) => options.quantized_bias_type,
        Some(O::FullyConnectedOptions(options)) => options.quantized_bias_type,
        Some(O::TransposeConvOptions(options)) => options.quantized_bias_type,
        _ => TensorType::FLOAT32,
    };
    bias_type != TensorType::FLOAT32
}

/// Whether filters have fewer channels than the image: each sees a group of them.
pub(super) fn grouped_convolution(node: &Seen<'_>) -> bool {
    let channels = |input: usize| node.input(input).and_then(|value| value.shape.as_ref()?.get(3).copied());
    let (image, filters) = (channels(0), channels(1));
    image.is_some() && filters.is_some() && image != filters
}

/// Whether weights have a scale for each output channel.
pub(super) fn per_output_channel(node: &Seen<'_>) -> bool {
    node.input(1).is_some_and(|weights| has_scales_along(weights, 0))
}

/// Whether depthwise weights have a scale for each channel.
pub(super) fn per_depthwise_channel(node: &Seen<'_>) -> bool {
    node.input(1).is_some_and(|weights| has_scales_along(weights, 3))
}

/// Whether an embedding has several scales, one for each row.
pub(super) fn per_row(node: &Seen<'_>) -> bool {
    node.input(1).is_some_and(|table| scales(table).len() > 1 && has_scales_along(table, 0))
}

/// Whether the input is quantized along an axis.
pub(super) fn per_axis_before(node: &Seen<'_>) -> bool {
    node.input(0).is_some_and(is_per_axis)
}

/// Whether the output is quantized along an axis.
pub(super) fn per_axis_after(node: &Seen<'_>) -> bool {
    node.output(0).is_some_and(is_per_axis)
}

/// Whether a product of quantized numbers is scaled by 1 or more: the scales of the factors by that of the output.
pub(super) fn scaled_up(node: &Seen<'_>) -> bool {
    let scale = |value: Option<&Value>| value.and_then(|value| scales(value).first().copied()).unwrap_or(0.0);
    let [a, b, output] = [node.input(0), node.input(1), node.output(0)].map(scale);
    a != 0.0 && b != 0.0 && output != 0.0 && a * b / output >= 1.0
}

/// Whether a fully connected layer has no place for a bias; one with an absent bias is no newer than one with a bias.
pub(super) fn without_bias(node: &Seen<'_>) -> bool {
    node.input_count() == 2
}

pub(super) fn dilated(options: &O) -> bool {
    let O::DepthwiseConv2DOptions(options) = options else { return false };
    (options.dilation_w_factor, options.dilation_h_factor) != (1, 1)
}

pub(super) fn keeping_dimensions(options: &O) -> bool {
    matches!(options, O::FullyConnectedOptions(options) if options.keep_num_dims)
}

/// Whether weights are in the order of a product of 4 by 16.
pub(super) fn shuffled(options: &O) -> bool {
    let O::FullyConnectedOptions(options) = options else { return false };
    options.weights_format == FullyConnectedOptionsWeightsFormat::SHUFFLED4x16INT8
}

/// Whether an activation is fused.
pub(super) fn activated(options: &O) -> bool {
    let O::TransposeConvOptions(options) = options else { return false };
    options.fused_activation_function != ActivationFunctionType::NONE
}

/// Whether the LSTM has gates, weights and state as operands.
pub(super) fn full_kernel(options: &O) -> bool {
    matches!(options, O::LSTMOptions(options) if options.kernel_type == LSTMKernelType::FULL)
}

/// Whether the LSTM has one matrix of weights.
pub(super) fn basic_kernel(options: &O) -> bool {
    matches!(options, O::LSTMOptions(options) if options.kernel_type == LSTMKernelType::BASIC)
}

/// Whether recurrent weights are diagonals.
pub(super) fn diagonal(options: &O) -> bool {
    matches!(options, O::UnidirectionalSequenceLSTMOptions(options) if options.diagonal_recurrent_tensors)
}

/// Whether 16-bit sums may have any scale, not powers of two alone.
pub(super) fn any_scale(options: &O) -> bool {
    match options {
        O::AddOptions(options) => !options.pot_scale_int16,
        O::SubOptions(options) => !options.pot_scale_int16,
        _ => false,
    }
}

pub(super) fn narrow(options: &O) -> bool {
    matches!(options, O::FakeQuantOptions(options) if options.narrow_range)
}

/// Whether ends count from begins.
pub(super) fn offset(options: &O) -> bool {
    matches!(options, O::StridedSliceOptions(options) if options.offset)
}

/// Whether a slice leaves dimensions out by an ellipsis, or adds some.
pub(super) fn reranked(options: &O) -> bool {
    let O::StridedSliceOptions(options) = options else { return false };
    options.ellipsis_mask != 0 || options.new_axis_mask != 0
}

pub(super) fn batched(options: &O) -> bool {
    matches!(options, O::GatherOptions(options) if options.batch_dims != 0)
}

pub(super) fn half_pixels(options: &O) -> bool {
    matches!(options, O::ResizeBilinearOptions(options) if options.half_pixel_centers)
}

/// Whether pixels are not taken at their corner, or corners are aligned.
pub(super) fn moved_pixels(options: &O) -> bool {
    let O::ResizeNearestNeighborOptions(options) = options else { return false };
    options.half_pixel_centers || options.align_corners
}

fn scales(value: &Value) -> &[f32] {
    value.quantization.affine().map_or(&[], |affine| &affine.scales)
}

/// Whether a value has as many scales as it is long along `axis`.
fn has_scales_along(value: &Value, axis: usize) -> bool {
    let size = value.shape.as_ref().and_then(|shape| shape.get(axis)?.size());
    !scales(value).is_empty() && Some(scales(value).len()) == size
}

/// Whether a value has several scales, one for each index along their axis.
fn is_per_axis(value: &Value) -> bool {
    let affine = value.quantization.affine();
    affine.is_some_and(|affine| affine.scales.len() > 1 && has_scales_along(value, affine.axis))
}
