//! Arrays as numbers, and NumPy's archives of several.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

use featherlite_base::{DType, F16};
use zip::ZipArchive;

use crate::npy::{Array, read_from};

/// Larger arrays are refused: they are damaged or hostile.
pub(crate) const MOST_BYTES: u64 = 1 << 33;

/// Reads the arrays of an `.npz` file, with their names.
///
/// # Errors
///
/// If the file can not be read or is damaged, if it has no arrays, or if one is of a kind that is not supported or has more than
/// 8 GiB.
pub fn read(path: &Path) -> Result<Vec<(String, Array)>> {
    let failed = |error: zip::result::ZipError| Error::new(ErrorKind::InvalidData, error.to_string());
    let mut archive = ZipArchive::new(File::open(path)?).map_err(failed)?;
    let mut arrays = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(failed)?;
        let name = entry.name().map_err(failed)?.trim_end_matches(".npy").to_owned();
        let array = read_from(entry.take(MOST_BYTES))
            .map_err(|error| Error::new(error.kind(), format!("{name}: {error}")))?;
        arrays.push((name, array));
    }
    match arrays.is_empty() {
        true => Err(Error::new(ErrorKind::InvalidData, "there are no arrays")),
        false => Ok(arrays),
    }
}

impl Array {
    /// The numbers of a floating-point array; `None` for other arrays.
    pub fn floats(&self) -> Option<Vec<f32>> {
        match self.dtype {
            DType::F32 => Some(elements(&self.bytes, f32::from_le_bytes)),
            DType::F64 => Some(elements(&self.bytes, |bytes| f64::from_le_bytes(bytes) as f32)),
            DType::F16 => Some(elements(&self.bytes, |bytes| F16(u16::from_le_bytes(bytes)).to_f32())),
            _ => None,
        }
    }

    /// The numbers of an array of real numbers or truth values; `None` for other arrays.
    pub fn real(&self) -> Option<Vec<f32>> {
        let bytes = &self.bytes;
        match self.dtype {
            DType::U8 | DType::Bool => Some(bytes.iter().map(|&value| f32::from(value)).collect()),
            DType::I8 => Some(bytes.iter().map(|&value| f32::from(value as i8)).collect()),
            DType::I16 => Some(elements(bytes, |bytes| f32::from(i16::from_le_bytes(bytes)))),
            DType::U16 => Some(elements(bytes, |bytes| f32::from(u16::from_le_bytes(bytes)))),
            DType::I32 => Some(elements(bytes, |bytes| i32::from_le_bytes(bytes) as f32)),
            DType::U32 => Some(elements(bytes, |bytes| u32::from_le_bytes(bytes) as f32)),
            DType::I64 => Some(elements(bytes, |bytes| i64::from_le_bytes(bytes) as f32)),
            DType::U64 => Some(elements(bytes, |bytes| u64::from_le_bytes(bytes) as f32)),
            _ => self.floats(),
        }
    }
}

fn elements<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&bytes| number(bytes)).collect()
}
