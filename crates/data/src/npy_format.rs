//! The form of NumPy's `.npy` files: arrays in C order, little-endian, as tensors.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

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

/// The bytes of a file that say where its header is.
pub(crate) const START: usize = 12;

/// Where the header of a file lies that starts with these bytes.
pub(crate) fn header(start: &[u8; START]) -> Result<Range<usize>, String> {
    if !start.starts_with(MAGIC) {
        return Err("not an .npy file".to_owned());
    }
    let [.., major, _, a, b, c, d] = *start;
    let (first, length) = match major {
        1 => (10, usize::from(u16::from_le_bytes([a, b]))),
        _ => (12, u32::from_le_bytes([a, b, c, d]) as usize),
    };
    Ok(first..first.max(START).max(first.saturating_add(length)))
}

/// The array that a header describes, without its elements, and how many bytes they take.
pub(crate) fn described(header: &[u8]) -> Result<(Array, usize), String> {
    let header = core::str::from_utf8(header).map_err(|_| "the .npy header is not text")?;
    let field = |key: &str| Some(header.split_once(key)?.1.trim_start());
    let descr = field("'descr':").and_then(|rest| rest.split('\'').nth(1)).ok_or("no descr")?;
    if !field("'fortran_order':").is_some_and(|rest| rest.starts_with("False")) {
        return Err("arrays in Fortran order are not supported".to_owned());
    }
    let shape = field("'shape':").and_then(|rest| rest.strip_prefix('(')?.split(')').next());
    let shape = shape
        .ok_or("no shape")?
        .split(',')
        .map(str::trim)
        .filter(|dim| !dim.is_empty())
        .map(|dim| dim.parse().map_err(|_| format!("bad dimension {dim:?}")))
        .collect::<Result<Vec<usize>, String>>()?;
    let (dtype, width) = dtype_of(descr)?;
    let size = shape.iter().try_fold(width, |product, &dim| product.checked_mul(dim));
    Ok((Array { dtype, width, shape, bytes: Vec::new() }, size.ok_or("shape too large")?))
}

/// The array of a file.
///
/// # Errors
///
/// If the file is damaged, or if the array is of a kind that is not supported.
pub fn parse(file: &[u8]) -> Result<Array, String> {
    let header = header(file.first_chunk().ok_or("not an .npy file")?)?;
    let elements = file.get(header.end..).unwrap_or_default();
    let (mut array, size) = described(file.get(header).ok_or("the file ends in its header")?)?;
    let ends = || format!("the file ends after {} of {size} bytes", elements.len());
    array.bytes = elements.get(..size).ok_or_else(ends)?.to_vec();
    Ok(array)
}

/// What a file with the array holds before its elements.
///
/// # Errors
///
/// If NumPy has no such element type.
pub fn lead(array: &Array) -> Result<Vec<u8>, String> {
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
    let length = u16::try_from(header.len()).map_err(|_| "header too long")?;
    Ok([&MAGIC[..], &[1, 0], &length.to_le_bytes(), header.as_bytes()].concat())
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

fn dtype_of(descr: &str) -> Result<(DType, usize), String> {
    if let Some((_, dtype)) = TYPES.iter().find(|(name, _)| *name == descr) {
        return Ok((*dtype, dtype.bits() / 8));
    }
    match descr.strip_prefix("|S").map(str::parse) {
        Some(Ok(width)) => Ok((DType::String, width)),
        _ => Err(format!("element type {descr:?} is not supported")),
    }
}

fn descr_of(dtype: DType, width: usize) -> Result<String, String> {
    if dtype == DType::String {
        return Ok(format!("|S{width}"));
    }
    let dtype = if dtype == DType::Resource { DType::I32 } else { dtype };
    let found = TYPES.iter().find(|(_, known)| *known == dtype);
    found.map(|(name, _)| (*name).to_owned()).ok_or_else(|| format!("{dtype} can not be written as .npy"))
}
