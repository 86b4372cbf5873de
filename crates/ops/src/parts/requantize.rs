//! The factors that bring integer accumulators of weighted sums (convolutions, fully-connected) to the scale of the
//! output.
//!
//! An accumulator counts in units of `input_scale * weight_scale`, one weight scale per output channel or one for
//! all. How the factor is computed (in which order, in which precision) decides the last bit of its mantissa, so
//! these functions follow what TensorFlow Lite does when it prepares such an operator.

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{Affine, DType, Error, Result};

use crate::core::Tensor;
use crate::parts::activation::type_range;

/// `rounding_divide_by_pot` of numbers below `2^30`, whose sum with half a step does not overflow.
#[derive(Clone, Copy, Debug)]
pub struct Rounding {
    shift: u32,
    /// Half a step; 0 where there is no shift.
    half: i32,
    /// All bits set where there is a shift.
    is_shifted: i32,
}

impl Rounding {
    /// Division by `2^exponent`, which is cut to `0..=31`.
    pub fn new(exponent: i32) -> Self {
        let shift = exponent.clamp(0, 31) as u32;
        Self { shift, half: ((1i64 << shift) >> 1) as i32, is_shifted: -i32::from(shift > 0) }
    }

    /// `round(x / 2^exponent)`, halves away from zero.
    #[inline(always)]
    pub fn apply(self, x: i32) -> i32 {
        (x + self.half + ((x >> 31) & self.is_shifted)) >> self.shift
    }
}

/// Scale and zero point of a tensor where an operator looks at the first pair only, whatever their number.
///
/// # Errors
/// If the tensor has no scales.
pub fn first_scale(tensor: &Tensor<'_>) -> Result<(f32, i32)> {
    let affine = affine(tensor)?;
    Ok((affine.scales[0], affine.zero_points[0]))
}

/// Scale and zero point of an activation, which are one pair: the scale is positive, and the zero point a value of the
/// type, so that differences to it do not overflow.
///
/// # Errors
/// If they are not, or there are none.
pub fn checked_scale(tensor: &Tensor<'_>) -> Result<(f32, i32)> {
    let (scale, zero_point) = tensor.scale_zero_point()?;
    let (least, greatest) = type_range(tensor.dtype)?;
    if scale.is_finite() && scale > 0.0 && (least..=greatest).contains(&zero_point) {
        return Ok((scale, zero_point));
    }
    Err(Error::invalid_model(format!(
        "scale {scale} and zero point {zero_point} of {} tensor {:?} are not possible",
        tensor.dtype, tensor.name
    )))
}

/// As [`checked_scale`], but a 16-bit tensor without a scale counts as one with the scale 0 (and so holds zeros only), as
/// it does in TensorFlow Lite's activations.
///
/// # Errors
/// As [`checked_scale`].
pub fn scale_or_zero(tensor: &Tensor<'_>) -> Result<(f32, i32)> {
    if tensor.dtype == DType::I16 && tensor.quantization.affine().is_none() {
        return Ok((0.0, 0));
    }
    checked_scale(tensor)
}

/// `n` where `scale` is 2^n, to three decimals of `n`.
pub fn power_of_two_exponent(scale: f32) -> Option<i32> {
    let exponent = libm::log2(f64::from(scale));
    let rounded = libm::round(exponent);
    (libm::fabs(exponent - rounded) < 1e-3).then_some(rounded as i32)
}

/// Real factors `input_scale * weight_scale / output_scale` for each of `channels` output channels.
///
/// # Errors
/// If a tensor is not quantized, a scale is negative, or the weights have neither one scale nor one for each
/// channel along an axis of that size.
pub fn channel_factors(
    input: &Tensor<'_>,
    weights: &Tensor<'_>,
    output: &Tensor<'_>,
    channels: usize,
) -> Result<Vec<f64>> {
    let scales = channel_scales(weights, channels)?;
    let (input_scale, output_scale) = (first_scale(input)?.0, first_scale(output)?.0);
    check_scale(input, input_scale)?;
    check_scale(output, output_scale)?;
    Ok(scales.map(|scale| f64::from(input_scale) * f64::from(scale) / f64::from(output_scale)).collect())
}

