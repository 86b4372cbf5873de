//! Quantized weights of the types that products take, as the products read them: one `i8` each.
//!
//! Sparse weights are expanded; UINT8 ones become `i8` by taking off 128, of their zero point as well; sub-byte ones are unpacked. What is constant is
//! brought to that form once, when the operator is planned.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::sync::Arc;

use featherlite_base::{DType, Result};

use super::requantize::common_zero_point;
use super::{sparse, subbyte};
use crate::core::{Io, Plan, Tensor};

/// Constant weights as one `i8` each.
///
/// # Errors
/// If they are not constant, or of a type that does not fit.
pub fn constant_bytes<'a>(tensor: &Tensor<'a>) -> Result<Cow<'a, [i8]>> {
    if tensor.sparsity.is_some() {
        return sparse::dense(tensor).map(Cow::Owned);
    }
    if tensor.dtype == DType::I8 {
        return tensor.constant::<i8>().map(Cow::Borrowed);
    }
    let mut bytes = alloc::vec![0; tensor.shape.elements()];
    expand(tensor.dtype, tensor.constant()?, &mut bytes)?;
    Ok(Cow::Owned(bytes))
}

/// Constant `f32` weights.
///
/// # Errors
/// If they are not constant, or of another type.
pub fn constant_reals<'a>(tensor: &Tensor<'a>) -> Result<Cow<'a, [f32]>> {
    match tensor.sparsity {
        Some(_) => sparse::dense(tensor).map(Cow::Owned),
        None => tensor.constant().map(Cow::Borrowed),
    }
}

/// The zero point of weights in the form of [`constant_bytes`], the same for all channels.
///
/// # Errors
/// If zero points differ or there are none.
pub fn byte_zero_point(tensor: &Tensor<'_>) -> Result<i32> {
    let zero_point = common_zero_point(tensor)?;
    Ok(if tensor.dtype == DType::U8 { zero_point.wrapping_sub(128) } else { zero_point })
}

/// Writes weights of type `dtype` as one `i8` each.
fn expand(dtype: DType, stored: &[u8], bytes: &mut [i8]) -> Result<()> {
    if dtype != DType::U8 {
        return subbyte::unpack(dtype, stored, bytes);
    }
    bytes.iter_mut().zip(stored).for_each(|(byte, stored)| *byte = (stored ^ 0x80) as i8);
    Ok(())
}

/// 8-bit weights that a kernel reads in the order of the file.
pub struct Bytes {
    input: usize,
    source: Source,
}

enum Source {
    /// They are `i8` as they are.
    Input,
    /// Constants in another form.
    Expanded(Arc<Box<[i8]>>),
    /// They change from run to run and are brought into this scratch area.
    Scratch(DType, usize),
}

impl Bytes {
    /// The weights at input `input`, their bytes taken as those of `dtype`.
    ///
    /// # Errors
    /// If they are missing or of a type that does not fit.
    pub fn plan(plan: &mut Plan<'_>, input: usize, dtype: DType) -> Result<Self> {
        let tensor = &Tensor { dtype, ..plan.node.input(input)?.clone() };
        let source = match dtype {
            DType::I8 if tensor.sparsity.is_none() => Source::Input,
            _ if tensor.is_constant => Source::Expanded(plan.shared("weights", || {
                constant_bytes(tensor).map(|bytes| bytes.into_owned().into_boxed_slice())
            })?),
            _ => Source::Scratch(dtype, plan.scratch(tensor.shape.elements())),
        };
        Ok(Self { input, source })
    }

    /// The weights in this run; once a run.
    ///
    /// # Errors
    /// If they are of a type that does not fit.
    pub fn get<'s, 'a: 's>(&'s self, io: &Io<'a>) -> Result<&'s [i8]> {
        match &self.source {
            Source::Input => io.input(self.input).map(|weights| weights as &[i8]),
            Source::Expanded(weights) => Ok(weights),
            &Source::Scratch(dtype, scratch) => {
                let bytes = io.scratch::<i8>(scratch)?;
                expand(dtype, io.input(self.input)?, bytes)?;
                Ok(bytes)
            }
        }
    }
}
