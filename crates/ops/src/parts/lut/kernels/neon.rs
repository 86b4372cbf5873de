//! A table of 256 bytes in four quarters, of each of which an instruction looks 16 up; what is not in its quarter it leaves.

use core::arch::aarch64::*;

use featherlite_simd::{Isa, Level};

use super::super::Table;

/// A table. That one exists proves that the processor has the instructions.
pub(crate) struct Quarters(Table);

impl Quarters {
    /// `None` if the processor lacks the instructions.
    pub(crate) fn new(level: Level, table: &Table) -> Option<Self> {
        level.has(Isa::Neon).then_some(Self(*table))
    }

    /// Looks every byte up, as many as there are on both sides.
    pub(crate) fn look_up(&self, bytes: &[u8], results: &mut [u8]) {
        // SAFETY: the processor has the instructions, or there would be no `self`.
        unsafe { look_up(&self.0, bytes, results) }
    }
}

#[target_feature(enable = "neon")]
fn look_up(table: &Table, bytes: &[u8], results: &mut [u8]) {
    let vectors = Vectors::new(table);
    let len = bytes.len().min(results.len());
    let (whole, rest) = bytes[..len].as_chunks::<16>();
    let (whole_results, rest_results) = results[..len].as_chunks_mut::<16>();
    for (bytes, results) in whole.iter().zip(whole_results) {
        *results = vectors.look_up(bytes);
    }
    let mut last = [0; 16];
    last[..rest.len()].copy_from_slice(rest);
    rest_results.copy_from_slice(&vectors.look_up(&last)[..rest.len()]);
}

struct Vectors([uint8x16x4_t; 4]);

impl Vectors {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new(table: &Table) -> Self {
        // SAFETY: a quarter has 64 bytes.
        let quarter = |index: usize| unsafe { vld1q_u8_x4(table[64 * index..][..64].as_ptr()) };
        Self([quarter(0), quarter(1), quarter(2), quarter(3)])
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn look_up(&self, bytes: &[u8; 16]) -> [u8; 16] {
        // SAFETY: there are 16 bytes.
        let bytes = unsafe { vld1q_u8(bytes.as_ptr()) };
        let mut found = vqtbl4q_u8(self.0[0], bytes);
        for quarter in 1..4 {
            let index = vsubq_u8(bytes, vdupq_n_u8(64 * quarter as u8));
            found = vqtbx4q_u8(found, self.0[quarter], index);
        }
        let mut results = [0; 16];
        // SAFETY: there is room for 16 bytes.
        unsafe { vst1q_u8(results.as_mut_ptr(), found) };
        results
    }
}