/// [`channel_factors`] in fixed point, for 8- and 16-bit convolutions.
///
/// # Errors
/// As [`channel_factors`].
pub fn channel_multipliers(
    input: &Tensor<'_>,
    weights: &Tensor<'_>,
    output: &Tensor<'_>,
    channels: usize,
) -> Result<Vec<Multiplier>> {
    let factors = channel_factors(input, weights, output, channels)?;
    Ok(factors.into_iter().map(Multiplier::from_real).collect())
}

/// The one factor of an operator whose weights have one scale (uint8 convolutions, fully-connected). It differs from
/// [`channel_multipliers`] in that the product of the scales is rounded to `f32`.
///
/// # Errors
/// If a tensor is not quantized, a scale is negative, or the scale of the bias is far from that of the
/// accumulator.
pub fn tensor_multiplier(
    input: &Tensor<'_>,
    weights: &Tensor<'_>,
    bias: Option<&Tensor<'_>>,
    output: &Tensor<'_>,
) -> Result<Multiplier> {
    let scale = |tensor: &Tensor<'_>| -> Result<f32> {
        let (scale, _) = first_scale(tensor)?;
        check_scale(tensor, scale).map(|()| scale)
    };
    let (input_scale, weight_scale, output_scale) =
        (scale(input)?, scale(weights)?, f64::from(scale(output)?));
    if let Some(bias) = bias {
        // A file may leave the bias without parameters; its scale then counts as 0.
        let bias_scale = bias.quantization.affine().map_or(0.0, |affine| f64::from(affine.scales[0]));
        let difference = (f64::from(input_scale) * f64::from(weight_scale) - bias_scale).abs();
        let relative = difference / output_scale;
        if relative.is_nan() || relative > 0.02 {
            return Err(Error::invalid_model(format!(
                "the scale {bias_scale} of bias {:?} is not the product of the input's {input_scale} and the weights' {weight_scale}",
                bias.name
            )));
        }
    }
    Ok(Multiplier::from_real(f64::from(input_scale * weight_scale) / output_scale))
}

/// The zero point of weights, which must be the same for all channels.
///
/// # Errors
/// If they differ or there are none.
pub fn common_zero_point(weights: &Tensor<'_>) -> Result<i32> {
    let zero_points = &affine(weights)?.zero_points;
    if zero_points.iter().any(|&zero_point| zero_point != zero_points[0]) {
        return Err(Error::unsupported(format!("the zero points of {:?} differ by channel", weights.name)));
    }
    Ok(zero_points[0])
}

/// Checks that a tensor is quantized symmetrically, as 8-bit weights and 16-bit activations must be.
///
/// # Errors
/// If a zero point is not 0, or there are no scales.
pub fn check_symmetric(tensor: &Tensor<'_>) -> Result<()> {
    match affine(tensor)?.zero_points.iter().find(|&&zero_point| zero_point != 0) {
        Some(zero_point) => Err(Error::invalid_model(format!(
            "{} tensor {:?} must have the zero point 0, not {zero_point}",
            tensor.dtype, tensor.name
        ))),
        None => Ok(()),
    }
}

/// The scale of each of `channels` output channels of `weights`.
///
/// # Errors
/// If the tensor has neither one scale nor one for each channel along an axis of that size, or one is negative.
pub fn channel_scales<'a>(
    weights: &Tensor<'a>,
    channels: usize,
) -> Result<impl ExactSizeIterator<Item = f32> + use<'a>> {
    let affine = affine(weights)?;
    let count = affine.scales.len();
    if count > 1 {
        let along = weights.shape.dims().get(affine.axis).copied();
        if count != channels || along != Some(channels) {
            return Err(Error::invalid_model(format!(
                "{count} scales along axis {} of weights {:?} {} where {channels} output channels need them",
                affine.axis, weights.name, weights.shape
            )));
        }
        if !matches!(weights.dtype, DType::I8 | DType::I4 | DType::I2 | DType::I16) {
            return Err(Error::unsupported(format!(
                "{} weights {:?} with a scale for each channel",
                weights.dtype, weights.name
            )));
        }
    }
    affine.scales.iter().try_for_each(|&scale| check_scale(weights, scale))?;
    let scales = &affine.scales;
    Ok((0..channels).map(move |channel| if count > 1 { scales[channel] } else { scales[0] }))
}

