//! Contents of tensors: raw or in typed fields, inside the file or beside it.

use bytes::Bytes;
use featherlite_base::{Bf16, DType, F16};

use super::external::Folder;
use super::proto;
use crate::{Error, Result};

/// A constant: element type, sizes, and contents as TFLite stores them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constant {
    pub dtype: DType,
    pub dims: Vec<usize>,
    pub bytes: Bytes,
}

/// The element type with this number of `TensorProto.DataType`.
///
/// # Errors
/// If TFLite has none like it.
pub(super) fn dtype(code: i32) -> Result<DType> {
    Ok(match code {
        1 => DType::F32,
        2 => DType::U8,
        3 => DType::I8,
        4 => DType::U16,
        5 => DType::I16,
        6 => DType::I32,
        7 => DType::I64,
        8 => DType::String,
        9 => DType::Bool,
        10 => DType::F16,
        11 => DType::F64,
        12 => DType::U32,
        13 => DType::U64,
        14 => DType::Complex64,
        15 => DType::Complex128,
        16 => DType::Bf16,
        17 => DType::F8E4M3,
        19 => DType::F8E5M2,
        21 => DType::U4,
        22 => DType::I4,
        26 => DType::I2,
        0 => return Err(Error::invalid("a tensor without an element type")),
        18 | 20 | 23 | 24 | 25 | 27 | 28 => {
            let name = match code {
                18 => "float8e4m3fnuz",
                20 => "float8e5m2fnuz",
                23 => "float4e2m1",
                24 => "float8e8m0",
                25 => "uint2",
                27 => "float6e2m3",
                _ => "float6e3m2",
            };
            return Err(Error::unsupported(format!("TFLite has no element type {name}")));
        }
        _ => return Err(Error::invalid(format!("the element type {code} is not one of ONNX"))),
    })
}

impl Constant {
    /// Reads a tensor of the file, or of `folder` if its contents lie beside it.
    ///
    /// # Errors
    /// If sizes and contents contradict each other, or the element type has no counterpart.
    pub(super) fn read(tensor: &proto::Tensor, folder: &mut Folder) -> Result<Self> {
        let within = |error: Error| error.at(format!("tensor {:?}", tensor.name));
        Self::contents(tensor, folder).map_err(within)
    }

    fn contents(tensor: &proto::Tensor, folder: &mut Folder) -> Result<Self> {
        if tensor.segment.is_some() {
            return Err(Error::unsupported("a tensor that is split into segments"));
        }
        let dtype = dtype(tensor.data_type)?;
        let (dims, count) = sizes(&tensor.dims)?;
        if dtype == DType::String {
            let bytes = strings(&tensor.string_data, count)?;
            return Ok(Self { dtype, dims, bytes });
        }
        let expected = dtype
            .storage_bytes(count)
            .ok_or_else(|| Error::invalid(format!("a tensor of {dims:?} does not fit memory")))?;
        let bytes = if tensor.data_location == proto::DataLocation::External as i32 {
            folder.contents(&tensor.external_data, expected)?
        } else if tensor.raw_data.is_empty() {
            typed(tensor, dtype)?
        } else {
            tensor.raw_data.clone()
        };
        if bytes.len() != expected {
            let found = bytes.len();
            return Err(Error::invalid(format!("{found} bytes where {dtype} {dims:?} takes {expected}")));
        }
        Ok(Self { dtype, dims, bytes })
    }
}

/// Sizes, and their product.
fn sizes(dims: &[i64]) -> Result<(Vec<usize>, usize)> {
    let fault = || Error::invalid(format!("a tensor of sizes {dims:?}"));
    let dims: Vec<usize> =
        dims.iter().map(|&dim| usize::try_from(dim).map_err(|_| fault())).collect::<Result<_>>()?;
    let count = dims.iter().try_fold(1usize, |product, &dim| product.checked_mul(dim)).ok_or_else(fault)?;
    Ok((dims, count))
}

