//! Unary functions of 8-bit tensors as tables of their 256 results.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, math};

use super::activation::type_range;
use super::elementwise;
use crate::core::{Kernel, Plan, Tensor};

/// The result of a unary function for each byte.
pub type Table = [u8; 256];

/// The table of a real function between two quantized tensors of 8 bits, rounding halves away from zero as
/// TensorFlow Lite does when it fills its tables.
///
/// # Errors
/// If a tensor is not quantized to 8 bits as a whole.
pub fn of_real(input: &Tensor<'_>, output: &Tensor<'_>, function: impl Fn(f32) -> f32) -> Result<Box<Table>> {
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

/// A kernel that looks every byte of input 0 up.
pub fn kernel(plan: &Plan<'_>, table: Box<Table>) -> Box<dyn Kernel> {
    elementwise::unary(plan, move |byte: u8| table[usize::from(byte)])
}
