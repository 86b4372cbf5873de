//! Unary functions of quantized tensors as tables: all 256 results for 8 bits, 513 points to interpolate between for
//! 16 bits.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, math};
use featherlite_simd::Level;

use super::activation::{bound, type_range};
use super::converted;
use super::elementwise::{self, unary, unary_loop};
use crate::core::{Kernel, Plan, Tensor};

mod kernels;

/// The result of a unary function for each byte.
pub type Table = [u8; 256];

/// The table of a real function between two quantized tensors of 8 bits, rounding halves away from zero as
/// TensorFlow Lite does when it fills its tables.
///
/// # Errors
/// If a tensor is not quantized to 8 bits as a whole.
pub fn of_real(input: &Tensor<'_>, output: &Tensor<'_>, function: &dyn Fn(f32) -> f32) -> Result<Box<Table>> {
    let (input_scale, input_zero) = input.scale_zero_point()?;
    let (output_scale, output_zero) = output.scale_zero_point()?;
    let (least, greatest) = type_range(output.dtype)?;
    let inverse = 1.0 / output_scale;
    Ok(of_integer(input.dtype, |q| {
        let real = function(input_scale * (q - input_zero) as f32);
        let rescaled = math::round(real * inverse);
        ((rescaled + output_zero as f32) as i32).clamp(least, greatest)
    }))
}

/// The table of an integer function of the quantized value; results are cut to their low 8 bits.
pub fn of_integer(input: DType, function: impl Fn(i32) -> i32) -> Box<Table> {
    let mut table = Box::new([0u8; 256]);
    for (byte, result) in table.iter_mut().enumerate() {
        let q = if input == DType::I8 { i32::from(byte as u8 as i8) } else { byte as i32 };
        *result = function(q) as u8;
    }
    table
}

/// A kernel that applies a real function to every element of input 0, whether these are floats or quantized numbers
/// of 8 or 16 bits.
///
/// # Errors
/// If an 8-bit tensor is not quantized as a whole.
pub fn real_function(
    plan: &Plan<'_>,
    function: impl Fn(f32) -> f32 + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
    match input.dtype {
        DType::F32 | DType::F16 | DType::Bf16 => converted::real(plan, unary_loop(plan, function)),
        DType::I8 | DType::U8 => Ok(kernel(plan, of_real(input, output, &function)?)),
        DType::I16 => {
            let points = Points::of_real(input, output, &function);
            Ok(unary(plan, move |q| points.at(q)))
        }
        other => Err(Error::unsupported(format!("functions of {other}"))),
    }
}

/// A kernel that looks every byte of input 0 up.
pub fn kernel(plan: &Plan<'_>, table: Box<Table>) -> Box<dyn Kernel> {
    look_up(elementwise::level(plan), table, 0)
}

/// A kernel that looks every byte of an input up; the output may be in that input's place.
#[cfg_attr(
    not(any(target_arch = "x86_64", target_arch = "aarch64")),
    allow(unused_variables, reason = "there are vectors for no level")
)]
pub fn look_up(level: Level, table: Box<Table>, input: usize) -> Box<dyn Kernel> {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    if let Some(vectors) = kernels::InVectors::new(level, &table) {
        return elementwise::slices_of(input, move |bytes, results| vectors.look_up(bytes, results));
    }
    elementwise::slices_of(input, move |bytes, results| {
        results.iter_mut().zip(bytes).for_each(|(result, &byte)| *result = table[usize::from(byte)]);
    })
}

/// A function of 16-bit numbers by its values at every 128th of them, between which it is interpolated.
pub struct Points(Box<[i16; 513]>);

impl Points {
    /// The points of a real function between two quantized tensors, moved a little where the function is curved so
    /// that the error in the middle between two of them is halved, as TensorFlow Lite does.
    ///
    /// A tensor without a scale counts as one with the scale 0.
    pub fn of_real(input: &Tensor<'_>, output: &Tensor<'_>, function: &dyn Fn(f32) -> f32) -> Self {
        let limits = |tensor: &Tensor<'_>| {
            let (scale, zero_point) = tensor.scale_zero_point().unwrap_or((0.0, 0));
            (scale * (-32768 - zero_point) as f32, scale * (32767 - zero_point) as f32)
        };
        let (least, greatest) = limits(input);
        let (output_least, output_greatest) = limits(output);
        let (step, per_unit) = ((greatest - least) / 512.0, 65536.0 / (output_greatest - output_least));
        let value = |x: f32| function(x) * per_unit;
        // What is not a number becomes 0.
        let cut = |x: f32| bound(x, (-32768.0, 32767.0)) as i16;
        let mut points = Box::new([0; 513]);
        for (index, point) in points[..512].iter_mut().enumerate() {
            let at = least + index as f32 * step;
            let here = math::round(value(at));
            let interpolated = math::round((value(least + (index + 1) as f32 * step) + here) / 2.0);
            let error = interpolated - math::round(value(at + step / 2.0));
            *point = cut(here - math::round(error / 2.0));
        }
        points[512] = cut(math::round(value(greatest)));
        Self(points)
    }

    /// As [`Points::of_real`], computed in double precision, between numbers with these scales and zero points.
    pub fn of_double(input: (f64, i32), output: (f64, i32), function: impl Fn(f64) -> f64) -> Self {
        let limits = |(scale, zero_point): (f64, i32)| {
            (scale * f64::from(-32768 - zero_point), scale * f64::from(32767 - zero_point))
        };
        let ((least, greatest), (output_least, output_greatest)) = (limits(input), limits(output));
        let (step, per_unit) = ((greatest - least) / 512.0, 65536.0 / (output_greatest - output_least));
        let value = |x: f64| function(x) * per_unit;
        let cut = |x: f64| bound(x, (-32768.0, 32767.0)) as i16;
        let mut points = Box::new([0; 513]);
        for (index, point) in points[..512].iter_mut().enumerate() {
            let at = least + index as f64 * step;
            let here = libm::round(value(at));
            let interpolated = libm::round((value(least + (index + 1) as f64 * step) + here) / 2.0);
            let error = interpolated - libm::round(value(at + step / 2.0));
            *point = cut(here - libm::round(error / 2.0));
        }
        points[512] = cut(libm::round(value(greatest)));
        Self(points)
    }

    /// The function of `q`.
    #[inline]
    pub fn at(&self, q: i16) -> i16 {
        let index = ((i32::from(q) + 32768) >> 7) as usize;
        let (here, next) = (self.0[index], self.0[index + 1]);
        let rise = i32::from(next.wrapping_sub(here)) * i32::from(q & 127);
        (i32::from(here) + ((rise + 64) >> 7)) as i16
    }
}

#[cfg(test)]
mod tests {
    use featherlite_base::{Quantization, Shape};

    use super::*;

    #[test]
    fn interpolated_functions_are_close_to_the_real_ones() {
        let (input, output) =
            (Quantization::per_tensor(4.0 / 32768.0, 0), Quantization::per_tensor(1.0 / 30000.0, 0));
        let tensor = |quantization| Tensor {
            name: "t",
            dtype: DType::I16,
            shape: Shape::SCALAR,
            shape_known: true,
            is_open: false,
            quantization,
            data: None,
            is_constant: false,
            is_variable: false,
            sparsity: None,
        };
        let points = Points::of_real(&tensor(&input), &tensor(&output), &math::sin);
        for q in i16::MIN..=i16::MAX {
            let exact = 30000.0 * math::sin(f32::from(q) * (4.0 / 32768.0));
            assert!((f32::from(points.at(q)) - exact).abs() < 5.0, "{q}: {} {exact}", points.at(q));
        }
    }
}
