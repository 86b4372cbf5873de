//! Element types, shapes and constants of TensorFlow.

use bytes::Bytes;

use featherlite_base::{Bf16, DType, ErrorKind, F16};

use super::messages::{Shape, TensorContents};
use crate::{Error, Result};

/// Most bytes that a constant may take which the file holds as one repeated element.
const LARGEST_SPLAT: usize = 1 << 30;

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tensor {
    pub(crate) dtype: DType,
    pub(crate) dims: Vec<usize>,
    pub(crate) contents: Contents,
}

/// Elements of a [`Tensor`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Contents {
    /// Row-major, little-endian.
    Bytes(Bytes),
    /// One for each element of a string tensor.
    Strings(Vec<Bytes>),
}

impl Tensor {
    /// The elements as files of TFLite hold them, in the type in which they are computed.
    pub(crate) fn stored(&self) -> (DType, Bytes) {
        let widened = |widen: fn([u8; 2]) -> f32, bytes: &Bytes| {
            let element = |pair: &[u8]| widen([pair[0], pair[1]]).to_le_bytes();
            (DType::F32, bytes.chunks_exact(2).flat_map(element).collect())
        };
        match &self.contents {
            Contents::Bytes(bytes) if self.dtype == DType::F16 => {
                widened(|bits| F16(u16::from_le_bytes(bits)).to_f32(), bytes)
            }
            Contents::Bytes(bytes) if self.dtype == DType::Bf16 => {
                widened(|bits| Bf16(u16::from_le_bytes(bits)).to_f32(), bytes)
            }
            Contents::Bytes(bytes) => (self.dtype, bytes.clone()),
            Contents::Strings(strings) => (DType::String, joined(strings)),
        }
    }
}

/// Strings as TFLite holds them: their number, where each begins and the last ends, their bytes.
fn joined(strings: &[Bytes]) -> Bytes {
    let mut bytes = (strings.len() as u32).to_le_bytes().to_vec();
    let mut place = 4 * (strings.len() + 2);
    bytes.extend((place as u32).to_le_bytes());
    for string in strings {
        place += string.len();
        bytes.extend((place as u32).to_le_bytes());
    }
    strings.iter().for_each(|string| bytes.extend_from_slice(string));
    bytes.into()
}

/// The element type with this number in `types.proto`. References (`DT_FLOAT_REF`) count as what they refer to.
///
/// # Errors
/// Types without a TFLite counterpart.
pub(crate) fn dtype(code: i32) -> Result<DType> {
    let value = if code > 100 { code - 100 } else { code };
    Ok(match value {
        1 => DType::F32,
        2 => DType::F64,
        3 => DType::I32,
        4 => DType::U8,
        5 => DType::I16,
        6 => DType::I8,
        7 => DType::String,
        8 => DType::Complex64,
        9 => DType::I64,
        10 => DType::Bool,
        14 => DType::Bf16,
        17 => DType::U16,
        18 => DType::Complex128,
        19 => DType::F16,
        20 => DType::Resource,
        21 => DType::Variant,
        22 => DType::U32,
        23 => DType::U64,
        24 => DType::F8E5M2,
        25 => DType::F8E4M3,
        11..=13 | 15 | 16 => {
            return Err(Error::unsupported(
                "a tensor of TensorFlow's quantized types (qint8, quint8, qint32, …)",
            )
            .hint("convert the float network and quantize the result with `featherlite quantize`"));
        }
        _ => return Err(Error::unsupported(format!("a tensor of TensorFlow's type number {code}"))),
    })
}

/// The type in which values of a type are computed: networks that compute in 16-bit floats do so in 32 bits, since operators
/// take no shorter ones.
pub(crate) fn computed(dtype: DType) -> DType {
    if matches!(dtype, DType::F16 | DType::Bf16) { DType::F32 } else { dtype }
}

/// Sizes of a shape that is fully known.
///
/// # Errors
/// Missing or unknown shapes and negative sizes.
pub(crate) fn dims(shape: Option<&Shape>) -> Result<Vec<usize>> {
    let Some(shape) = shape.filter(|shape| !shape.unknown_rank) else {
        return match shape {
            Some(_) => Err(Error::invalid("a constant of unknown rank")),
            None => Ok(Vec::new()),
        };
    };
    let size = |size| {
        usize::try_from(size).map_err(|_| Error::invalid(format!("a constant with a negative size {size}")))
    };
    shape.dim.iter().map(|dim| size(dim.size)).collect()
}

/// Bytes that a constant takes.
///
/// # Errors
/// Sizes that overflow and types without a fixed size.
pub(crate) fn storage(dtype: DType, dims: &[usize]) -> Result<usize> {
    let elements = dims.iter().try_fold(1usize, |product, &dim| product.checked_mul(dim));
    let bytes = elements.and_then(|elements| dtype.storage_bytes(elements));
    bytes.ok_or_else(|| Error::invalid(format!("a constant of shape {dims:?} and type {}", dtype.name())))
}

/// The constant that a `TensorProto` stands for.
///
/// # Errors
/// Contents that do not fit the shape, and types without a TFLite counterpart.
pub(crate) fn read(contents: &TensorContents) -> Result<Tensor> {
    let dtype = dtype(contents.dtype)?;
    let dims = dims(contents.tensor_shape.as_ref())?;
    let contents =
        if dtype == DType::String { strings(contents, &dims)? } else { numbers(contents, dtype, &dims)? };
    Ok(Tensor { dtype, dims, contents })
}

