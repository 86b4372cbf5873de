//! Between the arrays of `.npy` files and tensors.

use anyhow::{Result, bail};
use featherlite::{Bf16, DType, TensorView};
use featherlite_data::npy::Array;

/// The bytes that a tensor of type `dtype` has for an array.
pub(crate) fn to_tensor(array: &Array, dtype: DType) -> Result<Vec<u8>> {
    match (array.dtype, dtype) {
        (DType::String, DType::String) => Ok(pack_strings(array)),
        // NumPy has no integers of less than a byte: one byte each there, packed here.
        (DType::I8, DType::I4 | DType::I2) | (DType::U8, DType::U4) => {
            Ok(pack_bits(&array.bytes, dtype.bits()))
        }
        (found, expected) if found == expected => Ok(array.bytes.clone()),
        (DType::I32, DType::Resource) => Ok(array.bytes.clone()),
        (found, expected) => bail!("the input takes {expected}, the file holds {found}"),
    }
}

/// A tensor's contents as an array that NumPy can read.
pub(crate) fn from_tensor(view: &TensorView<'_>) -> Result<Array> {
    let shape = view.shape().dims().to_vec();
    let elements = view.shape().elements();
    Ok(match view.dtype() {
        DType::String => unpack_strings(view.bytes(), shape),
        dtype @ (DType::I4 | DType::I2 | DType::U4) => {
            let bytes = unpack_bits(view.bytes(), dtype.bits(), dtype != DType::U4, elements);
            let dtype = if dtype == DType::U4 { DType::U8 } else { DType::I8 };
            Array { dtype, width: 1, shape, bytes }
        }
        // NumPy has no bfloat16.
        DType::Bf16 => {
            let bytes =
                view.values::<Bf16>()?.iter().flat_map(|value| value.to_f32().to_le_bytes()).collect();
            Array { dtype: DType::F32, width: 4, shape, bytes }
        }
        dtype => Array { dtype, width: dtype.bits() / 8, shape, bytes: view.bytes().to_vec() },
    })
}

/// A tensor's real numbers as an array.
pub(crate) fn from_tensor_real(view: &TensorView<'_>) -> Result<Array> {
    let bytes = view.to_real()?.iter().flat_map(|value| value.to_le_bytes()).collect();
    Ok(Array { dtype: DType::F32, width: 4, shape: view.shape().dims().to_vec(), bytes })
}

fn pack_bits(values: &[u8], bits: usize) -> Vec<u8> {
    let mask = (1u8 << bits) - 1;
    let pack = |group: &[u8]| {
        group.iter().enumerate().fold(0, |byte, (index, value)| byte | (value & mask) << (index * bits))
    };
    values.chunks(8 / bits).map(pack).collect()
}

fn unpack_bits(bytes: &[u8], bits: usize, signed: bool, count: usize) -> Vec<u8> {
    let value = |index: usize| {
        let top = bytes.get(index * bits / 8).copied().unwrap_or(0) << (8 - bits - index * bits % 8);
        if signed { (top as i8 >> (8 - bits)) as u8 } else { top >> (8 - bits) }
    };
    (0..count).map(value).collect()
}

/// TensorFlow Lite's form of a string tensor: the number of strings, the offset of each and of the end, the bytes.
fn pack_strings(array: &Array) -> Vec<u8> {
    let count = array.shape.iter().product::<usize>();
    let strings: Vec<&[u8]> = (0..count)
        .map(|index| {
            let padded = &array.bytes[index * array.width..(index + 1) * array.width];
            let length = padded.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
            &padded[..length]
        })
        .collect();
    let mut bytes = (count as i32).to_le_bytes().to_vec();
    let mut offset = 4 * (count + 2);
    for string in &strings {
        bytes.extend((offset as i32).to_le_bytes());
        offset += string.len();
    }
    bytes.extend((offset as i32).to_le_bytes());
    bytes.extend(strings.concat());
    bytes
}

/// The strings of a string tensor.
pub(crate) fn strings(bytes: &[u8]) -> Vec<&[u8]> {
    let number = |index: usize| {
        let bytes = bytes.get(4 * index..4 * index + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, i32::from_le_bytes) as usize
    };
    (0..number(0)).map(|index| bytes.get(number(index + 1)..number(index + 2)).unwrap_or_default()).collect()
}

fn unpack_strings(bytes: &[u8], shape: Vec<usize>) -> Array {
    let strings = strings(bytes);
    let width = strings.iter().map(|string| string.len()).max().unwrap_or(0).max(1);
    let mut padded = Vec::with_capacity(strings.len() * width);
    for (index, string) in strings.iter().enumerate() {
        padded.extend_from_slice(string);
        padded.resize((index + 1) * width, 0);
    }
    Array { dtype: DType::String, width, shape, bytes: padded }
}
