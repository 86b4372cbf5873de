//! TANH and LOGISTIC of 16-bit tensors: one table of the sigmoid, interpolated.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result};

use super::elementwise::unary;
use super::requantize::{checked_scale, power_of_two_exponent};
use crate::core::{Kernel, Plan, Tensor};

/// A kernel for the sigmoid.
///
/// # Errors
/// If a tensor is not quantized with the zero point 0, or the output not with the scale 2^-15.
pub fn logistic(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (to_index, table) = (ToIndex::of(plan, 0)?, table());
    Ok(unary(plan, move |q: i16| {
        let x = to_index.apply(q);
        // The upper half of the sigmoid in units of 2^-25; the lower half is its mirror image.
        let upper = interpolate(&table, x.unsigned_abs(), 9).unwrap_or(0x7fff << 10);
        let rounded = if x >= 0 { upper + (1 << 9) } else { (1 << 25) - upper + (1 << 9) - 1 };
        (rounded >> 10) as i16
    }))
}

/// A kernel for the hyperbolic tangent, `2 * sigmoid(2 * x) - 1`.
///
/// # Errors
/// As [`logistic`].
pub fn tanh(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (to_index, table) = (ToIndex::of(plan, 1)?, table());
    Ok(unary(plan, move |q: i16| {
        let x = to_index.apply(q);
        let upper = interpolate(&table, x.unsigned_abs(), 8).unwrap_or(0xffff << 8);
        let above_half = upper as i32 - (1 << 23);
        let rounded = if x >= 0 { above_half + (1 << 7) } else { -above_half + (1 << 7) - 1 };
        (rounded >> 8) as i16
    }))
}

/// `65536 * sigmoid(i / 24)`, raised so that the error of the interpolation in the middle between two points is halved.
/// The last point is where it saturates.
fn table() -> Box<[u16; 256]> {
    let value = |index: f64| 65536.0 / (1.0 + libm::exp(index / -24.0));
    let mut table = Box::new([0; 256]);
    for (index, point) in table.iter_mut().enumerate() {
        let index = index as f64;
        let error = value(index + 0.5) - (value(index) + value(index + 1.0)) / 2.0;
        *point = libm::round(value(index) + error / 2.0) as u16;
    }
    table[255] = u16::MAX;
    table
}

/// The table at `x / 2^bits`, times `2^bits`; `None` beyond its end.
#[inline]
fn interpolate(table: &[u16; 256], x: u32, bits: u32) -> Option<u32> {
    let index = (x >> bits) as usize;
    if index >= 255 {
        return None;
    }
    let (here, next) = (u32::from(table[index]), u32::from(table[index + 1]));
    Some((here << bits) + (x & ((1 << bits) - 1)) * (next - here))
}

/// How inputs are brought to units of `1 / (3 * 4096)`, which makes 24 points of the table one.
#[derive(Clone, Copy)]
struct ToIndex {
    factor: i32,
    right_shift: u32,
}

impl ToIndex {
    /// `left_shift`: up to how many bits an input whose scale is a power of two may be coarser than 2^-12.
    fn of(plan: &Plan<'_>, left_shift: i32) -> Result<Self> {
        let (input, output) = (plan.node.input(0)?, plan.node.output(0)?);
        let scale = symmetric_scale(input)?;
        if power_of_two_exponent(symmetric_scale(output)?) != Some(-15) {
            return Err(Error::unsupported(format!(
                "an int16 output {:?} whose scale is not 2^-15",
                output.name
            )));
        }
        if let Some(exponent) = power_of_two_exponent(scale)
            && (0..=left_shift).contains(&(exponent + 12))
        {
            return Ok(Self { factor: 3 << (exponent + 12), right_shift: 0 });
        }
        let (mut factor, mut right_shift) = (f64::from(scale) * 4096.0 * 3.0, 0);
        while factor <= 32767.0 / 2.0 && right_shift <= 30 {
            factor *= 2.0;
            right_shift += 1;
        }
        Ok(Self { factor: factor as i32, right_shift })
    }

    #[inline]
    fn apply(self, q: i16) -> i32 {
        let half = (1 << self.right_shift) >> 1;
        i32::from(q).wrapping_mul(self.factor).wrapping_add(half) >> self.right_shift
    }
}

fn symmetric_scale(tensor: &Tensor<'_>) -> Result<f32> {
    match checked_scale(tensor)? {
        (scale, 0) => Ok(scale),
        (_, zero_point) => Err(Error::invalid_model(format!(
            "int16 tensor {:?} must have the zero point 0, not {zero_point}",
            tensor.name
        ))),
    }
}
