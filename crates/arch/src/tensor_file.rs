//! Weights as safetensors files, with the architecture that they are of.

use featherlite_base::{Bf16, F16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::weights::{Tensor, Weights};
use crate::{Arch, Error, Result};

/// Under which name the architecture lies in the file's metadata, as JSON.
const ARCH: &str = "featherlite.arch";

impl Weights {
    /// As the contents of a safetensors file; the architecture goes into its metadata.
    ///
    /// # Errors
    /// If a tensor has not as many values as its shape says.
    pub fn to_safetensors(&self, arch: Option<&Arch>) -> Result<Vec<u8>> {
        let bytes: Vec<(&str, &Tensor, Vec<u8>)> =
            self.iter().map(|(name, tensor)| (name, tensor, bytes_of(&tensor.values))).collect();
        let views = bytes.iter().map(|(name, tensor, bytes)| {
            let view = TensorView::new(Dtype::F32, tensor.shape.clone(), bytes);
            view.map(|view| (*name, view)).map_err(|error| Error::invalid(format!("{name}: {error}")))
        });
        let views: Vec<_> = views.collect::<Result<_>>()?;
        let metadata = arch.map(|arch| [(ARCH.to_owned(), arch.to_json())].into_iter().collect());
        safetensors::serialize(views, metadata).map_err(|error| Error::invalid(error.to_string()))
    }

    /// From the contents of a safetensors file: weights (`f32`, `f16`, `bf16` or `f64`), and the architecture if it is in there.
    ///
    /// # Errors
    /// If it is damaged or has other element types.
    pub fn from_safetensors(contents: &[u8]) -> Result<(Self, Option<Arch>)> {
        let damaged = |error: safetensors::SafeTensorError| Error::invalid(format!("safetensors: {error}"));
        let file = SafeTensors::deserialize(contents).map_err(damaged)?;
        let mut weights = Self::default();
        for (name, view) in file.iter() {
            let values = values_of(view.dtype(), view.data())
                .ok_or_else(|| Error::invalid(format!("{name}: values of type {:?}", view.dtype())))?;
            weights.insert(name, Tensor { shape: view.shape().to_vec(), values });
        }
        let (_, header) = SafeTensors::read_metadata(contents).map_err(damaged)?;
        let text = header.metadata().as_ref().and_then(|metadata| metadata.get(ARCH));
        let arch = text.map(|text| Arch::from_json(text)).transpose()?;
        Ok((weights, arch))
    }
}

fn bytes_of(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Little-endian floating-point numbers, as `f32`; `None` for other types.
fn values_of(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    let dtype = match dtype {
        Dtype::F64 => FloatType::F64,
        Dtype::F32 => FloatType::F32,
        Dtype::F16 => FloatType::F16,
        Dtype::BF16 => FloatType::Bf16,
        _ => return None,
    };
    Some(floats(dtype, bytes))
}

/// How floating-point numbers lie in files.
#[derive(Clone, Copy)]
pub(crate) enum FloatType {
    F64,
    F32,
    F16,
    Bf16,
}

impl FloatType {
    /// Bytes of a number.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::F64 => 8,
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }

    /// The number in its little-endian bytes; `None` if they are not as many as it takes.
    pub(crate) fn number(self, bytes: &[u8]) -> Option<f32> {
        Some(match self {
            Self::F64 => f64::from_le_bytes(bytes.try_into().ok()?) as f32,
            Self::F32 => f32::from_le_bytes(bytes.try_into().ok()?),
            Self::F16 => F16(u16::from_le_bytes(bytes.try_into().ok()?)).to_f32(),
            Self::Bf16 => Bf16(u16::from_le_bytes(bytes.try_into().ok()?)).to_f32(),
        })
    }
}

/// Little-endian floating-point numbers, as `f32`.
pub(crate) fn floats(dtype: FloatType, bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(dtype.width()).filter_map(|bytes| dtype.number(bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_survive_a_file() {
        let arch = crate::find("mobilenet_v3_small").unwrap().with_width(0.25);
        let weights = arch.network().unwrap().initialize(7);
        let contents = weights.to_safetensors(Some(&arch)).unwrap();
        assert_eq!(Weights::from_safetensors(&contents), Ok((weights, Some(arch))));
    }

    #[test]
    fn damaged_files_are_refused() {
        let weights =
            crate::find("shufflenet_v2_0.5").unwrap().with_classes(2).network().unwrap().initialize(7);
        let contents = weights.to_safetensors(None).unwrap();
        for length in [0, 7, 8, 100, contents.len() / 2, contents.len() - 1] {
            assert!(Weights::from_safetensors(&contents[..length]).is_err(), "{length}");
        }
        let mut other = contents.clone();
        other[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(Weights::from_safetensors(&other).is_err());
    }
}
