//! NumPy's `.npy` files: arrays in C order, little-endian, as tensors.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::path::Path;

pub use crate::npy_format::{Array, lead, parse};
use crate::npy_format::{START, described, header};

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
    let mut start = [0; START];
    file.read_exact(&mut start)?;
    let place = header(&start).map_err(invalid)?;
    let mut text = start[place.start..].to_vec();
    Read::by_ref(&mut file).take((place.end - START) as u64).read_to_end(&mut text)?;
    let (mut array, size) = described(&text).map_err(invalid)?;
    file.take(size as u64).read_to_end(&mut array.bytes)?;
    if array.bytes.len() != size {
        return Err(invalid(format!("the file ends after {} of {size} bytes", array.bytes.len())));
    }
    Ok(array)
}

/// Writes what an `.npy` file with the array holds.
///
/// # Errors
///
/// If writing fails, or if NumPy has no such element type.
pub fn write(mut to: impl Write, array: &Array) -> Result<()> {
    to.write_all(&lead(array).map_err(invalid)?)?;
    to.write_all(&array.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DType;

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
            for back in [read(&path).unwrap(), parse(&std::fs::read(&path).unwrap()).unwrap()] {
                assert_eq!(
                    (back.dtype, back.width, &back.shape, &back.bytes),
                    (dtype, width, &array.shape, &array.bytes)
                );
            }
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
