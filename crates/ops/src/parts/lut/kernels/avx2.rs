//! A table of 256 bytes as 16 vectors of 16, in each of which an instruction looks 32 bytes up by their low halves.
//!
//! The instruction gives 0 where the index has its top bit set. An index that is made smaller by 16 from vector to vector, as a
//! signed number, finds something in those up to its own, and the vectors hold what the table changes by: all that is found,
//! together (exclusive or), is the result. Indices from 128 on are negative at first, and find something only from the vector on
//! where they have passed the least number; from the eighth vector on what they did not find before is made up for, and
//! subtraction stops at the least number, so that nothing is found behind it.

use core::arch::x86_64::*;

use featherlite_simd::{IS_COMPACT, Isa, Level};

use super::super::Table;

/// Vectors that are looked up side by side.
const VECTORS: usize = 4;
const BYTES: usize = 32 * VECTORS;

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
        let (whole, rest) = bytes.as_chunks::<BYTES>();
        let (whole_results, rest_results) = results.as_chunks_mut::<BYTES>();
        for (bytes, results) in whole.iter().zip(whole_results) {
            self.some(bytes, results);
        }
        let count = rest.len().min(rest_results.len());
        if count > 0 {
            let (mut last, mut last_results) = ([0; BYTES], [0; BYTES]);
            last[..count].copy_from_slice(&rest[..count]);
            self.some(&last, &mut last_results);
            rest_results[..count].copy_from_slice(&last_results[..count]);
        }
    }

    #[inline(never)]
    #[target_feature(enable = "avx2")]
    fn some(&self, bytes: &[u8; BYTES], results: &mut [u8; BYTES]) {
        let mut vectors = [(_mm256_setzero_si256(), _mm256_setzero_si256()); VECTORS];
        for ((index, _), bytes) in vectors.iter_mut().zip(bytes.as_chunks::<32>().0) {
            // SAFETY: there are 32 bytes.
            *index = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
        }
        let (first, second) = self.0.split_at(128);
        let step = _mm256_set1_epi8(16);
        find(first, &mut vectors, |index| _mm256_sub_epi8(index, step));
        find(second, &mut vectors, |index| _mm256_subs_epi8(index, step));
        for ((_, found), results) in vectors.into_iter().zip(results.as_chunks_mut::<32>().0) {
            // SAFETY: there are 32 bytes.
            unsafe { _mm256_storeu_si256(results.as_mut_ptr().cast(), found) };
        }
    }
}

/// Puts what half of the changes have at each index to what was found, and makes the indices less.
#[inline]
#[target_feature(enable = "avx2")]
fn find(changes: &[u8], vectors: &mut [(__m256i, __m256i); VECTORS], less: impl Fn(__m256i) -> __m256i) {
    // Not knowing the length, the compiler does not unroll the loop: smaller, not faster.
    let changes = if IS_COMPACT { core::hint::black_box(changes) } else { changes };
    for changes in changes.as_chunks::<16>().0 {
        // SAFETY: there are 16 bytes.
        let changes = _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(changes.as_ptr().cast()) });
        for (index, found) in vectors.iter_mut() {
            *found = _mm256_xor_si256(*found, _mm256_shuffle_epi8(changes, *index));
            *index = less(*index);
        }
    }
}
