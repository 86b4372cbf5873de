//! NumPy's `.npy` files: arrays in C order, little-endian, as tensors.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::path::Path;

use crate::DType;

/// An array: element type, shape and bytes. Strings have the bytes of NumPy's fixed-width form.
#[derive(Clone, Debug)]
pub struct Array {
    /// The type of the elements.
    pub dtype: DType,
    /// Bytes of one element: the width of strings, otherwise the type's own size.
    pub width: usize,
    /// The sizes of the dimensions.
    pub shape: Vec<usize>,
    /// The elements in C order, little-endian.
    pub bytes: Vec<u8>,
}

const MAGIC: &[u8; 6] = b"\x93NUMPY";

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidData, message.into())
}

/// Reads the array of an `.npy` file.
///
/// # Errors
///
/// If the file can not be read or is damaged, or if the array is of a kind that is not supported.
pub fn read(path: &Path) -> Result<Array> {
    read_from(File::open(path)?)
}

/// Reads an array from what an `.npy` file holds.
///
/// # Errors
///
/// As for [`read`].
pub fn read_from(mut file: impl Read) -> Result<Array> {
    let mut start = [0u8; 8];
    file.read_exact(&mut start)?;
    if &start[..6] != MAGIC {
        return Err(invalid("not an .npy file"));
    }
    let length = if start[6] == 1 {
        let mut length = [0u8; 2];
        file.read_exact(&mut length)?;
        usize::from(u16::from_le_bytes(length))
    } else {
        let mut length = [0u8; 4];
        file.read_exact(&mut length)?;
        u32::from_le_bytes(length) as usize
    };
    let mut header = Vec::new();
    Read::by_ref(&mut file).take(length as u64).read_to_end(&mut header)?;
    let header = String::from_utf8(header).map_err(|_| invalid("the .npy header is not text"))?;
    let field = |key: &str| {
        let rest = header.split_once(&format!("'{key}':"))?.1.trim_start();
        Some(rest)
    };
    let descr = field("descr").and_then(|rest| rest.split('\'').nth(1)).ok_or_else(|| invalid("no descr"))?;
    if !field("fortran_order").is_some_and(|rest| rest.starts_with("False")) {
        return Err(invalid("arrays in Fortran order are not supported"));
    }
    let shape = field("shape")
        .and_then(|rest| rest.strip_prefix('(')?.split(')').next())
        .ok_or_else(|| invalid("no shape"))?;
    let shape = shape
        .split(',')
        .map(str::trim)
        .filter(|dim| !dim.is_empty())
        .map(|dim| dim.parse().map_err(|_| invalid(format!("bad dimension {dim:?}"))))
        .collect::<Result<Vec<usize>>>()?;
    let (dtype, width) = dtype_of(descr)?;
    let elements = shape.iter().try_fold(1usize, |product, &dim| product.checked_mul(dim));
    let size = elements
        .and_then(|elements| elements.checked_mul(width))
        .ok_or_else(|| invalid("shape too large"))?;
    let mut bytes = Vec::new();
    file.take(size as u64).read_to_end(&mut bytes)?;
    if bytes.len() != size {
        return Err(invalid(format!("the file ends after {} of {size} bytes", bytes.len())));
    }
    Ok(Array { dtype, width, shape, bytes })
}

/// Writes what an `.npy` file with the array holds.
///
/// # Errors
///
/// If writing fails, or if NumPy has no such element type.
pub fn write(mut to: impl Write, array: &Array) -> Result<()> {
    let descr = descr_of(array.dtype, array.width)?;
    let dims: Vec<String> = array.shape.iter().map(|dim| format!("{dim},")).collect();
    let shape = match dims.len() {
        1 => dims.concat(),
        _ => dims.join(" ").trim_end_matches(',').to_owned(),
    };
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
    while !(10 + header.len() + 1).is_multiple_of(64) {
        header.push(' ');
    }
    header.push('\n');
    let length = u16::try_from(header.len()).map_err(|_| invalid("header too long"))?;
    to.write_all(MAGIC)?;
    to.write_all(&[1, 0])?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(header.as_bytes())?;
    to.write_all(&array.bytes)
}

const TYPES: &[(&str, DType)] = &[
    ("<f4", DType::F32),
    ("<f2", DType::F16),
    ("<f8", DType::F64),
    ("|i1", DType::I8),
    ("|u1", DType::U8),
    ("<i2", DType::I16),
    ("<u2", DType::U16),
    ("<i4", DType::I32),
    ("<u4", DType::U32),
    ("<i8", DType::I64),
    ("<u8", DType::U64),
    ("|b1", DType::Bool),
    ("<c8", DType::Complex64),
    ("<c16", DType::Complex128),
];

fn dtype_of(descr: &str) -> Result<(DType, usize)> {
    if let Some((_, dtype)) = TYPES.iter().find(|(name, _)| *name == descr) {
        return Ok((*dtype, dtype.bits() / 8));
    }
    match descr.strip_prefix("|S").map(str::parse) {
        Some(Ok(width)) => Ok((DType::String, width)),
        _ => Err(invalid(format!("element type {descr:?} is not supported"))),
    }
}

fn descr_of(dtype: DType, width: usize) -> Result<String> {
    if dtype == DType::String {
        return Ok(format!("|S{width}"));
    }
    let dtype = if dtype == DType::Resource { DType::I32 } else { dtype };
    let found = TYPES.iter().find(|(_, known)| *known == dtype);
    found
        .map(|(name, _)| (*name).to_owned())
        .ok_or_else(|| invalid(format!("{dtype} can not be written as .npy")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_survive_the_way_through_a_file() {
        let folder = std::env::temp_dir().join(format!("featherlite-npy-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (dtype, width, shape) in
            [(DType::F32, 4, vec![2, 3]), (DType::String, 5, vec![4]), (DType::I64, 8, vec![])]
        {
            let elements: usize = shape.iter().product();
            let array =
                Array { dtype, width, shape, bytes: (0..elements * width).map(|x| x as u8).collect() };
            let path = folder.join("array.npy");
            write(File::create(&path).unwrap(), &array).unwrap();
            let back = read(&path).unwrap();
            assert_eq!(
                (back.dtype, back.width, &back.shape, &back.bytes),
                (dtype, width, &array.shape, &array.bytes)
            );
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
