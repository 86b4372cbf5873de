//! Kernels for instruction sets.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;

#[cfg(target_arch = "x86_64")]
pub(super) use avx512::Words as InVectors;
#[cfg(target_arch = "aarch64")]
pub(super) use neon::Quarters as InVectors;

#[cfg(all(test, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use featherlite_simd::Level;

    use super::InVectors;

    #[test]
    fn vectors_are_the_table() {
        let mut table = [0; 256];
        for (index, result) in table.iter_mut().enumerate() {
            *result = (index * 91 + index / 16 + 7) as u8;
        }
        let Some(vectors) = InVectors::new(Level::detect(), &table) else { return };
        for len in (0..200).chain([777]) {
            let bytes: Vec<u8> = (0..len).map(|index| (index * 37 + index / 5 + 200) as u8).collect();
            let expected: Vec<u8> = bytes.iter().map(|&byte| table[usize::from(byte)]).collect();
            let mut results = vec![0; len];
            vectors.look_up(&bytes, &mut results);
            assert_eq!(results, expected, "{len}");
        }
    }
}
