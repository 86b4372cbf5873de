//! The activation that an operator applies to its result before it stores it.

use alloc::format;

use featherlite_base::{DType, Error, Result, fixed_point, math};
use featherlite_schema::ActivationFunctionType;

use crate::core::Tensor;
use crate::parts::integer::Integer;

/// Bounds of a fused activation on `f32` results.
///
/// # Errors
/// For TANH and SIGN_BIT, which TensorFlow Lite's kernels do not fuse either.
pub fn float_range(activation: ActivationFunctionType) -> Result<(f32, f32)> {
    Ok(match activation {
        ActivationFunctionType::NONE => (f32::NEG_INFINITY, f32::INFINITY),
        ActivationFunctionType::RELU => (0.0, f32::INFINITY),
        ActivationFunctionType::RELU_N1_TO_1 => (-1.0, 1.0),
        ActivationFunctionType::RELU6 => (0.0, 6.0),
        other => return Err(unsupported(other)),
    })
}

/// The function of a fused activation on `f32` results, for recurrent operators, which take all of them.
///
/// # Errors
/// For numbers that the schema does not name.
pub fn real(activation: ActivationFunctionType) -> Result<fn(f32) -> f32> {
    Ok(match activation {
        ActivationFunctionType::NONE => |x| x,
        ActivationFunctionType::RELU => |x| x.max(0.0),
        ActivationFunctionType::RELU_N1_TO_1 => |x| x.clamp(-1.0, 1.0),
        ActivationFunctionType::RELU6 => |x| x.clamp(0.0, 6.0),
        ActivationFunctionType::TANH => math::tanh,
        ActivationFunctionType::SIGN_BIT => |x| if x.is_sign_negative() { 1.0 } else { 0.0 },
        other => return Err(unsupported(other)),
    })
}

/// A fused activation on `f32` results, of any kind: first the bounds, then the function.
#[derive(Clone, Copy)]
pub struct Fused {
    /// Bounds, so that loops over the common kinds stay vector code.
    pub range: (f32, f32),
    /// What there is besides bounds.
    pub function: Option<fn(f32) -> f32>,
}

impl Fused {
    /// For operators that take all of them.
    ///
    /// # Errors
    /// For numbers that the schema does not name.
    pub fn new(activation: ActivationFunctionType) -> Result<Self> {
        Ok(match float_range(activation) {
            Ok(range) => Self { range, function: None },
            Err(_) => Self { range: (f32::NEG_INFINITY, f32::INFINITY), function: Some(real(activation)?) },
        })
    }

    /// The result for `x`.
    #[inline]
    pub fn apply(&self, x: f32) -> f32 {
        let bounded = bound(x, self.range);
        self.function.map_or(bounded, |function| function(bounded))
    }
}

/// Bounds of a fused activation on plain integers.
///
/// # Errors
/// As [`float_range`].
pub fn integer_range(activation: ActivationFunctionType) -> Result<(i64, i64)> {
    Ok(match activation {
        ActivationFunctionType::NONE => (i64::MIN, i64::MAX),
        ActivationFunctionType::RELU => (0, i64::MAX),
        ActivationFunctionType::RELU_N1_TO_1 => (-1, 1),
        ActivationFunctionType::RELU6 => (0, 6),
        other => return Err(unsupported(other)),
    })
}

/// [`integer_range`] within a type.
///
/// # Errors
/// As [`float_range`].
pub fn integer_range_of<T: Integer>(activation: ActivationFunctionType) -> Result<(T, T)> {
    let (least, greatest) = integer_range(activation)?;
    Ok((T::saturated(least), T::saturated(greatest)))
}

/// `x` cut to a range; what is not a number stays so.
#[inline(always)]
pub fn bound<T: PartialOrd>(x: T, (least, greatest): (T, T)) -> T {
    let x = if x < least { least } else { x };
    if greatest < x { greatest } else { x }
}

/// Bounds of a fused activation on quantized results: the output type's range, cut to where the activation's bounds
/// lie in the output's quantization.
///
/// # Errors
/// As [`float_range`], and if the output is not quantized to 8 or 16 bits as a whole.
pub fn quantized_range(activation: ActivationFunctionType, output: &Tensor<'_>) -> Result<(i32, i32)> {
    let (least, greatest) = type_range(output.dtype)?;
    let (scale, zero_point) = output.scale_zero_point()?;
    let at = |real| fixed_point::quantize(real, scale, zero_point);
    Ok(match activation {
        ActivationFunctionType::NONE => (least, greatest),
        ActivationFunctionType::RELU => (least.max(at(0.0)), greatest),
        ActivationFunctionType::RELU_N1_TO_1 => (least.max(at(-1.0)), greatest.min(at(1.0))),
        ActivationFunctionType::RELU6 => (least.max(at(0.0)), greatest.min(at(6.0))),
        other => return Err(unsupported(other)),
    })
}

/// Least and greatest value of a quantized type.
///
/// # Errors
/// If the type is not one that results are quantized to.
pub fn type_range(dtype: DType) -> Result<(i32, i32)> {
    Ok(match dtype {
        DType::I8 => (-128, 127),
        DType::U8 => (0, 255),
        DType::I16 => (-32768, 32767),
        DType::I4 => (-8, 7),
        other => return Err(Error::unsupported(format!("{other} is not a type for quantized results"))),
    })
}

fn unsupported(activation: ActivationFunctionType) -> Error {
    Error::unsupported(format!("the fused activation {activation:?} is not supported"))
}
