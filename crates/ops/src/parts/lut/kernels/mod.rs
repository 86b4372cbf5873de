//! Kernels for instruction sets.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use featherlite_simd::Level;

#[cfg(target_arch = "x86_64")]
use super::Table;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;

#[cfg(target_arch = "aarch64")]
pub(super) use neon::Quarters as InVectors;

/// A table in the form that the processor is quickest with.
#[cfg(target_arch = "x86_64")]
pub(super) enum InVectors {
    /// With AVX-512.
    Words(avx512::Words),
    /// With AVX2.
    Changes(avx2::Changes),
}

#[cfg(target_arch = "x86_64")]
impl InVectors {
    /// `None` if the processor lacks the instructions.
    pub(super) fn new(level: Level, table: &Table) -> Option<Self> {
        let words = avx512::Words::new(level, table).map(Self::Words);
        words.or_else(|| avx2::Changes::new(level, table).map(Self::Changes))
    }

    /// Looks every byte up, as many as there are on both sides.
    pub(super) fn look_up(&self, bytes: &[u8], results: &mut [u8]) {
        match self {
            Self::Words(words) => words.look_up(bytes, results),
            Self::Changes(changes) => changes.look_up(bytes, results),
        }
    }
}

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
        let levels = [Some(Level::detect()), Level::named("avx2").ok()];
        for vectors in levels.into_iter().flatten().filter_map(|level| InVectors::new(level, &table)) {
            look_up(&vectors, &table);
        }
    }

    fn look_up(vectors: &InVectors, table: &[u8; 256]) {
        for len in (0..200).chain([777]) {
            let bytes: Vec<u8> = (0..len).map(|index| (index * 37 + index / 5 + 200) as u8).collect();
            let expected: Vec<u8> = bytes.iter().map(|&byte| table[usize::from(byte)]).collect();
            let mut results = vec![0; len];
            vectors.look_up(&bytes, &mut results);
            assert_eq!(results, expected, "{len}");
        }
    }
}