fn numbers(contents: &TensorContents, dtype: DType, dims: &[usize]) -> Result<Contents> {
    let size = storage(dtype, dims)?;
    let bytes = if contents.content.is_empty() { listed(contents, dtype)? } else { contents.content.clone() };
    if bytes.len() == size {
        return Ok(Contents::Bytes(bytes));
    }
    let element = dtype.storage_bytes(1).unwrap_or_default();
    if bytes.len() > size
        || element == 0
        || bytes.len() % element != 0
        || !contents.content.is_empty() && bytes.len() != element
    {
        return Err(Error::invalid(format!(
            "a constant of shape {dims:?} and type {} takes {size} bytes, but has {}",
            dtype.name(),
            bytes.len()
        )));
    }
    if size > LARGEST_SPLAT {
        return Err(Error::new(
            ErrorKind::LimitReached,
            format!(
                "a repeated constant of {size} bytes (shape {dims:?}); at most {LARGEST_SPLAT} are written out"
            ),
        ));
    }
    Ok(Contents::Bytes(repeated(&bytes, element, size).into()))
}

/// `bytes`, with its last element repeated up to `size`; zeros where there is none.
fn repeated(bytes: &[u8], element: usize, size: usize) -> Vec<u8> {
    let zero = vec![0; element];
    let last = bytes.rchunks_exact(element).next().unwrap_or(&zero);
    let mut all = Vec::with_capacity(size);
    all.extend_from_slice(bytes);
    while all.len() < size {
        all.extend_from_slice(last);
    }
    all
}

/// Elements that are listed one by one, as bytes.
fn listed(contents: &TensorContents, dtype: DType) -> Result<Bytes> {
    fn bytes<T: Copy, const N: usize>(values: &[T], to_bytes: impl Fn(T) -> [u8; N]) -> Bytes {
        values.iter().flat_map(|&value| to_bytes(value)).collect()
    }
    Ok(match dtype {
        DType::F32 => bytes(&contents.float_val, f32::to_le_bytes),
        DType::F64 => bytes(&contents.double_val, f64::to_le_bytes),
        DType::I32 => bytes(&contents.int_val, i32::to_le_bytes),
        DType::I16 | DType::U16 => bytes(&contents.int_val, |value| (value as u16).to_le_bytes()),
        DType::I8 | DType::U8 => bytes(&contents.int_val, |value| [value as u8]),
        DType::F16 | DType::Bf16 => bytes(&contents.half_val, |value| (value as u16).to_le_bytes()),
        DType::I64 => bytes(&contents.int64_val, i64::to_le_bytes),
        DType::U32 => bytes(&contents.uint32_val, u32::to_le_bytes),
        DType::U64 => bytes(&contents.uint64_val, u64::to_le_bytes),
        DType::Bool => bytes(&contents.bool_val, |value| [u8::from(value)]),
        DType::Complex64 => bytes(&contents.scomplex_val, f32::to_le_bytes),
        _ => return Err(Error::unsupported(format!("a constant of type {}", dtype.name()))),
    })
}

fn strings(contents: &TensorContents, dims: &[usize]) -> Result<Contents> {
    let count = dims.iter().try_fold(1usize, |product, &dim| product.checked_mul(dim));
    let mut strings = contents.string_val.clone();
    match (count, strings.last().cloned()) {
        (Some(count), Some(last))
            if count >= strings.len() && count <= LARGEST_SPLAT / size_of::<Bytes>() =>
        {
            strings.resize(count, last);
        }
        (Some(0), None) => {}
        _ => {
            return Err(Error::invalid(format!(
                "{} strings for a constant of shape {dims:?}",
                strings.len()
            )));
        }
    }
    Ok(Contents::Strings(strings))
}

#[cfg(test)]
mod tests {
    use super::super::messages::{Dimension, Shape, TensorContents};
    use super::{Contents, read};

    fn constant(dtype: i32, dims: &[i64]) -> TensorContents {
        let dim = dims.iter().map(|&size| Dimension { size }).collect();
        TensorContents {
            dtype,
            tensor_shape: Some(Shape { dim, unknown_rank: false }),
            ..TensorContents::default()
        }
    }

    #[test]
    fn the_last_element_is_repeated() {
        let floats = TensorContents { float_val: vec![1.0, 2.0], ..constant(1, &[2, 2]) };
        let expected: Vec<u8> = [1.0f32, 2.0, 2.0, 2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(read(&floats).unwrap().stored().1, expected);
        let bytes = TensorContents { int_val: vec![-1], ..constant(6, &[3]) };
        assert_eq!(read(&bytes).unwrap().stored().1, &[0xff; 3][..]);
        assert_eq!(read(&constant(3, &[2])).unwrap().stored().1, &[0; 8][..]);
        let strings = TensorContents { string_val: vec!["a".into()], ..constant(7, &[2]) };
        assert_eq!(read(&strings).unwrap().contents, Contents::Strings(vec!["a".into(), "a".into()]));
    }

    #[test]
    fn contents_are_shared() {
        let content = bytes::Bytes::from(vec![1u8, 2, 3, 4]);
        let tensor = read(&TensorContents { content: content.clone(), ..constant(3, &[]) }).unwrap();
        assert_eq!(tensor.stored().1.as_ptr(), content.as_ptr());
    }

    #[test]
    fn hostile_constants() {
        for dims in [&[i64::MAX, 3][..], &[-1], &[1 << 40], &[1 << 29]] {
            read(&constant(1, dims)).unwrap_err();
        }
        read(&TensorContents { float_val: vec![1.0, 2.0], ..constant(1, &[]) }).unwrap_err();
        read(&TensorContents { content: vec![0; 6].into(), ..constant(1, &[4]) }).unwrap_err();
        read(&constant(999, &[1])).unwrap_err();
    }
}