fn affine<'a>(tensor: &Tensor<'a>) -> Result<&'a Affine> {
    tensor.quantization.affine().ok_or_else(|| {
        Error::invalid_model(format!("tensor {:?} of {} has no scale", tensor.name, tensor.dtype))
    })
}

fn check_scale(tensor: &Tensor<'_>, scale: f32) -> Result<()> {
    if scale.is_finite() && scale >= 0.0 {
        return Ok(());
    }
    Err(Error::invalid_model(format!(
        "the scale {scale} of tensor {:?} is not a positive number",
        tensor.name
    )))
}

#[cfg(test)]
mod tests {
    use featherlite_base::{Quantization, Shape};

    use super::*;

    fn tensor<'a>(dtype: DType, dims: &[usize], quantization: &'a Quantization) -> Tensor<'a> {
        Tensor {
            name: "t",
            dtype,
            shape: Shape::new(dims).unwrap(),
            shape_known: true,
            is_open: false,
            quantization,
            data: None,
            is_constant: false,
            is_variable: false,
            sparsity: None,
        }
    }

    #[test]
    fn channel_factors_are_products_in_double_precision() {
        let (input, output) = (Quantization::per_tensor(0.1, -3), Quantization::per_tensor(0.3, 5));
        let weights = Quantization::per_axis([0.7, 0.2].into(), [0, 0].into(), 0);
        let input = tensor(DType::I8, &[1, 4], &input);
        let output = tensor(DType::I8, &[1, 2], &output);
        let per_channel = tensor(DType::I8, &[2, 4], &weights);
        let factors = channel_factors(&input, &per_channel, &output, 2).unwrap();
        assert_eq!(factors[1], f64::from(0.1f32) * f64::from(0.2f32) / f64::from(0.3f32));
        assert_eq!(channel_multipliers(&input, &per_channel, &output, 2).unwrap().len(), 2);
        assert!(channel_multipliers(&input, &per_channel, &output, 3).is_err());
        let wrong_axis = tensor(DType::I8, &[4, 2], &weights);
        assert!(channel_multipliers(&input, &wrong_axis, &output, 2).is_err());
        check_symmetric(&per_channel).unwrap();
        assert!(check_symmetric(&input).is_err());
    }

    #[test]
    fn one_factor_is_rounded_and_the_bias_scale_checked() {
        let (input, output) = (Quantization::per_tensor(0.1, 3), Quantization::per_tensor(0.3, 5));
        let weights = Quantization::per_tensor(0.7, 128);
        let (good, bad) = (Quantization::per_tensor(0.07, 0), Quantization::per_tensor(0.1, 0));
        let input = tensor(DType::U8, &[1, 4], &input);
        let output = tensor(DType::U8, &[1, 2], &output);
        let weights = tensor(DType::U8, &[2, 4], &weights);
        let expected = Multiplier::from_real(f64::from(0.1f32 * 0.7f32) / f64::from(0.3f32));
        let bias = tensor(DType::I32, &[2], &good);
        assert_eq!(tensor_multiplier(&input, &weights, Some(&bias), &output).unwrap(), expected);
        assert_eq!(tensor_multiplier(&input, &weights, None, &output).unwrap(), expected);
        let bias = tensor(DType::I32, &[2], &bad);
        assert!(tensor_multiplier(&input, &weights, Some(&bias), &output).is_err());
    }
}
