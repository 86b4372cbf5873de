//! A table of 256 bytes as 16 vectors of 16, in each of which an instruction looks 32 bytes up by their low halves.
//!
//! The instruction gives 0 where the index has its top bit set. An index that is made smaller by 16 from vector to vector, as a
//! signed number, finds something in those up to its own, and the vectors hold what the table changes by: all that is found,
//! together (exclusive or), is the result. Indices from 128 on are negative at first, and find something only from the vector on
//! where they have passed the least number; from the eighth vector on what they did not find before is made up for, and
//! subtraction stops at the least number, so that nothing is found behind it.

use core::arch::x86_64::*;

use featherlite_simd::{Isa, Level};

use super::super::Table;

/// What a table changes by. That one exists proves that the processor has the instructions.
pub(crate) struct Changes(Table);

impl Changes {
    /// `None` if the processor lacks the instructions.
    pub(crate) fn new(level: Level, table: &Table) -> Option<Self> {
        let mut changes = *table;
        for at in (16..256).rev() {
            changes[at] ^= changes[at - 16];
        }
        for at in 128..256 {
            changes[at] ^= changes[at - 128];
        }
        level.has(Isa::Avx2).then_some(Self(changes))
    }

    /// Looks every byte up, as many as there are on both sides.
    pub(crate) fn look_up(&self, bytes: &[u8], results: &mut [u8]) {
        // SAFETY: the processor has the instructions, or there would be no `self`.
        unsafe { self.all(bytes, results) }
    }

    #[target_feature(enable = "avx2")]
    fn all(&self, bytes: &[u8], results: &mut [u8]) {
        let (whole, rest) = bytes.as_chunks::<64>();
        let (whole_results, rest_results) = results.as_chunks_mut::<64>();
        for (bytes, results) in whole.iter().zip(whole_results) {
            self.some(bytes, results);
        }
        let count = rest.len().min(rest_results.len());
        let (mut last, mut last_results) = ([0; 64], [0; 64]);
        last[..count].copy_from_slice(&rest[..count]);
        self.some(&last, &mut last_results);
        rest_results[..count].copy_from_slice(&last_results[..count]);
    }

    #[inline(never)]
    #[target_feature(enable = "avx2")]
    fn some(&self, bytes: &[u8; 64], results: &mut [u8; 64]) {
        // SAFETY: there are two vectors.
        let mut index = [0, 32].map(|at| unsafe { _mm256_loadu_si256(bytes[at..][..32].as_ptr().cast()) });
        let mut found = [_mm256_setzero_si256(); 2];
        let step = _mm256_set1_epi8(16);
        for (number, changes) in self.0.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: there are 16 bytes.
            let changes = _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(changes.as_ptr().cast()) });
            for (found, index) in found.iter_mut().zip(&mut index) {
                *found = _mm256_xor_si256(*found, _mm256_shuffle_epi8(changes, *index));
                *index = match number {
                    0..8 => _mm256_sub_epi8(*index, step),
                    _ => _mm256_subs_epi8(*index, step),
                };
            }
        }
        for (found, at) in found.into_iter().zip([0, 32]) {
            // SAFETY: there are two vectors.
            unsafe { _mm256_storeu_si256(results[at..][..32].as_mut_ptr().cast(), found) };
        }
    }
}
