//! Integers of less than 8 bits: packed in the runtime, low bits first, and one a byte in NumPy.

use featherlite::DType;

/// `count` elements, one a byte.
pub(crate) fn unpack(dtype: DType, packed: &[u8], count: usize) -> Vec<u8> {
    let bits = dtype.bits();
    let each = 8 / bits;
    let element = |index: usize| {
        let high = (packed[index / each] >> (bits * (index % each))) << (8 - bits);
        match dtype {
            DType::U4 => high >> (8 - bits),
            _ => (high.cast_signed() >> (8 - bits)).cast_unsigned(),
        }
    };
    (0..count.min(packed.len() * each)).map(element).collect()
}

/// Elements of one byte each, packed; what does not fit loses its high bits.
pub(crate) fn pack(dtype: DType, elements: &[u8]) -> Vec<u8> {
    let bits = dtype.bits();
    let mask = (1u8 << bits) - 1;
    let join = |group: &[u8]| {
        let shifted = group.iter().enumerate().map(|(index, element)| (element & mask) << (bits * index));
        shifted.fold(0, |all, part| all | part)
    };
    elements.chunks(8 / bits).map(join).collect()
}
