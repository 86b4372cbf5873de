use featherlite_base::DType;

/// Integers as a tensor stores them: those of fewer than 8 bits several to a byte, low bits first.
pub fn pack(values: &[i8], dtype: DType) -> Vec<u8> {
    let bits = dtype.bits().min(8);
    let mask = if bits == 8 { 0xff } else { (1u8 << bits) - 1 };
    let byte = |group: &[i8]| {
        group
            .iter()
            .enumerate()
            .fold(0u8, |byte, (index, &value)| byte | (value as u8 & mask) << (index * bits))
    };
    values.chunks(8 / bits.max(1)).map(byte).collect()
}

/// The first `count` integers of what [`pack`] gives.
pub fn unpack(bytes: &[u8], dtype: DType, count: usize) -> Vec<i8> {
    let bits = dtype.bits().min(8);
    let per_byte = 8 / bits.max(1);
    let value = |index: usize| {
        let byte = bytes.get(index / per_byte).copied().unwrap_or(0);
        let top = byte << (8 - bits - index % per_byte * bits);
        top as i8 >> (8 - bits)
    };
    (0..count).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nibbles_go_low_first_and_come_back() {
        assert_eq!(pack(&[1, -1, 7], DType::I4), [0xf1, 0x07]);
        assert_eq!(pack(&[1, -1, 0, -2, 1], DType::I2), [0b10_00_11_01, 1]);
        for (dtype, low, high) in [(DType::I8, -128, 127), (DType::I4, -8, 7), (DType::I2, -2, 1)] {
            let values: Vec<i8> = (low..=high).map(|value| value as i8).chain([0]).collect();
            assert_eq!(unpack(&pack(&values, dtype), dtype, values.len()), values);
        }
    }
}
