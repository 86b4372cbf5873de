//! Elements of fewer than 8 bits, which lie packed in bytes, the first in the lowest bits.

use alloc::format;

use featherlite_base::{DType, Error, Result};

/// Writes packed elements of type `dtype` (INT4, INT2, UINT4) one to a byte, as many as `out` has. Elements beyond
/// `packed` are 0.
///
/// # Errors
/// If `dtype` is none of them.
pub fn unpack(dtype: DType, packed: &[u8], out: &mut [i8]) -> Result<()> {
    match dtype {
        DType::I4 => spread::<2>(packed, out, |byte, index| ((byte << (4 - 4 * index)) as i8) >> 4),
        DType::U4 => spread::<2>(packed, out, |byte, index| (byte >> (4 * index) & 15) as i8),
        DType::I2 => spread::<4>(packed, out, |byte, index| ((byte << (6 - 2 * index)) as i8) >> 6),
        other => return Err(Error::internal(format!("{other} elements are not packed"))),
    }
    Ok(())
}

fn spread<const PER_BYTE: usize>(packed: &[u8], out: &mut [i8], element: impl Fn(u8, usize) -> i8) {
    let (whole, rest) = out.as_chunks_mut::<PER_BYTE>();
    let mut bytes = packed.iter().copied().chain(core::iter::repeat(0));
    for (out, byte) in whole.iter_mut().zip(&mut bytes) {
        *out = core::array::from_fn(|index| element(byte, index));
    }
    if let Some(byte) = bytes.next() {
        rest.iter_mut().enumerate().for_each(|(index, out)| *out = element(byte, index));
    }
}

/// Packs the low bits of each value, the opposite of [`unpack`].
///
/// # Errors
/// If `dtype` is not packed.
pub fn pack(dtype: DType, values: &[i8], out: &mut [u8]) -> Result<()> {
    let bits = dtype.bits();
    if !matches!(bits, 1..8) {
        return Err(Error::internal(format!("{dtype} elements are not packed")));
    }
    for (out, values) in out.iter_mut().zip(values.chunks(8 / bits)) {
        *out = values.iter().rev().fold(0, |byte, &value| byte << bits | (value as u8 & ((1 << bits) - 1)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_bits_come_first() {
        let mut out = [0i8; 3];
        unpack(DType::I4, &[0x8f, 0x07], &mut out).unwrap();
        assert_eq!(out, [-1, -8, 7]);
        unpack(DType::U4, &[0x8f, 0x07], &mut out).unwrap();
        assert_eq!(out, [15, 8, 7]);
        let mut out = [0i8; 7];
        unpack(DType::I2, &[0b1110_0100, 0b0000_0010], &mut out).unwrap();
        assert_eq!(out, [0, 1, -2, -1, -2, 0, 0]);
        assert!(unpack(DType::I8, &[1], &mut out).is_err());
        // A file may hold fewer bytes than the shape needs.
        unpack(DType::I4, &[], &mut out).unwrap();
        assert_eq!(out, [0; 7]);
    }

    #[test]
    fn packing_undoes_unpacking() {
        let (packed, mut values, mut again) = ([0x5a, 0x80, 0x0c], [0i8; 10], [9u8; 3]);
        for (dtype, count) in [(DType::I4, 5), (DType::U4, 5), (DType::I2, 10)] {
            unpack(dtype, &packed, &mut values[..count]).unwrap();
            pack(dtype, &values[..count], &mut again).unwrap();
            assert_eq!(again, packed, "{dtype}");
        }
    }
}