/// The field that holds elements of this type, as little-endian bytes.
fn typed(tensor: &proto::Tensor, dtype: DType) -> Result<Bytes> {
    let words = &tensor.int32_data;
    let bytes: Vec<u8> = match dtype {
        DType::F32 | DType::Complex64 => tensor.float_data.iter().flat_map(|x| x.to_le_bytes()).collect(),
        DType::F64 | DType::Complex128 => tensor.double_data.iter().flat_map(|x| x.to_le_bytes()).collect(),
        DType::I64 => tensor.int64_data.iter().flat_map(|x| x.to_le_bytes()).collect(),
        DType::U64 => tensor.uint64_data.iter().flat_map(|x| x.to_le_bytes()).collect(),
        DType::U32 => tensor.uint64_data.iter().flat_map(|&x| (x as u32).to_le_bytes()).collect(),
        DType::I32 => words.iter().flat_map(|x| x.to_le_bytes()).collect(),
        DType::I16 | DType::U16 | DType::F16 | DType::Bf16 => {
            words.iter().flat_map(|&x| (x as u16).to_le_bytes()).collect()
        }
        DType::I8 | DType::U8 | DType::Bool | DType::F8E4M3 | DType::F8E5M2 => {
            words.iter().map(|&x| x as u8).collect()
        }
        // Each word holds a byte of packed elements.
        DType::I4 | DType::U4 | DType::I2 => words.iter().map(|&x| x as u8).collect(),
        DType::String | DType::Resource | DType::Variant => {
            return Err(Error::unsupported(format!("a constant of {dtype}")));
        }
    };
    Ok(bytes.into())
}

/// Strings as TFLite stores them: their number, where each begins and where the last ends, then their bytes.
fn strings(strings: &[Bytes], count: usize) -> Result<Bytes> {
    if strings.len() != count {
        return Err(Error::invalid(format!("{} strings where the sizes say {count}", strings.len())));
    }
    let too_long = || Error::unsupported("strings of more than 2 GB");
    let header = count.checked_add(2).and_then(|words| words.checked_mul(4)).ok_or_else(too_long)?;
    let mut offset = i32::try_from(header).map_err(|_| too_long())?;
    let mut bytes = Vec::with_capacity(header);
    bytes.extend((count as i32).to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    for string in strings {
        let length = i32::try_from(string.len()).map_err(|_| too_long())?;
        offset = offset.checked_add(length).ok_or_else(too_long)?;
        bytes.extend(offset.to_le_bytes());
    }
    strings.iter().for_each(|string| bytes.extend_from_slice(string));
    Ok(bytes.into())
}

/// Real numbers of a constant.
///
/// # Errors
/// If it holds none.
pub(super) fn reals(constant: &Constant) -> Result<Vec<f32>> {
    let bytes = &constant.bytes;
    Ok(match constant.dtype {
        DType::F32 => bytes.chunks_exact(4).map(|x| f32::from_le_bytes([x[0], x[1], x[2], x[3]])).collect(),
        DType::F16 => bytes.chunks_exact(2).map(|x| F16(u16::from_le_bytes([x[0], x[1]])).to_f32()).collect(),
        DType::Bf16 => {
            bytes.chunks_exact(2).map(|x| Bf16(u16::from_le_bytes([x[0], x[1]])).to_f32()).collect()
        }
        DType::F64 => {
            let double = |x: &[u8]| f64::from_le_bytes([x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]]);
            bytes.chunks_exact(8).map(|x| double(x) as f32).collect()
        }
        other => return Err(Error::invalid(format!("real numbers are expected, not {other}"))),
    })
}

/// Elements of 4 or 2 bits, one a byte.
///
/// # Errors
/// If they are of another size.
pub(super) fn unpacked(constant: &Constant) -> Result<Vec<i8>> {
    let (bits, is_signed) = match constant.dtype {
        DType::I4 => (4, true),
        DType::U4 => (4, false),
        DType::I2 => (2, true),
        other => return Err(Error::internal(format!("{other} is not packed"))),
    };
    let count = constant.dims.iter().product();
    let element = |index: usize| {
        let per_byte = 8 / bits;
        let byte = constant.bytes.get(index / per_byte).copied().unwrap_or_default();
        let shifted = byte << (8 - bits - bits * (index % per_byte));
        if is_signed { shifted as i8 >> (8 - bits) } else { (shifted >> (8 - bits)) as i8 }
    };
    Ok((0..count).map(element).collect())
}

