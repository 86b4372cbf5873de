use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Element, F16, Quantization, Shape, arena};
use featherlite_ops::core::Value;

use crate::{Error, Result, TensorInfo};

/// A tensor's contents after a run.
#[derive(Clone, Copy)]
pub struct TensorView<'a> {
    pub(crate) info: &'a TensorInfo,
    pub(crate) value: Value<'a>,
}

impl<'a> TensorView<'a> {
    /// What the file says of the tensor.
    pub fn info(&self) -> &'a TensorInfo {
        self.info
    }

    /// Its element type.
    pub fn dtype(&self) -> DType {
        self.value.dtype
    }

    /// Its shape in the last run.
    pub fn shape(&self) -> Shape {
        self.value.shape
    }

    /// Its bytes, as the runtime has them.
    pub fn bytes(&self) -> &'a [u8] {
        self.value.bytes
    }

    /// Its elements, without a copy.
    ///
    /// # Errors
    /// If it is of another type than `T`.
    pub fn values<T: Element>(&self) -> Result<&'a [T]> {
        check_view::<T>(self.dtype(), &self.info.name)?;
        Ok(arena::cast(self.value.bytes)?)
    }

    /// Its elements as real numbers: quantized ones by `scale * (q - zero_point)`, others converted.
    ///
    /// # Errors
    /// If its type does not stand for real numbers.
    pub fn to_real(&self) -> Result<Vec<f32>> {
        let bytes = self.value.bytes;
        let integers: Vec<i64> = match self.dtype() {
            DType::F32 => return Ok(arena::cast::<f32>(bytes)?.to_vec()),
            DType::F64 => return Ok(arena::cast::<f64>(bytes)?.iter().map(|&x| x as f32).collect()),
            DType::F16 => return Ok(arena::cast::<F16>(bytes)?.iter().map(|x| x.to_f32()).collect()),
            DType::I8 => arena::cast::<i8>(bytes)?.iter().map(|&x| i64::from(x)).collect(),
            DType::U8 | DType::Bool => bytes.iter().map(|&x| i64::from(x)).collect(),
            DType::I16 => arena::cast::<i16>(bytes)?.iter().map(|&x| i64::from(x)).collect(),
            DType::U16 => arena::cast::<u16>(bytes)?.iter().map(|&x| i64::from(x)).collect(),
            DType::I32 => arena::cast::<i32>(bytes)?.iter().map(|&x| i64::from(x)).collect(),
            DType::U32 => arena::cast::<u32>(bytes)?.iter().map(|&x| i64::from(x)).collect(),
            DType::I64 => arena::cast::<i64>(bytes)?.to_vec(),
            other => {
                return Err(Error::argument(format!(
                    "tensor {:?} of {other} has no real numbers",
                    self.info.name
                )));
            }
        };
        let Quantization::Affine(affine) = &self.info.quantization else {
            return Ok(integers.into_iter().map(|q| q as f32).collect());
        };
        let shape = self.shape();
        let channels = affine.scales.len();
        let inner: usize = shape.dims().iter().skip(affine.axis.saturating_add(1)).product();
        let real = |(index, q): (usize, i64)| {
            let channel = if channels == 1 { 0 } else { index / inner.max(1) % channels };
            affine.scales[channel] * (q - i64::from(affine.zero_points[channel])) as f32
        };
        Ok(integers.into_iter().enumerate().map(real).collect())
    }
}

pub(crate) fn check_view<T: Element>(dtype: DType, name: &str) -> Result<()> {
    if T::views(dtype) {
        Ok(())
    } else {
        Err(Error::argument(format!(
            "tensor {name:?} holds {dtype}, which can not be viewed as {}",
            T::DTYPE
        )))
    }
}