/// A sparse tensor written out: `values` at `indices`, which are positions or coordinates, and 0 elsewhere.
///
/// # Errors
/// If an index lies outside, or there are not as many as values.
pub(super) fn dense(values: &Constant, indices: &Constant, dims: &[i64]) -> Result<Constant> {
    let (dims, count) = sizes(dims)?;
    let size = values.dtype.bits() / 8;
    let total = count.checked_mul(size).filter(|&total| size > 0 && total <= DENSE);
    let total = total.ok_or_else(|| Error::unsupported(format!("a sparse {} {dims:?}", values.dtype)))?;
    if indices.dtype != DType::I64 {
        return Err(Error::invalid(format!("indices of {}", indices.dtype)));
    }
    let numbers: Vec<i64> =
        indices.bytes.chunks_exact(8).filter_map(|x| Some(i64::from_le_bytes(x.try_into().ok()?))).collect();
    let stored = values.bytes.len() / size;
    let coordinates = if indices.dims.len() == 2 { dims.len() } else { 1 };
    if stored.checked_mul(coordinates) != Some(numbers.len()) {
        return Err(Error::invalid(format!("{} indices for {stored} values", numbers.len())));
    }
    let mut bytes = vec![0; total];
    for (value, index) in values.bytes.chunks_exact(size).zip(numbers.chunks_exact(coordinates.max(1))) {
        let outside = || Error::invalid(format!("index {index:?} of {dims:?}"));
        let position = if coordinates == 1 && dims.len() != 1 {
            usize::try_from(index[0]).map_err(|_| outside())?
        } else {
            index.iter().zip(&dims).try_fold(0usize, |position, (&index, &size)| {
                let index = usize::try_from(index).ok().filter(|&index| index < size).ok_or_else(outside)?;
                Ok::<_, Error>(position * size + index)
            })?
        };
        let place = position.checked_mul(size).and_then(|begin| bytes.get_mut(begin..begin + size));
        place.ok_or_else(outside)?.copy_from_slice(value);
    }
    Ok(Constant { dtype: values.dtype, dims, bytes: bytes.into() })
}

/// Bytes that a sparse constant takes at most when it is written out.
const DENSE: usize = 1 << 30;

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(code: i32, dims: &[i64]) -> proto::Tensor {
        proto::Tensor { data_type: code, dims: dims.into(), name: "x".into(), ..Default::default() }
    }

    fn read(tensor: &proto::Tensor) -> Result<Constant> {
        Constant::read(tensor, &mut Folder::none())
    }

    #[test]
    fn raw_contents_are_taken_as_they_are() {
        let raw = Bytes::from_static(&[1, 2, 3, 4, 5, 6]);
        let constant = read(&proto::Tensor { raw_data: raw.clone(), ..tensor(5, &[3]) }).unwrap();
        assert_eq!(constant, Constant { dtype: DType::I16, dims: vec![3], bytes: raw });
    }

    #[test]
    fn typed_fields_of_every_width() {
        let words = |code, int32_data: &[i32], dims: &[i64]| {
            read(&proto::Tensor { int32_data: int32_data.into(), ..tensor(code, dims) }).unwrap().bytes
        };
        assert_eq!(&words(3, &[-1, 2], &[2])[..], [255, 2]);
        assert_eq!(&words(10, &[0x3c00], &[1])[..], [0, 0x3c]);
        assert_eq!(&words(22, &[0x21, 0x03], &[3])[..], [0x21, 0x03]);
        assert_eq!(&words(9, &[1, 0], &[2])[..], [1, 0]);
        let unsigned = proto::Tensor { uint64_data: vec![0xffff_ffff], ..tensor(12, &[1]) };
        assert_eq!(&read(&unsigned).unwrap().bytes[..], [255; 4]);
    }

    #[test]
    fn strings_in_the_form_of_tflite() {
        let string_data = vec![Bytes::from_static(b"ab"), Bytes::from_static(b"")];
        let constant = read(&proto::Tensor { string_data, ..tensor(8, &[2]) }).unwrap();
        assert_eq!(&constant.bytes[..], [2, 0, 0, 0, 16, 0, 0, 0, 18, 0, 0, 0, 18, 0, 0, 0, b'a', b'b']);
    }

    #[test]
    fn sizes_and_contents_must_agree() {
        let short = proto::Tensor { raw_data: Bytes::from_static(&[0; 8]), ..tensor(1, &[3]) };
        let message = read(&short).unwrap_err().to_string();
        assert!(message.contains("8 bytes where FLOAT32 [3] takes 12"), "{message}");
        read(&tensor(1, &[-1])).unwrap_err();
        read(&tensor(1, &[i64::MAX, 3])).unwrap_err();
        read(&tensor(1, &[1 << 40])).unwrap_err();
        read(&tensor(18, &[0])).unwrap_err();
        read(&tensor(99, &[0])).unwrap_err();
    }
}
